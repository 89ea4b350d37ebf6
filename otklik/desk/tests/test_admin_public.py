"""«Открытые данные» in the administrator's pages: off at first, one form, journaled, and never two at once."""

from typing import cast

import pytest
from django.http import HttpResponse
from django.test import Client

from otklik.desk.tests.pages import assert_answers, assert_shows, page_at
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.scope import Refused
from otklik.reports.models import PublicFigures
from otklik.reports.public import Told, current, decide, seen
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/public/"


def post(town: Town, told: Told, was_seen: str = "") -> HttpResponse:
    given = {"least": str(told.least), "licence": told.licence, "seen": was_seen or seen(current())}
    return cast(HttpResponse, signed_in(town.admin).post(ADDRESS, given | ({"on": "on"} if told.on else {})))


def test_it_is_off_until_an_administrator_opens_it_and_the_journal_tells(town: Town) -> None:
    assert current() == Told(False, 5, "")
    assert post(town, Told(True, 10, "CC BY 4.0")).status_code == 302
    assert current() == Told(True, 10, "CC BY 4.0")
    assert Client().get("/public/").status_code == 200
    entry = Entry.objects.get(verb="public.decide")
    assert entry.data == {"on": True, "least": 10, "before": {"on": False, "least": 5}}
    page = page_at(town.admin, ADDRESS)
    assert "Страница: закрыта → открыта" in page
    assert "Скрывать, если наблюдений меньше: 5 → 10" in page
    assert "http://testserver/public/" in page


def test_what_is_sent_twice_is_written_once(town: Town) -> None:
    assert post(town, Told(False, 5, "")).status_code == 302
    assert not PublicFigures.objects.exists()


@pytest.mark.parametrize("least", ["2", "101", "", "пять", "9" * 4000, "5.5"])
def test_a_senseless_bound_is_told_beside_its_field(town: Town, least: str) -> None:
    page = signed_in(town.admin).post(ADDRESS, {"on": "on", "least": least, "seen": seen(current())})
    assert_answers(page, 422, "ad-error")
    assert not current().on


def test_a_licence_is_one_plain_line(town: Town) -> None:
    assert post(town, Told(True, 5, "<b>CC</b>\x00\n BY")).status_code == 302
    assert_shows(page_at(Client(), "/public/"), "&lt;b&gt;CC&lt;/b&gt;", hides=["<b>CC"])
    assert post(town, Told(True, 5, "x" * 201)).status_code == 422


def test_whoever_saves_second_sees_what_stands(town: Town) -> None:
    was_seen = seen(current())
    assert post(town, Told(True, 7, ""), was_seen).status_code == 302
    assert_answers(post(town, Told(True, 9, ""), was_seen), 409, "Сейчас записано: 7")
    assert current().least == 7


def test_the_verb_itself_refuses_what_no_form_would_send(town: Town) -> None:
    for least in (0, 2, 101):
        with pytest.raises(Refused) as refused:
            decide(Told(True, least, ""), seen(current()), town.admin, clock.now())
        assert refused.value.code == "least"
