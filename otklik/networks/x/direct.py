"""Direct messages as events: pushed by the Activity API, or listed by the API. Pure.

The two shapes differ in everything; a message's own number is the same in both.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Attachment, Event, Place, Post
from otklik.networks.values import mapping, mappings, text
from otklik.networks.x import address as at
from otklik.networks.x import tweet
from otklik.networks.x.media import attachments, in_message
from otklik.networks.x.people import Crowd, crowd_of

GROUP = _("Это общий чат, а не личный диалог: ответ увидят все его участники")


def pushed(payload: Mapping[str, Any], account: str, context: Mapping[str, str]) -> list[Event]:
    """Messages of a `dm.received` or `dm.sent`. `account` is whose dialogue it is."""
    site = context.get("site") or at.SITE
    users = payload.get("users")
    crowd = crowd_of(mappings(list(users.values()) if isinstance(users, dict) else users), site)
    events: list[Event] = []
    for each in mappings(payload.get("direct_message_events")):
        message = mapping(each.get("message_create"))
        data = mapping(message.get("message_data"))
        sender = at.number(message.get("sender_id"))
        peer = at.number(mapping(message.get("target")).get("recipient_id")) if sender == account else sender
        event = at.number(each.get("id"))
        if each.get("type") != "message_create" or not (sender and peer and event):
            continue
        where = at.DirectAddress(account, peer, event)
        events.append(
            _message(where, sender, data, crowd, tweet.milliseconds(each.get("created_timestamp")), in_message(data))
        )
    return events


def answered(body: Mapping[str, Any], context: Mapping[str, str], *, loose: bool = False) -> list[Event]:
    """Messages of a listing, or of one event asked for by its number.

    `loose`: whose dialogue it is may be unknown; then it is called as the network calls it.
    """
    account, data = at.number(context.get("account")), body.get("data")
    includes = mapping(body.get("includes"))
    crowd = crowd_of(mappings(includes.get("users")), context.get("site") or at.SITE)
    events: list[Event] = []
    for item in [data] if isinstance(data, dict) else mappings(data):
        where = place_of(item, account) or (_nobodys(item) if loose else None)
        sender = at.number(item.get("sender_id"))
        if where and sender and item.get("event_type") in ("MessageCreate", None):
            when = tweet.when(item.get("created_at")) or tweet.born(where.event)
            events.append(_message(where, sender, item, crowd, when, attachments(item, includes)))
    return events


def place_of(item: Mapping[str, Any], account: str) -> at.DirectAddress | None:
    """Where a listed message stands: "12-34" is a dialogue of two, a number alone a chat."""
    event, talk = at.number(item.get("id")), text(item.get("dm_conversation_id"), 60)
    if not event or not account:
        return None
    first, dash, second = talk.partition("-")
    if dash and account in (first, second) and at.number(first) and at.number(second):
        return at.DirectAddress(account, second if first == account else first, event)
    return at.DirectAddress(account, talk, event, group=True) if at.number(talk) else None


def _nobodys(item: Mapping[str, Any]) -> at.DirectAddress | None:
    """Where a message of a dialogue stands of which neither side is known to be ours."""
    event, talk = at.number(item.get("id")), text(item.get("dm_conversation_id"), 60)
    first, dash, second = talk.partition("-")
    if not event or not at.number(first) or not (not dash or at.number(second)):
        return None
    return at.DirectAddress("", talk, event, group=not dash)


def _message(
    where: at.DirectAddress,
    sender: str,
    item: Mapping[str, Any],
    crowd: Crowd,
    when: datetime | None,
    attached: tuple[Attachment, ...],
) -> Post:
    return Post(
        external_id=at.direct_id(where.account, where.peer, where.event, group=where.group),
        place=Place.DIRECT,
        thread=at.dialogue_id(where.account, where.peer, group=where.group),
        author=crowd.person(sender),
        text=tweet.words(item),
        posted_at=when,
        community=where.account,
        url=at.dialogue_url(crowd.site, where.account, where.peer, group=where.group or not where.account),
        own=sender == where.account,
        attachments=attached,
        closed=GROUP if where.group else "",
    )
