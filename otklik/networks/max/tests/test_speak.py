"""Speaking and looking: what leaves, what comes back, what is refused before the first byte."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Photo, Published, Speech
from otklik.networks.errors import Broken, NeedsPerson, OutcomeUnknown, RetryAt
from otklik.networks.max.network import Max
from otklik.networks.max.speak import PAUSES, publish
from otklik.networks.max.tests.payloads import ANSWERED, AT, BOT, CHANNEL, COMMENT, POST, TALK, comment, message, user
from otklik.networks.max.tests.scripted import Script, Told, refusal

pytestmark = pytest.mark.enable_socket
THREAD = f"max:{CHANNEL}:{POST}"
ASKED = f"{THREAD}?comment={COMMENT}"
COMMENTS = f"/messages/{POST}/comments"
WHEN = datetime.fromtimestamp(AT / 1000, UTC)
SPEECH = Speech("Починят завтра.", ASKED, THREAD, attempted_at=WHEN)
DIRECT = Speech("Смотрите mos.ru и @mos", f"max:{TALK}:{COMMENT}", f"max:{TALK}", direct=True, attempted_at=WHEN)


def answer(mid: str = ANSWERED, text: str = SPEECH.text, **more: Any) -> dict[str, Any]:
    """Our own comment under the asked one."""
    link = {"type": "reply", "message": {"mid": COMMENT, "seq": 1, "text": "?"}}
    body = {"mid": mid, "seq": 2, "text": text}
    return comment(mid, sender=user(BOT, is_bot=True), link=link, body=body, **more)


def test_a_reply_carries_the_comment_it_answers_and_nothing_more(script: Script) -> None:
    script.say(f"POST {COMMENTS}", {"message": answer()})
    said = Max().publish(script.access(), SPEECH, "key")
    (asked,) = script.asked
    assert asked.body == {"text": "Починят завтра.", "link": {"type": "reply", "mid": COMMENT}}
    assert said.external_id == f"{THREAD}?comment={ANSWERED}"
    assert said.url.endswith(f"?comment={ANSWERED}")


def test_a_comment_under_a_post_has_no_link(script: Script) -> None:
    script.say(f"POST {COMMENTS}", {"message": answer()})
    Max().publish(script.access(), replace(SPEECH, reply_to=THREAD), "key")
    assert script.asked[0].body == {"text": "Починят завтра."}


@pytest.mark.parametrize("told", [{}, {"message": None}, {"message": {"body": {"mid": 5}}}, {"success": True}])
def test_an_answer_without_a_number_leaves_the_outcome_unknown(script: Script, told: Any) -> None:
    script.say(f"POST {COMMENTS}", told)
    with pytest.raises(OutcomeUnknown):
        Max().publish(script.access(), SPEECH, "key")


@pytest.mark.parametrize(
    ("speech", "wanted"),
    [
        (replace(SPEECH, text="ю" * 4001), NeedsPerson),
        (replace(SPEECH, text="Смотрите https://mos.ru/a"), NeedsPerson),
        (replace(SPEECH, text="Спросите @mos_ru"), NeedsPerson),
        (replace(SPEECH, photos=(Photo("a", b"a", "image/png"),)), NeedsPerson),
        (replace(SPEECH, text="  "), Broken),
        (replace(SPEECH, reply_to="wall-1_2"), Broken),
        (replace(DIRECT, text="ю" * 4001), NeedsPerson),
        (replace(DIRECT, photos=tuple(Photo(str(n), b"a", "image/png") for n in range(11))), NeedsPerson),
        (replace(DIRECT, photos=(Photo("a", b"a" * (10 * 1024 * 1024 + 1), "image/png"),)), NeedsPerson),
        (replace(DIRECT, thread="max:-5", reply_to=""), NeedsPerson),
        (replace(DIRECT, thread="", reply_to=""), Broken),
    ],
)
def test_what_can_be_refused_is_refused_before_a_byte_leaves(
    script: Script, speech: Speech, wanted: type[Exception]
) -> None:
    with pytest.raises(wanted):
        Max().publish(script.access(), speech, "key")
    assert script.asked == []


def test_a_direct_message_may_hold_links_and_goes_into_its_dialogue(script: Script) -> None:
    script.say("POST /messages", {"message": message(ANSWERED)})
    assert Max().publish(script.access(), DIRECT, "key").external_id == f"max:{TALK}:{ANSWERED}"
    (asked,) = script.asked
    assert (asked.query, asked.body) == ({"chat_id": str(TALK)}, {"text": DIRECT.text})


@pytest.mark.parametrize(
    ("uploaded", "token"),
    [
        (Told(200, b'{"photos":{"1":{"token":"first"}}}'), "first"),
        (Told(200, b'{"token":"plain"}'), "plain"),
        (Told(200, b"<retval>1</retval>"), "given"),
    ],
)
def test_a_photo_is_uploaded_and_attached_by_its_token(script: Script, uploaded: Told, token: str) -> None:
    script.say("POST /uploads", {"url": f"{script.base}/up", "token": "given"})
    script.say("POST /up", uploaded)
    script.say("POST /messages", {"message": message(ANSWERED)})
    Max().publish(script.access(), replace(DIRECT, photos=(Photo("a.png", b"png", "image/png"),)), "key")
    (sent,) = script.calls("POST /messages")
    assert sent.body["attachments"] == [{"type": "image", "payload": {"token": token}}]
    assert script.calls("POST /uploads")[0].query == {"type": "image"}


@pytest.mark.parametrize("uploaded", [Told(400, b"{}"), Told(200, b"{}"), Told(200, b'{"photos":[]}')])
def test_a_picture_that_is_not_taken_needs_a_person(script: Script, uploaded: Told) -> None:
    script.say("POST /uploads", {"url": f"{script.base}/up"})
    script.say("POST /up", uploaded)
    with pytest.raises(NeedsPerson, match="не приняла фотографию"):
        Max().publish(script.access(), replace(DIRECT, photos=(Photo("a.png", b"png", "image/png"),)), "key")
    assert script.calls("POST /messages") == []


def test_a_photo_that_is_not_ready_is_waited_for_with_the_same_upload(script: Script) -> None:
    late = refusal(400, "attachment.not.ready")
    script.say("POST /uploads", {"url": f"{script.base}/up"})
    script.say("POST /up", {"token": "t"})
    script.say("POST /messages", late, late, late, {"message": message(ANSWERED)})
    waited: list[float] = []
    speech = replace(DIRECT, photos=(Photo("a.png", b"png", "image/png"),))
    assert publish(script.access(), speech, Max.limits, waited.append).external_id.endswith(ANSWERED)
    assert (tuple(waited), len(script.calls("POST /uploads"))) == (PAUSES, 1)
    script.say("POST /messages", late)
    with pytest.raises(RetryAt) as refused:
        publish(script.access(), speech, Max.limits, waited.append)
    assert refused.value.after >= timedelta(minutes=1)


def test_our_answer_is_found_by_its_words_under_that_very_comment(script: Script) -> None:
    elsewhere = answer("mid.elsewhere") | {"link": None}
    another = answer("mid.another", "Другое")
    theirs = answer("mid.theirs") | {"sender": user(5)}
    script.say(f"GET {COMMENTS}", {"messages": [elsewhere, another, theirs]})
    assert Max().find(script.access(), SPEECH) is None
    script.say(f"GET {COMMENTS}", {"messages": [elsewhere, another, answer(text=" починят   ЗАВТРА. "), theirs]})
    found = Max().find(script.access(), SPEECH)
    assert isinstance(found, Published)
    assert found.external_id == f"{THREAD}?comment={ANSWERED}"
    assert Max().find(script.access(), replace(SPEECH, seen=frozenset({found.external_id}))) is None
    assert Max().replies(script.access(), SPEECH) == {found.external_id, f"{THREAD}?comment=mid.another"}


def test_an_answer_without_a_sender_is_ours(script: Script) -> None:
    nobody = answer()
    del nobody["sender"]
    script.say(f"GET {COMMENTS}", {"messages": [nobody]})
    assert isinstance(Max().find(script.access(), SPEECH), Published)


def test_the_look_goes_back_a_day_before_the_first_attempt_and_not_to_what_is_older(script: Script) -> None:
    old = answer(timestamp=AT - 90_000_000)
    script.say(f"GET {COMMENTS}", {"messages": [old]})
    assert Max().find(script.access(), SPEECH) is None
    assert script.asked[0].query == {"after": str(AT - 86_400_000 - 1), "count": "100"}
    assert Max().find(script.access(), replace(SPEECH, seen=frozenset({"max:1:2"}))) is not None


def test_where_there_is_no_way_to_look_it_is_said(script: Script) -> None:
    told = Max().find(script.access(), SPEECH)  # the script knows no such post: 404
    assert isinstance(told, CannotTell)
    assert "больше нет" in told.reason
    assert Max().replies(script.access(), SPEECH) == frozenset()
    assert isinstance(Max().find(script.access(), replace(SPEECH, reply_to="?")), CannotTell)
    pages = [[comment(f"mid.{n}", timestamp=AT + 200 * page + n) for n in range(100)] for page in range(60)]
    script.say(f"GET {COMMENTS}", *({"messages": page} for page in pages))
    many = Max().find(script.access(), SPEECH)
    assert isinstance(many, CannotTell)
    assert "слишком много" in many.reason


def test_a_direct_answer_is_found_in_its_dialogue(script: Script) -> None:
    ours = message(ANSWERED, DIRECT.text, sender=user(BOT, is_bot=True))
    script.say("GET /messages", {"messages": [ours, message()]})
    found = Max().find(script.access(), DIRECT)
    assert isinstance(found, Published)
    assert found.external_id == f"max:{TALK}:{ANSWERED}"
    assert Max().replies(script.access(), DIRECT) == {found.external_id}
