"""What we have said already under a message or in a dialogue: before the first attempt, and after an unclear one."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.lib.text import fold
from otklik.networks.base import Access, CannotTell, Published, Speech
from otklik.networks.counting import LINK
from otklik.networks.errors import Permanent
from otklik.networks.look import Reply, TooLong, addresses, choose
from otklik.networks.values import mapping, mappings, text
from otklik.networks.x import address as at
from otklik.networks.x import direct, fields, tweet
from otklik.networks.x.client import BEARER, USER, ask, site_of
from otklik.networks.x.link import newest, texts
from otklik.networks.x.pages import PAGE

_MOST_PAGES = 10


def find(access: Access, speech: Speech) -> Published | CannotTell | None:
    """Our text under the message that was not there before the first attempt; None if it is certainly not there."""
    try:
        there = ours(access, speech)
    except TooLong:
        return CannotTell(_("После этого сообщения мы написали слишком много, чтобы найти среди этого наш ответ"))
    except Permanent as refusal:
        return CannotTell(_("Посмотреть не удалось: %(words)s") % {"words": refusal})
    if there is None:
        return CannotTell(_("Чтобы увидеть свои ответы, аккаунту X нужен ключ пользователя"))
    return choose(there, speech, same_text)


def replies(access: Access, speech: Speech) -> frozenset[str]:
    """Our replies that stand there now; empty where there is no way to look, which `find` then says."""
    return addresses(ours, access, speech)


def ours(access: Access, speech: Speech) -> list[Reply] | None:
    """Our own texts there, newest first; None without a key that may look. Raises TooLong and errors of reads."""
    return _messages(access, speech) if speech.direct else _posts(access, speech)


def _posts(access: Access, speech: Speech) -> list[Reply] | None:
    number = at.post_number(speech.reply_to)
    key = next((kind for kind in (USER, BEARER) if access.tokens.get(kind)), "")
    if not number or not key:
        return None
    try:
        chain = _chain(access, number)
    except Permanent:
        chain = frozenset()  # it is gone; what we said under it stands in its conversation still
    site, talk = site_of(access), at.post_number(speech.thread)
    own_replies = []
    for item in _after(access, key, number):
        target = tweet.referenced(item, "replied_to")
        if target in (chain or {number}) or (target and not chain and talk and item.get("conversation_id") == talk):
            first, newest_number = tweet.chain(item)[0], at.number(item.get("id"))
            written = tweet.when(item.get("created_at"))
            message_text = tweet.words(item)
            own_replies.append(Reply(at.post_id(first), at.post_url(site, newest_number), message_text, written))
    return own_replies


def _chain(access: Access, number: str) -> frozenset[str]:
    """Every number of that text; of many texts at once where many answers are looked for."""
    several = _looked_for(access)
    if len(several) > 1:
        items = mappings(texts(access, [str(each) for each in several[:PAGE]]).value.get("data"))
        chains = [(text(item.get("id")), tweet.chain(item)) for item in items]
        if known_chain := next((chain for own, chain in chains if number in chain and chain[-1] == own), None):
            return frozenset(known_chain)
    return frozenset(tweet.chain(mappings(newest(access, number).value.get("data"))[0]))


def _after(access: Access, key: str, number: str) -> list[dict[str, Any]]:
    """All that we wrote after that text; for many answers at once after the oldest of their texts, where that is not
    too much."""
    several = _looked_for(access)
    if len(several) > 1:
        with suppress(TooLong):
            return _since(access, key, str(several[0]))
    return _since(access, key, number)


def _looked_for(access: Access) -> list[int]:
    """The texts under which answers are looked for now, the oldest first."""
    return sorted({int(each) for one in access.speeches if not one.direct and (each := at.post_number(one.reply_to))})


def _since(access: Access, key: str, number: str) -> list[dict[str, Any]]:
    """Everything that we wrote after the text with this number. An answer is always younger than what it answers."""
    query: dict[str, str] = {**fields.of_texts(access), "since_id": number, "exclude": "retweets"}
    query["max_results"] = str(PAGE)
    items: list[dict[str, Any]] = []
    for _turn in range(_MOST_PAGES):
        answer = ask(access, key, f"/2/users/{access.external_id}/tweets", query)
        items += [item for item in mappings(answer.value.get("data")) if tweet.chain(item)]
        token = text(mapping(answer.value.get("meta")).get("next_token"), 500)
        if not token:
            return items
        query["pagination_token"] = token
    raise TooLong


def dialogue_of(speech: Speech) -> at.DirectAddress | None:
    return at.direct_address(speech.thread) or at.direct_address(speech.reply_to)


def _messages(access: Access, speech: Speech) -> list[Reply] | None:
    """Our own messages among the newest hundred of a dialogue."""
    where = dialogue_of(speech)
    if where is None or where.group or not access.tokens.get(USER):
        return None
    query = {"event_types": "MessageCreate", "max_results": str(PAGE), **fields.MESSAGES}
    answer = ask(access, USER, f"/2/dm_conversations/with/{where.peer}/dm_events", query, rest=False)
    site = site_of(access)
    return [
        _reply(item, where, site)
        for item in mappings(answer.value.get("data"))
        if item.get("sender_id") == where.account == access.external_id and direct.place_of(item, where.account)
    ]


def _reply(item: Mapping[str, Any], where: at.DirectAddress, site: str) -> Reply:
    address = at.direct_id(where.account, where.peer, at.number(item.get("id")))
    url = at.dialogue_url(site, where.account, where.peer)
    return Reply(address, url, tweet.words(item), tweet.when(item.get("created_at")))


def same_text(one: str, other: str) -> bool:
    """Equal but for spaces, case, the names that the network puts in front, and how links are written."""
    left, right = (tweet.without_mentions(each.strip()) for each in (one, other))
    bare = fold(LINK.sub(" ", left)), fold(LINK.sub(" ", right))
    if any(bare):
        return bare[0] == bare[1]
    return [_bare(each) for each in left.split()] == [_bare(each) for each in right.split()]


def _bare(link: str) -> str:
    return link.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
