from datetime import timedelta

import pytest

from otklik.answers import statements
from otklik.answers.drafts import Words
from otklik.answers.models import Answer, ApprovalPolicy, Statement
from otklik.answers.spread import spread
from otklik.incidents import problems
from otklik.journal import book
from otklik.lib.due import claim
from otklik.notify.alerts.models import Alert
from otklik.notify.alerts.tests.data import LEASE, Town
from otklik.notify.alerts.words import text_of
from otklik.people.models import Substitution

pytestmark = pytest.mark.django_db


def recipients(kind: str) -> list[tuple[str, int]]:
    alerts = Alert.objects.filter(kind=kind).select_related("user").order_by("pk")
    return [(alert.user.username, alert.rung) for alert in alerts]


def step(town: Town) -> None:
    """The statement's step does all that is due, and then time stands still for the alerts."""
    for _round in range(20):
        with book.turn():
            rows = claim(Statement, town.now, LEASE, 4)
            spread(rows, town.now)
        if not rows:
            break
    town.passes()


def begun(town: Town) -> Statement:
    cards = [town.assigned() for _number in range(7)]
    problem = problems.begin(problems.About("Соседи Анны", theme_id=town.theme.pk), cards, town.operator, town.now)
    words = Words("Воду дадим к вечеру.", Answer.Kind.INTERIM, promised_on=town.now.date())
    made = statements.begin(problem, [card.pk for card in cards], words, town.executor, town.now)
    step(town)
    assert Answer.objects.filter(state="approval").count() == 7
    return made


def test_an_approver_is_told_once_of_all_its_answers_and_so_is_the_next(town: Town) -> None:
    statement = begun(town)
    assert recipients("approval") == [("near_approver", 0)]
    text = text_of(list(Alert.objects.filter(kind="approval")), "https://o")
    line = f"Общий ответ ждёт согласования. Проблема № {statement.problem.number}, Нет холодной воды"
    assert text.body == f"{line}\nhttps://o/problems/statements/{statement.pk}/"
    assert "Анны" not in text.subject
    town.passes(61)
    assert recipients("approval") == [("near_approver", 0), ("city_approver", 1)]
    town.passes(61)
    assert recipients("approval") == [("near_approver", 0), ("city_approver", 1), ("approver", 2)]


def test_whoever_stands_in_for_him_is_told_once_too(town: Town) -> None:
    days = {"since": town.now - timedelta(days=1), "until": town.now + timedelta(days=1)}
    taken_on = {"by": town.head, "made_at": town.now, "agreed_at": town.now}
    Substitution.objects.create(absent=town.near_approver, deputy=town.city_approver, **days, **taken_on)
    begun(town)
    assert recipients("approval") == [("city_approver", 0)]


def test_the_second_of_two_is_told_once_when_the_first_has_agreed(town: Town) -> None:
    ApprovalPolicy.objects.create(theme=town.theme, steps=2)
    statement = begun(town)
    town.passes(61)
    town.now += timedelta(minutes=1)
    seen = {row.answer_id or 0: (row.answer.version, 1) for row in statement.cards.all() if row.answer}
    statements.let_out(statement, seen, town.near_approver, town.now)
    town.now += timedelta(minutes=5)
    step(town)
    assert recipients("approval") == [("near_approver", 0), ("city_approver", 1), ("city_approver", 0)]


def test_its_writer_is_told_once_that_it_came_back(town: Town) -> None:
    statement = begun(town)
    town.now += timedelta(minutes=1)
    statements.send_back(statement, town.near_approver, town.now, "Назовите час")
    step(town)
    assert recipients("returned") == [("executor", 0)]
    assert "Общий ответ вернули" in text_of(list(Alert.objects.filter(kind="returned")), "https://o").body


def test_an_answer_that_stays_with_a_person_is_told_of_by_itself(town: Town) -> None:
    begun(town).cards.update(left="Житель изменил комментарий.")
    town.passes(61)
    assert len(recipients("approval")) == 1 + 7
