"""Puts what our rows tell of into the sandbox, so that every link leads to a page and every open card can be answered.

The sandbox gives its own numbers, and our rows take them over: its addresses, and the links to its pages. Texts are
planted in the order of their writing, with the time of their writing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from otklik.demo.control import Control
from otklik.demo.elsewhere import OPENING
from otklik.demo.history.addresses import UNPLANTED, number_in
from otklik.demo.texts import handle
from otklik.demo.walls import BOARDS, EDITOR, Board
from otklik.inbox.models import Author, Message, Thread
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Sent

MOST_IN_BATCH = 2_000
LEAD = re.compile(r"^(?:@\w+ )+")
"""Names in front of a reply: X puts them there itself."""
BY_SOURCE = {(board.network, board.source): board for board in BOARDS}
Row = TypeVar("Row")


@dataclass(slots=True)
class Planted:
    """What the sandbox gave: addresses by our ids, one text of each thread, links by address, and addresses by the
    former ones."""

    messages: dict[int, str] = field(default_factory=dict)
    threads: dict[int, str] = field(default_factory=dict)
    shown: dict[int, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)


def plant(control: Control, *, again: bool) -> int:
    """Plant what is not there yet; with `again` everything, since the sandbox knows nothing any more.

    Returns how many threads were planted. Our rows change only when all of it stands. Raises NoSandbox.
    """
    plantings = [_plant_network(control, network, again) for network in NETWORKS]
    with transaction.atomic():
        for network, planted in zip(NETWORKS, plantings, strict=True):
            if again:
                _let_go(network, planted)
            _take_over(network, planted)
    return sum(len(planted.threads) for planted in plantings)


def _plant_network(control: Control, network: str, again: bool) -> Planted:
    path, planted = f"/control/{NETWORKS[network].prefix}", Planted()
    texts = Message.objects.filter(network=network, deleted_at=None)
    if not again:
        texts = texts.filter(external_id__startswith=UNPLANTED)
    messages = _in_order(texts.select_related("author", "source", "thread__source", "raw__account"))
    standing = [one for one in messages if one.place == Message.Place.DIRECT or _board(one) is not None]
    people = {one.author_id: one.author for one in standing if number_in(network, one.author.external_id)}
    for persons in _batches(_person(author) for author in people.values() if not author.ours):
        control.post(f"{path}/people/batch", people=persons)
    posts = _posts(standing)
    for one in standing:  # whose post was never heard, or is deleted
        if one.place == Message.Place.COMMENT and one.thread_id not in {*posts, *planted.threads}:
            made = control.post(f"{path}/texts", place=_standing(one).name, text=OPENING)
            planted.threads[one.thread_id] = str(made["address"])
    for some in _batches(one for one in standing if not (one.place == Message.Place.DIRECT and one.own)):
        _plant_some(control, path, some, planted)
    for addresses in _batches(planted.shown.values()):
        planted.links |= control.post(f"{path}/links", threads=addresses)["links"]
    return planted


def _in_order(messages: Iterable[Message]) -> list[Message]:
    """As they were written, and nothing before the post that it stands under, whatever the clocks said."""
    by_time = sorted(messages, key=lambda one: (one.posted_at, one.pk))
    begun: dict[int, datetime] = {}
    for one in by_time:
        begun.setdefault(one.thread_id, one.posted_at)
    posts = Message.Place.POST
    return sorted(by_time, key=lambda one: (begun[one.thread_id], 0) if one.place == posts else (one.posted_at, 1))


def _plant_some(control: Control, path: str, some: Sequence[Message], planted: Planted) -> None:
    """One batch; what stands under another text of it names that by its place in the batch."""
    places, posts, texts = dict[str, int](), dict[int, int](), list[dict[str, Any]]()
    for place, one in enumerate(some):
        places[one.external_id] = place
        if one.place == Message.Place.POST:
            posts[one.thread_id] = place
        above: str | int | None = places.get(one.parent_external_id, planted.renamed.get(one.parent_external_id))
        post: str | int | None = posts.get(one.thread_id, planted.threads.get(one.thread_id))
        texts.append(_text(one, above if above is not None else post))
    addresses = control.post(f"{path}/texts/batch", texts=texts)["addresses"]
    for one, address in zip(some, addresses, strict=True):
        planted.messages[one.pk] = planted.renamed[one.external_id] = planted.shown[one.thread_id] = address
        if one.place == Message.Place.POST:
            planted.threads[one.thread_id] = address
        elif one.place == Message.Place.DIRECT:
            planted.threads[one.thread_id] = _dialogue(address)


def _text(message: Message, above: str | int | None) -> dict[str, Any]:
    """A text as the control API takes it. No `person`: the place itself speaks."""
    text = message.text
    if message.network == "x" and message.place == Message.Place.COMMENT:
        text = LEAD.sub("", text)
    payload: dict[str, Any] = {"text": text or "?", "at": int(message.posted_at.timestamp())}
    if message.place == Message.Place.DIRECT:
        account = message.raw.account if message.raw else None
        number = account.external_id if account else _standing(message).voice
        return payload | {"to": number, "person": number_in(message.network, message.author.external_id)}
    board = _standing(message)
    if message.place == Message.Place.POST:
        return payload | {"place": board.name, "person": _speaker(message, board) if not message.own else ""}
    return payload | {"under": above, "person": _speaker(message, board)}


def _speaker(message: Message, board: Board) -> str:
    """Who writes it there: a person, one of our accounts, or "" for the place itself."""
    author, number = message.author, number_in(message.network, message.author.external_id)
    if not (author.is_community or author.ours):
        return number
    if board.network == "vk":
        bare = author.external_id.removeprefix("club")
        return f"-{bare}" if bare != board.name and bare.isdecimal() else ""
    if board.network == "x" or author.external_id.startswith("max:user:"):
        return number or board.name
    return str(EDITOR) if board.foreign and author.ours else ""


def _person(author: Author) -> dict[str, str]:
    number = number_in(author.network, author.external_id)
    name = author.name or "Без имени"
    # As the network told it, or as the history does.
    called = author.url.rpartition("/")[2] or handle(name, int(number))
    return {"id": number, "name": name, "handle": {"instagram": author.name, "x": called}.get(author.network, "")}


def _posts(messages: Sequence[Message]) -> set[int]:
    return {one.thread_id for one in messages if one.place == Message.Place.POST}


def _board(message: Message) -> Board | None:
    source = message.source or message.thread.source
    return BY_SOURCE.get((message.network, source.external_id)) if source else None


def _standing(message: Message) -> Board:
    """The place where it stands. ValueError for a text that stands in none of ours."""
    board = _board(message)
    if board is None:
        raise ValueError(f"{message.external_id} stands in no place of the demonstration")
    return board


def _dialogue(address: str) -> str:
    """The address of the dialogue in which a message stands."""
    return address.partition("?")[0] if "?" in address else address.rpartition(":")[0]


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(islice(left, MOST_IN_BATCH)):
        yield some


def _let_go(network: str, planted: Planted) -> None:
    """What is not planted again, as it was deleted, stands nowhere now: its address is free for other texts."""
    for model, addresses in ((Message, planted.messages), (Thread, planted.threads)):
        rows = model._default_manager.filter(network=network).values_list("pk", flat=True)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {model._meta.db_table} SET external_id = %s, url = '' WHERE id = %s",  # noqa: S608 - our own
                [(f"lost:{pk}", pk) for pk in rows if pk not in addresses],
            )


def _take_over(network: str, planted: Planted) -> None:
    """Our rows now stand where the sandbox has them. No two of them have one address on the way there."""
    site = settings.SANDBOX_ADDRESS
    links = {address: site + path for address, path in planted.links.items()}
    renamed = planted.renamed
    sent = Sent.objects.filter(delivery__message__network=network).values_list("pk", "external_id")
    address_updates = [(renamed[old], links.get(renamed[old], ""), pk) for pk, old in sent if old in renamed]
    parents = Message.objects.filter(Q(network=network) & ~Q(parent_external_id=""))
    above = [(renamed[old], pk) for pk, old in parents.values_list("pk", "parent_external_id") if old in renamed]
    with connection.cursor() as cursor:
        for model, addresses in ((Message, planted.messages), (Thread, planted.threads)):
            table = model._meta.db_table
            cursor.executemany(
                f"UPDATE {table} SET external_id = %s WHERE id = %s",  # noqa: S608 - our own two tables
                [(f"{UNPLANTED}{pk}", pk) for pk in addresses],
            )
            cursor.executemany(
                f"UPDATE {table} SET external_id = %s, url = %s WHERE id = %s",  # noqa: S608
                [(address, links.get(address, ""), pk) for pk, address in addresses.items()],
            )
        cursor.executemany(f"UPDATE {Message._meta.db_table} SET parent_external_id = %s WHERE id = %s", above)  # noqa: S608
        of_sent = f"UPDATE {Sent._meta.db_table} SET external_id = %s, url = %s WHERE id = %s"  # noqa: S608
        cursor.executemany(of_sent, address_updates)
