"""«Просмотры»: whoever opens a card is written down, and who reads the journal finds it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.inbox.models import Author
from otklik.incidents.models import Incident
from otklik.journal import looks
from otklik.journal.models import Look
from otklik.lib import clock
from tests.make.people import signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def shown(town: Town, asked: str = "") -> list[tuple[str, int]]:
    page = signed_in(town.admin).get(f"/admin/journal/looks/{asked}")
    return [(line.who, line.card) for line in page.context["lines"]]


def test_who_opens_a_card_is_written_down_and_who_may_not_see_it_is_not(town: Town) -> None:
    card = town.assigned()
    for user in (town.operator, town.executor, town.executor, town.other):
        signed_in(user).get(f"/incidents/{card.pk}/")
    assert sorted(Look.objects.values_list("user", "incident")) == sorted(
        [(town.operator.pk, card.pk), (town.executor.pk, card.pk)]
    )


def test_they_are_found_by_person_by_card_and_by_day(town: Town) -> None:
    one, two = town.assigned(), town.card()
    looks.note(town.operator.pk, one.pk, clock.now())
    looks.note(town.executor.pk, one.pk, clock.now())
    looks.note(town.operator.pk, two.pk, clock.now())
    mine = town.operator.initials
    assert shown(town) == [(mine, two.number), (town.executor.initials, one.number), (mine, one.number)]
    assert shown(town, f"?user={town.operator.pk}") == [(mine, two.number), (mine, one.number)]
    assert len(shown(town, f"?card={one.number}")) == 2
    assert shown(town, "?since=2001-01-01&until=2001-01-02") == []


def test_cards_and_people_that_are_gone_leave_their_lines(town: Town) -> None:
    looks.note(10**9, 10**9, clock.now())
    assert shown(town) == [("", 0)]
    assert "карточки уже нет" in signed_in(town.admin).get("/admin/journal/looks/").content.decode()


@pytest.mark.parametrize("asked", ["?who=machine", "?who=нетакого", "?card=999999", "?since=вчера"])
def test_a_wrong_question_gets_words_and_no_lines(town: Town, asked: str) -> None:
    looks.note(1, 1, clock.now())
    page = signed_in(town.admin).get(f"/admin/journal/looks/{asked}")
    assert page.status_code == 400
    assert page.context["lines"] == []


def test_only_who_reads_the_journal_reads_them(town: Town) -> None:
    card = town.assigned()
    for user in (town.operator, town.executor, town.approver):
        assert signed_in(user).get("/admin/journal/looks/").status_code == 403
        assert "journal/looks" not in signed_in(user).get(f"/incidents/{card.pk}/talk/").content.decode()
    assert signed_in(town.auditor).get("/admin/journal/looks/").status_code == 200
    address = f"/admin/journal/looks/?card={card.number}"
    assert address in signed_in(town.auditor).get(f"/incidents/{card.pk}/talk/").content.decode()


def test_a_long_list_goes_on_and_asks_no_more(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    number = Incident.objects.count()
    for pk in range(1, 151):
        looks.note(town.operator.pk, pk + number, clock.now())
    client = signed_in(town.admin)
    with django_assert_max_num_queries(8):
        page = client.get("/admin/journal/looks/")
    assert len(page.context["lines"]) == 100
    assert len(client.get(f"/admin/journal/looks/?{page.context['next']}").context["lines"]) == 50


def test_they_are_found_by_the_profile_of_the_author(town: Town) -> None:
    hers, other = town.assigned(), town.card()
    for card in (hers, other):
        looks.note(town.operator.pk, card.pk, clock.now())
    author = hers.messages.get().author
    Author.objects.filter(pk=author.pk).update(external_id=f"id{author.external_id}")  # as VKontakte's connector has it
    url = author.url
    mine = [(town.operator.initials, hers.number)]
    assert shown(town, f"?author={url}") == mine
    assert shown(town, f"?author={url.replace('https://vk.com', 'm.vk.com')}/") == mine
    page = signed_in(town.admin).get("/admin/journal/looks/?author=vk.com/id999999")
    assert page.status_code == 400
    assert page.context["lines"] == []


def test_the_page_of_personal_data_is_for_who_reads_the_journal(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(town.auditor)
    with django_assert_max_num_queries(10):
        page = client.get("/admin/privacy/")
    assert [line.days for line in page.context["lines"]] == [30, 365, 365, 365, 180, 365, 30]
    assert signed_in(town.operator).get("/admin/privacy/").status_code == 403
