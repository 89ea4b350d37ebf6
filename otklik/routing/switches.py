"""The switches by which the machine assigns alone, theme by theme, and how each goes off by itself.

A switch goes off when more than a fifth of its newest fifty assignments, five at least, were changed by people: it is
better that an operator looks once too often than that cards go astray unseen.
"""

from dataclasses import dataclass
from datetime import datetime

from otklik.journal import book
from otklik.people.models import User
from otklik.people.seen import before, check_seen, mark
from otklik.routing.models import Assignment, Automatic
from otklik.themes.models import Theme

MACHINE = "machine:routing"
LEAST_WRONG, NEWEST = 5, 50
THEME_PERCENT, AGENCY_PERCENT = 80, 70
"""What a new switch asks for, in per cent: of the rules that fit one broader one may name another agency (that makes
75), as the one for everything else always does, and not two (69)."""


@dataclass(frozen=True, slots=True)
class SwitchInput:
    """How sure the machine has to be of the theme, and how far the rules have to agree on the agency, in per cent."""

    on: bool
    theme_percent: int = THEME_PERCENT
    agency_percent: int = AGENCY_PERCENT


def current(switch: Automatic | None) -> SwitchInput:
    """What the switch of a theme says; off where nobody has touched it."""
    return SwitchInput(switch.on, switch.theme_percent, switch.agency_percent) if switch else SwitchInput(on=False)


def seen(switch: Automatic | None) -> str:
    """The mark of what `switch` changes."""
    return mark(*_codes(current(switch)).values())


def switch(theme: Theme, switch_input: SwitchInput, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. One journal row. Raises Refused "overtaken".

    Switched on anew, its mistakes are counted anew.
    """
    with book.turn():
        here = Automatic.objects.filter(theme=theme).first()
        check_seen(seen(here), was_seen)
        was = current(here)
        if was == switch_input:
            return False
        changed = {
            "on": switch_input.on,
            "theme_percent": switch_input.theme_percent,
            "agency_percent": switch_input.agency_percent,
            "by": by,
        }
        if switch_input.on and not was.on:
            changed |= {"since": at, "stopped_at": None}
        Automatic.objects.update_or_create(theme=theme, defaults=changed)
        data = {**_codes(switch_input), "before": before(_codes(was), _codes(switch_input))}
        book.write(at=at, actor=f"user:{by.pk}", verb="automatic.switch", subject=f"theme:{theme.pk}", data=data)
    return True


def switches_on() -> dict[int, Automatic]:
    """By theme. One query."""
    return {one.theme_id: one for one in Automatic.objects.filter(on=True)}


def too_many_wrong(n: int, wrong: int) -> bool:
    """Whether a switch has been wrong too often to stay on."""
    return wrong >= LEAST_WRONG and wrong * 5 > n


def watch(switch: Automatic, at: datetime) -> bool:
    """Switch off what is wrong too often; True if that was done now. Inside `book.writing()`."""
    lately = Assignment.objects.filter(automatic=switch)
    if switch.since is not None:
        lately = lately.filter(at__gte=switch.since)
    moments = list(lately.order_by("-at", "-pk").values_list("overruled_at", flat=True)[:NEWEST])
    wrong = sum(moment is not None for moment in moments)
    if not too_many_wrong(len(moments), wrong):
        return False
    if not Automatic.objects.filter(pk=switch.pk, on=True).update(on=False, stopped_at=at):
        return False
    data = {"n": len(moments), "wrong": wrong}
    book.write(at=at, actor=MACHINE, verb="automatic.stop", subject=f"theme:{switch.theme_id}", data=data)
    return True


def _codes(switch_input: SwitchInput) -> dict[str, object]:
    return {
        "on": switch_input.on,
        "theme_percent": switch_input.theme_percent,
        "agency_percent": switch_input.agency_percent,
    }
