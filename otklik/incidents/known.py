"""Whose matter is it, when somebody writes again?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from otklik.inbox.models import Message
from otklik.incidents.gathering import listening
from otklik.incidents.models import Incident, IncidentMessage, State

Address = tuple[str, str]
"""A network, and the address of a text there."""


class _Above(NamedTuple):
    """What is known of the text that is replied to: whether it is ours, what it replies to, where its thread is."""

    own: bool
    parent: str
    thread: str


class _Held(NamedTuple):
    """The cards that may hear by their ids, and the ids by whose texts they hold, of which address, in which thread."""

    cards: Mapping[int, Incident]
    by_author: Mapping[int, Collection[int]]
    by_address: Mapping[Address, Collection[int]]
    by_thread: Mapping[int, Collection[int]]

    def of(self, message: Message, where: Collection[int]) -> list[Incident]:
        """Of these cards his own, the youngest first."""
        mine = set(self.by_author.get(message.author_id, ())) & set(where) & self.cards.keys()
        return [self.cards[pk] for pk in sorted(mine, reverse=True)]


def known_cards(messages: Sequence[Message]) -> dict[int, list[Incident]]:
    """By the id of each message the running or closed cards on which its author speaks again; without those of none.
    At most seven queries, however many messages there are.

    That is the card of the text he replies to (his own, or our answer to him), and in a dialogue his latest card. His
    own text may stand on several: of two matters in one message nobody knows which he means, so both hear; of cards
    that were gathered the one that goes on hears.
    """
    asking = [message for message in messages if in_dialogue(message) or message.parent_external_id]
    if not asking:
        return {}
    above = _above(asking)
    held = _held(asking, above)
    latest = {message.pk: cards[0] for message in asking if (cards := _of_dialogue(message, held))}
    beside = _beside(latest.values())
    cards_by_message = {pk: listening([card, *beside.get(card.pk, ())]) for pk, card in latest.items()}
    for message in asking:
        if not in_dialogue(message):
            answered = listening(held.of(message, held.by_address.get(_parent(message), ())))
            cards_by_message[message.pk] = answered or listening(_of_unheard_answer(message, held, above))
    return {pk: cards for pk, cards in cards_by_message.items() if cards}


def in_dialogue(message: Message) -> bool:
    return message.place == Message.Place.DIRECT


def _parent(message: Message) -> Address:
    return message.network, message.parent_external_id


def _above(asking: Iterable[Message]) -> dict[Address, _Above]:
    parents = {_parent(message) for message in asking if not in_dialogue(message)}
    if not parents:
        return {}
    networks, addresses = zip(*parents, strict=True)
    rows = Message.objects.filter(network__in=set(networks), external_id__in=set(addresses)).values_list(
        "network", "external_id", "own", "parent_external_id", "thread__external_id"
    )
    return {(network, address): _Above(own, parent, thread) for network, address, own, parent, thread in rows}


def _held(asking: Sequence[Message], above: Mapping[Address, _Above]) -> _Held:
    """Everything that may come into question for any of them."""
    addresses = [*above, *((network, one.parent) for (network, _), one in above.items() if one.own and one.parent)]
    by_address: dict[Address, set[int]] = defaultdict(set)
    by_thread: dict[int, set[int]] = defaultdict(set)
    by_author: dict[int, set[int]] = defaultdict(set)
    links = IncidentMessage.objects.order_by()
    if addresses:
        known = links.filter(
            message__network__in={network for network, _ in addresses},
            message__external_id__in={address for _, address in addresses},
        )
        for network, address, card in known.values_list("message__network", "message__external_id", "incident"):
            by_address[network, address].add(card)
    dialogues = {message.thread_id for message in asking if in_dialogue(message)}
    if dialogues:
        running = links.filter(message__thread__in=dialogues).exclude(incident__state=State.DONE)
        _fill(by_thread, running.values_list("message__thread", "incident"))
    comments = {message.thread_id for message in asking if not in_dialogue(message) and _deeper(message)}
    if comments:
        leaving = links.filter(message__thread__in=comments, incident__state=State.PUBLISHING)
        _fill(by_thread, leaving.values_list("message__thread", "incident"))
    ids = {card for cards in (*by_address.values(), *by_thread.values()) for card in cards}
    if ids:
        authors = links.filter(incident__in=ids, message__author__in={message.author_id for message in asking})
        _fill(by_author, authors.values_list("message__author", "incident"))
    his = {card for cards in by_author.values() for card in cards}
    return _Held(Incident.objects.in_bulk(his) if his else {}, by_author, by_address, by_thread)


def _fill(cards_by_key: dict[int, set[int]], rows: Iterable[tuple[int, int]]) -> None:
    for key, card in rows:
        cards_by_key[key].add(card)


def _deeper(message: Message) -> bool:
    """Whether it answers a text under the post rather than the post itself."""
    return message.parent_external_id != message.thread.external_id


def _of_dialogue(message: Message, held: _Held) -> list[Incident]:
    there = held.of(message, held.by_thread.get(message.thread_id, ())) if in_dialogue(message) else []
    return [card for card in there if card.state != State.DONE]


def _beside(latest: Iterable[Incident]) -> dict[int, list[Incident]]:
    """For each of these cards the others that hold a message of it and are not done, the youngest first."""
    ids = {card.pk for card in latest}
    if not ids:
        return {}
    shared = IncidentMessage.objects.filter(message__links__incident__in=ids, message__own=False).order_by()
    pairs = {
        (one, other)
        for one, other in shared.values_list("message__links__incident", "incident")
        if one in ids and other != one
    }
    others = Incident.objects.exclude(state=State.DONE).in_bulk({other for _, other in pairs}) if pairs else {}
    others_by_card: dict[int, list[Incident]] = defaultdict(list)
    for one, other in sorted(pairs, reverse=True):
        if other in others:
            others_by_card[one].append(others[other])
    return others_by_card


def _of_unheard_answer(message: Message, held: _Held, above: Mapping[Address, _Above]) -> list[Incident]:
    """He replies to words that stand on no card. Events overtake each other: they may be our answer, which was carried
    out before we were told so, or what somebody of ours said on the network's own site."""
    one = above.get(_parent(message))
    if not _deeper(message) or (one is not None and not one.own):
        return []
    if one is not None and one.parent not in ("", one.thread):
        return held.of(message, held.by_address.get((message.network, one.parent), ()))
    there = held.of(message, held.by_thread.get(message.thread_id, ()))
    return [card for card in there if card.state == State.PUBLISHING]
