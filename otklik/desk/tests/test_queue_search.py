"""What the queue finds and tells: search within a tab, urgent cards, an empty list."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.queue import ids as page_of_ids
from otklik.desk.queue import page
from otklik.desk.queue.filters import TABS
from otklik.finding.index import index
from otklik.incidents.models import Findable, Incident, State
from otklik.journal import book
from otklik.lib.due import claim
from otklik.routing.assign import Decision, assign
from otklik.themes.models import Theme
from tests.make.town import Town


def ids(client: Client, query: str = "") -> list[int]:
    return [row.card.pk for row in client.get(f"/queue/?{query}").context["rows"]]


def given_to(card: Incident, town: Town, roads: bool = False) -> Incident:
    decision = Decision(agency=town.roads if roads else town.water, theme=town.pipe, place=town.city)
    return assign(card, decision, town.operator, timezone.now())


def indexed() -> None:
    """What the worker does for the search, done at once."""
    while rows := claim(Findable, timezone.now() + timedelta(seconds=1), timedelta(minutes=5), 100):
        with book.turn():
            index(rows, timezone.now() + timedelta(hours=1))


def test_search_finds_words_in_any_case_and_the_number_of_a_card(client: Client, town: Town) -> None:
    found, other = town.card("Прорвало ТЁПЛУЮ трубу"), town.card("Темно на улице")
    indexed()
    client.force_login(town.operator)
    assert ids(client, urlencode({"q": "теплую"})) == [found.pk]
    assert ids(client, urlencode({"q": f"№ {other.number}"})) == [other.pk]
    assert ids(client, urlencode({"q": "100%_"})) == []


@pytest.mark.parametrize("tab", [key for key, tab in TABS.items() if tab.states])
def test_the_search_box_searches_within_every_tab(client: Client, town: Town, tab: str) -> None:
    found, other, elsewhere = town.card("Прорвало трубу"), town.card("Темно"), town.card("Прорвало опять")
    Incident.objects.filter(pk__in=[found.pk, other.pk]).update(state=TABS[tab].states[0])
    Incident.objects.filter(pk=elsewhere.pk).update(state=State.NEW if tab != "new" else State.DONE)
    indexed()
    client.force_login(town.operator)
    page = client.get(f"/queue/?{urlencode({'tab': tab, 'q': 'прорвало'})}")
    assert [row.card.pk for row in page.context["rows"]] == [found.pk]
    assert ('name="tab" value="done"' in page.content.decode()) == (tab == "done")


@pytest.mark.parametrize("tab", ["new", "work", "done"])
@pytest.mark.parametrize("near", [1, 3, 5, 100])
def test_words_are_found_in_the_tabs_order_however_far_away(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch, tab: str, near: int
) -> None:
    """Among the nearest cards, or by looking them up: the page is the same, and so is the one after it."""
    monkeypatch.setattr(page_of_ids, "NEAR", near)
    monkeypatch.setattr(page_of_ids, "PAGE", 2)
    monkeypatch.setattr(page, "FIRST", 2)
    start = timezone.now() - timedelta(days=1)
    cards = [
        town.card("Прорвало трубу" if number % 2 else "Темно", at=start + timedelta(minutes=number), priority=3)
        for number in range(8)
    ]
    for number, card in enumerate(cards):
        Incident.objects.filter(pk=card.pk).update(state=TABS[tab].states[number // 2 % len(TABS[tab].states)])
    indexed()
    client.force_login(town.operator)
    expected = [card.pk for card in cards[1::2]]
    query = urlencode({"tab": tab, "q": "прорвало"})
    seen = []
    while query:
        shown = client.get(f"/queue/?{query}")
        seen += [row.card.pk for row in shown.context["rows"]]
        query = shown.context["next"]
    assert seen == (expected[::-1] if TABS[tab].newest_first else expected)


@pytest.mark.parametrize("tab", ["work", "done", "noise"])
def test_what_is_chosen_comes_in_the_tabs_order_whatever_lies_inside(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    """Two themes of a group, two places of a region: as one list, and each page where the one before it ended."""
    monkeypatch.setattr(page_of_ids, "PAGE", 2)
    monkeypatch.setattr(page, "FIRST", 2)
    start = timezone.now() - timedelta(days=1)
    warm = Theme.objects.create(group=town.pipe.group, code="warm", name="Нет тепла")
    cards = [
        town.card(
            theme=(town.pipe, warm, town.hole)[number % 3],
            place=(town.city, town.village)[number % 2],
            agency=(town.water, town.roads)[number // 6],
            at=start + timedelta(minutes=number),
        )
        for number in range(12)
    ]
    Incident.objects.update(state=TABS[tab].states[0])
    client.force_login(town.operator)
    home, land = town.pipe.group_id, town.city.parent_id
    chosen: dict[str, list[Incident]] = {
        f"group={home}": [card for number, card in enumerate(cards) if number % 3 < 2],
        f"place={land}": cards,
        f"place={town.city.pk}": cards[::2],
        f"agency={town.water.pk}": cards[:6],
        f"group={home}&place={town.city.pk}&agency={town.roads.pk}": [cards[6], cards[10]],
        "group=999999": [],
    }
    for query, expected in chosen.items():
        seen, more = [], f"tab={tab}&{query}"
        while more:
            shown = client.get(f"/queue/?{more}")
            seen += [row.card.pk for row in shown.context["rows"]]
            more = shown.context["next"]
        assert seen == [card.pk for card in (expected[::-1] if TABS[tab].newest_first else expected)]


def test_what_was_dismissed_shows_why_and_how_to_bring_it_back(client: Client, town: Town) -> None:
    card = town.card()
    client.force_login(town.operator)
    client.post(f"/incidents/{card.pk}/noise/", {"reason": "elsewhere"})
    page = client.get("/queue/?tab=noise").content.decode()
    assert "Вне региона" in page
    assert f"/incidents/{card.pk}/restore/" in page


def test_urgent_ones_are_counted_whatever_the_page_shows(client: Client, town: Town) -> None:
    town.card(priority=5)
    client.force_login(town.operator)
    page = client.get("/queue/?tab=done")
    assert "<title>(1) Готово" in page.content.decode()
    newest = page.context["found"].newest_urgent
    town.card(priority=3)
    told = client.get(f"/queue/changes/?after={page.context['revision']}&tab=done&q=нет").json()
    assert (told["urgent"], told["newest_urgent"]) == (1, newest)
    urgent = town.card(priority=4)
    told = client.get(f"/queue/changes/?after={told['revision']}&tab=done").json()
    assert (told["urgent"], told["newest_urgent"]) == (2, urgent.pk)
    given_to(urgent, town)
    assert client.get("/queue/changes/?after=0").json()["urgent"] == 1


def test_of_urgent_cards_of_others_nothing_is_told(client: Client, town: Town) -> None:
    town.card(priority=5)
    client.force_login(town.curator)
    told = client.get("/queue/changes/?after=0").json()
    assert (told["urgent"], told["newest_urgent"]) == (0, 0)


def test_an_empty_queue_says_how_much_one_has_done_today(client: Client, town: Town) -> None:
    client.force_login(town.operator)
    assert "Разобрано вами" not in client.get("/queue/").content.decode()
    given_to(town.card(), town)
    for reason in ("spam", "chatter"):
        client.post(f"/incidents/{town.card().pk}/noise/", {"reason": reason})
    assert "Разобрано вами сегодня: 3" in client.get("/queue/").content.decode()
    assert "сегодня: 3" in client.get("/queue/changes/?after=0").json()["worked"]
    assert client.get("/queue/changes/?after=0&shown=1").json()["worked"] == ""
    assert client.get("/queue/changes/?after=0&tab=done").json()["worked"] == ""
    client.force_login(town.curator)
    assert "Разобрано вами" not in client.get("/queue/").content.decode()


def test_with_words_only_the_chosen_tab_is_counted(client: Client, town: Town) -> None:
    town.card("Нет воды")
    indexed()
    client.force_login(town.operator)
    shown = {tab.key: tab.cards for tab in client.get("/queue/?q=вода").context["tabs"]}
    assert shown.pop("new") == "1"
    assert set(shown.values()) == {""}
    told = client.get("/queue/changes/?q=вода&redraw=1", headers={"X-Fragment": "1"}).json()["tabs"]
    assert (told["new"], told["done"]) == ("1", "")
