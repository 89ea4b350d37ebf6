from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.finding.known import known_to
from otklik.finding.models import Sketch
from otklik.finding.sketches import KEPT, forget
from otklik.finding.tests.finding_data import card, change, judged, take_in
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.gathering import split
from otklik.incidents.models import CloseReason, Findable, Incident, State
from otklik.networks.models import Source
from otklik.places.models import Place
from otklik.themes.models import Theme
from tests.make import inbox, people, places

pytestmark = pytest.mark.django_db
TEXT = "Во дворе на Садовой третий месяц стоит брошенный автобус без колёс, внутри играют дети и ночуют бродяги"


def pks(incident: Incident) -> list[int]:
    return [known.incident_pk for known in known_to(incident)]


def test_a_copy_is_known_without_theme_and_place_once_the_step_has_seen_it(source: Source) -> None:
    first, copy, other = card(source, TEXT), card(source, TEXT.upper() + "!!!"), card(source, "Когда починят фонтан?")
    assert pks(copy) == []
    take_in()
    assert pks(copy) == [first.pk]
    assert known_to(copy)[0].likeness.why[0] == "copied"
    assert pks(other) == []


def test_the_same_problem_is_known_another_street_is_not(source: Source, holes: Theme, town: Place) -> None:
    hole = judged(source, "Яма на Садовой у 12 дома", holes, town, "улица Садовая", "12")
    judged(source, "Яма на Полевой", holes, town, "улица Полевая")
    again = judged(source, "Провал в асфальте, Садовая 12", holes, town, "Садовая", "12")
    take_in()
    assert pks(again) == [hole.pk]
    assert known_to(again)[0].likeness.why[:2] == ("house", "theme")


def test_what_a_person_has_set_counts_before_the_guess(source: Source, holes: Theme, town: Place) -> None:
    hole = judged(source, "Яма", holes, town, "улица Садовая", "12")
    other = judged(source, "Провал", places.theme("Свет"), town, "улица Полевая", "3")
    take_in()
    assert pks(other) == []
    change(other, theme=holes, street="Садовая", house="12")
    take_in()
    assert pks(other) == [hole.pk]


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
    split(first, main_message(first), people.person(), timezone.now())
    take_in()
    assert pks(first) == []


def test_a_forgotten_author_and_a_community_are_nobodys_neighbours(source: Source, holes: Theme, town: Place) -> None:
    who = inbox.author()
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


def test_no_word_and_no_name_is_kept_nor_a_deleted_card(source: Source, holes: Theme, town: Place) -> None:
    author = inbox.author(external_id="id900900")
    made = judged(source, TEXT, holes, town, "улица Садовая", "12", author)
    take_in()
    kept = str(Sketch.objects.filter(pk=made.pk).values().get()).lower()
    assert [word for word in ("автобус", "садов", author.external_id) if word in kept] == []
    made.delete()
    assert not Sketch.objects.exists()


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


def test_any_text_is_taken_in(source: Source) -> None:
    texts = ("", "👍👍👍", "\u202e" + "ы" * 5000, "а" * 100_000, "да " * 9000)
    made = [card(source, text) for text in texts]
    take_in()
    assert Sketch.objects.count() == len(made)
    for one in made:
        assert isinstance(known_to(one), list)


def test_the_question_costs_three_queries_however_many_are_known(
    source: Source, holes: Theme, town: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        judged(source, TEXT, holes, town, "улица Садовая", str(number % 3))
    asks = judged(source, TEXT, holes, town, "улица Садовая", "1")
    take_in()
    with django_assert_num_queries(3):
        assert len(known_to(asks)) >= 4
