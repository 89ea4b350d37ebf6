"""What a payload says, as events. Pure: what it does not understand gives no events and stays a raw payload.

Two kinds of payload: an event of the Callback API or the Bots Long Poll (the same envelope), and the answer of a
reading method. `Raw.context` of an answer names the `method`, the `owner_id` and `post_id` read, the `group_id` of
our voice; `site` is the base of public links, `commenting` who may comment on the post read, `guest` that we are
guests on the wall read (`closed.py`), `mute` whether we can speak beside the wall (`beside.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from otklik.networks.base import Deletion, Edit, Event, Place, Post, Raw
from otklik.networks.values import first, mapping, mappings, moment, number, read, text
from otklik.networks.vk import address as at
from otklik.networks.vk import beside, closed
from otklik.networks.vk.media import attachments, coordinates
from otklik.networks.vk.view import View, comment_parent, engagement, people

COMMENTS_IN_THREAD = 10  # the network lists no more of a thread beside its first comment


def parse(raw: Raw) -> list[Event]:
    """The events of a payload in its own order; [] for anything unknown or broken. Never raises."""
    body = mapping(read(raw.body))
    site = raw.context.get("site") or at.SITE
    if "response" in body:
        return _answer(body["response"], raw.context, site)
    if isinstance(body.get("updates"), list):  # a whole answer of the long poll
        return [event for update in mappings(body["updates"]) for event in _event(update, raw.context, site)]
    return _event(body, raw.context, site)


def _event(body: Mapping[str, Any], context: Mapping[str, str], site: str) -> list[Event]:
    group = number(body.get("group_id")) or at.group_number(context.get("group_id", ""))
    event = EVENTS.get(text(body.get("type")))
    thing = body.get("object")
    if event is None or not isinstance(thing, dict):
        return []
    parsed_event = event(thing, View(site, group, mute=context.get("mute", "")))
    return [parsed_event] if parsed_event else []


def _answer(response: Any, context: Mapping[str, str], site: str) -> list[Event]:
    answer = mapping(response)
    view = View(
        site,
        at.group_number(context.get("group_id", "")),
        _whole(context.get("owner_id", "")),
        _whole(context.get("post_id", "")),
        people(answer, site),
        context.get("commenting") or context.get("door", ""),
        bool(context.get("guest")),
        context.get("mute", ""),
    )
    items = mappings(response) or mappings(answer.get("items"))
    method = context.get("method")
    if method:
        return _known(_read_as(method, item, view) for item in with_threads(items))
    return _known(_read_as(_method_of(item), item, view) for item in with_threads(items))


def _read_as(method: str, item: dict[str, Any], view: View) -> Event | None:
    if method in ("wall.get", "wall.getById", "newsfeed.search"):
        return _post(item, view)
    if method == "wall.getComments":
        return _comment_or_deletion(item, view)
    if method in beside.METHODS:
        return beside.listed(beside.METHODS[method], item, view)
    return _message(item, view) if method == "messages.getHistory" else None


def _method_of(item: Mapping[str, Any]) -> str:
    """Which method gives such items, for an answer of which nobody remembers how it was asked; "" if none of ours."""
    if "peer_id" in item and "from_id" in item:
        return "messages.getHistory"
    if "post_id" in item and "from_id" in item and "post_type" not in item:
        return "wall.getComments"
    return "wall.get" if "post_type" in item else ""


def with_threads(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Comments and the pieces of threads listed under them. A thread has no threads of its own in the network."""
    comments: list[dict[str, Any]] = []
    for item in items:
        comments.append(item)
        comments += mappings(mapping(item.get("thread")).get("items"))
    return comments


def _post(item: dict[str, Any], view: View) -> Event | None:
    owner = first((number(item.get("owner_id")), number(item.get("to_id")), view.owner))
    post = number(item.get("id"))
    author = number(item.get("from_id"))
    if not owner or not post or post < 0:
        return None
    address = at.post_id(owner, post)
    if item.get("is_deleted") is True or item.get("deleted") is True:
        return Deletion(address)
    if not author or item.get("post_type") == "postpone":  # not public yet: it comes again when it is
        return None
    own = view.ours(author)
    signer = number(item.get("signer_id")) or 0
    if signer > 0 and not own:  # a reader's text that the community put out under the reader's name
        author = signer
    place = coordinates(item)
    commenting = closed.commenting_of(item, guest=view.guest) if view.guest or owner == -view.group else ""
    return Post(
        external_id=address,
        place=Place.POST,
        thread=address,
        author=view.person(author),
        text=text(item.get("text")),
        posted_at=moment(item.get("date")),
        community=at.owner_id(owner),
        url=at.post_url(view.site, owner, post),
        own=own,
        attachments=attachments(item, view.site),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        engagement=engagement(item),
        edited_at=moment(item.get("edited")),
        closed=closed.sentence(commenting),
        opened=commenting == closed.OPEN,
    )


def _comment(item: Mapping[str, Any], view: View) -> Post | None:
    owner, post, comment = _comment_numbers(item, view)
    author = number(item.get("from_id"))
    if not owner or not post or not comment or not author:
        return None
    parent = comment_parent(item)
    stack = item.get("parents_stack")
    thread = number(stack[0]) if isinstance(stack, list) and stack else None
    place = coordinates(item)
    return Post(
        external_id=at.comment_id(owner, post, comment),
        place=Place.COMMENT,
        thread=at.post_id(owner, post),
        author=view.person(author),
        text=text(item.get("text")),
        posted_at=moment(item.get("date")),
        community=at.owner_id(owner),
        parent=at.comment_id(owner, post, parent) if parent > 0 else at.post_id(owner, post),
        url=at.comment_url(view.site, owner, post, comment, max(thread or 0, 0)),
        own=view.ours(author),
        attachments=attachments(item, view.site),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        engagement=engagement(item),
        closed=closed.sentence(view.commenting),
        opened=view.commenting == closed.OPEN,
    )


def _comment_or_deletion(item: Mapping[str, Any], view: View) -> Event | None:
    # A deleted comment stays in a listing as a stub without author and text, against the published schema.
    return _removed(item, view) if item.get("deleted") is True else _comment(item, view)


def _removed(item: Mapping[str, Any], view: View) -> Deletion | None:
    owner, post, comment = _comment_numbers(item, view)
    return Deletion(at.comment_id(owner, post, comment)) if owner and post and comment else None


def _comment_numbers(item: Mapping[str, Any], view: View) -> tuple[int, int, int]:
    # In a listing `owner_id` may be left out, and in an event it is `post_owner_id` that names the wall.
    owner = first((number(item.get("post_owner_id")), number(item.get("owner_id")), view.owner))
    post = first((number(item.get("post_id")), view.post))
    comment = number(item.get("id"))
    return owner or 0, max(post or 0, 0), max(comment or 0, 0)


def _message(item: Mapping[str, Any], view: View, *, own: bool = False) -> Post | None:
    peer = number(item.get("peer_id"))
    author = number(item.get("from_id"))
    message = message_number(item)
    if view.group <= 0 or not peer or not author or not message:
        return None
    # Somebody joined a chat or changed its picture: nobody said anything.
    if isinstance(item.get("action"), dict) and not item.get("text") and not item.get("attachments"):
        return None
    own = own or item.get("out") == 1 or view.ours(author)
    place = coordinates(item)
    replied = message_number(mapping(item.get("reply_message")))
    return Post(
        external_id=at.direct_id(view.group, peer, message),
        place=Place.DIRECT,
        thread=at.dialogue_id(view.group, peer),
        author=view.person(-view.group if own else author),
        text=text(item.get("text")),
        posted_at=moment(item.get("date")),
        community=at.owner_id(-view.group),
        parent=at.direct_id(view.group, peer, replied) if replied else "",
        url=at.dialogue_url(view.site, view.group, peer),
        own=own,
        attachments=attachments(item, view.site),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        edited_at=moment(item.get("update_time")),
    )


def message_number(item: Mapping[str, Any]) -> int:
    """A message's number in its dialogue; the community's own running number where that is missing; 0 = none."""
    inside = number(item.get("conversation_message_id")) or 0
    return inside if inside > 0 else max(number(item.get("id")) or 0, 0)


def _edited(post: Post | None) -> Edit | None:
    return Edit(post) if post else None


def _new_message(thing: dict[str, Any], view: View) -> Event | None:
    # Two shapes: since 5.103 the message stands inside; before, and in old recordings, the object is the message.
    return _message(thing["message"] if isinstance(thing.get("message"), dict) else thing, view)


EVENTS: Mapping[str, Callable[[dict[str, Any], View], Event | None]] = {
    "wall_post_new": _post,
    "wall_reply_new": _comment,
    "wall_reply_edit": lambda thing, view: _edited(_comment(thing, view)),
    "wall_reply_restore": lambda thing, view: _edited(_comment(thing, view)),
    "wall_reply_delete": _removed,
    **beside.EVENTS,
    "message_new": _new_message,
    "message_edit": lambda thing, view: _edited(_message(thing, view)),
    "message_reply": lambda thing, view: _message(thing, view, own=True),
}


def _known(events: Iterable[Event | None]) -> list[Event]:
    return [event for event in events if event]


def _whole(value: str) -> int | None:
    return (
        int(value)
        if value.removeprefix("-").isascii() and value.removeprefix("-").isdecimal() and len(value) < 20
        else None
    )
