"""What an update says, as events. Pure: what it does not understand gives no events and stays a raw payload.

A payload is one update, or `{"updates": [...]}`: the updates of one album, heard together. `Raw.context` names the
`bot` that heard it, `ours`, further bots and chats that speak for us, and `site`, the base of public links; `posts` is
"copies" where the posts of channels are heard as their copies in the discussion and not once more. Without any context
a payload is read by its shape (`shapes.py`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Edit, Event, Place, Post, Raw
from otklik.networks.telegram import address as at
from otklik.networks.telegram.media import attachments, coordinates, words
from otklik.networks.telegram.senders import View, places_own, sender
from otklik.networks.telegram.shapes import EDITED, albums_in, message_of, updates_in
from otklik.networks.values import mapping, mappings, moment, number, read, text

COPIES = "copies"
_POST_OF_CHANNEL = _("Под записью канала бот ответить не может: ответьте под её копией в обсуждении")


def parse(raw: Raw) -> list[Event]:
    """The events of a payload in its own order; [] for anything unknown or broken. Never raises."""
    body = mapping(read(raw.body))
    bot = int(at.bot_number(raw.context.get("bot", "")) or 0)
    view = View(raw.context.get("site") or at.SITE, bot, voices_in(raw.context.get("ours", "")))
    updates: list[Mapping[str, Any]] = [*mappings(body.get("updates"))] or [body]
    if not raw.context and not message_of(body)[0]:
        updates = updates_in(read(raw.body))
    if raw.context.get("posts") == COPIES:
        updates = [update for update in updates if "channel_post" not in message_of(update)[0]]
    replies_by_id = {
        message.external_id: message for update in updates for message in _replied(message_of(update)[1], view)
    }
    if raw.context:
        return [*replies_by_id.values(), *_together([event for update in updates if (event := _event(update, view))])]
    albums = [[event for update in album if (event := _event(update, view))] for album in albums_in(updates)]
    heard = [event for album in albums for event in _together(album)]
    here = {event.external_id for event in heard if isinstance(event, Post)}
    return [*(post for post in replies_by_id.values() if post.external_id not in here), *heard]


def voices_in(numbers_text: str) -> frozenset[int]:
    """The numbers of chats and bots in "-1001,5"; what is none is left out."""
    return frozenset(chat_number for part in numbers_text[:2000].split(",") if (chat_number := at.whose(part)))


def _event(update: Mapping[str, Any], view: View) -> Event | None:
    kind, message = message_of(update)
    post = _post(message, view) if kind else None
    return Edit(post) if post and kind in EDITED else post


def _replied(message: Mapping[str, Any], view: View) -> list[Post]:
    """Of what is replied to: our own words, which the network does not tell otherwise, and the post of a channel, which
    may have been written before the bot came. Other people's texts are not heard a second time."""
    replied = message.get("reply_to_message")
    if not isinstance(replied, dict) or number(mapping(replied.get("chat")).get("id")) != _chat_number(message):
        return []
    author = sender(mapping(replied), view)
    if not (author and view.ours(author)) and replied.get("is_automatic_forward") is not True:
        return []
    reply_message = {"message_thread_id": message.get("message_thread_id"), **replied}
    post = _post(reply_message, view)
    return [post] if post else []


def _chat_number(message: Mapping[str, Any]) -> int:
    return number(mapping(message.get("chat")).get("id")) or 0


def _post(message: Mapping[str, Any], view: View) -> Post | None:
    chat, named = _chat_number(message), number(message.get("message_id")) or 0
    files, spot, message_text = attachments(message, view.site), coordinates(message), words(message)
    if not chat or named <= 0 or not (message_text or files or spot):  # somebody came or went: nobody said anything
        return None
    author = sender(message, view)
    if author is None:
        return None
    direct = chat > 0
    whole = _direct(message, view, chat, named) if direct else _public(message, view, chat, named)
    place, external_id, thread, parent, community, url = whole
    return Post(
        external_id=external_id,
        place=place,
        thread=thread,
        author=author,
        text=message_text,
        posted_at=moment(message.get("date")),
        community=community,
        parent=parent,
        url=url,
        own=view.ours(author) or places_own(message),
        attachments=files,
        latitude=spot[0] if spot else None,
        longitude=spot[1] if spot else None,
        edited_at=moment(message.get("edit_date")),
        closed=_POST_OF_CHANNEL if _type(message) == "channel" else "",
    )


_Where = tuple[Place, str, str, str, str, str]


def _direct(message: Mapping[str, Any], view: View, user: int, named: int) -> _Where:
    replied = number(mapping(message.get("reply_to_message")).get("message_id")) or 0
    return (
        Place.DIRECT,
        at.direct_id(view.bot, user, named),
        at.dialogue_id(view.bot, user),
        at.direct_id(view.bot, user, replied) if replied > 0 else "",
        at.author_id(view.bot),
        "",
    )


def _public(message: Mapping[str, Any], view: View, chat: int, named: int) -> _Where:
    thread = thread_of(message)
    replied = number(mapping(message.get("reply_to_message")).get("message_id")) or 0
    if _type(message) == "group":  # it has no threads: all of it is one
        parent = at.message_id(chat, replied) if replied > 0 else ""
        return Place.COMMENT, at.message_id(chat, named), at.author_id(chat), parent, at.author_id(chat), ""
    above = replied if replied > 0 else thread
    return (
        Place.POST if _is_post(message, view, thread, named) else Place.COMMENT,
        at.message_id(chat, named),
        at.message_id(chat, thread),
        at.message_id(chat, above) if above != named else "",
        at.author_id(chat),
        url_of(message, view.site, chat, named, thread),
    )


def thread_of(message: Mapping[str, Any]) -> int:
    """The number, in the same chat, of the message at whose foot the thread stands: itself where it begins one.

    The copy of a channel's post knows it by its own number, comments by `message_thread_id`; both are always told.
    """
    replied = mapping(message.get("reply_to_message"))
    candidates = (message.get("message_thread_id"), replied.get("message_thread_id"), replied.get("message_id"))
    own = number(message.get("message_id")) or 0
    return next((thread_number for value in candidates if (thread_number := number(value) or 0) > 0), own)


def _is_post(message: Mapping[str, Any], view: View, thread: int, named: int) -> bool:
    """What others write under. A stranger's channel that speaks in a group is taken for a person: see README."""
    if _type(message) == "channel" or message.get("is_automatic_forward") is True:
        return True
    return thread == named and (not isinstance(message.get("sender_chat"), dict) or places_own(message))


def _type(message: Mapping[str, Any]) -> str:
    return text(mapping(message.get("chat")).get("type"), 20)


def url_of(message: Mapping[str, Any], site: str, chat: int, named: int, thread: int) -> str:
    """A comment is best seen under its channel's post, which everybody may open; else in the group itself."""
    shown = message if message.get("is_automatic_forward") is True else mapping(message.get("reply_to_message"))
    origin = mapping(shown.get("forward_origin")) if shown.get("is_automatic_forward") is True else {}
    channel, post = mapping(origin.get("chat")), number(origin.get("message_id")) or 0
    base = at.message_url(site, number(channel.get("id")) or 0, at.handle(channel.get("username")), post)
    if base and post > 0:
        return base if shown is message else f"{base}?comment={named}"
    name = at.handle(mapping(message.get("chat")).get("username"))
    return at.message_url(site, chat, name, named, thread)


def _together(events: list[Event]) -> list[Event]:
    """The texts of one album as one: it stands under its first message's address and holds every file and caption."""
    posts = sorted((event for event in events if isinstance(event, Post)), key=_order)
    if len(posts) < 2:
        return events
    first = posts[0]
    parts = [post for post in posts if _beside(post, first)]
    album_text = "\n\n".join(dict.fromkeys(part.text for part in parts if part.text))
    files = tuple(file for part in parts for file in part.attachments)
    alone = [event for event in events if not any(event is part for part in parts)]
    return [replace(first, text=album_text, attachments=files), *alone]


def _order(post: Post) -> int:
    return int(post.external_id.rpartition(":")[2])


def _beside(post: Post, first: Post) -> bool:
    """In the same chat, by the same person."""
    chats = [one.external_id.rpartition(":")[0] for one in (post, first)]
    return chats[0] == chats[1] and post.author == first.author
