"""Payloads as they came, in which one person stands: they are emptied, and what was read out of them stays.

One that nobody has taken in yet is left alone, since others' messages are in it: whoever takes it in leaves his out and
empties it (inbox/take_in.py).
"""

import json
import re
from collections.abc import Iterator

from django.db.models import QuerySet

from otklik.inbox.models import Message
from otklik.networks.base import Deletion, Edit
from otklik.networks.models import RawEvent
from otklik.networks.raw import plain
from otklik.networks.registry import NETWORKS
from otklik.privacy.masking import SHORTEST_NICK, SHORTEST_NUMBER, mask
from otklik.privacy.trace import Trace

PIECE = 200
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def with_him(person_trace: Trace) -> list[int]:
    """The ids of such payloads. Reads every payload of the network that still has its body, a piece at a time."""
    heard = set(Message.objects.filter(pk__in=person_trace.messages, raw__isnull=False).values_list("raw", flat=True))
    needles = _needles(person_trace)
    looks = re.compile(person_trace.person.pattern) if person_trace.person.pattern else None
    mine = RawEvent.objects.filter(network=person_trace.author.network, due_at=None).exclude(body=b"")
    return [event.pk for event in _each(mine) if event.pk in heard or _is_in(event, person_trace, needles, looks)]


def empty(ids: list[int]) -> None:
    for start in range(0, len(ids), PIECE):
        RawEvent.objects.filter(pk__in=ids[start : start + PIECE]).update(body=b"", context={}, error="")


def _each(rows: QuerySet[RawEvent]) -> Iterator[RawEvent]:
    last = 0
    while True:
        piece = list(rows.filter(pk__gt=last).order_by("pk")[:PIECE])
        if not piece:
            return
        yield from piece
        last = piece[-1].pk


def _needles(person_trace: Trace) -> list[bytes]:
    """What can only be him, as it is written in a payload."""
    person = person_trace.person
    needle_texts = [nick for nick in person.nicks if len(nick) >= SHORTEST_NICK]
    needle_texts += [person.number] if len(person.number) >= SHORTEST_NUMBER else []
    ways = {text.encode(errors="replace") for text in needle_texts}
    ways |= {json.dumps(text)[1:-1].encode() for text in needle_texts}
    return sorted(ways)


def _is_in(event: RawEvent, person_trace: Trace, needles: list[bytes], looks: re.Pattern[str] | None) -> bool:
    body = bytes(event.body) + json.dumps(event.context, ensure_ascii=False).encode(errors="replace")
    if any(needle in body for needle in needles) or (
        looks and _names_him(body.decode(errors="replace"), person_trace, looks)
    ):
        return True
    # A short number is found in anything: the connector says who wrote.
    number = person_trace.person.number.encode()
    return bool(number) and len(number) < SHORTEST_NUMBER and number in body and _wrote(event, person_trace)


def _names_him(text: str, person_trace: Trace, looks: re.Pattern[str]) -> bool:
    """In whatever case, and by his phone; a namesake's is not."""
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return bool(looks.search(plain)) and mask(plain, person_trace.person, near=False) != plain


def _wrote(event: RawEvent, person_trace: Trace) -> bool:
    connector = NETWORKS.get(event.network)
    posts = [
        one.post if isinstance(one, Edit) else one
        for one in (connector.parse(plain(event)) if connector else [])
        if not isinstance(one, Deletion)
    ]
    return any(post.author.external_id == person_trace.author.external_id for post in posts)
