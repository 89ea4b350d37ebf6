"""Listings: newest first, a page at a time, with tokens that say where to go on. Only newest versions are listed."""

import base64
import binascii
import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.state import World
from sandbox.validation import Param
from sandbox.x import people, shapes, words
from sandbox.x.fields import (
    MEDIA_FIELDS,
    PLACE_FIELDS,
    POLL_FIELDS,
    POST_EXPANSIONS,
    POST_FIELDS,
    TWEET_EXPANSIONS,
    TWEET_FIELDS,
    USER_EXPANSIONS,
    USER_EXPANSIONS_OLD,
    USER_FIELDS,
    USER_FIELDS_OLD,
)
from sandbox.x.problems import invalid
from sandbox.x.query import Searchable
from sandbox.x.spec import ID, Call
from sandbox.x.writing import EPOCH

NEWEST = "p.deleted = 0 AND p.id = (SELECT max(q.id) FROM x_post q WHERE q.root = p.root)"
LARGEST = 2**63 - 1
USERS = Param("user.fields", "array", choices=USER_FIELDS, beside=USER_FIELDS_OLD)
TEXTS: tuple[Param, ...] = (
    Param("post.fields", "array", choices=POST_FIELDS),
    Param("tweet.fields", "array", beside=TWEET_FIELDS),
)
TEXTS_OF_USER: tuple[Param, ...] = (
    USERS,
    Param("expansions", "array", choices=USER_EXPANSIONS, beside=USER_EXPANSIONS_OLD),
    *TEXTS,
)
BESIDE: tuple[Param, ...] = (
    *TEXTS,
    Param("expansions", "array", choices=POST_EXPANSIONS, beside=TWEET_EXPANSIONS),
    USERS,
    Param("media.fields", "array", choices=MEDIA_FIELDS),
    Param("poll.fields", "array", choices=POLL_FIELDS),
    Param("place.fields", "array", choices=PLACE_FIELDS),
)
"""What may be asked for beside texts."""
BOUNDS: tuple[Param, ...] = (
    Param("start_time", "time"),
    Param("end_time", "time"),
    Param("since_id", pattern=ID),
    Param("until_id", pattern=ID),
)


def wanted_of(call: Call) -> shapes.Wanted:
    return shapes.Wanted(
        texts=shapes.canonical([*call.items("post.fields"), *call.items("tweet.fields")]),
        users=frozenset(call.items("user.fields")),
        media=frozenset(call.items("media.fields")),
        expansions=shapes.canonical(call.items("expansions")),
    )


def listed(
    call: Call, where: str, values: tuple[object, ...], most: int, test: Callable[[sqlite3.Row], bool] | None = None
) -> dict[str, Any]:
    """A page of texts with all that hangs on it. `where` is SQL over x_post p; `test` is asked of each row."""
    for one, other in (("since_id", "start_time"), ("until_id", "end_time"), ("next_token", "pagination_token")):
        if one in call.args and other in call.args:
            raise invalid(one, call.args[one], f"[{one}] and [{other}] may not be used together")
    low, high = _bounds(call)
    rows = call.db.execute(
        f"SELECT p.* FROM x_post p WHERE {NEWEST} AND p.id > ? AND p.id < ? AND ({where}) ORDER BY p.id DESC",  # noqa: S608
        (low, high, *values),
    )
    page = _page((row for row in rows if _visible(call, row) and (test is None or test(row))), most + 1)
    more, page = len(page) > most, page[:most]
    wanted = wanted_of(call)
    body: dict[str, Any] = {}
    if page:
        body["data"] = [shapes.post(call.world, row, wanted) for row in page]
        brought = shapes.includes(call.world, page, wanted)
        body |= {"includes": brought} if brought else {}
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": str(page[0]["id"]), "oldest_id": str(page[-1]["id"])}
    if more:
        meta["next_token"] = token_of(page[-1]["id"])
    return shapes.spelled(call.world, {**body, "meta": meta})


def _page(rows: Iterator[sqlite3.Row], most: int) -> list[sqlite3.Row]:
    page: list[sqlite3.Row] = []
    for row in rows:
        page.append(row)
        if len(page) == most:
            break
    return page


def _visible(call: Call, row: sqlite3.Row) -> bool:
    """Protected texts are shown to their author alone."""
    return row["author"] == call.token.user or not is_protected(call.world, row["author"])


def is_protected(world: World, number: str) -> bool:
    row = people.user(world, number)
    return row is None or bool(row["protected"])


def _bounds(call: Call) -> tuple[int, int]:
    low = min(int(call.text("since_id") or 0), LARGEST)
    if "start_time" in call.args:
        low = number_at(call.integer("start_time", 0)) - 1
    high = min(int(call.text("until_id") or LARGEST), LARGEST)
    if "end_time" in call.args:
        high = number_at(call.integer("end_time", 0))
    token = call.text("pagination_token") or call.text("next_token")
    return low, min(high, number_of(token)) if token else high


def number_at(seconds: int) -> int:
    """The smallest number that could be given out at that moment."""
    return min(max(0, (seconds * 1000 - EPOCH) << 22), LARGEST)


def token_of(number: int) -> str:
    return "b26v" + base64.b32hexencode(f"n{number}".encode()).decode().rstrip("=").lower()


def number_of(token: str) -> int:
    """The number behind a token. Problem 400 for a token that is none of ours."""
    text = token.removeprefix("b26v").upper()
    try:
        number_text = base64.b32hexdecode(text + "=" * (-len(text) % 8)).decode("ascii")
    except (binascii.Error, ValueError) as fault:
        raise _wrong_token(token) from fault
    if not token.startswith("b26v") or not number_text.startswith("n") or not number_text[1:].isdigit():
        raise _wrong_token(token)
    return min(int(number_text[1:20]), LARGEST)


def _wrong_token(token: str) -> Exception:
    return invalid(
        "pagination_token", token, f"The `pagination_token` query parameter value [{token[:60]}] is not valid"
    )


def searchable(world: World, row: sqlite3.Row) -> Searchable:
    """What the search sees of a text."""

    def handle(number: str) -> str:
        return people.handle(world, number).lower()

    return Searchable(
        text=(row["lead"] + row["text"]).lower(),
        author=handle(row["author"]),
        reply_to_user=handle(row["reply_user"]) if row["reply_user"] else "",
        names=frozenset(handle(each) for each in json.loads(row["mentioned"])),
        conversation=str(row["conversation"]),
        reply_to=str(row["reply_to"] or ""),
        quoted=str(row["quoted"] or ""),
        has=_has(row),
    )


def _has(row: sqlite3.Row) -> frozenset[str]:
    parts = {
        "media": row["photos"] != "[]",
        "links": bool(words.URL.search(row["text"])),
        "hashtags": bool(words.HASHTAG.search(row["text"])),
    }
    return frozenset(name for name, there in parts.items() if there)
