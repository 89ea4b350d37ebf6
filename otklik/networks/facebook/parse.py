"""What a payload of Facebook says, as events. Pure: what it does not understand gives no events and stays raw.

Two kinds of payload: a pushed event (several Pages may stand in one body), and a piece of a listing that we asked for.
`Raw.context` of a listing names its `view`, the `place` read, the `voice` that reads, the `post` or dialogue's `peer`,
`guest` for a page of somebody else's; `site` is the base of public links. An answer without a `view` is read by its
shape (`shapes.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Attachment, Deletion, Edit, Event, MediaKind, Person, Place, Post
from otklik.networks.facebook import address as at
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.shapes import texts_in
from otklik.networks.meta.messaging import spot
from otklik.networks.meta.parse import Reader
from otklik.networks.meta.reading import ident, number_id, when
from otklik.networks.values import count, mapping, mappings, text

AS_GUEST = _("На чужой странице Facebook отвечать через API нельзя: ответьте вручную с сайта")
HIDDEN = _("Комментарий скрыт страницей: ответ увидит только его автор")
CLOSED = _("Facebook не разрешает отвечать на этот комментарий")
_POSTS = frozenset({"post", "status", "photo", "video", "share", "link", "note", "album", "event"})
_EDITS = frozenset({"edit", "edited", "unhide", "hide"})
_MOST = 30
_TITLE = 300


@dataclass(frozen=True, slots=True)
class _View:
    """What is known beside the object itself: the Page on which it stands, the post of a comment."""

    site: str
    place: str
    post: str = ""
    guest: bool = False

    def person(self, who: Mapping[str, Any], thing: str) -> Person:
        """Who wrote. The network hides people who did not agree to be seen: each of them is somebody else."""
        person_id = number_id(who.get("id"))
        if not person_id:
            return Person(f"hidden:{thing}", text(who.get("name"), 200))
        url = at.person_url(self.site, person_id)
        return Person(person_id, text(who.get("name"), 200), url, is_community=person_id == self.place)


def _unasked(objects: list[dict[str, Any]], site: str) -> list[Post]:
    """Texts of which nobody remembers how they were asked for: every one is somebody else's, for all it tells."""
    posts: list[Post] = []
    for text_item in texts_in(objects):
        view = _View(site, text_item.owner, text_item.post)
        post = _comment(text_item.item, view) if text_item.post else _post(text_item.item, view)
        if post and text_item.post == ident(text_item.item.get("id")):
            post = replace(post, parent=FACEBOOK.address(above) if (above := _above(text_item.item)) else "")
        if post:
            posts.append(replace(post, own=False))
    return posts


def _above(item: Mapping[str, Any]) -> str:
    return ident(mapping(item.get("parent")).get("id"))


def _pushed(change: Mapping[str, Any], page: str, site: str, heard: datetime | None) -> Event | None:
    value = mapping(change.get("value"))
    if change.get("field") == "feed":
        return _change(value, _View(site, page))
    if change.get("field") == "mention" and _who(value):
        owner = at.first_part(ident(value.get("post_id")))
        return _change(value, _View(site, owner, guest=True)) if owner else None
    return None


def _who(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The author of a change: `from`, or the two fields of older payloads."""
    who = mapping(value.get("from"))
    if number_id(who.get("id")) or text(who.get("name")):
        return who
    sender = number_id(value.get("sender_id"))
    return {"id": sender, "name": value.get("sender_name")} if sender else {}


def _change(value: Mapping[str, Any], view: _View) -> Event | None:
    item, verb = text(value.get("item"), 40), text(value.get("verb"), 40)
    if item == "comment":
        post = _pushed_comment(value, view)
        thing = ident(value.get("comment_id"))
    elif item in _POSTS:
        post = _pushed_post(value, view)
        thing = ident(value.get("post_id"))
    else:
        return None
    if verb == "remove":
        return Deletion(FACEBOOK.address(thing), when(value.get("created_time"))) if thing and item else None
    if post is None or (not post.text and not post.attachments):
        return None
    if verb == "add":
        return post
    return Edit(post) if verb in _EDITS else None


def _pushed_comment(value: Mapping[str, Any], view: _View) -> Post | None:
    comment, post = ident(value.get("comment_id")), ident(value.get("post_id"))
    if not comment or not post:
        return None
    parent = ident(value.get("parent_id"))
    above = parent if parent not in ("", post, comment) else ""
    who = view.person(_who(value), comment)
    return Post(
        external_id=FACEBOOK.address(comment),
        place=Place.COMMENT,
        thread=FACEBOOK.address(post),
        author=who,
        text=text(value.get("message")),
        posted_at=when(value.get("created_time")),
        community=view.place,
        parent=FACEBOOK.address(above or post),
        url=at.comment_url(view.site, post, comment, above),
        own=who.external_id == view.place and not view.guest,
        attachments=pushed_attachments(value),
        closed=_closed(value, view, hidden=value.get("verb") == "hide"),
    )


def _pushed_post(value: Mapping[str, Any], view: _View) -> Post | None:
    post = ident(value.get("post_id"))
    if not post or value.get("published") in (0, False):  # not public yet: it comes again when it is
        return None
    who = view.person(_who(value), post)
    return Post(
        external_id=FACEBOOK.address(post),
        place=Place.POST,
        thread=FACEBOOK.address(post),
        author=who,
        text=text(value.get("message")),
        posted_at=when(value.get("created_time")),
        community=view.place,
        url=at.post_url(view.site, post),
        own=who.external_id == view.place and not view.guest,
        attachments=pushed_attachments(value),
        closed=_closed(value, view),
    )


def _closed(item: Mapping[str, Any], view: _View, *, hidden: bool = False) -> str:
    if view.guest:
        return AS_GUEST
    if hidden or item.get("is_hidden") is True:
        return HIDDEN
    return CLOSED if item.get("can_comment") is False else ""


def _view(context: Mapping[str, str], site: str) -> _View:
    return _View(site, context.get("place", ""), ident(context.get("post", "")), bool(context.get("guest")))


def _post(item: Mapping[str, Any], view: _View) -> Post | None:
    post = ident(item.get("id"))
    if not post or item.get("is_published") is False:
        return None
    owner = at.first_part(post) or view.place
    foreign = _View(view.site, owner, guest=view.guest or owner != view.place)  # where the Page is only mentioned
    who = foreign.person(mapping(item.get("from")), post)
    attached = attachments(item)
    words = text(item.get("message"))
    if not words and not attached:
        return None  # «changed the cover», «was at»: nobody said anything
    where = place_of(item)
    summary = mapping(mapping(item.get("comments")).get("summary"))
    return Post(
        external_id=FACEBOOK.address(post),
        place=Place.POST,
        thread=FACEBOOK.address(post),
        author=who,
        text=words,
        posted_at=when(item.get("created_time")),
        community=owner,
        url=text(item.get("permalink_url"), 500) or at.post_url(view.site, post),
        own=who.external_id == view.place and not foreign.guest,
        attachments=attached,
        latitude=where[0] if where else None,
        longitude=where[1] if where else None,
        engagement=_engagement(item),
        closed=_closed({**item, "can_comment": summary.get("can_comment")}, foreign),
    )


def _comment(item: Mapping[str, Any], view: _View) -> Post | None:
    """A comment as a listing shows it; None for anything that is none. `view.post` is the post's whole id."""
    comment, post = ident(item.get("id")), view.post
    if not comment or not post:
        return None
    who = view.person(mapping(item.get("from")), comment)
    above = _above(item)
    attached = attachments(item)
    return Post(
        external_id=FACEBOOK.address(comment),
        place=Place.COMMENT,
        thread=FACEBOOK.address(post),
        author=who,
        text=text(item.get("message")),
        posted_at=when(item.get("created_time")),
        community=view.place,
        parent=FACEBOOK.address(above or post),
        url=text(item.get("permalink_url"), 500) or at.comment_url(view.site, post, comment, above),
        own=who.external_id == view.place and not view.guest,
        attachments=attached,
        engagement=count(item.get("like_count")),
        closed=_closed(item, view),
    )


def _engagement(item: Mapping[str, Any]) -> int:
    comments = mapping(mapping(item.get("comments")).get("summary")).get("total_count")
    return min(count(comments) + count(mapping(item.get("shares")).get("count")), 2**31 - 1)


parse = Reader(FACEBOOK, _pushed, _view, _post, _comment, _unasked).parse


# Attachments and places on the map, in the shapes that Facebook has for them. Pure; never raises.
#
# Addresses of pictures are signed and expire, so the product copies them as soon as it takes a text in.
def pushed_attachments(value: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """What a pushed change carries: `photo` or `photos`, `video`, or `link` whose meaning the item tells."""
    media: list[Attachment] = []
    photos = value.get("photos")
    photo_urls = [value.get("photo"), *(photos if isinstance(photos, list) else [])]
    media += [Attachment(MediaKind.PHOTO, url, url) for each in photo_urls[:_MOST] if (url := text(each))]
    video = text(value.get("video"))
    if video:
        media.append(Attachment(MediaKind.VIDEO, video))
    link = text(value.get("link"))
    if link and not media:
        kinds = {"photo": MediaKind.PHOTO, "video": MediaKind.VIDEO}
        kind = kinds.get(text(value.get("item"), 40), MediaKind.LINK)
        media.append(Attachment(kind, link, link if kind is MediaKind.PHOTO else ""))
    return tuple(media)


def attachments(item: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """What a listed post (`attachments`) or comment (`attachment`) carries; a post's `full_picture` if it has none."""
    listed = mappings(mapping(item.get("attachments")).get("data"))
    if isinstance(item.get("attachment"), dict):
        listed = [item["attachment"], *listed]
    media: list[Attachment] = []
    for entry in listed[:_MOST]:
        below = mappings(mapping(entry.get("subattachments")).get("data"))
        media += [_attachment(each) for each in (below or [entry])[:_MOST]]
    picture = text(item.get("full_picture"))
    if not media and picture:
        media.append(Attachment(MediaKind.PHOTO, picture, picture))
    return tuple(media[:_MOST])


def _attachment(entry: Mapping[str, Any]) -> Attachment:
    name = text(entry.get("type"), 60) or text(entry.get("media_type"), 60)
    media = mapping(entry.get("media"))
    image = mapping(media.get("image"))
    src = text(image.get("src"))
    width, height = count(image.get("width")), count(image.get("height"))
    url = text(entry.get("url")) or text(mapping(entry.get("target")).get("url"))
    title = text(entry.get("title"), _TITLE)
    if "sticker" in name:
        return Attachment(MediaKind.STICKER, src or url, src, title, width, height)
    if "video" in name:
        return Attachment(MediaKind.VIDEO, text(media.get("source")) or url, src, title, width, height)
    if "photo" in name or name in ("album", "cover_photo", "profile_media"):
        return Attachment(MediaKind.PHOTO, src or url, src, title, width, height)
    kind = MediaKind.LINK if url else MediaKind.OTHER
    return Attachment(kind, url, src, title or ("" if url else name), width, height)


def place_of(item: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude: of the named place, or bare coordinates."""
    where = mapping(mapping(item.get("place")).get("location"))
    bare = mapping(item.get("coordinates"))
    return spot(where.get("latitude"), where.get("longitude")) or spot(bare.get("latitude"), bare.get("longitude"))
