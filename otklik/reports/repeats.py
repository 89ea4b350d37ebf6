"""Who wrote again about the same, and where the same is written about again. Pure.

A repeat is a card before which another was begun within so many days, by the same author with the same theme, or at the
same place with the same theme. It is one whoever asks and whatever he has narrowed the page to: so it is looked for
among everybody's cards.
"""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from otklik.reports.columns import Column
from otklik.reports.slices import Mask, Slice

WITHIN = timedelta(days=30)
AUTHOR, PLACE = "same_author", "same_place"
KEYS = {AUTHOR: ("author", "theme"), PLACE: ("place", "theme")}
"""What two cards have in common. A card that lacks one of them is no repeat, and none is a repeat of it."""
_BITS = 63  # of a whole number that is not below zero
_DENSE = 20_000_000  # a table of higher ids would be too large


def comparable(cards: Slice, kind: str) -> Mask:
    """Which cards have what they are compared by."""
    found: Mask = np.ones(len(cards), bool)
    for name in KEYS[kind]:
        found &= cards[name] > 0
    return found


def repeats(cards: Slice, kind: str, within: timedelta = WITHIN) -> Column:
    """The ids of the repeats among `cards`, which hold no noise and reach so far back before those that are asked
    about."""
    some = cards.where(comparable(cards, kind))
    some = some.where(_shared(some[KEYS[kind][0]]))
    if not len(some):
        return np.empty(0, np.int64)
    order = _in_order([some[name] for name in KEYS[kind]], _by_time(some))
    same = np.ones(len(order) - 1, bool)
    for name in KEYS[kind]:
        column = some[name][order]
        same &= column[1:] == column[:-1]
    started = some["started"][order].astype(np.int64)
    again = same & (started[1:] - started[:-1] <= int(within.total_seconds()))
    found: Column = some["pk"][order[1:][again]]
    return found


def _shared(ids: Column) -> Mask:
    """Which of these ids stand more than once. Most authors write one time: what need not be sorted is left out."""
    if not ids.size or int(ids.max()) > _DENSE:
        return np.ones(len(ids), bool)
    found: Mask = np.bincount(ids)[ids] > 1
    return found


def _by_time(cards: Slice) -> Column:
    """Where the cards stand, the earliest first; of one second, the one with the smaller number. Nearly all of them lie
    so already, and such are sorted in one walk."""
    lows = [int(cards[name].min()) for name in ("started", "pk")]
    moments, ids = (cards[name].astype(np.int64) - low for name, low in zip(("started", "pk"), lows, strict=True))
    width = int(ids.max()).bit_length()
    if int(moments.max()).bit_length() + width > _BITS:
        return np.lexsort((ids, moments))
    return np.argsort((moments << width) + ids, kind="stable")


def _in_order(columns: Sequence[Column], by_time: Column) -> Column:
    """Where the cards stand, ordered by the first column, within it by the next, and then by time. Columns and place as
    one number where that fits: numbers are sorted many times as quickly as places."""
    lows = [int(column.min()) for column in columns]
    widths = [int(column.max() - low).bit_length() for column, low in zip(columns, lows, strict=True)]
    places = len(by_time).bit_length()
    if sum(widths) + places > _BITS:
        turned = [column[by_time] for column in reversed(columns)]
        return by_time[np.lexsort(turned)]
    key = np.zeros(len(by_time), np.int64)
    for column, low, width in zip(columns, lows, widths, strict=True):
        key = (key << width) + (column.astype(np.int64) - low)
    key = (key[by_time] << places) + np.arange(len(by_time))
    key.sort()
    found: Column = by_time[key & ((1 << places) - 1)]
    return found
