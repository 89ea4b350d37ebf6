"""What the queue finds and tells: search within a tab, urgent cards, an empty list."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.queue import ids as page_of_ids
from otklik.desk.queue import page
from otklik.desk.queue.filters import TABS
from otklik.desk.tests.pages import must_say
from otklik.finding.index import index
from otklik.incidents.models import Findable, Incident, State
from otklik.journal import book
from otklik.lib.due import claim
from otklik.routing.assign import Decision, assign
from otklik.themes.models import Theme
from tests.make.people import signed_in
from tests.make.town import Town


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def ids(client: Client, query: str = "") -> list[int]:
    return [row.card.pk for row in client.get(f"/queue/?{query}").context["rows"]]


def turned(client: Client, query: str) -> list[int]:
    """The cards of all pages, one after the other."""
    seen: list[int] = []
    while query:
        shown = client.get(f"/queue/?{query}")
        seen += [row.card.pk for row in shown.context["rows"]]
        query = shown.context["next"]
    return seen


@pytest.fixture
def pages_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of_ids, "PAGE", 2)
    monkeypatch.setattr(page, "FIRST", 2)


def indexed() -> None:
    """What the worker does for the search, done at once."""
    while rows := claim(Findable, timezone.now() + timedelta(seconds=1), timedelta(minutes=5), 100):
        with book.turn():
            index(rows, timezone.now() + timedelta(hours=1))


def test_search_finds_words_in_any_case_and_the_number_of_a_card(operator: Client, town: Town) -> None:
    found, other = town.card("Прорвало ТЁПЛУЮ трубу"), town.card("Темно на улице")
    indexed()
    assert ids(operator, urlencode({"q": "теплую"})) == [found.pk]
    assert ids(operator, urlencode({"q": f"№ {other.number}"})) == [other.pk]
    assert ids(operator, urlencode({"q": "100%_"})) == []


def test_the_search_box_searches_within_every_tab(operator: Client, town: Town) -> None:
    found, other, elsewhere = town.card("Прорвало трубу"), town.card("Темно"), town.card("Прорвало опять")
    indexed()
    for tab in (key for key, tab in TABS.items() if tab.states):
        Incident.objects.filter(pk__in=[found.pk, other.pk]).update(state=TABS[tab].states[0])
        Incident.objects.filter(pk=elsewhere.pk).update(state=State.NEW if tab != "new" else State.DONE)
        shown = operator.get(f"/queue/?{urlencode({'tab': tab, 'q': 'прорвало'})}")
        assert [row.card.pk for row in shown.context["rows"]] == [found.pk], tab
        assert ('name="tab" value="done"' in shown.content.decode()) == (tab == "done")


@pytest.mark.parametrize("tab", ["new", "work", "done"])
def test_words_are_found_in_the_tabs_order_however_far_away(
    operator: Client, town: Town, pages_of_two: None, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    """Among the nearest cards, or by looking them up: the page is the same, and so is the one after it."""
    start, states = timezone.now() - timedelta(days=1), TABS[tab].states
    for number in range(8):
        text = "Прорвало трубу" if number % 2 else "Темно"
        card = town.card(text, at=start + timedelta(minutes=number), priority=3)
        Incident.objects.filter(pk=card.pk).update(state=states[number // 2 % len(states)])
    indexed()
    expected = list(Incident.objects.order_by("pk").values_list("pk", flat=True))[1::2]
    for near in (1, 3, 5, 100):
        monkeypatch.setattr(page_of_ids, "NEAR", near)
        seen = turned(operator, urlencode({"tab": tab, "q": "прорвало"}))
        assert seen == (expected[::-1] if TABS[tab].newest_first else expected), near


def test_what_is_chosen_comes_in_the_tabs_order_whatever_lies_inside(
    operator: Client, town: Town, pages_of_two: None
) -> None:
    """Two themes of a group, two places of a region: as one list, and each page where the one before it ended."""
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
    home, land = town.pipe.group_id, town.city.parent_id
    chosen: dict[str, list[Incident]] = {
        f"group={home}": [card for number, card in enumerate(cards) if number % 3 < 2],
        f"place={land}": cards,
        f"place={town.city.pk}": cards[::2],
        f"agency={town.water.pk}": cards[:6],
        f"group={home}&place={town.city.pk}&agency={town.roads.pk}": [cards[6], cards[10]],
        "group=999999": [],
    }
    for tab in ("work", "done", "noise"):
        Incident.objects.update(state=TABS[tab].states[0])
        for query, expected in chosen.items():
            ordered = expected[::-1] if TABS[tab].newest_first else expected
            assert turned(operator, f"tab={tab}&{query}") == [card.pk for card in ordered], (tab, query)


def test_what_was_dismissed_shows_why_and_how_to_bring_it_back(operator: Client, town: Town) -> None:
    card = town.card()
    operator.post(f"/incidents/{card.pk}/noise/", {"reason": "elsewhere"})
    must_say(operator.get("/queue/?tab=noise"), 200, "Вне региона", f"/incidents/{card.pk}/restore/")


def test_urgent_ones_are_counted_whatever_the_page_shows(operator: Client, town: Town) -> None:
    town.card(priority=5)
    page = operator.get("/queue/?tab=done")
    assert "<title>(1) Готово" in page.content.decode()
    newest = page.context["found"].newest_urgent
    town.card(priority=3)
    told = operator.get(f"/queue/changes/?after={page.context['revision']}&tab=done&q=нет").json()
    assert (told["urgent"], told["newest_urgent"]) == (1, newest)
    urgent = town.card(priority=4)
    told = operator.get(f"/queue/changes/?after={told['revision']}&tab=done").json()
    assert (told["urgent"], told["newest_urgent"]) == (2, urgent.pk)
    assign(urgent, Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    assert operator.get("/queue/changes/?after=0").json()["urgent"] == 1


def test_of_urgent_cards_of_others_nothing_is_told(client: Client, town: Town) -> None:
    town.card(priority=5)
    client.force_login(town.curator)
    told = client.get("/queue/changes/?after=0").json()
    assert (told["urgent"], told["newest_urgent"]) == (0, 0)


def test_an_empty_queue_says_how_much_one_has_done_today(client: Client, town: Town) -> None:
    client.force_login(town.operator)
    assert "Разобрано вами" not in client.get("/queue/").content.decode()
    town.assigned()
    for reason in ("spam", "chatter"):
        client.post(f"/incidents/{town.card().pk}/noise/", {"reason": reason})
    assert "Разобрано вами сегодня: 3" in client.get("/queue/").content.decode()
    assert "сегодня: 3" in client.get("/queue/changes/?after=0").json()["worked"]
    assert client.get("/queue/changes/?after=0&shown=1").json()["worked"] == ""
    assert client.get("/queue/changes/?after=0&tab=done").json()["worked"] == ""
    client.force_login(town.curator)
    assert "Разобрано вами" not in client.get("/queue/").content.decode()


def test_with_words_only_the_chosen_tab_is_counted(operator: Client, town: Town) -> None:
    town.card("Нет воды")
    indexed()
    shown = {tab.key: tab.cards for tab in operator.get("/queue/?q=вода").context["tabs"]}
    assert shown.pop("new") == "1"
    assert set(shown.values()) == {""}
    told = operator.get("/queue/changes/?q=вода&redraw=1", headers={"X-Fragment": "1"}).json()["tabs"]
    assert (told["new"], told["done"]) == ("1", "")
