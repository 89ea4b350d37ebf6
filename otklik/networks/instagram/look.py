"""What the account has said already under a comment, a publication or in a dialogue."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Access, Speech
from otklik.networks.instagram import address as at
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.poll import COMMENT_FIELDS, REPLY_FIELDS
from otklik.networks.instagram.speak import where_to
from otklik.networks.look import Reply, TooLong
from otklik.networks.meta.client import ask
from otklik.networks.meta.look import far_enough, in_dialogue
from otklik.networks.meta.reading import ident, next_page, number_id, when
from otklik.networks.values import mapping, mappings, text

_MOST_PAGES = 20
_UNTOLD = datetime.max.replace(tzinfo=UTC)


def ours(access: Access, speech: Speech) -> list[Reply]:
    """The account's own texts there, newest first. Raises TooLong and errors of reads.

    A reply to a reply is hung under the first comment of the thread: that is where all of them stand.
    """
    if speech.direct:
        return in_dialogue(access, INSTAGRAM, speech, "me")
    target, media = where_to(speech)
    node, permalink, items = _thread(access, target, media, speech)
    name = text(ask(access, INSTAGRAM, access.external_id, {"fields": "id,username"}).body.get("username"), 100)
    above = node if target != media else ""
    found = [_reply(item, permalink, above) for item in items if _is_ours(item, access.external_id, name)]
    return sorted(found, key=lambda reply: reply.said or _UNTOLD, reverse=True)


def _thread(access: Access, target: str, media: str, speech: Speech) -> tuple[str, str, list[dict[str, Any]]]:
    """What the texts stand under, the publication's link as far as it was told, and the texts."""
    if target == media:
        return media, "", _under(access, f"{media}/comments", REPLY_FIELDS, speech)
    if media and len(access.speeches) > 1:
        with suppress(TooLong):
            return _of_whole_media(access, target, media)
    told = ask(access, INSTAGRAM, target, {"fields": "id,parent_id,media{permalink}"}).body
    node = ident(told.get("parent_id")) or target
    permalink = text(mapping(told.get("media")).get("permalink"), 500)
    return node, permalink, _under(access, f"{node}/replies", REPLY_FIELDS, speech)


def _of_whole_media(access: Access, target: str, media: str) -> tuple[str, str, list[dict[str, Any]]]:
    """The same out of the publication's own listing. TooLong also where it is without the comment, or lists only some
    of its replies: there the comment itself is asked."""
    for top in _under(access, f"{media}/comments", COMMENT_FIELDS, None):
        replies = mapping(top.get("replies"))
        held = mappings(replies.get("data"))
        if target in {ident(top.get("id")), *(ident(item.get("id")) for item in held)}:
            if next_page(replies):
                raise TooLong
            permalink = text(ask(access, INSTAGRAM, media, {"fields": "id,permalink"}).body.get("permalink"), 500)
            return ident(top.get("id")), permalink, held
    raise TooLong


def _is_ours(item: dict[str, Any], account: str, name: str) -> bool:
    ids = [number_id(mapping(item.get(each)).get("id")) for each in ("from", "user")]
    names = [text(item.get("username"), 100), text(mapping(item.get("from")).get("username"), 100)]
    return bool(ident(item.get("id"))) and (account in ids or (bool(name) and name in names))


def _under(access: Access, path: str, fields: str, speech: Speech | None) -> list[dict[str, Any]]:
    """Back to before the first attempt; without a `speech` all of it."""
    asked: dict[str, Any] = {"fields": fields, "limit": 50}
    found: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        answer = ask(access, INSTAGRAM, path, asked).body
        items = mappings(answer.get("data"))
        found += items
        further = next_page(answer)
        # Replies go from old to new.
        back = path.endswith("/comments") and speech is not None and far_enough(items, "timestamp", speech)
        if not further or back:
            return found
        asked |= further
    raise TooLong


def _reply(item: dict[str, Any], permalink: str, parent: str) -> Reply:
    comment = ident(item.get("id"))
    url = at.comment_url(permalink, comment, parent)
    return Reply(INSTAGRAM.address(comment), url, text(item.get("text")), when(item.get("timestamp")))
