"""One text by the address that a person pasted: a topic, a comment, or a message of a dialogue."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Origin, Raw, ReadPlace
from otklik.networks.errors import Cause, NeedsPerson, NotSupported, Permanent
from otklik.networks.ok import address as at
from otklik.networks.ok import pasted
from otklik.networks.ok.client import GROUP, has_rest, site_of
from otklik.networks.ok.dialogues import PAGE, context_of, history, stamp
from otklik.networks.ok.discussion import resolved
from otklik.networks.ok.parse import comments_in, removed, topics_in
from otklik.networks.ok.stream import by_number, discussion_of, me
from otklik.networks.ok.walk import Walk, of_comment, of_topic
from otklik.networks.values import digest, dump, mapping, text

_ONCE = timedelta(days=1)
_MOST_PAGES = 20


def read_link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The topic, and of its comments only the one that the link names. Raises Permanent if it is not there."""
    external_id = place.external_id
    linked = pasted.address_of(external_id, site_of(access))
    chat = at.chat_address(external_id) or at.chat_address(linked.thread if linked else "")
    if chat is not None:
        return Fetched((_message(access, chat),), {}, _ONCE)
    where = at.topic_address(external_id) or at.topic_address(linked.message if linked else "")
    if where is None:
        raise NeedsPerson(_("Это не ссылка на тему Одноклассников: нужна ссылка вида ok.ru/group/1/topic/2"))
    if not has_rest(access):
        raise NotSupported(_("Чтобы открыть тему по ссылке, нужны ключи приложения и администратора группы"))
    walk = Walk(access, Origin.LINK, "")
    answer = by_number(walk, [where.topic])
    item = next(iter(topics_in(mapping(answer.value))), None)
    if item is None:
        raise Permanent(_("Темы по этой ссылке нет или она скрыта"), cause=Cause.GONE)
    walk.group, is_open = discussion_of(walk, where.topic)
    walk.group = walk.group or at.author_of(item.get("owner_ref"))[1]
    if not is_open:
        walk.closed.add(where.topic)
    walk.user = "" if walk.own else me(access)
    walk.keep(answer.body, walk.context("mediatopic.getByIds"), where.topic, of_topic(item))
    if where.comment:
        _comment(walk, where)
    return Fetched(tuple(walk.raws), {}, _ONCE)


def _comment(walk: Walk, where: at.TopicAddress) -> None:
    asked = {"discussionId": where.topic, "discussionType": at.GROUP_TOPIC, "comment_id": where.comment}
    answer = walk.ask("discussions.getComment", asked)
    comments = comments_in(mapping(answer.value))
    if not comments or removed(comments[0]):
        raise Permanent(_("Комментария по этой ссылке нет или он скрыт"), cause=Cause.GONE)
    context = walk.context("discussions.getComment", topic=where.topic)
    walk.keep(dump(resolved(walk, mapping(answer.value), comments)), context, where.comment, of_comment(comments[0]))


def _message(access: Access, where: at.ChatAddress) -> Raw:
    """The one message, or the newest of the dialogue when none is named. The neighbours were not asked for."""
    if not access.tokens.get(GROUP):
        raise NotSupported(_("Чтобы открыть личное сообщение по ссылке, нужен ключ группы"))
    until = 0
    for _turn in range(_MOST_PAGES):
        items = history(access, where.chat, until)
        wanted = [item for item in items if where.message in ("", _mid(item))]
        if wanted:
            alone: Json = {"messages": [wanted[0]]}
            message_text = text(mapping(wanted[0].get("message")).get("text"))
            return Raw(Origin.LINK, dump(alone), digest(where.chat, where.message, message_text), context_of(access))
        following = min((stamp(item) for item in items), default=0)
        if len(items) < PAGE or following == until:
            raise Permanent(_("Сообщения по этой ссылке нет"), cause=Cause.GONE)
        until = following
    raise NeedsPerson(_("Сообщение слишком давнее: скопируйте текст вручную"))


def _mid(item: Mapping[str, Any]) -> str:
    return at.message_of(mapping(item.get("message")).get("mid"))
