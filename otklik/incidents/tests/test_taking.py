"""«Взять себе»: whose hands a card is in, for how long, and never two pairs at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from otklik.incidents.models import Incident, State
from otklik.incidents.taking import HOLD, NotFree, free, holder_of, let_go, must_not_be_anothers, take_next, take_up
from otklik.journal.models import Entry
from otklik.people.models import User
from tests.at_once import at_once
from tests.make.people import person
from tests.make.rows import card

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LATER = NOW + HOLD + timedelta(seconds=1)
pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_card_is_taken_held_for_longer_without_a_word_and_let_go() -> None:
    incident, anna = card(), person("anna")
    taken = take_up(incident, anna, NOW)
    assert holder_of(taken, NOW) == anna
    assert taken.revision == Entry.objects.get().pk
    again = take_up(incident, anna, NOW + HOLD)
    assert (again.taken_at, verbs()) == (NOW + HOLD, ["incident.take_up"])
    assert holder_of(let_go(taken, anna, NOW), NOW) is None
    assert verbs() == ["incident.take_up", "incident.let_go"]


def test_a_colleague_gets_it_when_its_time_is_over_or_when_he_asks_for_it_outright() -> None:
    incident, anna, boris, vera = card(), *map(person, ("anna", "boris", "vera"))
    take_up(incident, anna, NOW)
    with pytest.raises(NotFree) as held:
        take_up(incident, boris, NOW + HOLD)
    assert held.value.holder == anna
    assert take_up(incident, boris, LATER).taken_by == boris
    assert take_up(incident, vera, LATER, from_another=True).taken_by == vera
    assert verbs() == ["incident.take_up", "incident.take_up", "incident.take_over"]
    assert Entry.objects.latest("pk").data == {"held_by": boris.pk}


def test_only_a_colleagues_running_hold_stands_in_the_way_and_nobody_lets_go_of_what_he_does_not_have() -> None:
    incident, anna, boris = card(), person("anna"), person("boris")
    must_not_be_anothers(incident, boris, NOW)
    with pytest.raises(NotFree) as nobody:
        let_go(incident, boris, NOW)
    assert nobody.value.holder is None
    take_up(incident, anna, NOW)
    must_not_be_anothers(incident, anna, NOW)
    must_not_be_anothers(incident, boris, LATER)
    for attempt in (must_not_be_anothers, let_go):
        with pytest.raises(NotFree) as held:
            attempt(incident, boris, NOW)
        assert held.value.holder == anna
    incident.refresh_from_db()
    assert incident.taken_by == anna


def test_what_has_ended_is_taken_by_nobody() -> None:
    anna = person("anna")
    for state, outright in product((State.DONE, State.NOISE), (False, True)):
        with pytest.raises(NotFree) as ended:
            take_up(card(state=state), anna, NOW, from_another=outright)
        assert ended.value.holder is None
    assert verbs() == []


def test_the_next_one_is_the_first_free_one_in_the_given_order_and_never_ones_own() -> None:
    anna, boris = person("anna"), person("boris")
    first, second, third = card(), card(), card()
    card(state=State.ASSIGNED)
    ordered = Incident.objects.order_by("number")
    assert take_next(ordered, anna, NOW) == first
    assert take_next(ordered, boris, NOW) == second
    assert take_next(ordered, anna, NOW) == third
    assert take_next(ordered, anna, NOW) is None
    assert list(free(ordered, anna, LATER)) == [second]
    assert take_next(ordered, anna, LATER) == second


def test_what_was_snatched_meanwhile_is_passed_over() -> None:
    anna, boris = person("anna"), person("boris")
    first, second = card(), card()

    @contextmanager
    def slow(incident: Incident) -> Iterator[None]:
        if incident == first:
            take_up(first, boris, NOW)
        yield

    assert take_next(Incident.objects.order_by("number"), anna, NOW, slow) == second
    first.refresh_from_db()
    assert first.taken_by == boris


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_never_get_the_same_card() -> None:
    numbers = [card().number for _ in range(12)]

    def work(user: User) -> list[int]:
        ours = [take_next(Incident.objects.order_by("number"), user, NOW) for _ in range(4)]
        return [incident.number for incident in ours if incident]

    taken = at_once(work, [person() for _ in range(4)])
    assert sorted(number for cards in taken for number in cards) == numbers
    assert verbs() == ["incident.take_up"] * 12


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_card_one_has_it_and_the_other_is_told_who() -> None:
    incident = card()

    def work(user: User) -> User | None:
        try:
            take_up(incident, user, NOW)
        except NotFree as held:
            return held.holder
        return None

    holders = at_once(work, [person(), person()])
    incident.refresh_from_db()
    assert sorted(holders, key=lambda user: user is not None) == [None, incident.taken_by]
    assert verbs() == ["incident.take_up"]
