from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from otklik.answers.models import Template
from otklik.lib import clock
from otklik.site.themes import cancel, load, template
from otklik.themes.models import Classifier, Theme
from tests.make import places

pytestmark = pytest.mark.django_db


def changed(path: Path, was: str, name: str) -> None:
    """As somebody does it in Excel: one theme gets another name, the last row goes."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    cell = next(cell for (cell,) in sheet.iter_rows(min_col=1, max_col=1) if cell.value == was)
    cell.value = name
    sheet.delete_rows(sheet.max_row)
    book.save(path)


def test_a_new_classifier_comes_and_another_is_taken_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = timezone.localdate(clock.now())
    group = places.group("Благоустройство", "blago", places.classifier("1", in_force_from=today - timedelta(days=9)))
    for name, code in (("Ямы во дворах", "blago.yamy-dvor"), ("Лавочки", "blago.lavki"), ("Ящики", "blago.yashchiki")):
        places.theme(name, code, group)
    file = tmp_path / "themes.xlsx"
    assert template(str(file)) == 0
    last = str(load_workbook(file).worksheets[0].cell(Theme.objects.count() + 1, 1).value)
    Template.objects.create(title="Об этом", theme=Theme.objects.filter(name=last).latest("pk"), text="…")
    changed(file, "Ямы во дворах", "Ямы и выбоины во дворах")
    capsys.readouterr()
    assert load(str(file), "2027-1", str(today), do=False, guess="") == 0
    stdout = capsys.readouterr().out
    assert "Переименуются: 1\n  Ямы во дворах → Ямы и выбоины во дворах" in stdout
    assert f"Больше не будут предлагаться: 1\n  {Theme.objects.get(name=last).group.name}: {last}" in stdout
    assert "шаблон: Об этом" in stdout
    assert Theme.objects.filter(name="Ямы во дворах").exists(), "only shown"
    assert load(str(file), "2027-1", str(today), do=True, guess="") == 0
    assert "действует" in capsys.readouterr().out
    assert Theme.objects.get(name="Ямы и выбоины во дворах").code == "blago.yamy-dvor"
    assert Theme.objects.get(name=last).retired_on == today
    assert load(str(file), "2027-1", str(today), do=True, guess="") == 2
    assert "уже действует" in capsys.readouterr().err
    assert load(str(file), "2027-2", str(today + timedelta(days=5)), do=True, guess="") == 0
    assert Classifier.objects.count() == 3
    assert (cancel("2027-2"), cancel("2027-2")) == (0, 2)
    assert Classifier.objects.count() == 2
    assert "среди ждущих нет" in capsys.readouterr().err


def test_what_is_no_version_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"PK nothing")
    for name, version, day, words in (
        ("no.xlsx", "1", "2027-01-01", "файл не читается"),
        ("bad.xlsx", "1", "2027-01-01", "Ничего не изменено"),
        ("bad.xlsx", "1", "1 января", "нужен день"),
        ("bad.xlsx", " ", "2027-01-01", "название до 32"),
    ):
        assert load(str(tmp_path / name), version, day, do=True, guess="") == 2
        assert words in capsys.readouterr().err
