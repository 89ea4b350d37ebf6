from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.notify.alerts.burst import LEAST, Burst, burst
from otklik.notify.alerts.models import Alert, Kind, Letter, Surge
from otklik.notify.alerts.surges import OVER_AFTER, cards_of, find_surges
from otklik.notify.alerts.tests.data import Town
from otklik.notify.alerts.words import text_of
from otklik.places.models import Place
from otklik.themes.models import Theme

pytestmark = pytest.mark.django_db
HALF, TWO, EIGHT = timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8)


def ago(*minutes: float) -> list[timedelta]:
    return [timedelta(minutes=one) for one in minutes]


def daily(people: int, days: int = 28, first: int = 1, within: timedelta = TWO) -> list[timedelta]:
    """So many people in the same hours of each day before."""
    step = within / (people + 1)
    return [timedelta(days=day) + step * (one + 1) for day in range(first, first + days) for one in range(people)]


def test_where_nobody_writes_five_are_a_burst_and_what_comes_every_day_at_this_hour_is_usual() -> None:
    for minutes, expected in (
        ((1, 5, 9, 20, 29), Burst(5, HALF, 0.0)),
        ((1, 2, 3, 4), None),  # a coincidence
        ((10, 200, 500, 900, 1300), None),
        (range(40, 470, 40), Burst(11, EIGHT, 0.0)),  # seen by the long window
    ):
        assert burst(ago(*minutes), []) == expected
        assert LEAST == 5
    assert burst(ago(*range(5, 115, 10)), daily(10)) is None
    new_burst = burst(ago(*range(1, 119, 3)), daily(10))
    assert new_burst is not None
    assert (new_burst.people, new_burst.window, new_burst.usual) == (40, TWO, 10)
    by_day = [one + timedelta(hours=10) for one in daily(30)]
    new_burst = burst(ago(1, 2, 3, 4, 5, 6), by_day)
    assert new_burst is not None
    assert new_burst.usual == 0, "at night nobody writes, however many do by day"
    last_week = daily(40, days=1, first=7)
    assert burst(ago(*range(1, 9)), last_week) is not None, "a burst of last week does not hide one of today"
    assert burst(ago(*range(2, 117, 15)), daily(8, days=14)) is None


def look(town: Town, minutes: float = 0) -> None:
    town.now += timedelta(minutes=minutes)
    find_surges(town.now)


def write(town: Town, cards: int, theme: Theme | None = None, every: float = 2) -> list[Incident]:
    """So many people write about one theme, one after the other; the machine has guessed the theme and the place."""
    guess = {"place": None, "guessed_place": town.place, "guessed_theme": theme or town.theme}
    made = []
    for _number in range(cards):
        town.now += timedelta(minutes=every)
        card = town.card()
        Incident.objects.filter(pk=card.pk).update(**guess)

        made.append(card)
    return made


def test_a_surge_is_raised_once_and_told_in_figures_without_a_word_of_a_citizen(town: Town) -> None:
    cards = write(town, 6)
    look(town, 0.3)
    surge = Surge.objects.get()
    assert (surge.theme, surge.place, surge.people, surge.minutes) == (town.theme, town.place, 6, 30)
    assert list(cards_of(surge)) == cards
    usernames = set(Alert.objects.filter(kind=Kind.SURGE).values_list("user__username", flat=True))
    assert {town.operator.username, town.head.username} <= usernames
    assert set(Letter.objects.values_list("due_at", flat=True)) <= {town.now}
    text = text_of([Alert.objects.filter(kind=Kind.SURGE)[0]], "https://desk")
    assert f"{town.theme.name}, {town.place.name}. Написали 6 за 30 мин" in text.subject
    assert f"https://desk/surges/{surge.pk}/" in text.body
    assert not {"Мира", "Анна"} & set(text.body.split())
    look(town, 0.3)
    assert Surge.objects.count() == 1
    assert Entry.objects.filter(verb="surge.raise").count() == 1


def test_whoever_writes_later_is_counted_and_silence_ends_it(town: Town) -> None:
    write(town, 6)
    look(town)
    write(town, 3, every=20)
    look(town)
    surge = Surge.objects.get()
    assert (surge.people, surge.ended_at) == (9, None)
    look(town, OVER_AFTER.total_seconds() / 60 - 1)
    assert Surge.objects.get().ended_at is None
    look(town, 2)
    assert Surge.objects.get().ended_at == town.now
    look(town, 1)
    assert Surge.objects.count() == 1


def test_one_person_who_writes_six_times_is_no_surge(town: Town) -> None:
    first, *others = write(town, 6)
    author = first.messages.get().author
    for card in others:
        card.messages.update(author=author)
    look(town)
    assert not Surge.objects.exists()


def test_noise_is_not_counted(town: Town) -> None:
    cards = write(town, 6)
    Incident.objects.filter(pk__in=[card.pk for card in cards[:2]]).update(state=State.NOISE)
    look(town)
    assert not Surge.objects.exists()


def test_what_is_written_every_day_at_this_hour_is_none(town: Town) -> None:
    noon = town.now
    for day in range(28, 0, -1):
        town.now = noon - timedelta(days=day)
        write(town, 6)
    town.now = noon
    write(town, 7)
    look(town)
    assert not Surge.objects.exists()


def test_several_themes_of_a_group_together_are_a_surge_of_the_group(town: Town) -> None:
    for number in range(6):
        theme = Theme.objects.create(group=town.theme.group, code=f"other-{number}", name=f"Тема {number}")
        write(town, 1, theme)
    look(town)
    surge = Surge.objects.get()
    assert (surge.theme, surge.group) == (None, town.theme.group)
    assert len(cards_of(surge)) == 6


def test_a_surge_of_a_theme_is_not_told_again_as_one_of_its_group(town: Town) -> None:
    write(town, 6)
    other = Theme.objects.create(group=town.theme.group, code="other", name="Другая")
    write(town, 2, other)
    look(town)
    assert [surge.theme for surge in Surge.objects.all()] == [town.theme]


def test_a_settlement_counts_for_its_municipality_and_another_one_does_not(town: Town) -> None:
    village = Place.objects.create(code="village", name="Посёлок", level="settlement", parent=town.place)
    elsewhere = Place.objects.create(code="else", name="Другой", level="municipality", parent=town.place.parent)
    cards = write(town, 8)
    Incident.objects.filter(pk__in=[card.pk for card in cards[:2]]).update(guessed_place=village)
    Incident.objects.filter(pk__in=[card.pk for card in cards[2:4]]).update(guessed_place=elsewhere)
    look(town)
    surge = Surge.objects.get()
    assert (surge.place, surge.people) == (town.place, 6)


def test_a_quiet_hour_asks_few_queries(town: Town) -> None:
    write(town, 4)
    with CaptureQueriesContext(connection) as asked:
        find_surges(town.now)
    assert len(asked) <= 4, [query["sql"] for query in asked]


@pytest.mark.django_db(transaction=True)
def test_it_reads_without_holding_anybody_up(town: Town) -> None:
    write(town, 6)
    reading: set[bool] = set()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and "incidents_incident" in sql:
            reading.add(connection.in_atomic_block)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        look(town)
    assert (Surge.objects.count(), reading) == (1, {False})
