"""How well what many people write of one thing comes together as one problem, by seed of the generators."""
