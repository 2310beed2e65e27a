"""Virtual bands: encoders, movement generator, Bumble peripheral, virtual radio."""
