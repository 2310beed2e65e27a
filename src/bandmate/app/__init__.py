"""Configuration, wiring, one task tree; demo, recording, replay and bench."""
