"""The cheap question of open pages: nothing changes unseen, and a stranger learns nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk import pulse
from otklik.desk.models import Presence
from otklik.desk.operator.shift import presence, seats
from otklik.desk.tests.pages import at_most, settling
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.people.models import User
from otklik.work.models import Notice
from otklik.work.notices import tell
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "FRESH", 0)
    monkeypatch.setattr(seats, "FRESH", 0)


def ask(client: Client, after: str = "", card: Incident | None = None) -> Any:
    return client.get("/pulse/", {"after": after} | ({"card": card.pk} if card else {}))


def hears(client: Client, after: str, card: Incident | None = None) -> int:
    """200 for news, 204 for none."""
    return int(ask(client, after, card).status_code)


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
    response = client.get(f"/pulse/?card={card.pk}")
    assert response.status_code == 200
    revision, micros = response.content.decode().split(".")
    return f"{revision}.{int(micros) + 6_000_000}"


def test_nothing_new_is_204_for_one_or_many(operator: Client, card: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    after = queue_cursor(operator)
    ask(operator, after)
    with at_most(2 + settling()):
        response = ask(operator, after)
    assert (response.status_code, response.content) == (204, b"")
    assert not response.cookies
    monkeypatch.setattr(pulse, "FRESH", 1000)
    with at_most(0):
        for _ in range(20):
            ask(operator, after)
    assert operator.post("/pulse/").status_code == 404, "only looking is answered"
    monkeypatch.setattr(pulse, "KNOWN_FOR", -1)
    response = ask(operator, queue_cursor(operator))
    assert (response.status_code, response.content) == (200, b"")


def test_a_change_or_a_notice_is_news_and_a_card_hears_of_its_own(operator: Client, town: Town, card: Incident) -> None:
    of_card, other = card_cursor(operator, card), town.card()
    after = queue_cursor(operator)
    assert hears(operator, after) == 204
    change(other)
    assert hears(operator, of_card, card) == 204
    assert hears(operator, after) == 200
    assert hears(operator, queue_cursor(operator)) == 204
    change(card)
    assert hears(operator, of_card, card) == 200
    after = queue_cursor(operator)
    before = ask(operator, after).headers["X-Notices"]
    tell([town.operator], Notice.Kind.MENTION, by=town.executor, at=timezone.now(), incident=card)
    response = ask(operator, after)
    assert response.status_code == 204
    assert response.headers["X-Notices"] != before


def test_a_card_hears_of_a_draft_saved_again_and_of_who_is_there(operator: Client, town: Town, card: Incident) -> None:
    answer = drafts.write(card, main_message(card), drafts.Words("Починим."), town.operator, timezone.now())
    after = card_cursor(operator, card)
    Answer.objects.filter(pk=answer.pk).update(changed_at=timezone.now() - timedelta(hours=1))
    ask(operator, after, card)
    Answer.objects.filter(pk=answer.pk).update(changed_at=timezone.now() + timedelta(seconds=8))
    assert hears(operator, after, card) == 200
    now, worker = timezone.now(), town.executor

    def company() -> str:
        return str(ask(operator, card=card).headers["X-Company"])

    card_cursor(operator, card)
    presence.come(card.pk, town.operator, True, now)
    presence.come(town.card().pk, worker, True, now)
    assert company() == ""
    presence.come(card.pk, worker, False, now)
    looks = company()
    presence.come(card.pk, worker, True, now)
    writes = company()
    assert len({"", looks, writes}) == 3
    assert company() == writes
    presence.leave(card.pk, worker, now)
    assert company() == ""
    presence.come(card.pk, worker, False, now)
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert company() == ""


def _without_its_number(answer: Any) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """Without the request's number, which is random."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "X-Request-Id")
    return answer.status_code, answer.content, tuple(headers)


def test_strangers_hear_always_the_same_and_nobody_of_a_card_that_is_not_his(card: Incident, town: Town) -> None:
    heard = set()
    for cookie in ("", "made-up", "x" * 5000):
        stranger = Client()
        if cookie:
            stranger.cookies["sessionid"] = cookie
        for after in ("", "0.0", "999999999.9", "junk", "-1", "9" * 40, "1.%00"):
            for asked in ("", "0", str(card.pk), "junk", "9" * 30):
                heard.add(_without_its_number(stranger.get(f"/pulse/?after={after}&card={asked}")))
    change(card)
    heard.add(_without_its_number(Client().get("/pulse/?after=0.0")))
    assert [content for _status, content, _headers in heard] == [b""]
    # An executor knows his agency's cards; of a made-up id he hears what everybody hears.
    stranger, own = signed_in(town.stranger), town.card()
    assert stranger.get("/queue/changes/?after=0").status_code == 403
    assert stranger.get(f"/incidents/{card.pk}/live/").status_code in (403, 404)
    Incident.objects.filter(pk=own.pk).update(agency=town.water, state="assigned")
    executor = signed_in(town.executor)
    card_cursor(executor, own)
    for client in (stranger, executor):
        assert ask(client, "0.0").content == ask(client, "0.0", card).content == b""


@pytest.mark.parametrize("end", ["here", "elsewhere", "block", "password"])
def test_an_ended_session_hears_nothing_more(town: Town, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    client = signed_in(town.operator)
    town.card()
    queue_cursor(client)
    assert ask(client, "0.0").content
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    if end == "here":
        client.post("/accounts/logout/")
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    else:
        monkeypatch.setattr(pulse, "LIVING_FOR", 0)
    if end == "elsewhere":
        Session.objects.filter(pk=cookie).delete()
    elif end in ("block", "password"):
        User.objects.filter(pk=town.operator.pk).update(is_active=end != "block", password="of another day")
    assert ask(client, "0.0").content == b""


def test_changes_and_sessions_have_their_bounds(operator: Client, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "MOST_KEPT", 3)
    cards = [town.card() for _ in range(6)]
    after = card_cursor(operator, cards[0])
    for card in cards:
        change(card)
    for card in cards:
        operator.get(f"/incidents/{card.pk}/live/?revision=0")
        assert hears(operator, after, card) == 200
    monkeypatch.setattr(pulse, "MOST_KNOWN", 3)
    known = pulse.Known()
    for number in range(10):
        known.note(f"session-{number}", 0, User(pk=number))
    assert [known.user(f"session-{number}", 0) for number in range(10)] == [0] * 7 + [7, 8, 9]


def test_a_database_that_was_put_back_is_read_anew(card: Incident) -> None:
    recent = pulse.Recent()
    recent.look()
    assert not recent.newer(recent.cursor(), 0)
    Incident.objects.update(revision=1)
    recent.look()
    Incident.objects.filter(pk=card.pk).update(revision=2)
    recent.look()
    assert recent.newest == 2
    assert recent.newer("1.0", card.pk)


# Who else is at a card.


def test_whoever_asks_is_there_until_he_leaves_and_nothing_late_brings_him_back(
    operator: Client, town: Town, card: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    card_cursor(operator, card)
    for _ in range(5):
        ask(operator, card=card)
    assert not Presence.objects.exists()
    monkeypatch.setattr(seats, "WRITTEN_EVERY", 0)
    ask(operator, card=card)
    Presence.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    ask(operator, card=card)
    (kept,) = Presence.objects.values_list("incident", "user", "seen_at")
    assert kept[:2] == (card.pk, town.operator.pk)
    assert timezone.now() - kept[2] < timedelta(minutes=1)
    operator.get(f"/incidents/{card.pk}/live/?revision=0")
    operator.post(f"/incidents/{card.pk}/absence/")
    queue_cursor(operator)
    ask(operator, "0.0")
    assert not Presence.objects.exists()
    monkeypatch.setattr(seats, "WRITTEN_EVERY", 0)
    card_cursor(operator, card)
    for left_for, there in ((seats.LEFT_FOR, False), (-1, True)):
        monkeypatch.setattr(seats, "LEFT_FOR", left_for)
        operator.post(f"/incidents/{card.pk}/absence/")
        ask(operator, card=card)
        assert Presence.objects.exists() is there


@pytest.mark.django_db(transaction=True)
def test_seats_of_another_database_are_forgotten(town: Town) -> None:
    kept = seats.Seats()
    kept._written_at -= 100
    kept.sit(999_999, town.operator.pk)
    kept.look()
    kept.look()
