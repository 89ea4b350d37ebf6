"""How texts, people and messages look in answers and events. Everything is named as the clients name it; `spelled`
renames it when the switch says so."""

import dataclasses
import datetime
import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.state import World
from sandbox.x import people, words
from sandbox.x.fields import CANONICAL, SPELLED_POST
from sandbox.x.switchboard import switch

LONG = 280


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What was asked for beside the default: fields of texts and users, expansions."""

    texts: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    expansions: frozenset[str] = frozenset()


EVERYTHING = Wanted(
    texts=frozenset(
        [
            "author_id",
            "created_at",
            "conversation_id",
            "in_reply_to_user_id",
            "referenced_tweets",
            "entities",
            "attachments",
            "geo",
            "lang",
            "public_metrics",
            "reply_settings",
            "display_text_range",
            "edit_controls",
            "possibly_sensitive",
            "note_tweet",
        ]
    ),
    users=frozenset({"created_at", "protected", "verified"}),
)
"""What events carry."""


def canonical(names: Iterable[str]) -> frozenset[str]:
    return frozenset(CANONICAL.get(name, name) for name in names)


def spelled(world: World, body: Mapping[str, Any]) -> dict[str, Any]:
    """The whole answer or event in the spelling of the switch."""
    return _renamed(body) if switch(world.db, "spelling") == "post" else dict(body)


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {SPELLED_POST.get(name, name): _renamed(each) for name, each in value.items()}
    return [_renamed(each) for each in value] if isinstance(value, list) else value


def iso(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def post(world: World, row: sqlite3.Row, wanted: Wanted) -> dict[str, Any]:
    """One version of a text."""
    face = _Face(world, row)
    history = [str(each["id"]) for each in world.db.execute(_CHAIN, (row["root"],)).fetchall()]
    shape: dict[str, Any] = {"id": str(row["id"]), "text": face.text, "edit_history_tweet_ids": history}
    optional_fields: dict[str, Any] = {
        "author_id": row["author"],
        "created_at": iso(row["at"]),
        "conversation_id": str(row["conversation"]),
        "lang": "ru",
        "reply_settings": row["reply_settings"],
        "possibly_sensitive": False,
        "display_text_range": face.span,
        "public_metrics": _metrics(world, row),
        "edit_controls": _controls(world, row, len(history)),
    }
    references = [{"type": "replied_to", "id": str(row["reply_to"])}] if row["reply_to"] else []
    references += [{"type": "quoted", "id": str(row["quoted"])}] if row["quoted"] else []
    optional_fields |= {"referenced_tweets": references} if references else {}
    optional_fields |= {"in_reply_to_user_id": row["reply_user"]} if row["reply_user"] else {}
    optional_fields |= {"entities": face.entities} if face.entities else {}
    optional_fields |= {"note_tweet": {"text": face.whole}} if face.whole else {}
    keys = json.loads(row["photos"])
    optional_fields |= {"attachments": {"media_keys": keys}} if keys else {}
    if row["lat"] is not None:
        optional_fields["geo"] = {"coordinates": {"type": "Point", "coordinates": [row["long"], row["lat"]]}}
    asked = set(wanted.texts)
    asked |= {_BY_EXPANSION[name] for name in wanted.expansions if name in _BY_EXPANSION}
    return shape | {name: value for name, value in optional_fields.items() if name in asked}


_CHAIN = "SELECT id FROM x_post WHERE root = ? ORDER BY id"
_BY_EXPANSION = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "referenced_tweets.id": "referenced_tweets",
    "attachments.media_keys": "attachments",
    "geo.place_id": "geo",
    "entities.mentions.username": "entities",
}


class _Face:
    """A text as it is shown: names in front, links shortened, a long one cut, its pictures as a link at the end."""

    def __init__(self, world: World, row: sqlite3.Row) -> None:
        own = row["text"]
        self.whole = ""
        if words.weight(own) > LONG:
            self.whole = own
            own = own[:270].rstrip() + "…"
        keys = json.loads(row["photos"])
        shown = words.shown(row["lead"] + own)
        start, end = len(row["lead"]), len(shown.text)
        urls = shown.urls
        text = shown.text
        if keys:
            address = words.short(f"photo/{row['root']}")
            text = f"{text} {address}" if text else address
            urls = [*urls, _picture_link(world, row, keys[0], address, len(text))]
        if row["quoted"]:
            text = f"{text} {_quote_link(world, row)}"
        escapes = switch(world.db, "escapes")
        self.span = [start, end]
        self.entities = _entities(world, text, urls)
        self.text = words.escaped(text) if escapes else text
        self.whole = words.escaped(self.whole) if escapes else self.whole


def _picture_link(world: World, row: sqlite3.Row, key: str, address: str, end: int) -> dict[str, Any]:
    page = f"https://x.com/{people.handle(world, row['author'])}/status/{row['id']}/photo/1"
    shown = f"pic.x.com/{address.rpartition('/')[2]}"
    return {
        "start": end - len(address),
        "end": end,
        "url": address,
        "expanded_url": page,
        "display_url": shown,
        "media_key": key,
    }


def _quote_link(world: World, row: sqlite3.Row) -> str:
    return words.short(f"https://x.com/i/status/{row['quoted']}")


def _entities(world: World, text: str, urls: list[dict[str, Any]]) -> dict[str, Any]:
    entities: dict[str, Any] = {}
    mentions = []
    for start, end, name in words.names(text):
        somebody = people.named(world, name)
        if somebody is not None:
            mentions.append({"start": start, "end": end, "username": somebody["handle"], "id": somebody["id"]})
    parts = {
        "mentions": mentions,
        "urls": urls,
        "hashtags": words.tags(text, words.HASHTAG),
        "cashtags": words.tags(text, words.CASHTAG),
    }
    entities |= {name: part for name, part in parts.items() if part}
    return entities


def _metrics(world: World, row: sqlite3.Row) -> dict[str, int]:
    (replies,) = world.db.execute(
        "SELECT count(DISTINCT root) FROM x_post WHERE deleted = 0"
        " AND reply_to IN (SELECT id FROM x_post WHERE root = ?)",
        (row["root"],),
    ).fetchone()
    return {
        "retweet_count": 0,
        "reply_count": int(replies),
        "like_count": 0,
        "quote_count": 0,
        "bookmark_count": 0,
        "impression_count": 0,
    }


def _controls(world: World, row: sqlite3.Row, versions: int) -> dict[str, Any]:
    first = world.db.execute("SELECT at FROM x_post WHERE id = ?", (row["root"],)).fetchone()["at"]
    return {
        "edits_remaining": max(0, 6 - versions),
        "is_edit_eligible": not row["reply_to"],
        "editable_until": iso(first + 1800),
    }


def user(row: sqlite3.Row, wanted: Wanted) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": row["id"], "name": row["name"], "username": row["handle"]}
    optional_fields = {
        "created_at": iso(1_400_000_000),
        "description": row["about"],
        "protected": bool(row["protected"]),
        "verified": bool(row["official"]),
        "verified_type": "government" if row["official"] else "none",
        "receives_your_dm": bool(row["dm_open"]),
    }
    return shape | {name: value for name, value in optional_fields.items() if name in wanted.users}


def media(world: World, row: sqlite3.Row, wanted: Wanted) -> dict[str, Any]:
    shape: dict[str, Any] = {"media_key": row["key"], "type": "photo"}
    optional_fields = {"url": f"{world.base}/x/media/{row['key']}.jpg", "width": row["width"], "height": row["height"]}
    return shape | {name: value for name, value in optional_fields.items() if name in wanted.media}


def message(row: sqlite3.Row, wanted: Wanted) -> dict[str, Any]:
    """A direct message as the API lists it."""
    shape: dict[str, Any] = {"id": str(row["id"]), "event_type": "MessageCreate", "text": row["text"]}
    optional_fields: dict[str, Any] = {
        "created_at": iso(row["at"]),
        "dm_conversation_id": f"{row['low']}-{row['high']}",
        "sender_id": row["sender"],
        "participant_ids": [row["low"], row["high"]],
    }
    keys = json.loads(row["photos"])
    optional_fields |= {"attachments": {"media_keys": keys}} if keys else {}
    asked = set(wanted.texts) | {"sender_id", "participant_ids"} & wanted.expansions
    return shape | {name: value for name, value in optional_fields.items() if name in asked}


def includes(world: World, rows: list[sqlite3.Row], wanted: Wanted) -> dict[str, Any]:
    """What the expansions bring along for these texts."""
    users: dict[str, None] = {}
    keys: dict[str, None] = {}
    texts: dict[int, None] = {}
    for row in rows:
        if "author_id" in wanted.expansions:
            users[row["author"]] = None
        if "in_reply_to_user_id" in wanted.expansions and row["reply_user"]:
            users[row["reply_user"]] = None
        if "entities.mentions.username" in wanted.expansions:
            users |= dict.fromkeys(json.loads(row["mentioned"]))
        if "attachments.media_keys" in wanted.expansions:
            keys |= dict.fromkeys(json.loads(row["photos"]))
        if "referenced_tweets.id" in wanted.expansions:
            texts |= dict.fromkeys(number for number in (row["reply_to"], row["quoted"]) if number)
        if "edit_history_tweet_ids" in wanted.expansions:
            older = world.db.execute(_CHAIN, (row["root"],)).fetchall()
            texts |= dict.fromkeys(each["id"] for each in older if each["id"] != row["id"])
    return _brought(world, users, keys, texts, wanted)


def _brought(
    world: World, users: Iterable[str], keys: Iterable[str], texts: Iterable[int], wanted: Wanted
) -> dict[str, Any]:
    expansions: dict[str, Any] = {}
    rows = [world.db.execute("SELECT * FROM x_post WHERE id = ? AND deleted = 0", (each,)).fetchone() for each in texts]
    somebody = [people.user(world, each) for each in users]
    parts: dict[str, list[dict[str, Any]]] = {
        "users": [user(row, wanted) for row in somebody if row is not None],
        "tweets": [post(world, row, wanted) for row in rows if row is not None],
        "media": [media(world, row, wanted) for row in people.photos(world, keys)],
    }
    expansions |= {name: part for name, part in parts.items() if part}
    return expansions


def message_includes(world: World, rows: list[sqlite3.Row], wanted: Wanted) -> dict[str, Any]:
    users: dict[str, None] = {}
    keys: dict[str, None] = {}
    for row in rows:
        if "sender_id" in wanted.expansions:
            users[row["sender"]] = None
        if "participant_ids" in wanted.expansions:
            users |= dict.fromkeys((row["low"], row["high"]))
        if "attachments.media_keys" in wanted.expansions:
            keys |= dict.fromkeys(json.loads(row["photos"]))
    return _brought(world, users, keys, (), wanted)
