#!/bin/sh
# Run by InfluxDB's image at its first start alone: Grafana may read, by InfluxQL, and no more.
set -eu

influx v1 dbrp create --org "$DOCKER_INFLUXDB_INIT_ORG" --default \
    --bucket-id "$DOCKER_INFLUXDB_INIT_BUCKET_ID" --db "$DOCKER_INFLUXDB_INIT_BUCKET" --rp autogen
influx v1 auth create --org "$DOCKER_INFLUXDB_INIT_ORG" \
    --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
    --username grafana --password "$(cat /run/secrets/influxdb_grafana_password)"
