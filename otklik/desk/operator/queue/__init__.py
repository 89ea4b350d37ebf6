"""The operator's queue: its tabs, filters and rows, what changed since, and the moves made from it."""
