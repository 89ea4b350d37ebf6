"""What the Page has said already under a comment, a post or in a dialogue."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Access, Speech
from otklik.networks.facebook import address as at
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.poll import COMMENT_FIELDS
from otklik.networks.facebook.speak import where_to
from otklik.networks.look import Reply, TooLong
from otklik.networks.meta.client import ask
from otklik.networks.meta.look import far_enough, in_dialogue
from otklik.networks.meta.reading import ident, next_page, number_id, when
from otklik.networks.values import mapping, mappings, text

_MOST_PAGES = 10
_UNTOLD = datetime.max.replace(tzinfo=UTC)
_PAGE = 100


def ours(access: Access, speech: Speech) -> list[Reply]:
    """The Page's own texts there, newest first. Raises TooLong and errors of reads.

    A reply to a reply is hung under the first comment of the thread, so it is looked for there as well.
    """
    if speech.direct:
        return in_dialogue(access, FACEBOOK, speech, access.external_id)
    target, post = where_to(access, speech)
    found: dict[str, Reply] = {}
    for item in _in_thread(access, target, post, speech):
        comment = ident(item.get("id"))
        if comment and number_id(mapping(item.get("from")).get("id")) == access.external_id:
            found[comment] = _reply(access, item, comment, post)
    return sorted(found.values(), key=lambda reply: reply.said or _UNTOLD, reverse=True)


def _in_thread(access: Access, target: str, post: str, speech: Speech) -> list[dict[str, Any]]:
    """What stands under a post itself, or under a comment and under the one that it replies to."""
    if target == post:
        return _under(access, post, "toplevel", speech)
    if len(access.speeches) > 1:
        with suppress(TooLong):
            return _of_whole_post(access, target, post)
    nodes = [target, _above(ask(access, FACEBOOK, target, {"fields": "id,parent{id}"}).body)]
    return [item for node in nodes if node for item in _under(access, node, "stream", speech)]


def _of_whole_post(access: Access, target: str, post: str) -> list[dict[str, Any]]:
    """The same out of the post's own listing, which tells of all its threads. TooLong also where it is without the
    comment: there the comment itself is asked."""
    items = _under(access, post, "stream", None)
    answered = next((item for item in items if ident(item.get("id")) == target), None)
    if answered is None:
        raise TooLong
    nodes = {target, _above(answered)} - {""}
    return [item for item in items if _above(item) in nodes]


def _above(item: Mapping[str, Any]) -> str:
    return ident(mapping(item.get("parent")).get("id"))


def _under(access: Access, node: str, listing: str, speech: Speech | None) -> list[dict[str, Any]]:
    """Back to before the first attempt; without a `speech` all of it."""
    asked: dict[str, Any] = {"fields": COMMENT_FIELDS, "filter": listing, "order": "reverse_chronological"}
    asked["limit"] = _PAGE
    found: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        answer = ask(access, FACEBOOK, f"{node}/comments", asked).body
        items = mappings(answer.get("data"))
        found += items
        further = next_page(answer)
        if not further or (speech is not None and far_enough(items, "created_time", speech)):
            return found
        asked |= further
    raise TooLong


def _reply(access: Access, item: dict[str, Any], comment: str, post: str) -> Reply:
    above = _above(item)
    url = text(item.get("permalink_url"), 500) or at.comment_url(FACEBOOK.site_of(access), post, comment, above)
    return Reply(FACEBOOK.address(comment), url, text(item.get("message")), when(item.get("created_time")))
