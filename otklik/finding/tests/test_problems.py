"""The step that looks for a card's problem: a handful of look-ups for each card that says something new, no scan."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.finding.models import Seeking
from otklik.finding.problems import seek
from otklik.finding.tests.finding_data import LEASE, change, judged, take_in
from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem, ProblemCard
from otklik.journal import book
from otklik.lib.due import claim
from otklik.networks.models import Source
from otklik.places.models import Place
from otklik.themes.models import Theme
from tests.make import people, places

pytestmark = pytest.mark.django_db
TEXT = "Нет воды с утра"


@pytest.fixture
def water(db: None) -> Theme:
    return places.theme("Нет воды")


def step() -> int:
    """Everything that is due; how many cards something was sought for."""
    take_in()
    with book.turn():
        rows = claim(Seeking, timezone.now() + timedelta(seconds=1), LEASE, 200)
        seek(rows, timezone.now())
    return len(rows)


def test_cards_of_one_street_become_a_proposal_that_names_theme_and_place(
    source: Source, water: Theme, town: Place
) -> None:
    made = [
        judged(source, TEXT, water, town, street)
        for street in ("улица Садовая", "улица Садовая", "улица Садовая", "Мира")
    ]
    step()
    (problem,) = Problem.objects.all()
    assert (problem.title, problem.state) == ("Нет воды: Ёлкино, улица Садовая", Problem.State.PROPOSED)
    assert (problem.theme, problem.place, problem.street) == (water, town, "улица Садовая")
    assert set(Incident.objects.filter(problem=problem)) == set(made[:3])
    assert all(link.sure and "street" in link.why for link in ProblemCard.objects.all())


def test_a_problem_is_sought_again_only_for_a_card_that_says_something_new(
    source: Source, water: Theme, town: Place
) -> None:
    made = judged(source, TEXT, water, town, "Садовая")
    assert step() == 1
    change(made)
    assert step() == 0
    change(made, street="Мира")
    assert step() == 1


def test_the_number_of_queries_does_not_grow_with_the_cards(source: Source, water: Theme, town: Place) -> None:
    def asked(street: str) -> int:
        judged(source, TEXT, water, town, street)
        take_in()
        with CaptureQueriesContext(connection) as caught, book.turn():
            seek(claim(Seeking, timezone.now() + timedelta(seconds=1), LEASE, 1), timezone.now())
        return len(caught)

    few = asked("Мира")
    for number in range(40):
        judged(source, TEXT, water, town, f"Улица {number}")
    step()
    assert abs(asked("Полевая") - few) <= 3
    assert asked("Лесная") <= 20


def test_a_card_of_another_problem_is_never_moved_by_the_machine(source: Source, water: Theme, town: Place) -> None:
    mine = judged(source, TEXT, water, town, "Садовая")
    other = problems.begin(problems.About("Своё"), [mine], people.person(), timezone.now())
    for _number in range(3):
        judged(source, TEXT, water, town, "Садовая")
    step()
    mine.refresh_from_db()
    assert mine.problem == other
