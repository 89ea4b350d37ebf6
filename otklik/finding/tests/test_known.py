"""Which cards are known already: found by index, compared, kept current by the step of the card's words, and let go."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.finding.index import index
from otklik.finding.known import known_to
from otklik.finding.models import Sketch
from otklik.finding.sketches import KEPT, forget
from otklik.finding.tests.finding_data import LEASE, card, make_source
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.gathering import split
from otklik.incidents.models import CloseReason, Findable, Incident, State
from otklik.incidents.workflow import find_anew
from otklik.journal import book
from otklik.lib.due import claim
from otklik.networks.models import Source
from otklik.people.models import User
from otklik.places.models import Place
from otklik.themes.models import Classifier, Theme, ThemeGroup
from otklik.triage.models import Verdict

pytestmark = pytest.mark.django_db
TEXT = "Во дворе на Садовой третий месяц стоит брошенный автобус без колёс, внутри играют дети и ночуют бродяги"


@pytest.fixture
def source() -> Source:
    return make_source()


@pytest.fixture
def town() -> Place:
    region = Place.objects.create(code="kray", name="Край", level=Place.Level.REGION)
    return Place.objects.create(code="gorod", name="Ёлкино", level=Place.Level.MUNICIPALITY, parent=region)


@pytest.fixture
def holes() -> Theme:
    return theme("dorogi.yamy")


def theme(code: str) -> Theme:
    classifier, _ = Classifier.objects.get_or_create(version="t", defaults={"in_force_from": timezone.localdate()})
    group, _ = ThemeGroup.objects.get_or_create(classifier=classifier, code="dorogi", defaults={"name": "Дороги"})
    return Theme.objects.create(group=group, code=code, name=code)


def take_in() -> None:
    with book.turn():
        index(claim(Findable, timezone.now() + timedelta(seconds=1), LEASE, 100), timezone.now())


def told(source: Source, text: str, about: Theme, where: Place, street: str = "", house: str = "") -> Incident:
    """A card with a verdict and no person's word on it."""
    made = card(source, text)
    Verdict.objects.create(
        message=main_message(made),
        at=timezone.now(),
        kind="complaint",
        theme=about,
        themes=[{"id": about.pk, "share": 0.8, "why": []}],
        place=where,
        street=street,
        house=house,
    )
    Incident.objects.filter(pk=made.pk).update(guessed_theme=about, guessed_place=where)
    made.refresh_from_db()
    return made


def pks(incident: Incident) -> list[int]:
    return [known.incident_pk for known in known_to(incident)]


def test_a_copy_is_known_without_theme_and_place(source: Source) -> None:
    first, copy, other = card(source, TEXT), card(source, TEXT.upper() + "!!!"), card(source, "Когда починят фонтан?")
    take_in()
    assert pks(copy) == [first.pk]
    assert known_to(copy)[0].likeness.why[0] == "copied"
    assert pks(other) == []


def test_the_same_problem_told_by_another_is_known_and_another_street_is_not(
    source: Source, holes: Theme, town: Place
) -> None:
    hole = told(source, "Яма на Садовой у 12 дома", holes, town, "улица Садовая", "12")
    told(source, "Яма на Полевой", holes, town, "улица Полевая")
    again = told(source, "Провал в асфальте, Садовая 12", holes, town, "Садовая", "12")
    take_in()
    assert pks(again) == [hole.pk]
    assert known_to(again)[0].likeness.why[:2] == ("house", "theme")


def test_what_a_person_has_set_counts_before_the_guess(source: Source, holes: Theme, town: Place) -> None:
    hole = told(source, "Яма", holes, town, "улица Садовая", "12")
    other = told(source, "Провал", theme("dorogi.svet"), town, "улица Полевая", "3")
    take_in()
    assert pks(other) == []
    Incident.objects.filter(pk=other.pk).update(theme=holes, street="Садовая", house="12")
    with book.turn():
        find_anew(other.pk, timezone.now())
    take_in()
    assert pks(other) == [hole.pk]


def test_a_card_that_has_just_come_knows_nothing_until_the_step_has_seen_it(source: Source) -> None:
    first, copy = card(source, TEXT), card(source, TEXT)
    assert pks(copy) == []
    take_in()
    assert pks(copy) == [first.pk]


def test_of_a_gathered_card_the_one_it_went_into_is_known(source: Source) -> None:
    leads, ended = card(source, "Уберите автобус с Садовой"), card(source, TEXT)
    closed = {"state": State.DONE, "close_reason": CloseReason.GATHERED, "closed_at": timezone.now()}
    Incident.objects.filter(pk=ended.pk).update(answered_with=leads, **closed)
    copy = card(source, TEXT)
    take_in()
    assert pks(copy) == [leads.pk]


def test_noise_and_the_other_half_of_a_split_card_do_not_come(source: Source) -> None:
    first, noise = card(source, TEXT), card(source, TEXT)
    Incident.objects.filter(pk=noise.pk).update(state=State.NOISE)
    split(first, main_message(first), User.objects.create(username="operator"), timezone.now())
    take_in()
    assert pks(first) == []


def test_a_forgotten_author_and_a_community_are_nobodys_neighbours(source: Source, holes: Theme, town: Place) -> None:
    who = Author.objects.create(network="vk", external_id="id1")
    for text in ("Тротуар разбит", "Тротуар у почты разбит"):
        card(source, text, who)
    asks = card(source, "Разбит тротуар", who)
    take_in()
    assert len(pks(asks)) == 2
    for changes in ({"forgotten_at": timezone.now()}, {"forgotten_at": None, "is_community": True}):
        Author.objects.filter(pk=who.pk).update(**changes)
        Findable.objects.update(due_at=timezone.now())
        take_in()
        assert pks(asks) == []


def test_no_word_of_the_text_and_no_name_is_kept(source: Source, holes: Theme, town: Place) -> None:
    made = told(source, TEXT, holes, town, "улица Садовая", "12")
    take_in()
    kept = str(Sketch.objects.filter(pk=made.pk).values().get()).lower()
    assert "автобус" not in kept
    assert "садов" not in kept
    assert main_message(made).author.external_id not in kept


def test_what_ended_long_ago_is_let_go_and_not_taken_up_again(source: Source) -> None:
    old, recent = card(source, TEXT), card(source, TEXT)
    take_in()
    now = timezone.now()
    Incident.objects.filter(pk=old.pk).update(state=State.DONE, closed_at=now - KEPT - timedelta(days=1))
    Incident.objects.filter(pk=recent.pk).update(state=State.DONE, closed_at=now - KEPT + timedelta(days=1))
    assert forget(now) == 1
    Findable.objects.update(due_at=now)
    take_in()
    assert list(Sketch.objects.values_list("pk", flat=True)) == [recent.pk]


def test_a_card_that_is_deleted_takes_its_sketch_along(source: Source) -> None:
    made = card(source, TEXT)
    take_in()
    assert Sketch.objects.filter(pk=made.pk).exists()
    made.delete()
    assert not Sketch.objects.exists()


@pytest.mark.parametrize("text", ["", "👍👍👍", "\u202e" + "ы" * 5000, "а" * 100_000, "да " * 9000])
def test_any_text_is_taken_in(source: Source, text: str) -> None:
    made = card(source, text)
    take_in()
    assert Sketch.objects.filter(pk=made.pk).exists()
    assert isinstance(known_to(made), list)


def test_the_question_costs_three_queries_however_many_are_known(
    source: Source, holes: Theme, town: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        told(source, TEXT, holes, town, "улица Садовая", str(number % 3))
    asks = told(source, TEXT, holes, town, "улица Садовая", "1")
    take_in()
    with django_assert_num_queries(3):
        assert len(known_to(asks)) >= 4
