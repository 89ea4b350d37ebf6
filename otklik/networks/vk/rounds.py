"""Reading by pull what stands beside our own wall: comments of photos and videos, and of the topics of our board.

It finds what events missed, so it comes after the wall and never ends the hearing: what is switched off, or what this
account has no token for, is left out and tried again at every SWEEP-th look. Everything is read newest first, back to
what was seen at the last look and a day more; at the first look not further than a month.

The cursor: `round`; `photos` and, by number, `topics` and `videos`, each with `since` (unix seconds, the newest time
told, by the network's clock) and the pages as they were; `off`, the parts that refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from otklik.networks.base import Json
from otklik.networks.errors import NetworkError, RetryAt
from otklik.networks.values import count, mapping, mappings, number
from otklik.networks.vk import address as at
from otklik.networks.vk.client import USER, Parameter, ask
from otklik.networks.vk.notes import METHOD, asked, may_read
from otklik.networks.vk.pages import PAGE, Walk, voice_beside, whole_option
from otklik.networks.vk.parse import COMMENTS_IN_THREAD

SWEEP = 20
FIRST = timedelta(days=30)
_AGAIN = 24 * 3600  # seconds: edits of yesterday's comments are seen too
_MOST_PAGES = 10  # of one listing at one look
_MOST_KEPT = 200  # topics or videos that the cursor remembers


@dataclass
class Round:
    """One look. `wait` is how long the network asked us to wait; `done` whether everything was reached."""

    walk: Walk
    owner: int
    first: int
    turn: int
    done: bool = True
    wait: timedelta | None = None
    off: list[Json] = field(default_factory=list)


_Part = Callable[[Round, Mapping[str, Any]], dict[str, Json]]


def look(
    walk: Walk, owner: int, cursor: Mapping[str, Any], now: datetime, since: int = 0
) -> tuple[Round, dict[str, Json]]:
    """The look, and the cursor to go on from. `since` (unix seconds) takes the place of a month ago."""
    here = Round(walk, owner, since or int((now - FIRST).timestamp()), count(cursor.get("round")))
    walk.beside = voice_beside(walk.access)
    off = cursor.get("off")
    refused = off if isinstance(off, list) and here.turn % SWEEP else []
    parts: dict[str, _Part] = {"photos": _photos, "topics": _topics, "videos": _videos}
    kept: dict[str, Json] = {}
    for name, read in parts.items():
        kept[name] = dict(mapping(cursor.get(name)))
        if walk.tired or here.wait:
            here.done = False
        elif name in refused:
            here.off.append(name)
        else:
            kept[name] = _read(here, name, read, mapping(cursor.get(name)))
    kept |= {"round": here.turn + (1 if here.done else 0), "off": here.off}
    return here, kept


def _read(here: Round, name: str, read: _Part, before: Mapping[str, Any]) -> dict[str, Json]:
    try:
        return read(here, before)
    except RetryAt as refusal:
        here.done, here.wait = False, refusal.after
    except NetworkError:
        here.off.append(name)  # this part is closed, or its token does not work: no reason to hear nothing else
    return dict(before)


def _photos(here: Round, before: Mapping[str, Any]) -> dict[str, Json]:
    """Comments of all photos together, newest first by the network's own word: a quiet album costs one call."""
    if not here.walk.access.tokens.get(USER):
        return {}
    return _listing(here, "photos.getAllComments", {"owner_id": here.owner}, 0, USER, before)


def _topics(here: Round, before: Mapping[str, Any]) -> dict[str, Json]:
    """Topics that changed, by their count of comments and the time of the last change."""
    token = may_read(here.walk.access, at.TOPIC)
    if not token:
        return {}
    items = _things(here, "board.getTopics", {"group_id": -here.owner, "order": 1}, token)
    lively = [item for item in items if (number(item.get("updated")) or 0) >= here.first]
    return _each(here, at.TOPIC, lively, token, before)


def _videos(here: Round, before: Mapping[str, Any]) -> dict[str, Json]:
    if not here.walk.access.tokens.get(USER):
        return {}
    return _each(here, at.VIDEO, _things(here, "video.get", {"owner_id": here.owner}, USER), USER, before)


def _things(here: Round, method: str, parameters: Mapping[str, Parameter], token: str) -> list[dict[str, Any]]:
    here.walk.calls += 1
    most = whole_option(here.walk.access, "posts", 20, 1, PAGE)
    answer = ask(here.walk.access, token, method, {**parameters, "count": most}).response
    return mappings(mapping(answer).get("items"))


def _each(
    here: Round, kind: str, items: list[dict[str, Any]], token: str, before: Mapping[str, Any]
) -> dict[str, Json]:
    """The comments of those that changed. One that was not reached keeps its old mark, so that it is read next."""
    kept: dict[str, Json] = {name: entry for name, entry in before.items() if isinstance(entry, dict)}
    for item in items:
        thing = number(item.get("id")) or 0
        mark: Json = [count(item.get("comments")), number(item.get("updated")) or 0]
        known = mapping(before.get(str(thing)))
        quiet = known.get("mark") == mark and (here.turn + thing) % SWEEP
        if thing <= 0 or quiet or not (known or count(item.get("comments"))):
            continue
        if here.walk.tired:
            here.done = False
            break
        where = at.BesideAddress(kind, here.owner, thing)
        try:
            kept[str(thing)] = {**_listing(here, METHOD[kind], asked(where), thing, token, known), "mark": mark}
        except RetryAt as refusal:
            here.done, here.wait = False, refusal.after
            break
        except NetworkError:
            kept[str(thing)] = {"mark": mark}  # its comments are closed: no reason to leave the others
    return dict(sorted(kept.items(), key=_number, reverse=True)[:_MOST_KEPT])


def _number(entry: tuple[str, Json]) -> int:
    name = entry[0]
    return int(name) if name.isascii() and name.isdecimal() and len(name) < 20 else 0


def _listing(
    here: Round, method: str, parameters: Mapping[str, Parameter], thing: int, token: str, before: Mapping[str, Any]
) -> dict[str, Json]:
    """The newest comments of one listing, back to a day before the newest that was seen."""
    walk, seen = here.walk, number(before.get("since")) or 0
    floor, newest = seen - _AGAIN if seen else here.first, seen
    walk.known, walk.pages = mapping(before.get("pages")), {}
    fixed: dict[str, Parameter] = {**parameters, "count": PAGE}
    if thing:
        fixed |= {"sort": "desc", "extended": True}
    if method == METHOD[at.VIDEO]:
        fixed["thread_items_count"] = COMMENTS_IN_THREAD
    for turn in range(_MOST_PAGES):
        page: dict[str, Parameter] = {**fixed, "offset": turn * PAGE}
        items, news = walk.recent(method, page, owner=here.owner, thing=thing, slot=turn, token=token, since=floor)
        dates = [number(item.get("date")) or 0 for item in items]
        newest = max([newest, *dates])
        if len(items) < PAGE or not news or min(dates) < floor:
            break
    return {"since": newest, "pages": {**walk.known, **walk.pages}}
