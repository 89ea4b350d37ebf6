import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from xlsxwriter import Workbook as Writer

from otklik.exchange.lists import sheet
from otklik.exchange.lists.sheet import Column, day, read
from otklik.lib.xlsx import WrongFile
from tests.tiers import fewer

COLUMNS = (
    Column("name", "Название", "", "Пример: Водоканал", required=True, limit=20),
    Column("role", "Роль", "", words=("исполнитель", "оператор")),
    Column("since", "С", ""),
    Column("text", "Текст", "", long=True),
)


def book(folder: Path, *rows: list[Any]) -> Path:
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    made.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def test_columns_stand_in_any_order_and_the_templates_example_is_never_loaded(tmp_path: Path) -> None:
    rows = read(book(tmp_path, ["Список"], [], ["роль ", "НАЗВАНИЕ"], [], ["Оператор", " Мэрия "]), COLUMNS)
    assert [(row.number, row.cells, row.errors) for row in rows] == [(5, {"role": "оператор", "name": "Мэрия"}, [])]
    assert not rows[0].has("text")
    path = book(tmp_path, ["Название", "Роль"], ["Пример: Водоканал", "кто-то"], ["Примерный", ""])
    assert [row["name"] for row in read(path, COLUMNS)] == ["Примерный"]


def test_a_wrong_cell_is_named_with_its_column_a_formulas_error_too_and_its_kept_value_is_taken(tmp_path: Path) -> None:
    for cells, error in (
        (["", "оператор"], "столбец «Название»: заполните"),
        (["Мэрия", "царь"], "столбец «Роль»: бывает «исполнитель», «оператор»"),
        (["'=HYPERLINK(1)", ""], "столбец «Название»: здесь формула, а нужны сами слова"),
        (["М" * 21, ""], "столбец «Название»: слишком длинно: не больше 20 знаков"),
        (["Мэрия", "", "лишнее"], "значение в столбце без названия (C): уберите его"),
    ):
        assert read(book(tmp_path, ["Название", "Роль"], cells), COLUMNS)[0].errors == [error]
    path = tmp_path / "f.xlsx"
    with Writer(path) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, ["Название", "Роль"])
        page.write_formula(1, 0, "=NA()", None, "#N/A")
        page.write_formula(2, 0, '="Мэ"&"рия"', None, "Мэрия")
    wrong, right = read(path, COLUMNS)
    assert wrong.errors == ["столбец «Название»: в ячейке ошибка формулы"]
    assert right["name"] == "Мэрия"


def test_a_header_that_is_none_is_refused_whole(tmp_path: Path) -> None:
    for rows, error in (
        ([["Название", "Роль"], ["а", ""], ["Название", "Роль"], ["б", ""]], "строка 3: заголовок второй раз"),
        ([["Название", "Роль", "Название"], ["а", "", "б"]], "строка 1: столбец «Название» назван дважды"),
        ([["Название", "Роль", "Рост"], ["а", "", "б"]], "строка 1: незнакомый столбец «Рост»"),
        ([["Роль", "Текст"], ["оператор", "б"]], "строка 1: нет обязательного столбца «Название»"),
        ([["а", "б"], ["в", "г"]], "не найден заголовок"),
        ([["Название", "Роль"]], "под заголовком нет ни одной строки"),
    ):
        with pytest.raises(WrongFile, match=error):
            read(book(tmp_path, *rows), COLUMNS)


def test_what_swells_is_too_large_or_no_xlsx_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path, ["Название", "Роль"], ["а"])
    with zipfile.ZipFile(path) as there:
        parts = {name: there.read(name) for name in there.namelist()}
    sheet_part = "xl/worksheets/sheet1.xml"
    parts[sheet_part] = parts[sheet_part].replace(b"<sheetData>", b"<sheetData>" + b" " * sheet.MOST_UNPACKED)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    with pytest.raises(WrongFile, match="похоже на «бомбу»"):
        read(path, COLUMNS)
    (tmp_path / "old.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100)
    with pytest.raises(WrongFile, match=r"старый формат \.xls"):
        read(tmp_path / "old.xlsx", COLUMNS)
    (tmp_path / "big.xlsx").write_bytes(b"PK" + b"x" * 10 * 1024 * 1024)
    with pytest.raises(WrongFile, match="файл больше 5 МБ"):
        read(tmp_path / "big.xlsx", COLUMNS)
    monkeypatch.setattr(sheet, "MOST_ROWS", 2)
    with pytest.raises(WrongFile, match="строк больше 2"):
        read(book(tmp_path, ["Название", "Роль"], ["а"], ["б"], ["в"]), COLUMNS)


def test_a_day_is_read_however_it_is_written_and_what_is_none_is_said(tmp_path: Path) -> None:
    cells = ("2026-09-01", "01.09.2026", datetime(2026, 9, 1), "31.02.2026")  # noqa: DTZ001 - a file has no zone
    rows = read(book(tmp_path, ["Название", "С"], *(["а", cell] for cell in cells)), COLUMNS)
    assert [day(row, "since", "С") for row in rows] == [date(2026, 9, 1)] * 3 + [None]
    assert rows[3].errors == ["столбец «С»: нужен день, например 01.09.2026"]


@settings(max_examples=fewer(30))
@given(st.lists(st.lists(st.one_of(st.text(max_size=8), st.integers(), st.none()), max_size=5), max_size=6))
def test_any_cells_are_rows_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, cells: list[list[object]]) -> None:
    try:
        path = book(tmp_path_factory.mktemp("any"), ["Название", "Роль", "С", "Текст"], *cells)
    except IllegalCharacterError:
        return
    try:
        rows = read(path, COLUMNS)
    except WrongFile:
        return
    assert all(row["name"] or row.errors for row in rows)
