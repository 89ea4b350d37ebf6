"""Surges: more people than usual about one matter in one municipality, with their words and where they are."""
