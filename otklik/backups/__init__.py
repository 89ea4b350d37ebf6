"""Copies of the whole installation in one file, and loading them again.

It knows how a database of either kind is copied while it is used and put back, what a copy holds, and how a damaged one
is told. It neither stops nor starts anything, and does not know what a restore means to those who speak: that is said
in site/restore.py. The installation's key is never in a copy.
"""
