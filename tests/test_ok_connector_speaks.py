"""The Odnoklassniki connector against the emulator over HTTP: what we say is seen, once, and found again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from otklik.networks.base import CannotTell, Photo, Place, Post, Published, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from tests.ok_account import NETWORK, account, calls, foreign, own, reply_to
from tests.sandbox.ok_town import OkTown, build
from tests.sandbox.process import Sandbox

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def city(sandbox: Sandbox) -> OkTown:
    return build(sandbox)


def test_a_reply_hangs_under_the_comment_and_is_found_there(city: OkTown) -> None:
    asked = city.comment("Когда починят фонарь?")
    speech = reply_to(city, asked)
    assert NETWORK.find(account(city), speech) is None
    said = NETWORK.publish(account(city), speech, "delivery-1")
    (shown,) = [item for item in city.thread() if item["text"] == speech.text]
    assert (shown["address"], shown["parent"], shown["official"]) == (said.external_id, asked, True)
    assert NETWORK.find(account(city), speech) == said
    assert NETWORK.replies(account(city), speech) == {said.external_id}
    heard = [event for event in own(city).events() if isinstance(event, Post) and event.own]
    assert said.external_id in [post.external_id for post in heard]


def test_a_reply_to_the_topic_itself_replies_to_no_comment(city: OkTown) -> None:
    speech = reply_to(city, city.topic)
    said = NETWORK.publish(account(city), speech, "k")
    assert NETWORK.find(account(city), speech) == said
    assert city.thread()[-1]["parent"] == city.topic


@pytest.mark.parametrize("answer", ["object", "wrapped", "id"])
def test_the_new_comment_is_known_whatever_the_answer_looks_like(city: OkTown, answer: str) -> None:
    city.switch(comment_answer=answer)
    said = NETWORK.publish(account(city), reply_to(city, city.comment("Когда?")), "k")
    assert city.thread()[-1]["address"] == said.external_id


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_is_looked_up_and_then_known(city: OkTown, fault: str, came: bool) -> None:
    speech = reply_to(city, city.comment("Когда?"))
    city.fault(fault, "discussions.addDiscussionComment")
    with pytest.raises(OutcomeUnknown):
        NETWORK.publish(account(city), speech, "delivery-1")
    assert isinstance(NETWORK.find(account(city), speech), Published) is came
    assert [item["text"] for item in city.thread()].count(speech.text) == came


def test_an_old_reply_with_the_same_words_is_not_taken_for_the_new_one(city: OkTown) -> None:
    asked = city.comment("Когда?")
    NETWORK.publish(account(city), reply_to(city, asked), "delivery-1")
    speech = replace(reply_to(city, asked), seen=NETWORK.replies(account(city), reply_to(city, asked)))
    assert NETWORK.find(account(city), speech) is None
    said = NETWORK.publish(account(city), speech, "delivery-2")
    assert NETWORK.find(account(city), speech) == said


def test_where_the_method_is_gone_a_person_answers_by_hand_and_is_found(city: OkTown) -> None:
    city.switch(comment_method=False)
    speech = reply_to(city, city.comment("Когда?"))
    with pytest.raises(NeedsPerson, match=f"{city.base}/group/{city.group}/topic/{city.topic_number}"):
        NETWORK.publish(account(city), speech, "k")
    assert NETWORK.find(account(city), speech) is None
    by_hand = city.sandbox.control("ok/texts", under=speech.reply_to, text="Починят  завтра.")["address"]
    found = NETWORK.find(account(city), speech)
    assert isinstance(found, Published)
    assert found.external_id == by_hand


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((8, RetryAt), (11, RetryAt), (454, NeedsPerson), (102, AuthLost), (104, AuthLost), (300, Permanent)),
        *((2, OutcomeUnknown), (9999, OutcomeUnknown), (4242, OutcomeUnknown), (4, Broken)),
    ],
)
def test_refusals_of_the_network_come_as_classes(city: OkTown, code: int, kind: type[Exception]) -> None:
    speech = reply_to(city, city.comment("Когда?"))
    city.fault("error", "discussions.addDiscussionComment", code=code)
    with pytest.raises(kind) as caught:
        NETWORK.publish(account(city), speech, "k")
    assert city.access not in str(caught.value)
    assert speech.text not in [item["text"] for item in city.thread()]


def test_a_deleted_comment_cannot_be_answered(city: OkTown) -> None:
    asked = city.comment("Когда?")
    city.delete(asked)
    with pytest.raises(Permanent):
        NETWORK.publish(account(city), reply_to(city, asked), "k")
    city.delete(city.topic)
    with pytest.raises(Permanent):
        NETWORK.publish(account(city), reply_to(city, asked), "k")
    assert isinstance(NETWORK.find(account(city), reply_to(city, asked)), CannotTell)


@pytest.mark.parametrize("allowed", ["flags", "fields"])
def test_a_topic_with_closed_comments_is_known_before_anybody_answers(city: OkTown, allowed: str) -> None:
    city.switch(allowed=allowed)
    city.comment("Успел написать")
    city.sandbox.control("ok/topics/close", address=city.topic, closed=True)
    posts = [event for event in own(city).events() if isinstance(event, Post)]
    assert [bool(post.closed) for post in posts] == [True, True]
    with pytest.raises(Permanent, match="закрыты"):
        NETWORK.publish(account(city), reply_to(city, city.topic), "k")


def test_a_guest_hears_and_answers_in_another_group(city: OkTown) -> None:
    reading = foreign(city)
    assert reading.texts() == ["Что нового?"]
    asked = city.comment("Яма на Садовой")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.author.name, heard.community) == ("Анна Пробная", f"group:{city.group}")
    speech = reply_to(city, asked, "Засыпали.")
    said = NETWORK.publish(account(city, guest=True), speech, "k")
    assert (city.thread()[-1]["author_name"], city.thread()[-1]["official"]) == ("Глеб Админов", False)
    assert NETWORK.find(account(city, guest=True), speech) == said
    (ours,) = [event for event in reading.events() if isinstance(event, Post) and event.own]
    assert (ours.external_id, ours.parent) == (said.external_id, heard.external_id)
    assert reading.raws() == []


def test_a_group_that_takes_no_strangers_is_read_and_not_answered(city: OkTown) -> None:
    city.sandbox.control("ok/places", id=city.group, guests="none")
    asked = city.comment("Яма на Садовой")
    heard = [event for event in foreign(city).events() if isinstance(event, Post)]
    assert all(post.closed for post in heard)
    with pytest.raises(Permanent):
        NETWORK.publish(account(city, guest=True), reply_to(city, asked), "k")


def test_a_guest_may_be_told_to_answer_by_hand_alone(city: OkTown) -> None:
    asked = city.comment("Яма на Садовой")
    with pytest.raises(NeedsPerson, match="topic"):
        NETWORK.publish(account(city, guest=True, options={"guest": False}), reply_to(city, asked), "k")


@pytest.mark.parametrize("answer", ["success", "message_id"])
def test_a_dialogue_is_heard_answered_and_looked_up(city: OkTown, answer: str) -> None:
    city.switch(message_answer=answer)
    reading = own(city)
    reading.raws()
    asked = city.message("Здравствуйте")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.external_id, heard.place, heard.community) == (asked, Place.DIRECT, f"group:{city.group}")
    assert (heard.author.external_id, heard.author.name) == (f"user:{city.anna}", "Анна Пробная")
    speech = Speech("Ответили", heard.external_id, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    assert NETWORK.find(account(city), speech) is None
    said = NETWORK.publish(account(city), speech, "delivery-1")
    assert NETWORK.find(account(city), speech) == said
    assert NETWORK.replies(account(city), speech) == {said.external_id}
    assert [item["text"] for item in city.thread(heard.thread)] == ["Здравствуйте", "Ответили"]
    echoes = [event for event in reading.events() if isinstance(event, Post) and event.own]
    assert [post.external_id for post in echoes] == [said.external_id]
    assert reading.raws() == []


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_in_a_dialogue_is_looked_up(city: OkTown, fault: str, came: bool) -> None:
    asked = city.message("Здравствуйте")
    speech = Speech("Ответили", asked, asked.partition("?")[0], direct=True, attempted_at=datetime.now(UTC))
    city.fault(fault, "graph.messages.post")
    with pytest.raises(OutcomeUnknown):
        NETWORK.publish(account(city), speech, "k")
    assert isinstance(NETWORK.find(account(city), speech), Published) is came


def test_who_did_not_allow_messages_gets_none(city: OkTown) -> None:
    asked = city.message("Здравствуйте")
    city.sandbox.control("ok/messages/allowed", place=city.group, person=city.anna, allowed=False)
    speech = Speech("Ответ", asked, asked.partition("?")[0], direct=True)
    with pytest.raises(Permanent):
        NETWORK.publish(account(city), speech, "k")


def test_photos_and_too_long_texts_are_refused_before_a_byte_leaves(city: OkTown) -> None:
    asked = city.comment("Когда?")
    calls(city)
    for speech in (
        replace(reply_to(city, asked), photos=(Photo("a.png", b"x", "image/png"),)),
        reply_to(city, asked, "я" * 3001),
    ):
        with pytest.raises(NeedsPerson):
            NETWORK.publish(account(city), speech, "k")
    with pytest.raises(Broken):
        NETWORK.publish(account(city), reply_to(city, asked, " \n"), "k")
    assert calls(city) == []


def test_the_self_check_of_a_good_account_is_green_and_each_fault_has_its_line(city: OkTown) -> None:
    assert [right for right in NETWORK.rights(account(city)) if not right.ok] == []
    assert city.thread()[1:] == []
    city.switch(comment_method=False)
    assert [right.name for right in NETWORK.rights(account(city)) if not right.ok] == ["Ответы в комментариях"]
    wrong = replace(account(city), tokens={**account(city).tokens, "secret_key": "WRONG"})
    assert [right.name for right in NETWORK.rights(wrong) if not right.ok] == [
        "Вход: ключи приложения и администратора"
    ]
    weak = city.sandbox.control("ok/tokens", kind="access", person=city.boris, rights=["VALUABLE_ACCESS"])["token"]
    access = replace(account(city), tokens={**account(city).tokens, "access": weak})
    failed = [right.name for right in NETWORK.rights(access) if not right.ok]
    assert failed == ["Право приложения GROUP_CONTENT", "Администратор группы", "Ответы в комментариях"]
    other = replace(account(city), external_id=city.other)
    assert any("другой группе" in right.advice for right in NETWORK.rights(other))
    bare = NETWORK.rights(replace(account(city), tokens={}))
    assert [right.ok for right in bare] == [False, False, False, True]


def test_names_are_told(city: OkTown) -> None:
    people = NETWORK.authors(account(city), [f"user:{city.anna}", f"group:{city.group}", "user:999", "nonsense"])
    names = {person.external_id: person.name for person in people}
    assert names == {f"user:{city.anna}": "Анна Пробная", f"group:{city.group}": "Город Речной"}
