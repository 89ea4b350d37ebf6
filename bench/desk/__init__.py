"""How long the desk's pages take over a database of any size: `python -m bench.desk --cards 100000`.

The rows are invented, and the journal's seals fit nothing: such a database is for measuring alone. With `--keep` it
stays there, and what arrives in it becomes cards as anywhere.
"""
