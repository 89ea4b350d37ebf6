"""The step of a Seeking: a card that says something new joins the problem it is part of, or makes one with others.

That two cards are one thing to fix is said to nobody outside, and one press takes it back: so it may be done by itself.
A problem that the machine has made is a proposal until a person confirms it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from otklik.finding.known import around, told_of
from otklik.finding.models import Seeking, Sketch
from otklik.incidents import problems
from otklik.incidents.models import Incident, IncidentMessage, Problem, ProblemCard, State
from otklik.incidents.problems import About, Impossible, Sure
from otklik.lib.due import finish
from otklik.themes.wording import differences
from otklik.triage.bonds import Near
from otklik.triage.clusters import Found
from otklik.triage.clusters import around as cluster
from otklik.triage.models import Verdict

MOST_NEAR = 80
OVER = (State.NOISE, State.DONE)


def seek(rows: list[Seeking], now: datetime) -> None:
    """All of it in the loop's one transaction. Seven queries for a card that joins nothing. Safe to repeat."""
    for row in rows:
        card = Incident.objects.filter(pk=row.pk, problem=None).exclude(state__in=OVER).first()
        if card is not None:
            for found in sought(card):
                _settle(found, now)
        finish(row)


def sought(card: Incident) -> list[Found]:
    """What the machine would do now for this card and those around it; changes nothing. Five queries."""
    near = _near(around(card, MOST_NEAR))
    return cluster(near[0], near[1:], differences().keys()) if len(near) > 1 else []


def _near(rows: Sequence[Sketch]) -> list[Near]:
    """The cards that can be part of something: not the ended ones, nor those of problems that are over."""
    of = {row.incident.problem_id for row in rows if row.incident.problem_id}
    running = dict(Problem.objects.filter(pk__in=of, state__in=problems.RUNNING).values_list("pk", "state"))
    off: dict[int, list[tuple[int, str]]] = defaultdict(list)
    said = ProblemCard.objects.filter(incident__in=[row.pk for row in rows], off_at__isnull=False)
    for incident, problem, state in said.values_list("incident_id", "problem_id", "problem__state"):
        off[incident].append((problem, state))
    return [_one(row, running, off[row.pk]) for row in rows if _counts(row.incident, running)]


def _counts(incident: Incident, running: Mapping[int, str]) -> bool:
    return incident.problem_id in running if incident.problem_id else incident.state not in OVER


def _one(row: Sketch, running: Mapping[int, str], off: Sequence[tuple[int, str]]) -> Near:
    return Near(
        pk=row.pk,
        told=told_of(row),
        problem=row.incident.problem_id or 0,
        proposed=running.get(row.incident.problem_id or 0) == Problem.State.PROPOSED,
        off=frozenset(problem for problem, _state in off),
        rejected=frozenset(problem for problem, state in off if state == Problem.State.REJECTED),
    )


def _settle(found: Found, now: datetime) -> None:
    sure = {one.pk: Sure(max(1, round(100 * one.sure)), one.why) for one in found.joining}
    if not found.problem:
        problems.propose(about(sure), sure, now)
        return
    problem = Problem.objects.get(pk=found.problem)
    if found.absorbs:
        problems.absorb(problem, Problem.objects.get(pk=found.absorbs), now)
        return
    if not problem.street:
        told = about(sure)
        Problem.objects.filter(pk=problem.pk).update(street=told.street, house=told.house)
    for card in Incident.objects.filter(pk__in=sure, problem=None).order_by("pk"):
        try:
            problems.add(problem, card, now, sure=sure[card.pk])
        except Impossible:
            return  # somebody has ended it meanwhile


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
