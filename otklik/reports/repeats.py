"""Who wrote again about the same, and where the same is written about again. Pure.

A repeat is a card before which another was begun within so many days, by the same author with the same theme, or at the
same place with the same theme. It is one whoever asks and whatever he has narrowed the page to: so it is looked for
among everybody's cards.
"""

from datetime import timedelta

import numpy as np

from otklik.reports.columns import Column
from otklik.reports.ranks import in_order
from otklik.reports.slices import Mask, Slice

WITHIN = timedelta(days=30)
AUTHOR, PLACE = "same_author", "same_place"
KEYS = {AUTHOR: ("author", "theme"), PLACE: ("place", "theme")}
"""What two cards have in common. A card that lacks one of them is no repeat, and none is a repeat of it."""
_BITS = 63  # of a whole number that is not below zero
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, and near the golden share of 2**64: what lies in steps falls apart
_KEPT = np.uint64(64 - 21)  # two million places


def comparable(cards: Slice, kind: str) -> Mask:
    """Which cards have what they are compared by."""
    mask: Mask = np.ones(len(cards), bool)
    for name in KEYS[kind]:
        mask &= cards[name] > 0
    return mask


def repeats(cards: Slice, kind: str, within: timedelta = WITHIN) -> Column:
    """The ids of the repeats among `cards`, which hold no noise and reach so far back before those that are asked
    about."""
    some = cards.where(comparable(cards, kind))
    alike = _alike(some, kind)
    maybe = np.flatnonzero(_met_again(alike))
    some, alike = some.at(maybe), alike.take(maybe)
    order = _by_time(some)
    order = order.take(in_order(alike.take(order)))
    alike, started = alike.take(order), some["started"].take(order).astype(np.int64)
    again = (alike[1:] == alike[:-1]) & (started[1:] - started[:-1] <= int(within.total_seconds()))
    repeat_ids: Column = some["pk"].take(order[1:][again])
    return repeat_ids


def _alike(cards: Slice, kind: str) -> Column:
    """One number for what two cards have in common. Ids of tables: the product of two is far from eight bytes."""
    first, second = (cards[name].astype(np.int64) for name in KEYS[kind])
    return first * (int(second.max(initial=0)) + 1) + second


def _met_again(numbers: Column) -> Mask:
    """Which of these may stand more than once; few others are among them. Most authors write one time: what need not be
    ordered is left out."""
    places = ((numbers.astype(np.uint64) * _SPREAD) >> _KEPT).view(np.int64)
    mask: Mask = (np.bincount(places, minlength=1) > 1).take(places)
    return mask


def _by_time(cards: Slice) -> Column:
    """Where the cards stand, the earliest first; of one second, the one with the smaller number. Nearly all of them lie
    so already, and such are sorted in one walk."""
    moments, ids = (cards[name].astype(np.int64) for name in ("started", "pk"))
    ids -= int(ids.min(initial=0))
    width = int(ids.max(initial=0)).bit_length()
    moments -= int(moments.min(initial=0))
    if int(moments.max(initial=0)).bit_length() + width > _BITS:
        return np.lexsort((ids, moments))
    return np.argsort((moments << width) + ids, kind="stable")
