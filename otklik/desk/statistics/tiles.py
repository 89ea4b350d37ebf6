"""The head of the page as tiles: a figure with its n, how it has changed, and in plain words how it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.desk.behind.links import Figure, figures_of
from otklik.desk.statistics.ask import Asked
from otklik.reports.catalogue import HEAD, MEASURES, Measure
from otklik.reports.compare import Past, against, difference, pace
from otklik.reports.queries import Figures
from otklik.reports.report import Against, Unit
from otklik.reports.shown import shown

TONES = {True: "good", False: "late", None: ""}


@dataclass(frozen=True, slots=True)
class Change:
    """Against the period before. `tone` is good, late or "" (neither); the words never need the colour."""

    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """`number` leads to its cards, and so do the numbers in what stands `under` it."""

    title: str
    number: Figure
    under: Sequence[Figure]
    explained: str
    change: Change | None
    tone: str

    @property
    def value(self) -> str:
        return self.number.text


def tiles(figures: Figures, asked: Asked) -> list[Tile]:
    """The most important first."""
    return [_tile(MEASURES[key], figures, asked) for key in HEAD]


def _tile(measure: Measure, figures: Figures, asked: Asked) -> Tile:
    whole, now = figures.whole, figures.now
    number, under = measure.lines(whole, now)
    # How many are answered by now says little beside a period whose cards have had longer.
    alone = measure.present or measure.key == "answered"
    return Tile(
        title=str(measure.title),
        number=figures_of(asked, [number])[0],
        under=figures_of(asked, under),
        explained=measure.explained(whole),
        change=None if alone else _change(against(measure, whole, now, Past("", figures.before))),
        tone=TONES[not number.count] if measure.present and measure.better else "",
    )


def _change(one: Against) -> Change | None:
    """None of too few to compare; coloured only where it is no chance."""
    if one.by is None:
        return None
    unit, was = one.was.unit, shown(one.was)
    is_time = unit in (Unit.TIME, Unit.WORKING)
    if abs(one.by) < (60 if is_time else 1):
        return Change(_("столько же"))
    if unit == Unit.PERCENT:
        words = _("было %(was)d %% из %(n)d") % {"was": one.was.value, "n": one.was.n}
    else:
        words = _("было %s") % was
    return Change(f"{pace(one.by) if is_time else difference(one)}, {words}", TONES[one.better])
