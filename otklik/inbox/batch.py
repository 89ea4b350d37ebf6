"""The rows that a batch of events concerns: read in sets, changed in memory event by event, written in sets.

Each event sees what the events before it did to a row, whether that is in the database yet or not.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, Q

from otklik.inbox.hints import address_of
from otklik.inbox.models import Author, Edition, Gone, Hint, Media, Message, Thread
from otklik.networks.base import Deletion, Edit, Event, Post
from otklik.networks.models import Account, RawEvent, Source
from otklik.networks.outage import PLACES, notice

MOST = 1000
"""Rows of one statement."""
Key = tuple[str, str]
Row = TypeVar("Row", bound=Model)


class Heard(NamedTuple):
    """An event and the payload that it was read from."""

    event: Event
    raw: RawEvent

    @property
    def post(self) -> Post | None:
        """The text in the event; None when it has none."""
        if isinstance(self.event, Deletion):
            return None
        return self.event.post if isinstance(self.event, Edit) else self.event

    @property
    def key(self) -> Key:
        """Network and external id of the text that it concerns."""
        return self.raw.network, address_of(self.event)[:250]


class Batch:
    """Reads the rows that these events concern and locks the messages among them. Inside a transaction."""

    def __init__(self, heard: Iterable[Heard], now: datetime) -> None:
        self.now = now
        heard = list(heard)
        posts = [(one.raw, post) for one in heard if (post := one.post)]
        addresses = {one.key for one in heard}
        messages = Message.objects.select_for_update(no_key=True).order_by("pk")
        self.messages: dict[Key, Message] = {(one.network, one.external_id): one for one in _named(messages, addresses)}
        self.gone: dict[Key, Gone] = {
            (one.network, one.external_id): one for one in _named(Gone.objects.all(), addresses)
        }
        threads = {(raw.network, post.thread[:250]) for raw, post in posts}
        self.threads: dict[Key, Thread] = {
            (one.network, one.external_id): one for one in _named(Thread.objects.all(), threads)
        }
        self._read_authors(posts)
        self._read_sources(posts)
        self._fresh: list[Message] = []
        self._editions: list[Edition] = []
        self._hangs: dict[Key, list[Media]] = {}
        self._bare: list[Message] = []
        self._back: list[Gone] = []
        self._changed: dict[int, tuple[Message, set[str]]] = {}
        self._renamed: dict[int, Author] = {}
        self._hints: dict[Key, Hint] = {}
        self._pushed: dict[int, datetime] = {}
        self._listed: dict[tuple[int, int], tuple[RawEvent, datetime]] = {}

    def _read_authors(self, posts: list[tuple[RawEvent, Post]]) -> None:
        named = {(raw.network, post.author.external_id[:120]) for raw, post in posts}
        authors: dict[int, Author] = {one.pk: one for one in _named(Author.objects.all(), named)}
        self.authors: dict[Key, Author] = {(one.network, one.external_id): one for one in authors.values()}
        others = {one.author_id for one in self.messages.values()} - authors.keys()
        self._by_id: dict[int, Author] = authors | Author.objects.in_bulk(others)

    def _read_sources(self, posts: list[tuple[RawEvent, Post]]) -> None:
        """The ids alone: cursors are encrypted, and decrypting them costs more than all the rest."""
        reading = {raw.source_id for raw, _ in posts if raw.source_id}
        names = Source.objects.filter(pk__in=reading).values_list("pk", "external_id") if reading else ()
        self._reading = dict(names)
        named = {(raw.network, post.community) for raw, post in posts if self._is_from_elsewhere(post, raw)}
        places = Source.objects.filter(kind__in=PLACES).order_by("-pk").values_list("network", "external_id", "pk")
        self._places = {(network, name): pk for network, name, pk in _named(places, named)}

    def _is_from_elsewhere(self, post: Post, raw: RawEvent) -> bool:
        return bool(post.community) and post.community != self._reading.get(raw.source_id or 0)

    def source(self, post: Post, raw: RawEvent) -> int | None:
        """The source that the text belongs to: one stream or webhook of an account may serve several sources."""
        if not self._is_from_elsewhere(post, raw):
            return raw.source_id
        return self._places.get((raw.network, post.community), raw.source_id)

    def thread(self, post: Post, raw: RawEvent) -> Thread:
        key = raw.network, post.thread[:250]
        if key not in self.threads:
            columns = {"community": post.community[:120], "source_id": self.source(post, raw)}
            self.threads[key] = Thread(network=key[0], external_id=key[1], **columns)
        return self.threads[key]

    def author_of(self, message: Message) -> Author:
        """Its author, with the changes that this batch has made."""
        return self._by_id[message.author_id] if message.pk else message.author

    def rename(self, author: Author, name: str) -> None:
        author.name = name
        if author.pk:
            self._renamed[author.pk] = author

    def add(self, message: Message) -> None:
        self.messages[message.network, message.external_id] = message
        self._fresh.append(message)

    def change(self, message: Message, **values: Any) -> None:
        """Set these columns; the message's step does not run again for that."""
        for name, value in values.items():
            setattr(message, name, value)
        if message.pk:
            self._changed.setdefault(message.pk, (message, set()))[1].update(values)

    def revise(self, message: Message, **values: Any) -> None:
        """Set these columns and make the message due for its step again."""
        self.change(message, **values, revision=message.revision + 1, due_at=self.now)

    def edition(self, message: Message, until: datetime) -> None:
        """Keep the present text as an edition."""
        self._editions.append(Edition(message=message, text=message.text, until=until))

    def hang(self, message: Message, media: list[Media]) -> None:
        """Attach exactly these media to the message."""
        if message.pk:
            self._bare.append(message)
        self._hangs[message.network, message.external_id] = media

    def is_gone(self, key: Key, at: datetime) -> None:
        """Note that a text that we do not have was deleted. An earlier note stays."""
        self.gone.setdefault(key, Gone(network=key[0], external_id=key[1], at=at))

    def is_back(self, key: Key) -> None:
        if (gone := self.gone.pop(key, None)) and gone.pk:
            self._back.append(gone)

    def hint(self, one: Heard) -> None:
        """Keep it for the check (check.py). A later hint about the same text replaces it: one check answers both."""
        raw, (network, address) = one.raw, one.key
        columns = {"account_id": raw.account_id, "source_id": raw.source_id, "raw": raw, "due_at": self.now}
        self._hints[one.key] = Hint(network=network, external_id=address, **columns)

    def pushed(self, source: int, at: datetime) -> None:
        """A push brought a text of this source."""
        self._pushed[source] = at

    def listed(self, source: int, raw: RawEvent, posted_at: datetime) -> None:
        """Polling brought a text of this source that a push should have brought long ago."""
        before = self._listed.get((source, raw.pk), (raw, posted_at))[1]
        self._listed[source, raw.pk] = raw, max(before, posted_at)

    def save(self) -> None:
        """Raises IntegrityError where another worker has just written one of the rows that are new here. Every worker
        writes the tables in this order and the rows of each in one order, so that none waits for another crosswise."""
        _remove(Gone, self._back)
        _create(Gone, sorted((gone for gone in self.gone.values() if not gone.pk), key=_name))
        _create(Thread, sorted((thread for thread in self.threads.values() if not thread.pk), key=_name))
        _create(Author, sorted((author for author in self.authors.values() if not author.pk), key=_name))
        # The older first: in this order they are judged.
        _create(Message, sorted(self._fresh, key=lambda one: (one.posted_at, *_name(one))))
        self._save_changes()
        for piece in _pieces(self._bare):
            Media.objects.filter(message__in=piece).delete()
        _create(Media, [one for media in self._hangs.values() for one in media])
        _create(Edition, self._editions)
        _rename(self._renamed)
        for source, at in sorted(self._pushed.items()):
            Source.objects.filter(pk=source).update(last_event_at=at)
        hint_columns = ["account", "source", "raw", "due_at", "set_aside_at"]
        hints = sorted(self._hints.values(), key=_name)
        _create(
            Hint, hints, update_conflicts=True, unique_fields=["network", "external_id"], update_fields=hint_columns
        )
        self._notice()

    def _save_changes(self) -> None:
        """The rows have been locked since they were read."""
        alike: dict[tuple[str, ...], list[Message]] = {}
        for message, names in self._changed.values():
            alike.setdefault(tuple(sorted(names)), []).append(message)
        for columns, messages in alike.items():
            Message.objects.bulk_update(messages, columns, batch_size=MOST)

    def _notice(self) -> None:
        """Only of accounts that are pushed to."""
        if not self._listed:
            return
        accounts = {raw.account_id for raw, _ in self._listed.values() if raw.account_id}
        options_by_account = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "options"))
        for (source, _), (raw, posted_at) in sorted(self._listed.items(), key=lambda one: one[0][0]):
            if options_by_account.get(raw.account_id or 0, {}).get("push") is True:
                notice(source, posted_at, raw.received_at)


def held(keys: set[Key]) -> set[Key]:
    """Which of these keys have a message already."""
    return set(_named(Message.objects.values_list("network", "external_id"), keys))


def _name(row: Any) -> Key:
    return row.network, row.external_id


def _pieces(rows: list[Any]) -> Iterator[list[Any]]:
    return (rows[start : start + MOST] for start in range(0, len(rows), MOST))


def _any_of(keys: list[Key]) -> Q:
    """The rows with one of these networks and addresses."""
    of: dict[str, list[str]] = {}
    for network, name in keys:
        of.setdefault(network, []).append(name)
    return reduce(or_, (Q(network=network, external_id__in=names) for network, names in of.items()))


def _named(rows: Any, keys: set[Key]) -> Iterator[Any]:
    for piece in _pieces(sorted(keys)):
        yield from rows.filter(_any_of(piece))


def _remove(model: type[Row], rows: list[Row]) -> None:
    for piece in _pieces([row.pk for row in rows]):
        model._default_manager.filter(pk__in=piece).delete()


def _create(model: type[Row], rows: list[Row], **conflicts: Any) -> None:
    if rows:
        model._default_manager.bulk_create(rows, batch_size=MOST, **conflicts)


def _rename(authors: dict[int, Author]) -> None:
    """An author who was forgotten meanwhile stays without a name."""
    for piece in _pieces(sorted(authors)):
        here = Author.objects.select_for_update(no_key=True).order_by("pk").filter(pk__in=piece, forgotten_at=None)
        Author.objects.bulk_update([authors[pk] for pk in here.values_list("pk", flat=True)], ["name"])
