"""Each format read back with other people's readers: the same numbers, harmless cells, one side of A4."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from otklik.reports.build import build
from otklik.reports.compare import told
from otklik.reports.formats import FORMATS, file_name
from otklik.reports.report import Matter, Report, Worst
from otklik.reports.shown import lasted, per_cent, shown
from otklik.reports.tests.region import TEXT, Region, asked, made, page_of

pytestmark = pytest.mark.django_db


def written(report: Report, ending: str) -> bytes:
    return FORMATS[ending].write(report, b"")


def pdf_text(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.split())


def docx_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(one.text for one in document.paragraphs), *cells]).split())


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def text_of(report: Report, ending: str) -> str:
    """All words of it, as other people's readers find them."""
    content = written(report, ending)
    if ending == "xlsx":
        return " ".join(str(cell) for rows in sheets(content).values() for row in rows for cell in row)
    return pdf_text(content) if ending == "pdf" else docx_text(content)


@pytest.mark.parametrize("narrowed", [False, True])
def test_every_format_tells_the_figures_of_the_page(region: Region, narrowed: bool) -> None:
    region.busy()
    question = asked("2026-06", municipality=region.city.pk if narrowed else 0)
    page = page_of(question).whole
    report = build(question)
    expected = [
        str(page.received),
        lasted(page.line.median),
        per_cent(page.line.within_day),
        per_cent(page.line.good),
        "Муниципалитет: =Город" if narrowed else "данные на 15.06.2026 08:00",
    ]
    for ending in ("pdf", "docx"):
        text = text_of(report, ending).replace("\u00a0", " ")
        assert [words for words in expected if words.replace("\u00a0", " ") not in text] == []
    rows = {row[0]: row for row in sheets(written(report, "xlsx"))["Главное"]}
    assert rows["Пришло"][1] == str(page.received)
    assert rows["Первый ответ"][1] == lasted(page.line.median)
    for one in report.measures:
        assert rows[one.title][1] == shown(one.number)
        assert rows[one.title][2] == (told(one.against[0]) if one.against else None)


def test_a_workbook_holds_numbers_that_can_be_reckoned_with(region: Region) -> None:
    region.busy()
    report = made("2026-06")
    told_sheets = sheets(written(report, "xlsx"))
    assert next(iter(told_sheets)) == "Главное"
    assert list(told_sheets)[-1] == "О данных"
    agencies = {row[0]: row for row in told_sheets["Ведомства"][1:]}
    line = report.tables[2].rows[0].line
    row = agencies[region.water.short_name]
    assert row[1:4] == [line.count, line.answered, line.waiting]
    assert row[4] == round((line.median or 0) / 3600, 2)
    assert round(100 * row[8]) == line.within_day.percent
    days = told_sheets["По дням"][1:]
    assert sum(sum(value for value in day[1:7]) for day in days) == report.measures[0].number.value
    assert {day[7] for day in days if not any(day[1:4])} == {None}


def test_a_workbook_has_tables_with_filters_charts_and_a_set_up_for_printing(region: Region) -> None:
    region.busy()
    book = load_workbook(BytesIO(written(made("2026-06"), "xlsx")))
    for title in ("Главное", "По дням", "Ведомства", "О чём пишут"):
        sheet = book[title]
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    archive = ZipFile(BytesIO(written(made("2026-06"), "xlsx")))
    charts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]
    assert len(charts) == 2
    assert "'По дням'!$B$2:$B$16" in charts[0] + charts[1]


def test_nothing_from_outside_becomes_a_formula_or_a_link(region: Region) -> None:
    region.busy()
    for begins in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"):
        region.card(text=f"{begins} очень длинный текст жителя о воде", theme=region.hole)
    content = written(made("2026-06"), "xlsx")
    cells = [cell for sheet in load_workbook(BytesIO(content)) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert all(cell.hyperlink is None for cell in cells)
    names = {cell.value for cell in cells}
    assert {region.homes.name, region.roads.name, region.water.short_name, "=Город"} <= names
    parts = {name: ZipFile(BytesIO(content)).read(name) for name in ZipFile(BytesIO(content)).namelist()}
    assert not any(b"<f>" in part for name, part in parts.items() if "worksheets" in name)
    assert not any(b'TargetMode="External"' in part for part in parts.values())


@pytest.mark.parametrize("ending", list(FORMATS))
def test_personal_data_is_in_no_format(region: Region, ending: str) -> None:
    region.busy()
    assert "918 123" in TEXT
    content = written(made("2026-06"), ending)
    if ending == "pdf":
        everything = pdf_text(content)
    else:
        archive = ZipFile(BytesIO(content))
        everything = " ".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    assert "[телефон]" in everything
    for hidden in ("918 123", "Жилина", "Анна"):
        assert hidden not in everything


def test_names_of_any_kind_are_text_in_a_document_and_run_nothing(region: Region) -> None:
    region.busy()
    for text in (text_of(made("2026-06"), ending) for ending in ("docx", "pdf")):
        assert "@Нет воды <b>{% for %}" in text
        assert "+Дороги & {{ 7007*7007 }}" in text
        assert str(7007 * 7007) not in text


def test_a_year_ago_without_data_is_a_dash_and_no_zero_per_cent(region: Region) -> None:
    region.busy()
    report = made()
    rows = {row[0]: row for row in sheets(written(report, "xlsx"))["Главное"]}
    assert rows["Показатель"][4] == "Год назад"
    assert {rows[one.title][4] for one in report.measures if one.against} == {"—"}
    assert "0 %" not in {told(past) for one in report.measures for past in one.against if past.title == "Год назад"}


@pytest.mark.parametrize("ending", list(FORMATS))
def test_an_empty_period_says_so(region: Region, ending: str) -> None:
    assert "За это время сюда никто не писал" in text_of(made("2026-06"), ending)


@pytest.mark.parametrize("long", [False, True])
def test_the_daily_sheet_is_one_side_of_a4(region: Region, long: bool) -> None:
    region.busy()
    report = made()
    if long:
        name = "Администрация муниципального образования " + "Чрезвычайно-Длинное-Название" * 7
        matter = replace(
            report.matters[0], theme=name, place=name, quote="слово " * 29, address="https://vk.com/" + "w" * 400
        )
        worst = Worst(name, 10, 1, 10)
        report = replace(
            report,
            matters=[matter] * 3,
            red=replace(report.red, worst=[worst] * 3),
            filters=[("Ведомство", name), ("Муниципалитет", name), ("Группа тем", name)],
        )
    pages = PdfReader(BytesIO(written(report, "pdf"))).pages
    assert len(pages) == 1
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    if long:
        assert "Чрезвычайно-Длинное" in pages[0].extract_text()


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_a_month_that_began_today_has_all_that_a_month_has(region: Region, ending: str) -> None:
    region.busy()
    report = made("2026-06")
    first_day = replace(report, series=report.series[:1])
    assert "Муниципалитеты" in text_of(first_day, ending)


def test_a_document_takes_signs_of_any_alphabet_and_kind(region: Region) -> None:
    region.busy()
    odd = Matter("🚰 Нет воды\x0b\ufffe", "東京 \u202eгород", 2, 0, "Спасибо 👍\x00 всем", "vk", "", 1, "http://x/1")
    report = replace(made(), matters=[odd])
    assert "Нет воды" in text_of(report, "pdf")
    assert "🚰 Нет воды" in text_of(report, "docx")
    assert "🚰 Нет воды" in text_of(report, "xlsx")


def test_a_printed_report_carries_its_typeface_and_its_links(region: Region) -> None:
    region.busy()
    reader: Any = PdfReader(BytesIO(written(made(), "pdf")))
    fonts = {font["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values() if "+" in font["/BaseFont"]}
    assert len(fonts) == 2
    links = [note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]]
    assert any(link.startswith("https://vk.com/wall-1_") for link in links)
    assert (reader.metadata or {})["/Title"].startswith("Суточный лист: 14 июня 2026")


def test_a_file_is_called_by_its_period_and_a_narrowed_one_says_so(region: Region) -> None:
    assert file_name(made("2026-W24"), "pdf") == "otklik-2026-W24.pdf"
    assert file_name(made(agency=region.other.pk), "xlsx") == "otklik-2026-06-14-part.xlsx"


def test_a_running_period_says_that_it_runs(region: Region) -> None:
    region.card(ago=timedelta(hours=1))
    runs = ["период ещё идёт" in text_of(made(day), "pdf") for day in ("2026-06-14", "2026-06-15")]
    assert runs == [False, True]
