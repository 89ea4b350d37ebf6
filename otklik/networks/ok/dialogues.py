"""A group's private messages by pull, through the Bot API.

The chats come with the time of their last event, newest first: a quiet group costs one call. The cursor holds `since`
(milliseconds, the network's clock) and `done`, what each chat's last event was when it was read: `since` moves on only
when every chat that changed has been read.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from otklik.networks.base import Access, Fetched, Json, Origin, Raw, ReadPlace
from otklik.networks.errors import Permanent, RetryAt
from otklik.networks.ok import address as at
from otklik.networks.ok.client import Answer, Parameter, bot_ask, site_of
from otklik.networks.ok.walk import MOST_CALLS
from otklik.networks.values import digest, mapping, mappings, number, text

PAGE = 100
_RECENT = timedelta(days=1)  # that a first reading looks back
_OVERLAP = 60_000  # milliseconds: events of one moment may become visible one after another
_MOST_DONE = 300
_DIALOGUES = ("DIALOG", "CHAT", "GROUP_CHAT", "")


def read_dialogues(access: Access, cursor: Mapping[str, Any], now: datetime) -> tuple[list[Raw], dict[str, Json], bool]:
    """New messages, the next cursor, and whether all of them were reached. Raises what reading the chats raises."""
    since = number(cursor.get("since")) or int((now - _RECENT).timestamp() * 1000)
    done = {chat: number(at_) or 0 for chat, at_ in mapping(cursor.get("done")).items()}
    changed, calls = _changed(access, since, done)
    raws: list[Raw] = []
    for chat, last in changed:
        if calls >= MOST_CALLS:
            return raws, {"since": since, "done": _newest(done)}, False
        try:
            calls += _read(access, chat, since, raws)
        except RetryAt:
            return raws, {"since": since, "done": _newest(done)}, False
        except Permanent:
            pass  # a chat that was closed: no reason to leave the others
        done[chat] = last
    newest = max([since + _OVERLAP, *done.values()]) - _OVERLAP
    return raws, {"since": newest, "done": _newest(done)}, True


def read_place(access: Access, place: ReadPlace, now: datetime, again_in: timedelta) -> Fetched:
    """A source that is the dialogues alone."""
    raws, cursor, whole = read_dialogues(access, place.cursor, now)
    return Fetched(tuple(raws), cursor, again_in if whole else timedelta(seconds=1))


def history(access: Access, chat: str, until: int = 0) -> list[dict[str, Any]]:
    """The newest hundred messages of a chat, or those not after `until` (milliseconds), newest first."""
    return mappings(mapping(_page(access, chat, until, 0).value).get("messages"))


def context_of(access: Access) -> dict[str, str]:
    return {"method": "graph.messages", "group": access.external_id, "site": site_of(access)}


def stamp(item: Mapping[str, Any]) -> int:
    return number(item.get("timestamp")) or 0


def _changed(access: Access, since: int, done: Mapping[str, int]) -> tuple[list[tuple[str, int]], int]:
    """Chats with an event since then that has not been read, and what it took to list them."""
    last_by_chat: dict[str, int] = {}
    marker, calls = "", 0
    while calls < MOST_CALLS // 2:
        asked: dict[str, Parameter] = {"count": PAGE, "marker": marker or None}
        answer = mapping(bot_ask(access, "chats", asked).value)
        calls += 1
        chats = mappings(answer.get("chats"))
        for item in chats:
            chat, last = at.chat_of(item.get("chat_id")), number(item.get("lastEventTime")) or 0
            if chat and last >= since and done.get(chat) != last and text(item.get("type")) in _DIALOGUES:
                last_by_chat[chat] = last
        following = text(answer.get("marker"))
        old = any((number(item.get("lastEventTime")) or 0) < since for item in chats)
        if not chats or old or not following or following == marker:
            break
        marker = following
    return list(last_by_chat.items()), calls


def _read(access: Access, chat: str, since: int, raws: list[Raw]) -> int:
    """All messages of a chat from `since` on, newest first; how many calls that took."""
    until, calls, seen = 0, 0, set[str]()
    while calls < MOST_CALLS:
        answer = _page(access, chat, until, since)
        calls += 1
        items = mappings(mapping(answer.value).get("messages"))
        fresh = {text(mapping(item.get("message")).get("mid")) for item in items} - seen
        if fresh:
            raws.append(Raw(Origin.WATCH, answer.body, _key(access, items), context_of(access)))
        seen |= fresh
        oldest = min((stamp(item) for item in items), default=0)
        if len(items) < PAGE or not fresh or oldest < since:
            break
        until = oldest  # once more from that moment: several messages may carry the same one
    return calls


def _page(access: Access, chat: str, until: int, since: int) -> Answer:
    asked: dict[str, Parameter] = {"count": PAGE, "from": until or None, "to": since or None}
    return bot_ask(access, f"messages/chat:{chat}", asked)


def _key(access: Access, items: list[dict[str, Any]]) -> str:
    messages = [mapping(item.get("message")) for item in items]
    mid_texts = [(text(each.get("mid")), text(each.get("text"))) for each in messages]
    return digest("graph.messages", access.external_id, mid_texts)


def _newest(done: Mapping[str, int]) -> dict[str, Json]:
    return dict(sorted(done.items(), key=lambda entry: entry[1], reverse=True)[:_MOST_DONE])
