"""The two charts of a printed report, drawn as lines and rectangles, so that they are sharp on any paper."""

from collections.abc import Sequence
from itertools import groupby
from math import ceil
from typing import Any

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing
from reportlab.graphics.widgets.markers import Marker
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from otklik.reports.bars import LINE, PARTS
from otklik.reports.fold import Bucket
from otklik.reports.shown import short
from otklik.reports.typeface import REGULAR

INK, QUIET, RULE = HexColor("#1d2430"), HexColor("#5b6470"), HexColor("#dfe3e8")
_SIZE = 7
_LEFT, _BOTTOM, _TOP = 26, 14, 6
_LEGEND = 16


def bars(series: Sequence[Bucket], width: float, height: float) -> Drawing:
    """How many cards came each day, by how soon they were answered."""
    chart: Any = VerticalBarChart()  # the stubs take the numbers that it begins with for whole ones
    chart.data = [[part.of(one) for one in series] for part in PARTS]
    chart.categoryAxis.style = "stacked"
    slot = (width - _LEFT) / len(series)
    chart.useAbsolute, chart.barWidth = 1, min(slot * 0.72, 26)
    chart.groupSpacing = slot - chart.barWidth
    chart.bars.strokeColor = None
    for place, part in enumerate(PARTS):
        chart.bars[place].fillColor = HexColor(part.colour)
    most = max(one.came for one in series)
    drawing = _drawing(chart, series, width, height, most, max(_step(most), 1), _LEGEND)
    legend: Any = Legend()
    legend.colorNamePairs = [(HexColor(part.colour), str(part.title)) for part in PARTS]
    legend.x, legend.y, legend.boxAnchor, legend.alignment = _LEFT, -3, "sw", "right"
    legend.dx, legend.dy, legend.swdy = 6, 6, -1
    legend.columnMaximum, legend.variColumn, legend.autoXPadding, legend.dxTextSpace = 1, True, 12, 3
    legend.deltax = legend.deltay = legend.strokeColor = None
    legend.fontName, legend.fontSize, legend.fillColor = REGULAR, _SIZE, INK
    drawing.add(legend)
    return drawing


def medians(series: Sequence[Bucket], width: float, height: float) -> Drawing:
    """How long the first answer took, in hours; a day without answers is a gap, not a zero."""
    hours = [None if one.median is None else one.median / 3600 for one in series]
    chart: Any = HorizontalLineChart()
    # The first row is the points; each run of days without a gap is a row more and a line.
    chart.data, chart.joinedLines = [hours], False
    for missing, days in groupby(enumerate(hours), lambda one: one[1] is None):
        run = dict(days)
        if not missing and len(run) > 1:
            chart.data.append([run.get(place) for place in range(len(series))])
    chart.lines.strokeWidth = 1.4
    for place in range(len(chart.data)):
        chart.lines[place].strokeColor, chart.lines[place].lineStyle = HexColor(LINE), "joinedLine" if place else None
    chart.lines[0].symbol = Marker(kind="FilledCircle", size=3.4, strokeColor=None)
    most = max(filter(None, hours), default=1)
    return _drawing(chart, series, width, height, most, _step(most))


def _drawing(
    chart: Any, series: Sequence[Bucket], width: float, height: float, most: float, step: float, below: float = 0
) -> Drawing:
    """The chart with its axes; `below` is left free. As many days are named as there is room for."""
    chart.x, chart.y = _LEFT, _BOTTOM + below
    chart.width, chart.height = width - _LEFT, height - chart.y - _TOP
    days, values = chart.categoryAxis, chart.valueAxis
    names = [short(one.day) for one in series]
    every = ceil((max(stringWidth(name, REGULAR, _SIZE) for name in names) + 6) * len(names) / chart.width)
    days.categoryNames = [name if place % every == 0 else "" for place, name in enumerate(names)]
    days.labels.dy = -3
    values.valueMin, values.valueMax, values.valueStep = 0, step * max(ceil(most / step), 1), step
    values.labelTextFormat = lambda value: f"{value:g}".replace(".", ",")
    values.visibleGrid, values.gridStrokeColor, values.gridStrokeWidth = True, RULE, 0.5
    for axis in days, values:
        axis.visibleAxis = axis.visibleTicks = False
        axis.labels.fontName, axis.labels.fontSize, axis.labels.fillColor = REGULAR, _SIZE, QUIET
    drawing = Drawing(width, height)
    drawing.add(chart)
    return drawing


def _step(most: float) -> float:
    """1, 2 or 5 by some power of ten, at most five of which reach `most`; tenths at the least."""
    return next(step for power in range(-1, 20) for step in (10.0**power * n for n in (1, 2, 5)) if step * 5 >= most)
