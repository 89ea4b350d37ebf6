"""A few cards to find, and the step that takes in their words."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from otklik.finding.index import index
from otklik.finding.search import search
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.cards import open_cards
from otklik.incidents.models import Findable, Incident
from otklik.journal import book
from otklik.lib.due import claim
from otklik.lib.text import fold
from otklik.networks.models import Account, Source
from otklik.people.models import User

_NUMBERS = count(1)
LEASE = timedelta(minutes=5)


def make_source() -> Source:
    account = Account.objects.create(network="vk", external_id="1", title="Город", sandbox=True)
    return Source.objects.create(
        network="vk", kind=Source.Kind.OWN, external_id="1", title="Подслушано Ёлкино", account=account
    )


def make_user() -> User:
    return User.objects.create(username=f"user{next(_NUMBERS)}")


def message(source: Source, text: str, author: Author | None = None) -> Message:
    number = next(_NUMBERS)
    now = timezone.now()
    who = author or Author.objects.create(network="vk", external_id=f"id{9000 + number}", name=f"Пелагея {number}")
    thread = Thread.objects.create(network="vk", external_id=f"wall-1_{number}", source=source)
    address = f"wall-1_{number}?reply={number + 1000}"
    return Message.objects.create(
        network="vk",
        external_id=address,
        place=Message.Place.COMMENT,
        thread=thread,
        author=who,
        source=source,
        text=text,
        folded=fold(text),
        url=f"https://vk.com/{address}",
        posted_at=now,
        captured_at=now,
    )


def card(source: Source, text: str, author: Author | None = None) -> Incident:
    with book.turn():
        (made,) = open_cards([message(source, text, author)], timezone.now())
    return made


def take_in() -> int:
    """Everything that is due, in as many turns as it takes; how many rows there were."""
    done = 0
    while True:
        with book.turn():
            rows = claim(Findable, timezone.now() + timedelta(seconds=1), LEASE, 64)
            index(rows, timezone.now())
        if not rows:
            return done
        done += len(rows)


def found(words: str, most: int = 50, before: int = 0) -> list[int]:
    """Ids of the cards with these words, for somebody who may see everything."""
    return search(words, Incident.objects.all(), most, before)
