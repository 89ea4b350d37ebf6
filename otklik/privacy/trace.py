"""Who is to be forgotten, and what of him there is: his texts up to a moment, their threads, their cards."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from otklik.inbox.models import Author, Edition, Message, Thread
from otklik.incidents.models import IN_HAND, Incident
from otklik.networks.registry import NETWORKS
from otklik.privacy.masking import Person, secrets_in, spelt_as
from otklik.privacy.profile import known_id, nick_of, number_of, profile

PREFIX = "forgotten-"
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Trace:
    """`messages`, `threads` and `cards` are ids; a message that was emptied already is not among them. `threads` are
    those that by their address lead to this person alone: his dialogues with us, and posts of his own page where nobody
    else has written. `anew`: he has written since `at`.
    """

    author: Author
    at: datetime
    person: Person
    messages: Sequence[int]
    threads: Sequence[int]
    cards: Sequence[int]
    anew: bool


def authors_at(address: str) -> list[Author]:
    """Those whom this address fits: a link to a profile in any spelling, or «vk:5» as the product itself writes it."""
    exact = known_id(address)
    if exact:
        return list(Author.objects.filter(network=exact[0], external_id=exact[1], forgotten_at=None))
    link_profile = profile(address)
    ways = Q(url__in=_spelt(address))
    if link_profile:
        here = Q(external_id__in=link_profile.external_ids)
        if link_profile.nick:
            here |= Q(url__iendswith=f"/{link_profile.nick}") | Q(url__iendswith=f"/{link_profile.nick}/")
        ways |= here & Q(network=link_profile.network)
    return list(Author.objects.filter(ways, forgotten_at=None).order_by("pk"))


def authors_like(typed: str, most: int) -> list[Author]:
    """Those whom this may mean: by an address as above, by the network's number, or by every word of a name, in
    whatever case. At most so many; communities and our own voices are none of them."""
    bare = typed.strip()
    number = bare.removeprefix("id")
    people = Author.objects.filter(forgotten_at=None, is_community=False, ours=False).order_by("pk")
    if number.isascii() and number.isdigit():
        spelt = {number, *(network.numbered.format(number) for network in NETWORKS.values())}
        return list(people.filter(external_id__in=spelt)[:most])
    if "/" in bare or known_id(bare):
        return [author for author in authors_at(bare) if not (author.is_community or author.ours)][:most]
    words = bare.removeprefix("@").split()[:_MOST_WORDS]
    if not words:
        return []
    called = Q()
    for word in words:
        called &= Q(name__regex=spelt_as(word))
    if len(words) == 1:
        called |= Q(url__iendswith=f"/{words[0]}")
    return list(people.filter(called)[:most])


def trace(author: Author, at: datetime) -> Trace:
    """Everything of this author that was written up to `at`. Six queries."""
    mine = Message.objects.filter(author=author)
    older = mine.filter(posted_at__lte=at)
    messages = older.filter(forgotten_at=None)
    ids = list(messages.order_by("pk").values_list("pk", flat=True))
    cards = Incident.objects.filter(links__message__in=older).order_by("pk").distinct()
    before = Edition.objects.filter(message__in=ids).values_list("text", flat=True)
    return Trace(
        author,
        at,
        person_of(author, [*messages.values_list("text", flat=True), *before]),
        ids,
        list(_own_threads(ids).values_list("pk", flat=True)),
        list(cards.values_list("pk", flat=True)),
        mine.filter(posted_at__gt=at).exists(),
    )


def person_of(author: Author, texts: Sequence[str] = ()) -> Person:
    """What is looked for in others' words; `texts` are his own, for the numbers that he has left in them."""
    nick = nick_of(author.url, author.external_id)
    return Person(number_of(author.external_id), author.name, frozenset([nick] if nick else []), secrets_in(texts))


def open_cards(person_trace: Trace) -> QuerySet[Incident]:
    """Those on which somebody still has to do something for him."""
    return Incident.objects.filter(pk__in=person_trace.cards, state__in=IN_HAND).order_by("number")


def nobody() -> str:
    """A new address that leads nowhere, in place of one that leads to a person."""
    return f"{PREFIX}{secrets.token_hex(12)}"


def _own_threads(messages: Sequence[int]) -> QuerySet[Thread]:
    mine = Message.objects.filter(pk__in=messages)
    dialogues = Q(pk__in=mine.filter(place=Message.Place.DIRECT).values("thread"))
    posts = Q(external_id__in=mine.filter(place=Message.Place.POST).values("external_id"))
    others = Message.objects.filter(own=False).exclude(pk__in=messages)
    return Thread.objects.filter(dialogues | posts).exclude(pk__in=others.values("thread"))


def _spelt(address: str) -> list[str]:
    """As an author's address may be kept: with and without the last stroke."""
    bare = address.strip().rstrip("/")
    whole = bare if "://" in bare else f"https://{bare}"
    sandbox = [f"{settings.SANDBOX_ADDRESS}/{network.prefix}/{bare}" for network in NETWORKS.values()]
    return [whole, f"{whole}/", *(sandbox if settings.MODE == "demo" and "/" not in bare else [])]
