"""The head's figures: what was asked for, tiles, tables, charts and the CSV."""
