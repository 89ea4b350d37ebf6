"""The Telegram connector speaks to the emulator over HTTP: under a comment, in a dialogue, and what is refused."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from otklik.networks.base import CannotTell, Photo, Place, Speech
from otklik.networks.errors import AuthLost, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from tests.sandbox import telegram_schema
from tests.sandbox.process import Sandbox
from tests.sandbox.telegram_town import Town, build
from tests.telegram_reading import TELEGRAM, Reading, account, own, reply_to

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
SMALL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"  # base64 of PIXEL
)


@pytest.fixture
def city(sandbox: Sandbox) -> Iterator[Town]:
    sandbox.record.unlink(missing_ok=True)
    yield build(sandbox)
    if telegram_schema.PRESENT:
        telegram_schema.check_answers(sandbox.record)


def test_a_reply_hangs_under_the_comment(city: Town) -> None:
    asked = city.write("Когда починят фонарь?")
    speech = reply_to(city, asked)
    assert TELEGRAM.replies(account(city), speech) == frozenset()
    said = TELEGRAM.publish(account(city), speech, "delivery-1")
    (shown,) = [item for item in city.thread() if item["text"] == speech.text]
    assert (shown["address"], shown["parent"], shown["official"]) == (said.external_id, asked, True)
    assert said.url.startswith(f"{city.base}/c/")
    assert isinstance(TELEGRAM.find(account(city), speech), CannotTell)


def test_our_own_reply_is_known_from_the_citizens_answer_to_it(city: Town) -> None:
    reading = own(city)
    asked = city.write("Когда?")
    reading.events()
    city.fault("drop_after", "sendMessage")
    with pytest.raises(OutcomeUnknown):
        TELEGRAM.publish(account(city), reply_to(city, asked), "k")
    assert reading.events() == []  # the network does not tell us what we said
    (ours,) = [item for item in city.thread() if item["text"] == "Починят завтра."]
    city.write("Спасибо", under=ours["address"])
    evidence, thanks = reading.posts()
    assert (evidence.own, evidence.text, evidence.external_id) == (True, "Починят завтра.", ours["address"])
    assert evidence.author.external_id == TELEGRAM.voice(str(city.bot.number))
    assert (thanks.own, thanks.parent, thanks.thread) == (False, ours["address"], evidence.thread)


@pytest.mark.parametrize(
    ("fault", "came"), [("drop_after", 1), ("http_after", 1), ("drop_before", 0), ("http_before", 0)]
)
def test_an_unclear_answer_is_of_unknown_outcome(city: Town, fault: str, came: int) -> None:
    speech = reply_to(city, city.write("Когда?"))
    city.fault(fault, "sendMessage", code=502)
    with pytest.raises(OutcomeUnknown) as caught:
        TELEGRAM.publish(account(city), speech, "delivery-1")
    assert city.bot.token not in str(caught.value)
    assert isinstance(TELEGRAM.find(account(city), speech), CannotTell)
    assert [item["text"] for item in city.thread()].count(speech.text) == came


@pytest.mark.parametrize(
    ("code", "kind"),
    [(429, RetryAt), (401, AuthLost), (404, AuthLost), (403, Permanent), (400, Permanent), (500, OutcomeUnknown)],
)
def test_refusals_of_the_network_come_as_classes(city: Town, code: int, kind: type[Exception]) -> None:
    speech = reply_to(city, city.write("Когда?"))
    city.fault("error", "sendMessage", code=code)
    with pytest.raises(kind) as caught:
        TELEGRAM.publish(account(city), speech, "k")
    assert city.bot.token not in str(caught.value)
    assert speech.text not in [item["text"] for item in city.thread()]


def test_the_wait_that_the_network_tells_holds_for_the_whole_token(city: Town) -> None:
    rested: list[tuple[str, float]] = []
    access = replace(account(city), rest=lambda kind, time: rested.append((kind, time.total_seconds())))
    city.switch(retry_after=17)
    city.fault("error", "sendMessage", code=429)
    with pytest.raises(RetryAt) as caught:
        TELEGRAM.publish(access, reply_to(city, city.write("Когда?")), "k")
    assert caught.value.after.total_seconds() == 17
    assert rested == [("bot", 17.0)]


def test_the_networks_own_pace_is_kept(city: Town) -> None:
    city.switch(rate_limits=True)
    asked = city.write("Когда?")
    TELEGRAM.publish(account(city), reply_to(city, asked), "k1")
    with pytest.raises(RetryAt):
        TELEGRAM.publish(account(city), reply_to(city, asked), "k2")


def test_a_deleted_comment_cannot_be_answered(city: Town) -> None:
    asked = city.write("Когда?")
    city.sandbox.control("telegram/texts/delete", address=asked)
    with pytest.raises(Permanent, match="больше нет"):
        TELEGRAM.publish(account(city), reply_to(city, asked), "k")


def test_a_guest_answers_only_where_it_sits(city: Town) -> None:
    guest = account(city, city.other)
    asked = city.write("Яма на Садовой")
    with pytest.raises(Permanent):
        TELEGRAM.publish(guest, reply_to(city, asked), "k")
    city.sit(city.discussion, city.other.number, "member")
    said = TELEGRAM.publish(guest, reply_to(city, asked, "Засыпали."), "k")
    assert said.external_id in [item["address"] for item in city.thread()]
    city.sit(city.discussion, city.other.number, "kicked")
    with pytest.raises(Permanent, match="удалили из чата"):
        TELEGRAM.publish(guest, reply_to(city, asked), "k")


def test_a_dialogue_is_heard_and_answered(city: Town) -> None:
    reading = own(city)
    reading.events()
    address = city.write("Здравствуйте", to=str(city.bot.number), person=city.boris)
    (heard,) = reading.posts()
    assert (heard.place, heard.external_id) == (Place.DIRECT, address)
    assert heard.thread == f"tg:im:{city.bot.number}:{city.boris}"
    speech = Speech("Ответили", heard.external_id, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    said = TELEGRAM.publish(account(city), speech, "delivery-1")
    shown = city.sandbox.inspect("telegram/dialogue", place=city.bot.number, person=city.boris)["items"]
    assert [(item["text"], item["address"]) for item in shown] == [
        ("Здравствуйте", address),
        ("Ответили", said.external_id),
    ]
    assert shown[1]["parent"] == address


def test_dialogues_of_two_bots_with_one_person_do_not_meet(city: Town) -> None:
    readings = [own(city), Reading(account(city, city.other), "own", str(city.other.number))]
    readings[0].events()
    heard = []
    for reading, bot in zip(readings, (city.bot, city.other), strict=True):
        city.write("Здравствуйте", to=str(bot.number))
        heard.append(reading.posts()[-1])
    assert heard[0].external_id != heard[1].external_id
    speech = Speech("Ответ", heard[0].external_id, heard[0].thread, direct=True)
    with pytest.raises(Permanent, match="другой бот"):
        TELEGRAM.publish(account(city, city.other), speech, "k")


def test_who_has_blocked_the_bot_or_never_wrote_gets_no_message(city: Town) -> None:
    address = city.write("Здравствуйте", to=str(city.bot.number))
    speech = Speech("Ответ", address, address.rpartition(":")[0], direct=True)
    city.sandbox.control("telegram/blocked", bot=city.bot.number, person=city.anna, blocked=True)
    with pytest.raises(Permanent, match="заблокировал"):
        TELEGRAM.publish(account(city), speech, "k")
    never = Speech("Ответ", "", f"tg:im:{city.bot.number}:{city.boris}", direct=True)
    with pytest.raises(Permanent, match="не начинал"):
        TELEGRAM.publish(account(city), never, "k")


@pytest.mark.parametrize("photos", [1, 2])
def test_photos_are_seen_under_the_comment(city: Town, photos: int) -> None:
    asked = city.write("Где?")
    speech = replace(reply_to(city, asked), photos=(Photo("акт.png", PIXEL, "image/png"),) * photos)
    said = TELEGRAM.publish(account(city), speech, "k")
    shown = [item for item in city.thread() if item["official"] and item["parent"] == asked]
    assert [len(item["photos"]) for item in shown] == [1] * photos
    assert (shown[0]["address"], shown[0]["text"]) == (said.external_id, speech.text)


def test_a_photo_is_refused_where_none_may_be_sent(city: Town) -> None:
    city.sandbox.control("telegram/places", id=city.discussion, photos=False)
    speech = replace(reply_to(city, city.write("Где?")), photos=(Photo("a.png", PIXEL, "image/png"),))
    with pytest.raises(NeedsPerson):
        TELEGRAM.publish(account(city), speech, "k")
    broken = replace(reply_to(city, city.write("Где?", place=str(city.group))), photos=(Photo("a", b"x", "image/png"),))
    with pytest.raises(NeedsPerson, match="фотографию"):
        TELEGRAM.publish(account(city), broken, "k")


def test_the_longest_text_is_taken_and_a_longer_one_never_leaves(city: Town) -> None:
    asked = city.write("Когда?")
    TELEGRAM.publish(account(city), reply_to(city, asked, "🌙" * 2048), "k")
    with pytest.raises(NeedsPerson, match="4097"):
        TELEGRAM.publish(account(city), reply_to(city, asked, "🌙" * 2048 + "."), "k")
    lines = city.sandbox.record.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["method"] for line in lines].count("sendMessage") == 1
