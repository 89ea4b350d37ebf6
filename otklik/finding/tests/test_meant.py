"""A slip is forgiven, on both databases; names, numbers and what is found as it is typed stay as they are."""

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.finding.meant import Meant, meant
from otklik.finding.tests.finding_data import card, take_in
from otklik.finding.tests.test_words import HOSTILE
from otklik.incidents.models import Incident
from otklik.networks.models import Source

pytestmark = pytest.mark.django_db

TEXTS = (
    "Когда будет вывоз мусора?",
    "Вывоз мусора сорван",
    "Яма на дороге, станица Новомышастовская",
    "Лампы не горят",
)


def understood(words: str, hit_count: int = 0) -> Meant | None:
    return meant(words, Incident.objects.all(), hit_count)


@pytest.fixture(autouse=True)
def cards(source: Source) -> list[Incident]:
    made = [card(source, text) for text in TEXTS]
    take_in()
    return made


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        *(("вывоз мусара", "вывоз мусора"), ("вывооз", "вывоз"), ("муора", "мусора"), ("музора вывоз", "мусора вывоз")),
        *(("вывзо мусара", "вывоз мусора"), ("Вывозмусора", "вывоз мусора"), ("dsdjp vecjhf", "вывоз мусора")),
        *(("dsdjp vecfhf", "вывоз мусора"), ("ямма на дороге", "яма на дороге"), ("«вывоз» мусару", "«вывоз» мусору")),
        ("новомышестовская", "новомышастовская"),  # the dictionary lacks the village, the cards have it
    ],
)
def test_one_slip_in_a_word_that_nothing_is_found_by_is_put_right(typed: str, words: str) -> None:
    assert understood(typed) == Meant(words)


def test_names_numbers_and_what_could_be_anything_stay_as_they_are(source: Source) -> None:
    card(source, "Иванов просит: дорогим соседям, дом 1234. Мария Ходенко")
    take_in()
    for words in ("Иваноов", "Дорогин", "Марря", "Ходинко", "1235", "№ 1235", "ямв", "абырвалгович", "", *HOSTILE):
        assert understood(words) is None, words


def test_a_word_that_there_is_as_well_is_offered_and_never_replaced(source: Source) -> None:
    assert understood("ламы") == Meant("лампы", sure=False)
    for text in ("Мусара полно", "Яма"):
        card(source, text)
    take_in()
    assert understood("вывоз мусара") == Meant("вывоз мусора"), "together they stand on no card"
    assert understood("мусара", hit_count=1) == Meant("мусора", sure=False)
    assert understood("мусара", hit_count=2) is None, "only where more is found"
    assert understood("яма", hit_count=2) is None


def test_only_cards_that_one_may_see_say_what_was_meant(
    cards: list[Incident], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert meant("ламы", Incident.objects.filter(pk=cards[2].pk)) is None
    with django_assert_max_num_queries(4):
        assert understood("абырвалговичка") is None
    with django_assert_max_num_queries(1):
        assert understood("вывоз мусара") == Meant("вывоз мусора")
