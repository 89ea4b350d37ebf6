"""Verbs of an approval policy: add, change, end. Each is one journal row.

None is removed: answers go on naming the policy that they were sent under. One that was a mistake is ended.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db.models import Q

from otklik.answers.models import ApprovalPolicy
from otklik.answers.policies import Steps
from otklik.journal import book
from otklik.lib.days import day_of
from otklik.lib.refusal import Refused
from otklik.people.models import Agency, User
from otklik.people.seen import before, check_seen, mark, turned
from otklik.themes.models import Theme, ThemeGroup

_write = partial(book.write_deed, "policy")
SHOWN = ("theme__group", "group", "agency", "person", "owner")


class Collides(Exception):
    """For the same matter, agency, person and days there is another policy already."""

    def __init__(self, policy: ApprovalPolicy) -> None:
        super().__init__(f"policy {policy.pk}")
        self.policy = policy


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """What is said of a policy. With a theme there is no group; None everywhere is every answer, always."""

    steps: int
    theme: Theme | None = None
    group: ThemeGroup | None = None
    agency: Agency | None = None
    person: User | None = None
    since: date | None = None
    until: date | None = None
    note: str = ""


def too_trusting(policy_input: PolicyInput) -> bool:
    """Whether it would let somebody alone who is not named, or on every theme there is."""
    return policy_input.steps == Steps.NONE and (
        policy_input.person is None or not (policy_input.theme or policy_input.group)
    )


def clash(policy_input: PolicyInput, pk: int = 0) -> ApprovalPolicy | None:
    """A policy other than `pk` for the same matter, agency and person, with days in common."""
    same = ApprovalPolicy.objects.filter(
        theme=policy_input.theme, group=policy_input.group, agency=policy_input.agency, person=policy_input.person
    )
    same = same.exclude(pk=pk)
    if policy_input.since:
        same = same.filter(Q(until=None) | Q(until__gte=policy_input.since))
    if policy_input.until:
        same = same.filter(Q(since=None) | Q(since__lte=policy_input.until))
    return same.select_related(*SHOWN).order_by("pk").first()


def add(policy_input: PolicyInput, by: User, at: datetime) -> ApprovalPolicy:
    """Raises Collides; Refused: "trust" (see too_trusting), "past" for a last day that has gone."""
    with book.turn():
        _check(policy_input, at)
        policy = ApprovalPolicy.objects.create(owner=by, **_columns(policy_input))
        _write("policy.add", policy, by, at, _codes(policy_input), policy_input.note)
    return policy


def seen(policy: ApprovalPolicy) -> str:
    """The mark of what `change` changes."""
    return mark(_codes(current(policy)), policy.note)


def change(policy: ApprovalPolicy, policy_input: PolicyInput, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Collides, Refused as `add` does; "overtaken". The owner stays."""
    with book.turn():
        here = ApprovalPolicy.objects.select_related(*SHOWN).get(pk=policy.pk)
        check_seen(seen(here), was_seen)
        was = current(here)
        if policy_input == was:
            return False
        _check(policy_input, at, here)
        ApprovalPolicy.objects.filter(pk=policy.pk).update(**_columns(policy_input))
        data = {**_codes(policy_input), "before": before(_codes(was), _codes(policy_input))}
        _write("policy.edit", policy, by, at, data, turned((here.note, policy_input.note)))
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


def current(policy: ApprovalPolicy) -> PolicyInput:
    """What the policy says now."""
    about = (policy.steps, policy.theme, policy.group, policy.agency, policy.person)
    return PolicyInput(*about, policy.since, policy.until, policy.note)


def _check(policy_input: PolicyInput, at: datetime, here: ApprovalPolicy | None = None) -> None:
    if too_trusting(policy_input):
        raise Refused("trust")
    if policy_input.until and policy_input.until < day_of(at) and not (here and here.until == policy_input.until):
        raise Refused("past")
    if other := clash(policy_input, here.pk if here else 0):
        raise Collides(other)


def _columns(policy_input: PolicyInput) -> dict[str, object]:
    about = {
        "theme": policy_input.theme,
        "group": policy_input.group,
        "agency": policy_input.agency,
        "person": policy_input.person,
    }
    return {
        **about,
        "steps": policy_input.steps,
        "since": policy_input.since,
        "until": policy_input.until,
        "note": policy_input.note,
    }


def _codes(policy_input: PolicyInput) -> dict[str, object]:
    return {
        "theme": policy_input.theme.pk if policy_input.theme else 0,
        "group": policy_input.group.pk if policy_input.group else 0,
        "agency": policy_input.agency.pk if policy_input.agency else 0,
        "person": policy_input.person.pk if policy_input.person else 0,
        "steps": int(policy_input.steps),
        "since": policy_input.since.isoformat() if policy_input.since else "",
        "until": policy_input.until.isoformat() if policy_input.until else "",
    }
