"""The bell: what one is told, that looking changes nothing, and that nobody reads another's lines."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from otklik.desk.models import Notice
from otklik.desk.together.notices import mark_seen, tell
from otklik.incidents.models import Incident, Note
from otklik.lib import clock
from otklik.people.models import User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def calls(town: Town, user: User, card: Incident, words: str = "посмотрите") -> Notice:
    note = Note.objects.create(incident=card, author=town.operator, text=words, at=clock.now())
    kind = Notice.Kind.MENTION
    tell([user, town.operator], kind, by=town.operator, at=clock.now(), incident=card, note=note)
    return Notice.objects.latest("pk")


def page(user: User, address: str = "/notices/", **more: Any) -> str:
    return signed_in(user).get(address, more).content.decode()


def test_nobody_is_told_what_he_did_himself(town: Town) -> None:
    calls(town, town.executor, town.assigned())
    assert [notice.user for notice in Notice.objects.all()] == [town.executor]


def test_the_bell_counts_on_every_page_and_for_its_own_user_only(town: Town) -> None:
    card = town.assigned()
    for _ in range(3):
        calls(town, town.executor, card)
    assert '<span class="bell-count">3</span>' in page(town.executor, "/agency/")
    assert '<span class="bell-count">3</span>' in page(town.executor, "/notices/bell/")
    assert "bell-count" not in page(town.colleague, "/queue/")


def test_the_bell_costs_the_frame_no_query(town: Town, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    calls(town, town.executor, town.assigned())
    client = signed_in(town.stranger)
    with django_assert_num_queries(4):
        client.get("/")


def test_looking_changes_nothing_and_what_came_later_stays_new(town: Town) -> None:
    card = town.assigned()
    shown = calls(town, town.executor, card)
    assert "посмотрите" in page(town.executor)
    assert Notice.objects.filter(seen_at=None).count() == 1
    later = calls(town, town.executor, card)
    client = signed_in(town.executor)
    assert client.post("/notices/seen/", {"up_to": shown.pk}, headers={"X-Fragment": "1"}).status_code == 204
    assert list(Notice.objects.filter(seen_at=None)) == [later]
    assert client.post("/notices/seen/", {"up_to": later.pk}).headers["Location"] == "/notices/"
    assert not Notice.objects.filter(seen_at=None).exists()


@pytest.mark.parametrize("bad", ["", "x", "-5", "9" * 60, "1e9"])
def test_made_up_ids_are_harmless(town: Town, bad: str) -> None:
    calls(town, town.executor, town.assigned())
    assert signed_in(town.executor).post("/notices/seen/", {"up_to": bad}).status_code == 302
    assert Notice.objects.filter(seen_at=None).count() == 1


def test_nobody_sees_or_marks_the_lines_of_another(town: Town) -> None:
    told = calls(town, town.executor, town.assigned(), "секретные слова")
    for user in (town.colleague, town.admin, town.stranger):
        assert "секретные слова" not in page(user)
        signed_in(user).post("/notices/seen/", {"up_to": told.pk})
    assert Notice.objects.filter(seen_at=None).count() == 1
    assert Client().get("/notices/").status_code == 302
    assert Client().get("/notices/bell/", headers={"X-Fragment": "1"}).status_code == 401
    assert Client().post("/notices/seen/", {"up_to": told.pk}).status_code == 302


def test_of_a_card_that_went_elsewhere_nothing_is_told_any_more(town: Town) -> None:
    card = town.assigned()
    calls(town, town.executor, card, "только для своих")
    Incident.objects.filter(pk=card.pk).update(agency=town.roads)
    told = page(town.executor)
    assert "только для своих" not in told
    assert f"/incidents/{card.pk}/" not in told
    assert "Карточка теперь не у вас" in told


def test_the_last_fifty_are_shown_in_a_bounded_number_of_queries(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    card = town.assigned()
    for number in range(60):
        calls(town, town.executor, card, f"слово-{number}.")
    client = signed_in(town.executor)
    with django_assert_max_num_queries(6):
        shown = client.get("/notices/").content.decode()
    assert shown.count("told-one") == 50
    assert "слово-59." in shown
    assert "слово-9." not in shown


def test_an_empty_page_says_what_will_be_here(town: Town) -> None:
    assert "Пока тихо" in page(town.stranger)


def test_marking_is_for_ones_own(town: Town) -> None:
    told = calls(town, town.executor, town.assigned())
    assert mark_seen(town.colleague, told.pk, clock.now()) == 0
    assert mark_seen(town.executor, told.pk, clock.now()) == 1
    assert mark_seen(town.executor, told.pk, clock.now()) == 0
