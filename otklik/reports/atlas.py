"""What ids mean at this moment: names, groups of themes, and where places and agencies belong. Pure.

Cards are kept with ids alone, so a theme that is renamed, an agency that is moved and a place that is put under another
municipality show under their present names at once, in the figures of all years.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from otklik.reports.columns import Column, capped

GROUP, MUNICIPALITY, AGENCY = "group", "municipality", "agency"


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called, for filters and tables. Municipalities by name, agencies are those of level 1.

    `group_of` is the group of each theme; `people` is how many live in each municipality of which it is loaded.
    """

    group: Mapping[int, str]
    municipality: Mapping[int, str]
    agency: Mapping[int, str]
    network: Mapping[str, str]
    theme: Mapping[int, str] = field(default_factory=dict)
    group_of: Mapping[int, int] = field(default_factory=dict)
    people: Mapping[int, int] = field(default_factory=dict)

    def of(self, breakdown: str) -> Mapping[Any, str]:
        """By the key of a Breakdown."""
        names: Mapping[Any, str] = getattr(self, breakdown)
        return names


@dataclass(frozen=True, slots=True)
class Atlas:
    """`groups` is the group of each theme, `themes` its name; `places` and `agencies` are paths, as in `/1/5/42/`."""

    names: Names
    groups: Mapping[int, int]
    places: Mapping[int, str]
    agencies: Mapping[int, str]
    themes: Mapping[int, str] = field(default_factory=dict)
    _tops: dict[str, "Lookup"] = field(default_factory=dict, compare=False)

    @property
    def group_of_theme(self) -> "Lookup":
        return self._kept(GROUP, lambda: self.groups)

    @property
    def municipality_of_place(self) -> "Lookup":
        return self._kept(MUNICIPALITY, lambda: topmost(self.places, self.names.municipality))

    @property
    def agency_of_agency(self) -> "Lookup":
        """The agency of level 1 above an agency."""
        return self._kept(AGENCY, lambda: topmost(self.agencies, self.names.agency))

    def _kept(self, name: str, make: Callable[[], Mapping[int, int]]) -> "Lookup":
        if name not in self._tops:
            self._tops[name] = Lookup(make())
        return self._tops[name]


class Lookup:
    """From a column of ids to what they belong to; 0 for what is not known and for none."""

    def __init__(self, known: Mapping[int, int]) -> None:
        self.known = known
        self._table = np.zeros(max(known, default=0) + 2, np.int32)
        for key, value in known.items():
            self._table[key] = value

    def __call__(self, ids: Column) -> Column:
        owners: Column = self._table[capped(ids, len(self._table) - 1)]
        return owners


def topmost(paths: Mapping[int, str], known: Mapping[int, object]) -> dict[int, int]:
    """For each path its uppermost id that is one of the known; paths without one are left out."""
    tops = {}
    for pk, path in paths.items():
        top = next((one for one in map(int, path.strip("/").split("/")) if one in known), 0) if path.strip("/") else 0
        if top:
            tops[pk] = top
    return tops


def within(paths: Mapping[int, str], beginning: str) -> Iterable[int]:
    """The ids whose paths begin so."""
    return [pk for pk, path in paths.items() if path.startswith(beginning)]


def lying_under(paths: Mapping[int, str], pk: int) -> Iterable[int]:
    """The ids that have this one on their path, itself among them."""
    part = f"/{pk}/"
    return [one for one, path in paths.items() if part in path]
