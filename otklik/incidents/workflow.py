"""The one table of moves, and `move()`: one guarded UPDATE plus one journal row in one transaction.

docs/flow.md is drawn from MOVES; a test fails when it is old.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.db import connection

from otklik.incidents.models import Findable, Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.each import update_each
from otklik.lib.kept import STAND_IN, Kept, KeptRows, in_place, keep, keep_rows, stand_ins
from otklik.lib.sentence import Sentence as _
from otklik.people.permissions import Permission

S = State
MACHINE: frozenset[Permission] = frozenset()
DESK = frozenset({Permission.JUDGE})
AGENCY = frozenset({Permission.ANSWER})
APPROVERS = frozenset({Permission.APPROVE})


@dataclass(frozen=True, slots=True)
class Move:
    """`before` are the states it may start from, `after` where it ends; `permissions` one of which
    it takes (none = machine)."""

    before: frozenset[State]
    after: State
    permissions: frozenset[Permission]
    title: str
    needs_reason: bool = False


def _move(
    before: str, after: State, permissions: frozenset[Permission], title: str, needs_reason: bool = False
) -> Move:
    return Move(frozenset(State(word) for word in before.split()), after, permissions, title, needs_reason)


WORKING = "new assigned in_work postponed"
ENDED = (S.NOISE, S.DONE)

MOVES: dict[str, Move] = {
    "dismiss": _move("new", S.NOISE, DESK, _("не инцидент"), needs_reason=True),
    "restore": _move("noise", S.NEW, DESK, _("вернуть в очередь")),
    "assign": _move(f"{WORKING} clarifying", S.ASSIGNED, DESK, _("назначить")),
    "take": _move("assigned", S.IN_WORK, AGENCY, _("взять в работу")),
    "give_back": _move("assigned in_work", S.NEW, AGENCY, _("вернуть: не наше"), needs_reason=True),
    "take_off": _move("assigned", S.NEW, DESK, _("вернуть в очередь назначенное машиной")),
    "submit": _move(f"{WORKING} rating", S.APPROVAL, AGENCY, _("отправить на согласование")),
    "send_alone": _move(f"{WORKING} rating", S.PUBLISHING, AGENCY, _("отправить без согласования")),
    "take_back": _move("publishing", S.IN_WORK, AGENCY, _("вернуть отправленное без согласования")),
    "withdraw": _move("approval", S.IN_WORK, AGENCY, _("отозвать с согласования")),
    "send_back": _move("approval", S.IN_WORK, APPROVERS, _("вернуть с замечанием"), needs_reason=True),
    "agree": _move("approval", S.APPROVAL, APPROVERS, _("согласовать первым из двух")),
    "approve": _move("approval", S.PUBLISHING, APPROVERS, _("согласовать")),
    "recall": _move("publishing", S.APPROVAL, APPROVERS, _("отменить согласование")),
    "refused": _move("publishing", S.IN_WORK, MACHINE, _("сеть отказала")),
    "overtaken": _move("publishing", S.APPROVAL, MACHINE, _("комментарий изменился после согласования")),
    "gone": _move("publishing", S.IN_WORK, MACHINE, _("житель удалил комментарий")),
    "answered": _move("publishing", S.RATING, MACHINE, _("ответ опубликован")),
    "answered_together": _move(WORKING, S.RATING, MACHINE, _("ответ опубликован вместе с другой карточкой")),
    "promised": _move("publishing", S.POSTPONED, MACHINE, _("промежуточный ответ опубликован")),
    "asked": _move("publishing", S.CLARIFYING, MACHINE, _("вопрос жителю опубликован")),
    "clarified": _move("clarifying", S.IN_WORK, MACHINE, _("житель уточнил")),
    "clarified_unassigned": _move("clarifying", S.NEW, MACHINE, _("житель уточнил")),
    "unclarified": _move("clarifying", S.NEW, MACHINE, _("житель не уточнил в срок")),
    "resume": _move("postponed", S.IN_WORK, AGENCY, _("вернуться к работе")),
    "reopen": _move("rating done postponed", S.IN_WORK, DESK, _("открыть снова")),
    "reopen_unassigned": _move("rating done postponed", S.NEW, DESK, _("открыть снова")),
    "close": _move("rating", S.DONE, DESK, _("закрыть")),
    "close_unanswered": _move("new assigned in_work postponed", S.DONE, DESK, _("закрыть без ответа"), True),
}


class NotAllowed(Exception):
    """This move does not start from the state the card is in: somebody was faster, or the page is old."""

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(f"«{MOVES[verb].title}» невозможно из состояния «{State(state).label}»")
        self.verb, self.state = verb, state


class UnderControl(NotAllowed):
    """The move would end a card that a head has «на контроле»: he takes it off first."""


@contextmanager
def hold(*cards: int, savepoint: bool = True) -> Iterator[None]:
    """A transaction that may write to the journal, in which nobody else changes these cards, given by their ids: what
    is read of them and of what hangs on them stays so. Inside another one it holds these as well; where that one is
    alone, nothing more is needed. `savepoint` as in `book.writing`."""
    with book.writing(savepoint):
        fresh = set(cards) - _held.get()
        if fresh and not book.alone():
            _locking(len(fresh)).ask(in_place(sorted(fresh)))
        before = _held.set(_held.get() | fresh)
        try:
            yield
        finally:
            _held.reset(before)


def lock(cards: Collection[int]) -> list[Incident]:
    """The cards of these ids as they stand now, which nobody changes until the transaction ends. They are locked in the
    order of their ids, as by everybody who changes several. One statement."""
    return list(Incident.objects.select_for_update(no_key=True).filter(pk__in=cards).order_by("pk"))


@lru_cache(64)
def _locking(number: int) -> Kept:
    """`lock` for so many cards of which nothing is read."""
    cards = Incident.objects.select_for_update(no_key=True).filter(pk__in=stand_ins(number))
    return keep(cards.order_by("pk").values_list("pk"))


_held: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())


def move(
    incident: Incident,
    verb: str,
    *,
    at: datetime,
    actor: str,
    reason: str = "",
    words: str = "",
    subject: str = "",
    data: Mapping[str, Any] | None = None,
    fresh: bool = False,
    **stamps: Any,
) -> Incident:
    """Make one move and write it into the journal; `stamps` are further columns set by the same UPDATE. `fresh`: the
    card is as the database has it, read inside the same `hold`.

    Must run inside `hold` when more is to change in the same transaction; opens one otherwise.
    Returns the incident as it now stands in the database. Raises NotAllowed when the card is in another state,
    UnderControl when the move would end a card that is «на контроле», and ValueError when a move that needs a reason
    comes without one: pages ask for it before they call.
    """
    rule = MOVES[verb]
    if rule.needs_reason and not reason:
        raise ValueError(f"{verb} needs a reason")
    with nullcontext() if incident.pk in _held.get() else hold(incident.pk):
        now = incident if fresh else as_stored(incident)
        _must_be_free_for(verb, now)
        entry = _written(
            incident,
            verb,
            at=at,
            actor=actor,
            reason=reason,
            words=words,
            subject=subject,
            data={"from": now.state, "to": rule.after.value, **(data or {})},
        )
        changes = {"state": rule.after.value, "revision": entry.pk, **stamps}
        if not Incident.objects.filter(pk=incident.pk, state=now.state).update(**changes):
            raise RuntimeError(f"card {incident.pk} was changed past its lock")
        find_anew([incident.pk], at)
        if any(hasattr(value, "resolve_expression") for value in stamps.values()):
            reread(incident)
        else:
            reread(incident, now)
            for name, value in changes.items():
                setattr(incident, name, value)
    return incident


def _must_be_free_for(verb: str, now: Incident) -> None:
    """Asked of a card that is locked, before anything is written: whoever catches it has nothing to take back."""
    rule = MOVES[verb]
    if now.state not in rule.before:
        raise NotAllowed(verb, now.state)
    if rule.after in ENDED and now.watched_since:
        raise UnderControl(verb, now.state)


def as_stored(incident: Incident) -> Incident:
    """The same card as the database has it now. One statement."""
    (now,) = _card(connection.vendor).ask({STAND_IN: incident.pk})
    return now


def reread(incident: Incident, now: Incident | None = None) -> None:
    """Make it the card that the database has now, which may have been asked for already. What hangs on it and is
    another one by now is read anew when it is needed."""
    now = now or as_stored(incident)
    for column in Incident._meta.concrete_fields:
        setattr(incident, column.attname, getattr(now, column.attname))


@cache
def _card(vendor: str) -> KeptRows[Incident]:
    return keep_rows(Incident.objects.filter(pk=STAND_IN))


def record(
    incident: Incident,
    verb: str,
    *,
    at: datetime,
    actor: str,
    reason: str = "",
    words: str = "",
    subject: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """A journal row for a change of a card that is not a move, and the card's new revision. Inside `book.writing()`."""
    if incident.pk not in _held.get() and not book.alone():
        lock([incident.pk])  # before its number is taken, so that a card's entries are numbered as they come
    entry = _written(incident, verb, at=at, actor=actor, reason=reason, words=words, subject=subject, data=data)
    Incident.objects.filter(pk=incident.pk).update(revision=entry.pk)
    find_anew([incident.pk], at)


def _written(incident: Incident, verb: str, *, subject: str, **fields: Any) -> Entry:
    """What is said of a card in the journal, as `record` takes it."""
    about = subject or f"incident:{incident.pk}"
    return book.write(verb=f"incident.{verb}", subject=about, incident=incident.pk, **fields)


@dataclass(frozen=True, slots=True)
class Change:
    """One of many changes of cards that are recorded at once; as `record` takes it."""

    incident: int
    verb: str
    data: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""

    def line(self, at: datetime, actor: str) -> book.Line:
        subject = self.subject or f"incident:{self.incident}"
        return book.Line(at, actor, f"incident.{self.verb}", subject, self.incident, self.data)


def record_all(changes: Sequence[Change], *, at: datetime, actor: str) -> None:
    """`record` for many changes, in their order; of a card that is changed twice the later one is its revision. As
    many statements as for one. The cards are locked, or nobody else knows of them yet. Inside `book.writing()`."""
    if not changes:
        return
    entries = book.write_all([one.line(at, actor) for one in changes])
    last = {one.incident: entry for one, entry in zip(changes, entries, strict=True)}
    update_each(Incident, ["revision"], {pk: (entry,) for pk, entry in last.items()})
    find_anew(last, at)


def find_anew(cards: Collection[int], at: datetime) -> None:
    """The words of these cards have changed: they are to be found by the new ones. Safe to repeat. Inside
    `book.writing()`."""
    Findable.objects.bulk_create(
        [Findable(incident_id=pk, due_at=at) for pk in sorted(cards)],
        update_conflicts=True,
        unique_fields=["incident"],
        update_fields=["due_at"],
    )
