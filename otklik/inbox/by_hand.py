"""A message that a person enters by hand: a link to a page of any network and the text that stands there.

So a closed community or a dead API never keeps a citizen from being answered. It goes the way of every other message.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError

from otklik.inbox.models import Author, Media, Message, Thread
from otklik.inbox.take_in import MAX_TEXT
from otklik.journal import book
from otklik.lib.address import safe_address
from otklik.lib.sentence import Sentence as _
from otklik.lib.text import clean, fold
from otklik.networks.base import Address
from otklik.networks.registry import NETWORKS
from otklik.people.models import User

CLOSED = _("Сообщение внесено вручную, и система не знает его адреса в сети: опубликуйте ответ вручную.")


@dataclass(frozen=True, slots=True)
class ManualMessage:
    """What the person says of it. `link` and `text` must be there; `picture` is washed, b"" without one."""

    network: str
    link: str
    text: str
    author: str = ""
    picture: bytes = b""


def enter(manual_message: ManualMessage, address: Address | None, by: User, at: datetime) -> tuple[Message, bool]:
    """The message at this address, and whether it is new; one that is there already is not changed.

    `address` is what the link leads to, as the network reads it. Without one the answer is published by hand.
    """
    try:
        return _enter(manual_message, address, by, at)
    except IntegrityError:  # it was heard in the network at the same moment
        return _enter(manual_message, address, by, at)


def _enter(manual_message: ManualMessage, address: Address | None, by: User, at: datetime) -> tuple[Message, bool]:
    link = safe_address(manual_message.link, 500)
    mark = f"hand:{hashlib.sha256(link.encode()).hexdigest()[:40]}"
    external_id = (address.message if address else "") or mark
    with book.writing():
        known = Message.objects.filter(network=manual_message.network, external_id=external_id).first()
        if known is not None:
            return known, False
        thread, _made = Thread.objects.get_or_create(
            network=manual_message.network,
            external_id=(address.thread if address else "") or mark,
            defaults={"url": link},
        )
        text = clean(manual_message.text, MAX_TEXT)
        folded = fold(text)
        message = Message.objects.create(
            network=manual_message.network,
            external_id=external_id,
            place=Message.Place.COMMENT,
            thread=thread,
            parent_external_id=thread.external_id,
            author=_author(manual_message, mark),
            text=text,
            folded=folded,
            text_hash=hashlib.sha256(folded.encode(errors="replace")).hexdigest() if folded else "",
            url=link,
            closed="" if external_id != mark and manual_message.network in NETWORKS else CLOSED,
            posted_at=at,
            captured_at=at,
            due_at=at,
        )
        if manual_message.picture:
            shot = Media(message=message, kind="photo")
            shot.file.save(f"by-hand-{message.pk}.jpg", ContentFile(manual_message.picture))
        data = {"message": message.pk, "network": manual_message.network}
        book.write(at=at, actor=f"user:{by.pk}", verb="message.by_hand", subject=f"message:{message.pk}", data=data)
    return message, True


def _author(manual_message: ManualMessage, mark: str) -> Author:
    """Nobody else's: who wrote is known by name at most, and a name is no proof that it is the same person."""
    author, _made = Author.objects.get_or_create(
        network=manual_message.network,
        external_id=mark,
        defaults={"name": clean(manual_message.author, 250), "url": ""},
    )
    return author
