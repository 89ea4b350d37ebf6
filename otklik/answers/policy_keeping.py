"""Verbs of an approval policy: add, change, end. Each is one journal row.

None is removed: answers go on naming the policy that they were sent under. One that was a mistake is ended.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from otklik.answers.models import ApprovalPolicy
from otklik.answers.policies import Steps
from otklik.journal import book
from otklik.lib.days import day_of
from otklik.people.models import Agency, User
from otklik.people.scope import Refused
from otklik.people.seen import before, check_seen, mark, turned
from otklik.themes.models import Theme, ThemeGroup

SHOWN = ("theme__group", "group", "agency", "person", "owner")


class Collides(Exception):
    """For the same matter, agency, person and days there is another policy already."""

    def __init__(self, policy: ApprovalPolicy) -> None:
        super().__init__(f"policy {policy.pk}")
        self.policy = policy


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a policy. With a theme there is no group; None everywhere is every answer, always."""

    steps: int
    theme: Theme | None = None
    group: ThemeGroup | None = None
    agency: Agency | None = None
    person: User | None = None
    since: date | None = None
    until: date | None = None
    note: str = ""


def too_trusting(told: Told) -> bool:
    """Whether it would let somebody alone who is not named, or on every theme there is."""
    return told.steps == Steps.NONE and (told.person is None or not (told.theme or told.group))


def clash(told: Told, pk: int = 0) -> ApprovalPolicy | None:
    """A policy other than `pk` for the same matter, agency and person, with days in common."""
    same = ApprovalPolicy.objects.filter(theme=told.theme, group=told.group, agency=told.agency, person=told.person)
    same = same.exclude(pk=pk)
    if told.since:
        same = same.filter(Q(until=None) | Q(until__gte=told.since))
    if told.until:
        same = same.filter(Q(since=None) | Q(since__lte=told.until))
    return same.select_related(*SHOWN).order_by("pk").first()


def add(told: Told, by: User, at: datetime) -> ApprovalPolicy:
    """Raises Collides; Refused: "trust" (see too_trusting), "past" for a last day that has gone."""
    with book.turn():
        _check(told, at)
        policy = ApprovalPolicy.objects.create(owner=by, **_columns(told))
        _write("policy.add", policy, by, at, _codes(told), told.note)
    return policy


def seen(policy: ApprovalPolicy) -> str:
    """The mark of what `change` changes."""
    return mark(_codes(stands(policy)), policy.note)


def change(policy: ApprovalPolicy, told: Told, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Collides, Refused as `add` does; "overtaken". The owner stays."""
    with book.turn():
        here = ApprovalPolicy.objects.select_related(*SHOWN).get(pk=policy.pk)
        check_seen(seen(here), was_seen)
        was = stands(here)
        if told == was:
            return False
        _check(told, at, here)
        ApprovalPolicy.objects.filter(pk=policy.pk).update(**_columns(told))
        data = {**_codes(told), "before": before(_codes(was), _codes(told))}
        _write("policy.edit", policy, by, at, data, turned((here.note, told.note)))
    return True


def end(policy: ApprovalPolicy, until: date, was_seen: str, by: User, at: datetime) -> None:
    """The last day it counts, today or later. Raises Refused: "past", "early" for a day before it begins,
    "overtaken"."""
    if until < day_of(at):
        raise Refused("past")
    with book.turn():
        here = ApprovalPolicy.objects.select_related(*SHOWN).get(pk=policy.pk)
        check_seen(seen(here), was_seen)
        if here.since and until < here.since:
            raise Refused("early")
        ApprovalPolicy.objects.filter(pk=policy.pk).update(until=until)
        was = here.until.isoformat() if here.until else ""
        _write("policy.end", policy, by, at, {"until": until.isoformat(), "before": {"until": was}})


def stands(policy: ApprovalPolicy) -> Told:
    """What the policy says now."""
    about = (policy.steps, policy.theme, policy.group, policy.agency, policy.person)
    return Told(*about, policy.since, policy.until, policy.note)


def _check(told: Told, at: datetime, here: ApprovalPolicy | None = None) -> None:
    if too_trusting(told):
        raise Refused("trust")
    if told.until and told.until < day_of(at) and not (here and here.until == told.until):
        raise Refused("past")
    if other := clash(told, here.pk if here else 0):
        raise Collides(other)


def _columns(told: Told) -> dict[str, object]:
    about = {"theme": told.theme, "group": told.group, "agency": told.agency, "person": told.person}
    return {**about, "steps": told.steps, "since": told.since, "until": told.until, "note": told.note}


def _codes(told: Told) -> dict[str, object]:
    return {
        "theme": told.theme.pk if told.theme else 0,
        "group": told.group.pk if told.group else 0,
        "agency": told.agency.pk if told.agency else 0,
        "person": told.person.pk if told.person else 0,
        "steps": int(told.steps),
        "since": told.since.isoformat() if told.since else "",
        "until": told.until.isoformat() if told.until else "",
    }


def _write(verb: str, policy: ApprovalPolicy, by: User, at: datetime, data: dict[str, object], words: str = "") -> None:
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"policy:{policy.pk}", data=data, words=words)
