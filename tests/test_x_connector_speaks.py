"""The X connector speaks in the emulator over HTTP, and finds what it said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otklik.networks.base import (
    Photo,
    Place,
    Published,
    Speech,
)
from otklik.networks.errors import AuthLost, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from tests.sandbox.process import Sandbox
from tests.sandbox.x_town import XTown, build
from tests.x_account import NETWORK, Reading, Rests, account, address, old_keys, one, own, reply_to

PHOTO = Photo(
    "a.png",
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
    ),
    "image/png",
)
pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def town(sandbox: Sandbox) -> XTown:
    return build(sandbox)


def test_a_reply_hangs_under_the_text_and_is_found_there(town: XTown) -> None:
    speech = reply_to(town.ask("Когда починят фонарь?"), "Починят завтра, см. ya.ru/план")
    assert NETWORK.find(account(town), speech) is None
    said = NETWORK.publish(account(town), speech, "delivery-1")
    shown = town.thread(speech.reply_to)[-1]
    assert (shown["address"], shown["parent"], shown["text"]) == (said.external_id, speech.reply_to, speech.text)
    assert said.url == f"{town.base}/i/status/{said.external_id[2:]}"
    assert NETWORK.find(account(town), speech) == said
    assert NETWORK.replies(account(town), speech) == {said.external_id}
    assert NETWORK.find(account(town), replace(speech, seen=frozenset({said.external_id}))) is None
    assert NETWORK.find(account(town), replace(speech, text="Другое")) is None


def test_the_old_keys_sign_what_is_read_and_said(town: XTown) -> None:
    access = replace(account(town), tokens={"user": old_keys(town)})
    assert [right.ok for right in NETWORK.rights(access)][1:3] == [True, True]
    reading = Reading(access, "own", town.me)
    reading.events()
    asked = town.ask("Слышно нас? (да & нет) ~*'")
    assert one(reading.events()).external_id == asked
    assert Reading(access, "search", '"слышно нас" (да OR нет) -is:retweet').texts() == [
        "@rechnoy Слышно нас? (да & нет) ~*'"
    ]
    said = NETWORK.publish(access, reply_to(asked), "k")
    assert NETWORK.find(access, reply_to(asked)) == said
    wrong = replace(access, tokens={"user": old_keys(town) + "x"})
    with pytest.raises(AuthLost):
        NETWORK.publish(wrong, reply_to(asked), "k")


def test_our_reply_is_found_after_the_text_itself_is_gone(town: XTown) -> None:
    asked = town.ask("Когда?")
    said = NETWORK.publish(account(town), reply_to(asked), "k")
    town.sandbox.control("x/texts/delete", address=asked)
    assert NETWORK.find(account(town), reply_to(asked)) == said


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_is_looked_up_and_then_known(town: XTown, fault: str, came: bool) -> None:
    speech = reply_to(town.ask("Когда?"))
    town.fault(fault, "createPosts")
    with pytest.raises(OutcomeUnknown):
        NETWORK.publish(account(town), speech, "delivery-1")
    found = NETWORK.find(account(town), speech)
    assert isinstance(found, Published) is came
    assert [item["text"] for item in town.thread(speech.reply_to)].count(speech.text) == int(came)


def test_the_networks_own_word_that_it_stands_there_already_is_no_failure(town: XTown) -> None:
    speech = reply_to(town.ask("Когда?"))
    said = NETWORK.publish(account(town), speech, "delivery-1")
    with pytest.raises(OutcomeUnknown):
        NETWORK.publish(account(town), speech, "delivery-1")
    assert NETWORK.find(account(town), speech) == said


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (429, RetryAt),
        (88, RetryAt),
        (400, Permanent),
        (401, AuthLost),
        (402, AuthLost),
        (403, Permanent),
        (404, Permanent),
        (4031, AuthLost),
        (4032, AuthLost),
        (187, OutcomeUnknown),
        (500, OutcomeUnknown),
        (503, OutcomeUnknown),
        (418, OutcomeUnknown),
    ],
)
def test_refusals_of_the_network_come_as_classes(town: XTown, code: int, kind: type[Exception]) -> None:
    speech = reply_to(town.ask("Когда?"))
    town.fault("error", "createPosts", code=code)
    with pytest.raises(kind) as caught:
        NETWORK.publish(account(town), speech, "k")
    assert town.user not in str(caught.value)
    assert speech.text not in [item["text"] for item in town.thread(speech.reply_to)]


def test_a_used_up_limit_lets_the_token_rest_as_long_as_the_network_says(town: XTown) -> None:
    access = account(town)
    town.fault("error", "createPosts", code=429)
    with pytest.raises(RetryAt) as caught:
        NETWORK.publish(access, reply_to(town.ask("Когда?")), "k")
    assert timedelta(minutes=14) < caught.value.after <= timedelta(minutes=15, seconds=2)
    assert isinstance(access.rest, Rests)
    ((kind, time),) = access.rest.told
    assert (kind, time) == ("user", caught.value.after)


def test_a_used_up_limit_of_direct_messages_stops_neither_answers_nor_mentions(town: XTown) -> None:
    reading = own(town)
    for _ in range(16):
        reading.raws()
    asked = town.ask("Слышно?")
    assert reading.texts() == ["@rechnoy Слышно?"]
    assert isinstance(reading.access.rest, Rests)
    assert reading.access.rest.told == []
    assert NETWORK.publish(reading.access, reply_to(asked), "k")


@pytest.mark.parametrize("text", ["я" * 281, "👋" * 141, "$ABC и $DEF"])
def test_what_the_network_would_refuse_is_refused_before_a_byte_leaves(town: XTown, text: str) -> None:
    asked = town.ask("Когда?")
    with pytest.raises(NeedsPerson):
        NETWORK.publish(replace(account(town), base="http://127.0.0.1:9"), reply_to(asked, text), "k")
    nowhere = replace(account(town), base="http://127.0.0.1:9")
    for photos in ((PHOTO,) * 5, (replace(PHOTO, content=b"x" * (5 * 1024 * 1024 + 1)),)):
        with pytest.raises(NeedsPerson):
            NETWORK.publish(nowhere, replace(reply_to(asked), photos=photos), "k")


LONGEST = (
    "я" * 280,
    "👨\u200d👩\u200d👧\u200d👦" * 140,
    "漢" * 140,
    "я" * 256 + " https://a.example.com/" + "б" * 300,
)


@pytest.mark.parametrize("text", LONGEST, ids=range(len(LONGEST)))
def test_the_longest_text_that_fits_is_taken(town: XTown, text: str) -> None:
    speech = reply_to(town.ask("Когда?"), text)
    said = NETWORK.publish(account(town), speech, "k")
    assert NETWORK.find(account(town), speech) == said


def test_a_picture_is_seen_with_the_answer_and_in_a_dialogue(town: XTown) -> None:
    speech = replace(reply_to(town.ask("Где?")), photos=(PHOTO, PHOTO))
    said = NETWORK.publish(account(town), speech, "k")
    assert len(town.thread(said.external_id)[-1]["photos"]) == 2
    heard = [event for event in own(town).events() if address(event) == said.external_id]
    assert [each.url.startswith(f"{town.base}/media/3_") for each in one(heard).attachments] == [True, True]
    assert town.sandbox.http.get(one(heard).attachments[0].url).headers["content-type"] == "image/jpeg"
    assert NETWORK.find(account(town), speech) == said
    town.text("Здравствуйте", to=town.me)
    direct = Speech("Вот", "", f"x:dm:{town.me}:{town.anna}", direct=True, photos=(PHOTO,))
    NETWORK.publish(account(town), direct, "k")
    shown = town.sandbox.inspect("x/dialogue", place=town.me, person=town.anna)["items"]
    assert len(shown[-1]["photos"]) == 1


def test_a_picture_that_is_none_leaves_nothing_said(town: XTown) -> None:
    speech = replace(reply_to(town.ask("Где?")), photos=(replace(PHOTO, content=b"no picture"),))
    with pytest.raises(NeedsPerson):
        NETWORK.publish(account(town), speech, "k")
    town.fault("drop_after", "mediaUpload")
    with pytest.raises(RetryAt):
        NETWORK.publish(account(town), replace(speech, photos=(PHOTO,)), "k")
    assert [item["text"] for item in town.thread(speech.reply_to)] == ["@rechnoy Где?"]


def test_a_deleted_text_cannot_be_answered(town: XTown) -> None:
    asked = town.ask("Когда?")
    town.sandbox.control("x/texts/delete", address=asked)
    with pytest.raises(Permanent):
        NETWORK.publish(account(town), reply_to(asked), "k")


def test_an_automatic_name_summons_us_only_if_the_option_says_so(town: XTown) -> None:
    under = town.text("Темно", under=town.own())
    strict = account(town, reply_counts_as_summons=False)
    with pytest.raises(Permanent):
        NETWORK.publish(strict, reply_to(under), "k")
    heard = [event for event in Reading(strict, "own", town.me).events() if address(event) == under]
    assert one(heard).closed
    assert NETWORK.publish(account(town), reply_to(under), "k")


def test_a_dialogue_is_heard_answered_and_looked_up(town: XTown) -> None:
    reading = own(town)
    reading.raws()
    written = town.text("Здравствуйте", to=town.me)
    heard = one(reading.events())
    assert (heard.place, heard.external_id) == (Place.DIRECT, written)
    assert (heard.author.name, heard.own, heard.community) == ("Анна Пробная", False, town.me)
    speech = Speech("Ответили", heard.external_id, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    assert NETWORK.find(account(town), speech) is None
    said = NETWORK.publish(account(town), speech, "delivery-1")
    echo = one(reading.events())
    assert (echo.own, echo.external_id) == (True, said.external_id)
    assert NETWORK.find(account(town), speech) == said
    assert NETWORK.replies(account(town), speech) == {said.external_id}
    shown = town.sandbox.inspect("x/dialogue", place=town.me, person=town.anna)["items"]
    assert [item["text"] for item in shown] == ["Здравствуйте", "Ответили"]
    assert one(Reading(account(town), "link", written).events()).text == "Здравствуйте"
    assert Reading(account(town), "dialogue", town.me).texts() == ["Здравствуйте", "Ответили"]


def test_who_takes_no_messages_gets_none(town: XTown) -> None:
    speech = Speech("Ответ", "", f"x:dm:{town.me}:{town.boris}", direct=True)
    with pytest.raises(Permanent):
        NETWORK.publish(account(town), speech, "k")
    foreign = Speech("Ответ", "", f"x:dm:{town.guest}:{town.anna}", direct=True)
    with pytest.raises(Permanent, match="другой аккаунт"):
        NETWORK.publish(account(town), foreign, "k")
