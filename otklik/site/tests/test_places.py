from pathlib import Path

import pytest

from otklik.places.models import Place
from otklik.site.places import load
from otklik.triage.judge import forget, minds

LIST = (
    "level,name,kind,streets\nregion,Озёрный край,,\nmunicipality,Луговой район,,\nsettlement,Луговск,город,ул Ыйская\n"
)

pytestmark = pytest.mark.django_db


def test_a_list_of_another_region_is_understood_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forget()
    assert minds().places.find("в Луговске темно").place_id is None
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    assert load(str(file)) == 0
    assert "Мест новых: 3" in capsys.readouterr().out
    guess = minds().places.find("в Луговске на Ыйской, 5 темно")
    assert guess.settlement_id == Place.objects.get(name="Луговск").pk
    assert (guess.street, guess.house) == ("улица Ыйская", "5")
    file.write_text(LIST.replace("Луговск,город", "Луговск,посёлок"), "utf-8")
    load(str(file))
    assert minds().places.find("г. Луговск").share < minds().places.find("пос. Луговск").share
    forget()


def test_a_wrong_list_is_told_by_lines_and_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST + "".join(f"x,Село {number},,\n" for number in range(25)), "utf-8")
    assert load(str(file)) == 2
    told = capsys.readouterr().err.splitlines()
    assert "строка 5" in told[0]
    assert told[-1] == "…и ещё ошибок: 5. Ничего не загружено."
    assert not Place.objects.exists()


def test_a_file_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert load("/nowhere/list.csv") == 2
    assert "файл не читается" in capsys.readouterr().err


def test_a_check_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    assert load(str(file), only_check=True) == 0
    assert capsys.readouterr().out == "Ошибок нет. Мест: 3, улиц: 1.\n"
    assert not Place.objects.exists()
