"""Citizens' comments as four networks push them, signed as each of them signs, and the accounts that hear them."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Any

from otklik.demo.texts import person
from otklik.inbox.models import Author
from otklik.lib import clock
from otklik.networks.access import access_to
from otklik.networks.base import Incoming, Raw
from otklik.networks.max.updates import HEADER as MAX_HEADER
from otklik.networks.meta.hook import signature
from otklik.networks.meta.side import APP_SECRET
from otklik.networks.models import Account, LegalSwitch, RawEvent, Source
from otklik.networks.registry import NETWORKS
from otklik.networks.telegram.heard import SECRET_HEADER
from otklik.networks.vk.address import owner_id
from otklik.places.models import Place
from tests.make import inbox

SECRET = "secret-of-the-bench"  # noqa: S105 of a database that is thrown away
COMMUNITY, POST, CHAT = 12, 34, -1002222222222
ID = {"vk": str(COMMUNITY), "telegram": "7000001", "max": "229229229", "facebook": "100"}
KEYS = {"vk": "community", "telegram": "bot", "max": "bot", "facebook": "page"}


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `number` makes its address and, unless somebody writes again, its author."""

    number: int
    author: int
    name: tuple[str, str]
    text: str
    at: int


def comments(texts: Sequence[str], seed: int, first: int = 1) -> list[Comment]:
    """Every third author has written before. All of it within the last hour."""
    rng, now = Random(seed), int(time.time())  # noqa: S311 a seeded generator, not cryptography
    made: list[Comment] = []
    for number, text in enumerate(texts, first):
        who = person(rng)
        again = made and rng.random() < 1 / 3
        author, name = (rng.choice(made).author, rng.choice(made).name) if again else (number, ("", ""))
        if not again:
            name = (who.first_name, who.last_name)
        made.append(Comment(number, author, name, text, now - rng.randrange(3600)))
    return made


def _vk(one: Comment) -> tuple[dict[str, Any], Mapping[str, str]]:
    thing = {"id": one.number, "from_id": one.author, "date": one.at, "text": one.text}
    thing |= {"post_id": POST, "owner_id": -COMMUNITY, "post_owner_id": -COMMUNITY}
    return {
        "type": "wall_reply_new",
        "group_id": COMMUNITY,
        "event_id": f"bench{one.number:x}",
        "v": "5.199",
        "secret": SECRET,
        "object": thing,
    }, {}


def _telegram(one: Comment) -> tuple[dict[str, Any], Mapping[str, str]]:
    first, last = one.name
    message = {
        "message_id": one.number + 10,
        "from": {"id": 8_000_000 + one.author, "is_bot": False, "first_name": first, "last_name": last},
        "chat": {"id": CHAT, "type": "supergroup", "title": "Город: обсуждение"},
        "date": one.at,
        "message_thread_id": 10,
        "text": one.text,
    }
    return {"update_id": one.number, "message": message}, {SECRET_HEADER: SECRET}


def _max(one: Comment) -> tuple[dict[str, Any], Mapping[str, str]]:
    first, last = one.name
    mid = f"mid.bench{one.number:024x}"
    message = {
        "sender": {"user_id": 5000 + one.author, "first_name": first, "last_name": last, "is_bot": False},
        "recipient": {"chat_id": -708, "chat_type": "channel", "post_id": "mid.ffffbf9b56282516019d496b34390001"},
        "timestamp": one.at * 1000,
        "body": {"mid": mid, "seq": one.number, "text": one.text},
    }
    return {"update_type": "comment_created", "timestamp": one.at * 1000, "message": message}, {MAX_HEADER: SECRET}


def _facebook(one: Comment) -> tuple[dict[str, Any], Mapping[str, str]]:
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": f"200_{one.number}",
        "post_id": "100_200",
        "parent_id": "100_200",
        "from": {"id": str(9_000_000 + one.author), "name": " ".join(one.name)},
        "message": one.text,
        "created_time": one.at,
    }
    body = {"object": "page", "entry": [{"id": "100", "time": one.at, "changes": [{"field": "feed", "value": value}]}]}
    return body, {"x-hub-signature-256": signature(_bytes(body), SECRET)}


PUSHES: dict[str, Callable[[Comment], tuple[dict[str, Any], Mapping[str, str]]]] = {
    "vk": _vk,
    "telegram": _telegram,
    "max": _max,
    "facebook": _facebook,
}


def _bytes(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()


def push(network: str, one: Comment) -> Incoming:
    """What the network sends to our address."""
    body, headers = PUSHES[network](one)
    return Incoming("POST", {}, dict(headers), _bytes(body), "127.0.0.1")


def accounts(place: Place) -> dict[str, Account]:
    """A voice in each network, heard by pushes in its own place. Nothing is due, so that nothing reaches out."""
    made = {}
    for network in PUSHES:
        LegalSwitch.objects.create(network=network, read=True, speak=True, at=clock.now())
        keys = {KEYS[network]: SECRET} | ({APP_SECRET: SECRET} if network == "facebook" else {})
        more = {"title": "Город", "hook_secret": SECRET, "options": {"push": True}}
        made[network] = inbox.account(network, ID[network], keys, **more)
        inbox.source(made[network], title="Город", place=place)
    return made


def know_authors(crowd_messages: Sequence[Comment]) -> None:
    """VKontakte pushes no names, and who wrote there before is known by his: nobody has to be asked for."""
    names = {one.author: " ".join(one.name) for one in crowd_messages}
    Author.objects.bulk_create(
        (Author(network="vk", external_id=owner_id(number), name=name) for number, name in names.items()),
        ignore_conflicts=True,
    )


def heard(voices: Mapping[str, Account], crowd_messages: Sequence[Comment]) -> None:
    """The comments as payloads that wait to be taken in, of one network after the other, as the hooks keep them."""
    now = clock.now()
    sources = {one.network: one for one in Source.objects.all()}
    access = {network: access_to(account) for network, account in voices.items()}
    events = []
    for network, one in zip(cycle(voices), crowd_messages, strict=False):
        incoming = push(network, one)
        if not NETWORKS[network].authentic(incoming, access[network]):
            raise RuntimeError(f"{network} does not believe its own push")
        events.append(_event(NETWORKS[network].raw(incoming), voices[network], sources[network], now))
    RawEvent.objects.bulk_create(events, 500)


def _event(raw: Raw, account: Account, source: Source, now: Any) -> RawEvent:
    return RawEvent(
        account=account,
        source=source,
        network=account.network,
        origin=raw.origin.value,
        key=f"{account.network}:{raw.key}"[:128],
        context=dict(raw.context),
        body=raw.body,
        received_at=now,
        due_at=now,
    )
