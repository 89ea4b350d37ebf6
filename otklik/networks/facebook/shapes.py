"""What an answer of the Graph API holds, told by its shape alone. Pure; nothing here raises.

A comment and a post look alike when little of them was asked for. The fields that only one of them has decide, then
the link, and last whether the writer is named: that is so of a comment by default, of a post never.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from otklik.networks.facebook import address as at
from otklik.networks.meta.reading import ident
from otklik.networks.meta.shapes import hung, is_message
from otklik.networks.values import mapping, text

_OF_COMMENTS = frozenset({"can_comment", "can_hide", "can_like", "can_remove", "can_reply_privately", "comment_count"})
_OF_COMMENTS |= frozenset({"attachment", "parent", "user_likes", "is_private", "private_reply_conversation"})
_OF_POSTS = frozenset({"story", "status_type", "shares", "attachments", "full_picture", "is_published", "updated_time"})
_OF_POSTS |= frozenset({"privacy", "actions", "to", "type", "promotion_status", "timeline_visibility", "place"})
_BELOW = ("posts", "feed", "published_posts", "visitor_posts", "tagged", "videos", "live_videos", "photos")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Writing:
    """A post, or a comment where `post` is not "": the whole id of what it stands under, or its own for want of it."""

    item: Mapping[str, Any]
    post: str = ""

    @property
    def owner(self) -> str:
        """The Page or person on whose wall it stands, "" where it is not told."""
        return at.first_part(self.post or ident(self.item.get("id"))) if self.post != self.item.get("id") else ""


def texts_in(objects: Iterable[Mapping[str, Any]], depth: int = 0) -> list[Writing]:
    """Posts and comments among these objects, each with the comments that hang on it."""
    text_items: list[Writing] = []
    for each in objects:
        item = _named(each)
        if is_message(item) or depth > _DEEPEST:
            continue
        thing = ident(item.get("id"))
        if thing and is_comment(item):
            text_items += _comment(item, post_above(item), "")
            continue
        post = _as_post(item)
        if thing and post:
            text_items.append(Writing(post))
        if thing:
            text_items += [text_item for below in hung(item, "comments") for text_item in _comment(below, thing, "")]
        text_items += texts_in(hung(item, *_BELOW), depth + 1)
    return text_items


def _comment(item: Mapping[str, Any], post: str, above: str, depth: int = 0) -> list[Writing]:
    """A comment with its answers, which the network lists under it without telling what they answer."""
    item = _named(item)
    thing = ident(item.get("id"))
    if not thing or depth > _DEEPEST:
        return []
    comment = {**item, "parent": {"id": above}} if above and not mapping(item.get("parent")) else item
    text_items = [Writing(comment, post)] if text(item.get("message")) or mapping(item.get("attachment")) else []
    return text_items + [each for below in hung(item, "comments") for each in _comment(below, post, thing, depth + 1)]


def _named(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same with its id, which the link of a comment tells where it was not asked for."""
    if "id" in item:
        return item
    post, comment = at.post_of_link(text(item.get("permalink_url"), 500))
    return {**item, "id": f"{at.last_part(post)}_{comment}"} if post and comment else item


def is_comment(item: Mapping[str, Any]) -> bool:
    """Whether an object is a comment rather than a post."""
    if not isinstance(item.get("message"), str) and not mapping(item.get("attachment")):
        return False
    if "comment_id=" in text(item.get("permalink_url"), 500) or _OF_COMMENTS & item.keys():
        return True
    if _OF_POSTS & item.keys() or not ident(item.get("id")):
        return False
    writer = ident(mapping(item.get("from")).get("id"))
    owner = at.first_part(ident(item.get("id")))
    return "from" in item and writer != owner and "permalink_url" not in item


def post_above(item: Mapping[str, Any]) -> str:
    """What a comment stands under, as far as it tells: by its link, by the object it names, by its own id."""
    thing = ident(item.get("id"))
    linked = at.post_of_link(text(item.get("permalink_url"), 500))[0]
    return linked or ident(mapping(item.get("object")).get("id")) or at.first_part(thing) or thing


def _as_post(item: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A post, or a video or photo with words of its own as one; None for albums, events, profiles and the like."""
    if isinstance(item.get("message"), str) or "full_picture" in item or hung(item, "attachments"):
        return item
    link = text(item.get("permalink_url"), 500) or text(item.get("link"), 500)
    post_item = {**item, "created_time": item.get("created_time", item.get("creation_time"))}
    if link.startswith("/"):
        post_item["permalink_url"] = f"{at.FACEBOOK.site}{link}"
    if "/videos/" in link or "length" in item or "embed_html" in item or "live_views" in item:
        return {**post_item, "message": item.get("description") or item.get("title")}
    if "images" in item or "/photos/" in link or "photo.php" in link:
        return {**post_item, "message": item.get("name"), "permalink_url": link}
    return None
