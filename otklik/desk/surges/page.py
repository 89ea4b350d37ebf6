"""The list of surges, and one of them with what people write."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.alerts.models import Surge
from otklik.alerts.surges import cards_of
from otklik.desk.format import duration
from otklik.desk.gate import permitted, user_of
from otklik.inbox.models import Message
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.access import grants_of
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.places.models import Place

SEERS = (Permission.JUDGE, Permission.FIGURES)
MOST_LISTED = 50
MOST_CARDS = 200
MOST_SPOTS = 12
SELDOM = 0.05
LONG_AGO = timedelta(days=30)


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
    found = seen_by(user_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    cards = _cards(user_of(request), found)
    context = {
        "row": Row(found, usual_words(found)),
        "cards": cards,
        "most": MOST_CARDS,
        "spots": _spots(cards),
        "lasted": duration((found.last_at - found.since).total_seconds()),
    }
    return render(request, "desk/surges/surge.html", context)


def usual_words(found: Surge) -> str:
    """How many write in as long a time, as the one in which it was noticed, at these hours of other days."""
    span = duration(60 * found.minutes)
    if found.usual < SELDOM:
        return _("обычно за %s не пишет никто") % span
    return _("обычно за %(span)s пишут %(usual)s") % {"span": span, "usual": number_format(found.usual, 1)}


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


def _cards(user: User, found: Surge) -> list[Incident]:
    text = Message.objects.filter(links__incident=OuterRef("pk"), links__main=True).values("text")[:1]
    cards = cards_of(found).filter(pk__in=visible_to(user).values("pk")).order_by("-started_at", "-pk")
    cards = cards.select_related("place", "agency").annotate(text=Subquery(text), where=_place_of("name"))
    return list(cards[:MOST_CARDS])


def _place_of(column: str) -> Subquery:
    """The place that a person has set, else the guess: the card has only its id."""
    return Subquery(Place.objects.filter(pk=OuterRef("shown_place")).values(column)[:1])


def _spots(cards: list[Incident]) -> list[Spot]:
    """By settlement and street, the most first."""
    names = Counter(", ".join(word for word in (getattr(card, "where", ""), card.street) if word) for card in cards)
    return [Spot(name, count) for name, count in names.most_common(MOST_SPOTS) if name]
