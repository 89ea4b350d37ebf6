"""How long figures take over a million cards of five years: `make bench-reports`, or `python -m bench.reports`.

The rows are invented, and the journal's chain is not sealed: such a database is for measuring and for nothing else.
"""
