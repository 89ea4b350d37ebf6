"""The demonstration region: an invented Краснодарский край with seven months of history, from a seed."""
