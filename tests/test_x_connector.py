"""What is X's own, with its connector against the emulator: conversations, versions of a text, searches, old keys that
sign, the longest text, pushes."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from otklik.networks.base import Deletion, Edit, Photo, Place, Post, Speech
from otklik.networks.errors import AuthLost, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.models import RawEvent
from tests.connectors import PIXEL, address_of, by_address, gone, hook, only, with_tokens
from tests.make import inbox
from tests.sandbox.town import until
from tests.sandbox.x_town import XTown
from tests.x_account import NETWORK, Reading, account, old_keys, one, own, reply_to

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PHOTO = Photo("a.png", PIXEL, "image/png")


def test_replies_are_heard_at_any_depth_of_our_own_conversation(x: XTown) -> None:
    reading = own(x)
    mine = x.own()
    first = x.text("Темно", under=mine)
    second = x.text("И у нас", under=first, person=x.boris)
    heard = by_address(reading.events())
    assert set(heard) == {mine, first, second}
    assert heard[mine].own
    assert (heard[first].place, heard[first].parent, heard[first].thread) == (Place.COMMENT, mine, mine)
    assert (heard[second].parent, heard[second].thread) == (first, mine)


def test_a_reply_that_does_not_name_us_is_heard_by_its_conversation(x: XTown) -> None:
    reading = own(x)
    mine = x.own()
    first = x.text("Темно", under=mine)
    reading.events()
    body = {"text": "А где?", "reply": {"in_reply_to_tweet_id": first[2:], "exclude_reply_user_ids": [x.me]}}
    boris = x.token("user", person=x.boris)["token"]
    x.switch(access="enterprise")
    assert x.call("POST", "/2/tweets", boris, body).status_code == 201
    assert one(reading.events()).text == "@anna А где?"


def test_an_edit_is_an_edit_of_the_same_text_and_the_answer_goes_to_the_newest(x: XTown) -> None:
    reading = own(x)
    asked = x.ask("Темно")
    reading.raws()
    x.sandbox.control("x/texts/edit", address=asked, text="@rechnoy Светло")
    (heard,) = reading.events()
    assert isinstance(heard, Edit)
    assert (heard.post.external_id, heard.post.text) == (asked, "@rechnoy Светло")
    assert heard.post.edited_at is not None
    assert heard.post.url.endswith(newest_of(x, asked))
    said = NETWORK.publish(account(x), reply_to(asked), "k")
    raw = x.get("/2/tweets", ids=said.external_id[2:], **{"tweet.fields": "referenced_tweets"})["data"][0]
    assert raw["referenced_tweets"] == [{"type": "replied_to", "id": newest_of(x, asked)}]
    assert NETWORK.find(account(x), reply_to(asked)) == said


def newest_of(x: XTown, asked: str) -> str:
    return str(x.get("/2/tweets", ids=asked[2:])["data"][0]["edit_history_tweet_ids"][-1])


def test_a_deletion_is_heard_when_looking_again_is_asked_for(x: XTown) -> None:
    reading = own(x, recheck_minutes=1)
    asked, other = x.ask("Темно"), x.ask("Холодно")
    assert len(reading.events()) == 2
    x.sandbox.control("x/texts/delete", address=asked)
    reading.late += timedelta(minutes=2)
    assert gone(reading.events()) == [asked]
    reading.late += timedelta(minutes=2)
    assert gone(reading.events()) == []
    assert json.loads(reading.cursor)["recent"] == [other[2:]]


def test_a_search_finds_words_and_says_who_cannot_be_answered(x: XTown) -> None:
    reading = Reading(account(x), "search", '("нет света" OR фонарь) -from:dorogi')
    x.text("Опять нет света")
    x.text("Про слонов")
    found = one(reading.events())
    assert found.text == "Опять нет света"
    assert "только тем, кто упомянул" in found.closed
    with pytest.raises(Permanent, match="только тем, кто упомянул"):
        NETWORK.publish(account(x), reply_to(found.external_id), "k")
    x.switch(access="enterprise")
    free = Reading(account(x, access="enterprise"), "search", "света")
    assert one(free.events()).closed == ""
    assert NETWORK.publish(account(x, access="enterprise"), reply_to(found.external_id), "k")


def test_a_guest_hears_another_account_and_may_answer_only_who_named_it(x: XTown) -> None:
    reading = Reading(account(x, guest=True), "foreign", "https://x.com/rechnoy")
    assert (reading.events(), reading.called) == ([], x.me)
    mine = x.own()
    plain = x.text("Яма на Садовой", under=mine)
    naming = x.text("@dorogi и вы посмотрите", under=mine)
    heard = by_address(reading.events())
    assert set(heard) == {mine, plain, naming}
    assert {event.community for event in heard.values()} == {x.me}
    assert heard[plain].closed
    assert heard[naming].closed == ""
    with pytest.raises(Permanent):
        NETWORK.publish(account(x, guest=True), reply_to(plain), "k")
    said = NETWORK.publish(account(x, guest=True), reply_to(naming, thread=mine), "k")
    again = one(reading.events())
    assert (again.external_id, again.own) == (said.external_id, True)


def test_the_self_check_tells_which_key_is_wrong(x: XTown) -> None:
    dead = with_tokens(account(x), bearer="no", user="no")
    assert [right.ok for right in NETWORK.rights(dead)] == [False, False, False, True, True]
    foreign = with_tokens(account(x), user=x.guest_user)
    assert "другому аккаунту" in NETWORK.rights(foreign)[1].advice
    weak = x.token("user", place=x.me, scopes="tweet.read users.read tweet.write")["token"]
    assert not NETWORK.rights(with_tokens(account(x), user=weak))[2].ok


@pytest.mark.parametrize("kind", ["bearer", "user", "consumer_secret"])
def test_each_key_can_be_tried_alone_as_it_is_when_it_is_given(x: XTown, kind: str) -> None:
    access = account(x)
    without = NETWORK.rights(replace(access, tokens={}))
    alone = replace(access, tokens={kind: access.tokens[kind]})
    assert [right for right in NETWORK.rights(alone) if not right.ok and right not in without] == []
    NETWORK.authors(alone, [NETWORK.voice(access.external_id)])


@pytest.mark.parametrize("shape", ["nested", "object", "list"])
def test_pushes_are_checked_understood_and_name_the_same_texts_as_polling(x: XTown, shape: str) -> None:
    x.switch(subscription_shape=shape)
    with hook(NETWORK, account(x, push=True)) as ours:
        NETWORK.subscribe(ours.access, ours.url)
        NETWORK.subscribe(ours.access, ours.url)
        assert len(x.get("/2/webhooks")["data"]) == 1
        assert len(x.get("/2/activity/subscriptions")["data"]) == 7
        mine = x.own()
        reply = x.text("Темно", under=mine)
        asked = x.ask("Когда?")
        x.sandbox.control("x/texts/edit", address=asked, text="@rechnoy Когда же?")
        direct = x.text("Лично", to=x.me)
        until(lambda: len(ours.raws) == 5, "five events are pushed")
        x.sandbox.control("x/texts/delete", address=mine)
        until(lambda: len(ours.raws) == 6, "the deletion is pushed")
    pushed = ours.events()
    assert [address_of(event) for event in pushed] == [mine, reply, asked, asked, direct, mine]
    assert [type(event) for event in pushed] == [Post, Post, Post, Edit, Post, Deletion]
    assert all(post.closed == "" for post in only(pushed, Post))
    assert {address_of(event) for event in own(x, push=True).events()} == {reply, asked, direct}
    assert all(raw.key for raw in ours.raws)


def test_a_hook_that_cannot_prove_itself_is_a_persons_business(x: XTown) -> None:
    wrong = with_tokens(account(x), consumer_secret="another")
    with hook(NETWORK, wrong) as ours, pytest.raises(NeedsPerson, match="секрет"):
        NETWORK.subscribe(wrong, ours.url)
    with pytest.raises(NeedsPerson):
        NETWORK.subscribe(replace(account(x), tokens={"bearer": x.bearer}), "https://a.example/")
    weak = x.token("user", place=x.me, scopes="tweet.read users.read tweet.write")["token"]
    access = with_tokens(account(x), user=weak)
    with hook(NETWORK, access) as ours, pytest.raises(NeedsPerson, match=r"dm\.received, dm\.sent"):
        NETWORK.subscribe(access, ours.url)


def test_the_old_keys_sign_what_is_read_and_said(x: XTown) -> None:
    access = replace(account(x), tokens={"user": old_keys(x)})
    assert [right.ok for right in NETWORK.rights(access)][1:3] == [True, True]
    reading = Reading(access, "own", x.me)
    reading.events()
    asked = x.ask("Слышно нас? (да & нет) ~*'")
    assert one(reading.events()).external_id == asked
    assert Reading(access, "search", '"слышно нас" (да OR нет) -is:retweet').texts() == [
        "@rechnoy Слышно нас? (да & нет) ~*'"
    ]
    said = NETWORK.publish(access, reply_to(asked), "k")
    assert NETWORK.find(access, reply_to(asked)) == said
    wrong = replace(access, tokens={"user": old_keys(x) + "x"})
    with pytest.raises(AuthLost):
        NETWORK.publish(wrong, reply_to(asked), "k")


def test_our_reply_is_found_after_the_text_itself_is_gone(x: XTown) -> None:
    asked = x.ask("Когда?")
    said = NETWORK.publish(account(x), reply_to(asked), "k")
    x.sandbox.control("x/texts/delete", address=asked)
    assert NETWORK.find(account(x), reply_to(asked)) == said


def test_the_networks_own_word_that_it_stands_there_already_is_no_failure(x: XTown) -> None:
    speech = reply_to(x.ask("Когда?"))
    said = NETWORK.publish(account(x), speech, "delivery-1")
    with pytest.raises(OutcomeUnknown):
        NETWORK.publish(account(x), speech, "delivery-1")
    assert NETWORK.find(account(x), speech) == said


@pytest.mark.parametrize(
    "text",
    [
        "я" * 280,
        "👨\u200d👩\u200d👧\u200d👦" * 140,
        "漢" * 140,
        "я" * 256 + " https://a.example.com/" + "б" * 300,
    ],
    ids=["letters", "families", "hieroglyphs", "link"],
)
def test_the_longest_text_that_fits_is_taken(x: XTown, text: str) -> None:
    speech = reply_to(x.ask("Когда?"), text)
    said = NETWORK.publish(account(x), speech, "k")
    assert NETWORK.find(account(x), speech) == said


def test_a_picture_of_unclear_fate_leaves_nothing_said(x: XTown) -> None:
    speech = replace(reply_to(x.ask("Где?")), photos=(PHOTO,))
    x.fault("drop_after", "mediaUpload")
    with pytest.raises(RetryAt):
        NETWORK.publish(account(x), speech, "k")
    assert [item["text"] for item in x.thread(speech.reply_to)] == ["@rechnoy Где?"]


def test_a_dialogue_is_read_by_itself_or_by_a_link(x: XTown) -> None:
    written = x.text("Здравствуйте", to=x.me)
    speech = Speech("Ответили", written, f"x:dm:{x.me}:{x.anna}", direct=True)
    NETWORK.publish(account(x), speech, "delivery-1")
    assert one(Reading(account(x), "link", written).events()).text == "Здравствуйте"
    assert Reading(account(x), "dialogue", x.me).texts() == ["Здравствуйте", "Ответили"]


@pytest.mark.django_db
@pytest.mark.usefixtures("switched_on")
def test_the_networks_check_is_answered_and_not_kept() -> None:
    account = inbox.account("x", "1700000000000000001", {"consumer_secret": "consumer-secret"})
    address = f"/hooks/x/{account.hook_key}/"
    answer = Client().get(address, {"crc_token": "challenge-token"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == {"response_token": "sha256=VZK9B1kCyurInvXeJ+LoGXGP568O3i5YIWthXZNE0QA="}
    assert Client().get(address, {"crc_token": '{"data": {"event_type": "post.delete"}}'}).status_code == 400
    assert Client().get(address).status_code == 400
    assert not RawEvent.objects.exists()
