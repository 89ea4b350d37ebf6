"""What the tests that are the same for all networks need to know of Facebook and Instagram, which share one graph."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Address, CannotTell, HttpAnswer, Incoming, Photo, Raw, ReadPlace, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, NotSupported, Permanent, RetryAt
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from otklik.networks.meta.hook import signature
from otklik.networks.meta.tests.scripted import DIALECT, SECRET, TOKEN, WORD
from otklik.networks.tests.contract import Contract, Hooks, Links, Looking, Payloads, Reading, Speaking, polled
from otklik.networks.tests.reference import of_meta
from tests.make.scripted import Answer, Script

NOW = datetime(2026, 9, 21, 15, 0, tzinfo=UTC)
MEDIA, COMMENT = "18000000000000001", "17900000000000001"
ON_FACEBOOK = Speech("Починят", "fb:200_300", "fb:100_200", attempted_at=NOW)
ON_INSTAGRAM = Speech("Починят", f"ig:{COMMENT}", f"ig:{MEDIA}", attempted_at=NOW)
PICTURE = Photo("a.jpg", b"x", "image/jpeg")


def refusal(code: Any, subcode: int = 0, status: int = 400, **more: Any) -> Answer:
    error = {"message": f"token {TOKEN} тайна", "type": "OAuthException", "code": code, "error_subcode": subcode}
    return Answer({"error": error | more}, status)


EXPIRED = {"error": {"message": f"token {TOKEN}", "type": "OAuthException", "code": 190, "error_subcode": 463}}
BUSY = {"X-Business-Use-Case-Usage": '{"1":[{"call_count":100,"estimated_time_to_regain_access":19}]}'}
UNCLEAR: tuple[Any, ...] = (
    *(refusal(100, is_transient=True), refusal("190"), Answer({"error": {}}, 400), refusal(2, status=500)),
    *(Answer(b""), Answer([1]), {"id": ["x"]}, {}, {"message_id": 5}),
)
REFUSALS = (
    (Answer(EXPIRED, 400), AuthLost),
    (EXPIRED, AuthLost),  # 200 with an error inside
    ({"data": EXPIRED}, AuthLost),
    (Answer({"error_type": "OAuthException", "code": 190, "error_message": "no"}, 400), AuthLost),
    (refusal(100, 33), Permanent),
    (refusal(100, message="Invalid appsecret_proof provided in the API argument"), AuthLost),
    (Answer(b"slow down", 429), RetryAt),
    (replace(refusal(4, status=403), headers=BUSY), RetryAt),
)
UNREAD = ((refusal(190), AuthLost), (refusal(2), RetryAt), (refusal(4), RetryAt), (Answer(b"", 429), RetryAt))
UNSEEN = (
    *((refusal(190), AuthLost), (refusal(2), RetryAt), (Answer(b"<html>", 502), RetryAt)),
    (refusal(100, 33), CannotTell),
)
BARE = b'{"object":"page","entry":[{"id":"1","time":1}]}'
FEED = '{"object":"page","entry":[{"id":"1","time":1,"changes":[{"field":"feed","value":{"message":"%s"}}]}]}'
PLAIN, ESCAPED = (FEED % "Яма").encode(), (FEED % "\\u042f\\u043c\\u0430").encode()
SIGNATURE = "x-hub-signature-256"


def push(body: bytes, signed: str | None = None, method: str = "POST") -> Incoming:
    return Incoming(method, {}, {SIGNATURE: signature(body, SECRET) if signed is None else signed}, body)


def handshake(**query: str) -> Incoming:
    usual = {"mode": "subscribe", "verify_token": WORD, "challenge": "1158201444"}
    return Incoming("GET", {f"hub.{name}": value for name, value in (usual | query).items()}, {}, b"")


SIGNED = signature(BARE, SECRET)
HOOKS = Hooks(
    pushes=(push(BARE), push(PLAIN), push(ESCAPED)),
    forged=(
        *(
            push(BARE, word)
            for word in ("", "sha256=", "sha1=" + SIGNED[7:], SIGNED[7:], "sha256=\ud800", "x" * 10_000)
        ),
        *(push(ESCAPED, signature(PLAIN, SECRET)), push(BARE, signature(BARE, "")), push(BARE, method="PUT")),
        *(handshake(verify_token=word) for word in ("other", "", "\ud800", WORD[:-1])),
        *(handshake(mode="unsubscribe"), Incoming("POST", {}, {}, BARE)),
    ),
    handshakes=((handshake(), HttpAnswer(200, b"1158201444", "text/plain", store=False)),),
)
THING: dict[str, Any] = (
    {"id": "200_300", "comment_id": "200_300", "post_id": "100_200", "parent_id": "200_299"}
    | {"parent": {"id": "200_299"}, "from": {"id": "555", "name": "Анна", "username": "anna"}, "message": "слово"}
    | {"text": "слово", "username": "anna", "item": "comment", "verb": "add", "created_time": 1_790_000_000}
    | {"timestamp": "2026-09-21T14:13:20+0000", "media": {"id": MEDIA}, "photos": ["https://d"]}
    | {"attachment": {"type": "video", "media": {"source": "https://b"}}}
    | {"attachments": {"data": [{"type": "photo", "media": {"image": {"src": "https://a", "width": 1}}}]}}
    | {"place": {"location": {"latitude": 1.5, "longitude": 2}}}
    | {"comments": {"summary": {"total_count": 3, "can_comment": True}}}
    | {"children": {"data": [{"media_url": "https://c", "media_type": "VIDEO"}]}}
)
VIEWS = ("posts", "comments", "messages", "gone", "")
FINE = {"place": "100", "voice": "100", "post": "100_200", "peer": "555", "username": "us", "permalink": "https://a"}
ODD = {"place": "\ud800", "post": "--1", "peer": "x" * 500, "guest": "1", "site": "", "permalink": "\x00"}


def entry(kind: str, field: str, **thing: Any) -> dict[str, Any]:
    return {"object": kind, "entry": [{"id": "100", "time": 1, "changes": [{"field": field, "value": THING | thing}]}]}


def payloads(kind: str, field: str, number: str) -> Payloads:
    """Of the network whose pushes are of this kind and whose comments have numbers like this one."""
    thing = {"id": number, "comment_id": number}
    sides = {"sender": {"id": "555"}, "recipient": {"id": "100"}, "timestamp": 1_790_000_000_000}
    talk = {**sides, "message": {"mid": "m_1", "text": "x", "reply_to": {"mid": "m_0"}}}
    views = [view for view in VIEWS if view]
    album = {"id": "9", "name": "Альбом", "created_time": "2024-03-01T12:00:00+0300", "link": "https://a/b"}

    def lacking(name: str, value: Any) -> Raw:
        words = {"text": value, "message": value, "from": {"id": "555", "username": value, "name": value}}
        numbers = {"id": value, "comment_id": value}
        return polled(entry(kind, field, **{**thing, **(words if name == "text" else numbers)}))

    return Payloads(
        contexts=tuple({**context, "view": view} for context in (ODD, FINE) for view in VIEWS),
        broken=(
            *(b'{"entry":' * 100_000, b'{"object":"page","entry":{"id":1}}'),
            b'{"object":"page","entry":[1,null,{"id":' + b"9" * 5000 + b"}]}",
            b'{"object":"page","entry":[{"id":NaN,"changes":[{"field":"feed","value":[]}],"messaging":5}]}',
            b'{"object":"instagram","entry":[{"id":"1","changes":[{"field":"comments","value":{"id":-1,"media":{}}}]}]}',
            b'{"data":' + b'[{"parent":' * 400 + b"1" + b"}]" * 400 + b"}",
            b'{"object":"\\ud800","entry":[{"id":"\\ud800"}]}',
        ),
        samples=(
            (entry(kind, field, **thing), {}),
            (entry(kind, field, **thing, verb="edited", item="post"), {}),
            ({"object": kind, "entry": [{"id": "100", "time": 1, "messaging": [talk]}]}, {}),
            *(({"data": [THING | thing]}, {**FINE, "view": view}) for view in views),
        ),
        silent=(
            {"error": {"message": "Invalid OAuth access token.", "code": 190}},
            {"id": "70", "name": "Город", "about": "О нас", "username": "gorod"},
            {"data": [{"id": "5", "name": "Ира"}, {"id": "6", "name": "Олег"}]},
            {"data": [{"id": "20/insights/reach/lifetime", "name": "reach", "description": "Total", "values": []}]},
            {"data": [album]},
            *({"id": "20"}, {"success": True}, [[{}], 7, None], {"data": {"data": [7]}}),
        ),
        post=lambda word: lacking("text", word),
        lacking=lacking,
        fields=("id",),
        no_numbers=("", "-1", "1_2_3", "a", "1" * 31, "١", "MAZDZD", "<PSID>"),
        recorded=lambda: (path.read_bytes() for path in of_meta()),
        most=(101, 51),
    )


SITE = "http://127.0.0.1:8100/meta"
TOO_LONG = "https://www.facebook.com/?" + "a=1&" * 500
ON_FACEBOOK_LINKS = Links(
    site=SITE,
    addresses={
        Address("fb:2_3", "fb:1_2"): (
            *("https://www.facebook.com/1/posts/2/?comment_id=3", f"{SITE}/1/posts/2/?comment_id=3"),
        ),
        Address("fb:2_4", "fb:1_2"): ("https://m.facebook.com/1/posts/2?comment_id=3&reply_comment_id=4&ref=x",),
        Address("fb:1_2", "fb:1_2"): (
            *("facebook.com/1/posts/words-of-it/2/", "https://www.facebook.com/permalink.php?story_fbid=2&id=1"),
        ),
        Address("fb:2_3", ""): ("https://www.facebook.com/rechnoy/posts/2/?comment_id=3",),
        Address("", "fb:dm:1:5"): (f"{SITE}/1/inbox/5/",),
        Address(author="5"): ("https://www.facebook.com/profile.php?id=5", "https://www.facebook.com/5"),
        None: (
            "https://vk.com/wall-1_2",
            "https://www.facebook.com/rechnoy",
            "https://www.facebook.com/rechnoy/posts/2",
            *("https://www.facebook.com/1/posts/pfbid02abc", TOO_LONG, "fb:", "ig:dm:1:2:" + "z" * 5000),
        ),
    },
    accounts={
        "100012345698901": (" 100012345698901 ", "https://www.facebook.com/100012345698901/"),
        "12": (
            *("facebook.com/profile.php?id=12", "https://www.facebook.com/people/Река/12"),
            "https://www.facebook.com/p/Rechnoy-12",
        ),
        "": ("rechnoy", "facebook.com/rechnoy", "-12", "1_2", "vk.com/12", "١٢", "fb:", "٣"),
    },
    places={
        "100012345698901": ("100012345698901",),
        "rechnoy": ("https://www.facebook.com/rechnoy/",),
        "rechnoy.gorod": ("rechnoy.gorod",),
        "": ("", "https://vk.com/rechnoy", "два слова", "https://www.facebook.com/a/b", "x" * 99),
    },
)
ON_INSTAGRAM_LINKS = Links(
    site=SITE,
    addresses={
        Address("ig:123"): (
            *("https://www.instagram.com/p/Abc_-1/c/123/", "instagram.com/reel/Abc/c/123", f"{SITE}/p/Abc/c/123/"),
        ),
        Address("ig:456"): ("https://www.instagram.com/rechnoy/p/Abc/c/123/r/456/?igsh=x",),
        Address("", "ig:dm:12:555"): (f"{SITE}/direct/t/555/?account=12",),
        NotSupported: ("https://www.instagram.com/p/Abc/",),  # a publication alone does not tell its number
        None: (
            *("https://www.instagram.com/rechnoy/", f"{SITE}/direct/t/555/?account=x", "fb:"),
            "ig:dm:1:2:" + "z" * 5000,
        ),
    },
    accounts={
        "17841400000000001": (" 17841400000000001 ",),
        "": ("instagram.com/rechnoy", "-12", "٣", "ig:dm:1:2:" + "z" * 5000),
    },
)


OURS = {"message": "Починят", "from": {"id": "100"}, "created_time": "2026-09-21T15:00:00+0000"}
TALK = {"data": [OURS | {"id": "m_9"}]}
REPLIED = {"id": "17900000000000009", "text": "Починят", "username": "us", "timestamp": OURS["created_time"]}
NEXT = {"next": "https://a/?after=x"}
ENDLESS = ({"data": [OURS | {"id": "200_302", "text": "Другое", "message": "Другое"}], "paging": NEXT},)
ENDLESS_TALK = ({"data": [OURS | {"id": "m_8", "message": "Другое"}], "paging": NEXT},)


def ready(script: Script) -> None:
    """What is asked before our own texts are listed."""
    script.say("GET 200_300", {"id": "200_300"})
    script.say(f"GET {COMMENT}", {"id": COMMENT})
    script.say("GET 100", {"id": "100", "username": "us"})
    for node in ("100", "me"):
        script.say(f"GET {node}/conversations", {"data": [{"id": "t_1"}]})


def direct(speech: Speech, mark: str, place: str = "100") -> Speech:
    return replace(speech, reply_to=f"{mark}:dm:{place}:555:m_1", thread=f"{mark}:dm:{place}:555", direct=True)


FACEBOOK = Contract(
    network=Facebook(),
    dialect=DIALECT,
    voice="100",
    speaks=(
        Speaking(ON_FACEBOOK, "POST 200_300/comments", UNCLEAR),
        Speaking(direct(ON_FACEBOOK, "fb"), "POST 100/messages", UNCLEAR),
    ),
    refusals=REFUSALS,
    unsaid=(
        (replace(ON_FACEBOOK, text="я" * 8001), NeedsPerson),
        (replace(direct(ON_FACEBOOK, "fb"), text="я" * 2001), NeedsPerson),
        (replace(ON_FACEBOOK, photos=(PICTURE,) * 2), NeedsPerson),
        (replace(ON_FACEBOOK, photos=(replace(PICTURE, content=b"x" * (4 * 1024 * 1024 + 1)),)), NeedsPerson),
        (replace(direct(ON_FACEBOOK, "fb"), photos=(PICTURE,)), NeedsPerson),
        *((replace(ON_FACEBOOK, text=" \n"), Broken), (replace(ON_FACEBOOK, reply_to="wall-1_2"), Broken)),
        (replace(direct(ON_FACEBOOK, "fb"), reply_to="", thread=""), Broken),
        *((replace(ON_FACEBOOK, thread="fb:999_200"), Permanent), (direct(ON_FACEBOOK, "fb", "101"), Permanent)),
    ),
    reads=(Reading(ReadPlace("own", "100"), "GET 100", UNREAD),),
    ready=ready,
    looks=(
        Looking(ON_FACEBOOK, "GET 200_300", UNSEEN),
        Looking(
            ON_FACEBOOK, "GET 200_300/comments", UNSEEN, {"data": [OURS | {"id": "200_301"}]}, "fb:200_301", ENDLESS
        ),
        Looking(direct(ON_FACEBOOK, "fb"), "GET 100/conversations", UNSEEN),
        Looking(direct(ON_FACEBOOK, "fb"), "GET t_1/messages", UNSEEN, TALK, "fb:dm:100:555:m_9", ENDLESS_TALK),
    ),
    hooks=HOOKS,
    payloads=payloads("page", "feed", "200_300"),
    links=ON_FACEBOOK_LINKS,
)
INSTAGRAM = Contract(
    network=Instagram(),
    dialect=DIALECT,
    voice="100",
    speaks=(
        Speaking(ON_INSTAGRAM, f"POST {COMMENT}/replies", UNCLEAR),
        Speaking(direct(ON_INSTAGRAM, "ig"), "POST me/messages", UNCLEAR),
    ),
    refusals=REFUSALS,
    unsaid=(
        (replace(ON_INSTAGRAM, text="я" * 301), NeedsPerson),
        *((replace(ON_INSTAGRAM, text=text), NeedsPerson) for text in ("ВСЁ СДЕЛАЛИ", "#а #б #в #г #д", "a.ru b.ru")),
        (replace(direct(ON_INSTAGRAM, "ig"), text="я" * 501), NeedsPerson),
        (replace(ON_INSTAGRAM, photos=(PICTURE,)), NeedsPerson),
        (replace(ON_INSTAGRAM, text=" \n"), Broken),
        (replace(ON_INSTAGRAM, reply_to="wall-1_2"), Broken),
        (replace(direct(ON_INSTAGRAM, "ig"), reply_to="", thread=""), Broken),
        (direct(ON_INSTAGRAM, "ig", "101"), Permanent),
    ),
    reads=(Reading(ReadPlace("own", "100"), "GET me", UNREAD),),
    ready=ready,
    looks=(
        Looking(ON_INSTAGRAM, f"GET {COMMENT}", UNSEEN),
        Looking(ON_INSTAGRAM, f"GET {COMMENT}/replies", UNSEEN, {"data": [REPLIED]}, "ig:17900000000000009", ENDLESS),
        Looking(direct(ON_INSTAGRAM, "ig"), "GET me/conversations", UNSEEN),
        Looking(direct(ON_INSTAGRAM, "ig"), "GET t_1/messages", UNSEEN, TALK, "ig:dm:100:555:m_9", ENDLESS_TALK),
    ),
    hooks=HOOKS,
    payloads=payloads("instagram", "comments", COMMENT),
    links=ON_INSTAGRAM_LINKS,
)
