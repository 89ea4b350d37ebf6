"""«Ситуация»: what hurts where, for a head who has two minutes."""
