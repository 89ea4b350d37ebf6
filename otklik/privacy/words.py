"""Takes one person out of what others wrote: in every column that kept.py calls masked, and in other people's texts.

On his own cards every row is read. Elsewhere the database looks first for what can only be him: his number, his nick,
the stem of his surname; the text itself decides.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote_plus

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet

from otklik.inbox.models import Edition, Message
from otklik.incidents.models import IncidentMessage
from otklik.incidents.workflow import find_anew
from otklik.journal import book
from otklik.journal.models import Reason
from otklik.lib.text import fold
from otklik.privacy.kept import COLLEAGUES, Kept
from otklik.privacy.masking import SHORTEST_NICK, SHORTEST_NUMBER, Person, mask
from otklik.privacy.trace import Trace

PIECE = 50
ADDRESS_LINE = ("desk.Selection", "query")
Rows = QuerySet[Any]


def near(found: Trace, now: datetime, *, write: bool) -> Counter[str]:
    """On his own cards; how many rows of each model name him. Without `write` nothing changes."""
    done: Counter[str] = Counter()
    for kept in COLLEAGUES:
        if kept.card:
            rows = _model(kept)._default_manager.filter(**{f"{kept.card}__in": found.cards})
            done[kept.model] += _go_through(kept, rows, found.person, now, near=True, write=write)
    done["inbox.Message"] += _texts(_beside(found), found.person, now, near=True, write=write)
    return done


def far(found: Trace, now: datetime, *, write: bool) -> Counter[str]:
    """Everywhere else."""
    done: Counter[str] = Counter()
    for kept in COLLEAGUES:
        told = _names_him(kept.columns, found.person)
        if told is not None:
            rows = _model(kept)._default_manager.filter(told)
            if kept.card:
                rows = rows.exclude(**{f"{kept.card}__in": found.cards})
            done[kept.model] += _go_through(kept, rows, found.person, now, near=False, write=write)
    told = _names_him(("text",), found.person)
    if told is not None:
        others = Message.objects.filter(told).exclude(author=found.author)
        done["inbox.Message"] += _texts(others, found.person, now, near=False, write=write)
        editions = Edition.objects.filter(told).exclude(message__author=found.author)
        done["inbox.Edition"] += _editions(editions, found.person, write=write)
    return done


def _model(kept: Kept) -> type[models.Model]:
    return apps.get_model(kept.model)


def _beside(found: Trace) -> QuerySet[Message]:
    """Our own words to him, as the network tells them."""
    mine = Message.objects.filter(pk__in=found.messages)
    here = Q(thread__in=found.threads) | Q(parent_external_id__in=mine.values("external_id"))
    return Message.objects.filter(here, own=True)


def _names_him(columns: Iterable[str], person: Person) -> Q | None:
    """What the database can tell of it; None where there is nothing to look for."""
    told = [nick for nick in person.nicks if len(nick) >= SHORTEST_NICK] + sorted(person.secrets)
    if person.number:
        told.append(person.number if len(person.number) >= SHORTEST_NUMBER else f"id{person.number}")
    ways = [{"icontains": piece} for piece in told]
    if len(person.names) > 1:
        longest = max((word for word in person.name.split()), key=len)
        stem = longest[: max(3, len(longest) - 3)]
        ways += [{"contains": stem}, {"contains": stem.upper()}, {"contains": quote(stem)}]
    if not ways:
        return None
    found = Q()
    for column in columns:
        for way in ways:
            for name, piece in way.items():
                found |= Q(**{f"{column}__{name}": piece})
    return found


def _pieces(rows: Rows, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True).distinct())
    for start in range(0, len(ids), PIECE):
        piece = rows.model._default_manager.filter(pk__in=ids[start : start + PIECE])
        yield list(piece.order_by("pk").values_list("pk", *columns))


def _go_through(kept: Kept, rows: Rows, person: Person, now: datetime, *, near: bool, write: bool) -> int:
    number = 0
    for piece in _pieces(rows, kept.columns):
        changed = {}
        for pk, *values in piece:
            fresh = {
                name: _fitting(rows.model, name, masked, pk)
                for name, value in zip(kept.columns, values, strict=True)
                if (masked := _masked(kept, name, value, person, near=near)) != value
            }
            if fresh:
                changed[pk] = fresh
        number += len(changed)
        if write and changed:
            _change(kept, rows.model, changed, now)
    return number


def _masked(kept: Kept, name: str, value: str, person: Person, *, near: bool) -> str:
    """What somebody has searched for is an address line: one that names him asks for nothing any more."""
    if (kept.model, name) != ADDRESS_LINE:
        return mask(value, person, near=near)
    plain = unquote_plus(value)
    return value if mask(plain, person, near=near) == plain else ""


def _change(kept: Kept, model: type[models.Model], changed: Mapping[int, Mapping[str, str]], now: datetime) -> None:
    with book.turn():
        if model is Reason:  # its seal proves the words: they are whole or they are gone
            Reason.objects.filter(pk__in=list(changed)).delete()
            return
        for pk, values in changed.items():
            model._default_manager.filter(pk=pk).update(**values)
        if kept.card:
            _find_anew(model._default_manager.filter(pk__in=list(changed)).values_list(kept.card, flat=True), now)


def _find_anew(cards: Iterable[int | None], now: datetime) -> None:
    """Whoever forgets finds them anew himself at once, by this moment (forget.py); else their step does."""
    for card in set(cards):
        if card is not None:
            find_anew(card, now)


def _fitting(model: type[models.Model], name: str, text: str, pk: int) -> str:
    """The mask may be longer than what it stands for, and two that were different may be so no more."""
    field = model._meta.get_field(name)
    most = getattr(field, "max_length", None)
    text = f"{text} {pk}" if getattr(field, "unique", False) else text
    return text if most is None else text[:most]


def _texts(rows: QuerySet[Message], person: Person, now: datetime, *, near: bool, write: bool) -> int:
    number = 0
    for piece in _pieces(rows, ("text",)):
        changed = {pk: masked for pk, text in piece if (masked := mask(text, person, near=near)) != text}
        number += len(changed)
        if write and changed:
            with transaction.atomic():
                for pk, text in changed.items():
                    Message.objects.filter(pk=pk).update(**columns_of(text))
                _find_anew(
                    IncidentMessage.objects.filter(message__in=list(changed)).values_list("incident", flat=True), now
                )
    return number


def _editions(rows: QuerySet[Edition], person: Person, *, write: bool) -> int:
    number = 0
    for piece in _pieces(rows, ("text",)):
        for pk, text in piece:
            masked = mask(text, person, near=False)
            number += masked != text
            if write and masked != text:
                Edition.objects.filter(pk=pk).update(text=masked)
    return number


def columns_of(text: str) -> dict[str, str]:
    """A message's columns that follow its text."""
    folded = fold(text)
    known = hashlib.sha256(folded.encode(errors="replace")).hexdigest() if folded else ""
    return {"text": text, "folded": folded, "text_hash": known}
