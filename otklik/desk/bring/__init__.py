"""A card by hand: a link to any page of any network and the text that stands there.

It must not know how a message is judged: it brings one, and the worker opens the card as it does for every other.
"""
