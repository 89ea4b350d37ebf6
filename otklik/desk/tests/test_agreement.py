"""«Согласие с подсказкой»: shares that never travel without their n, and what was taken for what; for whom it is."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.routing.assign import Decision, assign
from otklik.themes.models import Theme
from otklik.themes.wording import differences
from tests.make.town import Town

pytestmark = pytest.mark.django_db
PAGE = "/admin/classifier/agreement/"


def signed_in(town: Town, who: str) -> Client:
    client = Client()
    client.force_login(getattr(town, who))
    return client


def decide(town: Town, theme: Theme, times: int = 1) -> None:
    for _ in range(times):
        assign(town.card(), Decision(town.water, theme, town.city), town.operator, timezone.now())


def test_it_is_for_an_administrator_of_the_region(town: Town) -> None:
    for who, status in (("admin", 200), ("operator", 403), ("auditor", 403), ("executor", 403), ("stranger", 403)):
        assert signed_in(town, who).get(PAGE).status_code == status, who
    assert Client().get(PAGE).status_code == 302
    assert signed_in(town, "admin").post(PAGE).status_code == 405
    assert PAGE in signed_in(town, "admin").get("/admin/classifier/").content.decode()


def test_the_share_stands_with_its_n_and_its_interval(town: Town) -> None:
    assert "считать не из чего" in signed_in(town, "admin").get(PAGE).content.decode()
    decide(town, town.pipe, 7)
    decide(town, town.hole, 3)
    told = "первая подошла в 7 из 10, скорее всего 40–89\u00a0%. Одна из трёх подошла в 10 из 10"
    assert told in signed_in(town, "admin").get(PAGE).content.decode()
    assert told in signed_in(town, "auditor").get("/statistics/").content.decode()


def test_what_was_taken_for_what_leads_to_both_themes(town: Town) -> None:
    one, two = next(iter(differences()))
    Theme.objects.filter(pk=town.pipe.pk).update(code=one)
    Theme.objects.filter(pk=town.hole.pk).update(code=two)
    decide(town, town.hole, 2)
    answer = signed_in(town, "admin").get(PAGE)
    (pair,) = answer.context["pairs"]
    assert (pair.guessed, pair.chosen, pair.count) == (town.pipe, town.hole, 2)
    page = answer.content.decode()
    assert f'href="/admin/classifier/{town.pipe.pk}/"' in page
    assert f'href="/admin/classifier/{town.hole.pk}/"' in page
    assert differences()[one, two] in page


def test_where_all_agree_that_is_said(town: Town) -> None:
    decide(town, town.pipe)
    assert "ни разу не приняла" in signed_in(town, "admin").get(PAGE).content.decode()


@pytest.mark.parametrize("days", ["30", "365", "0", "-1", "9" * 40, "abc", "\x07", ""])
def test_whatever_days_are_asked_for_a_page_comes(
    town: Town, days: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    decide(town, town.hole)
    client = signed_in(town, "admin")
    with django_assert_max_num_queries(10):
        assert client.get(PAGE, {"days": days}).status_code == 200
