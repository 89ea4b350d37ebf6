"""The step of a RawEvent: payload → messages, threads, authors, edits, deletions. One message however it was heard."""

import hashlib
from datetime import datetime, timedelta

from otklik.inbox.forgotten import without_forgotten
from otklik.inbox.hints import is_hint, note
from otklik.inbox.models import Author, Edition, Gone, Media, Message, Thread
from otklik.inbox.standing import parent_in
from otklik.lib.address import safe_address
from otklik.lib.due import finish
from otklik.lib.text import clean, fold
from otklik.networks.base import Attachment, Deletion, Edit, Event, MediaKind, Origin, Person, Post
from otklik.networks.models import Account, RawEvent, Source
from otklik.networks.optional import HoldsFiles
from otklik.networks.outage import notice
from otklik.networks.raw import plain
from otklik.networks.registry import NETWORKS

MAX_TEXT = 20_000
MOST_MEDIA = 20
PUSHED_WITHIN = timedelta(minutes=5)  # a text that is older and that a listing was the first to tell was not pushed
PLACES = (Source.Kind.OWN, Source.Kind.FOREIGN)
LISTED = (Origin.WATCH, Origin.BACKFILL, Origin.LINK)


def take_in(raws: list[RawEvent], now: datetime) -> None:
    """All of it in the loop's one transaction. A payload that nobody understands stays stored and is done with."""
    ours = voices()
    for raw in raws:
        connector = NETWORKS.get(raw.network)
        events = connector.parse(plain(raw)) if connector else []
        told = without_forgotten(events, raw.network)
        if len(told) < len(events):  # nor do his words stay where they were heard
            RawEvent.objects.filter(pk=raw.pk).update(body=b"", context={})
        for event in told:
            if is_hint(event, raw, is_own(event, raw, ours)):
                note(event, raw, now)
            else:
                apply(event, raw, ours, now)
        RawEvent.objects.filter(pk=raw.pk).update(events=len(events))
        finish(raw)


def voices() -> frozenset[tuple[str, str]]:
    """(network, author id) of all our voices: our own words never open a card, whoever read them."""
    known = Account.objects.filter(network__in=NETWORKS).values_list("network", "external_id")
    return frozenset((network, NETWORKS[network].voice(external_id)) for network, external_id in known)


Voices = frozenset[tuple[str, str]]


def is_own(event: Event, raw: RawEvent, ours: Voices) -> bool:
    """Whether it is a text that one of our voices wrote."""
    return isinstance(event, Post) and (event.own or (raw.network, event.author.external_id) in ours)


def apply(event: Event, raw: RawEvent, ours: Voices, now: datetime) -> None:
    """What an event does to our messages, once it is believed."""
    if isinstance(event, Deletion):
        _delete(event, raw.network, now)
    elif isinstance(event, Edit):
        _change(event.post, raw, ours, now, restored=True)
    else:
        _change(event, raw, ours, now, restored=False)


def remove(network: str, external_id: str, at: datetime) -> None:
    """The network shows no such text any more. One that we do not have may still be on its way to us."""
    _delete(Deletion(external_id), network, at)


def _delete(event: Deletion, network: str, now: datetime) -> None:
    address = event.external_id[:250]
    message = Message.objects.filter(network=network, external_id=address).first()
    if message is None:
        # Events overtake each other: the message itself may still be on its way.
        Gone.objects.get_or_create(network=network, external_id=address, defaults={"at": event.at or now})
    elif message.deleted_at is None:
        Message.objects.filter(pk=message.pk).update(
            deleted_at=event.at or now, revision=message.revision + 1, due_at=now
        )


def _change(post: Post, raw: RawEvent, ours: Voices, now: datetime, *, restored: bool) -> None:
    external_id = post.external_id[:250]
    known = Message.objects.select_for_update().filter(network=raw.network, external_id=external_id).first()
    gone = Gone.objects.filter(network=raw.network, external_id=external_id)
    if restored:
        gone.delete()
    elif raw.origin in LISTED and known is None:
        gone.filter(at__lt=raw.received_at).delete()  # the network shows it: it is not gone, or not any more
    if known is None:
        if is_history(post, raw.context.get("since", "")):
            return
        _create(post, external_id, raw, ours, now)
    else:
        _merge(known, post, raw, now, restored=restored)


def _create(post: Post, external_id: str, raw: RawEvent, ours: Voices, now: datetime) -> None:
    text = clean(post.text, MAX_TEXT)
    folded = fold(text)
    own = is_own(post, raw, ours)
    message = Message.objects.create(
        network=raw.network,
        external_id=external_id,
        place=post.place.value,
        thread=_thread(post, raw),
        parent_external_id=post.parent[:250],
        author=_author(post.author, raw, own, now),
        source=_source(post, raw),
        raw=raw,
        own=own,
        text=text,
        folded=folded,
        text_hash=_hash(folded),
        url=safe_address(post.url, 500),
        closed=clean(post.closed, 200),
        latitude=post.latitude,
        longitude=post.longitude,
        engagement=min(max(post.engagement, 0), 2**31 - 1),
        posted_at=post.posted_at or now,
        captured_at=raw.received_at,
        edited_at=post.edited_at,
        deleted_at=Gone.objects.filter(network=raw.network, external_id=external_id)
        .values_list("at", flat=True)
        .first(),
        due_at=now,
    )
    _attach(message, post.attachments, now)
    if message.source is None:
        return
    if raw.origin == Origin.PUSH:
        Source.objects.filter(pk=message.source.pk).update(last_event_at=raw.received_at)
        return
    pushed = raw.account is not None and raw.account.options.get("push") is True
    if pushed and raw.origin in LISTED and message.captured_at - message.posted_at > PUSHED_WITHIN:
        notice(message.source, message.posted_at, raw.received_at)


def _merge(known: Message, post: Post, raw: RawEvent, now: datetime, *, restored: bool) -> None:
    """The same message once more: a newer text changes it, anything else only fills what was not known."""
    if known.forgotten_at:
        return
    text = clean(post.text, MAX_TEXT)
    changes: dict[str, object] = {}
    if text != known.text and _is_newer(known, post, raw, restored=restored):
        edited_at = post.edited_at or raw.received_at
        Edition.objects.create(message=known, text=known.text, until=edited_at)
        folded = fold(text)
        changes |= {"text": text, "folded": folded, "text_hash": _hash(folded), "edited_at": edited_at}
    shown = raw.origin in LISTED and known.deleted_at is not None and known.deleted_at < raw.received_at
    if known.deleted_at and (restored or shown):
        changes["deleted_at"] = None
    if changes:
        Message.objects.filter(pk=known.pk).update(**changes, revision=known.revision + 1, due_at=now)
    if "text" in changes:
        known.media.all().delete()
        _attach(known, post.attachments, now)
    opened = post.opened and raw.origin != Origin.PUSH  # whoever knows a hook's secret could say it
    if (post.closed and post.closed != known.closed) or (opened and known.closed):
        Message.objects.filter(pk=known.pk).update(closed=clean(post.closed, 200))
    if post.engagement > known.engagement:
        Message.objects.filter(pk=known.pk).update(engagement=min(post.engagement, 2**31 - 1))
    if post.author.name:
        Author.objects.filter(pk=known.author_id, name="", forgotten_at=None).update(name=clean(post.author.name, 250))


def is_history(post: Post, since: str) -> bool:
    """Whether it was written before its place began to be read: whoever reads back names that moment in the context."""
    return bool(since) and post.posted_at is not None and post.posted_at < datetime.fromisoformat(since)


def settle_place(network: str, external_id: str, post: Post, raw: RawEvent, now: datetime) -> None:
    """Where the text stands and what hangs on it, as a look at this one text shows them; a listing is not asked.

    Inside the transaction that took the text over.
    """
    known = (
        Message.objects.select_for_update(of=("self",))
        .select_related("thread")
        .get(network=network, external_id=external_id)
    )
    changes: dict[str, object] = {}
    if post.thread[:250] != known.thread.external_id:
        changes["thread"] = _thread(post, raw)
    if parent_in(post.parent[:250], post.thread[:250]) != parent_in(known.parent_external_id, known.thread.external_id):
        changes["parent_external_id"] = post.parent[:250]
    hangs = sorted(item.kind.value for item in post.attachments[:MOST_MEDIA])
    if hangs != sorted(known.media.values_list("kind", flat=True)):
        known.media.all().delete()
        _attach(known, post.attachments, now)
        changes["due_at"] = now
    if changes:
        Message.objects.filter(pk=known.pk).update(**{**changes, "revision": known.revision + 1, "due_at": now})


def _is_newer(known: Message, post: Post, raw: RawEvent, *, restored: bool) -> bool:
    """Whether this text was written after the one we have. Events overtake each other; a late «new» changes nothing.

    A listing shows the text as it stands when it is read, and seldom tells that it was edited.
    """
    if post.edited_at:
        return known.edited_at is None or post.edited_at >= known.edited_at
    return restored or (raw.origin in LISTED and raw.received_at > (known.edited_at or known.captured_at))


def _source(post: Post, raw: RawEvent) -> Source | None:
    """The read place that the text stands in: one account may hear several, by one stream or one hook."""
    if not post.community or (raw.source is not None and post.community == raw.source.external_id):
        return raw.source
    named = Source.objects.filter(network=raw.network, external_id=post.community, kind__in=PLACES)
    return named.order_by("pk").first() or raw.source


def _thread(post: Post, raw: RawEvent) -> Thread:
    thread, _ = Thread.objects.get_or_create(
        network=raw.network,
        external_id=post.thread[:250],
        defaults={"community": post.community[:120], "source": _source(post, raw)},
    )
    return thread


def _author(person: Person, raw: RawEvent, own: bool, now: datetime) -> Author:
    name = clean(person.name, 250)
    author, made = Author.objects.get_or_create(
        network=raw.network,
        external_id=person.external_id[:120],
        defaults={
            "name": name,
            "url": safe_address(person.url, 500),
            "is_community": person.is_community,
            "ours": own,
            "heard_by": raw.account,
            "due_at": None if name else now,
        },
    )
    if not made and name and name != author.name and author.forgotten_at is None:
        Author.objects.filter(pk=author.pk).update(name=name)
    return author


def _where(address: str, network: str) -> str:
    """An address that may be gone to, or a reference that the network itself takes; "" for anything else."""
    connector: object = NETWORKS.get(network)
    if isinstance(connector, HoldsFiles) and address.startswith(connector.file_prefix):
        return clean(address, 2000)
    return safe_address(address)


def _attach(message: Message, attachments: tuple[Attachment, ...], now: datetime) -> None:
    Media.objects.bulk_create(
        Media(
            message=message,
            kind=item.kind.value,
            url=_where(item.url, message.network),
            preview=_where(item.preview, message.network),
            title=clean(item.title, 250),
            width=min(max(item.width, 0), 100_000),
            height=min(max(item.height, 0), 100_000),
            due_at=now if item.kind == MediaKind.PHOTO or item.preview else None,
        )
        for item in attachments[:MOST_MEDIA]
    )


def _hash(folded: str) -> str:
    return hashlib.sha256(folded.encode(errors="replace")).hexdigest() if folded else ""
