"""What is read of the cards of a list: plain columns, since fifty rows as objects of seven tables cost half a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject, Left

from otklik.answers.models import ASKING
from otklik.desk.operator.queue.needs import open_asks
from otklik.feedback.models import SAYS_NOTHING, UNREAD, Rating
from otklik.incidents.models import IncidentMessage
from otklik.lib.kept import Kept, in_place, keep, stand_ins
from otklik.people.models import User
from otklik.publishing.models import Delivery, Sent
from otklik.routing.assign import left_closed
from otklik.routing.clocks import OURS
from otklik.routing.deadlines import WorkWeek
from otklik.routing.models import Assignment, Deadline, Norm, Suggestion
from otklik.routing.weeks import default_week, read_week
from otklik.triage.models import Verdict

TEXT_SHOWN = 700  # characters: nearly every comment whole; the rest of a longer one comes when its row is opened
WORD_SHOWN = 160


_BEHIND = Q(part__gt=1) & (Q(hold=Delivery.Hold.TURN) | Q(state=Delivery.State.RECALLED))


class Card(NamedTuple):
    """One card as a row needs it. `verdict`, `suggestion` and `delivery` are the latest ones, None where there is none.

    `text` is one character longer than is shown where there is more of it. `reply_read` says that the author's word
    was read and nobody has confirmed it yet, `word_waits` that he complains (CONFIRMED or READ) or may do so (UNCLEAR),
    `asked` that an agency asks for a later day, `alone` that the machine has assigned it without a person,
    `agency_closed` that it was opened again when nobody was left at its agency. `word` is the newest that a citizen
    wrote since our last one: its `text`, and whether the card's `author` wrote it.
    """

    pk: int
    number: int
    state: str
    priority: int
    started_at: datetime
    reopened: int
    returns: int
    outcome: str
    close_reason: str
    noise_reason: str
    owed_since: datetime | None
    hard_since: datetime | None
    watched_since: datetime | None
    set_aside_at: datetime | None
    theme: str | None
    place: str | None
    place_level: str | None
    place_above: str | None
    street: str
    house: str
    agency: str | None
    answered_with: int | None
    taken_at: datetime | None
    taken_by: int | None
    username: str | None
    last_name: str | None
    first_name: str | None
    patronymic: str | None
    network: str
    text: str
    deleted_at: datetime | None
    edited_at: datetime | None
    revision: int
    author: str | None
    source: str | None
    verdict: dict[str, Any] | None
    suggestion: dict[str, Any] | None
    delivery: dict[str, str] | None
    reply_read: bool
    word_waits: str | None
    asked: bool
    alone: bool
    agency_closed: bool
    word: dict[str, Any] | None

    @property
    def holder(self) -> User | None:
        """Who has taken it, however long ago."""
        if self.taken_by is None:
            return None
        names = {name: getattr(self, name) or "" for name in ("username", "last_name", "first_name", "patronymic")}
        return User(pk=self.taken_by, **names)


_SINCE = ("owed_since", "hard_since", "watched_since")
_PATHS = {
    "pk": "incident_id",
    **{
        name: f"incident__{name}"
        for name in ("number", "state", "priority", "started_at", "reopened", "returns", "outcome", "close_reason")
    },
    **{name: f"incident__{name}" for name in (*_SINCE, "noise_reason", "set_aside_at", "taken_at", "taken_by")},
    **{name: f"incident__{name}" for name in ("street", "house")},
    **{name: f"incident__taken_by__{name}" for name in ("username", "last_name", "first_name", "patronymic")},
    **{name: f"message__{name}" for name in ("network", "deleted_at", "edited_at", "revision")},
    "theme": "incident__theme__name",
    "place": "incident__place__name",
    "place_level": "incident__place__level",
    "place_above": "incident__place__parent__name",
    "agency": "incident__agency__short_name",
    "answered_with": "incident__answered_with__number",
    "text": "beginning",
    "author": "message__author__name",
    "source": "message__source__title",
}
"""Where a field of `Card` is found from the link between a card and its main message, if not under its own name."""


def read_cards(ids: Sequence[int]) -> list[Card]:
    """The cards with these ids, in any order. One query."""
    return list(map(Card._make, _cards_question(connection.vendor, len(ids)).ask(in_place(ids)))) if ids else []


@lru_cache(maxsize=120)
def _cards_question(_vendor: str, number: int) -> Kept:
    return keep(_links(stand_ins(number)).values_list(*(_PATHS.get(name, name) for name in Card._fields)))


def _links(ids: Sequence[int]) -> QuerySet[IncidentMessage]:
    verdict = Verdict.objects.filter(message=OuterRef("message_id")).order_by("-pk")
    suggestion = Suggestion.objects.filter(incident=OuterRef("incident_id")).order_by("-pk")
    # Of an answer in parts the one that is on its way, or else the last that stands there.
    delivery = Delivery.objects.filter(answer__incident=OuterRef("incident_id")).exclude(_BEHIND).order_by("-pk")
    waits = Rating.objects.filter(incident=OuterRef("incident_id"), waits_since__isnull=False)
    unread = Rating.objects.filter(UNREAD, incident=OuterRef("incident_id"))
    return IncidentMessage.objects.filter(incident_id__in=ids, main=True).annotate(
        beginning=Left("message__text", TEXT_SHOWN + 1),
        verdict=Subquery(verdict.values(json=_VERDICT)[:1]),
        suggestion=Subquery(
            suggestion.values(json=JSONObject(id="pk", agency="agency__short_name", share="share"))[:1]
        ),
        delivery=Subquery(delivery.values(json=JSONObject(state="state", hold="hold"))[:1]),
        reply_read=Exists(unread),
        word_waits=Subquery(waits.values(json=_WAITS_AS).order_by("json")[:1]),
        asked=Exists(open_asks().filter(incident=OuterRef("incident_id"))),
        alone=Exists(
            Assignment.objects.filter(incident=OuterRef("incident_id"), ended_at__isnull=True, automatic__isnull=False)
        ),
        agency_closed=Case(
            When(incident__reopened__gt=0, then=Exists(left_closed(OuterRef("incident_id")))), default=False
        ),
        word=Subquery(_words_since().values(json=_WORD)[:1]),
    )


def _words_since() -> QuerySet[IncidentMessage]:
    """What citizens wrote on a card since our last word on it, newest first; a question is a word, a survey is none."""
    ours = Sent.objects.filter(delivery__answer__incident=OuterRef("incident")).order_by("-at")
    last = ours.exclude(delivery__answer__kind__in=ASKING).values("at")[:1]
    beside = IncidentMessage.objects.filter(incident=OuterRef("incident_id"), main=False, message__own=False)
    return beside.filter(message__posted_at__gt=Subquery(last)).order_by("-message__posted_at", "-message_id")


_WORD = JSONObject(
    text=Left("message__text", WORD_SHOWN + 1),
    author=Case(When(message__author=OuterRef("message__author"), then=True), default=False),
)


# The first by the alphabet is told of several.
CONFIRMED, READ, UNCLEAR = "confirmed", "read", "unclear"
_WAITS_AS = Case(
    When(suggested=False, then=Value(CONFIRMED)), When(SAYS_NOTHING, then=Value(UNCLEAR)), default=Value(READ)
)


_VERDICT = JSONObject(
    id="pk",
    kind="kind",
    kind_share="kind_share",
    outside="outside",
    theme="theme__name",
    group="theme__group__name",
    theme_share="theme_share",
    place="place__name",
    place_level="place__level",
    parent="place__parent__name",
    street="street",
    house="house",
)


class Clock(NamedTuple):
    """A running or met clock of a card, with the default calendar's week, which each brings with it."""

    incident: int
    clock: str
    limit_at: datetime
    met_at: datetime | None
    working: bool
    week: str | None


def read_clocks(ids: Sequence[int]) -> dict[int, Clock]:
    """For each card the running clock that ends first, that of a second answer before any other; where none runs, the
    first answer's, which says how it went."""
    clocks_by_card: dict[int, Clock] = {}
    if not ids:
        return clocks_by_card
    for clock in map(Clock._make, _clocks_question(connection.vendor, len(ids)).ask(in_place(ids))):
        kept = clocks_by_card.get(clock.incident)
        second = clock.clock == Norm.Clock.SECOND_ANSWER
        if kept is None or (clock.met_at is None and (kept.met_at is not None or second)):
            clocks_by_card[clock.incident] = clock
    return clocks_by_card


@lru_cache(maxsize=120)
def _clocks_question(_vendor: str, number: int) -> Kept:
    shown = Deadline.objects.filter(
        Q(met_at__isnull=True, clock__in=OURS) | Q(clock=Norm.Clock.FIRST_ANSWER),
        incident_id__in=stand_ins(number),
        cancelled_at__isnull=True,
    )
    return keep(
        shown.order_by("limit_at", "pk").values_list(
            *("incident_id", "clock", "limit_at", "met_at", "working"),
            default_week(),
        )
    )


def week_of(clocks: Mapping[int, Clock]) -> WorkWeek | None:
    """The default calendar's week; None where there are no clocks to ask for it."""
    if not clocks:
        return None
    return read_week(next(iter(clocks.values())).week)  # each of them brings the same
