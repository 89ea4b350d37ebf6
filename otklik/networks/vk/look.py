"""What we have said already under a message or in a dialogue: before the first attempt, and after an unclear one."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, CannotTell, Published, Speech
from otklik.networks.errors import Permanent
from otklik.networks.look import Reply, TooLong, addresses, choose
from otklik.networks.values import mapping, mappings, moment, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk import notes
from otklik.networks.vk.client import COMMUNITY, ask, reader
from otklik.networks.vk.pages import site_of
from otklik.networks.vk.parse import message_number
from otklik.networks.vk.thread import Listing, around, under_comment, under_post
from otklik.networks.vk.view import comment_parent


def find(access: Access, speech: Speech) -> Published | CannotTell | None:
    """Our text under the message that was not there before the first attempt; None if it is certainly not there."""
    try:
        there = ours(access, speech)
    except TooLong:
        return CannotTell(_("Под записью слишком много комментариев, чтобы найти среди них наш ответ"))
    except Permanent as refusal:
        return CannotTell(_("Посмотреть не удалось: %(words)s") % {"words": refusal})
    if there is None:
        if at.wall_address(speech.reply_to) is None and at.beside_address(speech.reply_to) is not None:
            return CannotTell(
                _("Чтобы увидеть свои ответы под фотографиями и видео, нужен ключ пользователя ВКонтакте")
            )
        return CannotTell(_("Чтобы увидеть свои ответы, аккаунту ВКонтакте нужен сервисный ключ приложения"))
    return choose(there, speech)


def replies(access: Access, speech: Speech) -> frozenset[str]:
    """Our replies that stand there now; empty where there is no way to look, which `find` then says."""
    return addresses(ours, access, speech)


def ours(access: Access, speech: Speech) -> list[Reply] | None:
    """Our own texts there, newest first; None without a token that may look. Raises TooLong and errors of reads."""
    group = at.group_number(access.external_id)
    if speech.direct:
        where = dialogue_of(speech)
        if not access.tokens.get(COMMUNITY) or where is None:
            return None
        return [_reply(item, group, where.peer, site_of(access)) for item in history(access, where.peer)]
    target = at.wall_address(speech.reply_to)
    beside = at.beside_address(speech.reply_to) if target is None else None
    if beside is not None:
        return _beside(access, beside, group)
    token = reader(access)
    if not token or target is None:
        return None
    listing = _listing(access, token, target)
    return [
        _written(item, target, site_of(access))
        for item in sorted(listing.items, key=lambda item: number(item.get("id")) or 0, reverse=True)
        if number(item.get("from_id")) == -group and comment_parent(item) == target.comment
    ]


def _listing(access: Access, token: str, target: at.WallAddress) -> Listing:
    """One thread by its number, or, for many answers under one post, the post's listing, which tells of all."""
    if not target.comment:
        return under_post(access, token, target)
    if len(access.speeches) > 1:
        with suppress(TooLong):
            return around(access, token, target)
    return under_comment(access, token, target)


def _beside(access: Access, where: at.BesideAddress, group: int) -> list[Reply] | None:
    """A topic does not tell what a comment replies to: there everything of ours after the comment may be the answer."""
    token = notes.may_read(access, where.kind)
    if not token:
        return None
    newest_first = sorted(notes.newest(access, token, where).items, key=_number, reverse=True)
    return [
        Reply(str(address), f"{site_of(access)}/{address}", text(item.get("text")), moment(item.get("date")))
        for item in newest_first
        if number(item.get("from_id")) == -group and _answers(item, where)
        for address in (replace(where, comment=_number(item)),)
    ]


def _answers(item: dict[str, Any], where: at.BesideAddress) -> bool:
    if where.kind == at.TOPIC:
        return _number(item) > where.comment
    return comment_parent(item) == where.comment


def _number(item: dict[str, Any]) -> int:
    return number(item.get("id")) or 0


def dialogue_of(speech: Speech) -> at.DirectAddress | None:
    return at.direct_address(speech.thread) or at.direct_address(speech.reply_to)


def history(access: Access, peer: int) -> list[dict[str, Any]]:
    """Our own messages among the newest two hundred of a dialogue, newest first."""
    group = at.group_number(access.external_id)
    asked = {"group_id": group, "peer_id": peer, "count": 200}
    answer = ask(access, COMMUNITY, "messages.getHistory", asked).response
    there = mappings(mapping(answer).get("items"))
    own = [item for item in there if item.get("out") == 1 or number(item.get("from_id")) == -group]
    return sorted(own, key=message_number, reverse=True)


def _written(item: dict[str, Any], target: at.WallAddress, site: str) -> Reply:
    comment = number(item.get("id")) or 0
    return Reply(
        at.comment_id(target.owner, target.post, comment),
        at.comment_url(site, target.owner, target.post, comment, target.comment),
        text(item.get("text")),
        moment(item.get("date")),
    )


def _reply(item: dict[str, Any], group: int, peer: int, site: str) -> Reply:
    address = at.direct_id(group, peer, message_number(item))
    url = at.dialogue_url(site, group, peer)
    return Reply(address, url, text(item.get("text")), moment(item.get("date")))
