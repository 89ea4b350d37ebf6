"""The rows of the queue as the page shows them, whatever their number: two queries and plain arithmetic."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject

from otklik.desk.format import ClockWords, clock_words
from otklik.desk.queue.chips import Chip, chips_of
from otklik.desk.queue.filters import Filters, Tab, chosen_ways, from_key, key_of, order_of
from otklik.desk.queue.needs import open_asks
from otklik.desk.queue.words import taken_words
from otklik.feedback.models import Rating
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.incidents.taking import ENDED, holder_of
from otklik.people.models import User
from otklik.publishing.models import Delivery
from otklik.routing.deadlines import TooFar, WorkWeek, read_special, working_seconds
from otklik.routing.models import Calendar, Deadline, Norm, Suggestion
from otklik.triage.models import Verdict

PAGE = 50
CLOCKS_SHOWN = (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER, Norm.Clock.PROMISE)


@dataclass(frozen=True, slots=True)
class Row:
    """One card of the list. `verdict` and `suggestion` hold the machine's latest word, {} where there is none.

    `seen` names both of them: an acceptance is of exactly what stood on the page. `holder` has the card before him,
    and `mine` says that it is the reader himself.
    """

    incident: Incident
    message: Message
    key: str
    verdict: dict[str, Any]
    suggestion: dict[str, Any]
    clock: ClockWords | None
    clock_name: str
    chips: tuple[Chip, ...]
    holder: User | None
    mine: bool

    @property
    def holder_words(self) -> str:
        """What is asked before a card goes out of a colleague's hands."""
        return taken_words(self.incident.number, self.holder)

    @property
    def seen(self) -> str:
        return f"{self.verdict.get('id') or 0}.{self.suggestion.get('id') or 0}"

    @property
    def new(self) -> bool:
        return self.incident.state == State.NEW

    @property
    def guess(self) -> float:
        """How sure the machine is of what the row says it is: noise, or a theme."""
        return float(self.verdict.get("kind_share" if self.noise else "theme_share") or 0)

    @property
    def noise(self) -> bool:
        """Whether the machine thinks that this is no incident: then «не инцидент» is what can be confirmed."""
        return self.new and self.verdict.get("kind") == "noise"

    @property
    def acceptable(self) -> bool:
        return self.new and not self.noise and bool(self.verdict.get("theme") and self.suggestion.get("agency"))


_SHOWN = (
    *(f"incident__{name}" for name in ("number", "state", "priority", "started_at", "reopened", "returns")),
    *(f"incident__{name}" for name in ("outcome", "close_reason", "noise_reason", "owed_since", "set_aside_at")),
    *(f"incident__{name}" for name in ("theme__name", "place__name", "place__level", "place__parent__name")),
    *(f"incident__{name}" for name in ("agency__short_name", "taken_at", "answered_with__number")),
    *(f"incident__taken_by__{name}" for name in ("username", "last_name", "first_name", "patronymic")),
    *(f"message__{name}" for name in ("network", "text", "deleted_at", "edited_at", "revision")),
    *("message__author__name", "message__source__title"),
    *("incident", "message", "main"),
)
"""Of all that hangs on a row of the list only what is drawn is read: fifty rows bring six hundred columns less."""


def page_ids(user: User, chosen: Filters, now: datetime) -> list[int]:
    """The ids of one page and of one card more, in order: the further one tells that there is a next page."""
    ways = [from_key(cards, chosen.tab, chosen.start) for cards in chosen_ways(user, chosen, now)]
    if len(ways) == 1:
        return list(ways[0].values_list("pk", flat=True)[: PAGE + 1])
    return _first_of(ways, chosen.tab)


def _first_of(ways: Sequence[QuerySet[Incident]], tab: Tab) -> list[int]:
    """The first page out of several sets, each of which stops after a page by itself. One query."""
    asked = []
    for way in ways:
        with suppress(EmptyResultSet):  # nothing lies inside of what is chosen
            asked.append(way.values_list("pk", "priority", "started_at")[: PAGE + 1].query.sql_with_params())
    if not asked:
        return []
    parts = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS way" for sql, _ in asked)  # noqa: S608 Django's own SQL
    order = ", ".join(_place(name) for name in order_of(tab))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{parts} ORDER BY {order} LIMIT {PAGE + 1}",
            [value for _, values in asked for value in values],
        )
        return [row[0] for row in cursor.fetchall()]


def _place(name: str) -> str:
    """The column to sort by as its place among those that are asked for."""
    number = ("pk", "priority", "started_at").index(name.lstrip("-")) + 1
    return f"{number} DESC" if name[0] == "-" else f"{number} ASC"


def rows_of(
    ids: Sequence[int], tab: Tab, user: User, now: datetime, within: QuerySet[Incident] | None = None
) -> list[Row]:
    """The rows for these cards, in the order of `ids`: those of `within` only, else the caller has checked the rights.

    Two queries.
    """
    links = {link.incident_id: link for link in _links(ids, within)} if ids else {}
    clocks = _clocks(list(links))
    week = _week_of(clocks)
    return [_row(links[pk], clocks.get(pk), tab, week, user, now) for pk in ids if pk in links]


def _links(ids: Sequence[int], within: QuerySet[Incident] | None) -> QuerySet[IncidentMessage]:
    verdict = Verdict.objects.filter(message=OuterRef("message_id")).order_by("-pk")
    suggestion = Suggestion.objects.filter(incident=OuterRef("incident_id")).order_by("-pk")
    delivery = Delivery.objects.filter(answer__incident=OuterRef("incident_id")).order_by("-pk")
    unread = Rating.objects.filter(
        incident=OuterRef("incident_id"), suggested=True, confirmed_at__isnull=True, dismissed_at__isnull=True
    )
    links = IncidentMessage.objects.filter(incident_id__in=ids, main=True)
    if within is not None:
        links = links.filter(incident__in=within.filter(pk__in=ids).values("pk"))
    return (
        links.select_related(
            "message__author",
            "message__source",
            "incident__theme",
            "incident__place__parent",
            "incident__agency",
            "incident__taken_by",
            "incident__answered_with",
        )
        .only(*_SHOWN)
        .annotate(
            verdict=Subquery(
                verdict.values(
                    told=JSONObject(
                        id="pk",
                        kind="kind",
                        kind_share="kind_share",
                        theme="theme__name",
                        group="theme__group__name",
                        theme_share="theme_share",
                        place="place__name",
                        place_level="place__level",
                        parent="place__parent__name",
                        street="street",
                        house="house",
                    )
                )[:1]
            ),
            suggestion=Subquery(
                suggestion.values(told=JSONObject(id="pk", agency="agency__short_name", share="share"))[:1]
            ),
            delivery=Subquery(delivery.values(told=JSONObject(state="state", hold="hold"))[:1]),
            reply_read=Exists(unread),
            asked=Exists(open_asks().filter(incident=OuterRef("incident_id"))),
        )
    )


def _clocks(ids: Sequence[int]) -> dict[int, Deadline]:
    """For each card the running clock that ends first; where none runs, the first answer's, which says how it went."""
    found: dict[int, Deadline] = {}
    if not ids:
        return found
    calendar = Calendar.objects.filter(default=True).order_by("pk")
    deadlines = Deadline.objects.annotate(
        opens=Subquery(calendar.values("opens")[:1]),
        closes=Subquery(calendar.values("closes")[:1]),
        special=Subquery(calendar.values(text=Cast("special_days", TextField()))[:1]),
    )
    shown = deadlines.filter(
        Q(met_at__isnull=True, clock__in=CLOCKS_SHOWN) | Q(clock=Norm.Clock.FIRST_ANSWER),
        incident_id__in=ids,
        cancelled_at__isnull=True,
    )
    for deadline in shown.only("incident_id", "clock", "limit_at", "met_at", "working").order_by("limit_at", "pk"):
        kept = found.get(deadline.incident_id)
        if kept is None or (kept.met_at is not None and deadline.met_at is None):
            found[deadline.incident_id] = deadline
    return found


def _week_of(clocks: Mapping[int, Any]) -> WorkWeek | None:
    """The default calendar's week, which the deadlines brought with them; None where there are none."""
    if not clocks:
        return None
    told = next(iter(clocks.values()))
    kept = Calendar(opens=told.opens, closes=told.closes) if told.opens else Calendar()
    special = read_special(json.loads(told.special or "{}"))  # it comes as text, since each of them brings it
    return WorkWeek(kept.opens, kept.closes, ZoneInfo(settings.TIME_ZONE), special)


def _row(link: Any, deadline: Deadline | None, tab: Tab, week: WorkWeek | None, user: User, now: datetime) -> Row:
    incident, message = link.incident, link.message
    holder = holder_of(incident, now)
    running = deadline if deadline is not None and incident.state not in ENDED else None
    return Row(
        incident=incident,
        message=message,
        key=key_of(tab, incident.priority, incident.started_at, incident.pk),
        verdict=link.verdict or {},
        suggestion=link.suggestion or {},
        clock=_told(running, week, now) if running and week else None,
        clock_name=_clock_name(running) if running else "",
        chips=chips_of(link, holder, user),
        holder=holder,
        mine=holder == user,
    )


def _clock_name(deadline: Deadline) -> str:
    """The first answer's clock is the usual one and goes without a name."""
    return "" if deadline.clock == Norm.Clock.FIRST_ANSWER else str(Norm.Clock(deadline.clock).label)


def _told(deadline: Deadline, week: WorkWeek, now: datetime) -> ClockWords:
    first, last = sorted((now, deadline.limit_at))
    seconds = (last - first).total_seconds()
    if deadline.working:
        with suppress(TooFar):  # a clock set wrong by centuries is still shown, by the calendar on the wall
            seconds = working_seconds(first, last, week)
    return clock_words(deadline.limit_at, deadline.met_at, deadline.working, int(seconds), now)
