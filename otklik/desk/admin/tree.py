"""The tree of agencies as rows: depth, people and open cards, with everything below counted in."""

from dataclasses import dataclass

from otklik.desk.admin.facts import cards_by_agency, people_by_agency
from otklik.lib.text import fold
from otklik.people.models import Agency
from otklik.people.scope import Scope

MOST = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """`depth` counts from 0 at the top of what the reader manages; the figures are of the agency with all below."""

    agency: Agency
    depth: int
    people: int
    cards: int


def rows(scope: Scope, typed: str, closed: bool) -> tuple[list[Row], int]:
    """In the order of the tree, by name within each parent; and how many there are. Three queries.

    With `typed` only the agencies that answer to it and those above them, so that it is seen where they stand.
    """
    queryset = scope.agencies().select_related("territory")
    agencies = {agency.pk: agency for agency in (queryset if closed else queryset.filter(active=True))}
    people, cards = _people_below(agencies), _cards_below(agencies)
    shown = _matching(agencies, typed)
    ordered = sorted((agencies[pk] for pk in shown), key=lambda one: _key(one, agencies))
    wanted = [Row(one, _depth(one, agencies), len(people[one.pk]), cards[one.pk]) for one in ordered[:MOST]]
    return wanted, len(shown)


def _people_below(agencies: dict[int, Agency]) -> dict[int, set[int]]:
    """Users, each once, of an agency and everything below it."""
    people_below: dict[int, set[int]] = {pk: set() for pk in agencies}
    for own, user in people_by_agency():
        for pk in _ids(agencies[own]) if own in agencies else ():
            people_below.setdefault(pk, set()).add(user)
    return people_below


def _cards_below(agencies: dict[int, Agency]) -> dict[int, int]:
    cards_below = dict.fromkeys(agencies, 0)
    for own, count in cards_by_agency():
        for pk in _ids(agencies[own]) if own in agencies else ():
            cards_below[pk] = cards_below.get(pk, 0) + count
    return cards_below


def _matching(agencies: dict[int, Agency], typed: str) -> set[int]:
    if not typed:
        return set(agencies)
    word = fold(typed)
    hits = [one for one in agencies.values() if word in fold(one.name) or word in fold(one.short_name)]
    return {pk for one in hits for pk in _ids(one) if pk in agencies}


def _ids(agency: Agency) -> list[int]:
    return [int(part) for part in agency.path.strip("/").split("/") if part]


def _key(agency: Agency, agencies: dict[int, Agency]) -> list[tuple[str, int]]:
    return [(agencies[pk].short_name, pk) for pk in _ids(agency) if pk in agencies]


def _depth(agency: Agency, agencies: dict[int, Agency]) -> int:
    return sum(pk in agencies for pk in _ids(agency)) - 1
