"""What a change of rules would do to cards, said before the change is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Field, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.lib.text import lemmas
from otklik.routing import clocks
from otklik.routing.match import Match, Router, Signs
from otklik.routing.rules import RuleInput, known, known_now, unsaved
from otklik.routing.signs import in_hours
from otklik.triage.models import Verdict

Asked = Subquery | Coalesce

MOST_NEW = 500
MOST_LATE = 20_000
MOST_READ = 1000
"""Of so many late cards the texts are read, where a rule asks for a thing: that takes a fifth of a second."""
DAYS = 30


@dataclass(frozen=True, slots=True)
class Matter:
    """What a card is about, as far as rules ask: ids, the path of its place, and what else they ask for."""

    card: int
    number: int
    theme: int | None
    group: int | None
    path: str
    signs: Signs


@dataclass(frozen=True, slots=True)
class Turned:
    """A new card that would be offered to another agency; None is nobody."""

    matter: Matter
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would do: new cards that would turn, out of how many; and cards of the last 30 days it fits.

    `late_all`: these were all looked at.
    """

    turned: Sequence[Turned]
    looked: int
    late: int
    late_looked: int
    late_all: bool


@dataclass(frozen=True, slots=True)
class _Needs:
    """Which of the dearer signs any rule asks for."""

    wordy: bool
    timed: bool


def outlook(rule_input: RuleInput | None, pk: int, on: date) -> Outlook:
    """What would happen if rule `pk` (0: a new one) read like this from `on`; None: if it were gone. Four queries."""
    before = known_now()
    after = [rule for rule in before if rule.id != pk]
    if rule_input is not None:
        after += known([unsaved(rule_input, pk)])
    old, new = Router(before), Router(after)
    needs = _Needs(old.wordy or new.wordy, old.timed or new.timed)
    fresh = _new_cards(needs)
    turned = [one for matter in fresh if (one := _turned(matter, old, new, on)) is not None]
    most = MOST_READ if needs.wordy else MOST_LATE
    late = _late_cards(on, needs, most)
    asked = new if rule_input is not None else old
    fitting = sum(_by(_match(asked, one, on), pk) for one in late)
    return Outlook(turned, len(fresh), fitting, len(late), len(late) < most)


def look_again(cards: Sequence[int], now: datetime) -> int:
    """New cards whose agency the machine shall name once more: their step is due at once."""
    return Incident.objects.filter(pk__in=cards, state=State.NEW).update(due_at=now)


def _new_cards(needs: _Needs) -> list[Matter]:
    """The new cards of the queue as the machine sees them, the newest 500."""
    rows = Incident.objects.filter(state=State.NEW).order_by("-pk")[:MOST_NEW]
    return _matters(rows, needs, _verdict("theme"), _verdict("theme__group"), _verdict("place__path"))


def _late_cards(on: date, needs: _Needs, most: int) -> list[Matter]:
    since = on - timedelta(days=DAYS)
    rows = Incident.objects.filter(created_at__date__gte=since).order_by("-pk")[:most]
    number, text = BigIntegerField(), CharField()
    return _matters(rows, needs, _set("theme", number), _set("theme__group", number), _set("place__path", text))


def _set(field: str, output: "Field[Any, Any]") -> Coalesce:
    """What people decided, else what the machine thinks."""
    return Coalesce(F(field), _verdict(field), output_field=output)


def _verdict(field: str) -> Subquery:
    latest = Verdict.objects.filter(message__links__incident=OuterRef("pk"), message__links__main=True)
    return Subquery(latest.order_by("-pk").values(field)[:1])


def _matters(rows: QuerySet[Incident], needs: _Needs, theme: Asked, group: Asked, path: Asked) -> list[Matter]:
    main = Message.objects.filter(links__incident=OuterRef("pk"), links__main=True)
    text = Subquery(main.values("text")[:1]) if needs.wordy else Value("")
    week = clocks.work_week() if needs.timed else None
    records = rows.values_list("pk", "number", theme, group, path, "network", "started_at", text)
    return [
        Matter(
            *(pk, number, about, of, where or ""),
            Signs(network, frozenset(lemmas(words or "")), in_hours(at, week) if week else None),
        )
        for pk, number, about, of, where, network, at, words in records
    ]


def _match(router: Router, matter: Matter, on: date) -> Match | None:
    return router.match(matter.theme, matter.group, matter.path, on, matter.signs)


def _turned(matter: Matter, old: Router, new: Router, on: date) -> Turned | None:
    before, after = (_match(one, matter, on) for one in (old, new))
    was, becomes = (one.agency_id if one else None for one in (before, after))
    return Turned(matter, was, becomes) if was != becomes else None


def _by(match: Match | None, pk: int) -> bool:
    return match is not None and match.rule_id == pk
