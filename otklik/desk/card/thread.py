"""The messages of a card, and the discussion they stand in: at most 50 around the one the card was opened for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value

from otklik.answers.models import ASKING
from otklik.inbox.models import Edition, Media, Message
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, IncidentMessage
from otklik.lib.address import safe_address
from otklik.networks.legal import decided_speak, may_speak
from otklik.people.access import EVERYTHING, opened
from otklik.people.models import User
from otklik.publishing.models import Sent
from otklik.publishing.voices import some_voice

MOST = 50
BEFORE = 14
BEFORE_SHOWN = 1  # what else was said earlier is folded: the card's own message stands near the top
MOST_OWN = 30


@dataclass(slots=True)
class ThreadMessage:
    """One message for showing. `mine`: it is on the card; `main`: the card was opened for it.

    `fresh`: a citizen wrote it after the last word that we published on the card, a question included. `beside`: the
    newest revision of the other cards that hold it, 0 without any. `speaks`: the law's switch lets answers out there.
    `reads`: whether the account that reads there works, None without one; `voiced`: the card's agency has an account.
    """

    message: Message
    mine: bool = False
    main: bool = False
    fresh: bool = False
    beside: int = 0
    speaks: bool = True
    reads: bool | None = None
    voiced: bool = True
    media: list[Media] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)

    @property
    def official(self) -> bool:
        return self.message.own

    @property
    def is_post(self) -> bool:
        return self.message.place == Message.Place.POST

    @property
    def is_reply(self) -> bool:
        parent = self.message.parent_external_id
        return bool(parent) and parent != self.message.thread.external_id

    @property
    def stamp(self) -> str:
        return f"{self.message.pk}.{self.message.revision}{'n' if self.fresh else ''}"


def own_messages(incident: Incident) -> list[ThreadMessage]:
    """What is on the card itself, oldest first, with its media. One query; the last 30 messages of the card."""
    spoken = Sent.objects.filter(delivery__answer__incident=OuterRef("incident"))
    last_answer_at = spoken.exclude(delivery__answer__kind__in=ASKING).order_by("-at").values("at")[:1]
    others = IncidentMessage.objects.filter(message=OuterRef("message")).exclude(incident=OuterRef("incident"))
    path = incident.agency.path if incident.agency else ""
    links = (
        IncidentMessage.objects.filter(incident=incident)
        .select_related("message__author", "message__thread", "message__source")
        .annotate(
            replied_last=Subquery(last_answer_at),
            decided=decided_speak("message__network"),
            reads=F("message__source__account__active"),
            voiced=some_voice(OuterRef("message__network"), Value(path)),
            beside=Subquery(others.order_by("-incident__revision").values("incident__revision")[:1]),
            media_id=F("message__media__pk"),
            media_kind=F("message__media__kind"),
            media_url=F("message__media__url"),
            media_title=F("message__media__title"),
            media_file=F("message__media__file"),
        )
        .order_by("-main", "-message__posted_at", "-message_id", "media_id")[: MOST_OWN * 8]
    )
    messages_by_id: dict[int, ThreadMessage] = {}
    for link in links:
        fresh = link.replied_last is not None and not link.message.own and link.message.posted_at > link.replied_last
        made = ThreadMessage(link.message, mine=True, main=link.main, fresh=fresh, beside=link.beside or 0)
        made.speaks = may_speak(link.message.network, link.decided)
        made.reads, made.voiced = link.reads, link.voiced
        thread_message = messages_by_id.setdefault(link.message_id, made)
        if link.media_id:
            hung = {"kind": link.media_kind, "url": link.media_url, "title": link.media_title, "file": link.media_file}
            thread_message.media.append(Media(pk=link.media_id, **hung))
    # The main one comes first in the query, so it is there however many followed.
    return sorted(list(messages_by_id.values())[:MOST_OWN], key=_place_in_time)


def fresh_of(thread_messages: Iterable[ThreadMessage]) -> list[ThreadMessage]:
    """What a citizen wrote since our last word, oldest first."""
    return [one for one in thread_messages if one.fresh]


def main_of(own: Iterable[ThreadMessage]) -> Message | None:
    """The message the card was opened for."""
    return next((thread_message.message for thread_message in own if thread_message.main), None)


def thread_around(user: User, incident: Incident) -> list[ThreadMessage]:
    """The card's messages among those neighbours that this user may read, as in the network: the post first, then by
    time, and each reply under what it replies to. Four queries.
    """
    own = own_messages(incident)
    main = main_of(own)
    if main is None:
        return own
    messages_by_id = {thread_message.message.pk: thread_message for thread_message in own}
    for message in _neighbours(user, main):
        if len(messages_by_id) >= MOST:
            break
        messages_by_id.setdefault(message.pk, ThreadMessage(message))
    for media in Media.objects.filter(
        message_id__in=[pk for pk, thread_message in messages_by_id.items() if not thread_message.mine]
    ):
        messages_by_id[media.message_id].media.append(media)
    add_editions(messages_by_id.values())
    return _as_branches(messages_by_id.values())


def add_editions(thread_messages: Iterable[ThreadMessage]) -> None:
    """How the edited ones read before. One query if there are any."""
    edited = {one.message.pk: one for one in thread_messages if one.message.edited_at}
    for edition in Edition.objects.filter(message_id__in=list(edited)).order_by("pk")[:200] if edited else ():
        edited[edition.message_id].editions.append(edition)


class Parts(NamedTuple):
    """A discussion for reading: the post, what was said long before the card's messages, and the rest."""

    post: list[ThreadMessage]
    earlier: list[ThreadMessage]
    rest: list[ThreadMessage]


def parts_of(around: list[ThreadMessage]) -> Parts:
    """`earlier` ends before the first of the card's messages, what it replies to, and the one that stands before it."""
    post = [thread_message for thread_message in around if thread_message.is_post and not thread_message.mine]
    rest = [thread_message for thread_message in around if not thread_message.is_post or thread_message.mine]
    first = next((number for number, thread_message in enumerate(rest) if thread_message.mine), 0)
    answered = {thread_message.message.parent_external_id for thread_message in rest if thread_message.mine}
    replied = (
        number for number, thread_message in enumerate(rest[:first]) if thread_message.message.external_id in answered
    )
    kept = min(max(first - BEFORE_SHOWN, 0), *replied, first)
    return Parts(post, rest[:kept], rest[kept:]) if kept > 1 else Parts(post, [], rest)


def whole_thread(around: list[ThreadMessage]) -> str:
    """The discussion's address in the network when we show a part of it; "" when all of it is here."""
    main = main_of(around)
    if main is None or len(around) < MOST:
        return ""
    return safe_address(main.thread.url or main.url)


def readable(user: User) -> Q:
    """The messages that a user may read beside those of a card he sees. In public that is all; in a dialogue, where one
    citizen may write to several agencies, what stands on cards that he sees, and our answers on them. Whoever sees
    every card sees the whole dialogue."""
    if EVERYTHING in opened(user):
        return Q()
    seen = visible_to(user)
    heard = IncidentMessage.objects.filter(message=OuterRef("pk"), incident__in=seen)
    spoken = Sent.objects.filter(
        external_id=OuterRef("external_id"),
        delivery__message__network=OuterRef("network"),
        delivery__answer__incident__in=seen,
    )
    return ~Q(place=Message.Place.DIRECT) | Exists(heard) | Q(Exists(spoken), own=True)


def _neighbours(user: User, main: Message) -> list[Message]:
    """The post, some messages before the main one and more after it. Each part is a bounded look into one index."""
    same = Message.objects.filter(readable(user), thread=main.thread_id)
    before = same.filter(posted_at__lt=main.posted_at).order_by("-posted_at").values("pk")[:BEFORE]
    after = same.filter(posted_at__gte=main.posted_at).order_by("posted_at").values("pk")[:MOST]
    post = Q(external_id=main.thread.external_id)
    around = same.filter(Q(pk__in=before) | Q(pk__in=after) | post).select_related("author", "thread", "source")
    return sorted(around, key=lambda message: (message.place != Message.Place.POST, message.posted_at))


def _as_branches(thread_messages: Collection[ThreadMessage]) -> list[ThreadMessage]:
    """A reply stands with what began its branch, however much later it was written; by itself if that is not here."""
    known = {thread_message.message.external_id: thread_message for thread_message in thread_messages}

    def began(thread_message: ThreadMessage) -> ThreadMessage:
        seen = {thread_message.message.external_id}
        while thread_message.is_reply and (above := known.get(thread_message.message.parent_external_id)) is not None:
            if above.is_post or above.message.external_id in seen:  # a network may tell a circle
                break
            seen.add(above.message.external_id)
            thread_message = above
        return thread_message

    def place(thread_message: ThreadMessage) -> tuple[tuple[bool, datetime, int], bool, tuple[bool, datetime, int]]:
        first = began(thread_message)
        return _place_in_time(first), thread_message is not first, _place_in_time(thread_message)

    return sorted(thread_messages, key=place)


def _place_in_time(thread_message: ThreadMessage) -> tuple[bool, datetime, int]:
    return (not thread_message.is_post, thread_message.message.posted_at, thread_message.message.pk)
