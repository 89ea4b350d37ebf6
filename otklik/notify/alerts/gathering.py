"""«Собрать в проблему»: the cards of a surge that stand in no problem become one, or come to the one made so before."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem, ProblemCard
from otklik.incidents.problems import About, Impossible
from otklik.journal import book
from otklik.notify.alerts.models import Surge
from otklik.people.models import User


@dataclass(frozen=True, slots=True)
class Gathered:
    """`problem` is the surge's own, None while it has none; `added` are the cards that came to it now."""

    problem: Problem | None
    added: int


def gather(surge: Surge, cards: Collection[int], about: About, by: User, at: datetime) -> Gathered:
    """`about` is what a new problem would be of. Cards that stand in another problem, are noise, or were said to be
    another matter stay where they are. Safe to repeat: a second press adds what has come since, or nothing."""
    with book.writing():
        Surge.objects.select_for_update(no_key=True).get(pk=surge.pk)  # of two presses one adds to what the other made
        problem = problem_of(surge)
        free = _free(cards, problem)
        first, rest = free[: problems.PIECE], free[problems.PIECE :]
        if problem is None:
            problems.alone()  # before any card is locked
            first = _still_free(first)
        if problem is None and first:
            problem = problems.begin(about, first, by, at)
            Surge.objects.filter(pk=surge.pk).update(problem=problem)
            added = len(first)
        else:
            added = _added(problem, first, by, at)
        if added and problem is not None:
            details = {"problem": problem.pk, "cards": len(free)}
            book.write(at=at, actor=f"user:{by.pk}", verb="surge.gather", subject=f"surge:{surge.pk}", data=details)
    for start in range(0, len(rest), problems.PIECE):
        with book.writing():
            added += _added(problem, rest[start : start + problems.PIECE], by, at)
    return Gathered(problem, added)


def problem_of(surge: Surge) -> Problem | None:
    """The problem that its cards were gathered into, or what that has been merged into; None when there is none that
    still takes cards."""
    pk = Surge.objects.values_list("problem", flat=True).get(pk=surge.pk)
    problem = Problem.objects.filter(pk=pk or 0).first()
    while problem is not None and problem.merged_into_id:
        problem = Problem.objects.filter(pk=problem.merged_into_id).first()
    return problem if problem is not None and problem.state in problems.RUNNING else None


def _free(cards: Collection[int], problem: Problem | None) -> list[Incident]:
    off = ProblemCard.objects.filter(problem=problem, off_at__isnull=False) if problem else ProblemCard.objects.none()
    here = Incident.objects.filter(pk__in=cards, problem=None).exclude(state__in=problems.OVER)
    return list(here.exclude(pk__in=off.values("incident")).order_by("started_at", "pk"))


def _still_free(cards: Collection[Incident]) -> list[Incident]:
    """Without what somebody has moved or ended meanwhile; nobody else does so any more."""
    here = Incident.objects.filter(pk__in=[card.pk for card in cards], problem=None)
    return problems.lock(here.exclude(state__in=problems.OVER))


def _added(problem: Problem | None, cards: Collection[Incident], by: User, at: datetime) -> int:
    """How many came. What somebody has moved or ended meanwhile is passed over."""
    added = 0
    for card in sorted(cards, key=lambda card: card.pk):  # the order in which everybody locks several
        if problem is not None:
            with suppress(Impossible):
                added += problems.add(problem, card, at, by=by)
    return added
