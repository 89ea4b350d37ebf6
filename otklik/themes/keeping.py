"""Verbs of a theme: add, change, retire, bring back. Each is one journal row; nothing is ever deleted.

The journal's data hold ids and codes; what changed in names and keywords goes along as free words.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.themes.classifier import name_key
from otklik.themes.models import Classifier, Theme, ThemeGroup

VERBS = ("theme.add", "theme.edit", "theme.retire", "theme.return", "theme.merge")
"""Whoever keeps themes in memory looks at the last entry of these to know that they have changed."""


@dataclass(frozen=True, slots=True)
class ThemeInput:
    """What may be said of a theme. `keywords` are lower case without ё, each once."""

    name: str
    kind: str
    severity: int
    fast_track: bool
    keywords: Sequence[str]


def in_force(day: date) -> Q:
    """Themes that may be chosen and suggested on this local day: `retired_on` is the first day without the theme."""
    return Q(retired_on__isnull=True) | Q(retired_on__gt=day)


def coming() -> set[str]:
    """The codes that themes will have in the version that waits for its day."""
    plans = Classifier.objects.exclude(plan={}).values_list("plan", flat=True)
    return {theme["code"] for plan in plans for theme in plan["themes"] if "code" in theme}


def seen(theme: Theme) -> str:
    """What an editor saw, as a short mark: a change by somebody else in between makes another one."""
    return _mark(theme.name, theme.kind, theme.severity, theme.fast_track, list(theme.keywords))


def end_seen(theme: Theme) -> str:
    """The mark of what `retire` changes."""
    return _mark(theme.retired_on.isoformat() if theme.retired_on else "")


def _mark(*values: object) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def add(group: ThemeGroup, code: str, theme_input: ThemeInput, by: str, at: datetime) -> Theme:
    """A theme in force at once. `by` is the journal's actor. Raises Refused "code" or "name": another theme has it;
    "coming": one of the version that waits for its day will have the code."""
    with book.turn():
        if Theme.objects.filter(group__classifier=group.classifier_id, code=code).exists():
            raise Refused("code")
        if code in coming():
            raise Refused("coming")
        _check_name(group.pk, theme_input.name)
        theme = Theme.objects.create(group=group, code=code, **_columns(theme_input))
        _write("theme.add", theme.pk, by, at, {"group": group.pk, **_codes(theme_input)})
    return theme


def change(pk: int, theme_input: ThemeInput, was_seen: str, by: str, at: datetime) -> bool:
    """Whether anything changed. Raises Refused: "overtaken" (it is not what was seen), "name" (another has it)."""
    with book.turn():
        theme = Theme.objects.select_for_update().get(pk=pk)
        if seen(theme) != was_seen:
            raise Refused("overtaken")
        if name_key(theme_input.name) != name_key(theme.name):
            _check_name(theme.group_id, theme_input.name, pk)
        if theme_input == current(theme):
            return False
        Theme.objects.filter(pk=pk).update(**_columns(theme_input))
        was, codes = _codes(current(theme)), _codes(theme_input)
        data = {**codes, "before": {name: value for name, value in was.items() if codes[name] != value}}
        _write("theme.edit", pk, by, at, data, words=difference(current(theme), theme_input))
    return True


def retire(pk: int, on: date, was_seen: str, today: date, by: str, at: datetime) -> None:
    """From that day it is neither suggested nor chosen; cards keep it. A day still ahead may be changed.

    Raises Refused "past" for a day before today, "overtaken" when another day has been set, "late" when it is retired
    already.
    """
    if on < today:
        raise Refused("past")
    with book.turn():
        if end_seen(Theme.objects.get(pk=pk)) != was_seen:
            raise Refused("overtaken")
        if not Theme.objects.filter(in_force(today), pk=pk).update(retired_on=on):
            raise Refused("late")
        _write("theme.retire", pk, by, at, {"on": on.isoformat()})


def bring_back(pk: int, by: str, at: datetime) -> None:
    """It is in force again, and no day is set. Raises Refused "late" when it is so already."""
    with book.turn():
        if not Theme.objects.filter(pk=pk, retired_on__isnull=False).update(retired_on=None):
            raise Refused("late")
        _write("theme.return", pk, by, at, {})


def difference(was: ThemeInput, theme_input: ThemeInput) -> str:
    """What changed in words: «old → new», «+ added, − dropped»; "" when name and keywords stay."""
    lines = [f"{was.name} → {theme_input.name}"] if was.name != theme_input.name else []
    added = [f"+ {word}" for word in theme_input.keywords if word not in was.keywords]
    dropped = [f"− {word}" for word in was.keywords if word not in theme_input.keywords]
    return "\n".join([*lines, *([", ".join(added + dropped)] if added or dropped else [])])


def _check_name(group: int, name: str, pk: int = 0) -> None:
    names = Theme.objects.filter(group=group).exclude(pk=pk).values_list("name", flat=True)
    if name_key(name) in map(name_key, names):
        raise Refused("name")


def current(theme: Theme) -> ThemeInput:
    return ThemeInput(theme.name, theme.kind, theme.severity, theme.fast_track, tuple(theme.keywords))


def _columns(theme_input: ThemeInput) -> dict[str, object]:
    return {
        "name": theme_input.name,
        "kind": theme_input.kind,
        "severity": theme_input.severity,
        "fast_track": theme_input.fast_track,
        "keywords": list(theme_input.keywords),
    }


def _codes(theme_input: ThemeInput) -> dict[str, object]:
    return {
        "kind": theme_input.kind,
        "severity": theme_input.severity,
        "fast": theme_input.fast_track,
        "keywords": len(theme_input.keywords),
    }


def _write(verb: str, pk: int, by: str, at: datetime, data: dict[str, object], words: str = "") -> None:
    book.write(at=at, actor=by, verb=verb, subject=f"theme:{pk}", data=data, words=words)
