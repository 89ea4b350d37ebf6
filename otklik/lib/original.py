"""Where in the text as it was written a piece of the tidied text stands; pure.

`tidy` takes things out and NFKC makes one letter of two or two of one, so that an offset found in a tidied or folded
text is not one of the original. Here the same steps run again with the place of every letter carried along. It costs
more than `tidy` itself, so it is done only when somebody asks.
"""

import re
import unicodedata
from functools import cached_property, lru_cache

from otklik.lib import text as steps


class Original:
    """A text and its tidied form. Takes any `str` whatsoever and never raises."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def tidied(self) -> str:
        return steps.tidy(self.text)

    @cached_property
    def folded(self) -> str:
        """As long as `tidied`: lower case, «е» for «ё», Cyrillic for its Latin look-alikes."""
        return straight(self.tidied)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the original of `tidied[start:end]`; an empty piece is empty there, too."""
        start, end = max(start, 0), min(end, len(self.tidied))
        if start >= end:
            place = self._places[start] if start < len(self._places) else len(self.text)
            return place, place
        return self._places[start], self._places[end - 1] + 1

    @cached_property
    def _places(self) -> list[int]:
        traced = _Traced(self.text, list(range(len(self.text))))
        traced = traced.replaced(steps.INVISIBLE, "").replaced(steps.BREAK, " ").replaced(steps.MENTION, group=1)
        traced = traced.replaced(steps.AT_MENTION, " ", group=1).replaced(steps.URL, " ").normal()
        traced = traced.replaced(steps.INVISIBLE, "").joined()
        if traced.text != self.tidied:  # never seen; then a piece lies at least near its place
            last = len(self.text) - 1
            return [min(place, last) for place in range(len(self.tidied))]
        return traced.places


@lru_cache(maxsize=32)
def straight(tidied: str) -> str:
    """A tidied text folded: as long as before, and with Cyrillic for its Latin look-alikes."""
    return steps.alike(steps.lower(tidied))


class _Traced:
    def __init__(self, text: str, places: list[int]) -> None:
        self.text = text
        self.places = places

    def replaced(self, pattern: re.Pattern[str], with_: str = "", group: int = 0) -> "_Traced":
        """Every match becomes its group, or `with_` where it has none."""
        kept: list[str] = []
        places: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            kept.append(self.text[done : match.start()])
            places += self.places[done : match.start()]
            start, end = match.span(group) if group and match.group(group) else (match.start(), match.start())
            if end > start:
                kept.append(self.text[start:end])
                places += self.places[start:end]
            elif with_:
                kept.append(with_)
                places += self.places[match.start() : match.start() + 1] * len(with_)
            done = match.end()
        if not done:
            return self
        return _Traced("".join([*kept, self.text[done:]]), places + self.places[done:])

    def normal(self) -> "_Traced":
        """As `lib.text` normalises. A cluster (a letter with its marks) that changes its length keeps its bounds."""
        if self.text.isascii():
            return self
        kept: list[str] = []
        places: list[int] = []
        for piece in steps.PIECE.finditer(self.text):
            start, end = piece.span()
            whole = steps.normal(piece.group())
            if len(whole) == end - start and unicodedata.is_normalized("NFKC", piece.group()):
                kept.append(whole)
                places += self.places[start:end]
                continue
            made = [(steps.normal(self.text[a:b]), self.places[a]) for a, b in _clusters(self.text, start, end)]
            if "".join(letters for letters, _ in made) == whole:
                for letters, place in made:
                    places += [place] * len(letters)
            else:
                places += [self.places[min(start + shift, end - 1)] for shift in range(len(whole))]
            kept.append(whole)
        return _Traced("".join(kept), places)

    def joined(self) -> "_Traced":
        """Runs of white space are one blank, none at the ends."""
        kept: list[str] = []
        places: list[int] = []
        for match in re.finditer(r"\S+", self.text):
            start, end = match.span()
            if kept:
                kept.append(" ")
                places.append(self.places[start - 1])
            kept.append(self.text[start:end])
            places += self.places[start:end]
        return _Traced("".join(kept), places)


def _clusters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Bounds of every letter with the marks that combine with it."""
    clusters: list[tuple[int, int]] = []
    for index in range(start, end):
        if clusters and unicodedata.combining(text[index]):
            clusters[-1] = (clusters[-1][0], index + 1)
        else:
            clusters.append((index, index + 1))
    return clusters
