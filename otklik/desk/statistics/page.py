"""The figures: what came, how fast it was answered, whether it helped, for whom and where."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.agreed import first_words, three_words
from otklik.desk.behind.links import figures_of
from otklik.desk.gate import permitted, user_of
from otklik.desk.statistics.ask import Asked, ask, names_of
from otklik.desk.statistics.bars import bars, charts
from otklik.desk.statistics.tables import mapped, outcomes, reopenings, tables
from otklik.desk.statistics.tiles import tiles
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.access import opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports.arithmetic import Share
from otklik.reports.atlas import Names
from otklik.reports.bars import PARTS
from otklik.reports.breakdowns import ON_PAGE
from otklik.reports.catalogue import MEASURES, hard
from otklik.reports.periods import WEEKS_FROM
from otklik.reports.queries import Figures, atlas, figures, lately_decided, sliced, standing, wanted
from otklik.reports.shown import interval
from otklik.reports.slices import Slice
from otklik.routing.agreement import agreement
from otklik.routing.tallies import tallies

READERS = (Permission.FIGURES,)


@dataclass(frozen=True, slots=True)
class Result:
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
    """The page. Wrong dates are named in plain words above the figures of the usual period."""
    result = look_up(request, user_of(request))
    whole = result.figures.whole
    period = result.asked.period
    beside = tallies(result.cards, period.since, period.until) if whole.received else None
    by_weeks = result.asked.period.days >= WEEKS_FROM
    drawn = bars(result.figures.series, result.asked)
    context = {
        "asked": result.asked,
        "names": result.names,
        "at": result.at,
        "empty": not whole.received,
        "tiles": tiles(result.figures, result.asked),
        "columns": ON_PAGE,
        "tables": tables(result.figures, result.names, result.asked),
        "reopenings": reopenings(result.figures, result.names, result.asked),
        "second_means": MEASURES["second"].meaning,
        "map": mapped(result.figures, result.names, result.asked),
        "outcomes": outcomes(whole.outcomes, result.asked) if whole.outcomes else [],
        "extensions": beside,
        "lost": _lost(Share(beside.lost, beside.checked)) if beside else "",
        "hard": figures_of(result.asked, hard(whole)),
        "agreed": _agreed(result) if whole.received else "",
        "bars": drawn,
        "charts": charts(result.figures.series, drawn, by_weeks),
        "by_weeks": by_weeks,
        "parts": PARTS,
        "export": result.asked.link(),
    }
    return render(request, "desk/statistics.html", context, status=400 if result.asked.trouble else 200)


def _lost(share: Share) -> str:
    """What the daily sample of noise has shown; where nobody has looked at any, the page says so."""
    if not share.n:
        return _("Выборку того, что система сочла шумом, за это время никто не проверял.")
    words = _("Потерянные жалобы в выборке: %(part)d из %(n)d, %(interval)s.")
    return words % {"part": share.part, "n": share.n, "interval": interval(share)}


def _agreed(result: Result) -> str:
    """How often people have taken the machine's theme. One query."""
    decided = agreement(lately_decided(result.here), result.asked.period.since, result.asked.period.until)
    words = first_words(Share(decided.first, decided.n)), three_words(Share(decided.among, decided.n))
    return " ".join(word for word in words if word)


def look_up(request: HttpRequest, user: User) -> Result:
    """Four queries. Only grants whose role reads figures open cards here, whatever else the user may see elsewhere."""
    at, known = clock.now(), atlas()
    names = names_of(known)
    asked = ask(request.GET, names, at)
    cards = Incident.objects.filter(reach(user, READERS) & wanted(asked.narrowing))
    slices = sliced(opened(user, READERS), asked.narrowing, asked.period, known)
    counts = figures(slices, asked.period, known, standing(cards, at), at)
    return Result(asked, cards, slices[0], names, counts, at)
