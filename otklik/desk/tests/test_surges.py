"""The pages of surges: who sees which, and whose words."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.alerts.models import Alert, Kind, Surge
from otklik.desk.tests.card_data import Town
from otklik.desk.tests.clients import signed_in
from otklik.incidents.models import Incident
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place

pytestmark = pytest.mark.django_db


def surge_of(town: Town, *cards: Incident, **more: Any) -> Surge:
    now = timezone.now()
    Incident.objects.filter(pk__in=[card.pk for card in cards]).update(theme=town.pipe, place=town.city, started_at=now)
    told = {"since": now - timedelta(hours=1), "raised_at": now, "last_at": now + timedelta(minutes=1)}
    return Surge.objects.create(
        theme=town.pipe, place=town.city, **told, **{"people": 6, "minutes": 30, "usual": 0} | more
    )


def test_the_pages_are_for_who_judges_and_who_reads_figures(town: Town) -> None:
    surge = surge_of(town)
    for user, status in ((town.operator, 200), (town.admin, 200), (town.executor, 403), (town.approver, 403)):
        for address in ("/surges/", f"/surges/{surge.pk}/"):
            assert signed_in(user).get(address).status_code == status, (user.username, address)
    assert Client().get("/surges/").status_code == 302
    assert signed_in(town.operator).get("/surges/999999/").status_code == 404


def test_words_where_they_are_and_how_many_are_usual(town: Town) -> None:
    card = town.card()
    surge = surge_of(town, card)
    Incident.objects.filter(pk=card.pk).update(street="улица Мира")
    page = signed_in(town.operator).get(f"/surges/{surge.pk}/")
    text = page.content.decode()
    assert card.messages.get().text in text
    assert f"{town.city.name}, улица Мира" in text
    assert "обычно за 30 мин не пишет никто" in text
    Surge.objects.update(usual=0.34)
    assert "обычно за 30 мин пишут 0,3" in signed_in(town.operator).get(f"/surges/{surge.pk}/").content.decode()


def test_words_of_cards_that_one_may_not_see_are_not_shown(town: Town) -> None:
    card = town.card()
    surge = surge_of(town, card)
    user = User.objects.create(username="narrow")
    Grant.objects.create(
        user=user, role=Role.CURATOR, agency=Agency.objects.create(code="far", name="Д", short_name="Д")
    )
    page = signed_in(user).get(f"/surges/{surge.pk}/").content.decode()
    assert card.messages.get().text not in page
    assert "их слов вам не видно" in page


def test_of_another_territory_nobody_is_told(town: Town) -> None:
    surge = surge_of(town)
    elsewhere = Place.objects.create(code="elsewhere", name="Другой", level=Place.Level.MUNICIPALITY)
    user = User.objects.create(username="narrow")
    Grant.objects.create(user=user, role=Role.CURATOR, place=elsewhere)
    assert signed_in(user).get(f"/surges/{surge.pk}/").status_code == 404
    assert signed_in(user).get("/surges/").context["rows"] == []


def test_those_that_run_stand_first_and_old_ones_are_gone(town: Town) -> None:
    now = timezone.now()
    ended = surge_of(town, ended_at=now)
    long_ago = surge_of(town, ended_at=now - timedelta(days=60))
    Surge.objects.filter(pk=long_ago.pk).update(last_at=now - timedelta(days=60))
    runs = surge_of(town)
    Surge.objects.filter(pk=runs.pk).update(last_at=now - timedelta(hours=3))
    rows = signed_in(town.operator).get("/surges/").context["rows"]
    assert [row.surge for row in rows] == [runs, ended]


def test_an_alert_leads_there(town: Town) -> None:
    surge = surge_of(town)
    Alert.objects.create(user=town.operator, kind=Kind.SURGE, surge=surge, entry=1, at=timezone.now())
    page = signed_in(town.operator).get("/notices/").content.decode()
    assert "Всплеск жалоб" in page
    assert f'href="/surges/{surge.pk}/"' in page


def test_many_cards_cost_no_more_queries(town: Town, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    surge = surge_of(town, *(town.card() for _number in range(12)))
    client = signed_in(town.operator)
    client.get("/surges/")
    with django_assert_num_queries(6):
        assert len(client.get(f"/surges/{surge.pk}/").context["cards"]) == 12
