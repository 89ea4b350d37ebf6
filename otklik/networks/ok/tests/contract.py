"""What the tests that are the same for all networks need to know of Odnoklassniki."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Address, CannotTell, Incoming, Photo, Raw, ReadPlace, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, Permanent, RetryAt
from otklik.networks.ok.network import OK
from otklik.networks.ok.parse import READERS
from otklik.networks.ok.tests.payloads import comment, message, topic
from otklik.networks.ok.tests.scripted import DIALECT, GROUP, discussion, error
from otklik.networks.tests.contract import Contract, Hooks, Links, Looking, Payloads, Reading, Speaking, polled
from otklik.networks.tests.reference import OK as RECORDED
from tests.make.scripted import Answer, Script

NOW = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
SIGNED = ("application_key", "secret_key", "access")
METHOD = "discussions.addDiscussionComment"
REPLY = Speech("Свет дадут к шести", "ok:topic:5?comment=QUJDREVGR0g=", "ok:topic:5", attempted_at=NOW)
DIRECT = Speech("Здравствуйте!", "ok:chat:C1?mid=C1.2", "ok:chat:C1", direct=True, attempted_at=NOW)
PICTURE = Photo("a.jpg", b"x", "image/jpeg")
UNCLEAR = (
    *(Answer(b'{"error_code":300}', 502), Answer(b""), None, {"error_msg": "x", "error_code": "y"}),
    *(error(code) for code in (1, 2, 30, 31, 4242, 9999)),
)
NO_NUMBERS: tuple[Any, ...] = ({}, [], {"id": 5}, {"id": "два слова"}, {"success": True}, True, 0, {"comment": []})


OURS: dict[str, Any] = {"id": "T1VSUw", "text": REPLY.text, "date": "2026-09-21 15:00:00", "type": "ACTIVE_MESSAGE"} | {
    "author_id": GROUP,
    "author_type": "GROUP",
    "reply_to_comment_id": "QUJDREVGR0g=",
}


def talk(number: int, sender: str = "user:5", text: str = "слово") -> dict[str, Any]:
    """A message of the dialogue that is answered."""
    body = {"mid": f"mid:C1.{number}", "text": text}
    at = int(NOW.timestamp() * 1000) + number
    return {"sender": {"user_id": sender}, "recipient": {"chat_id": "chat:C1"}, "message": body, "timestamp": at}


def ready(script: Script) -> None:
    script.say("discussions.get", discussion())
    script.say("users.getCurrentUser", {"uid": "77", "name": "Глеб"})
    script.say("discussions.getComments", {"comments": [], "has_more": False})


def push(body: Any = None, gid: str = GROUP, sender: str = "", method: str = "POST") -> Incoming:
    content = body if isinstance(body, bytes) else json.dumps(message() if body is None else body).encode()
    return Incoming(method, {"gid": gid} if gid else {}, {}, content, sender)


HOOKS = Hooks(
    signed=False,
    pushes=(
        *(push(), push(message(message={"text": "Две ямы", "mid": "mid:C3ecb.15ce"}))),
        *(push({"webhookType": "CHAT_SYSTEM", "x": 1}), push({"webhookType": "Y"})),
        push({"recipient": {"chat_id": "chat:C1"}, "chat_control": {}}),
    ),
    forged=(
        *(push(gid="1"), push(method="GET"), push(b""), push(b"{"), push(b"null"), push([]), push(7), push({})),
        *(push({"webhookType": 5}), push({"message": {"text": "x"}})),
        push(message(recipient={"chat_id": 5}, sender=None)),
        push({"recipient": "chat:C1", "sender": "user:5"}),
    ),
)
DEEP = b"[" * 900 + b"]" * 900
IMAGE = {"id": "95", "ref": "group_photo:95", "pic640x480": "https://a.example/m", "standard_width": 640}
BLOCKS = [
    {"type": "text", "text": "слово {group:5}Город{group}"},
    {"type": "photo", "photo_refs": ["group_photo:95"]},
    {"type": "movie", "movies": [{"title": "Двор", "thumbnail_url": "https://a.example/t"}]},
    {"type": "link", "url": "https://a.example"},
]
ATTACHED = [{"type": "PHOTO", **IMAGE}, "95", {"id": "95"}, {"type": "MOVIE", "title": "x"}]
EVERYTHING = {
    **message(),
    "webhookType": "MESSAGE_CREATED",
    "messages": [message()],
    "media_topics": [topic(media=BLOCKS)],
    "resources": {"photos": [IMAGE]},
    "comments": [comment(attachments=ATTACHED, reply_to_comment_id="QUJD")],
    "discussion": (
        {"object_id": "5", "object_type": "GROUP_TOPIC", "title": "Тема", "attrs": {"flags": "c,l,s"}}
        | {"ref_objects": [{"id": "7", "type": "GROUP"}], "creation_date": "2013-10-12 14:29:26"}
    ),
    "entities": {"users": [{"uid": "5", "name": "Анна"}], "groups": [{"uid": "7"}], "group_photos": [IMAGE]},
}
LISTED = {"method": "discussions.getComments", "topic": "5"}
ODD_CONTEXT = {"topic": "x", "group": "--1", "place": "?", "asked": "1 \ud800", "closed": "\x00"}


def lacking(field: str, value: Any) -> Raw:
    body = comment(**{field: value})
    return polled({"comments": [{name: each for name, each in body.items() if each != "drop"}]}, LISTED)


PAYLOADS = Payloads(
    contexts=(
        *({"method": method, "topic": "5"} for method in (*READERS, "users.getInfo")),
        *({**ODD_CONTEXT, "method": method} for method in (*READERS, "users.getInfo")),
    ),
    broken=(
        b'{"recipient":{"chat_id":"chat:C1"},"sender":{},"timestamp":' + b"9" * 5000 + b"}",
        b'{"recipient":{"chat_id":"chat:C1"},"sender":{},"message":{"mid":"mid:1"},"timestamp":NaN}',
        b'{"comments":[{"id":"QUJD","author_id":1e999,"date":-Infinity}]}',
        b'{"comments":' + b'{"comments":[' * 400 + b"1" + b"]}" * 400 + b"}",
        b'{"webhookType":"\\ud800","message":{}}',
        b'{"error_code":' + b"7" * 400 + b"}",
        b'{"sender":{"user_id":"user:5"},"recipient":{"chat_id":"chat:C1"},"message":{"mid":"mid:1","text":"x",'
        b'"attachments":' + DEEP + b'},"timestamp":' + DEEP + b"}",
    ),
    samples=tuple(
        (EVERYTHING, {"method": method, "topic": "5", "group": "7", "place": "7", "closed": "5"}) for method in READERS
    ),
    silent=(
        *({"webhookType": kind, **message()} for kind in ("CHAT_SYSTEM", "MESSAGE_CALLBACK")),
        *({"webhookType": "CONFIRMATION"}, message(message={"mid": "mid:1"}), message(message={"text": "x"})),
        *(message(recipient={"user_id": "user:5"}), message(sender={})),
    ),
    post=lambda word: lacking("text", word),
    lacking=lacking,
    fields=("id", "author_id"),
    no_numbers=("", 0, -7, "x" * 300, "два слова", "drop"),
    recorded=lambda: (path.read_bytes() for path in sorted(RECORDED.glob("*.json"))),
    most=(2, 2),
)
LINKS = Links(
    site="http://127.0.0.1:8100/ok",
    addresses={
        Address("ok:topic:2", "ok:topic:2"): (
            *("https://ok.ru/group/1/topic/2", "http://www.ok.ru/group/1/topic/2?st.cmd=x", "https://OK.ru/topic/2"),
            *("m.ok.ru/rechnoy/topic/2#comments", "  ok.ru/group/1/topic/2/\n"),
        ),
        Address("ok:topic:2?comment=ab+/=", "ok:topic:2"): (
            *(
                "https://ok.ru/group/1/topic/2?comment=ab%2B%2F%3D",
                "http://127.0.0.1:8100/ok/topic/2?comment=ab%2B%2F%3D",
            ),
        ),
        Address(author="user:5"): ("ok.ru/profile/5",),
        Address(author="group:12"): ("ok.ru/group/12", "ok.ru/group/12/members"),
        Address(thread="ok:chat:C3ecb9d02a600"): ("ok.ru/messages/C3ecb9d02a600",),
        None: (
            *("https://ok.ru", "https://ok.ru/feed", "https://vk.com/group/1/topic/2", "ok.ru/group/x/topic/"),
            *("ok.ru/topic/" + "9" * 30, "http://127.0.0.1:8101/ok/group/1/topic/2"),
        ),
    },
    accounts={
        GROUP: (
            *(GROUP, f" https://ok.ru/group/{GROUP} ", f"https://ok.ru/group/{GROUP}/topic/1", f"m.ok.ru/group{GROUP}"),
            f"group:{GROUP}",
        ),
        "": ("user:5", "https://ok.ru/profile/5"),
    },
)
CONTRACT = Contract(
    network=OK(),
    dialect=DIALECT,
    voice=f"group:{GROUP}",
    ready=ready,
    speaks=(Speaking(REPLY, METHOD, (*UNCLEAR, *NO_NUMBERS)), Speaking(DIRECT, "messages/chat:C1", UNCLEAR)),
    refusals=(
        *((error(700), Permanent), (error(454), NeedsPerson), (error(102), AuthLost), (error(8), RetryAt)),
        *((error(11), RetryAt), (error(50), AuthLost), (error(4), Broken), (error(3), NeedsPerson)),
    ),
    unsaid=(
        *((replace(speech, text="я" * 3001), NeedsPerson) for speech in (REPLY, DIRECT)),
        *((replace(speech, photos=(PICTURE,)), NeedsPerson) for speech in (REPLY, DIRECT)),
        (replace(REPLY, text=" \n"), Broken),
        (replace(REPLY, reply_to="wall-1_2"), Broken),
        (replace(DIRECT, reply_to="", thread="vk:im:1:2"), Broken),
    ),
    reads=(
        Reading(
            ReadPlace("own", GROUP),
            "stream.get",
            (
                *((error(102), AuthLost), (error(11), RetryAt), (error(300), Permanent)),
                *((Answer(b"", 429), RetryAt), (Answer(b"null"), RetryAt)),
            ),
            keys=SIGNED,
        ),
        # The refusal of another group is not the loss of our key.
        Reading(ReadPlace("foreign", "7"), "stream.get", ((error(10), Permanent), (error(102), AuthLost)), SIGNED),
    ),
    looks=(
        Looking(
            REPLY,
            "discussions.getComments",
            ((error(102), AuthLost), (error(2), RetryAt), (error(11), RetryAt)),
            {"comments": [OURS], "has_more": False},
            "ok:topic:5?comment=T1VSUw",
            ({"comments": [OURS | {"text": "Другое"}], "has_more": True, "anchor": "a"},),
        ),
        Looking(
            DIRECT,
            "messages/chat:C1",
            ((error(103), AuthLost), (error(2), RetryAt)),
            {"messages": [talk(3, f"group:{GROUP}", DIRECT.text), talk(2)]},
            "ok:chat:C1?mid=C1.3",
            ({"messages": [talk(number) for number in range(150, 50, -1)]},),
        ),
        Looking(REPLY, "discussions.get", ((error(300), CannotTell), (error(2), RetryAt))),
    ),
    hooks=HOOKS,
    payloads=PAYLOADS,
    links=LINKS,
)
