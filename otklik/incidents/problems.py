"""Verbs of a problem: one thing to fix behind many cards. Each card keeps its clocks, its journal and its author.

A problem holds cards together by `Incident.problem` and changes nothing else of them. Whoever was told «это другое»
of a card is believed: its row in ProblemCard stays, and nothing puts the card there again by itself.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import F, QuerySet

from otklik.incidents.models import Counter, Incident, Problem, ProblemCard, State
from otklik.incidents.workflow import hold, record
from otklik.journal import book
from otklik.people.models import User

P = Problem.State
RUNNING = (P.PROPOSED, P.OPEN, P.FIXED)
"""What still takes cards, or gives them away."""
MACHINE = "machine:problems"
LEAST = 3
"""Cards, of as many authors, from which on a problem is proposed."""
PIECE = 40
"""Cards in one turn of the journal: with more of them others would wait."""
MOST_AT_ONCE = 500
OVER = (State.NOISE,)


class Why(StrEnum):
    """Why a problem or a card cannot be treated so."""

    ENDED = "ended"
    NOISE = "noise"
    ELSEWHERE = "elsewhere"
    NOT_HERE = "not_here"
    SAME = "same"
    NONE = "none"
    WHOLE = "whole"
    MANY = "many"
    EMPTY = "empty"


class Impossible(Exception):
    """Nothing was done. `number` is that of the card or problem in the way; the page has the words for `why`."""

    def __init__(self, why: Why, number: int = 0) -> None:
        super().__init__(f"{why}: № {number}")
        self.why, self.number = why, number


@dataclass(frozen=True, slots=True)
class About:
    """What a problem is about: ids and words as on its cards."""

    title: str
    theme_id: int | None = None
    place_id: int | None = None
    street: str = ""
    house: str = ""
    agency_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure the machine is that a card belongs there, 1..100, and the reasons (triage/similar.py)."""

    sure: int
    why: tuple[str, ...] = ()


def propose(about: About, cards: Mapping[int, Sure], at: datetime) -> Problem | None:
    """The machine thinks that these are one thing. Cards that have a problem by now are left where they are; None when
    fewer than LEAST remain. Inside `book.turn()`."""
    free = list(Incident.objects.filter(pk__in=cards, problem=None).exclude(state__in=OVER).order_by("pk"))
    if len(free) < LEAST:
        return None
    made = _make(about, P.PROPOSED, None, MACHINE, at)
    for card in free:
        _put(made, card, MACHINE, at, sure=cards[card.pk])
    return made


def begin(about: About, cards: Collection[Incident], by: User, at: datetime) -> Problem:
    """A person opens one for these cards, at most PIECE of them. Raises Impossible."""
    with book.turn():
        here = _free(cards)
        made = _make(about, P.OPEN, by, _who(by), at)
        for card in here:
            _put(made, card, _who(by), at, by=by)
    return made


def confirm(problem: Problem, by: User, at: datetime) -> bool:
    """«Подтвердить»: the proposal is a problem. False when it was one already; raises Impossible when it is over."""
    with book.turn():
        mine = Problem.objects.filter(pk=problem.pk, state=P.PROPOSED)
        if not mine.update(state=P.OPEN, opened_by=by):
            _must_run(problem)
            return False
        _tell(problem, "confirm", _who(by), at)
    _tell_cards(problem, "problem_confirm", _who(by), at)
    problem.refresh_from_db()
    return True


def add(problem: Problem, card: Incident, at: datetime, by: User | None = None, sure: Sure | None = None) -> bool:
    """The card is part of it; by the machine where `by` is None. False when it is there already.

    Raises Impossible: the card is noise or part of another problem, or this one is over. Inside `book.turn()` or not.
    """
    with hold(card.pk):
        _must_run(problem)
        now = Incident.objects.get(pk=card.pk)
        if now.problem_id == problem.pk:
            return False
        _free([now])
        _put(problem, now, _who(by), at, by=by, sure=sure)
    return True


def take_off(problem: Problem, card: Incident, by: User, at: datetime) -> bool:
    """«Это другое»: the card is another matter, and does not come back by itself. False when it is not there."""
    with hold(card.pk):
        if not _let_go(problem, card, at):
            return False
        record(card, "problem_off", at=at, actor=_who(by), data={"problem": problem.pk})
        _tell(problem, "off", _who(by), at, {"card": card.pk})
    return True


def split(problem: Problem, cards: Collection[Incident], title: str, by: User, at: datetime) -> Problem:
    """Some of its cards are another problem: open, with the theme, the place and the agency of this one. Raises
    Impossible when none or all of them are chosen, or one is no longer here."""
    with book.turn():
        _must_run(problem)
        chosen = _here(problem, cards)
        if not Incident.objects.filter(problem=problem).exclude(pk__in=[card.pk for card in chosen]).exists():
            raise Impossible(Why.WHOLE, problem.number)
        old = Problem.objects.get(pk=problem.pk)
        about = About(title or old.title, old.theme_id, old.place_id, agency_id=old.agency_id)
        made = _make(about, P.OPEN, by, _who(by), at, {"from": problem.pk})
        _tell(problem, "split", _who(by), at, {"into": made.pk, "cards": len(chosen)})
    for start in range(0, len(chosen), PIECE):
        with book.turn():
            for card in chosen[start : start + PIECE]:
                if _let_go(problem, card, at):  # somebody may have taken it off since
                    record(card, "problem_off", at=at, actor=_who(by), data={"problem": problem.pk, "into": made.pk})
                    _put(made, card, _who(by), at, by=by)
    return made


def merge(one: Problem, other: Problem, by: User, at: datetime) -> Problem:
    """Both are the same: the cards of the later go to the older, which is returned. What was said not to belong to
    either does not come back. Safe to repeat: where it stopped halfway it goes on. Raises Impossible."""
    older, newer = sorted((one, other), key=lambda problem: problem.number)
    if older.pk == newer.pk:
        raise Impossible(Why.SAME, older.number)
    with book.turn():
        _must_run(older)
        if not Problem.objects.filter(pk=newer.pk, merged_into=older).exists():
            _must_run(newer)
            off = ProblemCard.objects.filter(problem=newer, off_at__isnull=False).values_list("incident_id", flat=True)
            gone = [ProblemCard(problem=older, incident_id=pk, by=by, at=at, off_at=at) for pk in off]
            ProblemCard.objects.bulk_create(gone, ignore_conflicts=True)
            Problem.objects.filter(pk=newer.pk).update(state=P.ENDED, merged_into=older, ended_at=at)
            Problem.objects.filter(pk=older.pk, state=P.PROPOSED).update(state=P.OPEN, opened_by=by)
            _tell(newer, "merge", _who(by), at, {"into": older.pk})
            _tell(older, "merge", _who(by), at, {"from": newer.pk})
    while piece := list(cards_in(newer)[:PIECE]):
        with book.turn():
            for card in piece:
                _put(older, card, _who(by), at, by=by)
    older.refresh_from_db()
    return older


def absorb(into: Problem, proposal: Problem, at: datetime) -> bool:
    """The machine has found out that its own proposal is this problem: its cards go there, as many as fit in one turn;
    the next card that comes brings the rest. False when a person has decided on either since. Inside `book.turn()`."""
    mine = Problem.objects.filter(pk=proposal.pk, state=P.PROPOSED)
    if not mine.exists() or not Problem.objects.filter(pk=into.pk, state__in=RUNNING).exists():
        return False
    off = ProblemCard.objects.filter(problem=into, off_at__isnull=False).values("incident_id")
    cards = list(cards_in(proposal).exclude(pk__in=off)[: PIECE + 1])
    links = {one.incident_id: one for one in ProblemCard.objects.filter(problem=proposal)}
    for card in cards[:PIECE]:
        link = links.get(card.pk)
        sure = Sure(link.sure, tuple(link.why.split())) if link and link.sure else None
        _put(into, card, MACHINE, at, sure=sure)
    if len(cards) <= PIECE:
        mine.update(state=P.ENDED, merged_into=into, ended_at=at)
        _tell(proposal, "merge", MACHINE, at, {"into": into.pk})
        _tell(into, "merge", MACHINE, at, {"from": proposal.pk})
    return True


def rename(problem: Problem, title: str, by: User, at: datetime) -> bool:
    """A line of at most 250 characters. False when it is called so; raises Impossible for an empty one."""
    if not title.strip():
        raise Impossible(Why.EMPTY, problem.number)
    with book.turn():
        if not Problem.objects.filter(pk=problem.pk).exclude(title=title[:250]).update(title=title[:250]):
            return False
        _tell(problem, "rename", _who(by), at)
    problem.refresh_from_db()
    return True


def reject(problem: Problem, by: User, at: datetime) -> bool:
    """«Это разное»: its cards go their own ways, and no two of them are proposed together again. False when that was
    said already; raises Impossible for what is no proposal any more."""
    with book.turn():
        if not Problem.objects.filter(pk=problem.pk, state=P.PROPOSED).update(state=P.REJECTED, ended_at=at):
            if Problem.objects.filter(pk=problem.pk, state=P.REJECTED).exists():
                return False
            raise Impossible(Why.ENDED, problem.number)
        _tell(problem, "reject", _who(by), at)
    while piece := list(cards_in(problem)[:PIECE]):
        with book.turn():
            for card in piece:
                _let_go(problem, card, at)
                record(card, "problem_off", at=at, actor=_who(by), data={"problem": problem.pk})
    problem.refresh_from_db()
    return True


def promise(problem: Problem, statement: str, day: date | None, actor: str, at: datetime) -> None:
    """What is said of it from now on, and the day that it names. Inside `book.turn()`."""
    Problem.objects.filter(pk=problem.pk).update(statement=statement, promised_on=day)
    _tell(problem, "statement", actor, at, {"day": day.toordinal()} if day else None)


def fix(problem: Problem, ground: str, words: str, by: User, at: datetime) -> bool:
    """«Устранено», with what it rests on. No card is closed by it: their answers close them. False when it was fixed
    already; raises Impossible when it is over or only proposed."""
    with book.turn():
        told = {"fixed_at": at, "fixed_ground": ground, "fixed_words": words[:500]}
        if not Problem.objects.filter(pk=problem.pk, state=P.OPEN).update(state=P.FIXED, **told):
            if Problem.objects.filter(pk=problem.pk, state=P.FIXED).exists():
                return False
            raise Impossible(Why.ENDED, problem.number)
        _tell(problem, "fix", _who(by), at)
    _tell_cards(problem, "problem_fix", _who(by), at)
    problem.refresh_from_db()
    return True


def unfix(problem: Problem, by: User, at: datetime) -> bool:
    """It is there again, or was never gone. False when it is open; raises Impossible when it is over."""
    with book.turn():
        blank: dict[str, Any] = {"fixed_at": None, "fixed_ground": "", "fixed_words": ""}
        if not Problem.objects.filter(pk=problem.pk, state=P.FIXED).update(state=P.OPEN, **blank):
            _must_run(problem)
            return False
        _tell(problem, "unfix", _who(by), at)
    _tell_cards(problem, "problem_unfix", _who(by), at)
    problem.refresh_from_db()
    return True


def end(problem: Problem, by: User, at: datetime) -> bool:
    """Nothing more comes to it; its cards stay linked. False when it is over already."""
    with book.turn():
        if not Problem.objects.filter(pk=problem.pk, state__in=(P.OPEN, P.FIXED)).update(state=P.ENDED, ended_at=at):
            return False
        _tell(problem, "end", _who(by), at)
    problem.refresh_from_db()
    return True


def cards_in(problem: Problem) -> QuerySet[Incident]:
    """Its cards, the oldest first."""
    return Incident.objects.filter(problem=problem).order_by("started_at", "pk")


def _make(
    about: About, state: str, by: User | None, actor: str, at: datetime, data: Mapping[str, Any] | None = None
) -> Problem:
    made = Problem.objects.create(
        number=_next_number(),
        title=about.title[:250],
        state=state,
        theme_id=about.theme_id,
        place_id=about.place_id,
        street=about.street[:160],
        house=about.house[:32],
        agency_id=about.agency_id,
        opened_at=at,
        opened_by=by,
    )
    _tell(made, "propose" if state == P.PROPOSED else "open", actor, at, data)
    return made


def _put(
    problem: Problem, card: Incident, actor: str, at: datetime, by: User | None = None, sure: Sure | None = None
) -> None:
    Incident.objects.filter(pk=card.pk).update(problem=problem)
    told: dict[str, Any] = {"sure": sure.sure if sure else None, "why": " ".join(sure.why)[:100] if sure else ""}
    ProblemCard.objects.update_or_create(
        problem=problem, incident=card, defaults={**told, "by": by, "at": at, "off_at": None}
    )
    data = {"problem": problem.pk, **({"sure": sure.sure} if sure else {})}
    record(card, "problem", at=at, actor=actor, data=data)


def _let_go(problem: Problem, card: Incident, at: datetime) -> bool:
    if not Incident.objects.filter(pk=card.pk, problem=problem).update(problem=None):
        return False
    ProblemCard.objects.filter(problem=problem, incident=card).update(off_at=at)
    return True


def _free(cards: Iterable[Incident]) -> list[Incident]:
    """The cards as they stand. Raises Impossible when one is noise or part of a problem, or there are none."""
    here = list(Incident.objects.filter(pk__in=[card.pk for card in cards]).order_by("pk"))
    if not here:
        raise Impossible(Why.NONE)
    if len(here) > PIECE:
        raise Impossible(Why.MANY)
    for card in here:
        if card.state in OVER:
            raise Impossible(Why.NOISE, card.number)
        if card.problem_id is not None:
            raise Impossible(Why.ELSEWHERE, card.number)
    return here


def _here(problem: Problem, cards: Collection[Incident]) -> list[Incident]:
    chosen = list(Incident.objects.filter(pk__in=[card.pk for card in cards]).order_by("pk"))
    if not chosen:
        raise Impossible(Why.NONE, problem.number)
    if len(chosen) > MOST_AT_ONCE:
        raise Impossible(Why.MANY, problem.number)
    for card in chosen:
        if card.problem_id != problem.pk:
            raise Impossible(Why.NOT_HERE, card.number)
    return chosen


def _must_run(problem: Problem) -> None:
    if not Problem.objects.filter(pk=problem.pk, state__in=RUNNING).exists():
        raise Impossible(Why.ENDED, problem.number)


def _next_number() -> int:
    Counter.objects.get_or_create(name="problem")
    Counter.objects.filter(name="problem").update(value=F("value") + 1)
    return Counter.objects.values_list("value", flat=True).get(name="problem")


def _tell(problem: Problem, verb: str, actor: str, at: datetime, data: Mapping[str, Any] | None = None) -> None:
    told = {"problem": problem.pk, **(data or {})}
    book.write(at=at, actor=actor, verb=f"problem.{verb}", subject=f"problem:{problem.pk}", data=told)


def _tell_cards(problem: Problem, verb: str, actor: str, at: datetime) -> None:
    """In the journal of each of its cards, in pieces."""
    cards = list(cards_in(problem))
    for start in range(0, len(cards), PIECE):
        with book.turn():
            for card in cards[start : start + PIECE]:
                record(card, verb, at=at, actor=actor, data={"problem": problem.pk})


def _who(by: User | None) -> str:
    return f"user:{by.pk}" if by else MACHINE
