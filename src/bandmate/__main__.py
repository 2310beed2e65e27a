"""`python -m bandmate`."""

from bandmate.cli import main

main()
