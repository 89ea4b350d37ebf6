"""The list, its number for the menu, and «отправить снова» for several at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.answers.models import Answer
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.listing import Chosen, Key, Listing, Select, by_id, by_name, network_titles, one_of
from otklik.desk.operator.delivery_advice import ADVICE, Advice, advice_of, cause_of
from otklik.incidents.cards import may_move, visible_through
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.publishing import fate
from otklik.publishing.hold import STUCK, stopped, wanted
from otklik.publishing.models import Delivery

MOST_AT_ONCE = 100
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
    """`again`: certainly not published, and can be sent again unchanged. `published` says in words how much of the
    answer is published; "" for none of it."""

    delivery: Delivery
    advice: Advice
    again: bool
    published: str


@dataclass(frozen=True, slots=True)
class Group:
    cause: str
    title: str
    count: int


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    chosen, user = LIST.chosen(request.GET), user_of(request)
    counts = facets(user)
    here = LIST.page(narrowed(undelivered(user), chosen), request.GET)
    rows, causes = rows_of(here.rows), groups(counts, chosen)
    agencies = {pk: name for _cause, _network, pk, name, _count in counts if pk}
    networks = network_titles(network for _cause, network, _pk, _name, _count in counts)
    context = {
        "rows": rows,
        "following": here.following,
        "chosen": chosen,
        "groups": [(group, chosen.query(cause=group.cause)) for group in causes],
        "count": sum(group.count for group in causes),
        "kept": [("cause", chosen["cause"])],
        "wide": chosen["network"] or chosen["agency"] or len(networks) > 1 or len(agencies) > 1,
        "selects": [
            Select("network", _("Сеть"), networks, chosen["network"]),
            Select("agency", _("Ведомство"), by_name(agencies), chosen["agency"]),
        ],
        "every_cause": chosen.query(cause=""),
        "any_again": any(row.again for row in rows),
    }
    return render(request, "desk/undelivered/page.html", context)


@require_POST
@permitted(*SEERS)
def again(request: HttpRequest) -> HttpResponse:
    """Send the selected ones again: only what was certainly not published, so that nothing can be published twice."""
    user, at = user_of(request), clock.now()
    picked = [pk for raw_pk in request.POST.getlist("id")[:MOST_AT_ONCE] if (pk := integer(raw_pk)) > 0]
    able = certain(undelivered(user).filter(pk__in=picked))
    done = 0
    for delivery in able.select_related("answer__incident__agency", "answer__incident__place", "message"):
        incident = delivery.answer.incident
        if not (may_move(user, incident, "submit") or may_move(user, incident, "approve")):
            continue
        try:
            fate.say_again(delivery, user, at)
        except NotAllowed:
            continue  # somebody was faster
        done += 1
    if done:
        messages.success(request, _("Ответов снова в очереди: %d") % done)
    if done < len(picked):
        left = _("Не тронуто: %d. Их уже отправили, или сначала нужно сделать то, что сказано в строке.")
        messages.warning(request, left % (len(picked) - done))
    if not picked:
        messages.error(request, _("Отметьте, какие ответы отправить снова."))
    return redirect(f"{reverse('undelivered')}?{LIST.chosen(request.POST).query()}")


def undelivered(user: User) -> QuerySet[Delivery]:
    """All undelivered answers that the reader may see."""
    first, *others = (Delivery.objects.filter(way).order_by().values("pk") for way in _AMONG)
    mine = Delivery.objects.filter(WAITING, visible_through(user, "answer__incident"), pk__in=first.union(*others))
    return wanted(mine)


def certain(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those that were certainly not published and whose account works."""
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
    params = {"said": delivery.part - 1, "parts": delivery.parts}
    progress = _("Сказано частей: %(said)d из %(parts)d") % params if rest else ""
    return Row(delivery, advice_of(cause, rest), delivery.pk in able, progress)


def facets(user: User) -> list[tuple[str, str, int | None, str | None, int]]:
    """(cause, network, agency, its name, how many), in one query: there are few rows, or something is very wrong."""
    deliveries = undelivered(user).order_by()
    names = ("cause", "message__network", "answer__incident__agency", "answer__incident__agency__short_name")
    return list(deliveries.values_list(*names).annotate(count=Count("pk", distinct=True)))


def groups(facet_rows: Sequence[tuple[str, str, int | None, str | None, int]], chosen: Chosen) -> list[Group]:
    """How many by cause among those that the other filters leave; the commonest cause first."""
    count: dict[str, int] = {}
    for cause, network, agency, _name, number in facet_rows:
        if chosen["network"] in ("", network) and chosen["agency"] in (0, agency):
            count[cause] = count.get(cause, 0) + number
    cause_groups = [Group(cause or "other", str(ADVICE[cause].title), number) for cause, number in count.items()]
    return sorted(cause_groups, key=lambda one: (-one.count, one.title))
