"""GET /rating/: agencies and municipalities by a formula that stands on the page; an administrator changes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.head.ask import Asked
from otklik.desk.head.figure_cards import READERS
from otklik.desk.head.figures import Figure, Narrower, Opener
from otklik.desk.head.map import rate_words
from otklik.desk.head.question import Question, look_up
from otklik.lib import clock
from otklik.people.access import everywhere
from otklik.people.permissions import Permission
from otklik.reports import formula as formulas
from otklik.reports.arithmetic import Prior, Share
from otklik.reports.atlas import AGENCY, MUNICIPALITY
from otklik.reports.breakdowns import BREAKDOWNS, Breakdown
from otklik.reports.catalogue import MEASURES
from otklik.reports.score import FEWEST_CARDS, MOST_WEIGHT, PARTS, Scored, parts_of, priors_of, scored, total, valid
from otklik.reports.sets import Cohort, What

SETTER = Permission.TUNE


@dataclass(frozen=True, slots=True)
class Row:
    """One body or municipality. `points` and `place` are "" where too little is known; `per` is how many cards there
    are for 10 000 inhabitants, "" where nobody knows how many live there. `cells` are the shares as they are."""

    name: str
    address: str
    place: str
    points: str
    count: Figure
    per: str
    cells: list["Cell"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A share with its n and interval; `of` and `between` are "" where nothing is behind it."""

    value: Figure
    of: str
    between: str
    few: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`places` are those that have one; the `others` have too little behind them. `shares` are (title, the region's
    mean, how many observations it is worth). `people`: whether `per` is known."""

    key: str
    title: str
    column: str
    shares: list[tuple[str, str, int]]
    places: list[Row]
    others: list[Row]
    people: bool


@require_safe
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """The last thirty days unless asked otherwise."""
    user = user_of(request)
    question, holds = look_up(request, user), formulas.current()
    everybody, weights = question.everybody, holds.weights
    region = parts_of(Cohort(everybody(), question.stick), weights).shares if everybody else None
    context = {
        "asked": question.asked,
        "names": question.names,
        "at": question.at,
        "formula": holds,
        "weights": [(name, _part(name), holds.weights.get(name, 0)) for name in PARTS],
        "parts": [(_part(name), holds.weights[name]) for name in PARTS if holds.weights.get(name)],
        "sets": everywhere(user, SETTER),
        "most": MOST_WEIGHT,
        "tables": [
            _table("agencies", BREAKDOWNS[AGENCY], question, weights, region),
            _table("towns", BREAKDOWNS[MUNICIPALITY], question, weights, region),
        ],
        "enough": FEWEST_CARDS,
    }
    return render(request, "desk/metrics/rating.html", context, status=400 if question.asked.trouble else 200)


@require_POST
@permitted(SETTER)
def formula(request: HttpRequest) -> HttpResponse:
    """The weights, whole numbers from 0 to 100, of which one at least is not 0. It is
    the whole region's, and so for those who tune the whole of it."""
    if not everywhere(user_of(request), SETTER):
        raise PermissionDenied
    weights = {name: integer(request.POST.get(f"weight-{name}"), -1) for name in PARTS}
    if not valid(weights):
        messages.error(request, _("Веса: целые числа от 0 до 100, и не все нули. Ничего не изменено."))
    elif formulas.change(weights, user_of(request), clock.now()) is None:
        messages.info(request, _("Формула прежняя."))
    else:
        messages.success(request, _("Формула изменена: её видят все, кто видит рейтинг."))
    return redirect("rating")


def _table(
    key: str, by: Breakdown, question: Question, weights: Mapping[str, int], region: Mapping[str, Share] | None
) -> Table:
    cards, names, people = question.cards, question.names.of(by.key), by.key == MUNICIPALITY
    parts = cards.by(by.keys(question.atlas, cards))
    every = {key: parts_of(Cohort(some, question.stick), weights) for key, some in parts.items()}
    lines = {key: one for key, one in every.items() if key in names}
    means = region or total(every.values(), weights)
    opener = Opener(question.asked)
    places: list[Row] = []
    others: list[Row] = []
    for one in scored(lines, weights, means):
        per = rate_words(one.count, question.names.people.get(one.key, 0)) if people else ""
        row = _row(one, names[one.key], opener, question.asked, {by.key: one.key}, per)
        (others if one.place is None else places).append(row)
    priors = priors_of(lines, weights, means)
    shares = [(_part(name), _mean(one), one.strength) for name, one in priors.items()]
    return Table(key, str(by.title), str(by.line), shares, places, others, people)


def _row(one: Scored, name: str, opener: Opener, asked: Asked, narrower: Narrower, per: str) -> Row:
    line = opener.along(narrower)
    return Row(
        name=name,
        address=asked.link(**narrower),
        place=str(one.place or ""),
        points="" if one.points is None else number_format(one.points, 1),
        count=line.figure(What.ALL, one.count),
        per=per,
        cells=[_cell(share, line.share(part, share).value) for part, share in one.parts.items()],
    )


def _part(name: str) -> str:
    """What a score is made of, within a sentence."""
    title = str(MEASURES[name].title)
    return title[:1].lower() + title[1:]


def _mean(prior: Prior) -> str:
    return f"{round(100 * prior.mean)}\u00a0%"


def _cell(share: Share, value: Figure) -> Cell:
    if not share.n:
        return Cell(value, "", "", few=True)
    return Cell(value, _("из %d") % share.n, "{}–{}\u00a0%".format(*share.interval), not share.enough)
