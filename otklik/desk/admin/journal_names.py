"""What the people and things that the journal's entries mention are called. What is gone has no name."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from otklik.answers.models import ApprovalPolicy, Template
from otklik.desk.admin.journal_changes import rule_words
from otklik.desk.policy_words import matter_words
from otklik.hooks.models import Subscription
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.networks.models import Account, Source
from otklik.people.models import Agency, MadeRole, ProgramToken, User
from otklik.places.models import Place
from otklik.routing.models import Norm, Rule
from otklik.themes.models import Theme, ThemeGroup

_CALLED: dict[str, tuple[Any, ...]] = {
    "user": (User, "username", "last_name", "first_name", "patronymic"),
    "agency": (Agency, "short_name"),
    "incident": (Incident, "number"),
    "account": (Account, "title"),
    "source": (Source, "title"),
    "theme": (Theme, "name"),
    "template": (Template, "title"),
    "group": (ThemeGroup, "name"),
    "place": (Place, "name"),
    "rule": (Rule, "theme__name", "group__name", "place__name", "agency__short_name"),
    "policy": (ApprovalPolicy, "theme__name", "group__name", "agency__short_name", "person__last_name"),
    "norm": (Norm, "clock"),
    "role": (MadeRole, "name"),
    "hook": (Subscription, "name"),
    "program": (ProgramToken, "name"),
}
_DATA = ("grant", "agency", "account", "rule", "template", "norm", "policy", "hook", "program")
"""Kinds of entries whose data name other things, by these names."""
_MEANT = {
    "agency": "agency",
    "was": "agency",  # of a rule; minutes of a norm, which name nobody that is shown
    "from": "agency",
    "to": "agency",
    "executor": "user",
    "owner": "user",
    "person": "user",
    "theme": "theme",
    "group": "group",
    "place": "place",
    "made": "role",
    "territory": "place",
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
    if kind == "rule":
        return rule_words(first, last, name, patronymic)
    if kind == "policy":
        return matter_words(first, last, name, patronymic)
    if kind == "norm":
        return _("Срок")
    if kind != "user":
        return first
    return User(username=first, last_name=last, first_name=name, patronymic=patronymic).initials


def _codes(entry: Entry) -> Iterable[str]:
    data: dict[str, Any] = entry.data if isinstance(entry.data, dict) else {}
    yield entry.actor
    yield f"user:{data.get('for')}"
    yield f"program:{data.get('program')}"
    yield entry.subject
    yield f"incident:{entry.incident}"
    if entry.verb == "incident.pass_on":
        yield f"user:{data.get('from')}"
        yield f"user:{data.get('to')}"
    if entry.verb.partition(".")[0] in _DATA:
        before = data.get("before")
        for told in (data, before if isinstance(before, dict) else {}):
            yield from (f"{kind}:{told[name]}" for name, kind in _MEANT.items() if told.get(name))
