"""The files that go out: a template to fill in, and the links of those who were invited. No text becomes a formula."""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from otklik.exchange.lists.plan import Kind
from otklik.exchange.lists.sheet import MOST_ROWS, MOST_TEXT, Column

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NARROWEST, _WIDEST = 14, 60
_CHOOSABLE = 255
"""Characters of all the words that Excel offers in a cell."""


def template(kind: Kind) -> bytes:
    """The header, one example row that is never loaded, and a sheet that tells what each column wants."""
    out = BytesIO()
    columns = kind.columns()
    with Workbook(out, SAFE) as book:
        head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        quiet = book.add_format({"italic": True, "font_color": "#5b6470", "num_format": "@"})
        sheet = book.add_worksheet(kind.title)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _width(column.title, column.example), text)
            sheet.write_string(0, place, column.title, head)
            sheet.write_string(1, place, column.example, quiet)
            if column.words and sum(len(word) + 1 for word in column.words) <= _CHOOSABLE:
                sheet.data_validation(1, place, MOST_ROWS, place, {"validate": "list", "source": list(column.words)})
        sheet.freeze_panes(1, 0)
        _how(book.add_worksheet("Как заполнять"), columns, head, book.add_format({"text_wrap": True, "valign": "top"}))
    return out.getvalue()


def _how(sheet: Worksheet, columns: Sequence[Column], head: Format, text: Format) -> None:
    for place, (title, width) in enumerate((("Столбец", 26), ("Обязателен", 12), ("Что писать", 80))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, head)
    for line, column in enumerate(columns, 1):
        hints = [column.hint, f"Одно из: {', '.join(column.words)}." if column.words else ""]
        hints += [] if column.words else [f"Не больше {MOST_TEXT if column.long else column.limit} знаков."]
        for place, words in enumerate(
            (column.title, "да" if column.required else "нет", " ".join(filter(None, hints)))
        ):
            sheet.write_string(line, place, words, text)
    notes = (
        "Столбцы могут стоять в любом порядке. Необязательный столбец можно убрать: что есть в системе, останется.",
        "Пустая ячейка столбца, который есть, значит «пусто». Строка с примером не загружается.",
        "Тот же файл можно загрузить ещё раз: двойников не будет.",
    )
    for line, words in enumerate(notes, len(columns) + 2):
        sheet.merge_range(line, 0, line, 2, words, text)


def links(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """(login, name, link) of those whom no letter has reached."""
    out = BytesIO()
    with Workbook(out, SAFE) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet("Ссылки для входа")
        for place, (title, width) in enumerate((("Логин", 24), ("Сотрудник", 36), ("Ссылка", 90))):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, head)
        for line, row in enumerate(rows, 1):
            for place, words in enumerate(row):
                sheet.write_string(line, place, words)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _width(*texts: str) -> int:
    return min(max(max(map(len, texts)) + 2, _NARROWEST), _WIDEST)
