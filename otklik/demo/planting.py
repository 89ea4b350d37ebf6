"""Puts the threads of cards that are still open into the sandbox, so that they can be answered there.

History's own addresses are numbered high; the sandbox gives its own numbers, and our rows take them over. A thread is
planted once: its post, then its comments in the order of their writing.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from otklik.demo.control import Control
from otklik.demo.walls import OWN, REGION
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Incident, State
from otklik.networks.models import Account
from otklik.publishing.models import Sent

CLOSED = (State.DONE, State.NOISE)
MOST_IN_BATCH = 1_000
FIRST_NUMBER = 1_000_000  # as history.threads numbers its posts
VOICES = {f"club{wall.number}": wall.number for wall in OWN}


def plant(control: Control, *, again: bool) -> int:
    """Plant what is not there yet; with `again` everything, since the sandbox knows nothing any more.

    Returns how many threads were planted. Raises NoSandbox.
    """
    wanted = _threads(again)
    people = _people(wanted)
    for author in people:
        first, _, last = (author.name or "Без имени").partition(" ")
        control.post("/control/vk/people", id=_number(author.external_id), first_name=first, last_name=last)
    for thread in wanted:
        _plant_one(control, thread)
    return len(wanted)


def _threads(again: bool) -> list[Thread]:
    """Threads in the sandbox's network under which a card is still open."""
    sandbox = Account.objects.filter(sandbox=True).values("pk")
    open_cards = Incident.objects.exclude(state__in=CLOSED).values("pk")
    found = Thread.objects.filter(
        network="vk", source__account__in=sandbox, messages__links__incident__in=open_cards
    ).distinct()
    return [thread for thread in found.order_by("pk") if again or _from_history(thread)]


def _from_history(thread: Thread) -> bool:
    return int(thread.external_id.rpartition("_")[2]) >= FIRST_NUMBER


def _people(threads: Sequence[Thread]) -> list[Author]:
    wrote = Message.objects.filter(thread__in=threads).values("author")
    return list(Author.objects.filter(pk__in=wrote, is_community=False).order_by("pk"))


def _plant_one(control: Control, thread: Thread) -> None:
    """The post, then the comments level by level: a reply needs the number of what it replies to."""
    messages = list(Message.objects.filter(thread=thread).select_related("author").order_by("posted_at", "pk"))
    post = next((one for one in messages if one.place == Message.Place.POST), None)
    if post is None:
        return
    owner = -int((post.source.external_id if post.source else "") or REGION.number)
    made = control.post("/control/vk/posts", owner_id=owner, text=post.text, author=owner)
    number, address = int(made["post_id"]), str(made["address"])
    given: dict[str, tuple[int, str]] = {post.external_id: (0, address)}
    waiting = [one for one in messages if one.pk != post.pk and one.deleted_at is None]
    known = {one.external_id for one in waiting}
    while waiting:
        ready = [one for one in waiting if one.parent_external_id not in known or one.parent_external_id in given]
        ready = ready[:MOST_IN_BATCH] or waiting[:1]
        comments = [_comment(one, owner, number, given) for one in ready]
        answers = control.post("/control/vk/batch", comments=comments)["comments"]
        for one, answer in zip(ready, answers, strict=True):
            given[one.external_id] = (int(answer["comment_id"]), str(answer["address"]))
        waiting = [one for one in waiting if one.external_id not in given]
    _take_over(thread, messages, given, address)


def _comment(message: Message, owner: int, post: int, given: dict[str, tuple[int, str]]) -> dict[str, Any]:
    parent, _ = given.get(message.parent_external_id, (0, ""))
    author = message.author
    return {
        "owner_id": owner,
        "post_id": post,
        "author": -VOICES.get(author.external_id, REGION.number)
        if author.is_community
        else _number(author.external_id),
        "text": message.text,
        "reply_to": parent,
    }


def _take_over(thread: Thread, messages: list[Message], given: dict[str, tuple[int, str]], address: str) -> None:
    """Our rows now stand where the sandbox has them."""
    site = f"{settings.SANDBOX_ADDRESS}/vk/"
    with transaction.atomic():
        Thread.objects.filter(pk=thread.pk).update(external_id=address, url=site + address)
        for message in messages:
            if message.external_id not in given:
                continue
            _, fresh = given[message.external_id]
            _, parent = given.get(message.parent_external_id, (0, message.parent_external_id))
            Message.objects.filter(pk=message.pk).update(
                external_id=fresh, url=site + fresh, parent_external_id=parent if message.parent_external_id else ""
            )
            if message.own:
                Sent.objects.filter(external_id=message.external_id).update(external_id=fresh, url=site + fresh)


def _number(external_id: str) -> int:
    return int(external_id.removeprefix("id"))
