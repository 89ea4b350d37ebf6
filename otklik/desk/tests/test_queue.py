"""The queue: who sees what, filters from hostile address lines, paging, and the feed of changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.utils import timezone

from otklik.desk.listing import counted
from otklik.desk.operator.queue.filters import TABS, key_of
from otklik.desk.operator.queue.ids import FIRST, PAGE
from otklik.desk.tests.pages import assert_answers, at_most, settling
from otklik.feedback.models import Rating
from otklik.finding.tests.finding_data import take_in
from otklik.incidents.models import Incident, State
from otklik.people.models import Agency, Grant, Role
from otklik.publishing.models import Delivery
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Deadline
from otklik.routing.noise import dismiss
from tests.make.people import grant, signed_in
from tests.make.town import Town

MOST_QUERIES = 10


def ids(client: Client, query: str = "") -> list[int]:
    return [row.card.pk for row in client.get(f"/queue/?{query}").context["rows"]]


def revision(client: Client, query: str = "") -> int:
    return int(client.get(f"/queue/?{query}").context["revision"])


def changes(client: Client, after: int, query: str = "") -> Any:
    return client.get(f"/queue/changes/?after={after}&{query}").json()


def moved(card: Incident, town: Town, agency: Agency) -> Incident:
    return assign(card, Decision(agency, town.pipe, town.city), town.operator, timezone.now())


def replied(town: Town, hours: int, text: str = "спасибо, починили") -> Incident:
    """To the answer on a card that began so many hours after the others."""
    return town.replied(text, card=town.assigned(at=timezone.now() + timedelta(days=-9, hours=hours)))


def test_the_urgent_come_first_then_the_old_and_only_of_ones_agency_or_territory(town: Town, operator: Client) -> None:
    now = timezone.now()
    late = town.card(at=now - timedelta(hours=1))
    early = town.card(at=now - timedelta(hours=5))
    urgent = town.card(priority=5, at=now)
    grant(town.stranger, Role.ADMINISTRATOR)
    for user in (town.operator, town.stranger):
        assert ids(signed_in(user)) == [urgent.pk, early.pk, late.pk]
    client = signed_in(town.curator)
    foreign = town.assigned("Чужая тайна", town.roads)
    town.card("Ничья")
    body = changes(client, 0, "tab=work")
    assert (body["rows"], body["gone"], body["tabs"]["work"]) == ([], [], "0")
    body = changes(client, 0, f"tab=work&shown={foreign.pk},999999")
    assert (body["rows"], body["gone"]) == ([], [foreign.pk, 999999]), "whether it is there is not told"
    mine = town.assigned()
    assert (ids(client, "tab=work"), ids(client)) == ([mine.pk], [])
    before = revision(client, "tab=work")
    moved(mine, town, town.roads)
    assert changes(client, before, f"tab=work&shown={mine.pk}")["gone"] == [mine.pk]
    Incident.objects.update(state=State.DONE)
    here, there, nowhere = town.card(), town.card(), town.card()
    Incident.objects.filter(pk=here.pk).update(place=town.city)
    Incident.objects.filter(pk=there.pk).update(place=town.village)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    assert set(ids(operator)) == {here.pk, nowhere.pk}


def test_a_full_page_costs_no_more_queries_and_is_followed_and_filled_up(operator: Client, town: Town) -> None:
    cards = [town.card(priority=3) for _ in range(PAGE + 2)]
    every = urlencode({"q": "воды", "network": "vk", "group": town.pipe.group_id, "place": town.city.pk,
                       "agency": town.water.pk, "overdue": "1"})  # fmt: skip
    for address in ("/queue/", f"/queue/?{every}", "/queue/changes/?after=0&redraw=1&shown=1&fill=1"):
        with at_most(MOST_QUERIES):
            operator.get(address)
    first, before = ids(operator), revision(operator)
    assert first == [card.pk for card in cards[:FIRST]]
    body = changes(operator, before, f"fill=1&shown={','.join(map(str, first))}")
    assert [row["id"] for row in body["rows"]] == [card.pk for card in cards[FIRST:PAGE]]
    assert (body["gone"], body["more"]) == ([], True)
    for card in cards[:3]:
        moved(card, town, town.water)
    body = changes(operator, before, "fill=1")
    assert {row["id"] for row in body["rows"]} == {card.pk for card in cards[3:]}
    assert body["more"] is False


def test_every_tab_opens_within_the_limit_of_queries(operator: Client, town: Town) -> None:
    for state in State:
        Incident.objects.filter(pk=town.card().pk).update(state=state, set_aside_at=timezone.now())
    for tab, shown in TABS.items():
        with at_most(MOST_QUERIES):
            page = operator.get(f"/queue/?tab={tab}")
        assert len(page.context["rows"]) == (len(State) if tab == "person" else len(shown.states)), tab


def test_what_citizens_said_comes_first_in_the_queue_the_unhappy_before_the_happy_page_by_page(
    operator: Client, town: Town
) -> None:
    rest = [replied(town, -hours) for hours in range(3)]
    for card in rest:
        Rating.objects.filter(incident=card).delete()
    happy = [replied(town, hours) for hours in (1, 2)]
    bad = [replied(town, hours, "Ничего не сделали!") for hours in (5, 4)]
    stuck = town.card(at=timezone.now() - timedelta(days=10))
    Incident.objects.filter(pk=stuck.pk).update(set_aside_at=timezone.now())
    words = [card.pk for card in reversed(bad)]
    wanted = {"rating": [*words, *(card.pk for card in (*happy, *reversed(rest)))], "person": [*words, stuck.pk]}
    take_in()
    for tab, pks in wanted.items():
        keys = [row.key for row in operator.get("/queue/", {"tab": tab}).context["rows"]]
        for start, key in enumerate(["", *keys]):
            with at_most(MOST_QUERIES):
                rows = operator.get("/queue/", {"tab": tab, "start": key}).context["rows"]
            assert [row.card.pk for row in rows] == pks[start:], (tab, start)
        assert keys == sorted(keys)
        assert [row.card.pk for row in operator.get("/queue/", {"tab": tab, "q": "воды"}).context["rows"]] == pks
    phrases = ["похоже, житель недоволен", "машина не поняла отклик", 'class="word word-waits"']
    town.replied("А на Мира?")
    assert_answers(operator.get("/queue/?tab=person"), 200, *phrases)


def test_keys_sort_as_the_tab_does_and_pages_follow_each_other_without_gaps(operator: Client, town: Town) -> None:
    now = timezone.now()
    new, done = TABS["new"], TABS["done"]
    assert key_of(new, 5, now, 9) < key_of(new, 2, now - timedelta(days=9), 1)
    assert key_of(new, 2, now, 1) < key_of(new, 2, now, 2) < key_of(new, 2, now + timedelta(microseconds=1), 1)
    assert key_of(done, 2, now, 1) < key_of(done, 2, now - timedelta(seconds=1), 1)
    assert [counted(number) for number in (0, 1000, 1001)] == ["0", "1000", "1000+"]
    moment = timezone.now() - timedelta(days=1)
    cards = [town.card(priority=1 + number % 5, at=moment) for number in range(PAGE * 2 + 3)]
    for tab, state in (("", State.NEW), ("tab=done", State.DONE)):
        Incident.objects.update(state=state)
        seen, query = [], tab
        for _ in range(len(cards) // FIRST + 1):
            page = operator.get(f"/queue/?{query}")
            seen += [row.card.pk for row in page.context["rows"]]
            query = page.context["next"]
        assert (query, sorted(seen)) == ("", sorted(card.pk for card in cards)), state


def test_filters_look_at_what_is_set_and_else_at_what_is_suggested(operator: Client, town: Town) -> None:
    suggested = town.card("Яма у дома", theme=town.hole, agency=town.roads, place=town.village)
    other = town.card("Нет воды")
    overruled = town.card("Яма", theme=town.hole, agency=town.roads, place=town.village)
    Incident.objects.filter(pk=overruled.pk).update(theme=town.pipe, place=town.city, agency=town.water)
    for chosen in (f"group={town.hole.group_id}", f"place={town.village.pk}", f"agency={town.roads.pk}"):
        assert ids(operator, chosen) == [suggested.pk], chosen
    assert set(ids(operator, f"agency={town.water.pk}")) == {other.pk, overruled.pk}


def test_a_row_says_what_befell_the_message_and_what_needs_a_person(operator: Client, town: Town) -> None:
    late, met, fine = town.card(), town.card(), town.card()
    yesterday = timezone.now() - timedelta(days=1)
    Deadline.objects.filter(incident__in=[late, met]).update(limit_at=yesterday)
    Deadline.objects.filter(incident=met).update(met_at=yesterday)
    assert ids(operator, "overdue=1") == [late.pk]
    tones = {row.card.pk: row.clock.tone for row in operator.get("/queue/").context["rows"]}
    assert (tones[late.pk], fine.pk in tones) == ("late", True)
    card, held = town.card(), town.card()
    card.messages.update(deleted_at=timezone.now())
    Incident.objects.filter(pk=card.pk).update(reopened=1)
    assert_answers(operator.get("/queue/"), 200, "удалено жителем", "открыт снова")
    dismiss(held, "user:1", timezone.now(), "spam")
    Incident.objects.filter(pk=held.pk).update(set_aside_at=timezone.now())
    assert ids(operator, "tab=person") == [held.pk]


HOSTILE = [
    "tab=../etc",
    "network=vk'--",
    "group=-1&place=99999999999999999999&agency=٣",
    *("start=" + "9" * 31, "start=" + "9" * 29, "start=" + "0" * 31, "start=²" + "0" * 30),
    *("tab=done&start=" + "0" * 29, "tab=done&start=" + "9" * 31, "mine=1&mine=0&start=" + "1" * 31),
    *("q=%ff%F0%9F%01", "q=" + "%D1%8F" * 3000, "q=%27)%20OR%201=1--", "q=%25%25%5F"),
    "overdue=yes&tab=new&tab=done",
    "group=1&group=2&q[]=1",
]


def test_a_hostile_address_line_is_answered_with_a_page_and_markup_stays_text(operator: Client, town: Town) -> None:
    town.card("<script>alert(1)</script> <img src=x onerror=alert(1)>")
    assert_answers(operator.get("/queue/"), 200, "&lt;script&gt;alert(1)", hides=("<script>alert", "<img"))
    numbers = f"1,a,-5,{'9' * 40}"
    for query in HOSTILE:
        for address in ("/queue/?", f"/queue/changes/?redraw={numbers}&after=1e9&shown={numbers}&"):
            assert operator.get(address + query).status_code == 200, (address, query)


def test_the_feed_tells_of_new_changed_and_gone_rows_and_of_nothing_else(operator: Client, town: Town) -> None:
    stays, drawn, goes = town.card(), town.card(), town.card()
    before = revision(operator)
    with at_most(4 + settling()):
        assert operator.get(f"/queue/changes/?after={before}").status_code == 204
    body = changes(operator, before, f"shown={stays.pk},{drawn.pk}&redraw={drawn.pk},{goes.pk}")
    assert ([row["id"] for row in body["rows"]], body["gone"]) == ([drawn.pk], [])
    comes = town.card("Совсем новое")
    moved(goes, town, town.water)
    body = changes(operator, before, f"shown={stays.pk},{drawn.pk},{goes.pk}")
    assert [row["id"] for row in body["rows"]] == [comes.pk]
    assert "Совсем новое" in body["rows"][0]["html"]
    assert (body["gone"], body["tabs"]["new"], body["tabs"]["work"]) == ([goes.pk], "3", "1")
    assert body["revision"] > before


def test_no_change_falls_between_two_questions(operator: Client, town: Town) -> None:
    before = revision(operator)
    town.card()
    slow = town.card("Пока считали")

    def meanwhile(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if "COUNT(*)" in sql and not moved_cards:
            moved_cards.append(moved(slow, town, town.water))
        return execute(sql, *rest)

    moved_cards: list[Incident] = []
    with connection.execute_wrapper(meanwhile):
        body = changes(operator, before, f"shown={slow.pk}")
    assert moved_cards
    assert slow.pk in body["gone"] or body["revision"] < Incident.objects.get(pk=slow.pk).revision


def test_an_answer_that_did_not_get_through_is_marked(operator: Client, town: Town) -> None:
    delivery = town.approved()
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
        wanted = [delivery.answer.incident_id] if needs_person else []
        assert ids(operator, "tab=person") == wanted, (state, hold)
