from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Speech
from otklik.networks.errors import NeedsPerson, RetryAt
from otklik.networks.max.network import Max
from otklik.networks.max.speak import PAUSES, publish
from otklik.networks.max.tests.contract import COMMENTS, DIRECT, PICTURE, REPLY, THREAD, answer
from otklik.networks.max.tests.payloads import ANSWERED, AT, COMMENT, TALK, message, user
from otklik.networks.max.tests.scripted import refusal
from otklik.networks.tests.reading import address_of_ours
from tests.make.scripted import Answer, Script

pytestmark = pytest.mark.enable_socket
WITH_PICTURE = replace(DIRECT, photos=(PICTURE,))
NEW = f"{THREAD}?comment={ANSWERED}"


def address(script: Script, speech: Speech = REPLY) -> str:
    return address_of_ours(Max(), script.access(), speech)


def test_a_reply_carries_the_comment_it_answers_and_a_direct_message_goes_into_its_dialogue(script: Script) -> None:
    script.say(f"POST {COMMENTS}", {"message": answer()})
    published = Max().publish(script.access(), REPLY, "key")
    assert published.external_id == NEW
    assert published.url.endswith(f"?comment={ANSWERED}")
    Max().publish(script.access(), replace(REPLY, reply_to=THREAD), "key")
    under_comment, under_post = script.asked
    assert under_comment.body == {"text": "Починят завтра.", "link": {"type": "reply", "mid": COMMENT}}
    assert under_post.body == {"text": "Починят завтра."}
    script.asked.clear()
    script.say("POST /messages", {"message": message(ANSWERED)})
    assert Max().publish(script.access(), DIRECT, "key").external_id == f"max:{TALK}:{ANSWERED}"
    (call,) = script.asked
    assert (call.query, call.body) == ({"chat_id": str(TALK)}, {"text": DIRECT.text})


@pytest.mark.parametrize(
    ("uploaded", "token"),
    [
        ({"photos": {"1": {"token": "first"}}}, "first"),
        ({"token": "plain"}, "plain"),
        (Answer(b"<retval>1</retval>"), "given"),
    ],
)
def test_a_photo_is_uploaded_and_attached_by_its_token(script: Script, uploaded: Any, token: str) -> None:
    script.say("POST /uploads", {"url": f"{script.base}/up", "token": "given"})
    script.say("POST /up", uploaded)
    script.say("POST /messages", {"message": message(ANSWERED)})
    Max().publish(script.access(), WITH_PICTURE, "key")
    (sent,) = script.calls("POST /messages")
    assert sent.body["attachments"] == [{"type": "image", "payload": {"token": token}}]
    assert script.calls("POST /uploads")[0].query == {"type": "image"}


@pytest.mark.parametrize("uploaded", [Answer({}, 400), {}, {"photos": []}])
def test_a_picture_that_is_not_taken_needs_a_person(script: Script, uploaded: Any) -> None:
    script.say("POST /uploads", {"url": f"{script.base}/up"})
    script.say("POST /up", uploaded)
    with pytest.raises(NeedsPerson, match="не приняла фотографию"):
        Max().publish(script.access(), WITH_PICTURE, "key")
    assert script.calls("POST /messages") == []


def test_a_photo_that_is_not_ready_is_waited_for_with_the_same_upload(script: Script) -> None:
    late = refusal(400, "attachment.not.ready")
    script.say("POST /uploads", {"url": f"{script.base}/up"})
    script.say("POST /up", {"token": "t"})
    script.say("POST /messages", late, late, late, {"message": message(ANSWERED)})
    waited: list[float] = []
    assert publish(script.access(), WITH_PICTURE, "key", waited.append).external_id.endswith(ANSWERED)
    assert (tuple(waited), len(script.calls("POST /uploads"))) == (PAUSES, 1)
    script.say("POST /messages", late)
    with pytest.raises(RetryAt) as refused:
        publish(script.access(), WITH_PICTURE, "key", waited.append)
    assert refused.value.after >= timedelta(minutes=1)


def test_our_answer_is_found_by_its_words_under_that_very_comment_since_a_day_before_the_attempt(
    script: Script,
) -> None:
    others = [answer("mid.elsewhere") | {"link": None}, answer("mid.another", "Другое")]
    theirs = answer("mid.theirs") | {"sender": user(5)}
    script.say(f"GET {COMMENTS}", {"messages": [*others, theirs]})
    assert address(script) == ""
    script.say(f"GET {COMMENTS}", {"messages": [*others, answer(text=" починят   ЗАВТРА. "), theirs]})
    assert address(script) == NEW
    assert Max().replies(script.access(), REPLY) == {NEW, f"{THREAD}?comment=mid.another"}
    assert script.asked[0].query == {"after": str((AT - 86_400_000) // 86_400_000 * 86_400_000 - 1), "count": "100"}
    script.say(f"GET {COMMENTS}", {"messages": [{name: each for name, each in answer().items() if name != "sender"}]})
    assert address(script) == NEW, "nobody else's"
    script.say(f"GET {COMMENTS}", {"messages": [answer(timestamp=AT - 90_000_000)]})
    assert address(script) == ""


def test_where_there_is_no_way_to_look_it_is_said(script: Script) -> None:
    for speech, words in ((REPLY, "больше нет"), (replace(REPLY, reply_to="?"), "")):
        blind = Max().find(script.access(), speech)  # the script knows no such post: 404
        assert isinstance(blind, CannotTell)
        assert words in blind.reason
