"""A link that somebody pasted → the cards of what it leads to: a post, a comment, a dialogue, a person."""

from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from otklik.finding import store
from otklik.finding.card_texts import link_key
from otklik.incidents.models import IncidentMessage
from otklik.networks.base import Address
from otklik.networks.pasted import leads_to
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Sent

MOST_LENGTH = 2000
MOST_CARDS = 1000


class LinkMatch(NamedTuple):
    network: str
    address: Address


def is_link(text: str) -> bool:
    """Whether all of the text is one address of the web, with or without «https://»."""
    bare = text.strip()
    if not bare or len(bare) > MOST_LENGTH or len(bare.split()) != 1:
        return False
    host, slash, _rest = bare.partition("://")[2].partition("/") if "://" in bare else bare.partition("/")
    return bool(slash) and "." in host.strip(".") and all(sign.isalnum() or sign in ".-:_" for sign in host)


def read(text: str) -> LinkMatch | None:
    """What the link leads to, as the first network that knows the address reads it. Pure; never raises."""
    bare = text.strip()
    for kind in NETWORKS:
        address = leads_to(kind, bare)
        if address is not None:
            return LinkMatch(kind, address)
    return None


def cards_of(text: str) -> list[int]:
    """Ids of the cards behind a link, at most the newest thousand, whoever may see them: the caller narrows them.

    A link to a post is about everybody who wrote under it; a link to a comment is about that comment, or about the
    card that was answered with it. One query for each way in which a link may lead to a card, three at most.
    """
    known = read(text)
    ids = set(_with_url(text))
    for question in _questions(known) if known else []:
        ids.update(question.order_by("-incident_id")[:MOST_CARDS])
    return sorted(ids, reverse=True)[:MOST_CARDS]


def matching(text: str) -> Q:
    """The same as a filter on cards; asks nothing by itself."""
    sql = f"SELECT {store.id_column()} FROM {store.TABLE} WHERE {store.condition()}"  # noqa: S608 our own names
    condition = Q(pk__in=RawSQL(sql, [store.exactly(link_key(text))]))  # noqa: S611 the words are a parameter
    known = read(text)
    for question in _questions(known) if known else []:
        condition |= Q(pk__in=question)
    return condition


def _with_url(text: str) -> list[int]:
    """Cards with a message of exactly this address."""
    column = store.id_column()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {store.TABLE} WHERE {store.condition()} ORDER BY {column} DESC LIMIT {MOST_CARDS}",  # noqa: S608
            [store.exactly(link_key(text))],
        )
        return [row[0] for row in cursor.fetchall()]


def _questions(known: LinkMatch) -> list[QuerySet[IncidentMessage, int]]:
    kind, address = known
    links = IncidentMessage.objects.filter(message__network=kind).order_by()
    asked = []
    if address.message:
        asked.append(links.filter(message__external_id=address.message))
        sent_answers = Sent.objects.filter(external_id=address.message, delivery__message__network=kind)
        asked.append(IncidentMessage.objects.filter(incident__answers__deliveries__sent__in=sent_answers).order_by())
    if address.thread and address.message in ("", address.thread):
        asked.append(links.filter(message__thread__network=kind, message__thread__external_id=address.thread))
    if address.author:
        asked.append(links.filter(message__author__network=kind, message__author__external_id=address.author))
    return [one.values_list("incident_id", flat=True) for one in asked]
