"""«Без обратной связи»: who has written and has had no published word. Six queries for any number of cards.

The unit is an author on a card. He is in the register from his first message there until a word of ours stands under
his words, or nothing is owed to him any more.

- A published word is a `Sent` under a message of his: a first, an interim or a final answer of the card, of the card
  that answers for it, or of one that was gathered into it; his own copy of it, or what a person published by hand and
  gave the link of. Of an answer in parts the first part will do: the rest is the matter of «Не доставлено».
- A question and the link to a survey are no word: they want something of him. A copy that was given up, refused, or
  never left is none either, and neither is a reply from an agency that nobody published.
- Whoever stands there under a name of ours is no citizen. A community that is not ours is one: people write through it.
- Whoever has deleted everything he wrote here cannot be answered; whoever was forgotten is known to nobody.
- What the machine takes for thanks or noise is owed nothing, unless it is the main message of a card that a person has
  assigned: then it is he who has said that it is a matter. A card that a person has dismissed as noise has no unheard
  authors, and neither has one that was closed because no answer is needed or its words are gone: those were looked at
  and said with a reason. Closed for another reason without a word is a person unheard, and stays in the register.
- A gathered card is counted where its messages went on, and nowhere twice. A message on two cards that are answered
  together counts on both, since both owe an answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from otklik.answers.models import Answer
from otklik.answers.voices import ASKS_NOTHING, COPIED
from otklik.feedback.registers.models import Unheard
from otklik.feedback.registers.promises import Cards, cards_of, is_gathered
from otklik.incidents.models import CloseReason, Incident, IncidentMessage, State
from otklik.publishing.models import Delivery, Sent
from otklik.triage.models import Verdict

NOTHING_OWED = (CloseReason.NO_ANSWER_NEEDED, CloseReason.DELETED, CloseReason.GATHERED)
"""Why a card ended, where a person has said that nobody waits for a word on it, or that he waits elsewhere."""
D = Delivery.State


class CitizenMessage(NamedTuple):
    """A citizen's message on a card."""

    card: int
    message: int
    author: int
    main: bool
    at: datetime
    deleted: bool


def unheard_on(ids: Collection[int]) -> list[Unheard]:
    """As rows that are not saved."""
    cards = cards_of(ids)
    open_ids = [card.pk for card in cards.asked.values() if _owes(card)]
    messages = _messages(open_ids)
    idle = _idle(cards, messages)
    related = {*cards.asked, *cards.gathered, *cards.leaders} if messages else set()
    informed_pairs, dropped = _answered_authors(related), _dropped(related)
    rows_by_key: dict[tuple[int, int], Unheard] = {}
    for one in messages:
        near = _near(cards, one.card)
        if (one.message, one.card) in idle or any((card, one.author) in informed_pairs for card in near):
            continue
        row = rows_by_key.setdefault(
            (one.card, one.author), Unheard(incident_id=one.card, author_id=one.author, since=one.at)
        )
        row.message_id = row.message_id if one.deleted else one.message
        is_dropped = any((card, one.author) in dropped for card in near)
        row.way = Unheard.Way.DROPPED if is_dropped else row.way
    mains = {(one.card, one.author) for one in messages if one.main}
    for key, row in rows_by_key.items():
        if key not in mains and row.way == Unheard.Way.USUAL:
            row.way = Unheard.Way.GATHERED
    return [row for row in rows_by_key.values() if row.message_id is not None]


def _owes(card: Incident) -> bool:
    if is_gathered(card) or card.state == State.NOISE:
        return False
    return not (card.state == State.DONE and card.close_reason in NOTHING_OWED)


def _messages(cards: Collection[int]) -> list[CitizenMessage]:
    """By people who are known, in the order in which they wrote. What the network's clock tells too late is taken from
    when we heard it."""
    links = IncidentMessage.objects.filter(
        incident__in=cards, message__own=False, message__author__ours=False, message__author__forgotten_at__isnull=True
    )
    names = ("incident_id", "message_id", "message__author_id", "main", "message__posted_at", "message__captured_at")
    messages = [
        CitizenMessage(card, message, author, main, min(posted, captured), deleted is not None)
        for card, message, author, main, posted, captured, deleted in links.values_list(*names, "message__deleted_at")
    ]
    return sorted(messages, key=lambda one: (one.at, one.message))


def _idle(cards: Cards, messages: list[CitizenMessage]) -> set[tuple[int, int]]:
    """(message, card) of what asks for nothing there."""
    verdicts = Verdict.objects.filter(message__in={one.message for one in messages}).order_by("pk")
    kinds = dict(verdicts.values_list("message_id", "kind")) if messages else {}
    return {
        (one.message, one.card)
        for one in messages
        if kinds.get(one.message) in ASKS_NOTHING and not (one.main and cards.asked[one.card].assigned_at is not None)
    }


def _near(cards: Cards, card: int) -> Iterable[int]:
    """The cards whose words are said to the authors of this one as well."""
    leader = cards.asked[card].answered_with_id
    return (card, *([leader] if leader else ()), *cards.into(card))


def _answered_authors(cards: Collection[int]) -> set[tuple[int, int]]:
    """(card, author) of everybody who has had a word of an answer of that card."""
    sent = Sent.objects.filter(delivery__answer__incident__in=cards, delivery__answer__kind__in=COPIED)
    return set(sent.values_list("delivery__answer__incident_id", "delivery__message__author_id")) if cards else set()


def _dropped(cards: Collection[int]) -> set[tuple[int, int]]:
    """(card, author) whose copy a person has given up: recalled for good, and none on its way."""
    copies = Delivery.objects.filter(
        Q(state=D.RECALLED) | Q(state__in=(D.QUEUED, D.SENDING, D.UNKNOWN)),
        answer__incident__in=cards,
        answer__copy_of__isnull=False,
        answer__state=Answer.State.APPROVED,
    )
    states: dict[tuple[int, int], set[str]] = defaultdict(set)
    rows = copies.values_list("answer__incident_id", "message__author_id", "state") if cards else ()
    for card, author, state in rows:
        states[card, author].add(state)
    return {key for key, copy_states in states.items() if copy_states == {D.RECALLED}}
