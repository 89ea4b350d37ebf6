"""Comments under photos and videos and in topics of boards: heard, kept up to date and answered as on a wall."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.networks.base import CannotTell, Deletion, Edit, Event, Photo, Post, Published, ReadPlace, Speech
from otklik.networks.errors import NeedsPerson, OutcomeUnknown, Permanent
from otklik.networks.models import Token
from otklik.networks.vk import rounds
from otklik.networks.vk.beside import NO_VOICE
from otklik.publishing.models import Delivery, Sent
from tests.region import Region, listen, only_card, settle
from tests.sandbox.town import Town
from tests.test_flow import FINAL, approved, assigned
from tests.test_forged_pushes import hooked, push
from tests.test_vk_closed import editor
from tests.test_vk_connector import PIXEL, VKONTAKTE, Reading, account

__all__ = ["hooked"]
pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
KINDS = ("photo", "topic", "video")
COMPLAINT = "Во дворе на Красной, 12 в Речном третий день темно, не горит фонарь!"
PULL: dict[str, Any] = {"push": True}


def thing(town: Town, kind: str, **more: Any) -> str:
    given = {"kind": kind, "owner_id": town.wall, "title": "Двор"} | more
    return str(town.sandbox.control("vk/things", **given)["address"])


def comment(town: Town, under: str, text: str = "Темно", **more: Any) -> str:
    given = {"under": under, "text": text, "person": str(town.anna)} | more
    return str(town.sandbox.control("vk/texts", **given)["address"])


def shown(town: Town, address: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = town.sandbox.inspect("vk/thread", address=address)["items"]
    return items


def speech(address: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, address, address.partition("?")[0], attempted_at=datetime.now(UTC))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["poll", "pull"])
def reading(request: pytest.FixtureRequest, town: Town) -> Reading:
    """Our own community, heard by events or by asking; what stood there before is heard already."""
    found = Reading(account(town, user=True, options=PULL if request.param == "pull" else {}), "own", str(town.group))
    found.raws()
    return found


def posts(events: list[Event]) -> list[Post]:
    return [event for event in events if isinstance(event, Post)]


def test_a_comment_is_heard_with_its_address(town: Town, kind: str, reading: Reading) -> None:
    above = thing(town, kind)
    address = comment(town, above)
    (heard,) = posts(reading.events())
    assert (heard.external_id, heard.thread, heard.parent, heard.text) == (address, above, above, "Темно")
    assert (heard.author.external_id, heard.community, heard.own) == (f"id{town.anna}", f"club{town.group}", False)
    assert heard.url == f"{town.sandbox.base}/vk/{address}"
    assert VKONTAKTE.address_of(heard.url, f"{town.sandbox.base}/vk") is not None
    assert reading.events() == []


@pytest.mark.parametrize("kind", ["photo", "video"])
def test_a_reply_names_what_it_replies_to(town: Town, kind: str, reading: Reading) -> None:
    first = comment(town, thing(town, kind))
    second = comment(town, first, "И у нас")
    heard = {post.external_id: post for post in posts(reading.events())}
    assert heard[second].parent == first


def test_our_own_words_are_known_as_ours(town: Town, kind: str, reading: Reading) -> None:
    address = comment(town, thing(town, kind))
    said = VKONTAKTE.publish(account(town, user=True), speech(address), "key-1")
    heard = {post.external_id: post for post in posts(reading.events())}
    assert (heard[said.external_id].own, heard[address].own) == (True, False)


def test_edits_deletions_and_restorations_are_heard_by_events(town: Town, kind: str) -> None:
    reading = Reading(account(town), "own", str(town.group))
    reading.raws()
    address = comment(town, thing(town, kind))
    town.sandbox.control("vk/texts/edit", address=address, text="Светло")
    town.sandbox.control("vk/texts/delete", address=address)
    town.sandbox.control("vk/restore", address=address)
    new, edited, deleted, restored = reading.events()
    assert isinstance(new, Post)
    assert isinstance(edited, Edit)
    assert isinstance(restored, Edit)
    assert (edited.post.text, edited.post.external_id) == ("Светло", address)
    assert deleted == Deletion(address)


def test_an_edit_is_found_by_asking_when_something_moved(town: Town, kind: str) -> None:
    reading = Reading(account(town, user=True, options=PULL), "own", str(town.group))
    address = comment(town, thing(town, kind))
    reading.raws()
    town.sandbox.control("vk/texts/edit", address=address, text="Светло")
    comment(town, address.partition("?")[0], "Ещё")
    assert sorted(reading.texts()) == ["Ещё", "Светло"]


def test_old_talk_of_an_old_topic_is_no_news(town: Town, kind: str) -> None:
    access = account(town, user=True, options=PULL)
    above = thing(town, kind)
    comment(town, above, "Давно")
    later = VKONTAKTE.fetch(access, place(town, {}), datetime.now(UTC) + timedelta(days=40))
    assert [post.text for raw in later.raws for post in posts(VKONTAKTE.parse(raw))] == ["Что нового?"]


def place(town: Town, cursor: dict[str, Any]) -> ReadPlace:
    return ReadPlace("own", str(town.group), cursor)


def test_a_busy_topic_is_read_whole_and_a_quiet_one_costs_a_call_a_part(
    town: Town, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SWEEP", 10**9)  # whose turn it is depends on the numbers that the sandbox has given
    above = thing(town, kind)
    texts = [{"under": above, "text": f"н {at}", "person": str(town.anna)} for at in range(230)]
    town.sandbox.control("vk/texts/batch", texts=texts)
    reading = Reading(account(town, user=True, options=PULL), "own", str(town.group))
    assert {text for text in reading.texts() if text.startswith("н ")} == {each["text"] for each in texts}
    turns: list[str] = []
    reading.access = replace(reading.access, turn=turns.append)
    assert reading.raws() == ()
    assert len(turns) == 4, "the wall, the photos, the board, the videos"


def test_what_is_read_of_a_link_is_that_comment_alone(town: Town, kind: str) -> None:
    above = thing(town, kind)
    wanted = comment(town, above, "Вот это")
    comment(town, above, "А это нет")
    link = Reading(account(town, user=True), "link", f"https://vk.com/{wanted}")
    (found,) = posts(link.events())
    assert (found.text, found.external_id, found.author.name) == ("Вот это", wanted, "Анна Пробная")
    town.sandbox.control("vk/texts/delete", address=wanted)
    with pytest.raises(Permanent):
        link.raws()
    with pytest.raises(NeedsPerson):
        Reading(account(town, user=True), "link", above).raws()


def test_a_reply_is_said_under_the_comment_and_found_there(town: Town, kind: str) -> None:
    access, asked = account(town, user=True), comment(town, thing(town, kind))
    assert VKONTAKTE.find(access, speech(asked)) is None
    said = VKONTAKTE.publish(access, speech(asked), "key-1")
    ours = shown(town, asked)[-1]
    assert (ours["address"], ours["text"], ours["author"]) == (said.external_id, "Починят завтра.", str(town.wall))
    assert ours["parent"] == (asked.partition("?")[0] if kind == "topic" else asked)
    assert VKONTAKTE.find(access, speech(asked)) == said
    assert VKONTAKTE.replies(access, speech(asked)) == {said.external_id}
    assert VKONTAKTE.publish(access, speech(asked), "key-1") == said
    assert len(shown(town, asked)) == 3


METHOD = {"photo": "photos.createComment", "topic": "board.createComment", "video": "video.createComment"}


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_is_looked_up_and_said_once(town: Town, kind: str, fault: str, came: bool) -> None:
    access, asked = account(town, user=True), comment(town, thing(town, kind))
    town.fault(fault, METHOD[kind])
    with pytest.raises(OutcomeUnknown):
        VKONTAKTE.publish(access, speech(asked), "key-1")
    assert isinstance(VKONTAKTE.find(access, speech(asked)), Published) is came
    VKONTAKTE.publish(access, speech(asked), "key-1")
    assert [item["text"] for item in shown(town, asked)].count("Починят завтра.") == 1


def test_a_photo_goes_with_the_reply(town: Town, kind: str) -> None:
    asked = comment(town, thing(town, kind))
    with_photo = replace(speech(asked), photos=(Photo("a.png", PIXEL, "image/png"),))
    VKONTAKTE.publish(account(town, user=True), with_photo, "key-1")
    assert shown(town, asked)[-1]["photos"]


def test_nobody_elses_community_speaks_there_and_no_other_token(town: Town, kind: str) -> None:
    asked = comment(town, thing(town, kind))
    guest = replace(account(town, group=town.guest), tokens={"community": town.guest_token, "user": town.admin})
    with pytest.raises(NeedsPerson, match="только у себя"):
        VKONTAKTE.publish(guest, speech(asked), "key-1")
    with pytest.raises(NeedsPerson, match="ключ пользователя"):
        VKONTAKTE.publish(account(town), speech(asked), "key-1")
    assert len(shown(town, asked)) == 2
    blind = VKONTAKTE.find(account(town), speech(asked))
    assert isinstance(blind, CannotTell) is (kind != "topic"), "a board is shown to a service token too"


def test_a_closed_topic_is_refused_for_good(town: Town) -> None:
    above = thing(town, "topic")
    asked = comment(town, above)
    closed = thing(town, "topic", closed=True)
    with pytest.raises(Permanent):
        VKONTAKTE.publish(account(town, user=True), speech(asked.replace(above, closed)), "key-1")


def test_a_part_that_is_closed_to_us_ends_no_hearing(town: Town) -> None:
    for method in ("photos.getAllComments", "board.getTopics", "video.get"):
        town.fault("error", method, code=15)
    comment(town, thing(town, "photo"))
    reading = Reading(account(town, user=True, options=PULL), "own", str(town.group))
    town.comment("На стене")
    assert reading.texts() == ["Что нового?", "На стене"]
    heard = [text for _ in range(20) for text in reading.texts()]
    assert heard == ["Темно"], "what was closed is tried again"


def test_a_network_that_asks_us_to_wait_is_waited_for(town: Town) -> None:
    comment(town, thing(town, "photo"))
    town.fault("error", "photos.getAllComments", code=6)
    reading = Reading(account(town, user=True, options=PULL), "own", str(town.group))
    assert reading.texts() == ["Что нового?"]
    assert json.loads(reading.cursor)["done"] is False
    assert reading.texts() == ["Темно"]


@pytest.fixture
def speaking(region: Region) -> Region:
    """The agency has a community of its own, which may not speak beside the town's wall."""
    assert region.guest.agency == region.agency
    return region


def test_a_complaint_beside_the_wall_goes_all_the_way(town: Town, speaking: Region, kind: str) -> None:
    Token.objects.create(account=speaking.own, kind="user", secret=town.admin, per_second=1000)
    listen()
    address = comment(town, thing(town, kind), COMPLAINT)
    listen()
    card = assigned(speaking, only_card())
    assert (main_message(card).external_id, main_message(card).closed) == (address, "")
    approved(speaking, card, FINAL)
    settle()
    assert Sent.objects.get().external_id == shown(town, address)[-1]["address"]
    assert only_card().state == State.RATING
    listen()
    assert Message.objects.filter(own=True, thread__external_id=address.partition("?")[0]).count() == 1


def test_without_a_users_token_the_editor_says_so_at_once(town: Town, speaking: Region, kind: str) -> None:
    listen()
    comment(town, thing(town, kind), COMPLAINT)
    listen()
    card = assigned(speaking, only_card())
    assert NO_VOICE in editor(speaking.executor, card)
    approved(speaking, card, FINAL)
    settle()
    delivery = Delivery.objects.get()
    assert (delivery.hold, delivery.words) == (Delivery.Hold.BY_HAND, NO_VOICE)


def test_the_same_words_to_somebody_else_in_the_topic_are_not_taken_for_ours(town: Town, speaking: Region) -> None:
    """A topic does not tell whom an answer is for, and both answers were on their way at once."""
    Token.objects.create(account=speaking.own, kind="user", secret=town.admin, per_second=1000)
    listen()
    above = thing(town, "topic")
    comment(town, above, COMPLAINT)
    listen()
    first = only_card()
    other = comment(town, above, "Яма во дворе на Садовой", person=str(town.boris))
    listen()
    second = Message.objects.get(external_id=other).incidents.get()
    assert first != second
    town.fault("http_before", "board.createComment", count=1)
    approved(speaking, assigned(speaking, second), FINAL)
    settle()
    unclear = Delivery.objects.get()
    assert (unclear.state, unclear.seen) == (Delivery.State.UNKNOWN, [])
    approved(speaking, assigned(speaking, first), FINAL)
    settle()
    Delivery.objects.filter(pk=unclear.pk).update(due_at=clock.now())
    settle()
    unclear.refresh_from_db()
    assert (unclear.state, unclear.hold) == (Delivery.State.UNKNOWN, Delivery.Hold.PERSON)
    assert Sent.objects.count() == 1


GONE = {"photo": "photo_comment_delete", "topic": "board_post_delete", "video": "video_comment_delete"}


def test_a_deletion_that_did_not_happen_changes_nothing(town: Town, hooked: Region, client: Client, kind: str) -> None:
    """A pushed event is a hint here too: the network is asked before anything is believed."""
    Token.objects.create(account=hooked.own, kind="user", secret=town.admin, per_second=1000)
    listen()
    address = comment(town, thing(town, kind), COMPLAINT)
    listen()
    owner = "topic_owner_id" if kind == "topic" else "owner_id"
    number, note = (int(part.rpartition(sign)[2]) for part, sign in zip(address.split("?"), "_=", strict=True))
    told = {owner: town.wall, "id": note, f"{kind}_id": number, "deleter_id": town.anna}
    push(client, hooked, town, GONE[kind], told)
    assert main_message(only_card()).deleted_at is None
    town.sandbox.control("vk/texts/delete", address=address)
    push(client, hooked, town, GONE[kind], {**told, "n": 2})
    assert main_message(only_card()).deleted_at is not None


def test_what_nobody_wrote_settles_nothing(town: Town, hooked: Region, client: Client, kind: str) -> None:
    Token.objects.create(account=hooked.own, kind="user", secret=town.admin, per_second=1000)
    listen()
    address = comment(town, thing(town, kind), COMPLAINT)
    number = int(address.partition("?")[0].rpartition("_")[2])
    told = {
        f"{kind}_owner_id": town.wall,
        f"{kind}_id": number,
        "id": 999,
        "from_id": town.wall,
        "date": 1,
        "text": "Да",
    }
    push(client, hooked, town, GONE[kind].replace("delete", "new"), told)
    assert not Message.objects.filter(text="Да").exists()
