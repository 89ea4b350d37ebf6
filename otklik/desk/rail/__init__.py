"""The rail: the lists of work and the sections at the side of every page, each with how many wait there."""
