"""«Об этом уже есть карточка»: which cards are offered, to whom, and what is said of why."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.card.repeats import MOST, candidates
from otklik.desk.tests.test_find import take_in
from otklik.incidents.models import Incident, State
from otklik.people.models import Grant, User
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}


def offered(user: User, card: Incident) -> list[int]:
    take_in()
    return [one.card.pk for one in candidates(user, card)]


def page_of(client: Client, user: User, card: Incident) -> str:
    client.force_login(user)
    return client.get(f"/incidents/{card.pk}/rearrangement/", headers=FRAGMENT).content.decode()


def test_a_new_card_that_nobody_has_given_a_theme_is_offered_what_it_repeats(client: Client, town: Town) -> None:
    first, second = town.assigned("Труба течёт"), town.card("Сухие краны, весь двор без воды")
    take_in()
    page = page_of(client, town.operator, second)
    assert f'value="{first.number}"' in page
    assert f'href="/incidents/{first.pk}/"' in page
    assert "скорее всего: тот же дом, та же тема, в тот же день" in page


def test_a_copy_comes_before_a_neighbour_and_another_street_does_not_come(town: Town) -> None:
    text = "Просим весь дом: замените трубу у третьего подъезда, вода стоит во дворе с прошлой среды"
    near, copy = town.assigned("Сыро"), town.assigned(text)
    Incident.objects.filter(pk=near.pk).update(house="")
    apart = town.assigned("Ничего не течёт из крана")
    Incident.objects.filter(pk=apart.pk).update(street="Полевая", theme=town.hole)
    asks = town.assigned(text + "!")
    assert offered(town.operator, asks) == [copy.pk, near.pk]


def test_what_is_over_or_waits_for_another_is_not_offered(town: Town) -> None:
    asks, done, noise, follows, leads = (town.assigned() for _ in range(5))
    Incident.objects.filter(pk=done.pk).update(state=State.DONE, closed_at=timezone.now())
    Incident.objects.filter(pk=noise.pk).update(state=State.NOISE)
    Incident.objects.filter(pk=follows.pk).update(answered_with=leads)
    assert offered(town.operator, asks) == [leads.pk]


def test_only_cards_that_one_may_see_are_offered(client: Client, town: Town) -> None:
    hidden, seen, asks = town.assigned(), town.assigned(), town.assigned()
    Incident.objects.filter(pk=hidden.pk).update(place=town.village)
    Incident.objects.exclude(pk=hidden.pk).update(place=town.city)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    watcher = User.objects.get(pk=town.operator.pk)
    assert offered(town.colleague, asks) == [seen.pk, hidden.pk]
    assert offered(watcher, asks) == [seen.pk]
    assert f'value="{hidden.number}"' not in page_of(client, watcher, asks)


def test_old_cards_are_not_offered(town: Town) -> None:
    town.card(at=timezone.now() - timedelta(days=100))
    assert offered(town.operator, town.card()) == []


def test_many_candidates_cost_no_more_queries_than_a_page_may(
    client: Client, town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(MOST + 4):
        town.assigned()
    asks = town.assigned()
    assert len(offered(town.operator, asks)) == MOST
    client.force_login(town.operator)
    with django_assert_max_num_queries(10):
        assert client.get(f"/incidents/{asks.pk}/rearrangement/", headers=FRAGMENT).status_code == 200
