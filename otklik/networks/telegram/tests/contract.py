"""What the tests that are the same for all networks need to know of Telegram. It lets nobody look for an answer."""

import json
from dataclasses import replace
from typing import Any

from otklik.networks.base import Address, Incoming, Photo, Raw, ReadPlace, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, NotSupported, Permanent, RetryAt
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.tests.scripted import BOT, DIALECT, SECRET, error, ok
from otklik.networks.telegram.tests.updates import ANNA, CHANNEL, COPY, GROUP, OURS, PHOTO, comment, update
from otklik.networks.tests.contract import Contract, Hooks, Links, Payloads, Reading, Speaking, polled
from tests.make.scripted import Answer

REPLY = Speech("Свет дадут к шести", "tg:-1002222222222:12", "tg:-1002222222222:10")
DIRECT = Speech("Здравствуйте!", f"tg:im:{BOT}:5:8", f"tg:im:{BOT}:5", direct=True)
PICTURE = Photo("акт.jpg", b"\xff\xd8picture", "image/jpeg")
UNCLEAR = (
    *(Answer(b"[]"), Answer(b'{"ok":1}'), error(418)),
    Answer(b'{"ok":false,"error_code":500,"description":"Internal Server Error"}', 500),
)
NO_NUMBERS: tuple[Any, ...] = (
    *(None, True, {}, [], {"message_id": 5}),
    *({"message_id": number, "chat": GROUP} for number in (0, "5")),
)
HEADER = "x-telegram-bot-api-secret-token"
CONFLICT = "Conflict: can't use getUpdates method while webhook is active"


def push(secret: str = SECRET, body: Any = None, **query: str) -> Incoming:
    content = json.dumps(update(comment()) if body is None else body).encode()
    return Incoming("POST", query, {HEADER: secret} if secret else {}, content)


HOOKS = Hooks(
    pushes=(
        *(push(), push(body=update(comment(), number=501)), push(body=update(comment(), "edited_message"))),
        *(push(body=update(comment(edit_date=1_790_000_900))), push(body=update(comment(message_id=13)))),
        *(push(body={"update_id": 500, "poll": {"id": number}}, bot=str(BOT)) for number in "12"),
    ),
    forged=(
        *(push(""), push(SECRET[:-1]), push(SECRET + "x"), push(SECRET.upper()), push("\ud800"), push(bot="7")),
        replace(push(""), headers={"authorization": SECRET}),
    ),
)
OURS_ABOVE = {"message_id": 11, "chat": GROUP, "date": 1, "from": OURS, "text": "Завтра"}


def everything(above: dict[str, Any]) -> dict[str, Any]:
    return comment(
        photo=PHOTO,
        caption="подпись",
        location={"latitude": 1.0, "longitude": 2.0},
        venue={"location": {"latitude": 1.0, "longitude": 2.0}, "title": "т", "address": "а"},
        sender_chat=CHANNEL,
        entities=[{"type": "text_link", "url": "https://a.example"}],
        document={"file_id": "d", "thumbnail": PHOTO[0]},
        media_group_id="7",
        rich_message={"blocks": [{"text": ["x", {"text": "y"}]}]},
        reply_to_message=above,
        forward_origin=COPY["forward_origin"],
    )


def lacking(field: str, value: Any) -> Raw:
    message = comment(reply_to_message=None)
    if field == "text":
        message["from"] = ANNA | {"first_name": value}
    return polled(update({**message, field: value}))


CHAT = {"id": -1001, "type": "supergroup", "title": "Двор"}
KINDS = ("message", "edited_message", "channel_post")
PAYLOADS = Payloads(
    contexts=({"bot": str(BOT)}, {"bot": "x", "site": "", "posts": "copies", "ours": "--1,,-"}),
    broken=(
        b'{"update_id":1,"message":{"message_id":' + b"9" * 5000 + b"}}",
        b'{"update_id":1,"message":{"message_id":1e999,"date":NaN,"chat":{"id":-Infinity}}}',
        b'{"update_id":NaN,"message":[],"message":{"message_id":true,"chat":true}}',
        b'{"updates":' + b'{"updates":[' * 400 + b"1" + b"]}" * 400 + b"}",
        b'{"message":{"rich_message":{"blocks":' + b"[" * 400 + b'"x"' + b"]" * 400 + b"}}}",
        b'{"message":{"text":"\\ud800","chat":{"id":-5},"message_id":1,"from":{"id":1}}}',
    ),
    samples=(
        *((update(everything(above), kind), {"bot": str(BOT)}) for kind in KINDS for above in (COPY, OURS_ABOVE)),
        ({"updates": [update(everything(COPY)), update(comment())]}, {"bot": str(BOT)}),
    ),
    silent=(
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
        *(ok({"id": 5, "is_bot": True, "first_name": "Бот"}), ok(CHAT), ok(True), ok([])),
        *({"update_id": 1, "message_reaction": {"chat": CHAT, "message_id": 9}}, {"message_id": 9}, [[[[[7]]]]]),
        *(
            update(comment(), kind)
            for kind in ("my_chat_member", "business_message", "guest_message", "poll", "never_heard_of")
        ),
        *(
            update(comment(text=None, reply_to_message=None) | notice)
            for notice in (
                *({"new_chat_members": [ANNA]}, {"left_chat_member": ANNA}, {"pinned_message": COPY}),
                *({"migrate_to_chat_id": -1001}, {"new_chat_title": "Имя"}, {"dice": {"emoji": "🎲", "value": 3}}),
            )
        ),
    ),
    post=lambda word: lacking("text", word),
    lacking=lacking,
    fields=("message_id", "chat", "from"),
    no_numbers=("56", 0, {"id": "5"}, {"id": 0}),
)
SITE = "http://127.0.0.1:8100/telegram"
MESSAGE = Address("tg:-1002222222222:12", "tg:-1002222222222:12")
LINKS = Links(
    site=SITE,
    addresses={
        MESSAGE: (
            *("https://t.me/c/2222222222/12", "t.me/c/2222222222/12", "http://telegram.me/c/2222222222/12?single"),
        ),
        Address("tg:-1002222222222:12", "tg:-1002222222222:10"): (
            *("https://t.me/c/2222222222/12?thread=10", "https://t.me/c/2222222222/12?single&thread=10#x"),
            *("https://t.me/c/2222222222/10/12", f"{SITE}/c/2222222222/12?thread=10"),
        ),
        Address(thread="tg:im:71:5"): (f"{SITE}/im/71/5",),
        Address(author="tg:-1002222222222"): ("https://t.me/c/2222222222",),
        NotSupported: (
            *("https://t.me/gorod", "https://t.me/gorod/5?comment=12", "t.me/s/gorod/5", f"{SITE}/gorod/5"),
            "t.me/gorod/9/12",
        ),
        None: (
            *("t.me", "https://t.me/", "https://vk.com/c/2222222222/12", "https://t.me/c/0/12", "https://t.me/c/1/-2"),
            *("https://t.me/c/1/2/3/4", "https://t.me/joinchat/AAAA/x/y", "https://t.me/+abcdef"),
            *("https://t.me/c/" + "9" * 3000, "http://127.0.0.1:8100/telegramish/c/1/2"),
        ),
    },
    accounts={
        str(BOT): ("7100000001", " 7100000001 ", "7100000001:AAsecret-part_1", "tg:7100000001"),
        "": ("@otklik_bot", "https://t.me/otklik_bot", "-1001", "7100000001:секрет", "٣"),
    },
    places={
        "@gorod": ("@gorod", "gorod", "https://t.me/gorod", "t.me/s/gorod/15?single", "https://t.me/gorod/5/7"),
        "tg:-1002222222222": (
            *("https://t.me/c/2222222222", "t.me/c/2222222222/12/13", "-1002222222222", "tg:-1002222222222"),
        ),
        "": (
            *("2222222222", "https://vk.com/gorod", "https://t.me/+abcdef", "https://t.me/joinchat/AAAA", "не имя", ""),
            *("https://t.me/joinchat", "https://t.me.evil.example/gorod"),
        ),
    },
)
CONTRACT = Contract(
    network=Telegram(),
    dialect=DIALECT,
    voice=f"tg:{BOT}",
    speaks=(
        Speaking(REPLY, "sendMessage", (*UNCLEAR, *(ok(result) for result in NO_NUMBERS))),
        Speaking(DIRECT, "sendMessage", UNCLEAR),
        Speaking(replace(REPLY, photos=(PICTURE,)), "sendPhoto", UNCLEAR),
    ),
    refusals=(
        (error(400, "Bad Request: message to be replied not found"), Permanent),
        (error(401, "Unauthorized"), AuthLost),
        (error(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005), NeedsPerson),
        (error(429, retry_after=31), RetryAt),
    ),
    unsaid=(
        (replace(REPLY, text=""), Broken),
        (replace(REPLY, text="я" * 4097), NeedsPerson),
        (replace(REPLY, text="🌙" * 2049), NeedsPerson),
        (replace(REPLY, text="я" * 1025, photos=(PICTURE,)), NeedsPerson),
        (replace(REPLY, photos=(PICTURE,) * 11), NeedsPerson),
        (replace(REPLY, photos=(replace(PICTURE, content=b"x" * (10 * 1024 * 1024 + 1)),)), NeedsPerson),
        *((replace(REPLY, reply_to=address), Broken) for address in ("tg:-5", "wall-1_2", "tg:5:6")),
        (replace(DIRECT, reply_to="", thread=""), Broken),
        (replace(DIRECT, reply_to="tg:im:9:5:8"), Permanent),
    ),
    reads=(
        Reading(
            ReadPlace("own", str(BOT)),
            "getUpdates",
            (
                *((answer, RetryAt) for answer in (ok({}), ok(None), error(500), error(418))),
                *((error(409, CONFLICT), NeedsPerson), (error(409, "Conflict: terminated by other"), RetryAt)),
                (error(401, "Unauthorized"), AuthLost),
            ),
        ),
    ),
    hooks=HOOKS,
    payloads=PAYLOADS,
    links=LINKS,
)
