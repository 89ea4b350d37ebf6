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
from otklik.desk.queue import ids as page_of_ids
from otklik.desk.queue import page
from otklik.desk.queue.filters import TABS
from otklik.desk.tests.pages import assert_answers, reread
from otklik.feedback.gathering import gather, ungather
from otklik.finding.index import index
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.models import Findable, Incident, IncidentMessage, Outcome, State
from otklik.journal import book
from otklik.lib.due import claim
from otklik.publishing.models import Delivery, Epoch, Sent
from otklik.routing import extensions
from otklik.routing.assign import Decision, assign
from otklik.themes.models import Theme
from tests.make import inbox
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
    assert ids(operator, urlencode({"q": "сто%_"})) == []


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
    assert_answers(operator.get("/queue/?tab=noise"), 200, "Вне региона", f"/incidents/{card.pk}/restore/")


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


def needing(client: Client) -> list[int]:
    return [row.card.pk for row in client.get("/queue/?tab=person").context["rows"]]


def test_an_ask_for_a_later_day_needs_a_person_until_it_is_decided(operator: Client, town: Town) -> None:
    card, other = town.assigned(), town.assigned()
    assert needing(operator) == []
    asked = extensions.ask(card, timezone.localdate() + timedelta(days=9), "Ждём трубу", town.executor, timezone.now())
    assert needing(operator) == [card.pk]
    assert "ведомство просит продлить срок" in operator.get("/queue/?tab=work").content.decode()
    extensions.refuse(asked, "Нет", town.operator, timezone.now())
    assert needing(operator) == []
    assert other.pk != card.pk


def test_an_ask_of_the_agency_that_had_the_card_before_is_over(operator: Client, town: Town) -> None:
    card = town.assigned()
    extensions.ask(card, timezone.localdate() + timedelta(days=9), "Ждём трубу", town.executor, timezone.now())
    Incident.objects.filter(pk=card.pk).update(assigned_at=timezone.now() + timedelta(seconds=1))
    assert needing(operator) == []
    assert "ведомство просит продлить срок" not in operator.get("/queue/?tab=work").content.decode()


def written(town: Town, card: Incident, state: Answer.State, at: datetime) -> Answer:
    """An answer to the author of the card."""
    told = {"text": "Воду дали.", "outcome": Outcome.SOLVED, "author": town.executor, "version": 1, "state": state}
    decided_at, reply_to = at if state == Answer.State.APPROVED else None, main_message(card)
    return Answer.objects.create(
        incident=card, reply_to=reply_to, decided_at=decided_at, created_at=at, changed_at=at, **told
    )


def answered(town: Town) -> Incident:
    """Approved and told: the card waits for the author's word."""
    card, now = town.card(at=timezone.now() - timedelta(hours=5)), timezone.now()
    written(town, card, Answer.State.APPROVED, now)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING, rating_since=now, agency=town.water)
    return card


def late_for(town: Town, card: Incident) -> Incident:
    late = town.card("И у нас нет воды")
    assert gather(card, late, town.operator, timezone.now()).pk == card.pk
    return late


def test_an_author_who_was_gathered_after_the_answer_needs_a_person(operator: Client, town: Town) -> None:
    card = answered(town)
    assert needing(operator) == []
    late_for(town, card)
    assert needing(operator) == [card.pk]
    assert "не все авторы получили ответ" in operator.get("/queue/?tab=rating").content.decode()


def test_nobody_waits_who_has_had_an_answer_on_the_card_that_was_gathered(town: Town) -> None:
    card, late = answered(town), town.card("И у нас нет воды")
    written(town, late, Answer.State.APPROVED, timezone.now())
    Incident.objects.filter(pk=late.pk).update(state=State.IN_WORK, agency=town.water)
    gather(card, late, town.operator, timezone.now())
    assert Incident.objects.get(pk=card.pk).owed_since is None


def test_he_needs_nobody_any_more_once_his_card_goes_its_own_way(operator: Client, town: Town) -> None:
    card = answered(town)
    late = late_for(town, card)
    with book.turn():
        ungather(Incident.objects.get(pk=late.pk), "machine:feedback", timezone.now())
    assert needing(operator) == []
    assert "не все авторы получили ответ" not in operator.get("/queue/?tab=rating").content.decode()


def test_nor_once_an_answer_is_approved_that_he_gets_too(client: Client, town: Town) -> None:
    card = answered(town)
    late_for(town, card)
    Incident.objects.filter(pk=card.pk).update(state=State.APPROVAL)
    again = written(town, card, Answer.State.APPROVAL, timezone.now())
    drafts.approve(again, town.operator, timezone.now(), 1)
    assert again.copies.count() == 1
    assert reread(card).owed_since is None


def test_who_was_gathered_before_the_answer_has_had_it(client: Client, town: Town) -> None:
    card = town.card(at=timezone.now() - timedelta(hours=5))
    gather(card, town.card("И у нас нет воды"), town.operator, timezone.now())
    assert Incident.objects.get(pk=card.pk).owed_since is None


def test_cards_that_were_owed_before_the_column_get_it(town: Town) -> None:
    owed, other = answered(town), answered(town)
    late_for(town, owed)
    since = Incident.objects.get(pk=owed.pk).owed_since
    Incident.objects.update(owed_since=None)
    importlib.import_module("otklik.feedback.migrations.0002_owed").fill(apps, None)
    found = dict(Incident.objects.filter(owed_since__isnull=False).values_list("pk", "owed_since"))
    assert list(found) == [owed.pk]
    again = found[owed.pk]
    assert since is not None
    assert again is not None
    assert abs(again - since) < timedelta(seconds=5)
    assert other.pk not in found


# What an author answered to us stands in the row: a card that came back is not accepted unread.
def asked(town: Town, card: Incident, kind: str = Answer.Kind.QUESTION) -> None:
    """We have asked the author something, ten minutes ago."""
    at, message = timezone.now() - timedelta(minutes=10), main_message(card)
    told = {"text": "Какой дом?", "author": town.operator, "state": Answer.State.APPROVED, "kind": kind}
    answer = Answer.objects.create(incident=card, reply_to=message, created_at=at, changed_at=at, **told)
    epoch = Epoch.objects.create(began_at=at)
    delivery = Delivery.objects.create(
        answer=answer, message=message, epoch=epoch, text="Какой дом?", key=f"k{card.pk}", created_at=at
    )
    Sent.objects.create(delivery=delivery, external_id=f"wall-1_1?reply={card.pk}", at=at)


def said(card: Incident, text: str, minutes_ago: int, author: Author | None = None, own: bool = False) -> None:
    first, at = main_message(card), timezone.now() - timedelta(minutes=minutes_ago)
    address, writer = f"{first.external_id}{minutes_ago}", author or first.author
    message = inbox.message(text, at=at, author=writer, thread=first.thread, external_id=address, own=own)
    IncidentMessage.objects.create(incident=card, message=message, linked_at=timezone.now())


def test_the_authors_answer_stands_in_the_row(operator: Client, town: Town) -> None:
    card = town.card("Темно на улице")
    asked(town, card)
    said(card, "Дом <b>семь</b>", 5)
    assert_answers(operator.get("/queue/"), 200, "Автор ответил: Дом &lt;b&gt;семь&lt;/b&gt;", "Темно на улице")


def test_of_several_words_the_newest_and_anothers_are_told_apart(operator: Client, town: Town) -> None:
    card = town.card()
    asked(town, card)
    said(card, "Дом семь", 5)
    said(card, "И у нас темно", 3, Author.objects.create(network="vk", external_id="77", name="Сосед"))
    assert_answers(operator.get("/queue/"), 200, "Пишут ещё: И у нас темно", hides=("Дом семь",))


@pytest.mark.parametrize("case", ["before the question", "our own", "nothing asked", "a survey alone", "over"])
def test_nothing_stands_there_without_an_answer_to_us(operator: Client, town: Town, case: str) -> None:
    card = town.card()
    if case != "nothing asked":
        asked(town, card, Answer.Kind.SURVEY if case == "a survey alone" else Answer.Kind.QUESTION)
    said(card, "Дом семь", 15 if case == "before the question" else 5, own=case == "our own")
    if case == "over":
        Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    page = assert_answers(operator.get(f"/queue/?tab={'done' if case == 'over' else 'new'}"), 200, f"№ {card.number}")
    assert "Дом семь" not in page
