"""What stands already under a message or in a dialogue: before the first attempt, and after an unclear one.

An answer that a person wrote by hand in the group's name counts like one of ours: where the network has no method for
comments that is how answers get there.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks import look
from otklik.networks.base import Access, CannotTell, Origin, Published, Speech
from otklik.networks.errors import Permanent
from otklik.networks.look import Reply, TooLong, addresses, choose
from otklik.networks.ok import address as at
from otklik.networks.ok.client import GROUP, has_rest, site_of
from otklik.networks.ok.dialogues import PAGE, history, stamp
from otklik.networks.ok.discussion import comments, goes_on
from otklik.networks.ok.markup import plain
from otklik.networks.ok.parse import author_id, moscow, of_milliseconds, removed, sender_of
from otklik.networks.ok.stream import discussion_of, me
from otklik.networks.ok.walk import Walk
from otklik.networks.values import mapping, text

_MOST_PAGES = 40


def find(access: Access, speech: Speech) -> Published | CannotTell | None:
    """Our text under the message that was not there before the first attempt; None if it is certainly not there."""
    try:
        there = ours(access, speech)
    except TooLong:
        return CannotTell(_("Здесь слишком много сообщений, чтобы найти среди них наш ответ"))
    except Permanent as refusal:
        return CannotTell(_("Посмотреть не удалось: %(words)s") % {"words": refusal})
    if there is None:
        return CannotTell(_("Чтобы увидеть свои ответы, аккаунту Одноклассников нужны все его ключи"))
    return choose(there, speech, same_text)


def replies(access: Access, speech: Speech) -> frozenset[str]:
    """Our replies that stand there now; empty where there is no way to look, which `find` then says."""
    return addresses(ours, access, speech)


def ours(access: Access, speech: Speech) -> list[Reply] | None:
    """Our own texts there, newest first; None without the keys to look. Raises TooLong and errors of reads."""
    if speech.direct:
        where = dialogue_of(speech)
        if where is None or not access.tokens.get(GROUP):
            return None
        answered = at.chat_address(speech.reply_to)
        return own_messages(access, _after(access, where.chat, answered.message if answered else ""))
    target = at.topic_address(speech.reply_to)
    if target is None or not has_rest(access):
        return None
    walk = Walk(access, Origin.WATCH, "")
    walk.group = discussion_of(walk, target.topic)[0]
    voice = at.group_id(access.external_id) if walk.own else at.user_id(me(access))
    return [
        _written(item, walk, target)
        for item in _under(walk, target)
        if author_id(item) == voice and text(item.get("reply_to_comment_id")) == target.comment and not removed(item)
    ]


def dialogue_of(speech: Speech) -> at.ChatAddress | None:
    return at.chat_address(speech.thread) or at.chat_address(speech.reply_to)


def own_messages(access: Access, items: Iterable[dict[str, Any]]) -> list[Reply]:
    """The group's own among these messages, in their order."""
    own_replies = []
    for item in items:
        words = mapping(item.get("message"))
        chat, mid = at.chat_of(mapping(item.get("recipient")).get("chat_id")), at.message_of(words.get("mid"))
        if chat and mid and sender_of(item).startswith("group:"):
            written_at = of_milliseconds(item.get("timestamp"))
            url = at.dialogue_url(site_of(access), chat)
            own_replies.append(Reply(at.direct_id(chat, mid), url, plain(text(words.get("text"))), written_at))
    return own_replies


def _after(access: Access, chat: str, answered: str) -> Iterator[dict[str, Any]]:
    """Messages of the dialogue from the newest back to the one that is answered: no answer to it can be older."""
    until, seen = 0, set[str]()
    for _turn in range(_MOST_PAGES):
        items = history(access, chat, until)
        fresh = [item for item in items if _mid(item) not in seen]
        seen |= {_mid(item) for item in fresh}
        yield from fresh
        if len(items) < PAGE or (answered and answered in seen):
            return
        if not fresh:
            break
        until = min(stamp(item) for item in items)
    raise TooLong


def _mid(item: Mapping[str, Any]) -> str:
    return at.message_of(mapping(item.get("message")).get("mid"))


def same_text(one: str, other: str) -> bool:
    """Equal but for spaces, case, escaped signs and the network's marks."""
    return look.same_text(plain(one), plain(other))


def _under(walk: Walk, target: at.TopicAddress) -> Iterator[dict[str, Any]]:
    """Comments of the topic from the newest back to the one that is answered: no reply to it can be older."""
    anchor, seen = "", set[str]()
    for _turn in range(_MOST_PAGES):
        items, answer = comments(walk, target.topic, anchor)
        fresh = [item for item in items if text(item.get("id")) not in seen]
        seen |= {text(item.get("id")) for item in fresh}
        yield from fresh
        anchor = goes_on(answer, items)
        if not anchor or (target.comment and target.comment in seen):
            return
        if not fresh:
            break  # the same page once more: what stands behind it cannot be seen
    raise TooLong


def _written(item: dict[str, Any], walk: Walk, target: at.TopicAddress) -> Reply:
    comment = at.comment_of(item.get("id"))
    return Reply(
        at.comment_id(target.topic, comment),
        at.comment_url(site_of(walk.access), walk.group, target.topic, comment),
        plain(text(item.get("text"))),
        moscow(item.get("date")),
    )
