"""The dashboards of bandmate, built with Grafana's own models. `make dashboards` writes them.

Every query is InfluxQL of the part that InfluxDB 1, 2 (by its mapping of databases) and 3 share;
every field it names is one of `bandmate.sinks.line_protocol.SCHEMA`.
"""
