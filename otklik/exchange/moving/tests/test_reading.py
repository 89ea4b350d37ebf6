import zipfile
from pathlib import Path

import pytest

from otklik.exchange.moving import columns as c
from otklik.exchange.moving.reading import opened
from otklik.exchange.moving.tests import files
from otklik.lib import xlsx, xlsx_rows
from otklik.lib.cell import Fault, Number
from otklik.lib.xlsx import WrongFile


def test_columns_are_found_in_any_order_and_spelling_and_unknown_ones_are_kept(tmp_path: Path) -> None:
    header = [*reversed(c.COLUMNS), "Наш столбец"]
    path = files.sheet(tmp_path / "a.xlsx", {**files.row(), "Наш столбец": "своё"}, header=header)
    with opened(path) as export:
        (export_row,) = export.rows()
        assert export.header.missing == ()
        assert export.header.unknown == ("Наш столбец",)
    assert export_row.cells[c.ID] == Number("30000001")
    assert export_row.cells[c.TEXT] == files.ROW[c.TEXT]
    assert export_row.cells["Наш столбец"] == "своё"
    header = [f" {name.upper()}\xa0" if name == c.SETTLEMENT else name for name in c.COLUMNS]
    header[0] = "кабинет"
    rows = [{header[at]: files.ROW.get(name) for at, name in enumerate(c.COLUMNS)}]
    assert files.alike(
        files.read_all(files.sheet(tmp_path / "a.xlsx", *rows, header=header))[0],
        files.read_all(files.sheet(tmp_path / "b.xlsx", files.row()))[0],
    )


def test_titles_and_headers_that_come_again_are_no_incidents_and_the_first_of_two_columns_counts(
    tmp_path: Path,
) -> None:
    rows = [[files.cell("Выгрузка за декабрь", 0, 1)], files.header_cells(2), files.row_cells(files.row(), 3)]
    merged = '<mergeCells><mergeCell ref="A1:AU1"/></mergeCells>'
    path = files.by_hand(tmp_path / "a.xlsx", files.sheet_xml(rows, merged))
    with opened(path) as export:
        assert export.header.row == 2
        assert export.about == 1
        assert [export_row.number for export_row in export.rows()] == [3]
    rows = [
        [*files.header_cells(1), files.cell(c.THEME, 47, 1)],
        [*files.row_cells(files.row(), 2), files.cell("Другая", 47, 2)],
    ]
    with opened(files.by_hand(tmp_path / "a.xlsx", files.sheet_xml(rows))) as export:
        (export_row,) = export.rows()
        assert export.header.twice == (c.THEME,)
    assert (export_row.cells[c.THEME], export_row.cells[f"{c.THEME} (2)"]) == (files.ROW[c.THEME], "Другая")


def test_merged_cells_have_their_value_in_every_row_and_the_1904_system_is_told(tmp_path: Path) -> None:
    at = c.COLUMNS.index(c.AGENCY)
    second = files.row_cells({**files.row(), c.AGENCY: None}, 3)
    merged = f'<mergeCells><mergeCell ref="{files.letters(at)}2:{files.letters(at)}3"/></mergeCells>'
    rows = [files.header_cells(), files.row_cells(files.row(), 2), second, files.row_cells({c.ID: 5}, 4)]
    path = files.by_hand(tmp_path / "a.xlsx", files.sheet_xml(rows, merged))
    assert [cells.get(c.AGENCY) for cells in files.read_all(path)] == [files.ROW[c.AGENCY]] * 2 + [None]
    row = files.row_cells({c.ID: 5}, 2)
    row += [files.cell("#N/A", c.COLUMNS.index(c.HOUSE), 2, "e"), files.cell("1", c.COLUMNS.index(c.SURVEY), 2, "b")]
    path = files.by_hand(tmp_path / "a.xlsx", files.sheet_xml([files.header_cells(), row]), from_1904=True)
    with opened(path) as export:
        (export_row,) = export.rows()
        assert export.from_1904
    assert (export_row.cells[c.HOUSE], export_row.cells[c.SURVEY]) == (Fault("#N/A"), True)


def test_a_cell_of_ten_megabytes_is_cut_and_said_and_signs_that_xml_does_not_hold_are_cleaned(tmp_path: Path) -> None:
    row = files.row_cells(files.row(TEXT="я" * 5_000_000), 2)
    with opened(files.by_hand(tmp_path / "a.xlsx", files.sheet_xml([files.header_cells(), row]))) as export:
        (export_row,) = export.rows()
    assert len(str(export_row.cells[c.TEXT])) == xlsx.MOST_CELL
    assert [(odd.code, odd.column) for odd in export_row.odd] == [("too_long", c.TEXT)]
    row = files.row_cells({c.ID: 5, c.TEXT: "_x000D__x0000__xD800_я_x000A_"}, 2)
    (cells,) = files.read_all(files.by_hand(tmp_path / "b.xlsx", files.sheet_xml([files.header_cells(), row])))
    assert cells[c.TEXT] == "\n\ufffd\ufffdя\n"


@pytest.mark.timeout(60)
def test_merged_cells_that_never_end_or_lie_over_each_other_hold_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter of a megabyte of tags without an end took half a minute, and there may be gigabytes."""
    table = files.sheet_xml([files.header_cells(), *(files.row_cells({c.ID: 5}, row) for row in range(2, 5))])
    comment = f"<!--{'<mergeCell ' * 200_000}--></worksheet>"
    assert len(files.read_all(files.by_hand(tmp_path / "a.xlsx", table.replace("</worksheet>", comment)))) == 3
    at = c.COLUMNS.index(c.ID)
    over = f'<mergeCell ref="{files.letters(at)}2:ALL3"/>' * 10_000
    cells = files.read_all(files.by_hand(tmp_path / "b.xlsx", table.replace("</worksheet>", f"{over}</worksheet>")))
    assert [len(row) for row in cells] == [len(c.COLUMNS) - at] * 2 + [1]
    monkeypatch.setattr(xlsx_rows, "MOST_SPREAD", 1500)
    refused(tmp_path / "b.xlsx", "объединённых")


def test_a_row_without_a_sane_number_follows_the_one_before(tmp_path: Path) -> None:
    row = files.row_cells(files.row(), 2)
    for number in ("9" * 5000, "²", "-1", "12345678"):
        table = files.sheet_xml([files.header_cells(), row]).replace('r="2"', f'r="{number}"', 1)
        with opened(files.by_hand(tmp_path / "a.xlsx", table)) as export:
            assert [export_row.number for export_row in export.rows()] == [2], number[:9]


def refused(path: Path, words: str) -> None:
    with pytest.raises(WrongFile, match=words), opened(path) as export:
        list(export.rows())


def test_what_lacks_a_needed_column_is_no_xlsx_or_breaks_off_is_refused_in_words(tmp_path: Path) -> None:
    for lost in c.NEEDED:
        header = [name for name in c.COLUMNS if name != lost]
        refused(files.sheet(tmp_path / "a.xlsx", files.row(), header=header), lost)
    other = files.by_hand(tmp_path / "b.xlsx", files.sheet_xml([files.header_cells(1, ("Имя", "Сумма"))]))
    refused(other, "нет заголовка")
    path = tmp_path / "a.xlsx"
    for body, words in (
        *((b"", "пуст"), (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "старый формат")),
        *((junk, "не файл .xlsx") for junk in (b"<html><table></table></html>", b"PK\x03\x04 and nothing more")),
    ):
        path.write_bytes(body)
        refused(path, words)
    whole = files.sheet_xml([files.header_cells(), files.row_cells(files.row(), 2)])
    refused(files.by_hand(path, whole[:-40]), "повреждён")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("xl/other.xml", "<a/>")
    refused(path, r"workbook\.xml")


def test_a_bomb_is_refused_and_no_entity_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "SWELLS_FROM", 1_000_000)
    plain = files.sheet_xml([files.header_cells()])
    refused(files.by_hand(tmp_path / "a.xlsx", plain + " " * 3_000_000), "бомбу")
    evil = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + plain
    refused(files.by_hand(tmp_path / "b.xlsx", evil), "DOCTYPE")
