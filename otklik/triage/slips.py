"""Names and words written with one slip: a letter too many, too few, another one, or two in the wrong order; pure."""

from collections.abc import Iterable

SHORTEST = 6
"""Letters. In a shorter word one slip makes another word too often."""

_LONGEST = 24


class Slips:
    """Folded words that may be misspelt, each with the name that it is a form of. Built once.

    One slip leaves a half of a word as it was, so the words are kept by their halves. Only two letters in the wrong
    order just in the middle leave none, and are put right to look.
    """

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        self._names = {word: name for word, name in words if len(word) >= SHORTEST}
        self._halves: dict[tuple[int, str, str], list[str]] = {}
        for word in self._names:
            for key in _halves(word, len(word)):
                self._halves.setdefault(key, []).append(word)

    def meant(self, word: str) -> str:
        """A form of the one name that this word is a slip of; empty if there is none or several, or no slip at all."""
        if not SHORTEST <= len(word) <= _LONGEST or word in self._names:
            return ""
        keys = (key for length in (len(word) - 1, len(word), len(word) + 1) for key in _halves(word, length))
        candidates = {near for key in keys for near in self._halves.get(key, ()) if one_slip(word, near)}
        middle = len(word) // 2
        turned = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
        candidates |= {turned} & self._names.keys()
        return min(candidates) if len({self._names[one] for one in candidates}) == 1 else ""


def _halves(word: str, length: int) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
    """The keys of a word of that length which has a half in common with this one, and the first letter."""
    middle = length // 2
    return (length, word[:middle], ""), (length, word[:1], word[middle - length :])


def one_slip(word: str, other: str) -> bool:
    """Whether the two differ by exactly one slip."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    rest, others = word[start:], other[start:]
    if len(rest) == len(others):
        return rest[1:] == others[1:] or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
    return rest[1:] == others or rest == others[1:]
