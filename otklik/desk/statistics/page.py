"""The figures: what came, how fast it was answered, whether it helped, for whom and where."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.agreed import first_words, three_words
from otklik.desk.behind.links import Figure, figure, pieces
from otklik.desk.gate import permitted, user_of
from otklik.desk.statistics import reopenings
from otklik.desk.statistics.ask import Asked, ask
from otklik.desk.statistics.bars import bars, charts
from otklik.desk.statistics.mapped import mapped
from otklik.desk.statistics.tables import outcomes, tables
from otklik.desk.statistics.tiles import interval, of_n, tiles
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.access import opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports.arithmetic import Share
from otklik.reports.atlas import Names
from otklik.reports.fold import Line
from otklik.reports.measures import SECOND_MEANS
from otklik.reports.periods import WEEKS_FROM
from otklik.reports.promptly import quickly
from otklik.reports.queries import Figures, atlas, figures, lately_decided, sliced, standing, wanted
from otklik.reports.sets import What
from otklik.reports.slices import Slice
from otklik.routing.agreement import agreement
from otklik.routing.tallies import tallies
from otklik.work.translated import translated

READERS = (Permission.FIGURES,)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its figures.

    `cards` are all that the reader asked about, whatever the period; `here` are those of the period.
    """

    asked: Asked
    cards: QuerySet[Incident]
    here: Slice
    names: Names
    figures: Figures
    at: datetime


@require_safe
@permitted(*READERS)
def statistics(request: HttpRequest) -> HttpResponse:
    """The page. Wrong dates are told in plain words above the figures of the usual period."""
    told = look_up(request, user_of(request))
    whole = told.figures.whole
    period = told.asked.period
    beside = tallies(told.cards, period.since, period.until) if whole.received else None
    by_weeks = told.asked.period.days >= WEEKS_FROM
    drawn = bars(told.figures.series, told.asked)
    context = {
        "asked": told.asked,
        "names": told.names,
        "at": told.at,
        "empty": not whole.received,
        "tiles": tiles(told.figures, told.asked),
        "tables": tables(told.figures, told.names, told.asked),
        "reopenings": reopenings.rows(told.figures, told.names, told.asked),
        "second_means": SECOND_MEANS,
        "map": mapped(told.figures, told.names, told.asked),
        "outcomes": outcomes(told.figures, told.asked),
        "extensions": beside,
        "lost": _lost(Share(beside.lost, beside.checked)) if beside else "",
        "hard": _hard(whole.hard, whole.others, told.asked),
        "agreed": _agreed(told) if whole.received else "",
        "bars": drawn,
        "charts": charts(told.figures.series, drawn, by_weeks),
        "by_weeks": by_weeks,
        "quickly": quickly(),
        "export": told.asked.link(),
    }
    return render(request, "desk/statistics.html", context, status=400 if told.asked.trouble else 200)


def _lost(share: Share) -> str:
    """What the daily sample of noise has shown; where nobody has looked at any, that is said."""
    if not share.n:
        return _("Выборку того, что система сочла шумом, за это время никто не проверял.")
    words = _("Потерянные жалобы в выборке: %(part)d из %(n)d, %(interval)s.")
    return words % {"part": share.part, "n": share.n, "interval": interval(share)}


def _hard(hard: Line, others: Line, asked: Asked) -> list[Figure]:
    """The cards that are marked hard, apart; [] where none is."""
    if not hard.count:
        return []
    words = _(
        "Особо сложных: %(count)d. За сутки ответили: на особо сложные — %(hard)s, на остальные — %(others)s. "
        "В плитках выше считаются и те и другие."
    )
    told = {"hard": Figure(of_n(hard.within_day)), "others": Figure(of_n(others.within_day))}
    return pieces(words, count=figure(asked, What.HARD, hard.count), **told)


def _agreed(told: Answered) -> str:
    """How often people have taken the machine's theme. One query."""
    found = agreement(lately_decided(told.here), told.asked.period.since, told.asked.period.until)
    words = first_words(Share(found.first, found.n)), three_words(Share(found.among, found.n))
    return " ".join(word for word in words if word)


def look_up(request: HttpRequest, user: User) -> Answered:
    """Four queries. Only grants whose role reads figures open cards here, whatever else the user may see elsewhere."""
    at, known = clock.now(), atlas()
    names = replace(known.names, network={kind: translated(title) for kind, title in known.names.network.items()})
    asked = ask(request.GET, names, at)
    cards = Incident.objects.filter(reach(user, READERS) & wanted(asked.narrowing))
    slices = sliced(opened(user, READERS), asked.narrowing, asked.period, known)
    told = figures(slices, asked.period, known, standing(cards, at), at)
    return Answered(asked, cards, slices[0], names, told, at)
