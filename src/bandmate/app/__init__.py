"""Configuration, wiring, one task tree, health."""
