"""How long answers may take, in words: norms, the product's own where there are none, and what a removal does."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.routing.calendars import CLOCKS, norm_like, without_norm
from otklik.routing.models import Norm
from otklik.routing.norms import Allowed, Matter, pick


@dataclass(frozen=True, slots=True)
class Row:
    """A line of «Сроки ответа»; `pk` 0 is the product's own, which nobody has written down."""

    pk: int
    title: str
    spent: str


def rows(norms: Sequence[Norm], own: Sequence[Allowed]) -> list[Row]:
    """Those written down, with their themes selected, and the product's own of each clock before them."""
    told = []
    for clock in CLOCKS:
        told += [Row(0, title(one), lasts(one.minutes, one.working)) for one in own if one.clock == clock]
        for norm in (one for one in norms if one.clock == clock):
            about = about_words(norm.theme.name if norm.theme else "", norm.fast_track)
            told.append(Row(norm.pk, f"{clock_words(clock)}, {about}", lasts(norm.minutes, norm.working)))
    return told


def built_in(norms: Sequence[Allowed]) -> list[Allowed]:
    """What the product itself holds to where no norm is written down."""
    found = []
    for clock in CLOCKS:
        if norm_like(norms, Allowed(clock, None, False, 0, True)):
            continue  # fast-track themes fall under it too
        common = Allowed(clock, None, False, *pick((), clock, Matter()))
        fast = Allowed(clock, None, True, *pick((), clock, Matter(fast_track=True)))
        found.append(common)
        if norm_like(norms, fast) is None and fast.minutes != common.minutes:
            found.append(fast)
    return found


def instead(norms: Sequence[Allowed], gone: Allowed, fast_track: bool) -> list[str]:
    """What will hold when this norm is gone, in sentences; `fast_track` is the mark of its theme, or its own."""
    rest = without_norm(norms, gone)
    minutes, working = pick(rest, gone.clock, Matter(gone.theme, fast_track=fast_track))
    wider = [Allowed(gone.clock, None, mark, 0, True) for mark in ((True, False) if fast_track else (False,))]
    for one in wider:
        if stands := norm_like(rest, one):
            told = f"{about_words('', stands.fast_track)}, {lasts(minutes, working)}"
            return [_("Вместо него будет действовать более общий срок: %s.") % told]
    said = [_("Более общего срока нет. Будет действовать встроенный: %s.") % lasts(minutes, working)]
    if gone.theme is None and not fast_track:
        fast = [one for one in built_in(rest) if one.clock == gone.clock and one.fast_track]
        said += [_("Для фасттрека тоже встроенный: %s.") % lasts(one.minutes, one.working) for one in fast]
    return said


def title(one: Allowed, theme: str = "") -> str:
    """«первый ответ, все остальные темы»."""
    return f"{clock_words(one.clock)}, {about_words(theme, one.fast_track)}"


def about_words(theme: str, fast_track: bool) -> str:
    return theme or (_("фасттрек") if fast_track else _("все остальные темы"))


def clock_words(clock: str) -> str:
    return str(Norm.Clock(clock).label)


def lasts(minutes: int, working: bool) -> str:
    """«8 ч рабочего времени»."""
    return f"{spent_words(minutes)} {_('рабочего времени') if working else _('подряд')}"


def spent_words(minutes: int) -> str:
    """«8 ч», «1 ч 30 мин»."""
    hours, rest = divmod(minutes, 60)
    parts = [_("%d ч") % hours] if hours or not rest else []
    return " ".join([*parts, *([_("%d мин") % rest] if rest else [])])


def day_words(hours: float | None) -> str:
    """How much a special day works."""
    if hours is None:
        return _("как в производственном календаре")
    return _("рабочих часов %s") % f"{hours:g}".replace(".", ",") if hours else _("выходной")
