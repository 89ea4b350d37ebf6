"""The two charts of a workbook, drawn by the spreadsheet itself from the cells of the table of days."""

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from otklik.reports.bars import LINE, PARTS

_SIZE = {"width": 940, "height": 320}


def draw(workbook: Workbook, sheet: Worksheet, rows: int, columns: int) -> None:
    """Beside the table: days stand in its first column, the parts after it, the median in its last."""
    bars = workbook.add_chart({"type": "column", "subtype": "stacked"})
    line = workbook.add_chart({"type": "line"})
    days = [sheet.name, 1, 0, rows, 0]
    for place, part in enumerate(PARTS, start=1):
        bars.add_series(
            {
                "name": [sheet.name, 0, place],
                "categories": days,
                "values": [sheet.name, 1, place, rows, place],
                "fill": {"color": part.colour},
                "gap": 40,
            }
        )
    last = columns - 1
    line.add_series(
        {
            "name": [sheet.name, 0, last],
            "categories": days,
            "values": [sheet.name, 1, last, rows, last],
            "line": {"color": LINE, "width": 2},
            "marker": {"type": "circle", "size": 4, "fill": {"color": LINE}, "border": {"color": LINE}},
        }
    )
    titles = (_("Сколько пришло и как скоро ответили"), _("Время до первого ответа"))
    for place, (chart, title) in enumerate(zip((bars, line), titles, strict=True)):
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"} if place == 0 else {"none": True})
        chart.set_x_axis({"date_axis": True, "num_format": "dd.mm", "num_font": {"size": 8}})
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#e3e6ea"}}, "min": 0})
        chart.show_blanks_as("gap")
        chart.set_size(_SIZE)
        sheet.insert_chart(1 + 18 * place, columns + 1, chart)
