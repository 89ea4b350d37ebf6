"""The two charts of a printed report, drawn as lines and rectangles, so that they are sharp on any paper."""

from collections.abc import Sequence
from math import ceil

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from otklik.reports.bars import LINE, PARTS
from otklik.reports.fold import Bucket
from otklik.reports.shown import short
from otklik.reports.typeface import REGULAR

INK, QUIET, RULE = HexColor("#1d2430"), HexColor("#5b6470"), HexColor("#dfe3e8")
_SIZE = 7
_LEFT, _BOTTOM, _TOP = 26, 14, 6
_LEGEND = 16


class _Plot(Flowable):
    """Axes and days; what stands on them is drawn by the two below."""

    legend = 0

    def __init__(self, series: Sequence[Bucket], width: float, height: float) -> None:
        super().__init__()
        self.series, self.width, self.height = series, width, height

    def wrap(self, *_room: float) -> tuple[float, float]:
        return self.width, self.height

    def most(self) -> float:
        raise NotImplementedError

    def draw(self) -> None:
        step = _nice(self.most())
        self.top = step * max(ceil(self.most() / step), 1)
        self.slot = (self.width - _LEFT) / max(len(self.series), 1)
        self.canv.setFont(REGULAR, _SIZE)
        for number in range(round(self.top / step) + 1):
            self._rule(number * step)
        self._days()
        self.marks()

    def y(self, value: float) -> float:
        floor = _BOTTOM + self.legend
        return floor + (self.height - floor - _TOP) * value / self.top

    def _rule(self, value: float) -> None:
        self.canv.setStrokeColor(RULE)
        self.canv.setLineWidth(0.5)
        self.canv.line(_LEFT, self.y(value), self.width, self.y(value))
        self.canv.setFillColor(QUIET)
        self.canv.drawRightString(_LEFT - 4, self.y(value) - 2.5, f"{value:g}".replace(".", ","))

    def _days(self) -> None:
        """As many days are named as there is room for."""
        widest = max((stringWidth(short(one.day), REGULAR, _SIZE) for one in self.series), default=0)
        every = max(ceil((widest + 6) / self.slot), 1)
        for place in range(0, len(self.series), every):
            middle = _LEFT + self.slot * (place + 0.5)
            self.canv.drawCentredString(middle, self.legend + 4, short(self.series[place].day))

    def marks(self) -> None:
        raise NotImplementedError


class Bars(_Plot):
    """How many cards came each day, by how soon they were answered."""

    legend = _LEGEND

    def most(self) -> float:
        return max((one.came for one in self.series), default=1) or 1

    def marks(self) -> None:
        wide = min(self.slot * 0.72, 26)
        for place, one in enumerate(self.series):
            left, count = _LEFT + self.slot * (place + 0.5) - wide / 2, 0
            for part in PARTS:
                more = part.of(one)
                self.canv.setFillColor(HexColor(part.colour))
                self.canv.rect(left, self.y(count), wide, self.y(count + more) - self.y(count), stroke=0, fill=1)
                count += more
        self._legend()

    def _legend(self) -> None:
        left = float(_LEFT)
        for part in PARTS:
            self.canv.setFillColor(HexColor(part.colour))
            self.canv.rect(left, 1, 6, 6, stroke=0, fill=1)
            self.canv.setFillColor(INK)
            self.canv.drawString(left + 9, 1.5, str(part.title))
            left += 9 + stringWidth(str(part.title), REGULAR, _SIZE) + 12


class Median(_Plot):
    """How long the first answer took, in hours; a day without answers is a gap, not a zero."""

    def most(self) -> float:
        return max((one.median / 3600 for one in self.series if one.median is not None), default=1) or 1

    def marks(self) -> None:
        self.canv.setStrokeColor(HexColor(LINE))
        self.canv.setFillColor(HexColor(LINE))
        self.canv.setLineWidth(1.4)
        last: tuple[float, float] | None = None
        for place, one in enumerate(self.series):
            if one.median is None:
                last = None
                continue
            here = _LEFT + self.slot * (place + 0.5), self.y(one.median / 3600)
            if last:
                self.canv.line(*last, *here)
            self.canv.circle(*here, 1.7, stroke=0, fill=1)
            last = here


def _nice(most: float) -> float:
    """A step of 1, 2 or 5 by some power of ten, at most five of which reach the top; halves only under one."""
    step = 10.0**-1
    while True:
        for times in (1, 2, 5):
            if step * times * 5 >= most:
                return step * times
        step *= 10
