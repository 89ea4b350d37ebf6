"""What the machine does with problems by itself: it proposes one, puts cards to one, and finds two to be the same.

That two cards are one thing to fix is said to nobody outside, and one press takes it back. Verbs of people are in
problems.py; two writers at once are kept apart by `alone`, `held` and the order of their locks: who makes a problem,
then problems, then cards, each in the order of their ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from otklik.incidents.models import Incident, Problem, ProblemCard, State
from otklik.incidents.problems import PIECE, RUNNING, About, alone, lock, make, tell
from otklik.incidents.workflow import Change, record_all

P = Problem.State
ENDED = (State.NOISE, State.DONE)
"""Cards that nobody puts to a problem by himself any more."""
MACHINE = "machine:problems"
LEAST = 3
"""Cards, of as many authors, from which on a problem is proposed."""


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure the machine is that a card belongs there, 1..100, and the reasons (triage/similar.py)."""

    sure: int
    why: tuple[str, ...] = ()


def propose(about: About, cards: Mapping[int, Sure], at: datetime) -> Problem | None:
    """The machine thinks that these are one thing. Cards that have a problem by now, or are over, are left where they
    are; None when fewer than LEAST remain. Inside `book.writing()`."""
    alone()
    free = lock(Incident.objects.filter(pk__in=cards, problem=None).exclude(state__in=ENDED))
    if len(free) < LEAST:
        return None
    made = make(about, P.PROPOSED, None, MACHINE, at)
    _put_all(made, free, cards, at)
    return made


def join(problem: Problem, cards: Mapping[int, Sure], at: datetime) -> set[int]:
    """The machine thinks that these are part of it, too: the ids of those that are from now on. Whatever has a problem
    by now, is over, or was said to be another matter is left where it is. `problem` is `held`.
    Inside `book.writing()`.
    """
    off = ProblemCard.objects.filter(problem=problem, off_at__isnull=False).values("incident_id")
    free = Incident.objects.filter(pk__in=cards, problem=None).exclude(state__in=ENDED)
    here = lock(free.exclude(pk__in=off))
    _put_all(problem, here, cards, at)
    return {card.pk for card in here}


def absorb(into: Problem, proposal: Problem, at: datetime) -> bool:
    """The machine has found out that its own proposal is this problem: its cards go there, as many as fit in one turn;
    the next card that comes brings the rest. False when a person has decided on either since.
    Inside `book.writing()`.
    """
    both = Problem.objects.select_for_update(no_key=True).filter(pk__in=(into.pk, proposal.pk)).order_by("pk")
    states = {one.pk: one.state for one in both}
    if states.get(proposal.pk) != P.PROPOSED or states.get(into.pk) not in RUNNING:
        return False
    off = ProblemCard.objects.filter(problem=into, off_at__isnull=False).values("incident_id")
    cards = lock(Incident.objects.filter(problem=proposal).exclude(pk__in=off), PIECE + 1)
    links = ProblemCard.objects.filter(problem=proposal, incident__in=[card.pk for card in cards], sure__isnull=False)
    sure = {link.incident_id: Sure(link.sure or 0, tuple(link.why.split())) for link in links}
    _put_all(into, cards[:PIECE], sure, at)
    if len(cards) <= PIECE:
        Problem.objects.filter(pk=proposal.pk).update(state=P.ENDED, merged_into=into, ended_at=at)
        tell(proposal, "merge", MACHINE, at, {"into": into.pk})
        tell(into, "merge", MACHINE, at, {"from": proposal.pk})
    return True


def _put_all(problem: Problem, cards: Sequence[Incident], sure: Mapping[int, Sure], at: datetime) -> None:
    """By the machine. The cards are locked. Three statements, and those of the journal."""
    pks = [card.pk for card in cards]
    Incident.objects.filter(pk__in=pks).update(problem=problem)
    words = {pk: " ".join(sure[pk].why)[:100] if pk in sure else "" for pk in pks}
    numbers = {pk: sure[pk].sure if pk in sure else None for pk in pks}
    links = [ProblemCard(problem=problem, incident_id=pk, sure=numbers[pk], why=words[pk], at=at) for pk in pks]
    ProblemCard.objects.bulk_create(
        links,
        update_conflicts=True,
        unique_fields=["problem", "incident"],
        update_fields=["sure", "why", "by", "at", "off_at"],
    )
    data_by_card = {pk: {"problem": problem.pk, **({"sure": numbers[pk]} if numbers[pk] else {})} for pk in pks}
    record_all([Change(pk, "problem", data_by_card[pk]) for pk in pks], at=at, actor=MACHINE)
