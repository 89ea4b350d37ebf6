from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.finding import near
from otklik.finding.models import BAND_COLUMNS, Seeking
from otklik.finding.near import MOST_NEAR, look
from otklik.finding.problems import seek
from otklik.finding.tests.finding_data import LEASE, change, judged, take_in
from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem, ProblemCard, State
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.networks.models import Source
from otklik.places.models import Place
from otklik.themes.models import Theme
from tests.at_once import at_once
from tests.make import people, places

pytestmark = pytest.mark.django_db
NO_WATER = "Нет воды с утра"


@pytest.fixture
def water(db: None) -> Theme:
    return places.theme("Нет воды")


def due(most: int = 200) -> list[Seeking]:
    return claim(Seeking, timezone.now() + timedelta(seconds=1), LEASE, most)


def step() -> int:
    """Everything that is due; how many cards something was sought for."""
    take_in()
    rows = due()
    seek(rows, timezone.now())
    return len(rows)


def of(problem: Problem) -> set[Incident]:
    return set(Incident.objects.filter(problem=problem))


@contextmanager
def once_read(act: Callable[[], object]) -> Iterator[None]:
    """What somebody does once the cards around were read, and before anything is written."""
    waits = [act]

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if waits and "off_at" in sql and sql.startswith("SELECT"):  # the last thing that is read
            waits.pop()()
        return answer

    with connection.execute_wrapper(watch):
        yield
    assert not waits


def test_cards_of_one_street_become_a_named_proposal(source: Source, water: Theme, town: Place) -> None:
    streets = (*["улица Садовая"] * 3, "Мира")
    made = [judged(source, NO_WATER, water, town, street) for street in streets]
    step()
    (problem,) = Problem.objects.all()
    assert (problem.title, problem.state) == ("Нет воды: Ёлкино, улица Садовая", Problem.State.PROPOSED)
    assert (problem.theme, problem.place, problem.street) == (water, town, "улица Садовая")
    assert of(problem) == set(made[:3])
    assert all(link.sure and "street" in link.why for link in ProblemCard.objects.all())


def test_a_problem_is_sought_again_only_for_what_is_new(source: Source, water: Theme, town: Place) -> None:
    made = judged(source, NO_WATER, water, town, "Садовая")
    assert step() == 1
    change(made)
    assert step() == 0
    change(made, street="Мира")
    assert step() == 1


def test_cards_that_come_together_are_put_together_as_if_they_had_come_one_by_one(
    source: Source, water: Theme, town: Place
) -> None:
    streets = ("Садовая", "Мира") * 4
    made = [judged(source, NO_WATER, water, town, street) for street in streets]
    assert step() == 8, "one batch: the first of a street makes a problem, and the others see it"
    one, other = Problem.objects.order_by("number")
    assert (of(one), of(other)) == (set(made[::2]), set(made[1::2]))
    assert Entry.objects.filter(verb="incident.problem").count() == 8


def test_the_number_of_queries_does_not_grow_with_the_cards_nor_with_the_batch(
    source: Source, water: Theme, town: Place
) -> None:
    def asked(*streets: str) -> int:
        for street in streets:
            judged(source, NO_WATER, water, town, street)
        take_in()
        with CaptureQueriesContext(connection) as caught:
            rows = due()
            seek(rows, timezone.now())
        assert len(rows) == len(streets)
        return len(caught)

    few = asked("Мира")
    assert asked(*(f"Улица {number}" for number in range(40))) <= few + 2
    assert asked("Полевая") <= few + 2
    assert few <= 12


def test_of_alike_cards_no_more_are_looked_at_however_many_there_are(source: Source, water: Theme, town: Place) -> None:
    made = [judged(source, NO_WATER, water, town, "Садовая") for _ in range(MOST_NEAR + 30)]
    take_in()
    view = look([one.pk for one in made[:2]])
    assert [len(view.every(one.pk)) for one in made[:2]] == [MOST_NEAR + 1] * 2
    newest = sorted(made, key=lambda one: (one.started_at, one.pk), reverse=True)
    assert {one.pk for one in view.every(made[0].pk)[1:]} == {one.pk for one in newest[:MOST_NEAR]}
    assert view.bonds(made[0].pk) is view.bonds(made[1].pk), "compared once for both"


def test_a_problem_whose_cards_are_no_longer_among_the_newest_is_found_before_another_is_made(
    source: Source, water: Theme, town: Place
) -> None:
    first = [judged(source, NO_WATER, water, town, "Садовая") for _ in range(3)]
    step()
    for _number in range(MOST_NEAR + 5):
        judged(source, NO_WATER, water, town, "Садовая")
    take_in()
    seek(due(1), timezone.now())
    (problem,) = Problem.objects.all()
    assert of(problem) > set(first)


def test_a_card_of_another_problem_is_never_moved_by_the_machine(source: Source, water: Theme, town: Place) -> None:
    mine = judged(source, NO_WATER, water, town, "Садовая")
    other = problems.begin(problems.About("Своё"), [mine], people.person(), timezone.now())
    for _number in range(3):
        judged(source, NO_WATER, water, town, "Садовая")
    step()
    mine.refresh_from_db()
    assert mine.problem == other


def test_a_card_that_somebody_has_put_elsewhere_meanwhile_is_left_there(
    source: Source, water: Theme, town: Place
) -> None:
    made = [judged(source, NO_WATER, water, town, "Садовая") for _ in range(3)]
    take_in()
    about, by = problems.About("Своё"), people.person()
    with once_read(lambda: problems.begin(about, made[:1], by, timezone.now())):
        seek(due(), timezone.now())
    (problem,) = Problem.objects.all()
    assert (problem.title, of(problem)) == ("Своё", set(made)), "looked at again, the others join what there is"


def test_a_card_that_has_ended_meanwhile_and_what_is_another_matter_stay_out(
    source: Source, water: Theme, town: Place
) -> None:
    made = [judged(source, NO_WATER, water, town, "Садовая") for _ in range(4)]
    step()
    (problem,) = Problem.objects.all()
    ended, other, third = (judged(source, NO_WATER, water, town, "Садовая") for _ in range(3))
    take_in()
    now = timezone.now()

    def act() -> None:
        Incident.objects.filter(pk=ended.pk).update(state=State.DONE, closed_at=now)
        ProblemCard.objects.create(problem=problem, incident=other, at=now, off_at=now)

    with once_read(act):
        seek(due(), now)
    assert of(problem) == {*made, third}
    assert not Seeking.objects.exclude(due_at=None).exists()


def test_a_problem_that_has_ended_meanwhile_takes_nothing(source: Source, water: Theme, town: Place) -> None:
    made = [judged(source, NO_WATER, water, town, "Садовая") for _ in range(3)]
    step()
    (problem,) = Problem.objects.all()
    late = judged(source, NO_WATER, water, town, "Садовая")
    take_in()
    with once_read(lambda: problems.reject(problem, people.person(), timezone.now())):
        seek(due(), timezone.now())
    late.refresh_from_db()
    assert (late.problem, of(problem)) == (None, set())
    assert len(made) == ProblemCard.objects.filter(problem=problem).count()


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_look_at_the_same_cards_at_once_make_one_problem_and_lose_no_card(
    source: Source, water: Theme, town: Place
) -> None:
    made = [judged(source, NO_WATER, water, town, "Садовая") for _number in range(36)]
    take_in()
    reading: set[bool] = set()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and "newest_0" in sql:
            reading.add(connection.in_atomic_block)
        return execute(sql, params, many, context)

    def work(_worker: int) -> int:
        done = 0
        with connection.execute_wrapper(watch):
            while rows := due(4):
                seek(rows, timezone.now())
                done += len(rows)
        return done

    assert sum(at_once(work, range(2))) >= len(made)
    (problem,) = Problem.objects.all()
    assert of(problem) == set(made)
    assert Entry.objects.filter(verb="incident.problem").count() == len(made), "each once"
    assert reading == {False}, "what takes long is read outside of a transaction"


@pytest.mark.parametrize(
    "key",
    [
        *(near._Key((column,), (7,), None) for column in BAND_COLUMNS[:2]),
        near._Key(("author_id",), (7,), None),
        near._Key(("street", "town"), (7, 7), None),
        near._Key(("theme", "town"), ("water", 7), None),
    ],
)
def test_the_newest_of_thousands_are_found_without_a_look_at_all(key: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("how SQLite says it")
    sql, params = near._question(0, key, timezone.now() - timedelta(days=90))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = "\n".join(str(row[3]) for row in cursor.fetchall())
    assert "sketch_" in plan
    assert "TEMP B-TREE" not in plan, plan
