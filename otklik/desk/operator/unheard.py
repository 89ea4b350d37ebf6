"""The register, and its number for the menu."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import Chosen, Key, Listing, Select, by_id, by_name, counted, network_titles, one_of
from otklik.desk.operator.undelivered import WAITING
from otklik.feedback.registers.follow import as_of
from otklik.feedback.registers.models import Unheard
from otklik.incidents.cards import visible_through
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.places.models import Place
from otklik.publishing.models import Delivery

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


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    user, chosen, places = user_of(request), LIST.chosen(request.GET), territories()
    territory = next((one for one in places if one.pk == chosen["place"]), None)
    counts = facets(user, territory)
    here = LIST.page(narrowed(user, chosen, territory), request.GET)
    agencies = {pk: name for _why, _network, pk, name, _count in counts if pk}
    reasons = groups(counts, chosen)
    context = {
        "rows": [(row, WHY[row.why]) for row in here.rows],
        "following": here.following,
        "chosen": chosen,
        "groups": [(why, title, counted(number), chosen.query(why=why)) for why, title, number in reasons],
        "count": counted(sum(number for _why, _title, number in reasons)),
        "every_why": chosen.query(why=""),
        "kept": [("why", chosen["why"])],
        "selects": [
            Select("place", _("Территория"), [(one.pk, one.name) for one in places], chosen["place"]),
            Select("agency", _("Ведомство"), by_name(agencies), chosen["agency"]),
            Select("network", _("Сеть"), network_titles(kind for _w, kind, _a, _n, _i in counts), chosen["network"]),
        ],
        "narrowed": chosen["why"] or chosen["network"] or chosen["agency"] or territory,
        "as_of": as_of(clock.now()),
    }
    return render(request, "desk/unheard/page.html", context)


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
    condition = _FITS[why]
    for before in reasons[: reasons.index(why)]:
        condition &= ~_FITS[before]
    return condition


def _within(place: Place) -> Q:
    """Where nobody has set the place, what the machine thinks counts, as in every list."""
    guessed = Q(incident__place__isnull=True, incident__guessed_place__path__startswith=place.path)
    return Q(incident__place__path__startswith=place.path) | guessed


def facets(user: User, territory: Place | None) -> list[Facet]:
    """(why, network, agency, its name, how many) in one query: zero is the goal, and the whole is little."""
    rows = unheard_for(user).order_by()
    if territory is not None:
        rows = rows.filter(_within(territory))
    names = ("why", "message__network", "incident__agency", "incident__agency__short_name")
    return list(rows.values_list(*names).annotate(count=Count("pk")))


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
