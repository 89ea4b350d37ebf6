"""Cards as verbs need them: opening one, who may see it, what may be done with it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from otklik.inbox.models import Message
from otklik.incidents.models import Counter, Heard, Incident, IncidentMessage
from otklik.incidents.workflow import MOVES, Change, record, record_all
from otklik.lib.kept import STAND_IN, KeptRows, keep_rows
from otklik.people.access import may, opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission


def visible_to(user: User) -> QuerySet[Incident]:
    """The cards this user may see, and no others."""
    return Incident.objects.filter(reach(user))


def sees(user: User, incident: Incident) -> bool:
    """Whether this card is among them, by the agency and the place that it has here."""
    agency, place = (whose.path if whose else "" for whose in (incident.agency, incident.place))
    return any(
        agency.startswith(within.agency) and (not place or place.startswith(within.place)) for within in opened(user)
    )


def visible_through(user: User, name: str, permissions: Collection[Permission] | None = None) -> Q:
    """The same for rows that hang on a card by a relation of that name: a condition on their own join, since databases
    put a second one together for every card there is."""
    return _through(reach(user, permissions), name)


def _through(condition: Q, name: str) -> Q:
    nested_condition = Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        if isinstance(child, tuple):
            nested_condition.children.append((f"{name}__{child[0]}", child[1]))
        elif isinstance(child, Q):
            nested_condition.children.append(_through(child, name))
        else:
            raise TypeError(f"a reach does not hold a {type(child).__name__}")
    return nested_condition


def may_move(user: User, incident: Incident, verb: str) -> bool:
    """Whether this user's grants allow the move on this card, whatever state it is in."""
    return may_on(user, incident, MOVES[verb].permissions)


def may_on(user: User, incident: Incident, permissions: Collection[Permission]) -> bool:
    """Whether a grant of the user that has one of these permissions reaches this card."""
    return may(
        user,
        permissions,
        incident.agency.path if incident.agency else "",
        incident.place.path if incident.place else "",
    )


def moves_for(user: User, incident: Incident) -> set[str]:
    """The verbs that this user may do with this card now."""
    return {
        verb
        for verb, rule in MOVES.items()
        if incident.state in rule.before and rule.permissions and may_move(user, incident, verb)
    }


def next_numbers(count: int) -> range:
    """Consecutive numbers for new cards, without holes: the counter's row is locked until the transaction ends."""
    Counter.objects.get_or_create(name="incident")
    Counter.objects.filter(name="incident").update(value=F("value") + count)
    last = Counter.objects.values_list("value", flat=True).get(name="incident")
    return range(last - count + 1, last + 1)


def open_cards(
    messages: Sequence[Message],
    at: datetime,
    actor: str = "machine:triage",
    known: Sequence[Mapping[str, Any]] = (),
) -> list[Incident]:
    """A new card for each message, due for routing at once. `known` are columns of each from the start. As many
    statements as for one. Inside `book.writing()`.

    The citizen's clock starts when the message was posted, or when we captured it if the network's clock runs ahead.
    """
    if not messages:
        return []
    cards = [
        Incident(
            number=number,
            network=message.network,
            started_at=min(message.posted_at, message.captured_at),
            created_at=at,
            due_at=at,
            **columns,
        )
        for number, message, columns in zip(
            next_numbers(len(messages)), messages, known or [{}] * len(messages), strict=True
        )
    ]
    Incident.objects.bulk_create(cards)
    IncidentMessage.objects.bulk_create(
        IncidentMessage(incident=card, message=message, main=True, linked_at=at)
        for card, message in zip(cards, messages, strict=True)
    )
    opened = zip(cards, messages, strict=True)
    record_all([Change(card.pk, "open", {"message": message.pk}) for card, message in opened], at=at, actor=actor)
    return cards


def add_message(incident: Incident, message: Message, at: datetime, actor: str) -> None:
    """Gather one more message on a card. Safe to repeat. Inside `book.writing()`."""
    _, fresh = IncidentMessage.objects.get_or_create(incident=incident, message=message, defaults={"linked_at": at})
    if fresh:
        record(incident, "gather", at=at, actor=actor, data={"message": message.pk})


def hear_again(card_messages: Sequence[tuple[Incident, Message]], at: datetime, actor: str = "machine:triage") -> None:
    """Of each message on each of its cards the author wrote again: gathered there, and handed on to the step that
    listens, once. Safe to repeat. Inside `book.writing()`, with the cards locked."""
    if not card_messages:
        return
    pairs = {(card.pk, message.pk): None for card, message in card_messages}
    there = IncidentMessage.objects.filter(
        incident__in={card for card, _ in pairs}, message__in={message for _, message in pairs}
    )
    known = set(there.values_list("incident", "message"))
    fresh = [pair for pair in pairs if pair not in known]
    IncidentMessage.objects.bulk_create(
        IncidentMessage(incident_id=card, message_id=message, linked_at=at) for card, message in fresh
    )
    record_all([Change(card, "gather", {"message": message}) for card, message in fresh], at=at, actor=actor)
    first = {message: card for card, message in reversed(pairs)}
    Heard.objects.bulk_create(
        [Heard(incident_id=card, message_id=message, at=at, due_at=at) for message, card in sorted(first.items())],
        ignore_conflicts=True,
    )


def hear_changed(messages: Sequence[Message], at: datetime) -> None:
    """What authors wrote again is edited or deleted: the step that listens is to hear it as it stands now. Inside
    `book.writing()`."""
    heard = Heard.objects.filter(message__in=messages).order_by("pk").select_for_update(no_key=True)
    Heard.objects.filter(pk__in=list(heard.values_list("pk", flat=True))).update(due_at=at)


def main_message(incident: Incident) -> Message:
    """The message the card was opened for. Raises Message.DoesNotExist."""
    for message in _main(connection.vendor).ask({STAND_IN: incident.pk}):
        return message
    raise Message.DoesNotExist


@cache
def _main(vendor: str) -> KeptRows[Message]:
    main = Message.objects.filter(links__incident=STAND_IN, links__main=True)
    return keep_rows(main.select_related("author", "thread", "source"))
