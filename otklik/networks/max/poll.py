"""Our own bot's updates by asking, for installations that the network cannot reach.

The cursor holds `marker` (the place in the stream), `looked` (unix seconds of the last look at all chats) and what
`watch` remembers. Updates are kept for a day only, and some do not tell which post a comment stands under: so all
chats are looked through now and then, and at once when such an update comes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Origin, Raw, ReadPlace
from otklik.networks.errors import Permanent, RetryAt
from otklik.networks.max import address as at
from otklik.networks.max.channel import State
from otklik.networks.max.client import ask, site_of, whole_option
from otklik.networks.max.failures import OFF
from otklik.networks.max.parse import post_of
from otklik.networks.max.updates import update_raw
from otklik.networks.max.watch import reconcile
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.wire import SHORT

_AT_ONCE = timedelta(0)
_SLACK = 10  # seconds that an answer may be late beyond `wait`
_MOST = 100
_WITH_A_POST = frozenset({"comment_created", "comment_edited"})
_NEW_PLACE = frozenset({"bot_added", "bot_admin_permissions_changed"})


def fetch_own(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """By updates; with the option `push` only what they missed, as long as the subscription stands."""
    push = access.options.get("push") is True
    pause = timedelta(seconds=whole_option(access, "reconcile_seconds", 60 if push else 600, 5, 86_400))
    if push and mappings(ask(access, "/subscriptions").json.get("subscriptions")):
        return reconcile(access, place.cursor, now, pause)
    return _poll(access, place.cursor, now, pause)


def _poll(access: Access, cursor: Mapping[str, Json], now: datetime, pause: timedelta) -> Fetched:
    if number(cursor.get("marker")) is None:
        # The place in the stream is taken before the chats are looked through: no gap between the two.
        first = _updates(access, cursor, now, 0)
        if first is None:
            return reconcile(access, cursor, now, timedelta(minutes=1))
        return _look(access, first, now)
    if now.timestamp() - (number(cursor.get("looked")) or 0) >= pause.total_seconds():
        return _look(access, Fetched((), cursor, _AT_ONCE), now)
    heard = _updates(access, cursor, now, whole_option(access, "wait", 25, 0, 30))
    return heard or reconcile(access, cursor, now, timedelta(minutes=1))


def _look(access: Access, heard: Fetched, now: datetime) -> Fetched:
    """All chats, after what was heard already. `looked` stands still until all of them are read."""
    fetch = reconcile(access, heard.cursor, now, _AT_ONCE)
    looked: dict[str, Json] = {} if fetch.cursor.get("more") else {"looked": int(now.timestamp())}
    return Fetched(heard.raws + fetch.raws, {**fetch.cursor, **looked}, fetch.again_in)


def _updates(access: Access, cursor: Mapping[str, Json], now: datetime, wait: int) -> Fetched | None:
    """What happened since the marker; None while the network pushes and so lets nobody ask."""
    marker = number(cursor.get("marker"))
    query = {"limit": _MOST, "timeout": wait, "marker": marker}
    try:
        answer = ask(access, "/updates", query, wait=wait + _SLACK).json
    except Permanent as refusal:
        if refusal.code == OFF:
            return None
        raise
    if not isinstance(answer.get("updates"), list):
        raise RetryAt(_("MAX ответила непонятно"), SHORT)
    updates = mappings(answer["updates"])
    new = dict(cursor)
    new_marker = number(answer.get("marker"))
    if new_marker is not None:
        new["marker"] = new_marker
    raws = [_kept(access, update, cursor) for update in updates]
    _look_there(updates, new)
    # Without a place in the stream asking again at once would bring the same.
    return Fetched(tuple(raws), new, _AT_ONCE if new.get("marker") is not None else SHORT)


def _kept(access: Access, update: dict[str, Json], cursor: Mapping[str, Json]) -> Raw:
    context = {"bot": access.external_id, "site": site_of(access), "place": "own"}
    if update.get("update_type") == "comment_removed" and not at.mid_of(update.get("post_id")):
        chat = str(number(update.get("chat_id")) or "")
        context["posts"] = " ".join(State.read(mapping(cursor.get("chats")).get(chat)).posts)
    return update_raw(update, Origin.POLL, context)


def _look_there(updates: list[dict[str, Any]], cursor: dict[str, Json]) -> None:
    """Remember channels that are heard of for the first time, and have those looked through at once where something
    came that does not say enough: a comment without its post, a new channel, other rights."""
    chats = dict(mapping(cursor.get("chats")))
    for update in updates:
        kind = text(update.get("update_type"), 60)
        recipient = mapping(mapping(update.get("message")).get("recipient"))
        chat = str(number(update.get("chat_id")) or number(recipient.get("chat_id")) or "")
        if kind == "bot_removed":
            chats.pop(chat, None)
            continue
        is_channel = kind.startswith("comment_") or update.get("is_channel") is True
        if not chat or not (is_channel or recipient.get("chat_type") == "channel"):
            continue
        unclear = kind in _WITH_A_POST and not post_of(recipient.get("post_id"), {})
        if chat not in chats or unclear or kind in _NEW_PLACE:
            state = State.read(chats.get(chat))
            state.event, state.sweep = 0, True
            chats[chat] = state.as_json()
            cursor["looked"] = 0
    cursor["chats"] = chats
