"""The list of surges, one of them with what people write and where, and gathering it into a problem."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.format import duration
from otklik.desk.gate import permitted, user_of
from otklik.finding.problems import about
from otklik.inbox.models import Message
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, Problem, State
from otklik.incidents.problems import About
from otklik.lib import clock
from otklik.notify.alerts.gathering import gather
from otklik.notify.alerts.models import Surge
from otklik.notify.alerts.surges import cards_of
from otklik.people.access import grants_of, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.places.boundaries import Polygon
from otklik.places.models import Boundary, Place
from otklik.places.plane import Shape, of_boundaries, of_centres

SEERS = (Permission.JUDGE, Permission.FIGURES)
MOST_LISTED = 50
MOST_CARDS = 200
MOST_SPOTS = 12
SELDOM = 0.05
LONG_AGO = timedelta(days=30)
LEAST_CELLS = 2
SMALLEST, LARGEST = 36, 110
"""The radius of a dot, on a sheet whose longer side is plane.SIZE."""
MOST_NAMED = 5


# A small map of a surge: its municipality, and a dot in each settlement that its cards name.
#
# The ground is the boundary where one was loaded, and else the cells around the centres of the settlements. Drawn on
# the server: it says no more than the table beside it, and needs no script.
@dataclass(frozen=True, slots=True)
class Dot:
    """A settlement with cards. `named`: it is one of those whose name stands on the map."""

    x: int
    y: int
    radius: int
    name: str
    count: int
    named: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """`ground` are paths of SVG; `scheme`: they are cells and no boundary. `nowhere` counts the cards of which nobody
    knows the settlement, or where it lies."""

    width: int
    height: int
    ground: tuple[str, ...]
    scheme: bool
    attribution: str
    dots: tuple[Dot, ...]
    nowhere: int


@dataclass(frozen=True, slots=True)
class Row:
    """A surge with how many are usual, in words."""

    surge: Surge
    usual: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where inside the municipality, and how many of the shown cards are there."""

    name: str
    count: int


@require_safe
@permitted(*SEERS)
def surges(request: HttpRequest) -> HttpResponse:
    """Those that run, then those that ended within the last thirty days."""
    lately = seen_by(user_of(request)).filter(last_at__gte=clock.now() - LONG_AGO)
    rows = lately.order_by(F("ended_at").desc(nulls_first=True), "-last_at")[:MOST_LISTED]
    return render(request, "desk/surges/page.html", {"rows": [Row(one, usual_words(one)) for one in rows]})


@require_safe
@permitted(*SEERS)
def surge(request: HttpRequest, pk: int) -> HttpResponse:
    """With the words of the cards that the reader may see, the newest first."""
    here = _surge(user_of(request), pk)
    cards = _cards(user_of(request), here)
    context = {
        "row": Row(here, usual_words(here)),
        "cards": cards,
        "most": MOST_CARDS,
        "spots": _spots(cards),
        "map": drawn(here.place, Counter(card.shown_place for card in cards)) if cards else None,
        "problems": _problems(cards),
        "free": sum(_is_free(card) for card in cards),
        "lasted": duration((here.last_at - here.since).total_seconds()),
    }
    return render(request, "desk/surges/surge.html", context)


@require_POST
@permitted(Permission.JUDGE)
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """«Собрать в проблему»: of the cards that he sees and may judge, those that stand in none."""
    user = user_of(request)
    here = _surge(user, pk)
    cards = [card for card in _cards(user, here) if card.judged]
    if not cards:
        raise PermissionDenied
    done = gather(here, [card.pk for card in cards], _about(here, cards), user, clock.now())
    if done.problem is not None and done.added:
        messages.success(request, _("Собрано в проблему карточек: %d") % done.added)
        return redirect("problem", done.problem.pk)
    messages.info(request, _("Собирать нечего: все карточки уже в проблемах."))
    return redirect("surge", pk)


def _about(here: Surge, cards: Sequence[Incident]) -> About:
    """The surge's own matter and place: the street and the house are those of a few."""
    usual = about(card.pk for card in cards)
    title = f"{here.matter}: {here.place.name}"
    return About(title, here.theme_id or usual.theme_id, here.place_id, agency_id=usual.agency_id)


def _problems(cards: Sequence[Incident]) -> QuerySet[Problem]:
    """Those that hold some of these cards, the oldest first."""
    return Problem.objects.filter(pk__in={card.problem_id for card in cards if card.problem_id}).order_by("number")


def _is_free(card: Any) -> bool:
    return card.judged and card.problem_id is None and card.state != State.NOISE


def _surge(user: User, pk: int) -> Surge:
    """Raises Http404 where it is not his to see."""
    here = seen_by(user).filter(pk=pk).first()
    if here is None:
        raise Http404
    return here


def usual_words(here: Surge) -> str:
    """How many write in as long a time, as the one in which it was noticed, at these hours of other days."""
    span = duration(60 * here.minutes)
    if here.usual < SELDOM:
        return _("обычно за %s не пишет никто") % span
    return _("обычно за %(span)s пишут %(usual)s") % {"span": span, "usual": number_format(here.usual, 1)}


def seen_by(user: User) -> QuerySet[Surge]:
    """Surges in the territories of his grants, whatever their agency: how many write is no secret of an agency."""
    opened = Q(pk__in=[])
    for grant in grants_of(user):
        if grant.allows.isdisjoint(SEERS):
            continue
        if grant.place is None:
            opened = ~Q(pk__in=[])
            break
        above = [int(part) for part in grant.place.path.split("/") if part]
        opened |= Q(place__path__startswith=grant.place.path) | Q(place__in=above)
    return Surge.objects.filter(opened).select_related("theme", "group", "place")


def _cards(user: User, here: Surge) -> list[Any]:
    """The newest of those that he sees, with their words; `judged`: he may put it into a problem."""
    text = Message.objects.filter(links__incident=OuterRef("pk"), links__main=True).values("text")[:1]
    cards = cards_of(here).filter(pk__in=visible_to(user).values("pk")).order_by("-started_at", "-pk")
    cards = cards.select_related("place", "agency").annotate(text=Subquery(text), where=_place_of("name"))
    cards = cards.annotate(judged=Case(When(reach(user, (Permission.JUDGE,)), then=Value(True)), default=Value(False)))
    return list(cards[:MOST_CARDS])


def _place_of(column: str) -> Subquery:
    """The place that a person has set, else the guess: the card has only its id."""
    return Subquery(Place.objects.filter(pk=OuterRef("shown_place")).values(column)[:1])


def _spots(cards: list[Incident]) -> list[Spot]:
    """By settlement and street, the most first."""
    names = Counter(", ".join(word for word in (getattr(card, "where", ""), card.street) if word) for card in cards)
    return [Spot(name, count) for name, count in names.most_common(MOST_SPOTS) if name]


def drawn(municipality: Place, counts: Mapping[int, int]) -> Drawn | None:
    """`counts` are the cards by the id of their place. None where there is nothing to draw from. Two queries."""
    boundary = Boundary.objects.filter(place=municipality).first()
    inside = Place.objects.filter(path__startswith=municipality.path, level=Place.Level.SETTLEMENT)
    rows = inside.filter(latitude__isnull=False, longitude__isnull=False).order_by("pk")
    centres = {pk: (lon, lat, name) for pk, lon, lat, name in rows.values_list("pk", "longitude", "latitude", "name")}
    if boundary is None and len(centres) < LEAST_CELLS:
        return None
    points = {pk: (float(lon or 0), float(lat or 0)) for pk, (lon, lat, _name) in centres.items()}
    if boundary is None:
        sheet = of_centres(points)
        ground = tuple(shape.path for shape in sheet.shapes.values())
    else:
        spots: dict[int, list[Polygon]] = {pk: [[[point]]] for pk, point in points.items() if pk in counts}
        sheet = of_boundaries({municipality.pk: boundary.polygons, **spots})
        ground = (sheet.shapes[municipality.pk].path,)
    names = {pk: name for pk, (_lon, _lat, name) in centres.items()}
    dots = _dots(sheet.shapes, names, counts)
    return Drawn(
        width=sheet.width,
        height=sheet.height,
        ground=ground,
        scheme=boundary is None,
        attribution=boundary.attribution if boundary else "",
        dots=dots,
        nowhere=sum(counts.values()) - sum(dot.count for dot in dots),
    )


def _dots(shapes: Mapping[int, Shape], names: Mapping[int, str], counts: Mapping[int, int]) -> tuple[Dot, ...]:
    """The largest first, so that a small one lies upon it and not under it."""
    there = sorted((pk for pk in counts if pk in names), key=lambda pk: (-counts[pk], pk))
    most = max((counts[pk] for pk in there), default=1)
    return tuple(
        Dot(
            x=shapes[pk].x,
            y=shapes[pk].y,
            radius=round(SMALLEST + (LARGEST - SMALLEST) * sqrt(counts[pk] / most)),
            name=names[pk],
            count=counts[pk],
            named=rank < MOST_NAMED,
        )
        for rank, pk in enumerate(there)
    )
