"""The coach page and its socket. It knows events, states and a small service interface."""
