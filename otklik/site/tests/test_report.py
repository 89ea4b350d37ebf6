"""`otklik report`: a file is written whole or not at all, and every refusal is a sentence."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from otklik.lib import clock
from otklik.reports.tests.region import NOW, Region
from otklik.site.report import report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_a_month_is_written_in_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Region().busy()
    for ending in ("xlsx", "docx", "pdf"):
        assert report("", "2026-06", ending, str(tmp_path / f"a.{ending}"), "") == 0
    assert "Месячный отчёт" in capsys.readouterr().out
    sheet = load_workbook(BytesIO((tmp_path / "a.xlsx").read_bytes()))["Главное"]
    assert sheet["A5"].value == "Пришло"
    assert sheet["B5"].value == "16"
    assert PdfReader(tmp_path / "a.pdf").pages
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.docx", "a.pdf", "a.xlsx"]


def test_an_empty_period_gives_a_report_that_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report("daily", "2026-06-14", "pdf", str(tmp_path / "a.pdf"), "") == 0
    assert "никто не писал" in capsys.readouterr().out
    assert "никто не писал" in PdfReader(tmp_path / "a.pdf").pages[0].extract_text()


@pytest.mark.parametrize(
    ("kind", "code", "ending", "words"),
    [
        ("", "2026-07", "pdf", "ещё не наступил"),
        ("", "2026-13", "pdf", "в календаре нет"),
        ("", "июнь", "pdf", "Не понятен период"),
        ("daily", "2026-06", "pdf", "не подходит к виду"),
        ("", "2026-06", "odt", "Нет такого формата: odt. Есть: pdf, docx, xlsx."),
    ],
)
def test_what_cannot_be_done_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, code: str, ending: str, words: str
) -> None:
    assert report(kind, code, ending, str(tmp_path / "a"), "") == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told_and_what_stood_there_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report("", "2026-06", "pdf", str(tmp_path / "no" / "a.pdf"), "") == 2
    assert report("", "2026-06", "pdf", str(tmp_path), "") == 2
    told = capsys.readouterr().err
    assert told.count("Файл не записан") == 2
    old = tmp_path / "old.pdf"
    old.write_bytes(b"old")
    assert report("", "2027-06", "pdf", str(old), "") == 2
    assert old.read_bytes() == b"old"


def test_a_template_that_is_none_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"PK")
    assert report("", "2026-06", "docx", str(tmp_path / "a.docx"), str(bad)) == 2
    assert report("", "2026-06", "docx", str(tmp_path / "a.docx"), str(tmp_path / "none.docx")) == 2
    told = capsys.readouterr().err
    assert "не документ Word" in told
    assert "none.docx" in told
    assert not (tmp_path / "a.docx").exists()
