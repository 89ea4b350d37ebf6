"""Reading places: our own account, somebody else's, a search. Each is a few listings kept in one cursor.

A page of a listing that did not change is not kept again, so a quiet place costs its calls and stores nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.x import address as at
from otklik.networks.x import fields, summons, tweet
from otklik.networks.x.client import BEARER, USER, ask, key_or_person, reader, site_of, whole_option
from otklik.networks.x.pages import Listing, Walk, read
from otklik.networks.x.recheck import recheck

NO_KEY = _("Чтобы читать X, аккаунту нужен ключ приложения (Bearer Token)")
LONGEST_QUERY = 512
_MOST_TALKS = 8  # conversations that fit into one query beside the rest
_RENAMED = 24 * 3600  # seconds after which an account's name is asked for again
_CLOSED = timedelta(hours=1)  # the key may not read messages: it may be given the right later


def own(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """Who named us, who answered us, what is said under our texts, and our direct messages."""
    pushed = access.options.get("push") is True
    pause = _pause(access, *(("reconcile_seconds", 300) if pushed else ("poll_seconds", 60)))
    account = at.account_number(access.external_id)
    cursor = dict(place.cursor)
    cursor |= _named(access, cursor, account, "", now)
    walk = _walk(access, Origin.BACKFILL if pushed else Origin.POLL, cursor)
    key = key_or_person(access, (USER, BEARER), NO_KEY)  # the network charges an owner's own readings less
    mentions = Listing(key, f"/2/users/{account}/mentions", fields.of_texts(access))
    cursor["mentions"] = read(walk, mentions, mapping(cursor.get("mentions")))
    cursor["search"] = read(walk, _around(access, cursor), mapping(cursor.get("search")))
    cursor["talks"] = _talks(walk, cursor, account)
    cursor |= recheck(walk, cursor, now)
    if access.tokens.get(USER) and access.options.get("dm") is not False:
        cursor["messages"] = read_messages(walk, mapping(cursor.get("messages")), now)
    return Fetched(tuple(walk.raws), cursor, walk.pause or pause)


def foreign(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """Another account's texts, and what is said to it and under them."""
    cursor = dict(place.cursor)
    typed = place.external_id
    cursor |= _named(access, cursor, at.account_number(typed), at.user_name(typed), now)
    walk = _walk(access, Origin.WATCH, cursor)
    cursor["search"] = read(walk, _around(access, cursor), mapping(cursor.get("search")))
    cursor["talks"] = _talks(walk, cursor, text(cursor.get("place"), 20))
    cursor |= recheck(walk, cursor, now)
    pause = walk.pause or _pause(access, "watch_seconds", 60)
    return Fetched(tuple(walk.raws), cursor, pause, text(cursor.get("place"), 20))


def search(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """What a query finds among the texts of the last seven days. `now` is for looking again at what was found."""
    query = place.external_id.strip()
    if not query or len(query) > LONGEST_QUERY:
        raise NeedsPerson(_("Запрос к X должен быть длиной от 1 до %(most)s знаков") % {"most": LONGEST_QUERY})
    cursor = dict(place.cursor)
    walk = _walk(access, Origin.WATCH, cursor)
    try:
        cursor["search"] = read(walk, _recent(access, query), mapping(cursor.get("search")))
    except Permanent as refusal:
        if refusal.code == "400":
            raise NeedsPerson(_("X не понимает этого запроса: поправьте его"), "400") from None
        raise
    cursor |= recheck(walk, cursor, now)
    return Fetched(tuple(walk.raws), cursor, walk.pause or _pause(access, "search_seconds", 120))


def dialogue(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """Our direct messages alone."""
    key_or_person(access, (USER,), _("Чтобы читать личные сообщения X, аккаунту нужен ключ пользователя"))
    walk = _walk(access, Origin.POLL, place.cursor)
    state = read_messages(walk, mapping(place.cursor.get("messages")), now)
    due = number(state.get("due")) or 0
    wait = timedelta(seconds=max(1, due - int(now.timestamp())))
    return Fetched(tuple(walk.raws), {**place.cursor, "messages": state}, walk.pause or wait)


def _walk(access: Access, origin: Origin, cursor: Mapping[str, Json]) -> Walk:
    context = {**summons.context_of(access), "site": site_of(access)}
    place = text(cursor.get("place"), 20)
    if place:
        context["place"] = place
    if place == access.external_id:
        context["name"] = text(cursor.get("name"), 20)
    return Walk(access, origin, context)


def _pause(access: Access, name: str, default: int) -> timedelta:
    return timedelta(seconds=whole_option(access, name, default, 1, 3600))


def _recent(access: Access, query: str) -> Listing:
    key = key_or_person(access, (reader(access),), NO_KEY)
    return Listing(key, "/2/tweets/search/recent", {"query": query, **fields.of_texts(access)})


def _around(access: Access, cursor: Mapping[str, Json]) -> Listing:
    """What is written by the account, to it, and in the conversations that it began."""
    name = text(cursor.get("name"), 20)
    parts = [f"to:{name}", f"from:{name}", *(f"conversation_id:{talk}" for talk in _known_talks(cursor))]
    return _recent(access, f"({' OR '.join(parts)}) -is:retweet")


def _known_talks(cursor: Mapping[str, Any]) -> list[str]:
    talks = cursor.get("talks")
    return [each for each in talks if at.number(each)][:_MOST_TALKS] if isinstance(talks, list) else []


def _talks(walk: Walk, cursor: Mapping[str, Any], account: str) -> list[Json]:
    """The conversations that the account began last, newest first."""
    began = {
        tweet.chain(item)[0]
        for item in walk.items
        if item.get("author_id") == account and tweet.chain(item) and not tweet.referenced(item, "replied_to")
    }
    return list(sorted(began | set(_known_talks(cursor)), key=int, reverse=True)[:_MOST_TALKS])


def _named(access: Access, cursor: Mapping[str, Any], account: str, name: str, now: datetime) -> dict[str, Json]:
    """The number and the name of an account: a query needs the name, and a name may change."""
    asked = number(cursor.get("named")) or 0
    here = int(now.timestamp())
    if text(cursor.get("name")) and text(cursor.get("place")) and 0 <= here - asked < _RENAMED:
        return {}
    account = account or at.number(cursor.get("place"))
    if not account and not name:
        raise NeedsPerson(_("Адрес страницы X не разобрать: укажите ссылку вида x.com/имя"))
    key = key_or_person(access, (reader(access),), NO_KEY)
    path = f"/2/users/{account}" if account else f"/2/users/by/username/{name}"
    users: Sequence[Mapping[str, Any]] = mappings([ask(access, key, path, fields.PEOPLE).value.get("data")])
    account_id = at.number(users[0].get("id")) if users else ""
    called = at.user_name(text(users[0].get("username"), 20)) if users else ""
    if not account_id or not called:
        raise NeedsPerson(_("X не знает страницы «%(name)s»: проверьте ссылку") % {"name": account or name})
    return {"place": account_id, "name": called, "named": here}


def read_messages(walk: Walk, before: Mapping[str, Any], now: datetime) -> dict[str, Json]:
    """The state after one look, if one is due. A refusal stops nothing else that the account does."""
    here = int(now.timestamp())
    pause = whole_option(walk.access, "dm_seconds", 90, 1, 3600)
    due = number(before.get("due")) or 0
    if 0 < due - here <= _CLOSED.total_seconds() or walk.tired:
        return dict(before)
    query = {"event_types": "MessageCreate", **fields.MESSAGES}
    listing = Listing(USER, "/2/dm_events", query, method="messages", since=False, rest=False)
    began = walk.calls
    try:
        state = read(walk, listing, before)
    except RetryAt as refusal:
        return {**before, "due": here + int(refusal.after.total_seconds())}
    except Permanent:
        return {**before, "due": here + int(_CLOSED.total_seconds())}
    more = bool(state.get("token")) and walk.calls > began
    return {**state, "due": here + (1 if more else pause)}
