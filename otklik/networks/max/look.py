"""What we have said already under a text or in a dialogue: before the first attempt, and after an unclear one.

MAX has no key against saying a thing twice, so this look is all that stands between an unclear answer and a repeat.
"""

from datetime import datetime
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, CannotTell, Json, Published, Speech
from otklik.networks.errors import Permanent
from otklik.networks.look import CLOCKS_DIFFER, Reply, TooLong, addresses, choose
from otklik.networks.max import address as at
from otklik.networks.max.client import ask, site_of
from otklik.networks.max.pages import PAGE, comments_path, time_of
from otklik.networks.max.parse import milliseconds
from otklik.networks.max.windows import bounds, rest_of
from otklik.networks.values import mapping, mappings, number, text

_MOST_CALLS = 40
DAY = 86_400  # seconds


def find(access: Access, speech: Speech) -> Published | CannotTell | None:
    """Our text under the message that was not there before the first attempt; None if it is certainly not there."""
    try:
        there = ours(access, speech)
    except TooLong:
        return CannotTell(_("Под записью слишком много комментариев, чтобы найти среди них наш ответ"))
    except Permanent as refusal:
        return CannotTell(_("Посмотреть не удалось: %(words)s") % {"words": refusal})
    if there is None:
        return CannotTell(_("Не разобрать адрес в MAX, под которым искать наш ответ"))
    return choose(there, speech)


def replies(access: Access, speech: Speech) -> frozenset[str]:
    """Our replies that stand there now; empty where there is no way to look, which `find` then says."""
    return addresses(ours, access, speech)


def ours(access: Access, speech: Speech) -> list[Reply] | None:
    """Our own texts there, newest first; None for an address that is none. Raises TooLong and errors of reads."""
    if speech.direct:
        chat = at.dialogue_chat(speech.thread) or at.dialogue_chat(speech.reply_to)
        return _in_dialogue(access, chat) if chat else None
    target = at.text_address(speech.reply_to)
    return _under(access, target, speech.attempted_at) if target else None


def _in_dialogue(access: Access, chat: int) -> list[Reply]:
    query = {"chat_id": chat, "count": PAGE}
    items = mappings(ask(access, "/messages", query).json.get("messages"))
    own = [item for item in items if _sender(item) == at.user_number(access.external_id)]
    url = at.dialogue_url(site_of(access), chat)
    own_items = [(mid, item) for item in own if (mid := _mid(item))]
    return _newest_first([(_reply(item, at.text_id(chat, mid), url), item) for mid, item in own_items])


def _under(access: Access, target: at.TextAddress, attempted: datetime | None) -> list[Reply]:
    # From a day's beginning: looks for several answers then ask for the same.
    low = int((attempted - CLOCKS_DIFFER).timestamp()) // DAY * DAY * 1000 if attempted else 0
    bot, site = at.user_number(access.external_id), site_of(access)
    reply_pairs: list[tuple[Reply, dict[str, Any]]] = []
    for mid, item in _comments(access, target.mid, low).items():
        # Written as the bot, or as the channel: which of the two a bot's answer gets is the channel's own affair.
        if _sender(item) in (bot, 0) and _answered(item) == target.comment:
            address = at.text_id(target.chat, target.mid, mid)
            reply_pairs.append((_reply(item, address, at.comment_url(site, target.chat, target.mid, mid)), item))
    return _newest_first(reply_pairs)


def _comments(access: Access, post: str, low: int) -> dict[str, dict[str, Any]]:
    """All comments since `low`, by mid."""
    windows, items_by_mid = [(low, 0)], dict[str, dict[str, Any]]()
    for _turn in range(_MOST_CALLS):
        window = windows.pop(0)
        items = mappings(ask(access, comments_path(post), bounds(window)).json.get("messages"))
        items_by_mid |= {mid: item for item in items if (mid := _mid(item))}
        windows = rest_of(window, items) + windows
        if not windows:
            return items_by_mid
    raise TooLong


def _newest_first(reply_pairs: list[tuple[Reply, dict[str, Any]]]) -> list[Reply]:
    return [reply for reply, _item in sorted(reply_pairs, key=lambda pair: time_of(pair[1]), reverse=True)]


def _reply(item: dict[str, Any], address: str, url: str) -> Reply:
    body = mapping(item.get("body"))
    return Reply(address, url, text(body.get("text")), milliseconds(item.get("timestamp")))


def _mid(item: dict[str, Json]) -> str:
    return at.mid_of(mapping(item.get("body")).get("mid"))


def _sender(item: dict[str, Any]) -> int:
    return number(mapping(item.get("sender")).get("user_id")) or 0


def _answered(item: dict[str, Any]) -> str:
    """The mid of the comment that this one answers, "" when it stands under the post itself."""
    return at.mid_of(mapping(mapping(item.get("link")).get("message")).get("mid"))
