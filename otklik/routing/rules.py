"""Verbs of a rule: add, change, end, remove; and what a change of rules would do to cards.

Each verb is one journal row. A rule by which the machine has ever named an agency is ended by a date and stays:
suggestions go on naming it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Field, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.people.models import Agency, User
from otklik.people.scope import Refused
from otklik.people.seen import before, check_seen, mark, turned
from otklik.places.models import Place
from otklik.routing.match import KnownRule, Match, Router
from otklik.routing.models import Rule, Suggestion
from otklik.themes.models import Theme, ThemeGroup
from otklik.triage.models import Verdict

Asked = Subquery | Coalesce

MOST_NEW = 500
MOST_LATE = 20_000
DAYS = 30
MOST_IN_ORDER = 6


class Collides(Exception):
    """The same matter, place and time is another rule's already."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(f"rule {rule.pk}")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a rule. With a theme there is no group; None everywhere is every matter, everywhere, always."""

    agency: Agency
    theme: Theme | None = None
    group: ThemeGroup | None = None
    place: Place | None = None
    since: date | None = None
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a card is about, as far as rules ask: ids, and the path of its place."""

    card: int
    number: int
    theme: int | None
    group: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A new card that would be offered to another agency; None is nobody."""

    matter: Matter
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would do: new cards that would turn, out of how many; and cards of the last 30 days it fits."""

    turned: Sequence[Turned]
    looked: int
    late: int
    late_looked: int


def clash(told: Told, pk: int = 0) -> Rule | None:
    """A rule other than `pk` for the same matter and place at a time in common."""
    same = Rule.objects.filter(theme=told.theme, group=told.group, place=told.place).exclude(pk=pk)
    if told.since:
        same = same.filter(Q(until=None) | Q(until__gte=told.since))
    if told.until:
        same = same.filter(Q(since=None) | Q(since__lte=told.until))
    return same.select_related("agency", "theme", "group", "place").order_by("pk").first()


def add(told: Told, by: User, at: datetime) -> Rule:
    """Raises Collides; Refused: "inactive" for a closed agency, "past" for a last day that has gone."""
    with book.turn():
        _check(told, at)
        rule = Rule.objects.create(owner=by, **_columns(told))
        _write("rule.add", rule, by, at, _codes(told))
    return rule


def seen(rule: Rule) -> str:
    """The mark of what `change` changes."""
    return mark(_codes(stands(rule)), rule.note)


def change(rule: Rule, told: Told, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Collides, Refused as `add` does; "overtaken". The owner stays."""
    with book.turn():
        here = Rule.objects.select_related("agency", "theme", "group", "place").filter(pk=rule.pk).first()
        if here is None:
            raise Refused("late")
        check_seen(seen(here), was_seen)
        if told == stands(here):
            return False
        _check(told, at, here)
        Rule.objects.filter(pk=rule.pk).update(**_columns(told))
        was, codes = _codes(stands(here)), _codes(told)
        data = {**codes, "was": here.agency_id, "before": before(was, codes)}
        _write("rule.edit", rule, by, at, data, turned((here.note, told.note)))
    return True


def end(rule: Rule, until: date, was_seen: str, by: User, at: datetime) -> None:
    """The last day it counts, today or later.

    Raises Refused: "past", "early" for a day before it begins, "late" when it is gone, "overtaken".
    """
    if until < timezone.localdate(at):
        raise Refused("past")
    with book.turn():
        mine = Rule.objects.filter(pk=rule.pk)
        here = mine.select_related("agency", "theme", "group", "place").first()
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
        _write("rule.remove", rule, by, at, _codes(stands(rule)))


def used(rule: Rule) -> bool:
    """Whether the machine has ever named an agency by it."""
    return Suggestion.objects.filter(rule=rule).exists()


def known(rules: Iterable[Rule]) -> list[KnownRule]:
    """Rules with their places, as the router takes them."""
    return [
        KnownRule(
            id=rule.pk or 0,
            theme_id=rule.theme_id,
            group_id=rule.group_id,
            place_path=rule.place.path if rule.place else "",
            agency_id=rule.agency_id,
            since=rule.since,
            until=rule.until,
        )
        for rule in rules
    ]


def known_now() -> list[KnownRule]:
    """All rules. One query."""
    return known(Rule.objects.select_related("place"))


def outlook(told: Told | None, pk: int, on: date) -> Outlook:
    """What would be if rule `pk` (0 is a new one) read as told from `on`; None is that it were gone. Three queries."""
    before = known_now()
    after = [rule for rule in before if rule.id != pk]
    if told is not None:
        after += known([Rule(pk=pk, **_columns(told))])
    old, new = Router(before), Router(after)
    fresh = new_cards()
    turned = [one for matter in fresh if (one := _turned(matter, old, new, on)) is not None]
    late = _late_cards(on)
    asked = new if told is not None else old
    fitting = sum(_by(asked.match(one.theme, one.group, one.path, on), pk) for one in late)
    return Outlook(turned, len(fresh), fitting, len(late))


def look_again(cards: Sequence[int], now: datetime) -> int:
    """New cards whose agency the machine shall name once more: their step is due at once."""
    return Incident.objects.filter(pk__in=cards, state=State.NEW).update(due_at=now)


def new_cards() -> list[Matter]:
    """The new cards of the queue as the machine sees them, the newest 500."""
    rows = Incident.objects.filter(state=State.NEW).order_by("-pk")[:MOST_NEW]
    return _matters(rows, _verdict("theme"), _verdict("theme__group"), _verdict("place__path"))


def _late_cards(on: date) -> list[Matter]:
    since = on - timedelta(days=DAYS)
    rows = Incident.objects.filter(created_at__date__gte=since).order_by("-pk")[:MOST_LATE]
    number, text = BigIntegerField(), CharField()
    return _matters(rows, _set("theme", number), _set("theme__group", number), _set("place__path", text))


def _set(field: str, output: "Field[Any, Any]") -> Coalesce:
    """What people decided, else what the machine thinks."""
    return Coalesce(F(field), _verdict(field), output_field=output)


def _verdict(field: str) -> Subquery:
    latest = Verdict.objects.filter(message__links__incident=OuterRef("pk"), message__links__main=True)
    return Subquery(latest.order_by("-pk").values(field)[:1])


def _matters(rows: QuerySet[Incident], theme: Asked, group: Asked, path: Asked) -> list[Matter]:
    found = rows.values_list("pk", "number", theme, group, path)
    return [Matter(pk, number, about, of, where or "") for pk, number, about, of, where in found]


def _turned(matter: Matter, old: Router, new: Router, on: date) -> Turned | None:
    before, after = (one.match(matter.theme, matter.group, matter.path, on) for one in (old, new))
    was, becomes = (one.agency_id if one else None for one in (before, after))
    return Turned(matter, was, becomes) if was != becomes else None


def _by(found: Match | None, pk: int) -> bool:
    return found is not None and found.rule_id == pk


def in_order(theme: Theme | None, place: Place | None, on: date) -> list[int]:
    """Ids of the rules that fit, the winner first, at most six. One query."""
    left = known_now()

    def winners() -> Iterable[int]:
        group, path = theme.group_id if theme else None, place.path if place else ""
        rest = [one for one in left if _near(one, theme, group, path)]
        while found := Router(rest).match(theme.pk if theme else None, group, path, on):
            yield found.rule_id
            rest = [one for one in rest if one.id != found.rule_id]

    return list(islice(winners(), MOST_IN_ORDER))


def _near(rule: KnownRule, theme: Theme | None, group: int | None, path: str) -> bool:
    """Whether it can fit at all; keeps the router small."""
    if rule.theme_id is not None:
        return theme is not None and rule.theme_id == theme.pk and path.startswith(rule.place_path)
    return rule.group_id in (None, group) and path.startswith(rule.place_path)


def stands(rule: Rule) -> Told:
    """What the rule says now."""
    return Told(rule.agency, rule.theme, rule.group, rule.place, rule.since, rule.until, rule.note)


def _check(told: Told, at: datetime, here: Rule | None = None) -> None:
    if not Agency.objects.filter(pk=told.agency.pk, active=True).exists():
        raise Refused("inactive")
    if told.until and told.until < timezone.localdate(at) and not (here and here.until == told.until):
        raise Refused("past")
    if other := clash(told, here.pk if here else 0):
        raise Collides(other)


def _columns(told: Told) -> dict[str, object]:
    return {
        "theme": told.theme,
        "group": told.group,
        "place": told.place,
        "agency": told.agency,
        "since": told.since,
        "until": told.until,
        "note": told.note,
    }


def _codes(told: Told) -> dict[str, object]:
    return {
        "agency": told.agency.pk,
        "theme": told.theme.pk if told.theme else 0,
        "group": told.group.pk if told.group else 0,
        "place": told.place.pk if told.place else 0,
        "since": told.since.isoformat() if told.since else "",
        "until": told.until.isoformat() if told.until else "",
    }


def _write(verb: str, rule: Rule, by: User, at: datetime, data: dict[str, object], words: str = "") -> None:
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"rule:{rule.pk}", data=data, words=words)
