"""GET /metrics/: all measures with their definitions, of whatever is asked for, whole or broken down by one thing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.desk.behind import links
from otklik.desk.behind.cards import READERS
from otklik.desk.behind.links import Figure, Opener, figure
from otklik.desk.behind.words import AGREED, AMONG_THREE, DECIDED, OVERDUE_NOW
from otklik.desk.gate import permitted, user_of
from otklik.desk.metrics.told import BROKEN_DOWN, Row, Told, agreed, look_up, rows, whole
from otklik.desk.metrics.words import AGREEMENT, SHARES, STAGES
from otklik.desk.statistics.ask import Asked
from otklik.desk.statistics.tiles import interval, lasted, of_n, per_cent
from otklik.incidents.models import Outcome
from otklik.reports.arithmetic import ENOUGH, Share
from otklik.reports.fold import outcomes
from otklik.reports.sets import SHARES as SETS
from otklik.reports.sets import What

COLUMNS = ("within_day", "good", "solved", "brushed_off", "reopened", "second", "returned", "sent_back", "kept")


@require_safe
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    told = look_up(request, user_of(request))
    all_of_it, opener = whole(told), Opener(told.asked)
    count = all_of_it.cards.count(What.ALL)
    context = {
        "asked": told.asked,
        "names": told.names,
        "at": told.at,
        "by": told.by,
        "breakdowns": [
            (key, title, _with(told.asked.link(), key), key == told.by) for key, title in BROKEN_DOWN.items()
        ],
        "count": count,
        "stages": [stage_words(name, all_of_it, told.asked) for name in STAGES],
        "shares": _shares(told, all_of_it) if count else [],
        "outcomes": outcome_words(all_of_it, told.asked),
        "returns": all_of_it.returns,
        "overdue": figure(told.asked, OVERDUE_NOW, told.besides.overdue),
        "rows": [row_words(row, opener) for row in rows(told)],
        "columns": [SHARES[name][0] for name in COLUMNS],
        "export": _with(told.asked.link(), told.by),
    }
    return render(request, "desk/metrics/page.html", context, status=400 if told.asked.trouble else 200)


def _shares(told: Told, all_of_it: Row) -> list[dict[str, Any]]:
    found = agreed(told)
    agreements = ((AGREED, Share(found.first, found.n)), (AMONG_THREE, Share(found.among, found.n)))
    return [
        *(share_words(*SHARES[name], all_of_it.cards.share(name), SETS[name], told.asked) for name in SHARES),
        *(share_words(*AGREEMENT[name], share, (name, DECIDED), told.asked) for name, share in agreements),
    ]


def stage_words(name: str, row: Row, asked: Asked) -> dict[str, Any]:
    title, meaning = STAGES[name]
    times = row.times[name]
    return {
        "title": title,
        "meaning": meaning,
        "n": figure(asked, What(f"stage_{name}"), times.n),
        "few": times.n < ENOUGH,
        "median": lasted(times.median),
        "ninth": lasted(times.ninth),
        "working_median": lasted(times.working_median, working=True),
        "working_ninth": lasted(times.working_ninth, working=True),
    }


def share_words(title: Any, meaning: Any, share: Share, parts: tuple[str, str], asked: Asked) -> dict[str, Any]:
    """`parts` are the sets of cards behind its two numbers."""
    opened = links.share(asked, share, parts)
    return {
        "title": title,
        "meaning": meaning,
        "value": opened.value,
        "of": links.of_n(share, opened),
        "between": interval(share) if share.n else "",
        "few": not share.enough,
    }


def outcome_words(row: Row, asked: Asked) -> list[tuple[str, Figure, Figure]]:
    """(title, count, share) of every outcome."""
    counted = outcomes(row.cards)
    total, found = sum(counted.values()), []
    for one in Outcome:
        count = counted.get(one, 0)
        share = figure(asked, one.value, count, text=per_cent(Share(count, total)))
        found.append((str(one.label), figure(asked, one.value, count), share))
    return found


def row_words(row: Row, opener: Opener) -> dict[str, Any]:
    first, line = row.times["first"], opener.along(row.narrower)
    count, shares = row.cards.count(What.ALL), [(name, row.cards.share(name)) for name in COLUMNS]
    return {
        "name": row.name,
        "count": line.figure(What.ALL, count),
        "few": count < ENOUGH,
        "median": lasted(first.median),
        "working": lasted(first.working_median, working=True),
        "cells": [(line.share(share, SETS[name]).value, of_n(share), not share.enough) for name, share in shares],
    }


def _with(link: str, by: str) -> str:
    return f"{link}&by={by}" if by else link
