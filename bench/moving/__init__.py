"""How long a move takes: an export of N made-up incidents in, and all of them out again."""
