"""What the pages of other programs say: whether each hears, since when not, what waits, what became of each call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from otklik.hooks.models import Call, Kind, Subscription
from otklik.work.translated import translated

SHOWN = 200
SECRETS = ("secret", "earlier")
_OPEN = Q(calls__done_at__isnull=True, calls__given_up_at__isnull=True)
_GIVEN_UP = Q(calls__given_up_at__isnull=False) & ~Q(calls__kind=Kind.PING)


class State(NamedTuple):
    """`tone` is the chip's colour; `why` what is wrong, `advice` what to do, "" when all is well."""

    name: str
    words: str
    tone: str
    why: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One program. `waiting` calls are still told, `given_up` ones are not any more."""

    hook: Subscription
    state: State
    waiting: int
    given_up: int
    events: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One call. `outcome` says what the last try came to; `again`: a person may have it told once more."""

    call: Call
    state: str
    tone: str
    outcome: str
    again: bool


def all_hooks() -> QuerySet[Subscription]:
    """Without their secrets: no page shows one that is kept."""
    return Subscription.objects.select_related("agency").defer(*SECRETS).order_by("name", "pk")


def rows_of(hooks: Sequence[Subscription]) -> list[Row]:
    """One query for all of them."""
    known = [hook.pk for hook in hooks]
    counted = Subscription.objects.filter(pk__in=known).values_list("pk")
    found = counted.annotate(waiting=Count("calls", _OPEN), given_up=Count("calls", _GIVEN_UP))
    numbers = {pk: (waiting, given_up) for pk, waiting, given_up in found}
    return [Row(hook, _state(hook), *numbers.get(hook.pk, (0, 0)), _events(hook)) for hook in hooks]


def _events(hook: Subscription) -> list[str]:
    return [str(Kind(kind).label) for kind in hook.kinds if kind in Kind.values]


def _state(hook: Subscription) -> State:
    if hook.off_at is not None:
        waits = _("Ждущие вызовы и новые события подождут до трёх суток.")
        return State("off", _("выключена"), "", str(hook.get_off_why_display()), waits)
    if hook.failing_since is not None:
        advice = _("Повторяем сами, всё реже. Проверьте адрес и спросите тех, чья это программа.")
        words = _("не отвечает больше суток") if hook.told_at else _("не получается")
        return State("failing", words, "chip-late" if hook.told_at else "chip-soon", "", advice)
    if hook.succeeded_at is None:
        return State(
            "fresh", _("ещё не вызывалась"), "chip-soon", "", _("Нажмите «Проверить»: отправим пробный вызов.")
        )
    return State("works", _("работает"), "chip-good")


def lines_of(hook: Subscription) -> list[Line]:
    """The last calls, the newest first. One query."""
    found = Call.objects.filter(subscription=hook).order_by("-pk")[:SHOWN]
    return [_line(call, hook) for call in found]


def _line(call: Call, hook: Subscription) -> Line:
    outcome = _("код %d") % call.status if call.status is not None else translated(call.words)
    if call.done_at is not None:
        return Line(call, _("принят"), "chip-good", outcome, again=False)
    if call.given_up_at is not None:
        ping = call.kind == Kind.PING
        words = _("не принят") if ping else _("больше не повторяем")
        return Line(call, words, "chip-late", outcome, again=not ping and hook.off_at is None)
    if call.set_aside_at is not None:
        return Line(call, _("ждёт человека"), "chip-late", outcome, again=False)
    return Line(call, _("повторим") if call.attempts else _("ждёт очереди"), "chip-soon", outcome, again=False)


def next_try(lines: Sequence[Line]) -> datetime | None:
    """When something is told next; None where nothing waits."""
    return min((line.call.due_at for line in lines if line.call.due_at is not None), default=None)
