"""Verbs of a rule: add, change, end, remove. Each is one journal row.

A rule by which the machine has ever named an agency is ended by a date and stays: suggestions go on naming it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db.models import Q
from django.utils import timezone

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.models import Agency, User
from otklik.people.seen import before, check_seen, mark, turned
from otklik.places.models import Place
from otklik.routing.match import Hours, KnownRule
from otklik.routing.models import Rule, Suggestion
from otklik.routing.things import Thing, things_of
from otklik.themes.models import Theme, ThemeGroup

_write = partial(book.write_deed, "rule")
_SHOWN = ("agency", "theme", "group", "place", "executor")


class Collides(Exception):
    """The same matter, place and time is another rule's already."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(f"rule {rule.pk}")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class RuleInput:
    """What is said of a rule. With a theme there is no group; None everywhere is every matter, everywhere, always.

    `things` is a list as typed, `hours` one of Rule.Hours or "", `executor` somebody of the agency.
    """

    agency: Agency
    theme: Theme | None = None
    group: ThemeGroup | None = None
    place: Place | None = None
    since: date | None = None
    until: date | None = None
    note: str = ""
    things: str = ""
    network: str = ""
    hours: str = ""
    executor: User | None = None


def clash(rule_input: RuleInput, pk: int = 0) -> Rule | None:
    """A rule other than `pk` for the same matter, place, network and hours, with a thing and days in common."""
    same = Rule.objects.filter(theme=rule_input.theme, group=rule_input.group, place=rule_input.place).exclude(pk=pk)
    same = same.filter(network=rule_input.network, hours=rule_input.hours)
    if rule_input.since:
        same = same.filter(Q(until=None) | Q(until__gte=rule_input.since))
    if rule_input.until:
        same = same.filter(Q(since=None) | Q(since__lte=rule_input.until))
    things = things_of(rule_input.things)
    rows = same.select_related(*_SHOWN).order_by("pk")
    return next((row for row in rows if _share_a_thing(things, things_of(row.things))), None)


def _share_a_thing(one: frozenset[Thing], other: frozenset[Thing]) -> bool:
    return bool(one & other) if one and other else not one and not other


def add(rule_input: RuleInput, by: User, at: datetime) -> Rule:
    """Raises Collides; Refused: "inactive" for a closed agency, "past" for a last day that has gone."""
    with book.turn():
        _check(rule_input, at)
        rule = Rule.objects.create(owner=by, **_columns(rule_input))
        _write("rule.add", rule, by, at, _codes(rule_input), rule_input.things)
    return rule


def seen(rule: Rule) -> str:
    """The mark of what `change` changes."""
    return mark(_codes(current(rule)), rule.note, rule.things)


def change(rule: Rule, rule_input: RuleInput, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Collides, Refused as `add` does; "overtaken". The owner stays."""
    with book.turn():
        here = Rule.objects.select_related(*_SHOWN).filter(pk=rule.pk).first()
        if here is None:
            raise Refused("late")
        check_seen(seen(here), was_seen)
        if rule_input == current(here):
            return False
        _check(rule_input, at, here)
        Rule.objects.filter(pk=rule.pk).update(**_columns(rule_input))
        was, codes = _codes(current(here)), _codes(rule_input)
        data = {**codes, "was": here.agency_id, "before": before(was, codes)}
        _write("rule.edit", rule, by, at, data, turned((here.note, rule_input.note), (here.things, rule_input.things)))
    return True


def end(rule: Rule, until: date, was_seen: str, by: User, at: datetime) -> None:
    """The last day it counts, today or later.

    Raises Refused: "past", "early" for a day before it begins, "late" when it is gone, "overtaken".
    """
    if until < timezone.localdate(at):
        raise Refused("past")
    with book.turn():
        mine = Rule.objects.filter(pk=rule.pk)
        here = mine.select_related(*_SHOWN).first()
        if here is None:
            raise Refused("late")
        check_seen(seen(here), was_seen)
        was = here.until
        if not mine.filter(Q(since=None) | Q(since__lte=until)).update(until=until):
            raise Refused("early")
        data: dict[str, object] = {"until": until.isoformat(), "before": {"until": was.isoformat() if was else ""}}
        _write("rule.end", rule, by, at, data)


def remove(rule: Rule, by: User, at: datetime) -> None:
    """Only while nothing refers to it. Raises Refused "used"."""
    with book.turn():
        if used(rule):
            raise Refused("used")
        Rule.objects.filter(pk=rule.pk).delete()
        _write("rule.remove", rule, by, at, _codes(current(rule)), rule.things)


def used(rule: Rule) -> bool:
    """Whether the machine has ever named an agency by it."""
    return Suggestion.objects.filter(rule=rule).exists()


Row = tuple[int, int | None, int | None, str | None, int, date | None, date | None, str, str, str]
"""A rule as the database has it: id, theme, group, path of its place, agency, since, until, things, network, hours."""
_COLUMNS = ("pk", "theme_id", "group_id", "place__path", "agency_id", "since", "until", "things", "network", "hours")


def known(rules: Iterable[Rule]) -> list[KnownRule]:
    """Rules with their places, as the router takes them."""
    return [
        known_rule(
            (
                *(rule.pk or 0, rule.theme_id, rule.group_id, rule.place.path if rule.place else ""),
                *(rule.agency_id, rule.since, rule.until, rule.things, rule.network, rule.hours),
            )
        )
        for rule in rules
    ]


def known_rule(row: Row) -> KnownRule:
    pk, theme, group, path, agency, since, until, things, network, hours = row
    about: frozenset[Thing] = things_of(things) if things else frozenset()
    return KnownRule(pk, theme, group, path or "", agency, since, until, about, network, Hours(hours))


def rows_now() -> tuple[Row, ...]:
    """All rules of agencies that work: what a closed one had does not fire. One query."""
    return tuple(Rule.objects.filter(agency__active=True).order_by("pk").values_list(*_COLUMNS))


def known_now() -> list[KnownRule]:
    """The same as the router takes them."""
    return [known_rule(row) for row in rows_now()]


def current(rule: Rule) -> RuleInput:
    """What the rule says now."""
    about = (rule.agency, rule.theme, rule.group, rule.place, rule.since, rule.until, rule.note)
    return RuleInput(*about, rule.things, rule.network, rule.hours, rule.executor)


def unsaved(rule_input: RuleInput, pk: int) -> Rule:
    """A rule that stands nowhere yet."""
    return Rule(pk=pk, **_columns(rule_input))


def _check(rule_input: RuleInput, at: datetime, here: Rule | None = None) -> None:
    if not Agency.objects.filter(pk=rule_input.agency.pk, active=True).exists():
        raise Refused("inactive")
    if rule_input.until and rule_input.until < timezone.localdate(at) and not (here and here.until == rule_input.until):
        raise Refused("past")
    if other := clash(rule_input, here.pk if here else 0):
        raise Collides(other)


def _columns(rule_input: RuleInput) -> dict[str, object]:
    return {
        "theme": rule_input.theme,
        "group": rule_input.group,
        "place": rule_input.place,
        "agency": rule_input.agency,
        "since": rule_input.since,
        "until": rule_input.until,
        "note": rule_input.note,
        "things": rule_input.things,
        "network": rule_input.network,
        "hours": rule_input.hours,
        "executor": rule_input.executor,
    }


def _codes(rule_input: RuleInput) -> dict[str, object]:
    return {
        "agency": rule_input.agency.pk,
        "theme": rule_input.theme.pk if rule_input.theme else 0,
        "group": rule_input.group.pk if rule_input.group else 0,
        "place": rule_input.place.pk if rule_input.place else 0,
        "since": rule_input.since.isoformat() if rule_input.since else "",
        "until": rule_input.until.isoformat() if rule_input.until else "",
        "network": rule_input.network,
        "hours": rule_input.hours,
        "executor": rule_input.executor.pk if rule_input.executor else 0,
    }
