"""Virtual bands on a virtual radio, a scripted person, and the broker of the demo."""
