"""The figures: what came, how fast it was answered, whether it helped, for whom and where; first of all as tiles, with
the account of the share of the satisfied («Как посчитано») beside them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.agreed import first_words, three_words
from otklik.desk.gate import permitted, user_of
from otklik.desk.head.ask import Asked, ask, names_of
from otklik.desk.head.figures import Figure, figures_of
from otklik.desk.head.tables import bars, charts, mapped, outcomes, reopenings, tables
from otklik.feedback.models import Survey
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.access import opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports.arithmetic import Share
from otklik.reports.atlas import Names
from otklik.reports.bars import PARTS
from otklik.reports.breakdowns import ON_PAGE
from otklik.reports.catalogue import HEAD, MEASURES, Measure, hard
from otklik.reports.compare import Past, against, difference, pace
from otklik.reports.gather import TOGETHER
from otklik.reports.periods import WEEKS_FROM
from otklik.reports.promptly import yardstick
from otklik.reports.queries import Figures, atlas, figures, lately_decided, sliced, standing, wanted
from otklik.reports.report import Against, Unit
from otklik.reports.satisfaction import ON_THE_WAY, Account, account
from otklik.reports.sets import Cohort
from otklik.reports.shown import interval, of_n, per_cent, shown
from otklik.reports.slices import Slice
from otklik.routing.agreement import agreement
from otklik.routing.tallies import tallies

READERS = (Permission.FIGURES,)
TONES = {True: "good", False: "late", None: ""}


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


@dataclass(frozen=True, slots=True)
class Change:
    """Against the period before. `tone` is good, late or "" (neither); the words never need the colour."""

    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """`number` leads to its cards, and so do the numbers in what stands `under` it."""

    title: str
    number: Figure
    under: Sequence[Figure]
    explained: str
    change: Change | None
    tone: str

    @property
    def value(self) -> str:
        return self.number.text


def tiles(figures: Figures, asked: Asked) -> list[Tile]:
    """The most important first."""
    return [_tile(MEASURES[key], figures, asked) for key in HEAD]


def _tile(measure: Measure, figures: Figures, asked: Asked) -> Tile:
    whole, now = figures.whole, figures.now
    number, under = measure.lines(whole, now)
    # How many are answered by now says little beside a period whose cards have had longer.
    alone = measure.present or measure.key == "answered"
    return Tile(
        title=str(measure.title),
        number=figures_of(asked, [number])[0],
        under=figures_of(asked, under),
        explained=measure.explained(whole),
        change=None if alone else _change(against(measure, whole, now, Past("", figures.before))),
        tone=TONES[not number.count] if measure.present and measure.better else "",
    )


def _change(one: Against) -> Change | None:
    """None of too few to compare; coloured only where it is no chance."""
    if one.by is None:
        return None
    unit, was = one.was.unit, shown(one.was)
    is_time = unit in (Unit.TIME, Unit.WORKING)
    if abs(one.by) < (60 if is_time else 1):
        return Change(_("столько же"))
    if unit == Unit.PERCENT:
        words = _("было %(was)d %% из %(n)d") % {"was": one.was.value, "n": one.was.n}
    else:
        words = _("было %s") % was
    return Change(f"{pace(one.by) if is_time else difference(one)}, {words}", TONES[one.better])


@dataclass(frozen=True, slots=True)
class Percentage:
    """A share as it is shown: never without its n, and nothing is concluded from a few."""

    title: str
    value: str
    under: str
    few: bool


@require_safe
@permitted(*READERS)
def counted(request: HttpRequest) -> HttpResponse:
    """The panel, for the page of figures. It takes the same questions."""
    at, known = clock.now(), atlas()
    asked = ask(request.GET, known.names, at)
    here, _before = sliced(opened(user_of(request), READERS), asked.narrowing, asked.period, known)
    totals = account(Cohort(here, yardstick(at)))
    return render(request, "desk/statistics/_account.html", _facts(totals))


def _facts(totals: Account) -> dict[str, Any]:
    return {
        "account": totals,
        "shares": [_percentage("good", totals.good), _percentage("solved", totals.solved)],
        "reasons": [(reason_words(code), number) for code, number in Counter(totals.unasked).most_common()],
        "not_asked": sum(totals.unasked.values()),
    }


def reason_words(code: str) -> str:
    """Why authors were not asked, in words."""
    if code == TOGETHER:
        return _("ответили на другой карточке")
    if code == ON_THE_WAY:
        return _("вопрос ещё в пути или причина не записана")
    return str(Survey.Unasked(code).label)


def _percentage(name: str, share: Share) -> Percentage:
    under = f"{of_n(share)}, {interval(share)}" if share.n else of_n(share)
    return Percentage(str(MEASURES[name].title), per_cent(share), under, not share.enough)
