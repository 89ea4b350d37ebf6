"""The rows of the queue as the page shows them, whatever their number: two queries and plain arithmetic."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.desk.format import ClockWords, clock_words
from otklik.desk.operator.queue.filters import Tab, key_of, rank_of
from otklik.desk.operator.queue.shown import READ, UNCLEAR, Card, Clock, read_cards, read_clocks, week_of
from otklik.desk.operator.queue.words import taken_words
from otklik.incidents.gathering import WORKING
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import ENDED, holder_of
from otklik.people.models import User
from otklik.publishing.hold import is_stuck
from otklik.publishing.models import Delivery
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Norm
from otklik.triage.models import doubt
from otklik.work.doubts import DOUBTS, Doubt
from otklik.work.words import took


class Chip(NamedTuple):
    """A mark on a row: `tone` is late, soon, good, blue or "", and the words say the same."""

    tone: str
    icon: str
    words: str


_GOING_OUT = (State.PUBLISHING, State.IN_WORK)


@dataclass(frozen=True, slots=True)
class Row:
    """One card of the list. `verdict` and `suggestion` hold the machine's latest word, {} where there is none.

    `seen` names both of them: an acceptance is of exactly what stood on the page. `holder` has the card before him,
    and `mine` says that it is the reader himself.
    """

    card: Card
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
        return taken_words(self.card.number, self.holder)

    @property
    def seen(self) -> str:
        return f"{self.verdict.get('id') or 0}.{self.suggestion.get('id') or 0}"

    @property
    def new(self) -> bool:
        return self.card.state == State.NEW

    @property
    def word(self) -> dict[str, Any]:
        """What a citizen has answered to us; {} where nothing waits to be read."""
        return {} if self.card.state in ENDED else self.card.word or {}

    @property
    def guess(self) -> float:
        """How sure the machine is of what the row says it is: noise, or a theme."""
        return float(self.verdict.get("kind_share" if self.noise else "theme_share") or 0)

    @property
    def noise(self) -> bool:
        """Whether the machine thinks that this is no incident: then «не инцидент» is what can be confirmed."""
        return self.new and self.verdict.get("kind") == "noise"

    @property
    def doubt(self) -> Doubt | None:
        """Why this may be nothing for us: the first act is the one that fits then, and no acceptance."""
        verdict = self.verdict
        named = doubt(verdict["kind"], verdict["kind_share"], verdict["outside"]) if self.new and verdict else ""
        return DOUBTS[named] if named else None

    @property
    def acceptable(self) -> bool:
        return self.new and self.doubt is None and bool(self.verdict.get("theme") and self.suggestion.get("agency"))


def rows_of(ids: Sequence[int], tab: Tab, user: User, now: datetime) -> list[Row]:
    """The rows for these cards, in the order of `ids`. The caller has checked the rights. Two queries."""
    cards = {card.pk: card for card in read_cards(ids)}
    clocks = read_clocks(list(cards))
    week = week_of(clocks)
    return [_row(cards[pk], clocks.get(pk), tab, week, user, now) for pk in ids if pk in cards]


def _row(card: Card, clock: Clock | None, tab: Tab, week: WorkWeek | None, user: User, now: datetime) -> Row:
    holder = card.holder
    if holder is not None:
        holder = holder_of(Incident(taken_by=holder, taken_at=card.taken_at), now)
    # On a card that was opened again the first answer is history, and not how things stand.
    past = clock is None or (card.reopened and clock.met_at is not None)
    running = None if past or card.state in ENDED else clock
    return Row(
        card=card,
        key=key_of(tab, card.priority, card.started_at, card.pk, rank_of(tab, bool(card.word_waits), card.reply_read)),
        verdict=card.verdict or {},
        suggestion=card.suggestion or {},
        clock=_clock_words(running, week, now) if running and week else None,
        clock_name=_clock_name(running) if running else "",
        chips=chips_of(card, holder, user),
        holder=holder,
        mine=holder == user,
    )


def _clock_name(clock: Clock) -> str:
    """The first answer's clock is the usual one and goes without a name."""
    return "" if clock.clock == Norm.Clock.FIRST_ANSWER else str(Norm.Clock(clock.clock).label)


def _clock_words(clock: Clock, week: WorkWeek, now: datetime) -> ClockWords:
    first, last = sorted((now, clock.limit_at))
    seconds, day = (last - first).total_seconds(), 0
    if clock.working:
        with suppress(TooFar):  # a clock set wrong by centuries is still shown, by the calendar on the wall
            seconds, day = working_seconds(first, last, week), week.usual_day
    return clock_words(clock.limit_at, clock.met_at, day, int(seconds), now)


def chips_of(card: Card, holder: User | None, user: User) -> tuple[Chip, ...]:
    """The marks of a card for this reader."""
    return (
        *_hands(holder, user),
        *_of_the_author(card),
        *_of_the_card(card),
        *_of_his_word(card),
        *(_delivery_chips(card.delivery) if card.delivery and card.state in _GOING_OUT else ()),
        *([Chip("late", "alert-triangle", _("обработка остановилась"))] if card.set_aside_at else ()),
    )


def _of_the_author(card: Card) -> list[Chip]:
    chips = []
    if card.deleted_at:
        chips.append(Chip("late", "trash", _("удалено жителем")))
    elif card.edited_at or card.revision > 1:
        chips.append(Chip("soon", "edit", _("изменено жителем")))
    if card.reopened:
        words = ngettext("открыт снова", "открыт снова %(n)d-й раз", card.reopened) % {"n": card.reopened}
        chips.append(Chip("soon", "rotate", words))
        if card.state == State.NEW and card.agency_closed:
            chips.append(Chip("soon", "building", _("ведомство закрыто")))
    return chips


def _of_the_card(card: Card) -> list[Chip]:
    chips = []
    if card.returns and card.state == State.NEW:
        chips.append(Chip("soon", "arrow-back-up", _("вернули: не наше")))
    if card.watched_since:
        chips.append(Chip("soon", "star", _("на контроле")))
    if card.hard_since:
        chips.append(Chip("soon", "puzzle", _("особо сложный")))
    if card.answered_with is not None and card.state in WORKING:
        chips.append(Chip("blue", "link", _("отвечает вместе с № %d") % card.answered_with))
    if card.alone and card.state == State.ASSIGNED:
        chips.append(Chip("blue", "robot", _("назначено автоматически")))
    if card.asked:
        chips.append(Chip("soon", "calendar", _("ведомство просит продлить срок")))
    if card.owed_since and card.state == State.RATING:
        chips.append(Chip("late", "users", _("не все жители получили ответ")))
    return chips


def _of_his_word(card: Card) -> list[Chip]:
    if card.word_waits == UNCLEAR:
        return [Chip("soon", "message-2", _("машина не поняла отклик"))]
    if card.word_waits:
        words = _("похоже, житель недоволен") if card.word_waits == READ else _("житель недоволен или написал своё")
        return [Chip("late", "message-2", words)]
    return [Chip("blue", "message-2", _("житель откликнулся"))] if card.reply_read else []


def _hands(holder: User | None, user: User) -> list[Chip]:
    if holder is None:
        return []
    return [Chip("blue", "user-check", _("у вас"))] if holder == user else [Chip("soon", "user-check", took(holder))]


def _delivery_chips(delivery: dict[str, str]) -> list[Chip]:
    state, hold = delivery["state"], delivery["hold"]
    if state == Delivery.State.QUEUED and is_stuck(state, hold):
        return [Chip("late", "hand-stop", str(Delivery.Hold(hold).label))]
    if state == Delivery.State.REFUSED:
        return [Chip("late", "alert-circle", _("сеть отказала"))]
    if state == Delivery.State.UNKNOWN:
        return [Chip("soon", "help-circle", str(Delivery.State.UNKNOWN.label))]
    if state in (Delivery.State.QUEUED, Delivery.State.SENDING):
        return [Chip("", "send", str(Delivery.State(state).label))]
    return []
