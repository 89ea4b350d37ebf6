"""GET /metrics/: all measures with their definitions, of whatever is asked for, whole or broken down by one thing."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.metrics.words import SHARES, STAGES
from otklik.desk.statistics.ask import Asked, ask
from otklik.desk.statistics.export import safe
from otklik.desk.statistics.tiles import interval, lasted, of_n, per_cent
from otklik.desk.translated import translated
from otklik.incidents.models import Outcome
from otklik.lib import clock
from otklik.people.access import opened
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports.arithmetic import ENOUGH, Share
from otklik.reports.atlas import Atlas, Names
from otklik.reports.behind import real
from otklik.reports.columns import Column, word
from otklik.reports.fold import Yardstick
from otklik.reports.metrics import Metrics, metrics
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas, sliced
from otklik.reports.slices import Slice
from otklik.reports.worktime import WorkTable
from otklik.routing.deadlines import worked_spans
from otklik.routing.weeks import region_week

READERS = (Permission.FIGURES,)
MOST_ROWS = 60
BROKEN_DOWN: Mapping[str, Any] = {
    "": gettext_lazy("не разбивать"),
    "group": gettext_lazy("по группам тем"),
    "theme": gettext_lazy("по темам"),
    "municipality": gettext_lazy("по муниципалитетам"),
    "agency": gettext_lazy("по ведомствам"),
    "network": gettext_lazy("по сетям"),
    "month": gettext_lazy("по месяцам"),
}
COLUMNS = ("within_day", "good", "brushed_off", "reopened", "returned")


@dataclass(frozen=True, slots=True)
class Told:
    """A question about measures, with the cards that it is about."""

    asked: Asked
    by: str
    atlas: Atlas
    names: Names
    cards: Slice
    work: WorkTable
    at: datetime

    @property
    def stick(self) -> Yardstick:
        return yardstick(self.at)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a breakdown: what it is called, and its measures. `few`: too few cards to judge by."""

    name: str
    told: Metrics
    few: bool


@require_safe
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    told = look_up(request, user_of(request))
    whole = metrics(told.cards, told.work, told.stick)
    context = {
        "asked": told.asked,
        "names": told.names,
        "at": told.at,
        "by": told.by,
        "breakdowns": [
            (key, title, _with(told.asked.link(), key), key == told.by) for key, title in BROKEN_DOWN.items()
        ],
        "count": whole.count,
        "stages": [stage_words(name, whole) for name in STAGES],
        "shares": [share_words(name, whole) for name in SHARES],
        "outcomes": outcome_words(whole),
        "returns": whole.returns,
        "rows": [row_words(row) for row in rows(told)],
        "columns": [SHARES[name][0] for name in COLUMNS],
        "export": _with(told.asked.link(), told.by),
    }
    return render(request, "desk/metrics/page.html", context, status=400 if told.asked.trouble else 200)


@require_safe
@permitted(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The same as a table: UTF-8 with a mark, semicolons, decimal commas; seconds as hours."""
    told = look_up(request, user_of(request))
    if told.asked.trouble:
        return HttpResponse(told.asked.trouble, status=400, content_type="text/plain; charset=utf-8")
    found = [Row(_("Всего"), metrics(told.cards, told.work, told.stick), few=False), *rows(told)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in _table(found):
        writer.writerow([safe(cell) for cell in line])
    period = told.asked.period
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"otklik-metrics-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def look_up(request: HttpRequest, user: User) -> Told:
    """Four queries, and one more for sheaves that this process has not unpacked yet."""
    at, known = clock.now(), atlas()
    names = replace(known.names, network={kind: translated(title) for kind, title in known.names.network.items()})
    asked = ask(request.GET, names, at)
    by = request.GET.get("by", "")
    here, _before = sliced(opened(user, READERS), asked.narrowing, asked.period, known)
    return Told(asked, by if by in BROKEN_DOWN else "", known, names, real(here), work_table(asked, at), at)


def work_table(asked: Asked, at: datetime) -> WorkTable:
    """The region's working hours from the period's first year to now."""
    return WorkTable(worked_spans(region_week(), asked.period.first.year - 1, timezone.localdate(at).year + 1))


def rows(told: Told) -> list[Row]:
    """The breakdown, lines with the most cards first, months in their order; [] where none is asked for."""
    if not told.by:
        return []
    keys, name = _KEYS[told.by](told)
    found = [(key, some) for key, some in told.cards.by(keys).items() if name(key)]
    if told.by != "month":
        found.sort(key=lambda one: (-len(one[1]), one[0]))
    return [Row(name(key), metrics(some, told.work, told.stick), len(some) < ENOUGH) for key, some in found[:MOST_ROWS]]


Keyed = tuple[Column, Callable[[int], str]]


def _months(told: Told) -> Keyed:
    """Months as `year * 12 + month`, by the region's clock."""
    first, zone = told.asked.period.first, told.asked.period.zone
    count = (told.asked.period.last.year - first.year) * 12 + told.asked.period.last.month - first.month + 1
    begins = [first.year * 12 + first.month - 1 + number for number in range(count)]
    edges = np.array([datetime(one // 12, one % 12 + 1, 1, tzinfo=zone).timestamp() for one in begins], np.int64)
    places = np.searchsorted(edges, told.cards["started"], "right")
    names = {number + 1: f"{one // 12}-{one % 12 + 1:02d}" for number, one in enumerate(begins)}
    return places, lambda key: names.get(key, "")


_KEYS: Mapping[str, Callable[[Told], Keyed]] = {
    "group": lambda told: (told.atlas.group_of_theme(told.cards["theme"]), _named(told.names.group)),
    "theme": lambda told: (told.cards["theme"], _named(told.atlas.themes)),
    "municipality": lambda told: (
        told.atlas.municipality_of_place(told.cards["place"]),
        _named(told.names.municipality),
    ),
    "agency": lambda told: (told.atlas.agency_of_agency(told.cards["agency"]), _named(told.names.agency)),
    "network": lambda told: (told.cards["network"], lambda key: told.names.network.get(word(key), word(key))),
    "month": _months,
}


def _named(names: Mapping[int, str]) -> Callable[[int], str]:
    return lambda key: names.get(key, "")


def stage_words(name: str, told: Metrics) -> dict[str, Any]:
    title, meaning = STAGES[name]
    times = told.times[name]
    return {
        "title": title,
        "meaning": meaning,
        "n": times.n,
        "few": times.n < ENOUGH,
        "median": lasted(times.median),
        "ninth": lasted(times.ninth),
        "working_median": lasted(times.working_median, working=True),
        "working_ninth": lasted(times.working_ninth, working=True),
    }


def share_words(name: str, told: Metrics) -> dict[str, Any]:
    title, meaning = SHARES[name]
    share: Share = getattr(told, name)
    return {
        "title": title,
        "meaning": meaning,
        "value": per_cent(share),
        "of": of_n(share),
        "between": interval(share) if share.n else "",
        "few": not share.enough,
    }


def outcome_words(told: Metrics) -> list[tuple[str, int, str]]:
    """(title, count, share) of every outcome."""
    total = sum(told.outcomes.values())
    return [
        (str(one.label), told.outcomes.get(one, 0), per_cent(Share(told.outcomes.get(one, 0), total)))
        for one in Outcome
    ]


def row_words(row: Row) -> dict[str, Any]:
    first = row.told.times["first"]
    cells = [
        (per_cent(share), of_n(share), not share.enough) for share in (getattr(row.told, name) for name in COLUMNS)
    ]
    return {
        "name": row.name,
        "count": row.told.count,
        "few": row.few,
        "median": lasted(first.median),
        "working": lasted(first.working_median, working=True),
        "cells": cells,
    }


def _with(link: str, by: str) -> str:
    return f"{link}&by={by}" if by else link


def _table(found: Sequence[Row]) -> list[list[object]]:
    head: list[object] = [_("Название"), _("Карточек"), _("Возвратов «не наше»")]
    for title, _meaning in STAGES.values():
        head += [
            f"{title}: {words}"
            for words in (_("n"), _("медиана, ч"), _("9 из 10, ч"), _("медиана, раб. ч"), _("9 из 10, раб. ч"))
        ]
    for title, _meaning in SHARES.values():
        head += [f"{title}, %", f"{title}: {_('из скольких')}"]
    head += [str(one.label) for one in Outcome]
    return [head, *(_line(row) for row in found)]


def _line(row: Row) -> list[object]:
    line: list[object] = [row.name, row.told.count, row.told.returns]
    for name in STAGES:
        times = row.told.times[name]
        line += [times.n, *map(_hours, (times.median, times.ninth, times.working_median, times.working_ninth))]
    for name in SHARES:
        share: Share = getattr(row.told, name)
        line += ["" if share.percent is None else share.percent, share.n]
    return [*line, *(row.told.outcomes.get(one, 0) for one in Outcome)]


def _hours(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds / 3600:.2f}".replace(".", ",")
