"""«Найти»: who finds what, what a row shows, links, hostile queries, and the search within the queue's tabs."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.find.page import PAGE
from otklik.desk.tests.pages import assert_shows
from otklik.finding.index import index
from otklik.incidents.cards import main_message
from otklik.incidents.models import Findable, Incident, Note
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.lib.due import claim
from otklik.people.models import Grant, Role
from otklik.routing.assign import Decision, assign
from tests.make.town import Town

MOST_QUERIES = 10


def take_in() -> None:
    """The step of the search, until nothing is due."""
    while True:
        with book.turn():
            rows = claim(Findable, timezone.now() + timedelta(seconds=1), timedelta(minutes=1), 64)
            index(rows, timezone.now())
        if not rows:
            return


def given(card: Incident, town: Town, roads: bool = False) -> Incident:
    decision = Decision(agency=town.roads if roads else town.water, theme=town.pipe, place=town.city)
    return assign(card, decision, town.operator, timezone.now())


def ids(client: Client, words: str, more: str = "") -> list[int]:
    return [row.incident.pk for row in client.get(f"/find/?q={quote(words)}{more}").context["rows"]]


def test_a_stranger_is_sent_to_sign_in(client: Client, town: Town) -> None:
    assert client.get("/find/?q=x").headers["Location"].startswith("/accounts/login/")
    assert client.get("/find/?q=x", headers={"X-Fragment": "1"}).status_code == 401
    client.force_login(town.operator)
    assert client.post("/find/", {"q": "x"}).status_code == 405


@pytest.mark.parametrize("role", Role.values)
def test_everybody_finds_what_his_grants_open(client: Client, town: Town, role: str) -> None:
    mine, theirs = given(town.card("Нет воды"), town), given(town.card("Вода грязная"), town, roads=True)
    take_in()
    Grant.objects.create(user=town.stranger, role=role, agency=town.water)
    client.force_login(town.stranger)
    assert ids(client, "вода") == [mine.pk]
    assert ids(client, f"№ {theirs.number}") == []
    assert ids(client, main_message(theirs).url) == []


def test_an_operator_finds_all_and_whoever_has_no_role_nothing(client: Client, town: Town) -> None:
    first, second = given(town.card("Нет воды"), town), town.card("Вода грязная")
    take_in()
    client.force_login(town.operator)
    assert ids(client, "вода") == [second.pk, first.pk]
    client.force_login(town.stranger)
    assert ids(client, "вода") == []


def test_a_row_shows_where_the_words_stand(client: Client, town: Town) -> None:
    card = town.card("Нет воды второй день")
    Note.objects.create(incident=card, author=town.operator, text="Звонили в <b>бойлерную</b>", at=timezone.now())
    with book.turn():
        record(card, "note", at=timezone.now(), actor=f"user:{town.operator.pk}")
    take_in()
    client.force_login(town.operator)
    assert "Нет <mark>воды</mark> второй день" in client.get("/find/?q=воду").content.decode()
    assert_shows(client.get("/find/?q=бойлерная").content.decode(), "заметка:", "<mark>бойлерную</mark>")
    (row,) = client.get(f"/find/?q={quote(main_message(card).author.name)}").context["rows"]
    assert row.part == "автор"


def test_markup_in_a_message_and_in_the_query_stays_text(client: Client, town: Town) -> None:
    town.card('<img src=x onerror=alert(1)> яма & "люк"')
    take_in()
    client.force_login(town.operator)
    assert "<script>alert" not in client.get(f"/find/?q={quote('яма <script>alert(1)</script>')}").content.decode()
    assert_shows(client.get("/find/?q=яма").content.decode(), "<mark>яма</mark>", hides=["<img src=x"])


def test_a_link_that_leads_to_one_card_opens_it(client: Client, town: Town) -> None:
    card = town.card()
    take_in()
    client.force_login(town.operator)
    answer = client.get(f"/find/?q={quote(main_message(card).url)}")
    assert answer.headers["Location"] == f"/incidents/{card.pk}/"
    nothing = client.get(f"/find/?q={quote('https://vk.com/wall-9_9')}").content.decode()
    assert "По этой ссылке карточек нет" in nothing


def test_what_was_not_found_says_what_to_try(client: Client, town: Town) -> None:
    client.force_login(town.operator)
    assert "Ничего не нашлось" in client.get("/find/?q=абракадабра").content.decode()
    assert "Что можно написать" in client.get("/find/").content.decode()


def test_pages_follow_each_other(client: Client, town: Town) -> None:
    cards = [town.card("Нет воды").pk for _ in range(PAGE + 3)]
    take_in()
    client.force_login(town.operator)
    first = client.get("/find/?q=вода")
    seen = [row.incident.pk for row in first.context["rows"]]
    assert len(seen) == PAGE
    assert f"Больше {PAGE}, сначала новые" in first.content.decode()
    second = client.get("/find/?" + first.context["next"])
    seen += [row.incident.pk for row in second.context["rows"]]
    assert seen == sorted(cards, reverse=True)
    assert second.context["next"] == ""


def test_what_was_found_is_counted(client: Client, town: Town) -> None:
    for _ in range(2):
        town.card("Нет воды")
    take_in()
    client.force_login(town.operator)
    assert "Нашлось: 2" in client.get("/find/?q=вода").content.decode()


def test_a_full_page_costs_no_more_queries_than_allowed(
    client: Client, town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    cards = [town.card("Нет воды") for _ in range(PAGE + 3)]
    take_in()
    client.force_login(town.operator)
    for words in ("вода", str(cards[0].number), "https://vk.com/wall-1_1", "ничего"):
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(f"/find/?q={quote(words)}")
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(f"/queue/?q={quote('https://vk.com/wall-1_1')}")


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=" + "%D1%8F" * 5000, "q=%22%20OR%20*%20(%20NEAR%20--", "q=%E2%80%AE%E2%80%8F", "q=x&before=-1",
     "q=x&before=99999999999999999999", "q=%ff%fe", "q=http://%5B::1", "before=5", "q=https://" + "a" * 3000],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/find/", "/queue/"])
def test_hostile_queries_are_answered(client: Client, town: Town, query: str, path: str) -> None:
    town.card()
    take_in()
    client.force_login(town.operator)
    assert client.get(f"{path}?{query}").status_code in (200, 400)


def test_the_queue_searches_in_the_same_way_within_its_tab(client: Client, town: Town) -> None:
    new, given_away = town.card("Яма на дороге"), given(town.card("Дорогу размыло"), town)
    take_in()
    client.force_login(town.operator)

    def in_queue(query: str) -> list[int]:
        return [row.card.pk for row in client.get(f"/queue/?{query}").context["rows"]]

    assert in_queue("q=дорогой") == [new.pk]
    assert in_queue("tab=work&q=дорогой") == [given_away.pk]
    assert in_queue(f"q={quote(main_message(new).url)}") == [new.pk]
    assert in_queue(f"q={new.number}") == [new.pk]


def test_the_box_stands_on_every_page_and_once_on_its_own(client: Client, town: Town) -> None:
    client.force_login(town.operator)
    for path in ("/queue/", "/statistics/", "/find/", "/find/?q=x"):
        assert client.get(path).content.decode().count('id="find-q"') == 1, path
