"""What a payload says, as events. Pure: what it does not understand gives no events and stays a raw payload.

Two kinds of payload: an update (pushed or polled, the same shape), and the answer of a reading call, whose name
stands in `Raw.context["method"]`. The context may also hold `site` (base of public links), `bot` (our own user id),
`place` (kind of the place read), and what the call was asked for: `chat`, `post`. `posts` names posts under which a
removed comment may have stood, where the update does not tell. Without a `method` a payload is read by its shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Attachment, Deletion, Edit, Event, MediaKind, Person, Place, Post, Raw
from otklik.networks.max import address as at
from otklik.networks.max.shapes import things_in
from otklik.networks.values import count, mapping, mappings, moment, number, read, real, text

GROUP_CHAT = _("Это общий чат, а не личный диалог: ответ увидят все его участники, поэтому ответьте вручную")
CREATED = frozenset({"message_created", "comment_created"})
EDITED = frozenset({"message_edited", "comment_edited"})
REMOVED = frozenset({"message_removed", "comment_removed"})
UPDATES = CREATED | EDITED | REMOVED
_LISTS = frozenset({"messages", "comments"})
_SINGLE = frozenset({"message", "comment"})
_COMMENTS = frozenset({"comments", "comment"})
_MOST = 30
_TITLE = 300
_KINDS = {
    "image": MediaKind.PHOTO,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "file": MediaKind.FILE,
    "share": MediaKind.LINK,
    "sticker": MediaKind.STICKER,
}
_NOTHING = frozenset({"inline_keyboard", "reply_keyboard", "data", "location"})  # buttons, or told elsewhere


@dataclass(frozen=True, slots=True)
class _View:
    """What is known beside the message itself."""

    site: str
    bot: int
    chat: int
    post: str
    foreign: bool
    comment: bool
    loose: bool = False  # take a text that does not tell where it stands, under an address of its own


def parse(raw: Raw) -> list[Event]:
    """The events of a payload in its own order; [] for anything unknown or broken. Never raises."""
    body = mapping(read(raw.body))
    method = raw.context.get("method", "")
    view = _view(raw.context, comment=method in _COMMENTS)
    if method in _LISTS:
        return [post for item in mappings(body.get("messages")) if (post := message_of(item, view))]
    if method in _SINGLE:
        message_event = message_of(body.get("message", body), view)
        return [message_event] if message_event else []
    loose = replace(view, loose=not method)
    return [event for thing in things_in(read(raw.body)) for event in _thing(thing, raw.context, loose)]


def _thing(thing: Mapping[str, Any], context: Mapping[str, str], view: "_View") -> list[Event]:
    """An update, or a text of an answer of which nobody remembers how it was asked."""
    if "update_type" in thing:
        return _update(thing, context)
    message_event = message_of(thing, view)
    return [message_event] if message_event else []


def _view(context: Mapping[str, str], *, comment: bool) -> _View:
    return _View(
        site=context.get("site") or at.SITE,
        bot=at.user_number(context.get("bot", "")),
        chat=at.channel_number(context.get("chat", "")),
        post=at.mid_of(context.get("post")),
        foreign=context.get("place") == "foreign",
        comment=comment,
    )


def _update(update: Mapping[str, Any], context: Mapping[str, str]) -> list[Event]:
    kind = text(update.get("update_type"), 60)
    if kind in REMOVED:
        return _removed(update, context, comment=kind == "comment_removed")
    if kind not in CREATED | EDITED:
        return []
    post = message_of(update.get("message"), _view(context, comment=kind.startswith("comment_")))
    if post is None:
        return []
    if kind in CREATED:
        return [post]
    return [Edit(replace(post, edited_at=milliseconds(update.get("timestamp"))))]


def _removed(update: Mapping[str, Any], context: Mapping[str, str], *, comment: bool) -> list[Event]:
    chat, mid = at.chat_of(update.get("chat_id")), at.mid_of(update.get("message_id"))
    when = milliseconds(update.get("timestamp"))
    if not chat or not mid:
        return []
    post_mid = post_of(update.get("post_id"), context)
    if not comment and not post_mid:
        return [Deletion(at.text_id(chat, mid), when)]
    posts = [post_mid] if post_mid else [post for post in map(at.mid_of, context.get("posts", "").split()) if post]
    return [Deletion(at.text_id(chat, post, mid), when) for post in posts]


def post_of(value: object, context: Mapping[str, str]) -> str:
    """The post that a comment stands under: as the call asked, or as the network tells it; "" when neither does."""
    return at.mid_of(context.get("post")) or at.mid_of(value)


def milliseconds(value: object) -> datetime | None:
    """Unix milliseconds as an aware time in UTC; None for nonsense."""
    timestamp = number(value)
    whole_second = moment(timestamp // 1000) if timestamp is not None else None
    return whole_second + timedelta(milliseconds=(timestamp or 0) % 1000) if whole_second else None


def message_of(thing: Any, view: _View) -> Post | None:
    """One message, comment or post; None when it is not told where it stands."""
    message = mapping(thing)
    body, recipient = mapping(message.get("body")), mapping(message.get("recipient"))
    mid = at.mid_of(body.get("mid"))
    chat = at.chat_of(recipient.get("chat_id")) or view.chat
    chat = chat or (at.chat_in(mid) if view.loose else 0)
    if not mid or not (chat or view.loose):
        return None
    comment = view.comment or recipient.get("post_id") is not None
    post = view.post or at.mid_of(recipient.get("post_id"))
    if comment and not post:
        return _stray(message, chat, mid, view) if view.loose else None
    place = Place.COMMENT if comment else _place(recipient.get("chat_type"))
    author, own = _author(message, chat, view, place)
    spot = coordinates(message)
    return Post(
        external_id=at.text_id(chat, post, mid) if comment else at.text_id(chat, mid),
        place=place,
        thread=_thread(place, chat, post or mid),
        author=author,
        text=text(body.get("text")),
        posted_at=milliseconds(message.get("timestamp")),
        community=str(chat or "") if place is not Place.DIRECT else _receiver(recipient, view),
        parent=_parent(message, chat, post if comment else "", place),
        url=_url(message, place, chat, post, mid, view.site),
        own=own,
        attachments=attachments(message),
        latitude=spot[0] if spot else None,
        longitude=spot[1] if spot else None,
        closed=GROUP_CHAT if place is Place.DIRECT and recipient.get("chat_type") == "chat" else "",
    )


def _stray(message: Mapping[str, Any], chat: int, mid: str, view: _View) -> Post | None:
    """A comment of which it is not told under what it stands: its thread is itself."""
    recipient = {name: value for name, value in mapping(message.get("recipient")).items() if name != "post_id"}
    post = message_of({**message, "recipient": {**recipient, "chat_id": chat}}, replace(view, comment=False))
    thread = at.text_id(chat, mid)
    return replace(post, place=Place.COMMENT, thread=thread, closed="", url="", own=False) if post else None


def _place(chat_type: object) -> Place:
    return Place.POST if chat_type == "channel" else Place.DIRECT


def _thread(place: Place, chat: int, mid: str) -> str:
    return at.dialogue_id(chat) if place is Place.DIRECT and chat else at.text_id(chat, mid)


def _receiver(recipient: Mapping[str, Any], view: _View) -> str:
    """Whom a direct message was written to: our bot, if it is known which one."""
    user_number = view.bot or number(recipient.get("user_id")) or 0
    return at.user_id(user_number) if user_number > 0 else ""


def _parent(message: Mapping[str, Any], chat: int, post: str, place: Place) -> str:
    link = mapping(message.get("link"))
    replied = at.mid_of(mapping(link.get("message")).get("mid")) if link.get("type") == "reply" else ""
    if place is Place.COMMENT:
        return at.text_id(chat, post, replied) if replied else at.text_id(chat, post)
    return at.text_id(chat, replied) if replied else ""


def _url(message: Mapping[str, Any], place: Place, chat: int, post: str, mid: str, site: str) -> str:
    url = text(message.get("url"))
    if place is Place.COMMENT:
        return url or at.comment_url(site, chat, post, mid)
    if place is Place.POST:
        return url or at.post_url(site, chat, mid)
    return url or at.dialogue_url(site, chat)


def _author(message: Mapping[str, Any], chat: int, view: _View, place: Place) -> tuple[Person, bool]:
    """Who wrote, and whether it was our own voice.

    A text without a sender is written as the channel. Under a post only its administrators can do that, and a bot's
    own answer may come back so: it is taken for ours, since our own words must never become somebody's complaint.
    """
    sender = mapping(message.get("sender"))
    user = number(sender.get("user_id")) or 0
    if user <= 0:
        person = Person(at.channel_id(chat), "", "", is_community=True)
        return person, place is Place.COMMENT or (place is Place.POST and not view.foreign)
    own = user == view.bot or (place is Place.DIRECT and sender.get("is_bot") is True)
    return person_of(sender, user), own


def person_of(profile: Mapping[str, Any], user: int) -> Person:
    """A person or a bot. A bot is nobody's profile, so it counts as a community."""
    parts = (text(profile.get("first_name"), 100), text(profile.get("last_name"), 100))
    name = " ".join(part for part in parts if part) or text(profile.get("name"), 200)
    nick = text(profile.get("username"), 64)
    url = f"{at.SITE}/{nick}" if nick.replace("_", "").replace("-", "").isalnum() and nick.isascii() else ""
    return Person(at.user_id(user), name, url, is_community=profile.get("is_bot") is True)


def attachments(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The attachments of a message, and of a message that it forwards with the beginning of the other's words."""
    media = [_one(item) for item in _listed(mapping(message.get("body")))]
    link = mapping(message.get("link"))
    if link.get("type") == "forward":
        body = mapping(link.get("message"))
        media.append(Attachment(MediaKind.OTHER, title=text(body.get("text"), _TITLE)))
        media += [_one(item) for item in _listed(body)]
    return tuple(media[:_MOST])


def coordinates(message: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude; they stand on the attachment itself, not in its payload."""
    for item in mappings(mapping(message.get("body")).get("attachments"))[:_MOST]:
        north, east = real(item.get("latitude")), real(item.get("longitude"))
        if item.get("type") == "location" and north is not None and east is not None:
            return (north, east) if -90 <= north <= 90 and -180 <= east <= 180 else None
    return None


def _listed(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [item for item in mappings(body.get("attachments"))[:_MOST] if text(item.get("type"), 40) not in _NOTHING]


def _one(item: Mapping[str, Any]) -> Attachment:
    type_name = text(item.get("type"), 40)
    kind, payload = _KINDS.get(type_name, MediaKind.OTHER), mapping(item.get("payload"))
    url = text(payload.get("url"))
    preview = text(mapping(item.get("thumbnail")).get("url")) or text(item.get("image_url"))
    if kind in (MediaKind.PHOTO, MediaKind.STICKER):
        preview = preview or url
    title = text(item.get("filename"), _TITLE) or text(item.get("title"), _TITLE)
    title = title or (type_name if kind is MediaKind.OTHER else "")
    return Attachment(kind, url, preview, title, count(item.get("width")), count(item.get("height")))
