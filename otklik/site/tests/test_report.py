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


def test_a_month_is_written_in_every_format_or_as_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report("daily", "2026-06-14", "pdf", str(tmp_path / "a.pdf"), "") == 0
    assert "никто не писал" in capsys.readouterr().out
    Region().busy()
    for ending in ("xlsx", "docx", "pdf"):
        assert report("", "2026-06", ending, str(tmp_path / f"a.{ending}"), "") == 0
    assert "Месячный отчёт" in capsys.readouterr().out
    sheet = load_workbook(BytesIO((tmp_path / "a.xlsx").read_bytes()))["Главное"]
    assert (sheet["A5"].value, sheet["B5"].value) == ("Пришло", "16")
    assert PdfReader(tmp_path / "a.pdf").pages
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.docx", "a.pdf", "a.xlsx"]


def test_what_cannot_be_done_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refused(to: Path, code: str = "2026-06", ending: str = "pdf", kind: str = "", template: str = "") -> str:
        assert report(kind, code, ending, str(to), template) == 2
        return capsys.readouterr().err

    for asked, words in (
        ({"code": "2026-07"}, "ещё не наступил"),
        ({"code": "2026-13"}, "в календаре нет"),
        ({"code": "июнь"}, "Не понятен период"),
        ({"kind": "daily"}, "не подходит к виду"),
        ({"ending": "odt"}, "Нет такого формата: odt. Есть: pdf, docx, xlsx."),
    ):
        assert words in refused(tmp_path / "a", **asked)
    assert list(tmp_path.iterdir()) == []
    for place in (tmp_path / "no" / "a.pdf", tmp_path):
        assert "файл не читается или не пишется" in refused(place)
    old, bad = tmp_path / "old.pdf", tmp_path / "bad.docx"
    old.write_bytes(b"old")
    bad.write_bytes(b"PK")
    refused(old, "2027-06")
    assert old.read_bytes() == b"old"
    for template, words in ((bad, "не документ Word"), (tmp_path / "none.docx", "none.docx")):
        assert words in refused(tmp_path / "a.docx", ending="docx", template=str(template))
    assert not (tmp_path / "a.docx").exists()
