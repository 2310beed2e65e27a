"""The sans-I/O decisions: per-band pipeline, alerts, sets, summaries."""
