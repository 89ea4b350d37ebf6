"""One post, or one comment, by the address that a person pasted."""

from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Origin, Raw, ReadPlace
from otklik.networks.errors import Cause, NeedsPerson, Permanent
from otklik.networks.look import TooLong
from otklik.networks.values import dump, mappings, number
from otklik.networks.vk import address as at
from otklik.networks.vk.client import reader, token_or_person
from otklik.networks.vk.notes import METHOD, may_read, newest
from otklik.networks.vk.pages import Walk, context_of, page_key, voice_beside
from otklik.networks.vk.thread import around

_ONCE = timedelta(days=1)


def read_link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The post, and of its comments only the one that the link names. Raises Permanent if it is not there."""
    where = at.wall_address(place.external_id)
    beside = at.beside_address(place.external_id) if where is None else None
    if beside is not None:
        return _beside(access, beside)
    if not where:
        raise NeedsPerson(_("Это не ссылка на запись ВКонтакте: нужна ссылка вида vk.com/wall-1_2"))
    token = token_or_person(
        access, (reader(access),), _("Чтобы открыть запись по ссылке, нужен сервисный ключ приложения")
    )
    walk = Walk(access, token, Origin.LINK)
    address = at.post_id(where.owner, where.post).removeprefix("wall")
    answer = walk.page("wall.getById", {"posts": address, "extended": True}, owner=where.owner, post=where.post)
    if not mappings(answer.get("items")):
        raise Permanent(_("Записи по этой ссылке нет или она скрыта"), cause=Cause.GONE)
    if where.comment:
        walk.raws.append(_one_comment(access, token, where))
    return Fetched(tuple(walk.raws), {}, _ONCE)


def _beside(access: Access, where: at.BesideAddress) -> Fetched:
    """A comment under a photo, a video or in a topic; these things themselves are no messages."""
    if not where.comment:
        raise NeedsPerson(_("Нужна ссылка на сам комментарий: у фотографии, видео и обсуждения текста обращения нет"))
    token = token_or_person(
        access,
        (may_read(access, where.kind),),
        _(
            "Комментарии к фотографиям и видео ВКонтакте показывает только ключу пользователя, "
            "обсуждения ещё и сервисному: скопируйте текст вручную"
        ),
    )
    try:
        notes = newest(access, token, where)
    except TooLong:
        raise NeedsPerson(_("Под записью слишком много комментариев: скопируйте текст вручную")) from None
    alone = _alone(notes.items, notes.profiles, notes.groups, where.comment)
    context = context_of(access, METHOD[where.kind], where.owner, where.thing) | voice_beside(access)
    return Fetched((Raw(Origin.LINK, dump({"response": alone}), page_key(alone, context), context),), {}, _ONCE)


def _one_comment(access: Access, token: str, where: at.WallAddress) -> Raw:
    """The listing that holds the comment, cut down to it: the neighbours were not asked for."""
    try:
        listing = around(access, token, where)
    except TooLong:
        raise NeedsPerson(_("Под записью слишком много комментариев: скопируйте текст вручную")) from None
    alone = _alone(listing.items, listing.profiles, listing.groups, where.comment)
    context = context_of(access, "wall.getComments", where.owner, where.post)
    return Raw(Origin.LINK, dump({"response": alone}), page_key(alone, context), context)


_Items = list[dict[str, Any]]


def _alone(items: _Items, profiles: _Items, groups: _Items, comment: int) -> dict[str, Any]:
    """An answer with this comment only, and who wrote it. Raises Permanent if it is not there."""
    wanted = next((item for item in items if number(item.get("id")) == comment), None)
    if wanted is None:
        raise Permanent(_("Комментария по этой ссылке нет или он скрыт"), cause=Cause.GONE)
    item: dict[str, Any] = {key: value for key, value in wanted.items() if key != "thread"}
    author = number(item.get("from_id")) or 0
    return {
        "items": [item],
        "profiles": [person for person in profiles if number(person.get("id")) == author][:1],
        "groups": [group for group in groups if number(group.get("id")) == -author][:1],
    }
