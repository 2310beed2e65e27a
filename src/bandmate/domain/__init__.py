"""Frozen facts that every floor speaks of: samples, zones, exercises, alerts, events, records."""
