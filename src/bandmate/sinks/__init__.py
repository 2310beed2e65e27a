"""Where events go: the local store, host sound, MQTT, InfluxDB. The page is in `bandmate.web`."""
