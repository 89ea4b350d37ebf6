"""Whether two texts are the same to a reader. Pure."""

from html import unescape

from otklik.lib.text import fold


def same_text(one: str, other: str) -> bool:
    """Equal but for spaces, case, escaped signs and how links are wrapped."""
    left, right = fold(unescape(one)), fold(unescape(other))
    if left or right:
        return left == right
    return one.split() == other.split()
