"""Made-up exports: a file out of rows, as another system or a careless hand writes them."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from otklik.exchange.moving import columns as c
from otklik.exchange.moving.reading import opened
from otklik.lib.cell import Cell, Number

CREATED = "2025-12-24 20:06:02"
ROW: dict[str, Any] = {
    c.CABINET: "Озёрная область", c.ID: 30000001, c.NUMBER: 200001, c.AGENCY: "Администрация Озёрска",
    c.EXECUTOR: "Департамент хозяйства (ДХ)", c.FIRST_AT: "2025-12-25 08:36:39",
    c.FIRST_TEXT: "'Здравствуйте! Вывезем завтра.", c.FIRST_TOOK: 0.5212615741, c.FIRST_WORKED: "0:07:00",
    c.ASSIGNED_AT: "2025-12-24 21:00:00", c.EXECUTOR_AT: "2025-12-25 08:36:39", c.REACTION: "11:30:00.5",
    c.IN_TIME: "Да", c.LIFE: "4 days, 14:22:16.39", c.DRAFTED_AT: "2025-12-25 08:30:00", c.STEP: "Готово",
    c.CREATED_AT: CREATED, c.CLOSED_AT: "2025-12-29 10:28:18", c.GROUP: "Дороги", c.THEME: "Ямы на дорогах",
    c.REGION: "Озёрная область", c.MUNICIPALITY: "Озёрский район", c.SETTLEMENT: "село Заречное",
    c.STREET: "улица Мира", c.HOUSE: "4Б", c.KIND: "Решаемый", c.OUTCOME: "Разъяснено", c.ANSWER_MEDIA: "Нет",
    c.MESSAGE_MEDIA: "Да", c.POST_URL: "https://vk.com/wall-77_5?reply=9", c.BLOG_URL: "https://vk.com/club77",
    c.TEXT: "'Яма у дома<br>и [club77|Двор]", c.ANSWERS[0]: "'Здравствуйте! Вывезем завтра.", c.ANSWERS[1]: "'",
    c.REASON: "Нет ответа от автора", c.AUDIENCE: 2899, c.ENGAGEMENT: 4, c.AUTHOR_URL: "https://vk.com/id501",
    c.ACCOUNT: "https://vk.com/club99", c.NOTE: "ответ дан", c.RATING_AT: "2025-12-25 08:36:41", c.SURVEY: "Нет",
}  # fmt: skip
"""One incident, whole."""


def row(**changed: Any) -> dict[str, Any]:
    """The row with other cells, named as the constants of columns.py are; None for an empty one."""
    return {**ROW, **{getattr(c, name): value for name, value in changed.items()}}


def sheet(path: Path, *rows: Mapping[str, Any], header: Sequence[str] = c.COLUMNS) -> Path:
    """An XLSX with these rows. Keys that no column of the header names are left out."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as file:
        table = file.add_worksheet()
        for column, name in enumerate(header):
            table.write_string(0, column, name)
        for at, cells in enumerate(rows, 1):
            for column, name in enumerate(header):
                put(table, at, column, cells.get(name))
    return path


def put(table: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        table.write_string(row, column, value)
    elif isinstance(value, bool):
        table.write_boolean(row, column, value)
    elif value is not None:
        table.write_number(row, column, value)


def read_all(path: Path) -> list[dict[str, Cell]]:
    """The cells of each row of an export."""
    with opened(path) as export:
        return [export_row.cells for export_row in export.rows()]


def alike(one: Mapping[str, Cell], other: Mapping[str, Cell]) -> bool:
    """Equal in all 47 columns; numbers to the digits that a double has."""
    return all(_same(one.get(name), other.get(name)) for name in c.COLUMNS)


def _same(one: Cell | None, other: Cell | None) -> bool:
    if isinstance(one, Number) and isinstance(other, Number):
        return abs(one.value - other.value) <= 1e-12 * max(abs(one.value), 1)
    return one == other


WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<workbookPr date1904="{1904}"/><sheets><sheet name="Лист" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)


def by_hand(path: Path, body: str, *, from_1904: bool = False, **parts: str) -> Path:
    """An XLSX whose sheet is this XML, for what no careful writer writes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", WORKBOOK.replace("{1904}", "1" if from_1904 else "0"))
        file.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        file.writestr("xl/worksheets/sheet1.xml", body)
        for name, text in parts.items():
            file.writestr(name, text)
    return path


def cell(text: str, column: int, row: int, kind: str = "inlineStr") -> str:
    reference = f"{letters(column)}{row}"
    if kind == "inlineStr":
        return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{reference}" t="{kind}"><v>{text}</v></c>'


def letters(column: int) -> str:
    column_name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        column_name = chr(65 + rest) + column_name
    return column_name


def sheet_xml(rows: Sequence[Sequence[str]], behind: str = "") -> str:
    """A sheet out of rows of cells that are XML already."""
    lines = "".join(f'<row r="{at}">{"".join(cells)}</row>' for at, cells in enumerate(rows, 1))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{lines}</sheetData>{behind}</worksheet>'


def header_cells(row: int = 1, names: Sequence[str] = c.COLUMNS) -> list[str]:
    return [cell(name, column, row) for column, name in enumerate(names)]


def row_cells(values_by_column: Mapping[str, Any], row: int, names: Sequence[str] = c.COLUMNS) -> list[str]:
    """Values as they are given: numbers as numbers, the rest as texts."""
    cells = []
    for column, name in enumerate(names):
        value = values_by_column.get(name)
        if isinstance(value, int | float):
            cells.append(cell(str(value), column, row, "n"))
        elif value:
            cells.append(cell(str(value).replace("&", "&amp;").replace("<", "&lt;"), column, row))
    return cells
