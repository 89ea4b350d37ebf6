"""What a map is coloured by: values of municipalities put into at most five classes, told in words. No table."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

CLASSES = 5
FEW = "few"


@dataclass(frozen=True, slots=True)
class Value:
    """A municipality's value: a count, or a share in per cent; None where there is nothing to count from. `few` says
    that its n is too small to mean anything. `words` are the value with its n, for people."""

    number: int | None
    words: str
    few: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that the map can show, by the municipality's id. `shares` are per cent, the others are counts."""

    title: str
    values: Mapping[int, Value]
    shares: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """For `desk/map/_map.html`: the titles of the measures, and `data` for its script."""

    titles: Sequence[str]
    data: Mapping[str, Any]


def map_of(measures: Sequence[Measure], names: Mapping[int, str], address: Callable[[int], str]) -> Map:
    """A map of the municipalities that have a value of the first measure; the others stay pale. `address` is where a
    click on one leads."""
    edges = [_edges(measure) for measure in measures]
    places = {
        str(pk): {
            "name": names.get(pk, str(pk)),
            "address": address(pk),
            "told": [f"{one.title}: {one.values[pk].words}" for one in measures if pk in one.values],
            "classes": [_class_of(one.values.get(pk), ends) for one, ends in zip(measures, edges, strict=True)],
        }
        for pk in measures[0].values
    }
    data = {
        "shapes": reverse("map-shapes"),
        "measures": [_legend(one, ends) for one, ends in zip(measures, edges, strict=True)],
        "places": places,
        "words": {"none": _("среди показанных карточек нет ни одной")},
    }
    return Map([measure.title for measure in measures], data)


def _edges(measure: Measure) -> list[int]:
    """The highest number of each class, ascending: equal fifths of 100 %, or as many municipalities in each class."""
    if measure.shares:
        return [19, 39, 59, 79, 100]
    counts = sorted(value.number for value in measure.values.values() if value.number is not None)
    distinct = sorted(set(counts))
    if len(distinct) <= CLASSES:
        return distinct
    return sorted({counts[len(counts) * part // CLASSES - 1] for part in range(1, CLASSES + 1)})


def _class_of(value: Value | None, edges: Sequence[int]) -> int | str | None:
    """From 1 to the number of classes; None without a value."""
    if value is None or value.number is None:
        return None
    return FEW if value.few else _place(value.number, edges)


def _place(number: int, edges: Sequence[int]) -> int:
    return bisect_left(edges, number) + 1


def _legend(measure: Measure, edges: Sequence[int]) -> list[list[int | str]]:
    """(class, words) of the classes that somebody is in, few and none included: the latter is class 0."""
    seen = {_class_of(value, edges) for value in measure.values.values()}
    shown: list[list[int | str]] = [
        [number, _between(low, high, measure.shares)]
        for number, (low, high) in enumerate(_spans(measure, edges), start=1)
        if number in seen
    ]
    if FEW in seen:
        shown.append([FEW, _("меньше 10 наблюдений: судить рано")])
    shown.append([0, _("нет данных")])
    return shown


def _spans(measure: Measure, edges: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Lowest and highest number of each class: of shares as the class reaches, of counts as they are."""
    counts = [value.number for value in measure.values.values() if value.number is not None]
    low = 0
    for high in edges:
        inside = [number for number in counts if low <= number <= high]
        yield (low, high) if measure.shares or not inside else (min(inside), max(inside))
        low = high + 1


def _between(low: int, high: int, shares: bool) -> str:
    span = str(low) if low == high else f"{low}–{high}"
    return f"{span}\u00a0%" if shares else span
