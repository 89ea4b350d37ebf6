"""GET /metrics/: all measures with their definitions, of whatever is asked for, whole or broken down by one thing; the
same as a table for a spreadsheet at /metrics/export.csv.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.head.ask import Asked
from otklik.desk.head.export import download, hours
from otklik.desk.head.figure_cards import READERS
from otklik.desk.head.figures import Opener, figure, figures_of
from otklik.desk.head.question import BROKEN_DOWN, Question, Row, agreed, look_up, rows, whole
from otklik.desk.head.tables import outcomes
from otklik.incidents.models import Outcome
from otklik.reports.arithmetic import ENOUGH, Share
from otklik.reports.catalogue import AGREED, AMONG_THREE, MEASURES, OVERDUE_NOW, STAGES, Measure
from otklik.reports.fold import outcomes as counts
from otklik.reports.sets import What
from otklik.reports.shown import Piece, interval, lasted, of_n, per_cent, share_pieces

SHARES = (
    *("quick", "within_day", "returned", "sent_back", "reopened", "second", "brushed_off", "good", "solved", "kept"),
    *("gathered", "same_author", "same_place"),
)
COLUMNS = ("within_day", "good", "solved", "brushed_off", "reopened", "second", "returned", "sent_back", "kept")


@require_safe
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    question = look_up(request, user_of(request))
    all_of_it, opener = whole(question), Opener(question.asked)
    count = all_of_it.cards.count(What.ALL)
    context = {
        "asked": question.asked,
        "names": question.names,
        "at": question.at,
        "by": question.by,
        "breakdowns": [
            (key, title, _with(question.asked.link(), key), key == question.by) for key, title in BROKEN_DOWN.items()
        ],
        "count": count,
        "stages": [stage_words(stage, all_of_it, question.asked) for stage in STAGES.values()],
        "shares": _shares(question, all_of_it) if count else [],
        "outcomes": outcomes(counts(all_of_it.cards), question.asked),
        "returns": all_of_it.returns,
        "overdue": figure(question.asked, OVERDUE_NOW, question.besides.overdue),
        "rows": [row_words(row, opener) for row in rows(question)],
        "columns": [MEASURES[name].title for name in COLUMNS],
        "export": _with(question.asked.link(), question.by),
    }
    return render(request, "desk/metrics/page.html", context, status=400 if question.asked.trouble else 200)


def _shares(question: Question, all_of_it: Row) -> list[dict[str, Any]]:
    decided = agreed(question)
    shares = {
        **{name: all_of_it.cards.share(name) for name in SHARES},
        AGREED: Share(decided.first, decided.n),
        AMONG_THREE: Share(decided.among, decided.n),
    }
    return [share_words(MEASURES[name], share, question.asked) for name, share in shares.items()]


def stage_words(stage: Measure, row: Row, asked: Asked) -> dict[str, Any]:
    times = row.times[stage.key]
    return {
        "title": stage.title,
        "meaning": stage.meaning,
        "n": figure(asked, stage.cards[0], times.n),
        "few": times.n < ENOUGH,
        "median": lasted(times.median),
        "ninth": lasted(times.ninth),
        "working_median": lasted(times.working_median, working=True),
        "working_ninth": lasted(times.working_ninth, working=True),
    }


def share_words(measure: Measure, share: Share, asked: Asked) -> dict[str, Any]:
    number = Piece(per_cent(share), measure.cards[0], share.part)
    value, *of = figures_of(asked, [number, *share_pieces(share, measure.cards)])
    return {
        "title": measure.title,
        "meaning": measure.meaning,
        "value": value,
        "of": of,
        "between": interval(share) if share.n else "",
        "few": not share.enough,
    }


def row_words(row: Row, opener: Opener) -> dict[str, Any]:
    first, line = row.times["first"], opener.along(row.narrower)
    count, shares = row.cards.count(What.ALL), [(name, row.cards.share(name)) for name in COLUMNS]
    return {
        "name": row.name,
        "count": line.figure(What.ALL, count),
        "few": count < ENOUGH,
        "median": lasted(first.median),
        "working": lasted(first.working_median, working=True),
        "cells": [(line.share(name, share).value, of_n(share), not share.enough) for name, share in shares],
    }


def _with(link: str, by: str) -> str:
    return f"{link}&by={by}" if by else link


@require_safe
@permitted(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    question = look_up(request, user_of(request))
    lines = chain([whole(question, _("Всего"))], rows(question))
    return download("otklik-metrics", question.asked, _table(lines))


def _table(lines: Iterable[Row]) -> Iterator[list[object]]:
    head: list[object] = [_("Название"), _("Карточек"), _("Возвратов «не наше»")]
    for stage in STAGES.values():
        head += [
            f"{stage.title}: {words}"
            for words in (_("n"), _("медиана, ч"), _("9 из 10, ч"), _("медиана, раб. ч"), _("9 из 10, раб. ч"))
        ]
    for name in SHARES:
        title = MEASURES[name].title
        head += [f"{title}, %", f"{title}: {_('из скольких')}"]
    head += [str(one.label) for one in Outcome]
    yield head
    yield from map(_line, lines)


def _line(row: Row) -> list[object]:
    line: list[object] = [row.name, row.cards.count(What.ALL), row.returns]
    for name in STAGES:
        times = row.times[name]
        four = (times.median, times.ninth, times.working_median, times.working_ninth)
        line += [times.n, *(hours(seconds, 2) for seconds in four)]
    for name in SHARES:
        share = row.cards.share(name)
        line += ["" if share.percent is None else share.percent, share.n]
    counted = counts(row.cards)
    return [*line, *(counted.get(one, 0) for one in Outcome)]
