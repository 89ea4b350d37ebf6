"""What the account has said already under a comment, a publication or in a dialogue."""

from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Access, Speech
from otklik.networks.instagram import address as at
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.poll import REPLY_FIELDS
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
    node, edge, permalink = target, "comments", ""
    if target != media:
        told = ask(access, INSTAGRAM, target, {"fields": "id,parent_id,media{permalink}"}).body
        node, edge = ident(told.get("parent_id")) or target, "replies"
        permalink = text(mapping(told.get("media")).get("permalink"), 500)
    name = text(ask(access, INSTAGRAM, access.external_id, {"fields": "id,username"}).body.get("username"), 100)
    found = [
        _reply(item, permalink, node if edge == "replies" else "")
        for item in _under(access, f"{node}/{edge}", speech)
        if _is_ours(item, access.external_id, name)
    ]
    return sorted(found, key=lambda reply: reply.said or _UNTOLD, reverse=True)


def _is_ours(item: dict[str, Any], account: str, name: str) -> bool:
    ids = [number_id(mapping(item.get(each)).get("id")) for each in ("from", "user")]
    names = [text(item.get("username"), 100), text(mapping(item.get("from")).get("username"), 100)]
    return bool(ident(item.get("id"))) and (account in ids or (bool(name) and name in names))


def _under(access: Access, path: str, speech: Speech) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"fields": REPLY_FIELDS, "limit": 50}
    found: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        answer = ask(access, INSTAGRAM, path, asked).body
        items = mappings(answer.get("data"))
        found += items
        further = next_page(answer)
        back = path.endswith("/comments") and far_enough(items, "timestamp", speech)  # replies go from old to new
        if not further or back:
            return found
        asked |= further
    raise TooLong


def _reply(item: dict[str, Any], permalink: str, parent: str) -> Reply:
    comment = ident(item.get("id"))
    url = at.comment_url(permalink, comment, parent)
    return Reply(INSTAGRAM.address(comment), url, text(item.get("text")), when(item.get("timestamp")))
