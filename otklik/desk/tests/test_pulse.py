"""The cheap question of open pages: nothing changes unseen, and a stranger learns nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk import pulse
from otklik.desk.models import Notice, Presence
from otklik.desk.tests.pages import at_most
from otklik.desk.together import presence, seats
from otklik.desk.together.notices import tell
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.people.models import User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(town: Town) -> Incident:
    return town.card()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "FRESH", 0)
    monkeypatch.setattr(seats, "FRESH", 0)


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def hears(client: Client, after: str, card: Incident | None = None) -> int:
    """200 for news, 204 for none."""
    return client.get(f"/pulse/?after={after}" + (f"&card={card.pk}" if card else "")).status_code


def change(card: Incident) -> None:
    with book.turn():
        record(card, "note", at=timezone.now(), actor="user:1")


def queue_cursor(client: Client) -> str:
    """As the queue's page asks: after the revision that it shows."""
    newest = Incident.objects.order_by("-revision").values_list("revision", flat=True)[0]
    client.get(f"/queue/changes/?after={newest}")
    return f"{newest}.0"


def card_cursor(client: Client, card: Incident) -> str:
    """As the card's page asks, once everything that is known of it has been told long ago."""
    client.get(f"/incidents/{card.pk}/live/?revision=0")
    told = client.get(f"/pulse/?card={card.pk}")
    assert told.status_code == 200
    revision, micros = told.content.decode().split(".")
    return f"{revision}.{int(micros) + 6_000_000}"


def test_nothing_new_is_204_without_a_body_and_without_a_session(operator: Client, town: Town) -> None:
    town.card()
    after = queue_cursor(operator)
    operator.get(f"/pulse/?after={after}")
    with at_most(2):
        told = operator.get(f"/pulse/?after={after}")
    assert (told.status_code, told.content) == (204, b"")
    assert not told.cookies


def test_many_pages_ask_the_database_once(operator: Client, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.card()
    after = queue_cursor(operator)
    operator.get(f"/pulse/?after={after}")
    monkeypatch.setattr(pulse, "FRESH", 1000)
    with at_most(0):
        for _ in range(20):
            operator.get(f"/pulse/?after={after}")


def test_a_change_anywhere_is_news_for_the_queue(operator: Client, town: Town, card: Incident) -> None:
    after = queue_cursor(operator)
    assert hears(operator, after) == 204
    change(card)
    assert hears(operator, after) == 200
    assert operator.get(f"/pulse/?after={queue_cursor(operator)}").status_code == 204


def test_a_card_hears_of_its_own_changes_alone(operator: Client, town: Town) -> None:
    card, other = town.card(), town.card()
    after = card_cursor(operator, card)
    change(other)
    assert hears(operator, after, card) == 204
    change(card)
    assert hears(operator, after, card) == 200


def test_a_draft_saved_again_is_news_though_the_journal_says_nothing(
    operator: Client, town: Town, card: Incident
) -> None:
    words = drafts.Words("Починим.")
    answer = drafts.write(card, main_message(card), words, town.operator, timezone.now())
    after = card_cursor(operator, card)
    Answer.objects.filter(pk=answer.pk).update(changed_at=timezone.now() - timedelta(hours=1))
    operator.get(f"/pulse/?after={after}&card={card.pk}")
    Answer.objects.filter(pk=answer.pk).update(changed_at=timezone.now() + timedelta(seconds=8))
    assert hears(operator, after, card) == 200


def _headers(told: Any) -> tuple[tuple[str, str], ...]:
    """Without the request's number, which is random."""
    return tuple(sorted((name, value) for name, value in told.headers.items() if name != "X-Request-Id"))


def test_a_stranger_hears_always_the_same(card: Incident) -> None:
    heard = set()
    for cookie in ("", "made-up", "x" * 5000):
        stranger = Client()
        if cookie:
            stranger.cookies["sessionid"] = cookie
        for after in ("", "0.0", "999999999.9", "junk", "-1", "9" * 40, "1.%00"):
            for asked in ("", "0", str(card.pk), "junk", "9" * 30):
                told = stranger.get(f"/pulse/?after={after}&card={asked}")
                heard.add((told.status_code, told.content, _headers(told)))
    change(card)
    told = Client().get("/pulse/?after=0.0")
    heard.add((told.status_code, told.content, _headers(told)))
    assert len(heard) == 1
    assert {content for _, content, _ in heard} == {b""}


def test_a_refusal_of_the_real_question_makes_nobody_known(town: Town, card: Incident) -> None:
    client = signed_in(town.stranger)
    assert client.get("/queue/changes/?after=0").status_code == 403
    assert client.get(f"/incidents/{card.pk}/live/").status_code in (403, 404)
    assert client.get("/pulse/?after=0.0").content == b""
    assert client.get(f"/pulse/?after=0.0&card={card.pk}").content == b""


def test_ones_own_card_tells_nothing_of_anothers(town: Town) -> None:
    """An executor knows his agency's cards; of a made-up id he hears what everybody hears."""
    own, foreign = town.card(), town.card()
    Incident.objects.filter(pk=own.pk).update(agency=town.water, state="assigned")
    client = signed_in(town.executor)
    card_cursor(client, own)
    assert client.get(f"/pulse/?after=0.0&card={foreign.pk}").content == b""
    assert client.get("/pulse/?after=0.0").content == b""


def test_whoever_was_not_answered_for_a_minute_is_told_to_ask_properly(
    operator: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.card()
    monkeypatch.setattr(pulse, "KNOWN_FOR", -1)
    after = queue_cursor(operator)
    told = operator.get(f"/pulse/?after={after}")
    assert (told.status_code, told.content) == (200, b"")


def test_only_looking_is_answered(operator: Client, town: Town) -> None:
    assert operator.post("/pulse/").status_code == 404


def test_more_changes_than_are_kept_are_all_news(operator: Client, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "MOST_KEPT", 3)
    cards = [town.card() for _ in range(6)]
    after = card_cursor(operator, cards[0])
    for card in cards:
        change(card)
    for card in cards:
        operator.get(f"/incidents/{card.pk}/live/?revision=0")
        assert hears(operator, after, card) == 200


def test_a_database_that_was_put_back_is_read_anew(town: Town) -> None:
    first = town.card()
    recent = pulse.Recent()
    recent.look()
    cursor = recent.cursor()
    assert not recent.newer(cursor, 0)
    Incident.objects.update(revision=1)
    recent.look()
    Incident.objects.filter(pk=first.pk).update(revision=2)
    recent.look()
    assert recent.newest == 2
    assert recent.newer("1.0", first.pk)


def company_of(client: Client, card: Incident) -> str:
    return client.get(f"/pulse/?card={card.pk}").headers["X-Company"]


def test_a_card_hears_that_somebody_comes_writes_and_goes(operator: Client, town: Town) -> None:
    card, other = town.card(), town.card()
    card_cursor(operator, card)
    now = timezone.now()
    presence.come(card.pk, town.operator, True, now)
    presence.come(other.pk, town.executor, True, now)
    assert company_of(operator, card) == ""
    presence.come(card.pk, town.executor, False, now)
    looks = company_of(operator, card)
    presence.come(card.pk, town.executor, True, now)
    writes = company_of(operator, card)
    assert len({"", looks, writes}) == 3
    assert company_of(operator, card) == writes
    presence.leave(card.pk, town.executor, now)
    assert company_of(operator, card) == ""
    presence.come(card.pk, town.executor, False, now)
    User.objects.filter(pk=town.executor.pk).update(is_active=False)
    assert company_of(operator, card) == ""


def test_whoever_asks_is_there_until_he_leaves(operator: Client, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "WRITTEN_EVERY", 0)
    card = town.card()
    card_cursor(operator, card)
    Presence.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    operator.get(f"/pulse/?card={card.pk}")
    (kept,) = Presence.objects.values_list("incident", "user", "seen_at")
    assert kept[:2] == (card.pk, town.operator.pk)
    assert timezone.now() - kept[2] < timedelta(minutes=1)
    operator.get(f"/incidents/{card.pk}/live/?revision=0")
    operator.post(f"/incidents/{card.pk}/absence/")
    queue_cursor(operator)
    operator.get("/pulse/?after=0.0")
    assert not Presence.objects.exists()


def test_a_question_that_was_on_its_way_brings_nobody_back(
    operator: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "WRITTEN_EVERY", 0)
    card = town.card()
    card_cursor(operator, card)
    operator.post(f"/incidents/{card.pk}/absence/")
    operator.get(f"/pulse/?card={card.pk}")
    assert not Presence.objects.exists()
    monkeypatch.setattr(seats, "LEFT_FOR", -1)
    operator.post(f"/incidents/{card.pk}/absence/")
    operator.get(f"/pulse/?card={card.pk}")
    assert Presence.objects.exists()


def test_whoever_was_heard_is_written_down_once_in_a_while(operator: Client, town: Town, card: Incident) -> None:
    card_cursor(operator, card)
    for _ in range(5):
        operator.get(f"/pulse/?card={card.pk}")
    assert not Presence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_seats_of_another_database_are_forgotten(town: Town) -> None:
    kept = seats.Seats()
    kept._written_at -= 100
    kept.sit(999_999, town.operator.pk)
    kept.look()
    kept.look()


def test_a_new_notice_is_heard_of(operator: Client, town: Town, card: Incident) -> None:
    after = queue_cursor(operator)
    before = operator.get(f"/pulse/?after={after}").headers["X-Notices"]
    tell([town.operator], Notice.Kind.MENTION, by=town.executor, at=timezone.now(), incident=card)
    told = operator.get(f"/pulse/?after={after}")
    assert told.status_code == 204
    assert told.headers["X-Notices"] != before


def test_known_sessions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "MOST_KNOWN", 3)
    known = pulse.Known()
    for number in range(10):
        known.note(f"session-{number}", 0, number)
    assert [known.user(f"session-{number}", 0) for number in range(10)] == [0] * 7 + [7, 8, 9]
