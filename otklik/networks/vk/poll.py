"""The Bots Long Poll: our own community's events by asking, for installations that the network cannot reach.

The cursor holds `server`, `key`, `ts`, and `since`: the newest time that an event told, by the network's clock.
`backfill` in it says that lost events are still being looked for.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Origin, Raw, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk.callback import event_raw
from otklik.networks.vk.client import (
    COMMUNITY,
    USER,
    VERSION,
    Parameter,
    ask,
    get,
    reader,
    token_or_person,
)
from otklik.networks.vk.pages import MOST_CALLS, Walk, context_of, page_key, site_of, voice_beside, whole_option
from otklik.networks.vk.parse import EVENTS
from otklik.networks.vk.watch import read_own
from otklik.networks.wire import SHORT

_AT_ONCE = timedelta(0)
_SLACK = 10  # seconds that an answer may be late beyond `wait`


def poll(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """What happened since the cursor. Holds the line up to `wait` seconds (option, 25); the next is due at once."""
    cursor = place.cursor
    if not all(text(cursor.get(name)) for name in ("server", "key", "ts")):
        _switch_on(access)
        return _backfill(access, {**_server(access), "since": cursor.get("since", 0), "backfill": {}}, now)
    if isinstance(cursor.get("backfill"), dict):
        return _backfill(access, cursor, now)
    wait = whole_option(access, "wait", 25, 0, 90)
    answer = mapping(get(access, _address(cursor, wait), wait + _SLACK))
    if answer.get("failed") is not None:
        return _failed(access, cursor, answer)
    ts = _ts(answer)
    updates = answer.get("updates")
    if not ts or not isinstance(updates, list):
        raise RetryAt(_("Сервер событий ВКонтакте ответил непонятно"), SHORT)
    events = mappings(updates)
    since = max([number(cursor.get("since")) or 0, *(_time(event) for event in events)])
    raws = tuple(_with_site(event_raw(event, Origin.POLL), access) for event in events)
    return Fetched(raws, {**cursor, "ts": ts, "since": since}, _AT_ONCE)


def _server(access: Access) -> dict[str, Json]:
    token = _voice(access)
    group = at.group_number(access.external_id)
    answer = mapping(ask(access, token, "groups.getLongPollServer", {"group_id": group}).response)
    server, key, ts = text(answer.get("server")), text(answer.get("key")), _ts(answer)
    if not (server and key and ts):
        raise RetryAt(_("ВКонтакте не назвала сервер событий"), SHORT)
    return {"server": server if "://" in server else f"https://{server}", "key": key, "ts": ts}


def _switch_on(access: Access) -> None:
    """Only the events that are understood are switched on; what else the community has chosen stays."""
    asked: dict[str, Parameter] = dict.fromkeys(EVENTS, True)
    asked |= {"group_id": at.group_number(access.external_id), "enabled": True, "api_version": VERSION}
    try:
        ask(access, _voice(access), "groups.setLongPollSettings", asked)
    except Permanent:
        return  # no right to change settings; they may be as needed already, which the next call tells


def _voice(access: Access) -> str:
    why = _("Чтобы получать события, аккаунту ВКонтакте нужен ключ сообщества")
    return token_or_person(access, (COMMUNITY, USER), why)


def _address(cursor: Mapping[str, Json], wait: int) -> str:
    server, key, ts = (text(cursor.get(name)) for name in ("server", "key", "ts"))
    mark = "&" if "?" in server else "?"
    return f"{server}{mark}act=a_check&key={quote(key, safe='')}&ts={quote(ts, safe='')}&wait={wait}"


def _failed(access: Access, cursor: Mapping[str, Json], answer: Mapping[str, Any]) -> Fetched:
    """1: the history before `ts` is gone. 2: the key is old. 3: key and `ts` are lost. 1 and 3 lose events."""
    if answer["failed"] == 1 and _ts(answer):
        return Fetched((), {**cursor, "ts": _ts(answer), "backfill": {}}, _AT_ONCE)
    fresh = _server(access)
    if answer["failed"] == 2:
        return Fetched((), {**cursor, **fresh, "ts": cursor["ts"]}, _AT_ONCE)
    return Fetched((), {**cursor, **fresh, "backfill": {}}, _AT_ONCE)


def _backfill(access: Access, cursor: Mapping[str, Json], now: datetime) -> Fetched:
    """Looks for what events did not tell, in pieces. The place in the stream was taken before: no gap between."""
    since = number(cursor.get("since")) or 0
    state = mapping(cursor.get("backfill"))
    raws: list[Raw] = [] if state else _dialogues(access, since)
    kept = {name: value for name, value in cursor.items() if name != "backfill"}
    token = reader(access)
    if not token:  # walls cannot be read without the service token; the self-check says so
        return Fetched(tuple(raws), kept, _AT_ONCE)
    owner = -at.group_number(access.external_id)
    try:
        fetch = read_own(Walk(access, token, Origin.BACKFILL), owner, state, _AT_ONCE, now, since)
    except Permanent:  # a closed wall is no reason not to hear events
        return Fetched(tuple(raws), kept, _AT_ONCE)
    raws += fetch.raws
    if not fetch.cursor.get("done"):
        return Fetched(tuple(raws), {**kept, "backfill": dict(fetch.cursor)}, fetch.again_in)
    return Fetched(tuple(raws), kept, _AT_ONCE)


def _dialogues(access: Access, since: int) -> list[Raw]:
    """The newest messages of dialogues that changed since; none at the first start: old talk is not imported."""
    if not since or not access.tokens.get(COMMUNITY):
        return []
    group = at.group_number(access.external_id)
    raws: list[Raw] = []
    try:
        answer = ask(access, COMMUNITY, "messages.getConversations", {"group_id": group, "count": 200}).response
        for item in mappings(mapping(answer).get("items"))[:MOST_CALLS]:
            peer = number(mapping(mapping(item.get("conversation")).get("peer")).get("id"))
            if not peer or (number(mapping(item.get("last_message")).get("date")) or 0) < since:
                continue
            asked = {"group_id": group, "peer_id": peer, "count": 200, "extended": 1}
            page = ask(access, COMMUNITY, "messages.getHistory", asked)
            context = context_of(access, "messages.getHistory", 0, 0)
            raws.append(Raw(Origin.BACKFILL, page.body, page_key(page.response, context), context))
    except (Permanent, NeedsPerson):
        return raws  # messages are switched off in this community, or the token may not read them
    return raws


def _ts(answer: Mapping[str, Any]) -> str:
    ts = answer.get("ts")  # a number after failed:1, a string otherwise
    return ts if isinstance(ts, str) else str(number(ts) or "")


def _time(event: Mapping[str, Any]) -> int:
    thing = mapping(event.get("object"))
    timestamp = number(thing.get("date")) or number(mapping(thing.get("message")).get("date")) or 0
    return timestamp if 0 < timestamp < 32_503_680_000 else 0


def _with_site(raw: Raw, access: Access) -> Raw:
    return Raw(raw.origin, raw.body, raw.key, {**raw.context, **voice_beside(access), "site": site_of(access)})
