"""What the Page has said already under a comment, a post or in a dialogue."""

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
    nodes = [target]
    if target != post:
        told = ask(access, FACEBOOK, target, {"fields": "id,parent{id}"}).body
        above = ident(mapping(told.get("parent")).get("id"))
        nodes += [above] if above else []
    found: dict[str, Reply] = {}
    for node in nodes:
        for item in _under(access, node, "toplevel" if node == post else "stream", speech):
            comment = ident(item.get("id"))
            if comment and number_id(mapping(item.get("from")).get("id")) == access.external_id:
                found[comment] = _reply(access, item, comment, post)
    return sorted(found.values(), key=lambda reply: reply.said or _UNTOLD, reverse=True)


def _under(access: Access, node: str, listing: str, speech: Speech) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"fields": COMMENT_FIELDS, "filter": listing, "order": "reverse_chronological"}
    asked["limit"] = _PAGE
    found: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        answer = ask(access, FACEBOOK, f"{node}/comments", asked).body
        items = mappings(answer.get("data"))
        found += items
        further = next_page(answer)
        if not further or far_enough(items, "created_time", speech):
            return found
        asked |= further
    raise TooLong


def _reply(access: Access, item: dict[str, Any], comment: str, post: str) -> Reply:
    above = ident(mapping(item.get("parent")).get("id"))
    url = text(item.get("permalink_url"), 500) or at.comment_url(FACEBOOK.site_of(access), post, comment, above)
    return Reply(FACEBOOK.address(comment), url, text(item.get("message")), when(item.get("created_time")))
