"""The exercises, as data."""
