"""Verbs of a problem: one thing to fix behind many cards. Each card keeps its clocks, its journal and its author.

A problem holds cards together by `Incident.problem` and changes nothing else of them. Whoever was told «это другое»
of a card is believed: its row in ProblemCard stays, and nothing puts the card there again by itself.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import F, QuerySet

from otklik.incidents.models import Counter, Incident, Problem, ProblemCard, State
from otklik.incidents.workflow import Change, hold, record, record_all
from otklik.journal import book
from otklik.people.models import User

P = Problem.State
RUNNING = (P.PROPOSED, P.OPEN, P.FIXED)
"""What still takes cards, or gives them away."""
PIECE = 40
"""Cards in one transaction: whoever wants one of them waits for all."""
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


def held(pk: int) -> Problem:
    """The problem as it stands, and nobody ends or changes it until the transaction is over. Before any card is locked.
    Raises Impossible when it is over. Inside `book.writing()`."""
    problem = Problem.objects.select_for_update(no_key=True).get(pk=pk)
    if problem.state not in RUNNING:
        raise Impossible(Why.ENDED, problem.number)
    return problem


def alone() -> None:
    """Nobody else makes a problem until the transaction is over. Before any problem or card is locked, so that two who
    make one never wait for each other crosswise. Inside `book.writing()`."""
    Counter.objects.get_or_create(name="problem")
    Counter.objects.select_for_update(no_key=True).get(name="problem")


def begin(about: About, cards: Collection[Incident], by: User, at: datetime) -> Problem:
    """A person opens one for these cards, at most PIECE of them. Raises Impossible."""
    with book.writing():
        alone()
        here = _free(cards)
        made = make(about, P.OPEN, by, _who(by), at)
        for card in here:
            _put(made, card, by, at)
    return made


def confirm(problem: Problem, by: User, at: datetime) -> bool:
    """«Подтвердить»: the proposal is a problem. False when it was one already; raises Impossible when it is over."""
    with book.writing():
        mine = Problem.objects.filter(pk=problem.pk, state=P.PROPOSED)
        if not mine.update(state=P.OPEN, opened_by=by):
            held(problem.pk)
            return False
        tell(problem, "confirm", _who(by), at)
    _tell_cards(problem, "problem_confirm", _who(by), at)
    problem.refresh_from_db()
    return True


def add(problem: Problem, card: Incident, at: datetime, by: User) -> bool:
    """The card is part of it. False when it is there already.

    Raises Impossible: the card is noise or part of another problem, or this one is over.
    Inside `book.writing()` or not.
    """
    with book.writing():
        held(problem.pk)
        (now,) = lock(Incident.objects.filter(pk=card.pk))
        if now.problem_id == problem.pk:
            return False
        _free([now])
        _put(problem, now, by, at)
    return True


def take_off(problem: Problem, card: Incident, by: User, at: datetime) -> bool:
    """«Это другое»: the card is another matter, and does not come back by itself. False when it is not there."""
    with hold(card.pk):
        if not _let_go(problem, card, at):
            return False
        record(card, "problem_off", at=at, actor=_who(by), data={"problem": problem.pk})
        tell(problem, "off", _who(by), at, {"card": card.pk})
    return True


def split(problem: Problem, cards: Collection[Incident], title: str, by: User, at: datetime) -> Problem:
    """Some of its cards are another problem: open, with the theme, the place and the agency of this one. Raises
    Impossible when none or all of them are chosen, or one is no longer here."""
    with book.writing():
        alone()
        old = held(problem.pk)
        chosen = _here(problem, cards)
        if not Incident.objects.filter(problem=problem).exclude(pk__in=[card.pk for card in chosen]).exists():
            raise Impossible(Why.WHOLE, problem.number)
        about = About(title or old.title, old.theme_id, old.place_id, agency_id=old.agency_id)
        made = make(about, P.OPEN, by, _who(by), at, {"from": problem.pk})
        tell(problem, "split", _who(by), at, {"into": made.pk, "cards": len(chosen)})
    for start in range(0, len(chosen), PIECE):
        with book.writing():
            held(made.pk)
            for card in lock(Incident.objects.filter(pk__in=[card.pk for card in chosen[start : start + PIECE]])):
                if _let_go(problem, card, at):  # somebody may have taken it off since
                    record(card, "problem_off", at=at, actor=_who(by), data={"problem": problem.pk, "into": made.pk})
                    _put(made, card, by, at)
    return made


def merge(one: Problem, other: Problem, by: User, at: datetime) -> Problem:
    """Both are the same: the cards of the later go to the older, which is returned. What was said not to belong to
    either does not come back. Safe to repeat: where it stopped halfway it goes on. Raises Impossible."""
    older, newer = sorted((one, other), key=lambda problem: problem.number)
    if older.pk == newer.pk:
        raise Impossible(Why.SAME, older.number)
    with book.writing():
        held(older.pk)
        if not Problem.objects.filter(pk=newer.pk, merged_into=older).exists():
            held(newer.pk)
            off = ProblemCard.objects.filter(problem=newer, off_at__isnull=False).values_list("incident_id", flat=True)
            gone = [ProblemCard(problem=older, incident_id=pk, by=by, at=at, off_at=at) for pk in off]
            ProblemCard.objects.bulk_create(gone, ignore_conflicts=True)
            Problem.objects.filter(pk=newer.pk).update(state=P.ENDED, merged_into=older, ended_at=at)
            Problem.objects.filter(pk=older.pk, state=P.PROPOSED).update(state=P.OPEN, opened_by=by)
            tell(newer, "merge", _who(by), at, {"into": older.pk})
            tell(older, "merge", _who(by), at, {"from": newer.pk})
    while _some_of(newer, lambda card: _put(older, card, by, at)):
        pass
    older.refresh_from_db()
    return older


def rename(problem: Problem, title: str, by: User, at: datetime) -> bool:
    """A line of at most 250 characters. False when it is called so; raises Impossible for an empty one."""
    if not title.strip():
        raise Impossible(Why.EMPTY, problem.number)
    with book.writing():
        if not Problem.objects.filter(pk=problem.pk).exclude(title=title[:250]).update(title=title[:250]):
            return False
        tell(problem, "rename", _who(by), at)
    problem.refresh_from_db()
    return True


def reject(problem: Problem, by: User, at: datetime) -> bool:
    """«Это разное»: its cards go their own ways, and no two of them are proposed together again. False when that was
    said already; raises Impossible for what is no proposal any more."""
    with book.writing():
        if not Problem.objects.filter(pk=problem.pk, state=P.PROPOSED).update(state=P.REJECTED, ended_at=at):
            if Problem.objects.filter(pk=problem.pk, state=P.REJECTED).exists():
                return False
            raise Impossible(Why.ENDED, problem.number)
        tell(problem, "reject", _who(by), at)

    def let_go(card: Incident) -> None:
        _let_go(problem, card, at)
        record(card, "problem_off", at=at, actor=_who(by), data={"problem": problem.pk})

    while _some_of(problem, let_go):
        pass
    problem.refresh_from_db()
    return True


def promise(problem: Problem, statement: str, day: date | None, actor: str, at: datetime) -> None:
    """What is said of it from now on, and the day that it names. Inside `book.writing()`."""
    Problem.objects.filter(pk=problem.pk).update(statement=statement, promised_on=day)
    tell(problem, "statement", actor, at, {"day": day.toordinal()} if day else None)


def fix(problem: Problem, ground: str, words: str, by: User, at: datetime) -> bool:
    """«Устранено», with what it rests on. No card is closed by it: their answers close them. False when it was fixed
    already; raises Impossible when it is over or only proposed."""
    with book.writing():
        columns = {"fixed_at": at, "fixed_ground": ground, "fixed_words": words[:500]}
        if not Problem.objects.filter(pk=problem.pk, state=P.OPEN).update(state=P.FIXED, **columns):
            if Problem.objects.filter(pk=problem.pk, state=P.FIXED).exists():
                return False
            raise Impossible(Why.ENDED, problem.number)
        tell(problem, "fix", _who(by), at)
    _tell_cards(problem, "problem_fix", _who(by), at)
    problem.refresh_from_db()
    return True


def unfix(problem: Problem, by: User, at: datetime) -> bool:
    """It is there again, or was never gone. False when it is open; raises Impossible when it is over."""
    with book.writing():
        blank: dict[str, Any] = {"fixed_at": None, "fixed_ground": "", "fixed_words": ""}
        if not Problem.objects.filter(pk=problem.pk, state=P.FIXED).update(state=P.OPEN, **blank):
            held(problem.pk)
            return False
        tell(problem, "unfix", _who(by), at)
    _tell_cards(problem, "problem_unfix", _who(by), at)
    problem.refresh_from_db()
    return True


def end(problem: Problem, by: User, at: datetime) -> bool:
    """Nothing more comes to it; its cards stay linked. False when it is over already."""
    with book.writing():
        if not Problem.objects.filter(pk=problem.pk, state__in=(P.OPEN, P.FIXED)).update(state=P.ENDED, ended_at=at):
            return False
        tell(problem, "end", _who(by), at)
    problem.refresh_from_db()
    return True


def make(
    about: About, state: str, by: User | None, actor: str, at: datetime, data: Mapping[str, Any] | None = None
) -> Problem:
    """A problem with the next number, and no card yet. Inside `book.writing()`."""
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
    tell(made, "propose" if state == P.PROPOSED else "open", actor, at, data)
    return made


def _put(problem: Problem, card: Incident, by: User, at: datetime) -> None:
    """The card is locked."""
    Incident.objects.filter(pk=card.pk).update(problem=problem)
    ProblemCard.objects.update_or_create(
        problem=problem, incident=card, defaults={"sure": None, "why": "", "by": by, "at": at, "off_at": None}
    )
    record(card, "problem", at=at, actor=_who(by), data={"problem": problem.pk})


def _some_of(problem: Problem, do: Callable[[Incident], None]) -> bool:
    """Does it with a piece of the problem's cards in one transaction; False when there are none left."""
    with book.writing():
        piece = lock(Incident.objects.filter(problem=problem), PIECE)
        for card in piece:
            do(card)
    return bool(piece)


def lock(cards: QuerySet[Incident], most: int | None = None) -> list[Incident]:
    """The first of these cards as they stand, locked in the order of their ids, as by everybody who changes several."""
    return list(cards.order_by("pk").select_for_update(no_key=True)[:most])


def _let_go(problem: Problem, card: Incident, at: datetime) -> bool:
    if not Incident.objects.filter(pk=card.pk, problem=problem).update(problem=None):
        return False
    ProblemCard.objects.filter(problem=problem, incident=card).update(off_at=at)
    return True


def _free(cards: Iterable[Incident]) -> list[Incident]:
    """The cards as they stand. Raises Impossible when one is noise or part of a problem, or there are none."""
    here = lock(Incident.objects.filter(pk__in=[card.pk for card in cards]))
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


def _next_number() -> int:
    alone()
    Counter.objects.filter(name="problem").update(value=F("value") + 1)
    return Counter.objects.values_list("value", flat=True).get(name="problem")


def tell(problem: Problem, verb: str, actor: str, at: datetime, data: Mapping[str, Any] | None = None) -> None:
    """In the problem's own journal. Inside `book.writing()`."""
    entry_data = {"problem": problem.pk, **(data or {})}
    book.write(at=at, actor=actor, verb=f"problem.{verb}", subject=f"problem:{problem.pk}", data=entry_data)


def _tell_cards(problem: Problem, verb: str, actor: str, at: datetime) -> None:
    """In the journal of each of its cards, in pieces."""
    cards = list(Incident.objects.filter(problem=problem).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(cards), PIECE):
        with book.writing():
            here = lock(Incident.objects.filter(problem=problem, pk__in=cards[start : start + PIECE]))
            record_all([Change(card.pk, verb, {"problem": problem.pk}) for card in here], at=at, actor=actor)


def _who(by: User) -> str:
    return f"user:{by.pk}"
