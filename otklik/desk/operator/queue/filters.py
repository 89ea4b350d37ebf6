"""What of the queue is shown: the tabs, the filters of the address line, and the place to go on from."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.desk.gate import integer
from otklik.desk.operator.queue.inside import inside_of
from otklik.desk.operator.queue.needs import needs_person
from otklik.feedback.models import UNREAD, Rating
from otklik.finding.search import matching
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import ENDED
from otklik.lib.text import clean
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from otklik.routing.clocks import OURS
from otklik.routing.models import Deadline

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_MICROS = 10**17 - 1
_MOST_ID = 10**12 - 1

SHOWN = {"group": "shown_theme", "place": "shown_place", "agency": "shown_agency"}
"""Where a card has what can be chosen: what is set, or else what is suggested."""


class Tab(NamedTuple):
    """`states` are shown in it; "person" has none of its own. `newest_first` for what is over. `ranked`: what citizens
    have said of our answers comes first, see `ranked`."""

    key: str
    title: Any
    states: tuple[State, ...]
    newest_first: bool = False
    ranked: bool = False


TABS = {
    tab.key: tab
    for tab in (
        Tab("new", _("Новые"), (State.NEW,)),
        Tab("work", _("В работе у ведомств"), (State.ASSIGNED, State.IN_WORK)),
        Tab("waiting", _("Ждём жителя"), (State.CLARIFYING,)),
        Tab("approval", _("Согласование"), (State.APPROVAL,)),
        Tab("publishing", _("Публикация"), (State.PUBLISHING,)),
        Tab("postponed", _("Отложены"), (State.POSTPONED,)),
        Tab("rating", _("Оценка"), (State.RATING,), ranked=True),
        Tab("done", _("Готово"), (State.DONE,), newest_first=True),
        Tab("noise", _("Не инцидент"), (State.NOISE,), newest_first=True),
        Tab("person", _("Требует человека"), (), ranked=True),
    )
}


@dataclass(frozen=True, slots=True)
class Filters:
    """0 and "" stand for «no filter». `start` is the sort key (see `key_of`) after which the page begins."""

    tab: Tab
    network: str = ""
    group: int = 0
    place: int = 0
    agency: int = 0
    overdue: bool = False
    mine: bool = False
    text: str = ""
    start: str = ""

    @property
    def active(self) -> bool:
        return bool(self.network or self.group or self.place or self.agency or self.overdue or self.mine or self.text)

    def into(self, tab: Tab) -> "Filters":
        """The same conditions in another tab, from its beginning."""
        return replace(self, tab=tab, start="")

    def address(self, **changes: Any) -> str:
        """The query string of this choice with some of it changed, for links."""
        return urlencode(replace(self, **changes).pairs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What is chosen, as names and values of an address line or of a form's hidden fields."""
        values = {
            "tab": self.tab.key if self.tab.key != "new" else "",
            "network": self.network,
            "group": self.group or "",
            "place": self.place or "",
            "agency": self.agency or "",
            "overdue": "1" if self.overdue else "",
            "mine": "1" if self.mine else "",
            "q": self.text,
            "start": self.start,
        }
        return [(name, str(value)) for name, value in values.items() if value]


def read_filters(query: QueryDict) -> Filters:
    """From a hostile address line; whatever makes no sense counts as not given."""
    network = query.get("network", "")
    start = query.get("start", "")
    return Filters(
        tab=TABS.get(query.get("tab", ""), TABS["new"]),
        network=network if network in NETWORKS else "",
        group=max(integer(query.get("group")), 0),
        place=max(integer(query.get("place")), 0),
        agency=max(integer(query.get("agency")), 0),
        overdue=query.get("overdue") == "1",
        mine=query.get("mine") == "1",
        text=clean(query.get("q", ""), 200).strip(),
        start=start if start.isascii() and start.isdigit() and len(start) in (29, 30, 31) else "",
    )


def in_tab(cards: QuerySet[Incident], tab: Tab) -> QuerySet[Incident]:
    return cards.filter(state__in=tab.states) if tab.states else cards.filter(needs_person())


def chosen_cards(user: User, chosen: Filters, now: datetime) -> QuerySet[Incident]:
    """The cards of the chosen tab that fit the filters, as far as this user may see them; in no order."""
    if chosen.overdue and is_over(chosen.tab):
        return Incident.objects.none()
    return in_tab(fitting(user, chosen, now), chosen.tab)


def is_over(tab: Tab) -> bool:
    """Whether what it shows has ended: then no clock runs, and nothing in it is late."""
    return bool(tab.states) and set(tab.states) <= set(ENDED)


def fitting(user: User, chosen: Filters, now: datetime) -> QuerySet[Incident]:
    """The cards that fit the filters, whatever tab they are in, as far as this user may see them; in no order."""
    cards = visible_to(user)
    for choice, column in SHOWN.items():
        if pk := getattr(chosen, choice):
            cards = cards.filter(**{f"{column}__in": inside_of(user, (choice, pk))})
    if chosen.network:
        cards = cards.filter(network=chosen.network)
    if chosen.overdue:
        cards = cards.filter(_late(now))
    if chosen.mine:
        cards = cards.filter(taken_by=user)
    return cards.filter(matching(chosen.text)) if chosen.text else cards


def chosen_ways(user: User, chosen: Filters, now: datetime) -> list[QuerySet[Incident]]:
    """The same cards in parts without a common one, state by state: so an index has each part in order."""
    cards = chosen_cards(user, chosen, now)
    return [cards.filter(state=state) for state in chosen.tab.states] or [cards]


def _late(now: datetime) -> Exists:
    late = Deadline.objects.filter(
        incident=OuterRef("pk"),
        clock__in=OURS,
        runs_until__lt=now,
    )
    return Exists(late)


def ranked(user: User, chosen: Filters, now: datetime) -> list[QuerySet[Incident]]:
    """The same cards, rank by rank, of a tab that has ranks: those on which a citizen's word waits for a person, then
    those on which a reply is not confirmed yet, then the others. Each rank is led to by an index of its own."""
    cards = chosen_cards(user, chosen, now)
    if chosen.tab.key == "person":
        return [fitting(user, chosen, now).filter(_WAITS), cards.exclude(_WAITS)]
    return [cards.filter(_WAITS), cards.filter(_UNREAD).exclude(_WAITS), cards.exclude(_WAITS).exclude(_UNREAD)]


def rank_of(tab: Tab, word_waits: bool, reply_read: bool) -> int:
    """The rank of a card in a tab that has ranks."""
    return 0 if word_waits else 1 if reply_read or tab.key == "person" else 2


_WAITS = Q(pk__in=Rating.objects.filter(waits_since__isnull=False).values("incident"))
_UNREAD = Q(pk__in=Rating.objects.filter(UNREAD).values("incident"))


def key_of(tab: Tab, priority: int, started_at: datetime, pk: int, rank: int = 2) -> str:
    """Digits that sort as the tab does: new ones by priority and age, the others by age, what is over newest first; in
    a tab that has ranks, by rank before all."""
    micros = min(max((started_at - _EPOCH) // timedelta(microseconds=1), 0), _MOST_MICROS)
    if tab.newest_first:
        return f"{_MOST_MICROS - micros:017d}{_MOST_ID - pk:012d}"
    ahead = f"{99 - min(priority, 99):02d}" if tab.key == "new" else str(rank) if tab.ranked else ""
    return f"{ahead}{micros:017d}{pk:012d}"


def order_of(tab: Tab) -> tuple[str, ...]:
    if tab.newest_first:
        return "-started_at", "-pk"
    return ("-priority", "started_at", "pk") if tab.key == "new" else ("started_at", "pk")


def from_key(cards: QuerySet[Incident], tab: Tab, start: str, rank: int = 0) -> QuerySet[Incident]:
    """In the tab's order, beginning after the key. A key of another tab's shape counts as not given. `rank` is that of
    the cards, where the tab has ranks."""
    ordered = cards.order_by(*order_of(tab))
    if len(start) != (31 if tab.key == "new" else 30 if tab.ranked else 29):
        return ordered
    if tab.ranked and rank != int(start[0]):
        return ordered if rank > int(start[0]) else ordered.none()
    micros, pk = int(start[-29:-12]), int(start[-12:])
    # The first condition says nothing new, but it is the one by which an index knows where to begin.
    if tab.newest_first:
        at = _EPOCH + timedelta(microseconds=_MOST_MICROS - micros)
        return ordered.filter(Q(started_at__lt=at) | Q(started_at=at, pk__lt=_MOST_ID - pk), started_at__lte=at)
    at = _EPOCH + timedelta(microseconds=micros)
    later = Q(started_at__gt=at) | Q(started_at=at, pk__gt=pk)
    if tab.key != "new":
        return ordered.filter(later, started_at__gte=at)
    priority = 99 - int(start[:2])
    return ordered.filter(Q(priority__lt=priority) | Q(later, priority=priority), priority__lte=priority)
