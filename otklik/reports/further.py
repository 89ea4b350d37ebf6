"""Measures of a set of cards that take more than the kept columns: what came again, and what was promised. Pure.

Whoever asks lays these columns beside the cards (Slice.beside): `same_author` and `same_place` are 1 where a card is a
repeat (repeats.py), `promise` is one of the codes below.
"""

from collections.abc import Mapping

import numpy as np

from otklik.reports import repeats
from otklik.reports.arithmetic import Share
from otklik.reports.slices import Mask, Slice

PROMISE = "promise"
NO_PROMISE, UNKEPT, KEPT = range(3)
"""Of the promises of a card whose day has come and that were not cancelled: none, not all kept, all kept."""

FURTHER = (repeats.AUTHOR, repeats.PLACE, "kept")


def further(cards: Slice) -> Mapping[str, Share]:
    """By the names of FURTHER; `cards` hold no noise."""
    return {
        repeats.AUTHOR: _of(repeats.comparable(cards, repeats.AUTHOR), cards[repeats.AUTHOR] > 0),
        repeats.PLACE: _of(repeats.comparable(cards, repeats.PLACE), cards[repeats.PLACE] > 0),
        "kept": _of(cards[PROMISE] > NO_PROMISE, cards[PROMISE] == KEPT),
    }


def _of(whole: Mask, part: Mask) -> Share:
    return Share(int(np.count_nonzero(whole & part)), int(np.count_nonzero(whole)))
