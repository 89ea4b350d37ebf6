"""What the queue finds and tells: search within a tab, urgent cards, an empty list, what needs a person, and the words
of an author who answered to us."""

import importlib
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.operator.queue import ids as page_of_ids
from otklik.desk.operator.queue import page
from otklik.desk.operator.queue.filters import TABS
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, press, reread
from otklik.feedback.gathering import gather, ungather
from otklik.finding.tests.finding_data import take_in
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.journal import book
from otklik.routing import extensions
from otklik.routing.assign import Decision, assign
from otklik.themes.models import Theme
from tests.make import answers, inbox, publishing
from tests.make.people import signed_in
from tests.make.town import Town


def ids(client: Client, query: str = "", **more: str) -> list[int]:
    return [row.card.pk for row in client.get(f"/queue/?{query}{urlencode(more)}").context["rows"]]


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


def test_search_finds_words_in_any_case_and_the_number_of_a_card_within_every_tab(operator: Client, town: Town) -> None:
    matching_card, other, elsewhere = (
        town.card("Прорвало ТЁПЛУЮ трубу"),
        town.card("Темно"),
        town.card("Прорвало опять"),
    )
    take_in()
    assert ids(operator, q="теплую") == [matching_card.pk]
    assert ids(operator, q=f"№ {other.number}") == [other.pk]
    assert ids(operator, q="сто%_") == []
    tabs = {tab.key: tab.cards for tab in operator.get("/queue/?q=темно").context["tabs"]}
    assert (tabs.pop("new"), set(tabs.values())) == ("1", {""}), "with words only the chosen tab is counted"
    tab_counts = operator.get("/queue/changes/?q=темно&redraw=1", headers={"X-Fragment": "1"}).json()["tabs"]
    assert (tab_counts["new"], tab_counts["done"]) == ("1", "")
    for tab in (key for key, tab in TABS.items() if tab.states):
        Incident.objects.filter(pk__in=[matching_card.pk, other.pk]).update(state=TABS[tab].states[0])
        Incident.objects.filter(pk=elsewhere.pk).update(state=State.NEW if tab != "new" else State.DONE)
        shown = operator.get(f"/queue/?{urlencode({'tab': tab, 'q': 'прорвало'})}")
        assert [row.card.pk for row in shown.context["rows"]] == [matching_card.pk], tab
        assert ('name="tab" value="done"' in shown.content.decode()) == (tab == "done")


@pytest.mark.parametrize("tab", ["new", "work", "done"])
def test_words_are_found_in_the_tabs_order_however_far_away(
    operator: Client, town: Town, pages_of_two: None, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    """Among the nearest cards, or by looking them up: the page is the same, and so is the one after it."""
    start, states = timezone.now() - timedelta(days=1), TABS[tab].states
    for number in range(8):
        card = town.card("Прорвало трубу" if number % 2 else "Темно", at=start + timedelta(minutes=number), priority=3)
        Incident.objects.filter(pk=card.pk).update(state=states[number // 2 % len(states)])
    take_in()
    expected = list(Incident.objects.order_by("pk").values_list("pk", flat=True))[1::2]
    for near in (1, 3, 5, 100):
        monkeypatch.setattr(page_of_ids, "NEAR", near)
        seen = turned(operator, urlencode({"tab": tab, "q": "прорвало"}))
        assert seen == (expected[::-1] if TABS[tab].newest_first else expected), near


def test_what_is_chosen_comes_in_the_tabs_order_as_one_list(operator: Client, town: Town, pages_of_two: None) -> None:
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


def test_urgent_ones_are_counted_whatever_the_page_shows_for_whoever_sees_them(operator: Client, town: Town) -> None:
    town.card(priority=5)
    body = signed_in(town.curator).get("/queue/changes/?after=0").json()
    assert (body["urgent"], body["newest_urgent"]) == (0, 0)
    shown = operator.get("/queue/?tab=done")
    assert_answers(shown, 200, "<title>(1) Готово")
    newest = shown.context["totals"].newest_urgent
    town.card(priority=3)
    body = operator.get(f"/queue/changes/?after={shown.context['revision']}&tab=done&q=нет").json()
    assert (body["urgent"], body["newest_urgent"]) == (1, newest)
    urgent = town.card(priority=4)
    body = operator.get(f"/queue/changes/?after={body['revision']}&tab=done").json()
    assert (body["urgent"], body["newest_urgent"]) == (2, urgent.pk)
    assign(urgent, Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    assert operator.get("/queue/changes/?after=0").json()["urgent"] == 1


def test_an_empty_queue_says_how_much_one_has_done_today(operator: Client, town: Town) -> None:
    assert "Разобрано вами" not in page_at(operator, "/queue/")
    town.assigned()
    for reason in ("elsewhere", "chatter"):
        card = town.card()
        press(operator, f"/incidents/{card.pk}/noise/", reason=reason)
    assert_shows(page_at(operator, "/queue/?tab=noise"), "Вне региона", f"/incidents/{card.pk}/restore/")
    assert "Разобрано вами сегодня: 3" in page_at(operator, "/queue/")
    worked = [operator.get(f"/queue/changes/?after=0{more}").json()["worked"] for more in ("", "&shown=1", "&tab=done")]
    assert ("сегодня: 3" in worked[0], worked[1:]) == (True, ["", ""])
    assert "Разобрано вами" not in page_at(town.curator, "/queue/")


def needing(client: Client) -> list[int]:
    return ids(client, "tab=person")


def test_an_ask_for_a_later_day_needs_a_person_until_it_is_decided_or_over(operator: Client, town: Town) -> None:
    card, before, _other = town.assigned(), town.assigned(), town.assigned()
    assert needing(operator) == []
    until, words = timezone.localdate() + timedelta(days=9), "ведомство просит продлить срок"
    asked = extensions.ask(card, until, "Ждём трубу", town.executor, timezone.now())
    assert needing(operator) == [card.pk]
    assert words in page_at(operator, "/queue/?tab=work")
    extensions.refuse(asked, "Нет", town.operator, timezone.now())
    extensions.ask(before, until, "Ждём трубу", town.executor, timezone.now())
    Incident.objects.filter(pk=before.pk).update(assigned_at=timezone.now() + timedelta(seconds=1))
    assert needing(operator) == [], "the agency that had the second card before has asked for it"
    assert words not in page_at(operator, "/queue/?tab=work")


def answer_to_author(town: Town, card: Incident, state: Answer.State, at: datetime) -> Answer:
    """An answer to the author of the card."""
    decided_at = at if state == Answer.State.APPROVED else None
    columns = {"text": "Воду дали.", "outcome": "solved", "version": 1, "state": state, "decided_at": decided_at}
    return answers.answer(card, main_message(card), town.executor, at, **columns)


def answered(town: Town) -> Incident:
    """Approved and told: the card waits for the author's word."""
    card, now = town.card(at=timezone.now() - timedelta(hours=5)), timezone.now()
    answer_to_author(town, card, Answer.State.APPROVED, now)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING, rating_since=now, agency=town.water)
    return card


def late_for(town: Town, card: Incident) -> Incident:
    late = town.card("И у нас нет воды")
    assert gather(card, late, town.operator, timezone.now()).pk == card.pk
    return late


def test_an_author_gathered_after_the_answer_needs_a_person_and_always_did(operator: Client, town: Town) -> None:
    card, words = answered(town), "не все жители получили ответ"
    assert needing(operator) == []
    late = late_for(town, card)
    assert needing(operator) == [card.pk]
    assert words in page_at(operator, "/queue/?tab=rating")
    with book.turn():
        ungather(Incident.objects.get(pk=late.pk), "machine:feedback", timezone.now())
    assert needing(operator) == []
    assert words not in page_at(operator, "/queue/?tab=rating")
    owed, _other = answered(town), answered(town)
    late_for(town, owed)
    since = reread(owed).owed_since
    Incident.objects.update(owed_since=None)
    importlib.import_module("otklik.feedback.migrations.0002_owed").fill(apps, None)
    ((pk, again),) = Incident.objects.filter(owed_since__isnull=False).values_list("pk", "owed_since")
    assert pk == owed.pk
    assert since is not None
    assert again is not None
    assert abs(again - since) < timedelta(seconds=5)


def test_nobody_waits_who_has_an_answer_already_or_gets_the_next_one(town: Town) -> None:
    card, late = answered(town), town.card("И у нас нет воды")
    answer_to_author(town, late, Answer.State.APPROVED, timezone.now())
    Incident.objects.filter(pk=late.pk).update(state=State.IN_WORK, agency=town.water)
    gather(card, late, town.operator, timezone.now())
    assert reread(card).owed_since is None, "his own card had its answer"

    card = town.card(at=timezone.now() - timedelta(hours=5))
    gather(card, town.card("И у нас нет воды"), town.operator, timezone.now())
    assert reread(card).owed_since is None, "gathered before the answer"

    card = answered(town)
    late_for(town, card)
    Incident.objects.filter(pk=card.pk).update(state=State.APPROVAL)
    again = answer_to_author(town, card, Answer.State.APPROVAL, timezone.now())
    drafts.approve(again, town.operator, timezone.now(), 1)
    assert again.copies.count() == 1
    assert reread(card).owed_since is None


# What an author answered to us stands in the row: a card that came back is not accepted unread.
def ask_author(town: Town, card: Incident, kind: str = Answer.Kind.QUESTION) -> None:
    """We have asked the author something, ten minutes ago."""
    at, columns = timezone.now() - timedelta(minutes=10), {"state": Answer.State.APPROVED, "kind": kind}
    publishing.sent(answers.answer(card, main_message(card), town.operator, at, text="Какой дом?", **columns))


def add_message(card: Incident, text: str, minutes_ago: int, author: Author | None = None, own: bool = False) -> None:
    first, at = main_message(card), timezone.now() - timedelta(minutes=minutes_ago)
    message = inbox.message(text, at=at, author=author or first.author, thread=first.thread, own=own)
    IncidentMessage.objects.create(incident=card, message=message, linked_at=timezone.now())


def test_the_authors_newest_answer_to_us_stands_in_the_row_and_nothing_else(operator: Client, town: Town) -> None:
    for case in ("before the question", "our own", "nothing asked", "a survey alone", "over"):
        card = town.card()
        if case != "nothing asked":
            ask_author(town, card, Answer.Kind.SURVEY if case == "a survey alone" else Answer.Kind.QUESTION)
        add_message(card, "Дом семь", 15 if case == "before the question" else 5, own=case == "our own")
        if case == "over":
            Incident.objects.filter(pk=card.pk).update(state=State.DONE)
        shown = page_at(operator, f"/queue/?tab={'done' if case == 'over' else 'new'}")
        assert_shows(shown, f"№ {card.number}", hides=["Дом семь"])
    card = town.card("Темно на улице")
    ask_author(town, card)
    add_message(card, "Дом <b>семь</b>", 5)
    assert_answers(operator.get("/queue/"), 200, "Житель ответил: Дом &lt;b&gt;семь&lt;/b&gt;", "Темно на улице")
    add_message(card, "И у нас темно", 3, inbox.author("Сосед"))
    assert_answers(operator.get("/queue/"), 200, "Пишут ещё: И у нас темно", hides=("семь",))
