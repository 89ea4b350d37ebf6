"""Takes one person out of what others wrote: in every column that kept.py calls masked, and in other people's texts.

On his own cards every row is read. Elsewhere the database looks first for what can only be him: his number, his nick,
his phone, the stem of his surname; the text itself decides.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast

from otklik.inbox.models import Message
from otklik.incidents.models import IncidentMessage
from otklik.incidents.workflow import find_anew
from otklik.journal import book
from otklik.journal.models import Reason
from otklik.lib.due import Due
from otklik.lib.text import fold
from otklik.privacy.kept import COLLEAGUES, OTHERS, Kept, Whose
from otklik.privacy.masking import Person, mask, mask_in
from otklik.privacy.trace import Trace

PIECE = 50
ADDRESS_LINE = ("desk.Selection", "query")
LISTS = "desk.Selection"
"""One's own lists: they are called after people, and by the surname alone."""
Rows = QuerySet[Any]


def everything() -> tuple[Kept, ...]:
    """Every column that he may have to be taken out of; errors of the queue, too."""
    return (*COLLEAGUES, *OTHERS, *_errors())


def near(person_trace: Trace, now: datetime, *, write: bool) -> Counter[str]:
    """On his own cards; how many rows of each model name him. Without `write` nothing changes."""
    done: Counter[str] = Counter()
    for kept in (*COLLEAGUES, *(kept for kept in OTHERS if kept.own)):
        if kept.card:
            rows = _of_others(kept, person_trace).filter(**{f"{kept.card}__in": person_trace.cards})
            done[kept.model] += _go_through(kept, rows, person_trace.person, now, near=True, write=write)
    done["inbox.Message"] += _texts(_beside(person_trace), person_trace.person, now, near=True, write=write)
    return done


def far(person_trace: Trace, now: datetime, *, write: bool) -> Counter[str]:
    """Everywhere else."""
    done: Counter[str] = Counter()
    for kept in everything():
        if kept.model == LISTS:
            rows = _model(kept)._default_manager.all()
            done[kept.model] += _go_through(kept, rows, person_trace.person, now, near=False, write=write)
        elif person_trace.person.pattern:
            rows = _naming(_of_others(kept, person_trace), kept.columns, person_trace.person)
            if kept.card:
                rows = rows.exclude(**{f"{kept.card}__in": person_trace.cards})
            done[kept.model] += _go_through(kept, rows, person_trace.person, now, near=False, write=write)
    if person_trace.person.pattern:
        others = _naming(Message.objects.exclude(author=person_trace.author), ("text",), person_trace.person)
        done["inbox.Message"] += _texts(others, person_trace.person, now, near=False, write=write)
    return done


def _errors() -> Iterator[Kept]:
    for model in apps.get_models():
        if issubclass(model, Due):
            yield Kept(model._meta.label, ("error",), Whose.MENTIONED, "why a row's work did not succeed")


def _model(kept: Kept) -> type[models.Model]:
    return apps.get_model(kept.model)


def _of_others(kept: Kept, person_trace: Trace) -> Rows:
    """Without copies of his own texts: those are emptied, and counted there (parts.py)."""
    rows = _model(kept)._default_manager.all()
    for way in kept.own:
        rows = rows.exclude(**{f"{way}__in": person_trace.messages})
    return rows


def _beside(person_trace: Trace) -> QuerySet[Message]:
    """Our own words to him, as the network tells them, and what others say to him or on his cards."""
    mine = Message.objects.filter(pk__in=person_trace.messages)
    to_him = Q(parent_external_id__in=mine.values("external_id"))
    here = to_him | Q(thread__in=person_trace.threads, own=True) | Q(incidents__in=person_trace.cards)
    return Message.objects.filter(here).exclude(author=person_trace.author)


def _naming(rows: Rows, columns: Iterable[str], person: Person) -> Rows:
    """What the database can tell of it; the text itself decides."""
    texts = {f"text_of_{name}": Cast(name, models.TextField()) for name in columns}
    naming = Q()
    for name in texts:
        naming |= Q(**{f"{name}__regex": person.pattern})
    chosen: Rows = rows.alias(**texts).filter(naming)
    return chosen


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


def _masked(kept: Kept, name: str, value: Any, person: Person, *, near: bool) -> Any:
    """What somebody has searched for is an address line: one that names him asks for nothing any more."""
    if kept.model != LISTS:
        return mask_in(value, person, near=near)
    plain = unquote_plus(value) if (kept.model, name) == ADDRESS_LINE else value
    masked = mask(mask(plain, person, near=False), person.by_surname, near=True)
    if masked == plain:
        return value
    return "" if (kept.model, name) == ADDRESS_LINE else masked


def _change(kept: Kept, model: type[models.Model], changed: Mapping[int, Mapping[str, Any]], now: datetime) -> None:
    with book.writing():
        if model is Reason:  # its seal proves the words: they are whole or they are gone
            Reason.objects.filter(pk__in=list(changed)).delete()
            return
        for pk, values in changed.items():
            model._default_manager.filter(pk=pk).update(**values)
        if kept.card:
            _find_anew(model._default_manager.filter(pk__in=list(changed)).values_list(kept.card, flat=True), now)


def _find_anew(cards: Iterable[int | None], now: datetime) -> None:
    """Whoever forgets finds them anew himself at once, by this moment (forget.py); else their step does."""
    find_anew({card for card in cards if card is not None}, now)


def _fitting(model: type[models.Model], name: str, value: Any, pk: int) -> Any:
    """The mask may be longer than what it stands for, and two that were different may be so no more."""
    if not isinstance(value, str):
        return value
    field = model._meta.get_field(name)
    most = getattr(field, "max_length", None)
    once = getattr(field, "unique", False) or any(
        name in rule.fields for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)
    )
    mark = f" {pk}" if once else ""
    return f"{value}{mark}" if most is None else f"{value[: most - len(mark)]}{mark}"


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


def columns_of(text: str) -> dict[str, str]:
    """A message's columns that follow its text."""
    folded = fold(text)
    known = hashlib.sha256(folded.encode(errors="replace")).hexdigest() if folded else ""
    return {"text": text, "folded": folded, "text_hash": known}
