"""Frozen facts that every floor speaks of: samples, zones, exercises, alerts, events, records.

And what the session clock offers, for those above that ask it.
"""
