"""What the people and things that the journal's entries mention are called. What is gone has no name."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from otklik.answers.models import Template
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.networks.models import Account
from otklik.people.models import Agency, User
from otklik.themes.models import Theme

_CALLED: dict[str, tuple[Any, ...]] = {
    "user": (User, "username", "last_name", "first_name", "patronymic"),
    "agency": (Agency, "short_name"),
    "incident": (Incident, "number"),
    "account": (Account, "title"),
    "theme": (Theme, "name"),
    "template": (Template, "title"),
}
_ID = re.compile(rf"({'|'.join(_CALLED)}):(\d{{1,18}})")


def names_in(entries: Iterable[Entry]) -> dict[str, str]:
    """What everything that the entries mention is called, by its code: cards by number, people by surname.

    One query, whatever they name.
    """
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        for code in _codes(entry):
            if found := _ID.fullmatch(code):
                wanted.setdefault(found[1], set()).add(int(found[2]))
    rows = [_rows(kind, ids) for kind, ids in wanted.items()]
    if not rows:
        return {}
    return {f"{kind}:{pk}": _title(kind, *rest) for kind, pk, *rest in rows[0].union(*rows[1:], all=True)}


def _rows(kind: str, ids: set[int]) -> QuerySet[Any, Any]:
    """(kind, id, name and up to three more words of it) of those that still exist."""
    model, *words = _CALLED[kind]
    some: QuerySet[Any] = model._default_manager.filter(pk__in=ids).order_by()
    named = [Cast(word, CharField()) for word in words]
    empty = [Value("", output_field=CharField())] * (4 - len(named))
    return some.values_list(Value(kind, output_field=CharField()), "pk", *named, *empty)


def _title(kind: str, first: str, last: str, name: str, patronymic: str) -> str:
    if kind != "user":
        return first
    return User(username=first, last_name=last, first_name=name, patronymic=patronymic).initials


def _codes(entry: Entry) -> Iterable[str]:
    data: dict[str, Any] = entry.data if isinstance(entry.data, dict) else {}
    yield entry.actor
    yield entry.subject
    yield f"incident:{entry.incident}"
    if entry.verb.startswith("grant."):
        yield f"agency:{data.get('agency')}"
    if entry.verb == "agency.move":
        yield f"agency:{data.get('to')}"
    if entry.verb == "incident.pass_on":
        yield f"user:{data.get('from')}"
        yield f"user:{data.get('to')}"
