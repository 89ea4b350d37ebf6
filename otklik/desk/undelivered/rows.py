"""Answers that were approved and do not stand in the network, within what the reader may see. Three queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from otklik.answers.models import Answer
from otklik.desk.listing import Chosen, Key, Listing, by_id, one_of
from otklik.desk.undelivered.advice import ADVICE, Advice, advice_of, cause_of
from otklik.incidents.cards import visible_through
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.publishing.hold import STUCK, stopped, wanted
from otklik.publishing.models import Delivery

SEERS = (Permission.WATCH,)
D, H = Delivery.State, Delivery.Hold
WAITING = (
    reduce(or_, STUCK)
    | Q(state=D.REFUSED, answer__state=Answer.State.RETURNED)
    | Q(state=D.RECALLED, cause=Delivery.Cause.CHANGED, answer__state=Answer.State.APPROVAL)
)
_AMONG = (*STUCK, Q(state=D.REFUSED), Q(state=D.RECALLED))
"""All of WAITING and more, way by way, by an index each: asked for together, or with the answer, SQLite looks among all
that was ever said."""


LIST = Listing(
    (Key("pk", falling=True),),
    {"cause": one_of({"other", *ADVICE} - {""}), "network": one_of(NETWORKS), "agency": by_id},
    start="before",
)
"""The newest first."""


@dataclass(frozen=True, slots=True)
class Row:
    """`again`: certainly not said, and it may be sent as it is. `said` is how much of the answer stands there, in
    words; "" for nothing of it."""

    delivery: Delivery
    advice: Advice
    again: bool
    said: str


@dataclass(frozen=True, slots=True)
class Group:
    cause: str
    title: str
    count: int


def undelivered(user: User) -> QuerySet[Delivery]:
    """All of it within the reader's reach."""
    first, *others = (Delivery.objects.filter(way).order_by().values("pk") for way in _AMONG)
    mine = Delivery.objects.filter(WAITING, visible_through(user, "answer__incident"), pk__in=first.union(*others))
    return wanted(mine)


def certain(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Of these the ones that were certainly not said and have a working voice to be said with."""
    causes = [cause for cause, advice in ADVICE.items() if advice.again]
    working = Q(account__active=True, account__stopped_at__isnull=True)
    return stopped(deliveries).filter(working, cause__in=causes, set_aside_at__isnull=True).exclude(hold=H.BY_HAND)


def narrowed(deliveries: QuerySet[Delivery], chosen: Chosen) -> QuerySet[Delivery]:
    if chosen["network"]:
        deliveries = deliveries.filter(message__network=chosen["network"])
    if chosen["agency"]:
        deliveries = deliveries.filter(answer__incident__agency=chosen["agency"])
    if chosen["cause"]:
        deliveries = deliveries.filter(cause="" if chosen["cause"] == "other" else chosen["cause"])
    return deliveries.select_related("answer__incident__agency", "answer__incident__place", "message", "account")


def rows_of(deliveries: Sequence[Delivery]) -> list[Row]:
    """One query."""
    able = set(certain(Delivery.objects.filter(pk__in=[one.pk for one in deliveries])).values_list("pk", flat=True))
    return [_row(one, able) for one in deliveries]


def _row(delivery: Delivery, able: set[int]) -> Row:
    cause = cause_of(delivery.cause, delivery.state, delivery.hold)
    rest = delivery.part > 1
    told = {"said": delivery.part - 1, "parts": delivery.parts}
    said = _("Сказано частей: %(said)d из %(parts)d") % told if rest else ""
    return Row(delivery, advice_of(cause, rest), delivery.pk in able, said)


def facets(user: User) -> list[tuple[str, str, int | None, str | None, int]]:
    """(cause, network, agency, its name, how many), in one query: the whole is little, or something is very wrong."""
    found = undelivered(user).order_by()
    names = ("cause", "message__network", "answer__incident__agency", "answer__incident__agency__short_name")
    return list(found.values_list(*names).annotate(count=Count("pk", distinct=True)))


def groups(told: Sequence[tuple[str, str, int | None, str | None, int]], chosen: Chosen) -> list[Group]:
    """By cause, of what else is chosen; the most first."""
    count: dict[str, int] = {}
    for cause, network, agency, _name, number in told:
        if chosen["network"] in ("", network) and chosen["agency"] in (0, agency):
            count[cause] = count.get(cause, 0) + number
    found = [Group(cause or "other", str(ADVICE[cause].title), number) for cause, number in count.items()]
    return sorted(found, key=lambda one: (-one.count, one.title))
