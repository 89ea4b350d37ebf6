"""Which cards somebody asks about and which he may see, as masks over columns. Pure.

people/access.py says the same of one row and of a query; a test holds the three together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from otklik.reports.atlas import Atlas, lying_under, within
from otklik.reports.columns import Column, capped
from otklik.reports.slices import Mask, Slice


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader wants to see only. Ids, 0 for «all»; `agency` and `municipality` take what lies below along."""

    group: int = 0
    theme: int = 0
    municipality: int = 0
    agency: int = 0
    network: str = ""

    def of(self, cards: Slice, atlas: Atlas) -> Slice:
        """Those of the cards that are wanted."""
        if self.group:
            cards = cards.where(_any_of(cards["theme"], [pk for pk, own in atlas.groups.items() if own == self.group]))
        if self.theme:
            cards = cards.where(np.asarray(cards["theme"] == self.theme, bool))
        if self.municipality:
            cards = cards.where(_any_of(cards["place"], lying_under(atlas.places, self.municipality)))
        if self.agency:
            cards = cards.where(_any_of(cards["agency"], lying_under(atlas.agencies, self.agency)))
        return cards.where(cards.is_("network", self.network)) if self.network else cards


Scope = Sequence[tuple[str, str]]
"""Pairs of an agency's path and a territory's, as people.access.opened gives them: "" is no bound, no pair no card."""


def seen(scope: Scope, cards: Slice, atlas: Atlas) -> Slice:
    """Those of the cards that the scope opens."""
    if any(not agency and not place for agency, place in scope):
        return cards
    mask: Mask = np.zeros(len(cards), bool)
    for agency, place in scope:
        one = _any_of(cards["agency"], within(atlas.agencies, agency)) if agency else np.ones(len(cards), bool)
        if place:
            one = one & _any_of(cards["place"], [0, *within(atlas.places, place)])
        mask |= one
    return cards.where(mask)


def _any_of(column: Column, ids: Iterable[int]) -> Mask:
    wanted = np.zeros(max([0, *ids]) + 2, bool)
    wanted[list(ids)] = True
    mask: Mask = wanted[capped(column, len(wanted) - 1)]
    return mask
