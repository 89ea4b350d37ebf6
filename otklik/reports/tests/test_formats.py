from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader
from reportlab.graphics.renderPDF import drawToString

from otklik.reports.build import build
from otklik.reports.compare import compared
from otklik.reports.formats import FORMATS, file_name
from otklik.reports.pdf_charts import bars, medians
from otklik.reports.report import Matter, Report, Worst
from otklik.reports.shown import lasted, per_cent, shown, unbroken
from otklik.reports.tests.region import TEXT, Region, asked, made, page_of
from otklik.reports.typeface import ready

pytestmark = pytest.mark.django_db


def written(report: Report, ending: str) -> bytes:
    return FORMATS[ending].write(report, b"")


def pdf_text(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.split())


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def text_of(report: Report, ending: str) -> str:
    """All words of it, as other people's readers find them."""
    content = written(report, ending)
    if ending == "xlsx":
        return " ".join(str(cell) for rows in sheets(content).values() for row in rows for cell in row)
    if ending == "pdf":
        return pdf_text(content)
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(one.text for one in document.paragraphs), *cells]).split())


def test_every_format_tells_the_figures_of_the_page(region: Region) -> None:
    region.busy()
    for municipality, words in ((0, "данные на 15.06.2026 08:00"), (region.city.pk, "Муниципалитет: =Город")):
        question = asked("2026-06", municipality=municipality)
        page, report = page_of(question).whole, build(question)
        line = page.line
        expected = [str(page.received), lasted(line.median), per_cent(line.within_day), per_cent(line.good), words]
        for ending in ("pdf", "docx"):
            text = text_of(report, ending).replace("\u00a0", " ")
            assert [words for words in expected if words.replace("\u00a0", " ") not in text] == []
        rows = {row[0]: row for row in sheets(written(report, "xlsx"))["Главное"]}
        assert (rows["Пришло"][1], rows["Первый ответ"][1]) == (str(page.received), unbroken(lasted(line.median)))
        for one in report.figures:
            assert rows[one.title][1] == shown(one.number)
            assert rows[one.title][2] == (compared(one.against[0]) if one.against else None)


def test_a_workbook_holds_numbers_tables_with_filters_charts_and_a_set_up_for_printing(region: Region) -> None:
    region.busy()
    report = made("2026-06")
    content = written(report, "xlsx")
    rows_by_sheet = sheets(content)
    assert next(iter(rows_by_sheet)) == "Главное"
    assert list(rows_by_sheet)[-1] == "О данных"
    agencies = {row[0]: row for row in rows_by_sheet["Ведомства"][1:]}
    line = report.tables[2].rows[0].line
    row = agencies[region.water.short_name]
    assert row[1:4] == [line.count, line.answered, line.waiting]
    assert row[4] == round((line.median or 0) / 3600, 2)
    assert round(100 * row[8]) == line.within_day.percent
    days = rows_by_sheet["По дням"][1:]
    assert sum(sum(value for value in day[1:7]) for day in days) == report.figures[0].number.value
    assert {day[7] for day in days if not any(day[1:4])} == {None}
    book = load_workbook(BytesIO(content))
    for title in ("Главное", "По дням", "Ведомства", "О чём пишут"):
        sheet = book[title]
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    archive = ZipFile(BytesIO(content))
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


def test_signs_of_any_alphabet_are_text_that_runs_nothing_and_personal_data_is_in_no_format(region: Region) -> None:
    region.busy()
    assert "918 123" in TEXT
    for ending in FORMATS:
        content = written(made("2026-06"), ending)
        archive = None if ending == "pdf" else ZipFile(BytesIO(content))
        parts = [archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()] if archive else []
        everything = " ".join(parts) or pdf_text(content)
        assert "[телефон]" in everything
        assert [hidden for hidden in ("918 123", "Жилина", "Анна") if hidden in everything] == [], ending
    for text in (text_of(made("2026-06"), ending) for ending in ("docx", "pdf")):
        assert "@Нет воды <b>{% for %}" in text
        assert "+Дороги & {{ 7007*7007 }}" in text
        assert str(7007 * 7007) not in text
    odd = Matter("🚰 Нет воды\x0b\ufffe", "東京 \u202eгород", 2, 0, "Спасибо 👍\x00 всем", "vk", "", 1, "http://x/1")
    report = replace(made(), matters=[odd])
    assert "Нет воды" in text_of(report, "pdf")
    assert "🚰 Нет воды" in text_of(report, "docx")
    assert "🚰 Нет воды" in text_of(report, "xlsx")


def test_an_empty_or_running_period_says_so_and_a_file_is_called_by_its_period(region: Region) -> None:
    for ending in FORMATS:
        assert "За это время сюда никто не писал" in text_of(made("2026-06"), ending), ending
    assert file_name(made("2026-W24"), "pdf") == "otklik-2026-W24.pdf"
    assert file_name(made(agency=region.other.pk), "xlsx") == "otklik-2026-06-14-part.xlsx"
    region.card(ago=timedelta(hours=1))
    runs = ["период ещё идёт" in text_of(made(day), "pdf") for day in ("2026-06-14", "2026-06-15")]
    assert runs == [False, True]


def test_the_daily_sheet_is_one_side_of_a4_and_a_month_that_began_today_has_all_of_a_month(region: Region) -> None:
    region.busy()
    report, name = made(), "Администрация муниципального образования " + "Чрезвычайно-Длинное-Название" * 7
    odd = replace(report.matters[0], theme=name, place=name, quote="слово " * 29, address="https://vk.com/" + "w" * 400)
    long = replace(
        report,
        matters=[odd] * 3,
        red=replace(report.red, worst=[Worst(name, 10, 1, 10)] * 3),
        filters=[("Ведомство", name), ("Муниципалитет", name), ("Группа тем", name)],
    )
    for one in (report, long):
        (page,) = PdfReader(BytesIO(written(one, "pdf"))).pages
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    assert "Чрезвычайно-Длинное" in page.extract_text()
    month = made("2026-06")
    for ending in ("docx", "pdf"):
        assert "Муниципалитеты" in text_of(replace(month, series=month.series[:1]), ending)


def test_a_chart_counts_cards_by_whole_numbers_and_draws_no_line_across_a_day_without_answers(region: Region) -> None:
    ready()
    region.card(took=timedelta(hours=1))
    (day,) = made().series
    drawn: Any = drawToString(bars([day], 400, 150))
    text = pdf_text(drawn)
    assert ("0,2" in text, "за 6 ч" in text) == (False, True)
    silent = replace(day, median=None)
    chart: Any = medians([silent, day, silent, day, day, silent], 400, 110).contents[0]
    assert chart.data == [[None, 1, None, 1, 1, None], [None, None, None, 1, 1, None]]
    drawToString(medians([silent], 400, 110))


def test_a_printed_report_carries_its_typeface_and_links_and_no_data_is_a_dash(region: Region) -> None:
    region.busy()
    reader: Any = PdfReader(BytesIO(written(made(), "pdf")))
    fonts = {font["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values() if "+" in font["/BaseFont"]}
    assert len(fonts) == 2
    links = [note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]]
    assert any(link.startswith("https://vk.com/wall-1_") for link in links)
    assert (reader.metadata or {})["/Title"].startswith("Суточный лист: 14 июня 2026")
    report = made()
    rows = {row[0]: row for row in sheets(written(report, "xlsx"))["Главное"]}
    assert rows["Показатель"][4] == "Год назад"
    assert {rows[one.title][4] for one in report.figures if one.against} == {"—"}
    assert "0 %" not in {compared(past) for one in report.figures for past in one.against if past.title == "Год назад"}
