"""A map of the municipalities for any page of figures: their shapes at one address, and values that colour them.

A page draws it with `desk/map/_map.html`, `map.css` and `map.js`, and puts a table with the same numbers beside it.
Nothing comes from outside: shapes are our own rows, boundaries where they were loaded and else a scheme.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.formats import number_format
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted
from otklik.people.permissions import Permission
from otklik.places.models import Boundary, Place
from otklik.places.plane import Drawing, of_boundaries, of_centres
from otklik.reports.arithmetic import Share
from otklik.reports.shown import grouped, of_n, per_cent

QUANTILES = (0.25, 0.5, 0.75, 0.9, 0.97, 1.0)
"""Where classes of numbers end, as parts of the municipalities: by quarters, and the uppermost in finer steps. A region
has one or two cities of which five times as many write as of the next, and these must not look like those."""
FIFTHS = (19.0, 39.0, 59.0, 79.0, 100.0)
FEW = "few"
PER = 10_000
"""Inhabitants, to whom cards are related so that a city and a village can be compared."""
READERS = (Permission.FIGURES,)

Row = tuple[int, str, float | None, float | None, datetime | None]
"""What the shapes depend on: id, name, longitude, latitude, and when the boundary was loaded."""


@dataclass(frozen=True, slots=True)
class Value:
    """A municipality's value: a count, a rate, or a share in per cent; None where there is nothing to count from. `few`
    says that its n is too small to mean anything. `words` are the value with its n, for people; `mark` is what stands
    on the map, `size` the number of cards by which its circle is drawn, 0 for none."""

    number: float | None
    words: str
    few: bool = False
    mark: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that the map can show, by the municipality's id. `shares` are per cent, the others are numbers shown
    with `digits`; `scale` says what the colours mean."""

    title: str
    values: Mapping[int, Value]
    shares: bool = False
    digits: int = 0
    scale: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """For `desk/map/_map.html`: the titles of the measures, and `data` for its script."""

    titles: Sequence[str]
    data: Mapping[str, Any]


def rate_words(count: int, inhabitants: int, digits: int = 1) -> str:
    """«3,1» for 10 000 inhabitants; "" where nobody knows how many they are."""
    return number_format(PER * count / inhabitants, digits) if inhabitants else ""


def counted(title: str, counts: Mapping[int, int], people: Mapping[int, int]) -> Measure:
    """How many cards: coloured by how many there are for 10 000 inhabitants where it is known of everybody who has
    some, else by their number, and the scale says so."""
    if not people or any(count and pk not in people for pk, count in counts.items()):
        values = {pk: Value(count, grouped(count), mark=grouped(count), size=count) for pk, count in counts.items()}
        scale = _("%(title)s: цвет, круг и число – сколько всего. Сколько где жителей, загружено не у всех.")
        return Measure(title, values, scale=scale % {"title": title})
    highest = max((PER * count / people[pk] for pk, count in counts.items() if count), default=0)
    digits = 1 if highest >= 10 else 2  # of the late ones there is less than one for 10 000
    values = {pk: _rate(count, people.get(pk, 0), digits) for pk, count in counts.items()}
    scale = _("%(title)s: цвет – на 10 000 жителей, круг и число – сколько всего.")
    return Measure(title, values, digits=digits, scale=scale % {"title": title})


def _rate(count: int, inhabitants: int, digits: int) -> Value:
    number = round(PER * count / inhabitants, digits) if inhabitants else 0.0
    figures = {"count": grouped(count), "rate": rate_words(count, inhabitants, digits) or "0"}
    words = _("%(count)s (%(rate)s на 10 000 жителей)") % figures
    return Value(number, words, mark=grouped(count), size=count)


def shared(title: str, shares: Mapping[int, Share]) -> Measure:
    """A share in per cent; of fewer than ten the map has stripes."""
    values = {pk: _share(share) for pk, share in shares.items()}
    return Measure(title, values, shares=True, scale=_("%(title)s: цвет и число – доля.") % {"title": title})


def _share(share: Share) -> Value:
    words = f"{per_cent(share)}, {of_n(share)}" if share.n else of_n(share)
    few = bool(share.n) and not share.enough
    return Value(share.percent, words, few=few, mark=per_cent(share) if share.enough else "")


def map_of(measures: Sequence[Measure], names: Mapping[int, str], address: Callable[[int], str]) -> Map:
    """A map of the municipalities that have a value of the first measure; the others stay pale. `address` is where a
    click on one leads."""
    edges = [_edges(measure) for measure in measures]
    places = {
        str(pk): {
            "name": names.get(pk, str(pk)),
            "address": address(pk),
            "lines": [f"{one.title}: {one.values[pk].words}" for one in measures if pk in one.values],
            "classes": [_class_of(one.values.get(pk), ends) for one, ends in zip(measures, edges, strict=True)],
            "marks": [one.values[pk].mark if pk in one.values else "" for one in measures],
            "sizes": [one.values[pk].size if pk in one.values else 0 for one in measures],
        }
        for pk in measures[0].values
    }
    data = {
        "shapes": reverse("map-shapes"),
        "measures": [
            {"scale": one.scale, "legend": _legend(one, ends)} for one, ends in zip(measures, edges, strict=True)
        ],
        "places": places,
        "words": {"none": _("среди показанных карточек нет ни одной")},
    }
    return Map([measure.title for measure in measures], data)


def _edges(measure: Measure) -> list[float]:
    """The highest number of each class, ascending: equal fifths of 100 %, or parts of the municipalities."""
    if measure.shares:
        return list(FIFTHS)
    numbers = sorted(value.number for value in measure.values.values() if value.number is not None)
    distinct = sorted(set(numbers))
    if len(distinct) <= len(QUANTILES):
        return distinct
    return sorted({numbers[ceil(part * len(numbers)) - 1] for part in QUANTILES})


def _class_of(value: Value | None, edges: Sequence[float]) -> int | str | None:
    """From 1 to the number of classes; None without a value."""
    if value is None or value.number is None:
        return None
    return FEW if value.few else bisect_left(edges, value.number) + 1


def _legend(measure: Measure, edges: Sequence[float]) -> list[list[int | str]]:
    """(class, words) of the classes that somebody is in, few and none included: the latter is class 0."""
    seen = {_class_of(value, edges) for value in measure.values.values()}
    shown: list[list[int | str]] = [
        [number, _between(low, high, measure)]
        for number, (low, high) in enumerate(_spans(measure, edges), start=1)
        if number in seen
    ]
    if FEW in seen:
        shown.append([FEW, _("меньше 10 наблюдений: судить рано")])
    shown.append([0, _("нет данных")])
    return shown


def _spans(measure: Measure, edges: Sequence[float]) -> Iterable[tuple[float, float]]:
    """Lowest and highest number of each class: of shares as the class reaches, of other numbers as they are."""
    numbers = [value.number for value in measure.values.values() if value.number is not None]
    below = -1.0
    for high in edges:
        inside = [number for number in numbers if below < number <= high]
        yield (below + 1, high) if measure.shares or not inside else (min(inside), max(inside))
        below = high


def _between(low: float, high: float, measure: Measure) -> str:
    first, last = (number_format(number, measure.digits if number else 0) for number in (low, high))
    span = first if first == last else f"{first}–{last}"
    return f"{span}\u00a0%" if measure.shares else span


@require_safe
@permitted(*READERS)
def shapes(request: HttpRequest) -> HttpResponseBase:
    """`scheme` (whether these are cells in place of boundaries), `attribution`, `width`, `height` and `shapes`: id,
    name, path of SVG, and the middle of each. Where nothing is known to draw, no shapes.

    The browser keeps it and asks each time whether it is still so: one small query, and 304 as long as it is.
    """
    rows = _rows()
    etag = quote_etag(hashlib.sha256(repr(rows).encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(_body(rows), content_type="application/json")
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _rows() -> tuple[Row, ...]:
    municipalities = Place.objects.filter(level=Place.Level.MUNICIPALITY).order_by("pk")
    return tuple(municipalities.values_list("pk", "name", "longitude", "latitude", "boundary__loaded_at"))


@lru_cache(maxsize=2)
def _body(rows: tuple[Row, ...]) -> bytes:
    scheme = not any(loaded_at for *_place, loaded_at in rows)
    drawing, attribution = (_scheme(rows), "") if scheme else _boundaries()
    names = {pk: name for pk, name, *_rest in rows}
    place_values = {
        "scheme": scheme,
        "attribution": attribution,
        "width": drawing.width,
        "height": drawing.height,
        "shapes": [
            {"id": pk, "name": names[pk], "path": shape.path, "x": shape.x, "y": shape.y}
            for pk, shape in drawing.shapes.items()
            if pk in names
        ],
    }
    return json.dumps(place_values, ensure_ascii=False, separators=(",", ":")).encode()


def _scheme(rows: tuple[Row, ...]) -> Drawing:
    return of_centres({pk: (lon, lat) for pk, _name, lon, lat, _at in rows if lon is not None and lat is not None})


def _boundaries() -> tuple[Drawing, str]:
    rows = list(Boundary.objects.order_by("place_id").values_list("place_id", "polygons", "attribution"))
    attributions = dict.fromkeys(attribution for _pk, _polygons, attribution in rows if attribution)
    return of_boundaries({pk: polygons for pk, polygons, _attribution in rows}), "; ".join(attributions)
