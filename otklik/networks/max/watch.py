"""Reading by pull: all chats of our own bot, to find what updates missed, or one channel as a guest.

The cursor holds `chats`: what is remembered of each (`channel.State`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.max import address as at
from otklik.networks.max import pasted
from otklik.networks.max.channel import State, chat_number, kind_of, look, look_at_talk
from otklik.networks.max.client import path_of, site_of, whole_option
from otklik.networks.max.pages import PAGE, Walk
from otklik.networks.pace import pause
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.wire import SHORT

_MOST_PAGES = 20
_BY_NUMBER = _("MAX не нашла канал по ссылке: укажите его номер, он стоит в ссылке на запись после «/c/»")
_ASK_AGAIN = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class _Times:
    """Our time now, and when the last whole look at all chats began, in milliseconds; 0 = never."""

    now: int
    begun: int


def reconcile(access: Access, cursor: Mapping[str, Json], now: datetime, pause: timedelta) -> Fetched:
    """Every channel of the bot that is known, and its dialogues where MAX lists them.

    A quiet channel costs two calls. `more` in the cursor says that something is left for the next look, which is then
    due soon; `unlisted` when MAX last refused to list the bot's chats (unix seconds).
    """
    walk = Walk(access, Origin.BACKFILL, "own")
    remembered = mapping(cursor.get("chats"))
    states = {name: State.read(raw_state) for name, raw_state in remembered.items() if at.channel_number(name)}
    listing: dict[str, Json] = {}
    more, waits, at_ = False, pause, _Times(milliseconds(now), number(cursor.get("begun")) or 0)
    try:
        listed = _listed(walk, cursor, now)
        listing = {"unlisted": int(now.timestamp())} if listed is None else {"unlisted": cursor.get("unlisted", 0)}
        chats_by_name: dict[str, Mapping[str, Any] | None] = dict(listed or {})
        for name in [*states, *map(str, named_channels(access))]:
            if at.channel_number(name) < 0:  # a dialogue is looked at only where it is listed
                chats_by_name.setdefault(name, None)
        states = {name: states.get(name, State()) for name in chats_by_name}
        for name in sorted(
            chats_by_name, key=lambda name: (_is_quiet(chats_by_name[name], states[name]), states[name].round)
        ):
            if not walk.tired:
                chats_by_name[name] = _one(walk, chats_by_name[name], int(name), states[name], at_)
            more = more or not _is_quiet(chats_by_name[name], states[name])
    except RetryAt as refusal:
        more, waits = True, refusal.after
    else:
        waits = SHORT if more else pause
    kept = {name: state.as_json() for name, state in states.items()}
    seen: dict[str, Json] = {"chats": {**remembered, **kept}, "more": more}
    seen |= listing if more else {**listing, "begun": at_.now}
    return Fetched(tuple(walk.raws), {**cursor, **seen}, waits)


def _is_quiet(item: Mapping[str, Any] | None, state: State) -> bool:
    """Whether nothing is known to be new there."""
    seen = not state.left and not state.sweep and bool(state.event)
    return seen and (item is None or state.event == (_event(item) or 1))


def _one(walk: Walk, item: Mapping[str, Any] | None, chat: int, state: State, at_: _Times) -> Mapping[str, Any] | None:
    """One chat; what MAX says of it, None where it says nothing to us."""
    try:
        chat_item = item if item is not None else walk.ask(path_of("chats", chat))
        if kind_of(chat_item) == "channel":
            look(walk, chat, state, _event(chat_item), at_.now)
        else:
            look_at_talk(walk, chat, state, _event(chat_item), at_.begun)
    except Permanent:  # no rights there: the self-check says so, and the other chats are read
        state.event, state.left, state.sweep = (_event(item) if item else 0) or 1, [], False
        return item
    return chat_item


def _listed(walk: Walk, cursor: Mapping[str, Json], now: datetime) -> dict[str, Mapping[str, Any]] | None:
    """The bot's chats where MAX lists them, {} when it was asked not long ago and refused, None: it has refused now.

    Since June 2026 the network's pages say that it does not any more.
    """
    if now.timestamp() - (number(cursor.get("unlisted")) or 0) < _ASK_AGAIN:
        return {}
    try:
        return {str(chat_number(item)): item for item in chats(walk)}
    except Permanent:
        return None


def named_channels(access: Access) -> list[int]:
    """The channels that the account's option `channels` names by their numbers."""
    option = access.options.get("channels")
    items = option if isinstance(option, list) else [option]
    numbers = [at.channel_number(str(item).strip()) for item in items if isinstance(item, int | str)]
    return [chat for chat in dict.fromkeys(numbers) if chat < 0]


def chats(walk: Walk) -> list[dict[str, Any]]:
    """All chats of the bot that are alive. Permanent where MAX does not list them."""
    live_chats: list[dict[str, Any]] = []
    marker: int | None = None
    for _turn in range(_MOST_PAGES):
        answer = walk.ask("/chats", {"count": PAGE, "marker": marker})
        page = mappings(answer.get("chats"))
        live_chats += [item for item in page if chat_number(item) and text(item.get("status")) in ("", "active")]
        following = number(answer.get("marker"))
        if following is None or following == marker or not page:
            break
        marker = following
    return live_chats


def watch(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """A channel in which our bot is an administrator, by its number or its link."""
    walk = Walk(access, Origin.WATCH, "foreign")
    usual = timedelta(seconds=whole_option(access, "watch_seconds", 15, 1, 3600))
    named = at.chat_of(place.cursor.get("chat")) or _named(access, place)
    try:
        item = walk.ask(path_of("chats", named))
    except Permanent as refusal:
        if isinstance(named, int):
            raise
        raise NeedsPerson(
            _("MAX не нашла канал по ссылке: укажите его номер, он стоит в ссылке на запись после «/c/»")
        ) from refusal
    chat = chat_number(item)
    if not chat or kind_of(item) != "channel":
        raise NeedsPerson(_("По этому адресу в MAX нет канала: укажите номер канала или ссылку max.ru/имя"))
    state = State.read(place.cursor.get("state"))
    waits = pause(usual, place.quiet)
    try:
        look(walk, chat, state, _event(item), milliseconds(now))
    except RetryAt as refusal:
        waits = refusal.after
    if state.left:
        waits = min(waits, SHORT)
    return Fetched(tuple(walk.raws), {"chat": chat, "state": state.as_json()}, waits, str(chat))


def _named(access: Access, place: ReadPlace) -> int | str:
    typed = place.external_id.strip()
    number_ = at.channel_number(typed) or pasted.chat_of(typed, site_of(access))
    name = pasted.name_of(typed, site_of(access))
    if not number_ and not name:
        raise NeedsPerson(_("Адрес канала MAX не разобрать: укажите номер канала или ссылку max.ru/имя"))
    return number_ or name


def _event(item: Mapping[str, Any]) -> int:
    return number(item.get("last_event_time")) or 0


def milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)
