"""What a payload of Instagram says, as events. Pure: what it does not understand gives no events and stays raw.

Two kinds of payload: a pushed event (several accounts may stand in one body), and a piece of a listing that we asked
for. `Raw.context` of a listing names its `view`, the `place` read and its `username`, the `post` and its `permalink`,
or the dialogue's `peer`; `site` is the base of public links. A mention is pushed without its text: it stays raw. An
answer without a `view` is read by its shape (`shapes.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Attachment, Event, MediaKind, Person, Place, Post
from otklik.networks.instagram import address as at
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.shapes import texts_in, writer_of
from otklik.networks.meta.parse import Reader
from otklik.networks.meta.reading import ident, number_id, when
from otklik.networks.values import count, mapping, mappings, text

HIDDEN = _("Комментарий скрыт: ответ увидит только его автор")
CLOSED = _("Комментарии под этой публикацией выключены")
ELSEWHERE = _("Под чужой публикацией Instagram отвечать через API нельзя: ответьте вручную")
_COMMENTS = ("comments", "live_comments")


@dataclass(frozen=True, slots=True)
class _View:
    """What is known beside the object itself: our account and its name, the publication of a comment."""

    site: str
    place: str
    username: str = ""
    media: str = ""
    permalink: str = ""

    def author(self, item: Mapping[str, Any], thing: str) -> Person:
        """Who wrote. Where the network tells only the name, the name has to do."""
        who = mapping(item.get("from"))
        name = text(who.get("username"), 100) or text(item.get("username"), 100)
        ids = {number_id(who.get("id")), number_id(mapping(item.get("user")).get("id"))}
        if self.place in ids or (name and name == self.username):
            return Person(self.place, name, at.person_url(self.site, name), is_community=True)
        user_id = number_id(who.get("id"))
        return Person(user_id or (f"@{name}" if name else f"hidden:{thing}"), name, at.person_url(self.site, name))


def _unasked(objects: list[dict[str, Any]], site: str) -> list[Post]:
    """Texts of which nobody remembers how they were asked for: every one is somebody else's, for all it tells."""
    posts: list[Post] = []
    for text_item in texts_in(objects):
        writer = Person(*writer_of(text_item.item), at.person_url(site, writer_of(text_item.item)[1]))
        if not text_item.media:
            post = _media(text_item.item, _View(site, ""))
            community = writer.external_id
        else:
            post = _comment(text_item.item, _View(site, "", media=text_item.media, permalink=text_item.permalink))
            community = ""
        if post and text_item.media == ident(text_item.item.get("id")):
            post = replace(post, parent="")
        if post and (post.text or post.attachments):
            closed = "" if post.closed == ELSEWHERE else post.closed
            posts.append(replace(post, author=writer, own=False, community=community, closed=closed))
    return posts


def _pushed(change: Mapping[str, Any], account: str, site: str, heard: datetime | None) -> Event | None:
    if change.get("field") not in _COMMENTS:
        return None
    value = mapping(change.get("value"))
    return _comment(value, _View(site, account, media=ident(mapping(value.get("media")).get("id"))), heard)


def _comment(item: Mapping[str, Any], view: _View, heard: datetime | None = None) -> Post | None:
    comment = ident(item.get("id"))
    words = text(item.get("text"))
    if not comment or not view.media or not words:
        return None
    author = view.author(item, comment)
    parent = ident(item.get("parent_id"))
    own = author.external_id == view.place
    return Post(
        external_id=INSTAGRAM.address(comment),
        place=Place.COMMENT,
        thread=INSTAGRAM.address(view.media),
        author=author,
        text=words,
        posted_at=when(item.get("timestamp")) or heard,
        community=view.place,
        parent=INSTAGRAM.address(parent if parent not in ("", comment) else view.media),
        url=at.comment_url(view.permalink, comment, parent),
        own=own,
        engagement=count(item.get("like_count")),
        closed=HIDDEN if item.get("hidden") is True else "",
    )


def _view(context: Mapping[str, str], site: str) -> _View:
    return _View(
        site,
        context.get("place", ""),
        context.get("username", ""),
        ident(context.get("post", "")),
        text(context.get("permalink", ""), 500),
    )


def _media(item: Mapping[str, Any], view: _View) -> Post | None:
    """A publication: our own, or somebody's that mentions us. Without a name it is one of our own list."""
    media = ident(item.get("id"))
    if not media:
        return None
    name = text(item.get("username"), 100)
    own = number_id(mapping(item.get("owner")).get("id")) == view.place or name in ("", view.username)
    author = view.author({"username": name}, media)
    if own:
        author = Person(view.place, name or view.username, at.person_url(view.site, name), is_community=True)
    closed = CLOSED if item.get("is_comment_enabled") is False else ""
    return Post(
        external_id=INSTAGRAM.address(media),
        place=Place.POST,
        thread=INSTAGRAM.address(media),
        author=author,
        text=text(item.get("caption")),
        posted_at=when(item.get("timestamp")),
        community=view.place if own else author.external_id,
        url=text(item.get("permalink"), 500),
        own=own,
        attachments=_pictures(item),
        engagement=min(count(item.get("like_count")) + count(item.get("comments_count")), 2**31 - 1),
        closed=closed if own else ELSEWHERE,
    )


def _pictures(item: Mapping[str, Any]) -> tuple[Attachment, ...]:
    below = mappings(mapping(item.get("children")).get("data"))
    pictures = []
    for each in (below or [dict(item)])[:20]:
        url, preview = text(each.get("media_url")), text(each.get("thumbnail_url"))
        if not url and not preview:
            continue
        video = each.get("media_type") in ("VIDEO", "REELS")
        kind = MediaKind.VIDEO if video else MediaKind.PHOTO
        pictures.append(Attachment(kind, url, preview or ("" if video else url)))
    return tuple(pictures)


parse = Reader(INSTAGRAM, _pushed, _view, _media, _comment, _unasked).parse
