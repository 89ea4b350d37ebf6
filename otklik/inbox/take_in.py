"""The step of a RawEvent: payload → messages, threads, authors, edits, deletions. One message however it was heard.

A batch is worked by sets (batch.py): what its events say is done in memory one after the other, in the order in which
they came, so that the same comes out in whatever batches they come.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, When

from otklik.inbox.batch import Batch, Heard, Key, held
from otklik.inbox.forgotten import are_left_out
from otklik.inbox.hints import is_believed, is_hint
from otklik.inbox.models import Author, Media, Message
from otklik.inbox.standing import parent_in
from otklik.lib.address import safe_address
from otklik.lib.due import finish_all
from otklik.lib.text import clean, fold
from otklik.networks.base import Attachment, Deletion, Edit, Event, MediaKind, Origin, Person, Post
from otklik.networks.models import Account, RawEvent
from otklik.networks.optional import HoldsFiles
from otklik.networks.raw import plain
from otklik.networks.registry import NETWORKS

MAX_TEXT = 20_000
MOST_MEDIA = 20
PUSHED_WITHIN = timedelta(minutes=5)  # a text that is older and that a listing was the first to tell was not pushed
LISTED = (Origin.WATCH, Origin.BACKFILL, Origin.LINK)
ATTEMPTS = 5
_LOCK = 7_104_852


def take_in(raws: list[RawEvent], now: datetime) -> None:
    """All of it in the loop's one transaction. A payload that nobody understands stays stored and is done with."""
    heard = [Heard(event, raw) for raw in raws for event in _events(raw)]
    _count(raws, heard)
    left_out = are_left_out([(raw.network, event) for event, raw in heard])
    if any(left_out):  # nor do their words stay where they were heard
        emptied = {raw.pk for (_, raw), out in zip(heard, left_out, strict=True) if out}
        RawEvent.objects.filter(pk__in=emptied).update(body=b"", context={})
    apply_all([one for one, out in zip(heard, left_out, strict=True) if not out], voices(), now, believed=False)
    finish_all(raws)


def _events(raw: RawEvent) -> list[Event]:
    connector = NETWORKS.get(raw.network)
    return connector.parse(plain(raw)) if connector else []


def _count(raws: list[RawEvent], heard: list[Heard]) -> None:
    """How many events each payload told."""
    of = dict.fromkeys((raw.pk for raw in raws), 0)
    for one in heard:
        of[one.raw.pk] += 1
    alike: dict[int, list[int]] = {}
    for pk, number in of.items():
        alike.setdefault(number, []).append(pk)
    numbers = Case(*(When(pk__in=ids, then=number) for number, ids in alike.items()))
    RawEvent.objects.filter(pk__in=of).update(events=numbers)


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
    apply_all([Heard(event, raw)], ours, now)


def remove(network: str, external_id: str, at: datetime) -> None:
    """The network shows no such text any more. One that we do not have may still be on its way to us."""
    apply(Deletion(external_id), RawEvent(network=network), frozenset(), at)


def apply_all(heard: Sequence[Heard], ours: Voices, now: datetime, *, believed: bool = True) -> None:
    """What these events do to our messages, one after the other. Not `believed`: of a push only what may be (hints.py).

    Somebody else may take in the same text at the same moment, from a push and from a listing: who comes second meets
    it when he writes, does all of it once more, and merges. Inside a transaction.
    """
    if not heard:
        return
    in_order({one.key for one in heard if isinstance(one.event, Deletion) and (believed or is_believed(one.raw))})
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                batch = Batch(heard, now)
                for one in heard:
                    _apply(batch, one, ours, believed=believed)
                batch.save()
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def _apply(batch: Batch, one: Heard, ours: Voices, *, believed: bool) -> None:
    event, raw = one
    if not believed and is_hint(event, raw, is_own(event, raw, ours), one.key in batch.gone):
        batch.hint(one)
    elif isinstance(event, Deletion):
        _delete(batch, one, event)
    elif isinstance(event, Edit):
        _change(batch, one, event.post, ours, restored=True)
    else:
        _change(batch, one, event, ours, restored=False)


def _delete(batch: Batch, one: Heard, event: Deletion) -> None:
    message = batch.messages.get(one.key)
    at = event.at or batch.now
    if message is None:
        # Events overtake each other: the message itself may still be on its way.
        batch.is_gone(one.key, at)
    elif message.deleted_at is None:
        batch.revise(message, deleted_at=at)


def _change(batch: Batch, one: Heard, post: Post, ours: Voices, *, restored: bool) -> None:
    raw, known, gone = one.raw, batch.messages.get(one.key), batch.gone.get(one.key)
    # What a listing shows is not gone, or not any more.
    listed = raw.origin in LISTED and known is None and gone is not None and gone.at < raw.received_at
    if restored or listed:
        batch.is_back(one.key)
    if known is not None:
        _merge(batch, known, post, raw, restored=restored)
    elif not is_history(post, raw.context.get("since", "")):
        _create(batch, one, post, ours)


def _create(batch: Batch, one: Heard, post: Post, ours: Voices) -> None:
    raw, (network, address) = one.raw, one.key
    text = clean(post.text, MAX_TEXT)
    folded = fold(text)
    own = is_own(post, raw, ours)
    gone = batch.gone.get(one.key)
    message = Message(
        network=network,
        external_id=address,
        place=post.place.value,
        thread=batch.thread(post, raw),
        parent_external_id=post.parent[:250],
        author=_author(batch, post.author, raw, own),
        source_id=batch.source(post, raw),
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
        posted_at=post.posted_at or batch.now,
        captured_at=raw.received_at,
        edited_at=post.edited_at,
        deleted_at=gone.at if gone else None,
        due_at=batch.now,
    )
    batch.add(message)
    batch.hang(message, _media(message, post.attachments, batch.now))
    if message.source_id is None:
        return
    if raw.origin == Origin.PUSH:
        batch.pushed(message.source_id, raw.received_at)
    elif raw.origin in LISTED and message.captured_at - message.posted_at > PUSHED_WITHIN:
        batch.listed(message.source_id, raw, message.posted_at)


def _merge(batch: Batch, known: Message, post: Post, raw: RawEvent, *, restored: bool) -> None:
    """The same message once more: a newer text changes it, anything else only fills what was not known."""
    if known.forgotten_at:
        return
    text = clean(post.text, MAX_TEXT)
    changes: dict[str, object] = {}
    if text != known.text and _is_newer(known, post, raw, restored=restored):
        edited_at = post.edited_at or raw.received_at
        batch.edition(known, edited_at)
        folded = fold(text)
        changes |= {"text": text, "folded": folded, "text_hash": _hash(folded), "edited_at": edited_at}
        batch.hang(known, _media(known, post.attachments, batch.now))
    shown = raw.origin in LISTED and known.deleted_at is not None and known.deleted_at < raw.received_at
    if known.deleted_at and (restored or shown):
        changes["deleted_at"] = None
    if changes:
        batch.revise(known, **changes)
    opened = post.opened and raw.origin != Origin.PUSH  # whoever knows a hook's secret could say it
    closed = clean(post.closed, 200)
    if closed != known.closed and (closed or opened):
        batch.change(known, closed=closed)
    if post.engagement > known.engagement:
        batch.change(known, engagement=min(post.engagement, 2**31 - 1))
    author, name = batch.author_of(known), clean(post.author.name, 250)
    if name and not author.name and author.forgotten_at is None:
        batch.rename(author, name)


def is_history(post: Post, since: str) -> bool:
    """Whether it was written before its place began to be read: whoever reads back names that moment in the context."""
    return bool(since) and post.posted_at is not None and post.posted_at < datetime.fromisoformat(since)


def settle_place(external_id: str, post: Post, raw: RawEvent, now: datetime) -> None:
    """Where the text stands and what hangs on it, as a look at this one text shows them; a listing is not asked.

    Inside the transaction that took the text over.
    """
    batch = Batch([Heard(Edit(post), raw)], now)
    known = batch.messages[raw.network, external_id]
    changes: dict[str, object] = {}
    if post.thread[:250] != known.thread.external_id:
        changes["thread"] = batch.thread(post, raw)
    if parent_in(post.parent[:250], post.thread[:250]) != parent_in(known.parent_external_id, known.thread.external_id):
        changes["parent_external_id"] = post.parent[:250]
    hangs = sorted(item.kind.value for item in post.attachments[:MOST_MEDIA])
    others = hangs != sorted(known.media.values_list("kind", flat=True))
    if others:
        batch.hang(known, _media(known, post.attachments, now))
    if changes or others:
        batch.revise(known, **changes)
    batch.save()


def _is_newer(known: Message, post: Post, raw: RawEvent, *, restored: bool) -> bool:
    """Whether this text was written after the one we have. Events overtake each other; a late «new» changes nothing.

    A listing shows the text as it stands when it is read, and seldom tells that it was edited.
    """
    if post.edited_at:
        return known.edited_at is None or post.edited_at >= known.edited_at
    return restored or (raw.origin in LISTED and raw.received_at > (known.edited_at or known.captured_at))


def _author(batch: Batch, person: Person, raw: RawEvent, own: bool) -> Author:
    key, name = (raw.network, person.external_id[:120]), clean(person.name, 250)
    author = batch.authors.get(key)
    if author is None:
        batch.authors[key] = author = Author(
            network=key[0],
            external_id=key[1],
            name=name,
            url=safe_address(person.url, 500),
            is_community=person.is_community,
            ours=own,
            heard_by_id=raw.account_id,
            due_at=None if name else batch.now,
        )
    elif name and name != author.name and author.forgotten_at is None:
        batch.rename(author, name)
    return author


def _where(address: str, network: str) -> str:
    """An address that may be gone to, or a reference that the network itself takes; "" for anything else."""
    connector: object = NETWORKS.get(network)
    if isinstance(connector, HoldsFiles) and address.startswith(connector.file_prefix):
        return clean(address, 2000)
    return safe_address(address)


def _media(message: Message, attachments: tuple[Attachment, ...], now: datetime) -> list[Media]:
    return [
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
    ]


def _hash(folded: str) -> str:
    return hashlib.sha256(folded.encode(errors="replace")).hexdigest() if folded else ""


# Events overtake each other: the end of a text may be heard before the text itself, and by another worker.
#
# One would write that a text is gone which he does not have, and the other, at the same moment, the text whose end he
# does not see. So nobody takes anything in while such an end is written down. SQLite lets one write at a time anyway.
def in_order(ends: set[Key]) -> None:
    """Until the end of this transaction nobody writes down an end meanwhile; if one of `ends` is of a text that is not
    here, nobody takes anything in. Before any row is locked, so that two never wait for each other crosswise."""
    if connection.vendor != "postgresql":
        return
    lock = "pg_advisory_xact_lock" if ends - held(ends) else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [_LOCK])
