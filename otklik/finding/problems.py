"""The step of a Seeking: a card that says something new joins the problem it is part of, or makes one with others.

That two cards are one thing to fix is said to nobody outside, and one press takes it back: so it may be done by itself.
A problem that the machine has made is a proposal until a person confirms it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from otklik.finding.models import Seeking
from otklik.finding.near import Around, in_problems, look
from otklik.incidents import problems, proposals
from otklik.incidents.models import Incident, IncidentMessage, Problem
from otklik.incidents.problems import About, Impossible
from otklik.incidents.proposals import Sure
from otklik.journal import book
from otklik.lib.due import finish_all
from otklik.triage.clusters import Gathering
from otklik.triage.clusters import around as cluster
from otklik.triage.models import Verdict

TRIES = 3
"""How often a card is looked at while others write to those around it, before it waits for its next turn."""
AGAIN = timedelta(seconds=5)


class Stale(Exception):
    """What was read is not so any more. `besides` are cards to be looked at, too."""

    def __init__(self, besides: Collection[int] = ()) -> None:
        super().__init__(f"{len(besides)} more cards")
        self.besides = besides


def seek(rows: list[Seeking], now: datetime) -> None:
    """Reads for all rows together, without a lock, and writes each problem that it finds in a transaction of its own.
    Of two workers that look at the same cards one comes too late, and looks again. Safe to repeat."""
    waiting, late = [row.pk for row in rows], set()
    tries, besides = Counter[int](), defaultdict[int, set[int]](set)
    view = look(waiting)
    while waiting:
        card = waiting[0]
        try:
            _seek(card, view, now)
        except (Stale, Impossible) as reason:
            tries[card] += 1
            if tries[card] < TRIES:
                besides[card].update(reason.besides if isinstance(reason, Stale) else ())
                view = look(waiting, besides)
                continue
            late.add(card)
        waiting.pop(0)
    finish_all([row for row in rows if row.pk not in late])
    finish_all([row for row in rows if row.pk in late], now + AGAIN)


def _seek(card: int, view: Around, now: datetime) -> None:
    """The card and those around it come to their problem. Raises Stale, and Impossible when that has ended."""
    every = view.every(card)
    if len(every) < 2 or every[0].problem:
        return
    for group in cluster(every[0], every[1:], bonds=view.bonds(card)):
        sure = {one.pk: Sure(max(1, round(100 * one.sure)), one.why) for one in group.joining}
        with book.writing():
            if not group.problem:
                problem, joined = _propose(sure, card, view, now), set(sure)
            elif group.absorbs:
                problem, joined = _absorb(group, now), set()
            else:
                problem, joined = _join(group.problem, sure, now)
        view.join(problem, joined)
        if group.absorbs or joined != set(sure):
            raise Stale


def _propose(sure: Mapping[int, Sure], card: int, view: Around, now: datetime) -> Problem:
    """Alone, so that of one matter no two problems are made: whoever was first is seen by whoever comes second."""
    problems.alone()
    read = {one.pk: one.problem for one in view.every(card)}
    besides = [pk for pk in in_problems(card) if pk not in read]
    here = Incident.objects.filter(pk__in=read).values_list("pk", "problem_id")
    if besides or any(read[pk] != (problem or 0) for pk, problem in here):
        raise Stale(besides)
    made = proposals.propose(about(sure), sure, now)
    if made is None:
        raise Stale
    return made


def _absorb(group: Gathering, now: datetime) -> Problem:
    into, proposal = (Problem.objects.get(pk=pk) for pk in (group.problem, group.absorbs))
    proposals.absorb(into, proposal, now)
    return into


def _join(number: int, sure: Mapping[int, Sure], now: datetime) -> tuple[Problem, set[int]]:
    problem = problems.held(number)
    if not problem.street:
        address = about(sure)
        Problem.objects.filter(pk=problem.pk).update(street=address.street, house=address.house)
    return problem, proposals.join(problem, sure, now)


def about(cards: Iterable[int]) -> About:
    """What most of these cards say. Three queries."""
    rows = list(
        Incident.objects.filter(pk__in=list(cards)).values(
            *("pk", "street", "house", "shown_theme", "shown_place", "shown_agency"),
            *("theme__name", "guessed_theme__name", "place__name", "guessed_place__name"),
        )
    )
    verdicts = _verdicts([row["pk"] for row in rows])
    placed = [_placed(row, verdicts.get(row["pk"], {})) for row in rows]
    street = _most(street for street, _house in placed)
    houses = {house for one, house in placed if one == street and house}
    theme = _most(row["theme__name"] or row["guessed_theme__name"] for row in rows)
    place = _most(row["place__name"] or row["guessed_place__name"] for row in rows)
    house = houses.pop() if len(houses) == 1 else ""
    return About(
        title=": ".join(part for part in (theme, ", ".join(part for part in (place, street, house) if part)) if part),
        theme_id=_most(row["shown_theme"] for row in rows),
        place_id=_most(row["shown_place"] for row in rows),
        street=street or "",
        house=house,
        agency_id=_most(row["shown_agency"] for row in rows),
    )


def _verdicts(cards: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By card, the latest verdict on its main message."""
    main = dict(IncidentMessage.objects.filter(incident__in=cards, main=True).values_list("message_id", "incident_id"))
    rows = Verdict.objects.filter(message__in=main).order_by("pk").values("message_id", "street", "house")
    return {main[row["message_id"]]: dict(row) for row in rows}


def _placed(row: dict[str, Any], verdict: dict[str, Any]) -> tuple[str, str]:
    if row["street"]:
        return row["street"], row["house"]
    return verdict.get("street", ""), verdict.get("house", "")


def _most(values: Iterable[Any]) -> Any:
    """The commonest that is not empty, the first of equals; None for none."""
    known = Counter(value for value in values if value)
    return known.most_common(1)[0][0] if known else None
