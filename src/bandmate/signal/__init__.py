"""Streaming kernels, one concept a file: settings, state, step; any chunking, same output."""
