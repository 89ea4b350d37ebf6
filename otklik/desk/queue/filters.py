"""What of the queue is shown: the tabs, the filters of the address line, and the place to go on from."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import Answer
from otklik.desk.gate import integer
from otklik.incidents.models import Heard, Incident, IncidentMessage, State
from otklik.lib.text import clean, fold
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery
from otklik.routing.models import Deadline, Norm, Suggestion
from otklik.triage.models import Verdict

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_MICROS = 10**17 - 1
_MOST_ID = 10**12 - 1
H = Delivery.Hold
WAITING_HOLDS = (H.CAPTCHA, H.TOKEN, H.LEGAL, H.BUDGET, H.PERSON, H.BY_HAND)


class Tab(NamedTuple):
    """`states` are shown in it; "person" has none of its own. `newest_first` for what is over."""

    key: str
    title: Any
    states: tuple[State, ...]
    newest_first: bool = False


TABS = {
    tab.key: tab
    for tab in (
        Tab("new", _("Новые"), (State.NEW,)),
        Tab("work", _("В работе у ведомств"), (State.ASSIGNED, State.IN_WORK)),
        Tab("waiting", _("Ждём автора"), (State.CLARIFYING,)),
        Tab("approval", _("Согласование"), (State.APPROVAL,)),
        Tab("publishing", _("Публикация"), (State.PUBLISHING,)),
        Tab("postponed", _("Отложены"), (State.POSTPONED,)),
        Tab("rating", _("Оценка"), (State.RATING,)),
        Tab("done", _("Готово"), (State.DONE,), newest_first=True),
        Tab("noise", _("Не инцидент"), (State.NOISE,), newest_first=True),
        Tab("person", _("Требует человека"), ()),
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
    text: str = ""
    start: str = ""

    @property
    def active(self) -> bool:
        return bool(self.network or self.group or self.place or self.agency or self.overdue or self.text)

    def address(self, **changes: Any) -> str:
        """The query string of this choice with some of it changed, for links."""
        told = replace(self, **changes)
        values = {
            "tab": told.tab.key if told.tab.key != "new" else "",
            "network": told.network,
            "group": told.group or "",
            "place": told.place or "",
            "agency": told.agency or "",
            "overdue": "1" if told.overdue else "",
            "q": told.text,
            "start": told.start,
        }
        return urlencode({name: value for name, value in values.items() if value})


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
        text=clean(query.get("q", ""), 200).strip(),
        start=start if start.isascii() and start.isdigit() and len(start) in (29, 31) else "",
    )


def in_tab(cards: QuerySet[Incident], tab: Tab) -> QuerySet[Incident]:
    return cards.filter(state__in=tab.states) if tab.states else cards.filter(_needs_person())


def narrowed(cards: QuerySet[Incident], chosen: Filters, now: datetime) -> QuerySet[Incident]:
    """The cards that fit the filters. What nobody has set yet is judged by the machine's latest suggestion."""
    if chosen.network:
        cards = cards.filter(network=chosen.network)
    if chosen.group:
        cards = cards.annotate(_group=_verdict("theme__group_id")).filter(
            Q(theme__group_id=chosen.group) | Q(theme__isnull=True, _group=chosen.group)
        )
    if chosen.place:
        inside = f"/{chosen.place}/"
        cards = cards.annotate(_path=_verdict("place__path")).filter(
            Q(place__path__contains=inside) | Q(place__isnull=True, _path__contains=inside)
        )
    if chosen.agency:
        suggested = Suggestion.objects.filter(incident=OuterRef("pk")).order_by("-pk").values("agency_id")[:1]
        cards = cards.annotate(_agency=Subquery(suggested)).filter(
            Q(agency__path__contains=f"/{chosen.agency}/") | Q(agency__isnull=True, _agency=chosen.agency)
        )
    if chosen.overdue:
        late = Deadline.objects.filter(
            incident=OuterRef("pk"),
            clock__in=(Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER, Norm.Clock.PROMISE),
            met_at__isnull=True,
            cancelled_at__isnull=True,
            limit_at__lt=now,
        )
        cards = cards.filter(Exists(late))
    return cards.filter(_says(chosen.text)) if chosen.text else cards


def _verdict(column: str) -> Subquery:
    latest = Verdict.objects.filter(message__links__incident=OuterRef("pk"), message__links__main=True)
    return Subquery(latest.order_by("-pk").values(column)[:1])


def _says(text: str) -> Q:
    """A number means the card of that number too; anything else is looked for in the messages' folded text."""
    folded = fold(text)
    said = Q(Exists(IncidentMessage.objects.filter(incident=OuterRef("pk"), message__folded__contains=folded)))
    number = integer(text.lstrip("№# "))
    return said | Q(number=number) if 0 < number < 2**31 else said


def _needs_person() -> Q:
    """A row of the card was set aside, or an answer cannot go on without somebody."""
    here = {"set_aside_at__isnull": False}
    stuck = Delivery.objects.filter(answer__incident=OuterRef("pk")).filter(
        Q(**here)
        | Q(state=Delivery.State.QUEUED, hold__in=WAITING_HOLDS)
        | Q(state=Delivery.State.UNKNOWN, hold=H.PERSON)
    )
    return (
        Q(**here)
        | Q(Exists(stuck))
        | Q(Exists(Answer.objects.filter(incident=OuterRef("pk"), **here)))
        | Q(Exists(Heard.objects.filter(incident=OuterRef("pk"), **here)))
        | Q(Exists(Deadline.objects.filter(incident=OuterRef("pk"), **here)))
    )


def key_of(tab: Tab, priority: int, started_at: datetime, pk: int) -> str:
    """Digits that sort as the tab does: new ones by priority and age, the others by age, what is over newest first."""
    micros = min(max((started_at - _EPOCH) // timedelta(microseconds=1), 0), _MOST_MICROS)
    if tab.newest_first:
        return f"{_MOST_MICROS - micros:017d}{_MOST_ID - pk:012d}"
    ahead = f"{99 - min(priority, 99):02d}" if tab.key == "new" else ""
    return f"{ahead}{micros:017d}{pk:012d}"


def from_key(cards: QuerySet[Incident], tab: Tab, start: str) -> QuerySet[Incident]:
    """In the tab's order, beginning after the key. A key of another tab's shape counts as not given."""
    if tab.newest_first:
        ordered = cards.order_by("-started_at", "-pk")
    elif tab.key == "new":
        ordered = cards.order_by("-priority", "started_at", "pk")
    else:
        ordered = cards.order_by("started_at", "pk")
    if len(start) != (31 if tab.key == "new" else 29):
        return ordered
    micros, pk = int(start[-29:-12]), int(start[-12:])
    if tab.newest_first:
        at = _EPOCH + timedelta(microseconds=_MOST_MICROS - micros)
        return ordered.filter(Q(started_at__lt=at) | Q(started_at=at, pk__lt=_MOST_ID - pk))
    at = _EPOCH + timedelta(microseconds=micros)
    later = Q(started_at__gt=at) | Q(started_at=at, pk__gt=pk)
    if tab.key != "new":
        return ordered.filter(later)
    priority = 99 - int(start[:2])
    return ordered.filter(Q(priority__lt=priority) | Q(later, priority=priority))
