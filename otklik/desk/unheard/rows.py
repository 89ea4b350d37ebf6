"""Who has had no word, within what the reader may see, and why. registers/unheard.py says who is in the register."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy

from otklik.desk.listing import Chosen, Key, Listing, by_id, one_of
from otklik.desk.undelivered.rows import WAITING
from otklik.incidents.cards import visible_through
from otklik.incidents.models import State
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.places.models import Place
from otklik.publishing.models import Delivery
from otklik.registers.models import Unheard

SEERS = (Permission.FIGURES,)
NEW, WORK, STUCK, GATHERED, CLOSED, DROPPED = "new", "work", "stuck", "gathered", "closed", "dropped"
WHY: Mapping[str, Any] = {
    NEW: gettext_lazy("Не разобрано"),
    WORK: gettext_lazy("В работе"),
    STUCK: gettext_lazy("Ответ не доставлен"),
    GATHERED: gettext_lazy("Ждёт общего ответа"),
    CLOSED: gettext_lazy("Закрыто без ответа"),
    DROPPED: gettext_lazy("Копию ответа отменили"),
}
_STUCK = Exists(
    Delivery.objects.filter(WAITING, message__author=OuterRef("author"), answer__incident=OuterRef("incident"))
)
# The first that fits says why.
_FITS: Mapping[str, Q] = {
    DROPPED: Q(way=Unheard.Way.DROPPED),
    CLOSED: Q(incident__state=State.DONE),
    STUCK: Q(_STUCK),
    GATHERED: Q(way=Unheard.Way.GATHERED) | Q(incident__answered_with__isnull=False),
    NEW: Q(incident__state=State.NEW),
    WORK: Q(),
}
_WHY = Case(
    *(When(fits, then=Value(why)) for why, fits in _FITS.items() if why != WORK),
    default=Value(WORK),
    output_field=CharField(),
)
Facet = tuple[str, str, int | None, str | None, int]


LIST = Listing(
    (Key("since", datetime), Key("pk")),
    {"why": one_of(WHY), "network": one_of(NETWORKS), "agency": by_id, "place": by_id},
)
"""Who waits longest comes first."""


def unheard_for(user: User) -> QuerySet[Unheard, Any]:
    """All of them within the reader's reach, each with its `why`."""
    return Unheard.objects.filter(visible_through(user, "incident")).annotate(why=_WHY)


def narrowed(user: User, chosen: Chosen, territory: Place | None) -> QuerySet[Unheard, Any]:
    rows = unheard_for(user)
    if chosen["why"]:
        rows = rows.filter(_only(chosen["why"]))
    if chosen["network"]:
        rows = rows.filter(message__network=chosen["network"])
    if chosen["agency"]:
        rows = rows.filter(incident__agency=chosen["agency"])
    if territory is not None:
        rows = rows.filter(_within(territory))
    return rows.select_related("incident__agency", "incident__place", "incident__theme", "message")


def _only(why: str) -> Q:
    """That reason and none that stands before it; told so, a database can begin with the few that fit."""
    reasons = list(_FITS)
    found = _FITS[why]
    for before in reasons[: reasons.index(why)]:
        found &= ~_FITS[before]
    return found


def _within(place: Place) -> Q:
    """Where nobody has set the place, what the machine thinks counts, as in every list."""
    guessed = Q(incident__place__isnull=True, incident__guessed_place__path__startswith=place.path)
    return Q(incident__place__path__startswith=place.path) | guessed


def facets(user: User, territory: Place | None) -> list[Facet]:
    """(why, network, agency, its name, how many) in one query: zero is the goal, and the whole is little."""
    found = unheard_for(user).order_by()
    if territory is not None:
        found = found.filter(_within(territory))
    names = ("why", "message__network", "incident__agency", "incident__agency__short_name")
    return list(found.values_list(*names).annotate(count=Count("pk")))


def groups(facets: Sequence[Facet], chosen: Chosen) -> list[tuple[str, Any, int]]:
    """(why, its title, how many) of what else is chosen, in the order of `WHY`; what there is none of is left out."""
    count: dict[str, int] = {}
    for why, network, agency, _name, number in facets:
        if chosen["network"] in ("", network) and chosen["agency"] in (0, agency):
            count[why] = count.get(why, 0) + number
    return [(why, title, count[why]) for why, title in WHY.items() if why in count]


def territories() -> list[Place]:
    """What a reader can narrow to. One query."""
    return list(Place.objects.filter(level=Place.Level.MUNICIPALITY).order_by("name", "pk"))
