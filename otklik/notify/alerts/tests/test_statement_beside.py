"""A statement is spread, and a surge gathered, while people decide: nothing is done twice, and nothing is lost."""

from collections.abc import Callable
from functools import partial

import pytest

from otklik.answers import statements
from otklik.answers.drafts import Unfit, Words
from otklik.answers.models import Answer, Statement
from otklik.answers.spread import spread
from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.notify.alerts.gathering import gather
from otklik.notify.alerts.models import Surge
from otklik.notify.alerts.tests.data import LEASE, Town
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> None:
    at_once(lambda number: acts[number](), range(len(acts)))


def spread_all(town: Town) -> None:
    while rows := claim(Statement, town.now, LEASE, 1):
        spread(rows, town.now)


def begun(town: Town, number: int) -> tuple[Problem, partial[Statement]]:
    """A problem of so many cards, and what begins a statement on it."""
    cards = [town.assigned() for _number in range(number)]
    problem = problems.begin(problems.About("Соседи Анны", theme_id=town.theme.pk), cards, town.operator, town.now)
    words = Words("Воду дадим к вечеру.", Answer.Kind.INTERIM, promised_on=town.now.date())
    pks = [card.pk for card in cards]
    return problem, partial(statements.begin, problem, pks, words, town.executor, town.now)


def test_what_is_withdrawn_while_it_is_spread_leaves_no_answer_before_an_approver(town: Town) -> None:
    problem, begin = begun(town, 12)
    statement = begin()
    taken_off = Incident.objects.filter(problem=problem).latest("pk")

    def withdraw() -> None:
        assert statements.withdraw(statement, town.executor, town.now)

    work, take_off = partial(spread_all, town), partial(problems.take_off, problem, taken_off, town.operator, town.now)
    together(work, work, withdraw, take_off)
    spread_all(town)
    statement.refresh_from_db()
    assert (statement.state, statement.due_at) == (Statement.State.WITHDRAWN, None)
    assert not statement.cards.filter(pending=True).exists()
    assert not Answer.objects.exclude(state=Answer.State.WITHDRAWN).exists()
    assert Entry.objects.filter(verb="statement.is_withdrawn").count() == 1
    submitted, taken_back = (Entry.objects.filter(verb=f"incident.{verb}").count() for verb in ("submit", "withdraw"))
    assert submitted == taken_back == Answer.objects.count(), "each card once"


def test_of_two_who_begin_a_statement_at_once_one_is_told_so(town: Town) -> None:
    problem, begin = begun(town, 3)

    def act(_who: int) -> bool:
        try:
            begin()
        except Unfit:
            return False
        return True

    assert sorted(at_once(act, (0, 1))) == [False, True]
    assert Statement.objects.filter(problem=problem).count() == 1


def test_who_has_lost_the_row_meanwhile_writes_nothing(town: Town) -> None:
    _problem, begin = begun(town, 3)
    statement = begin()
    rows = claim(Statement, town.now, LEASE, 1)
    Statement.objects.update(lease="another")
    spread(rows, town.now)
    statement.refresh_from_db()
    assert (statement.lease, Answer.objects.count()) == ("another", 0)


def test_two_who_gather_a_surge_at_once_beside_one_who_merges_lose_no_card(town: Town) -> None:
    cards = [town.assigned() for _number in range(6)]
    about = problems.About("Вода", theme_id=town.theme.pk)
    older = problems.begin(problems.About("Старше"), cards[:1], town.operator, town.now)
    newer = problems.begin(problems.About("Моложе"), cards[1:2], town.operator, town.now)
    surge = Surge.objects.create(
        theme=town.theme,
        place=town.place,
        since=town.now,
        raised_at=town.now,
        last_at=town.now,
        people=6,
        minutes=30,
        usual=0,
    )
    pks = [card.pk for card in cards]
    press = partial(gather, surge, pks, about, town.operator, town.now)
    back = partial(gather, surge, pks[::-1], about, town.operator, town.now)
    together(press, back, partial(problems.merge, newer, older, town.operator, town.now))
    surge.refresh_from_db()
    held = {problem.pk: {*problem.incidents.all()} for problem in Problem.objects.all()}
    assert held == {older.pk: {*cards[:2]}, newer.pk: set(), surge.problem_id: {*cards[2:]}}
    assert Entry.objects.filter(verb="surge.gather").count() == 1
