"""Norms as regions have them, to choose in one click. Source of each: what was published about it, named beside it.

A preset takes the place of the norms that are for no theme, group, place or network of their own, for the clocks that
it speaks of; the narrower ones stay. It holds for whoever writes from then on: no clock that runs changes its limit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from otklik.journal import book
from otklik.people.models import User
from otklik.people.seen import check_seen, mark
from otklik.routing.clocks import norms_of
from otklik.routing.models import Norm
from otklik.routing.norms import NORMED, Allowed, half

FIRST, FINAL, AGENCY = Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER, Norm.Clock.AGENCY
SECOND = Norm.Clock.SECOND_ANSWER
HOUR, DAY, WORKDAY = 60, 24 * 60, 9 * 60
IMPORTANT = 4
"""From this urgency on a card is called important."""


@dataclass(frozen=True, slots=True)
class Preset:
    """`code` is its name in addresses and in the journal; `source` says in words who has it. `published` are the norms
    that were published."""

    code: str
    title: object
    source: object
    published: tuple[Allowed, ...]

    @property
    def norms(self) -> tuple[Allowed, ...]:
        """With those of a second answer, of which no region has published anything: half of the first one's time."""
        first = [one for one in self.published if one.clock == FIRST]
        return (*self.published, *(replace(one, clock=SECOND, minutes=half(one.minutes)) for one in first))


PRESETS = (
    Preset(
        "day",
        _("24 часа"),
        _("Федеральная схема 2018 года, так же на Сахалине: 24 часа с регистрации."),
        (Allowed(FIRST, None, False, DAY, False),),
    ),
    Preset(
        "nine",
        _("9 рабочих часов"),
        _("Хакасия, 2021 год."),
        (Allowed(FIRST, None, False, 9 * HOUR, True),),
    ),
    Preset(
        "nine-four",
        _("9 рабочих часов, 4 если важно; итоговый за 7 рабочих дней"),
        _("Севастополь, 25.02.2020. Важным считается фасттрек и срочность от 4."),
        (
            Allowed(FIRST, None, False, 9 * HOUR, True),
            Allowed(FIRST, None, False, 4 * HOUR, True, priority=IMPORTANT),
            Allowed(FIRST, None, True, 4 * HOUR, True),
            Allowed(FINAL, None, False, 7 * WORKDAY, True),
        ),
    ),
    Preset(
        "nine-week",
        _("9 рабочих часов; итоговый за 7 дней"),
        _("Крым, 21.02.2020: после промежуточного ответа полный за 7 дней. Здесь 7 дней идут с сообщения жителя."),
        (Allowed(FIRST, None, False, 9 * HOUR, True), Allowed(FINAL, None, False, 7 * DAY, False)),
    ),
    Preset(
        "draft-eight",
        _("Первый ответ за 3 часа, ответ ведомства за 8 рабочих часов"),
        _("Башкортостан, декабрь 2025 года."),
        (Allowed(FIRST, None, False, 3 * HOUR, False), Allowed(AGENCY, None, False, 8 * HOUR, True)),
    ),
    Preset(
        "eight",
        _("8 часов подряд"),
        _("Ульяновск: столько времени на полный балл."),
        (Allowed(FIRST, None, False, 8 * HOUR, False),),
    ),
    Preset("four", _("4 часа подряд"), _("Ямал, 2022 год."), (Allowed(FIRST, None, False, 4 * HOUR, False),)),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What choosing would do: norms that end, that begin, that stand already, and narrower ones that stay."""

    ends: Sequence[Allowed]
    begins: Sequence[Allowed]
    unchanged: Sequence[Allowed]
    stays: Sequence[Allowed]


def preset_by(code: str) -> Preset | None:
    return next((one for one in PRESETS if one.code == code), None)


def turn_to(preset: Preset, norms: Iterable[Allowed]) -> Turn:
    """Values in, values out."""
    clocks = {one.clock for one in preset.norms}
    mine = [one for one in norms if one.until is None and one.clock in clocks]
    wide = [one for one in mine if not (one.theme or one.group or one.place or one.network)]
    same_norms = [one for one in wide if one in preset.norms]
    return Turn(
        [one for one in wide if one not in same_norms],
        [one for one in preset.norms if one not in same_norms],
        same_norms,
        [one for one in mine if one not in wide],
    )


def norms_seen(norms: Iterable[Allowed]) -> str:
    """The mark of everything in force."""
    return mark(*[(one.pk, one.minutes, one.working) for one in norms if one.until is None])


def choose(preset: Preset, was_seen: str, by: User, at: datetime) -> Turn:
    """What it did. Raises Refused "overtaken": the norms are not those that were seen."""
    with book.turn():
        norms = norms_of(*NORMED)
        check_seen(norms_seen(norms), was_seen)
        turn = turn_to(preset, norms)
        Norm.objects.filter(pk__in=[one.pk for one in turn.ends]).update(until=at)
        Norm.objects.bulk_create(
            Norm(
                clock=one.clock,
                fast_track=one.fast_track,
                priority=one.priority,
                minutes=one.minutes,
                working=one.working,
                since=at,
            )
            for one in turn.begins
        )
        if turn.ends or turn.begins:
            data = {"preset": preset.code, "ended": len(turn.ends), "begun": len(turn.begins)}
            book.write(at=at, actor=f"user:{by.pk}", verb="norm.preset", subject="norm:all", data=data)
    return turn
