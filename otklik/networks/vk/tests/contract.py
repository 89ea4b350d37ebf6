"""What the tests that are the same for all networks need to know of VKontakte."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Address, CannotTell, HttpAnswer, Incoming, Photo, Raw, ReadPlace, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, Permanent, RetryAt
from otklik.networks.tests.contract import Contract, Hooks, Links, Looking, Payloads, Reading, Sample, Speaking, polled
from otklik.networks.tests.reference import VK as RECORDED
from otklik.networks.vk import beside
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.payloads import comment, message, ours
from otklik.networks.vk.tests.scripted import DIALECT, SECRET, error, listing, ok
from tests.make.scripted import Answer

NOW = datetime.fromtimestamp(1_790_000_000, UTC)
REPLY = Speech("Свет дадут к шести", "wall-12_34?reply=56", "wall-12_34", attempted_at=NOW)
DIRECT = Speech("Здравствуйте!", "vk:im:12:5:8", "vk:im:12:5", direct=True, attempted_at=NOW)
PHOTO = replace(REPLY, reply_to="photo-12_34?reply=56", thread="photo-12_34")
TOPIC = replace(REPLY, reply_to="topic-12_34?post=56", thread="topic-12_34")
VIDEO = replace(REPLY, reply_to="video-12_34?reply=56", thread="video-12_34")
CREATE = {PHOTO: "photos.createComment", TOPIC: "board.createComment", VIDEO: "video.createComment"}
READ = {PHOTO: "photos.getComments", TOPIC: "board.getComments", VIDEO: "video.getComments"}
PICTURE = Photo("акт.jpg", b"\xff\xd8picture", "image/jpeg")
UNCLEAR = (*(error(code) for code in (1, 10, 36, 4242)), Answer(b'{"error":{"error_code":15}}', 502))
NO_NUMBERS: tuple[Any, ...] = (None, {}, {"comment_id": "57"}, {"comment_id": 0}, [], 57, {"comment_id": -1})
SPEAKS = (
    Speaking(REPLY, "wall.createComment", (*UNCLEAR, *(ok(response) for response in NO_NUMBERS))),
    Speaking(DIRECT, "messages.send", UNCLEAR),
    *(Speaking(speech, call, (error(10), ok(0), ok("57"), ok({}), ok(None))) for speech, call in CREATE.items()),
)
UNSAID = (
    (replace(REPLY, text="я" * 4001), NeedsPerson),
    (replace(DIRECT, text="я" * 9001), NeedsPerson),
    (replace(REPLY, photos=(PICTURE,) * 3), NeedsPerson),
    (replace(DIRECT, photos=(PICTURE,) * 11), NeedsPerson),
    (replace(DIRECT, thread="vk:im:12:2000000001", reply_to="vk:im:12:2000000001:4"), NeedsPerson),
    (replace(DIRECT, thread="vk:im:13:5"), Permanent),
    (replace(REPLY, reply_to="tg:1:2"), Broken),
    (replace(REPLY, text=" \n"), Broken),
    *((replace(speech, reply_to=speech.reply_to.replace("-12", "-30")), NeedsPerson) for speech in CREATE),
)
READS = (
    Reading(
        ReadPlace("foreign", "club30"),
        "wall.get",
        ((error(10), RetryAt), (Answer(b"{}", 502), RetryAt), (error(15), Permanent), (error(5), AuthLost)),
    ),
    Reading(
        ReadPlace("link", PHOTO.reply_to),
        READ[PHOTO],
        ((error(6), RetryAt), (error(15), Permanent), (error(5), AuthLost)),
    ),
    Reading(ReadPlace("own", "12"), "groups.getLongPollServer", ((error(3), Broken), (error(5), AuthLost))),
)
UNSEEN = ((error(6), RetryAt), (error(5), AuthLost), (error(15), CannotTell))
PAGE = listing([comment(number) for number in range(400, 300, -1)])
LOOKS = (
    *(
        Looking(
            speech, call, UNSEEN, listing([ours(57)]), speech.reply_to.replace("56", "57"), (error(100), PAGE)[first:]
        )
        for speech, call, first in ((REPLY, "wall.getComments", 0), *((*beside, 1) for beside in READ.items()))
    ),
    Looking(DIRECT, "messages.getHistory", UNSEEN, listing([message(901, 9, text=DIRECT.text)]), "vk:im:12:5:9"),
)


def push(secret: Any = SECRET, group: Any = 12, **body: Any) -> Incoming:
    event = {"type": "wall_reply_new", "group_id": group, "secret": secret, "object": {}} | body
    return Incoming("POST", {}, {}, json.dumps(event).encode())


CONFIRMATION = push(None, type="confirmation")
HOOKS = Hooks(
    pushes=(
        *(push(), push(type="never_heard_of"), push(event_id="ab12"), push(event_id="ab13")),
        *(push(type="wall_reply_edit", object={"id": 1, "post_owner_id": -12, "text": text}) for text in "ab"),
    ),
    forged=(
        *(
            push(secret)
            for secret in ("other", None, "", [SECRET], SECRET[:-1], SECRET + "x", SECRET.upper(), "\ud800")
        ),
        *(push(group=group) for group in (13, "12", None)),
        push("wrong", type="confirmation"),
        push(None, 13, type="confirmation"),
        Incoming("POST", {}, {"secret": SECRET}, b""),
    ),
    handshakes=(
        (Incoming("POST", {}, {}, b'{"type":"confirmation","group_id":12}'), HttpAnswer(200, b"c0ffee", store=False)),
    ),
)
IMAGE = {"sizes": [{"type": "x", "url": "https://a.example/1", "width": 3, "height": 4}], "lat": 1.0, "long": 2.0}
COMMENT: dict[str, Any] = (
    {"id": 56, "from_id": 5, "date": 1_790_000_000, "text": "слово", "post_id": 34, "owner_id": -12, "peer_id": 5}
    | {"conversation_message_id": 4, "parents_stack": [40], "reply_to_comment": 40, "geo": {"coordinates": "1 2"}}
    | {"attachments": [{"type": "photo", "photo": IMAGE}, {"type": "video", "video": {"owner_id": 1, "id": 2}}]}
    | {"likes": {"count": 1}, "copy_history": [{"id": 1, "owner_id": 2, "text": "x"}]}
    | {"fwd_messages": [{"text": "y"}], "reply_message": {"conversation_message_id": 2}, "photo_id": 7, "video_id": 8}
    | {"topic_id": 9, "pid": 7}
)
COMMENT["thread"] = {"count": 1, "items": [dict(COMMENT)]}
METHODS = ("wall.get", "wall.getById", "wall.getComments", "messages.getHistory", *beside.METHODS)
EVENTS = (
    *("wall_post_new", "wall_reply_new", "wall_reply_delete", "message_new", "message_reply", "message_edit"),
    *beside.EVENTS,
)
CONTEXTS = tuple({"method": method, "owner_id": "-1", "post_id": "1", "group_id": "1"} for method in METHODS)


def event(kind: Any, thing: Any) -> dict[str, Any]:
    return {"type": kind, "group_id": 12, "event_id": "e1", "v": "5.199", "object": thing}


def samples() -> tuple[Sample, ...]:
    lists = {"response": {"items": [COMMENT], "profiles": [{"id": 5}], "groups": [{"id": 12, "name": "Город"}]}}
    context = {"owner_id": "-12", "post_id": "34", "group_id": "12"}
    return (
        *((event(kind, COMMENT), {}) for kind in EVENTS),
        (event("message_new", {"message": COMMENT}), {}),
        *((lists, {**context, "method": method}) for method in METHODS),
    )


def lacking(field: str, value: Any) -> Raw:
    comment = {"id": 56, "from_id": 5, "post_id": 34, "owner_id": -12, "date": 1, "text": "x"} | {field: value}
    return polled(event("wall_reply_new", {name: each for name, each in comment.items() if each != "drop"}))


PAYLOADS = Payloads(
    contexts=(*CONTEXTS, *({**context, "owner_id": "x", "post_id": "--1", "group_id": "?"} for context in CONTEXTS)),
    broken=(
        b'{"type":"wall_reply_new","group_id":12,"object":{"id":' + b"9" * 5000 + b"}}",
        b'{"type":"wall_reply_new","group_id":12,"object":{"id":1e999,"from_id":NaN,"post_id":-Infinity}}',
        b'{"type":"wall_reply_new","group_id":NaN,"object":{"id":1,"from_id":5,"post_id":3,"owner_id":-12}}',
        b'{"type":"message_new","type":"wall_post_new","group_id":12,"object":[],"object":{"id":true}}',
        b'{"response":' + b'{"items":[' * 400 + b"1" + b"]}" * 400 + b"}",
        b'{"type":"\\ud800","group_id":12,"object":{}}',
    ),
    samples=samples(),
    silent=tuple(event(kind, COMMENT) for kind in ("group_join", "", None, 7, ["wall_reply_new"])),
    post=lambda word: lacking("text", word),
    lacking=lacking,
    fields=("id", "from_id", "post_id", "owner_id"),
    no_numbers=("56", 0, "drop"),
    recorded=lambda: (path.read_bytes() for path in sorted(RECORDED.rglob("*.json"))),
    most=(101, 31),
)
COMMENT_ADDRESS = Address(message="wall-12_34?reply=56", thread="wall-12_34")
LINKS = Links(
    site="http://127.0.0.1:8100/vk",
    addresses={
        COMMENT_ADDRESS: (
            *("https://vk.com/wall-12_34?reply=56", "http://vk.com/wall-12_34?reply=56", "vk.com/wall-12_34?reply=56"),
            *("https://www.vk.com/wall-12_34?reply=56&thread=55", "  https://VK.com/wall-12_34?reply=56\n"),
            *("https://m.vk.com/wall-12_34?reply=56&post_id=34#reply56", "https://vk.com/podslushano?w=wall-12_34_r56"),
            "https://vk.ru/wall-12_34?reply=56&utm_source=share&from=feed",
            "https://vk.com/feed?section=source&w=wall-12_34_r56%2Fall",
            "https://vk.com/wall-12_34?reply=56&w=wall-12_34_r56",
            "http://127.0.0.1:8100/vk/wall-12_34?reply=56#form",
            "https://vk.com/wall-12_34?reply=56&z=photo-12_7",
        ),
        Address("wall-12_34", "wall-12_34"): (
            *("https://vk.com/wall-12_34", "vk.ru/feed?w=wall-12_34", "m.vk.com/wall-12_34?x=1"),
        ),
        Address("photo-12_34?reply=56", "photo-12_34"): ("https://vk.com/photo-12_34?reply=56",),
        Address("photo-12_34", "photo-12_34"): ("vk.com/album-12_0?z=photo-12_34%2Falbum-12_0",),
        Address("topic-12_34?post=56", "topic-12_34"): ("https://m.vk.com/topic-12_34?post=56&offset=20",),
        Address("video-12_34?reply=56", "video-12_34"): ("https://vk.ru/video-12_34?reply=56&list=ab",),
        Address(author="id5"): ("vk.com/id5",),
        Address(author="club12"): ("https://vk.com/club12/", "vk.ru/public12?act=a"),
        Address(thread="vk:im:12:5"): ("https://vk.com/gim12?sel=5",),
        None: (
            *("https://vk.com", "https://vk.com/", "https://vk.com/durov", "https://vk.com/gim12?sel=x"),
            *("http://127.0.0.1:8101/vk/wall-12_34?reply=56", "https://vk.com/wall", "https://vk.com:99999/id5x"),
            *("https://vk.com/wall-" + "9" * 5000 + "_1", "vk.com/?" + "a=1&" * 5000, "https://vk.com/id" + "9" * 40),
        ),
    },
    accounts={"12": ("12", "https://vk.com/club12", "vk.com/public12"), "": ("vk.com/durov", "vk.com/id5")},
    places={"30": ("club30", "https://vk.com/club30"), "our_city": ("https://vk.com/our_city",)},
)
CONTRACT = Contract(
    network=VK(),
    dialect=DIALECT,
    voice="club12",
    speaks=SPEAKS,
    refusals=(
        *((error(213), Permanent), (error(222), NeedsPerson), (error(14), NeedsPerson), (error(27), AuthLost)),
        (error(9), RetryAt),
    ),
    unsaid=UNSAID,
    reads=READS,
    looks=LOOKS,
    hooks=HOOKS,
    payloads=PAYLOADS,
    links=LINKS,
    ready=lambda script: script.say("groups.setLongPollSettings", ok(1)),
)
