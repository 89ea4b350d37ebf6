from dataclasses import replace

import pytest

from otklik.networks.base import Deletion, Edit, Photo, Place, Post, Speech
from otklik.networks.errors import AuthLost, NeedsPerson, Permanent, RetryAt
from tests.connectors import PIXEL, address_of, by_address, hook, only, with_tokens
from tests.sandbox.town import until
from tests.sandbox.x_town import XTown
from tests.x_account import NETWORK, Reading, account, old_keys, one, own, reply_to

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_replies_are_heard_at_any_depth_of_our_own_conversation_also_where_they_do_not_name_us(x: XTown) -> None:
    reading = own(x)
    mine = x.own()
    first = x.text("Темно", under=mine)
    second = x.text("И у нас", under=first, person=x.boris)
    heard = by_address(reading.events())
    assert set(heard) == {mine, first, second}
    assert heard[mine].own
    assert (heard[first].place, heard[first].parent, heard[first].thread) == (Place.COMMENT, mine, mine)
    assert (heard[second].parent, heard[second].thread) == (first, mine)
    body = {"text": "А где?", "reply": {"in_reply_to_tweet_id": first[2:], "exclude_reply_user_ids": [x.me]}}
    boris = x.token("user", person=x.boris)["token"]
    x.switch(access="enterprise")
    assert x.call("POST", "/2/tweets", boris, body).status_code == 201
    assert one(reading.events()).text == "@anna А где?", "found by its conversation"


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
    publication = NETWORK.publish(account(x, guest=True), reply_to(naming, thread=mine), "k")
    again = one(reading.events())
    assert (again.external_id, again.own) == (publication.external_id, True)


def test_the_self_check_tells_which_key_is_wrong_and_tries_each_alone_as_it_is_given(x: XTown) -> None:
    dead = with_tokens(account(x), bearer="no", user="no")
    assert [right.ok for right in NETWORK.rights(dead)] == [False, False, False, True, True]
    assert "другому аккаунту" in NETWORK.rights(with_tokens(account(x), user=x.guest_user))[1].advice
    weak = x.token("user", place=x.me, scopes="tweet.read users.read tweet.write")["token"]
    assert not NETWORK.rights(with_tokens(account(x), user=weak))[2].ok
    without = NETWORK.rights(replace(account(x), tokens={}))
    for kind, key in account(x).tokens.items():
        alone = replace(account(x), tokens={kind: key})
        assert [right for right in NETWORK.rights(alone) if not right.ok and right not in without] == [], kind
        NETWORK.authors(alone, [NETWORK.voice(x.me)])


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
    texts = Reading(access, "search", '"слышно нас" (да OR нет) -is:retweet').texts()
    assert texts == ["@rechnoy Слышно нас? (да & нет) ~*'"]
    publication = NETWORK.publish(access, reply_to(asked), "k")
    assert NETWORK.find(access, reply_to(asked)) == publication
    with pytest.raises(AuthLost):
        NETWORK.publish(replace(access, tokens={"user": old_keys(x) + "x"}), reply_to(asked), "k")


def test_a_picture_of_unclear_fate_leaves_nothing_said(x: XTown) -> None:
    speech = replace(reply_to(x.ask("Где?")), photos=(Photo("a.png", PIXEL, "image/png"),))
    x.fault("drop_after", "mediaUpload")
    with pytest.raises(RetryAt):
        NETWORK.publish(account(x), speech, "k")
    assert [item["text"] for item in x.thread(speech.reply_to)] == ["@rechnoy Где?"]


def test_a_dialogue_is_read_by_itself_or_by_a_link(x: XTown) -> None:
    written = x.text("Здравствуйте", to=x.me)
    NETWORK.publish(account(x), Speech("Ответили", written, f"x:dm:{x.me}:{x.anna}", direct=True), "delivery-1")
    assert one(Reading(account(x), "link", written).events()).text == "Здравствуйте"
    assert Reading(account(x), "dialogue", x.me).texts() == ["Здравствуйте", "Ответили"]
