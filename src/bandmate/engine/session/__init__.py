"""The guided session: what is asked, shown and said, and what it came to. No I/O."""
