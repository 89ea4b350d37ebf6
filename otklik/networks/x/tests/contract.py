"""What the tests that are the same for all networks need to know of X."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Address, CannotTell, HttpAnswer, Incoming, Raw, ReadPlace, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, Permanent, RetryAt
from otklik.networks.tests.contract import Contract, Hooks, Links, Looking, Payloads, Reading, Sample, Speaking, polled
from otklik.networks.tests.reference import events_of_x, of_x
from otklik.networks.x.network import X
from otklik.networks.x.tests.scripted import DIALECT
from otklik.networks.x.tests.shapes import ANNA, ASKED, CONTEXT, ME, MINE, answer, direct, event, reply, text, user
from otklik.networks.x.webhook import HEADER, signature
from tests.make.scripted import Answer

NOW = datetime.fromtimestamp(1_790_000_000, UTC)
OWN = f"/users/{ME}/tweets"
NEW = "2080770000000000001"
SECRET = DIALECT.account.tokens["consumer_secret"]
REPLY = Speech("Свет дадут к шести", f"x:{ASKED}", f"x:{ASKED}", attempted_at=NOW)
DIRECT = Speech("Слушаем", f"x:dm:{ME}:{ANNA}:77", f"x:dm:{ME}:{ANNA}", direct=True, attempted_at=NOW)
UNCLEAR = (
    *(Answer(b"", 201), Answer({}, 201), Answer({"data": {}}, 201), Answer({"data": {"id": 5}}, 201)),
    Answer({}, 503),
)
BODY = b'{"data":{"event_uuid":"1","event_type":"post.mention.create"}}'


def ours(number: str = NEW, words: str = "@anna Свет дадут к шести", **changes: Any) -> dict[str, Any]:
    """Our own answer, as the network shows it."""
    shown: dict[str, Any] = {"id": number, "author_id": ME, "text": words, "edit_history_tweet_ids": [number]}
    shown |= {"conversation_id": ASKED, "created_at": "2026-09-21T14:13:20.000Z"}
    shown |= {"referenced_tweets": [{"type": "replied_to", "id": ASKED}]}
    return text(**shown | changes)


def push(body: bytes = BODY, signed: str | None = None) -> Incoming:
    return Incoming("POST", {}, {HEADER: signature(body, SECRET) if signed is None else signed}, body)


def check(word: str) -> Incoming:
    return Incoming("GET", {"crc_token": word}, {}, b"")


def checked(word: str) -> HttpAnswer:
    body = json.dumps({"response_token": signature(word.encode(), SECRET)}).encode()
    return HttpAnswer(200, body, "application/json", store=False)


SIGNED = signature(BODY, SECRET)
HOOKS = Hooks(
    pushes=(
        *(push(), push(BODY.replace(b'"1"', b'"2"')), push(b"{broken"), push(b"{broken!")),
        push(b'{"data":{"event_uuid":12}}'),
    ),
    forged=(
        *(push(signed=word) for word in ("", "sha256=", SIGNED.upper(), SIGNED[:-1], "sha1=" + SIGNED[7:], "\ud800")),
        *(push(BODY + b" ", SIGNED), push(b"", SIGNED), push(signed=signature(BODY, ""))),
        *(Incoming("POST", {"crc_token": "abc"}, {}, BODY), Incoming("PUT", {}, {HEADER: "x"}, BODY)),
        Incoming("", {}, {}, b""),
    ),
    handshakes=tuple(
        (check(word), checked(word)) for word in ("a", "a" * 128, "AZaz09+/=_-", "YW55IGNhcm5hbCBwbGVhc3VyZQ==")
    ),
)
FULL = reply(
    attachments={"media_keys": ["3_1"]},
    geo={"coordinates": {"coordinates": [1, 2]}, "place_id": "p"},
    note_tweet={"text": "долго", "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://b"}]}},
)
FILM = {"media_key": "3_1", "type": "video", "variants": [{"content_type": "video/mp4", "bit_rate": 1, "url": "u"}]}
INCLUDES: dict[str, Any] = {
    "users": [user(), {"data": user(ME)}],
    "tweets": [text(id=MINE, author_id=ME)],
    "media": [FILM],
    "places": [{"id": "p", "geo": {"bbox": [1, 2, 1.01, 2.01]}}],
}
TALK = {"id": "77", "event_type": "MessageCreate", "sender_id": ANNA, "dm_conversation_id": f"{ANNA}-{ME}", "text": "a"}
GONE = {"resource_id": "5", "resource_type": "tweet", "type": "https://api.x.com/2/problems/resource-not-found"}


def samples() -> tuple[Sample, ...]:
    listed = answer(FULL, text(), **INCLUDES) | {"errors": [GONE]}
    return (
        *((listed, {"method": "posts", "account": ME, "summons": word}) for word in ("named", "")),
        (listed, {"method": "lookup", "account": ME}),
        (event("post.reply.create", FULL, includes=INCLUDES), {"account": ME}),
        (event("dm.received", direct()), {"account": ME}),
        (answer(TALK, **INCLUDES), {"method": "messages", "account": ME}),
    )


def lacking(field: str, value: Any) -> Raw:
    if field == "text":
        return polled(answer(text(text=value), users=[user(name=value)]), CONTEXT)
    item = text(**{field: ... if value == "drop" else value}) | {"edit_history_tweet_ids": []}
    return polled(answer(item), CONTEXT)


PAYLOADS = Payloads(
    contexts=(
        {"account": "1111111111111111111"},
        *(
            {"method": method, "account": "1111111111111111111", "place": "x", "site": "http://a"}
            for method in ("posts", "lookup", "messages", "что-то")
        ),
    ),
    broken=(
        b'{"data":[{"id":' + b"9" * 5000 + b"}]}",
        b'{"data":[{"id":"1","author_id":"2","created_at":NaN,"geo":{"coordinates":{"coordinates":[1e999,-Infinity]}}}]}',
        b'{"data":{"event_type":"post.create","filter":{"user_id":true},"payload":[]}}',
        b'{"data":{"event_type":"dm.received","filter":{"user_id":"5"},"payload":{"users":[1],"direct_message_events":{}}}}',
        b'{"data":{"event_type":{},"filter":[],"payload":7,"includes":"x"}}',
        b'{"data":' + b'{"data":[' * 400 + b"1" + b"]}" * 400 + b"}",
        b'{"data":"\\ud800","includes":{"users":"\\ud800"}}',
        b'{"errors":[{"resource_id":"../x","type":"/problems/resource-not-found","resource_type":"tweet"}]}',
    ),
    samples=samples(),
    silent=(
        *({"data": person} for person in (user("5"), [user("5") | {"description": "Текст"}])),
        {"errors": [{"title": "Not Found Error", "resource_id": "7", "resource_type": "tweet"}]},
        *({"data": {"dm_conversation_id": "5-7", "dm_event_id": "17"}}, {"data": {"deleted": True}}, {"data": []}),
        *({"data": [{"id": "1nAJELYEEPvGL", "state": "live"}]}, {"meta": {"result_count": 0}}, [7, [text()]]),
        *(
            event(kind, text())
            for kind in ("like.create", "oauth.revoke", "post.repost.create", "dm.read", "", "что-то")
        ),
    ),
    post=lambda word: lacking("text", word),
    lacking=lacking,
    fields=("id", "author_id"),
    no_numbers=(12, "0", "-5", "1.0", "9" * 20, "٣", "1 ", "drop"),
    recorded=lambda: (*of_x(), *(body for _, body in events_of_x())),
    most=(101, 21),
)
SITE = "http://127.0.0.1:8100/x"
LINKS = Links(
    site=SITE,
    addresses={
        Address(message="x:77"): (
            *("https://x.com/anna/status/77", "x.com/anna/status/77", "http://twitter.com/anna/statuses/77?s=20&t=abc"),
            *("https://mobile.twitter.com/anna/status/77/photo/1", "https://www.x.com/i/web/status/77#m"),
            *("https://x.com/i/status/77/", "  https://X.com/anna/status/77  ", f"{SITE}/anna/status/77?x=1"),
        ),
        Address(author="5"): ("https://x.com/i/user/5",),
        None: (
            *("https://x.com/", "https://x.com/anna", "https://x.com/messages/1-2", "https://y.com/anna/status/77"),
            *("https://x.com/anna/status/", "https://x.com/anna/status/abc", "x.com/a/status/0"),
            "https://x.com/a/status/" + "9" * 40,
        ),
    },
    accounts={
        "2244994945": ("2244994945", " 2244994945 "),
        "5": ("https://x.com/i/user/5", "https://twitter.com/intent/user?user_id=5"),
        "": ("@rechnoy", "https://x.com/rechnoy", "-5", "0", "9" * 20, "٣"),
    },
)
UNREAD = (b"", b"[]", b'"x"', b"{}", b"\xff", b'{"x":1}')
CONTRACT = Contract(
    network=X(),
    dialect=DIALECT,
    voice=ME,
    ready=lambda script: script.say("/tweets", answer(text())),
    speaks=(
        Speaking(REPLY, "POST /tweets", UNCLEAR),
        Speaking(DIRECT, f"POST /dm_conversations/with/{ANNA}/messages", UNCLEAR),
    ),
    refusals=(
        *((Answer({"type": "about:blank", "detail": "тайна"}, 403), Permanent), (Answer({}, 401), AuthLost)),
        (Answer({}, 429), RetryAt),
    ),
    unsaid=(
        *((replace(REPLY, text=""), Broken), (replace(REPLY, text="a" * 281), NeedsPerson)),
        *((replace(REPLY, text="$AB $CD"), NeedsPerson), (replace(REPLY, reply_to="wall-1_2"), Broken)),
        *((replace(DIRECT, thread="", reply_to=""), Broken), (replace(DIRECT, thread=f"x:dm:5:{ANNA}"), Permanent)),
        (replace(DIRECT, thread=f"x:dm:{ME}:g{ANNA}"), NeedsPerson),
    ),
    reads=(
        Reading(
            ReadPlace("search", "фонарь"),
            "/tweets/search/recent",
            (
                *((Answer(body), RetryAt) for body in UNREAD),
                *((Answer({}, 429), RetryAt), (Answer(b"<html>", 503), RetryAt), (Answer({}, 401), AuthLost)),
            ),
        ),
    ),
    looks=(
        Looking(
            REPLY,
            OWN,
            (
                *((Answer({}, 503), RetryAt), (Answer({}, 401), AuthLost)),
                (Answer({"type": "about:blank"}, 403), CannotTell),
            ),
            answer(ours()),
            f"x:{NEW}",
            ({**answer(reply(author_id=ME)), "meta": {"next_token": "again"}},),
        ),
    ),
    hooks=HOOKS,
    payloads=PAYLOADS,
    links=LINKS,
)
