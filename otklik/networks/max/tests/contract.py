"""What the tests that are the same for all networks need to know of MAX."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Address, CannotTell, Incoming, Photo, Raw, ReadPlace, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, Permanent, RetryAt
from otklik.networks.max import address as at
from otklik.networks.max.network import Max
from otklik.networks.max.tests.payloads import (
    ANSWERED,
    AT,
    BOT,
    CHANNEL,
    COMMENT,
    POST,
    TALK,
    comment,
    message,
    post,
    update,
    user,
)
from otklik.networks.max.tests.scripted import DIALECT, SECRET, refusal
from otklik.networks.max.updates import HEADER
from otklik.networks.tests.contract import Contract, Hooks, Links, Looking, Payloads, Reading, Speaking, polled
from otklik.networks.tests.reference import MAX as RECORDED
from tests.make.scripted import Answer

THREAD = f"max:{CHANNEL}:{POST}"
COMMENTS = f"/messages/{POST}/comments"
WHEN = datetime.fromtimestamp(AT / 1000, UTC)
REPLY = Speech("Починят завтра.", f"{THREAD}?comment={COMMENT}", THREAD, attempted_at=WHEN)
DIRECT = Speech("Смотрите mos.ru и @mos", f"max:{TALK}:{COMMENT}", f"max:{TALK}", direct=True, attempted_at=WHEN)
PICTURE = Photo("a.png", b"png", "image/png")
UNCLEAR: tuple[Any, ...] = (
    *(Answer(b"[]"), Answer(b"bad gateway", 502), refusal(500, "internal.error"), refusal(504, "verify.token")),
    *({}, {"message": None}, {"message": {"body": {"mid": 5}}}, {"success": True}),
)


def answer(mid: str = ANSWERED, text: str = REPLY.text, **more: Any) -> dict[str, Any]:
    """Our own comment under the one that is answered."""
    link = {"type": "reply", "message": {"mid": COMMENT, "seq": 1, "text": "?"}}
    return comment(mid, sender=user(BOT, is_bot=True), link=link, body={"mid": mid, "seq": 2, "text": text}, **more)


def push(secret: str | None = SECRET, body: Any = None, method: str = "POST") -> Incoming:
    content = json.dumps(update("comment_created", comment()) if body is None else body).encode()
    return Incoming(method, {}, {} if secret is None else {HEADER: secret}, content)


HOOKS = Hooks(
    pushes=(
        *(push(), push(body=update("comment_edited", comment()))),
        push(body=update("comment_created", comment(), timestamp=AT)),
        push(body=update("comment_created", comment("mid.2"))),
        push(body=update("comment_removed", message_id=COMMENT, chat_id=CHANNEL, user_id=1)),
    ),
    forged=(
        *(push(wrong) for wrong in (None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), "секрет", "\ud800")),
        push(method="GET"),
    ),
)
LINK = {"type": "reply", "message": {"mid": COMMENT, "seq": 1, "text": "?"}, "sender": user(5)}
BODY = {"mid": COMMENT, "seq": 1, "text": "а", "attachments": [{"type": "image", "payload": {"url": "u"}}]}
LISTING = {"messages": [comment(link=LINK, body=BODY), post()]}
SAMPLES = (
    update("comment_created", comment(link=LINK, body=BODY)),
    update("message_edited", message(link=LINK | {"type": "forward"})),
    update("comment_removed", message_id=COMMENT, chat_id=-5, user_id=1, post_id=POST),
    update("message_created", message(body=BODY | {"attachments": [{"type": "location", "latitude": 1}]})),
)


def lacking(field: str, value: Any) -> Raw:
    changed = comment()
    if field == "text":
        changed["body"] |= {"text": value}
        changed["sender"] |= {"first_name": value}
    else:
        changed[{"mid": "body"}.get(field, "recipient")] |= {field: value}
    return polled(update("comment_created", changed))


PAYLOADS = Payloads(
    contexts=tuple(
        {"method": method, "post": POST, "chat": "-5", "bot": "7"}
        for method in ("messages", "comments", "message", "comment", "nonsense")
    ),
    broken=(
        *(b'{"updates":{"0":1}}', b'{"messages":[null,1,"a",[],{}]}', b'{"timestamp":NaN}'),
        b'{"update_type":["comment_created"],"message":{}}',
    ),
    samples=(
        *((sample, {}) for sample in SAMPLES),
        *((LISTING, {"method": method, "post": POST}) for method in ("messages", "comments")),
    ),
    silent=(
        {"code": "verify.token", "message": "Invalid access_token"},
        {"chat_id": -7, "type": "channel", "title": "Г"},
        *({"members": [{"user_id": 5, "first_name": "Ира"}]}, {"messages": []}),
        *(
            update(kind, comment(), chat_id=-7)
            for kind in ("bot_started", "bot_added", "message_callback", "comment_sung")
        ),
        *({"update_type": kind, "timestamp": AT, "message": comment(), "chat_id": 5} for kind in ("", None, 5, ["a"])),
    ),
    post=lambda word: lacking("text", word),
    lacking=lacking,
    fields=("mid", "post_id", "chat_id"),
    no_numbers=("", "5", "a b", "a?comment=b", "ж", "m" * 101, "5" * 20, "a:b", "a/b", "../..", 2**63, -(2**63), 0),
    recorded=lambda: (path.read_bytes() for path in sorted(RECORDED.rglob("*.json"))),
    most=(11, 2),
)
CODE = at.code_of(POST)
SITE = "http://127.0.0.1:8100/max"
BASES = ("https://max.ru", "http://www.max.ru", "max.ru", "https://web.max.ru", SITE)
LINKS = Links(
    site=SITE,
    addresses={
        Address(THREAD, THREAD): tuple(f"{base}/c/{CHANNEL}/{CODE}" for base in BASES),
        Address(REPLY.reply_to, THREAD): tuple(
            f" {base}/c/{CHANNEL}/{CODE}?utm=1&comment={COMMENT} " for base in BASES
        ),
        Address(thread="max:300000000"): tuple(f"{base}/im/300000000" for base in BASES),
        Address(author=f"max:chat:{CHANNEL}"): tuple(f"{base}/c/{CHANNEL}/" for base in BASES),
        Address(author="max:user:123"): ("max://user/123",),
        None: (
            *("max.ru", "https://max.ru/", "https://max.ru/some_name", "https://max.ru.example.org/c/-1/AZ1JazQ5AAE"),
            *("https://max.ru/c/x/y", "https://max.ru/c/-1/short", "https://[max.ru/c/-1/AZ1JazQ5AAE"),
            *("https://max.ru/c/-1/%00%00", "https://max.ru/c/-99999999999999999999/AZ1JazQ5AAE"),
            *("ftp://max.ru/c/-1/AZ1JazQ5AAE", "max://user/", "max://user/x"),
        ),
    },
    accounts={"229229229": ("229229229",), "5": (" 5 ",), "7": ("max:user:7", "max://user/7"), "": ("-5", "бот", "٣")},
)
CONTRACT = Contract(
    network=Max(),
    dialect=DIALECT,
    voice=f"max:user:{BOT}",
    speaks=(Speaking(REPLY, f"POST {COMMENTS}", UNCLEAR), Speaking(DIRECT, "POST /messages", UNCLEAR)),
    refusals=(
        *((refusal(status, "who.knows"), Permanent) for status in (400, 403, 404)),
        *((refusal(401, "verify.token"), AuthLost), (refusal(429, "rate.limit"), RetryAt)),
        *(({"success": False}, Permanent), ({"error_code": "chat.denied"}, Permanent)),
    ),
    unsaid=(
        *((replace(speech, text="ю" * 4001), NeedsPerson) for speech in (REPLY, DIRECT)),
        (replace(REPLY, text="Смотрите https://mos.ru/a"), NeedsPerson),
        (replace(REPLY, text="Спросите @mos_ru"), NeedsPerson),
        (replace(REPLY, photos=(PICTURE,)), NeedsPerson),
        (replace(REPLY, text="  "), Broken),
        (replace(REPLY, reply_to="wall-1_2"), Broken),
        (replace(DIRECT, photos=(PICTURE,) * 11), NeedsPerson),
        (replace(DIRECT, photos=(replace(PICTURE, content=b"a" * (10 * 1024 * 1024 + 1)),)), NeedsPerson),
        (replace(DIRECT, thread="max:-5", reply_to=""), NeedsPerson),
        (replace(DIRECT, thread="", reply_to=""), Broken),
    ),
    reads=(
        Reading(
            ReadPlace("own", str(BOT)),
            "GET /updates",
            ((refusal(401, "verify.token"), AuthLost), ({"updates": "none"}, RetryAt), (Answer(b"[]"), RetryAt)),
        ),
        Reading(
            ReadPlace("foreign", str(CHANNEL)),
            f"GET /chats/{CHANNEL}",
            ((refusal(403, "chat.denied"), Permanent), (refusal(401, "verify.token"), AuthLost)),
        ),
    ),
    looks=(
        Looking(
            REPLY,
            f"GET {COMMENTS}",
            (
                (refusal(404, "not.found"), CannotTell),
                (refusal(401, "verify.token"), AuthLost),
                (refusal(500, ""), RetryAt),
            ),
            {"messages": [answer()]},
            f"{THREAD}?comment={ANSWERED}",
            tuple(
                {"messages": [comment(f"mid.{n}", timestamp=AT + 200 * page + n) for n in range(100)]}
                for page in range(60)
            ),
        ),
        Looking(
            DIRECT,
            "GET /messages",
            ((refusal(401, "verify.token"), AuthLost), (refusal(500, ""), RetryAt)),
            {"messages": [message(ANSWERED, DIRECT.text, sender=user(BOT, is_bot=True)), message()]},
            f"max:{TALK}:{ANSWERED}",
        ),
    ),
    hooks=HOOKS,
    payloads=PAYLOADS,
    links=LINKS,
)
