"""Measures of a set of cards that take more than the kept columns: what came again, and what was promised. Pure.

Whoever asks lays these columns beside the cards (Slice.beside): `same_author` and `same_place` are 1 where a card is a
repeat (repeats.py), `promise` is one of the codes below.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from otklik.reports import repeats
from otklik.reports.arithmetic import Share
from otklik.reports.slices import Mask, Slice

PROMISE = "promise"
NO_PROMISE, UNKEPT, KEPT = range(3)
"""Of the promises of a card whose day has come and that were not cancelled: none, not all kept, all kept."""


class Further(Mapping[str, Share]):
    """By the names of FURTHER; `cards` hold no noise. Each is counted when it is asked for: a line of a breakdown shows
    one of them."""

    def __init__(self, cards: Slice) -> None:
        self._cards = cards

    def __getitem__(self, name: str) -> Share:
        """Raises KeyError for another name."""
        return _COUNTED[name](self._cards)

    def __iter__(self) -> Iterator[str]:
        return iter(FURTHER)

    def __len__(self) -> int:
        return len(FURTHER)


def _repeated(kind: str, cards: Slice) -> Share:
    return _of(repeats.comparable(cards, kind), cards[kind] > 0)


def _kept(cards: Slice) -> Share:
    return _of(cards[PROMISE] > NO_PROMISE, cards[PROMISE] == KEPT)


_COUNTED: Mapping[str, Callable[[Slice], Share]] = {
    repeats.AUTHOR: partial(_repeated, repeats.AUTHOR),
    repeats.PLACE: partial(_repeated, repeats.PLACE),
    "kept": _kept,
}
FURTHER = tuple(_COUNTED)


def _of(whole: Mask, part: Mask) -> Share:
    return Share(int(np.count_nonzero(whole & part)), int(np.count_nonzero(whole)))
