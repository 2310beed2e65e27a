"""After the session: what was done, as a list, a report, trends and files.

Everything is folded from the events and readings in the local store, and from what is kept of
people; nothing is written back.
"""
