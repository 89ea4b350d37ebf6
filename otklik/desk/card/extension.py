"""«Продлить срок» on the card: an agency asks with a reason and a day, an operator or a curator decides."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from otklik.incidents.cards import may_move
from otklik.incidents.handing import HELD, answers_for, leads
from otklik.incidents.models import Incident
from otklik.lib.days import day_of
from otklik.people.models import User
from otklik.routing import extensions
from otklik.routing.models import Extension


@dataclass(frozen=True, slots=True)
class Here:
    """Who answers the card, what was asked about its limit, and what the reader may do about both."""

    executor: str
    mine: bool
    asked: dict[str, Any] | None
    last: dict[str, Any] | None
    may_ask: bool
    may_decide: bool
    may_take: bool
    may_hand: bool
    soonest: date
    latest: date


def here(incident: Incident, user: User, now: datetime) -> Here | None:
    """One query; None for a card that no agency works on."""
    if incident.state not in HELD or incident.agency is None:
        return None
    rows = _rows(incident)
    extension_rows = [_extension_names(row) for row in rows if row["extension_pk"]]
    extension_rows = [one for one in extension_rows if not extensions.lapsed(one["asked_at"], incident)]
    asked = next((one for one in extension_rows if one["state"] == Extension.State.ASKED), None)
    today = day_of(now)
    return Here(
        executor=_name(rows[0], "executor") if rows else "",
        mine=incident.executor_id == user.pk,
        asked=asked,
        last=extension_rows[0] if extension_rows and asked is None else None,
        may_ask=asked is None and incident.state in extensions.ASKED_IN and may_move(user, incident, "take"),
        may_decide=asked is not None and may_move(user, incident, "assign"),
        may_take=incident.executor_id != user.pk and answers_for(user, incident),
        may_hand=leads(user, incident),
        soonest=today,
        latest=today + extensions.LONGEST,
    )


_NAMES = ("pk", "username", "first_name", "last_name", "patronymic")
_ABOUT = ("pk", "state", "until", "reason", "words", "asked_at", "decided_at")


def _rows(incident: Incident) -> list[dict[str, Any]]:
    """The card's person in every row, and its last extensions, newest first."""
    columns = {
        **{f"executor_{name}": F(f"executor__{name}") for name in _NAMES},
        **{f"asked_{name}": F(f"extensions__asked_by__{name}") for name in _NAMES},
        **{f"decided_{name}": F(f"extensions__decided_by__{name}") for name in _NAMES},
        **{f"extension_{name}": F(f"extensions__{name}") for name in _ABOUT},
    }
    rows: Any = Incident.objects.filter(pk=incident.pk).values(**columns).order_by("-extensions__pk")
    return list(rows[:5])


def _extension_names(row: dict[str, Any]) -> dict[str, Any]:
    names = {"who": _name(row, "asked"), "by": _name(row, "decided"), "who_pk": row["asked_pk"]}
    return {name: row[f"extension_{name}"] for name in _ABOUT} | names


def _name(row: dict[str, Any], prefix: str) -> str:
    if row[f"{prefix}_pk"] is None:
        return ""
    return User(**{name: row[f"{prefix}_{name}"] for name in _NAMES}).initials
