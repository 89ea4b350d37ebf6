"""The settings file: what it may say, who wins, and what is told of a line that nobody reads."""

from pathlib import Path

import pytest

from otklik.site import env
from otklik.site.env import Given, WrongSetting, given, lines_of
from otklik.site.regions import BY_ZONE, zone_of

HERE = Path("otklik.env")


def test_a_file_is_read_line_by_line() -> None:
    told = "\ufeff# comment\n\nOTKLIK_REGION=Омская область\r\nA = 'кавычки' \nB=\"x=y\"\nC=\nD='\n"
    assert lines_of(told, HERE) == {"OTKLIK_REGION": "Омская область", "A": "кавычки", "B": "x=y", "C": "", "D": "'"}


@pytest.mark.parametrize("told", ["OTKLIK_REGION", "=value", "export A=canary", "A=1\nA=canary", "A-B=canary"])
def test_a_line_that_is_no_setting_is_named_by_its_number_without_its_value(told: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        lines_of(told, HERE)
    assert f"строка {len(told.splitlines())}" in str(wrong.value)
    assert "canary" not in str(wrong.value)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "otklik.env"
    file.write_text("A=file\nB=file\n")
    told = given({"A": "environment"}, [tmp_path / "absent", file])
    assert (told["A"], told["B"], told.get("C", "none"), sorted(told)) == ("environment", "file", "none", ["A", "B"])
    told.check()


def test_a_file_may_be_named_and_may_be_refused(tmp_path: Path) -> None:
    usual, own = tmp_path / "usual", tmp_path / "own"
    usual.write_text("A=usual\n")
    own.write_text("A=own\n")
    assert given({}, [usual])["A"] == "usual"
    assert given({env.FILE: str(own)}, [usual])["A"] == "own"
    assert given({env.FILE: "none"}, [usual]).get("A", "") == ""
    with pytest.raises(WrongSetting, match="не читается"):
        given({env.FILE: str(tmp_path / "absent")}, [usual])
    own.write_bytes(b"A=\xff\n")
    with pytest.raises(WrongSetting, match="UTF-8"):
        given({env.FILE: str(own)}, [usual])


def test_a_line_that_no_option_has_is_refused_with_the_nearest_name() -> None:
    told = Given({}, {"OTKLIK_REGIN": "x"}, HERE)
    env.text(told, "OTKLIK_REGION", "")
    with pytest.raises(WrongSetting, match="OTKLIK_REGIN нет; может быть, OTKLIK_REGION"):
        told.check()


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("Омская область", "Asia/Omsk"),
        ("Республика Саха (Якутия)", "Asia/Yakutsk"),
        ("Ханты-Мансийский автономный округ — Югра", "Asia/Yekaterinburg"),
        ("Краснодарский край", "Europe/Moscow"),
        ("", "Europe/Moscow"),
    ],
)
def test_a_region_has_the_clock_of_its_capital(region: str, zone: str) -> None:
    assert zone_of(region) == zone


@pytest.mark.parametrize("zone", BY_ZONE)
def test_every_clock_that_is_proposed_exists(zone: str) -> None:
    assert env.zone({"zone": zone}, "zone", "") == zone
