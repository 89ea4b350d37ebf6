"""The queue: who sees what, filters from hostile address lines, paging, and the feed of changes."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from otklik.desk.queue.counts import counted
from otklik.desk.queue.filters import TABS, key_of
from otklik.desk.queue.ids import FIRST, PAGE
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import move
from otklik.journal import book
from otklik.people.models import Agency, Grant, Role
from otklik.publishing.models import Delivery
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Deadline
from tests.make.people import grant, signed_in
from tests.make.town import Town

MOST_QUERIES = 10


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def ids(client: Client, query: str = "") -> list[int]:
    return [row.card.pk for row in client.get(f"/queue/?{query}").context["rows"]]


def moved(card: Incident, town: Town, agency: Agency) -> Incident:
    return assign(card, Decision(agency, town.pipe, town.city), town.operator, timezone.now())


def test_an_operator_sees_the_urgent_first_then_the_old(operator: Client, town: Town) -> None:
    now = timezone.now()
    late = town.card(at=now - timedelta(hours=1))
    early = town.card(at=now - timedelta(hours=5))
    urgent = town.card(priority=5, at=now)
    assert ids(operator) == [urgent.pk, early.pk, late.pk]


def test_a_curator_sees_the_cards_of_his_agency_only(client: Client, town: Town) -> None:
    mine = town.assigned()
    town.assigned("Яма", town.roads)
    town.card("Ничья")
    client.force_login(town.curator)
    assert ids(client, "tab=work") == [mine.pk]
    assert ids(client) == []


def test_an_operator_of_one_territory_sees_that_one_and_the_unplaced(operator: Client, town: Town) -> None:
    here, there, nowhere = town.card(), town.card(), town.card()
    Incident.objects.filter(pk=here.pk).update(place=town.city)
    Incident.objects.filter(pk=there.pk).update(place=town.village)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    assert set(ids(operator)) == {here.pk, nowhere.pk}


def test_a_full_page_costs_no_more_queries_than_a_short_one(operator: Client, town: Town) -> None:
    for _ in range(PAGE + 5):
        town.card()
    with at_most(MOST_QUERIES):
        operator.get("/queue/")
    every = urlencode({"q": "воды", "network": "vk", "group": town.pipe.group_id, "place": town.city.pk,
                       "agency": town.water.pk, "overdue": "1"})  # fmt: skip
    with at_most(MOST_QUERIES):
        operator.get(f"/queue/?{every}")
    with at_most(MOST_QUERIES):
        operator.get("/queue/changes/?after=0&redraw=1&shown=1&fill=1")


def test_every_tab_opens_within_the_limit_of_queries(operator: Client, town: Town) -> None:
    for state in State:
        Incident.objects.filter(pk=town.card().pk).update(state=state, set_aside_at=timezone.now())
    for tab, shown in TABS.items():
        with at_most(MOST_QUERIES):
            page = operator.get(f"/queue/?tab={tab}")
        assert len(page.context["rows"]) == (len(State) if tab == "person" else len(shown.states)), tab


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_follow_each_other_without_gaps_or_repeats(operator: Client, town: Town, newest_first: bool) -> None:
    moment = timezone.now() - timedelta(days=1)
    cards = [town.card(priority=1 + number % 5, at=moment) for number in range(PAGE * 2 + 3)]
    tab = ""
    if newest_first:
        Incident.objects.update(state=State.DONE)
        tab = "tab=done"
    seen, query = [], tab
    for _ in range(len(cards) // FIRST + 1):
        page = operator.get(f"/queue/?{query}")
        seen += [row.card.pk for row in page.context["rows"]]
        query = page.context["next"]
    assert query == ""
    assert sorted(seen) == sorted(card.pk for card in cards)
    assert len(set(seen)) == len(seen)


def test_filters_look_at_what_is_set_and_else_at_what_is_suggested(operator: Client, town: Town) -> None:
    suggested = town.card("Яма у дома", theme=town.hole, agency=town.roads, place=town.village)
    other = town.card("Нет воды")
    overruled = town.card("Яма", theme=town.hole, agency=town.roads, place=town.village)
    Incident.objects.filter(pk=overruled.pk).update(theme=town.pipe, place=town.city, agency=town.water)
    assert ids(operator, f"group={town.hole.group_id}") == [suggested.pk]
    assert ids(operator, f"place={town.village.pk}") == [suggested.pk]
    assert ids(operator, f"agency={town.roads.pk}") == [suggested.pk]
    assert set(ids(operator, f"agency={town.water.pk}")) == {other.pk, overruled.pk}


def test_overdue_means_a_running_clock_that_ran_out(operator: Client, town: Town) -> None:
    late, met, fine = town.card(), town.card(), town.card()
    yesterday = timezone.now() - timedelta(days=1)
    Deadline.objects.filter(incident__in=[late, met]).update(limit_at=yesterday)
    Deadline.objects.filter(incident=met).update(met_at=yesterday)
    assert ids(operator, "overdue=1") == [late.pk]
    assert fine.pk in ids(operator)
    words = {row.card.pk: row.clock.tone for row in operator.get("/queue/").context["rows"]}
    assert words[late.pk] == "late"


HOSTILE = [
    "tab=../etc",
    "network=vk'--",
    "group=-1&place=99999999999999999999&agency=٣",
    "start=" + "9" * 31,
    "start=" + "9" * 29,
    "start=" + "0" * 31,
    "tab=done&start=" + "0" * 29,
    "tab=done&start=" + "9" * 31,
    "start=²" + "0" * 30,
    "q=%ff%F0%9F%01",
    "q=" + "%D1%8F" * 3000,
    "q=%27)%20OR%201=1--",
    "q=%25%25%5F",
    "overdue=yes&tab=new&tab=done",
    "mine=1&mine=0&start=" + "1" * 31,
    "group=1&group=2&q[]=1",
]


def test_a_hostile_address_line_is_answered_with_a_page(operator: Client, town: Town) -> None:
    town.card()
    numbers = f"1,a,-5,{'9' * 40}"
    for query in HOSTILE:
        for address in ("/queue/?", f"/queue/changes/?redraw={numbers}&after=1e9&shown={numbers}&"):
            assert operator.get(address + query).status_code == 200, (address, query)


def test_a_citizen_cannot_put_markup_into_the_page(operator: Client, town: Town) -> None:
    town.card("<script>alert(1)</script> <img src=x onerror=alert(1)>")
    assert_answers(operator.get("/queue/"), 200, "&lt;script&gt;alert(1)", hides=("<script>alert", "<img"))


def test_nothing_new_is_answered_with_nothing(operator: Client, town: Town) -> None:
    town.card()
    revision = operator.get("/queue/").context["revision"]
    with at_most(4):
        answer = operator.get(f"/queue/changes/?after={revision}")
    assert answer.status_code == 204


def test_the_feed_tells_of_new_changed_and_gone_rows(operator: Client, town: Town) -> None:
    stays, goes = town.card(), town.card()
    revision = operator.get("/queue/").context["revision"]
    comes = town.card("Совсем новое")
    moved(goes, town, town.water)
    told = operator.get(f"/queue/changes/?after={revision}&shown={stays.pk},{goes.pk}").json()
    assert [row["id"] for row in told["rows"]] == [comes.pk]
    assert "Совсем новое" in told["rows"][0]["html"]
    assert told["gone"] == [goes.pk]
    assert (told["tabs"]["new"], told["tabs"]["work"]) == ("2", "1")
    assert told["revision"] > revision


def test_no_change_falls_between_two_questions(client: Client, town: Town) -> None:
    client.force_login(town.operator)
    revision = client.get("/queue/").context["revision"]
    town.card()
    slow = town.card("Пока считали")

    def meanwhile(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if "COUNT(*)" in sql and not given:
            given.append(moved(slow, town, town.water))
        return execute(sql, *rest)

    given: list[Incident] = []
    with connection.execute_wrapper(meanwhile):
        told = client.get(f"/queue/changes/?after={revision}&shown={slow.pk}").json()
    assert given
    assert slow.pk in told["gone"] or told["revision"] < Incident.objects.get(pk=slow.pk).revision


def test_the_rest_of_the_page_follows_its_first_rows(operator: Client, town: Town) -> None:
    cards = [town.card(priority=3) for _ in range(PAGE + 2)]
    page = operator.get("/queue/")
    first = [row.card.pk for row in page.context["rows"]]
    assert first == [card.pk for card in cards[:FIRST]]
    asked = f"/queue/changes/?after={page.context['revision']}&fill=1&shown={','.join(map(str, first))}"
    told = operator.get(asked).json()
    assert [row["id"] for row in told["rows"]] == [card.pk for card in cards[FIRST:PAGE]]
    assert (told["gone"], told["more"]) == ([], True)


def test_rows_are_drawn_anew_only_if_they_are_asked_for_and_shown(operator: Client, town: Town) -> None:
    one, two, three = (town.card() for _ in range(3))
    revision = operator.get("/queue/").context["revision"]
    asked = f"/queue/changes/?after={revision}&shown={one.pk},{two.pk}&redraw={two.pk},{three.pk}"
    told = operator.get(asked).json()
    assert [row["id"] for row in told["rows"]] == [two.pk]
    assert told["gone"] == []


def test_a_page_that_was_worked_off_is_filled_up(operator: Client, town: Town) -> None:
    cards = [town.card() for _ in range(PAGE + 2)]
    revision = operator.get("/queue/").context["revision"]
    assert operator.get(f"/queue/changes/?after={revision}&fill=1").json()["more"] is True
    for card in cards[:3]:
        moved(card, town, town.water)
    told = operator.get(f"/queue/changes/?after={revision}&fill=1").json()
    assert {row["id"] for row in told["rows"]} == {card.pk for card in cards[3:]}
    assert told["more"] is False


def test_the_feed_tells_nothing_about_cards_of_others(client: Client, town: Town) -> None:
    foreign = town.assigned("Чужая тайна", town.roads)
    client.force_login(town.curator)
    told = client.get("/queue/changes/?after=0&tab=work").json()
    assert told["rows"] == []
    assert told["gone"] == []
    assert str(foreign.pk) not in str(told["gone"])
    assert told["tabs"]["work"] == "0"


def test_a_card_moved_to_another_agency_leaves_the_first_ones_page(client: Client, town: Town) -> None:
    card = town.assigned()
    client.force_login(town.curator)
    revision = client.get("/queue/?tab=work").context["revision"]
    moved(card, town, town.roads)
    told = client.get(f"/queue/changes/?after={revision}&tab=work&shown={card.pk}").json()
    assert told["gone"] == [card.pk]


def test_a_key_sorts_as_the_tab_does(town: Town) -> None:
    now = timezone.now()
    new, done = TABS["new"], TABS["done"]
    assert key_of(new, 5, now, 9) < key_of(new, 2, now - timedelta(days=9), 1)
    assert key_of(new, 2, now, 1) < key_of(new, 2, now, 2) < key_of(new, 2, now + timedelta(microseconds=1), 1)
    assert key_of(done, 2, now, 1) < key_of(done, 2, now - timedelta(seconds=1), 1)


def test_counting_stops_at_a_thousand() -> None:
    assert [counted(number) for number in (0, 1000, 1001)] == ["0", "1000", "1000+"]


def test_a_row_says_what_befell_the_message(operator: Client, town: Town) -> None:
    card = town.card()
    card.messages.update(deleted_at=timezone.now())
    Incident.objects.filter(pk=card.pk).update(reopened=1)
    assert_answers(operator.get("/queue/"), 200, "удалено автором", "открыт снова")


def test_a_held_card_needs_a_person(operator: Client, town: Town) -> None:
    card = town.card()
    with book.turn():
        move(card, "dismiss", at=timezone.now(), actor="user:1", reason="spam")
    Incident.objects.filter(pk=card.pk).update(set_aside_at=timezone.now())
    assert ids(operator, "tab=person") == [card.pk]


def test_an_answer_that_did_not_get_through_is_marked(operator: Client, town: Town) -> None:
    delivery = town.approved()
    card = delivery.answer.incident
    for state, hold, words, needs_person in (
        ("queued", "", "Ждёт отправки", False),
        ("queued", "undo", "Ждёт отправки", False),
        ("queued", "captcha", "сеть просит подтвердить", True),
        ("queued", "by_hand", "публикуется вручную", True),
        ("unknown", "", "Проверяем, дошло ли", False),
        ("unknown", "person", "Проверяем, дошло ли", True),
    ):
        Delivery.objects.filter(pk=delivery.pk).update(state=state, hold=hold)
        assert_answers(operator.get("/queue/?tab=publishing"), 200, words)
        assert ids(operator, "tab=person") == ([card.pk] if needs_person else []), (state, hold)


def test_an_administrator_has_the_queue_too(client: Client, town: Town) -> None:
    grant(town.stranger, Role.ADMINISTRATOR)
    card = town.card()
    client.force_login(town.stranger)
    assert ids(client) == [card.pk]
