"""What `otklik init` asks: what is proposed, what is asked again, and what the file then says."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from otklik.site import wishes
from otklik.site.env import WrongSetting, lines_of

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def answering(answers: dict[str, list[str]]) -> Callable[[str, str], str]:
    """Somebody who types these, question by question, and otherwise presses Enter."""
    return lambda question, _proposed: answers.get(question, [""]).pop(0) if answers.get(question) else ""


def test_enter_takes_what_is_proposed_and_the_clock_follows_the_region(tmp_path: Path) -> None:
    asked = answering({"Регион": ["Томская область"]})
    found = wishes.gather(tmp_path / "region", {}, asked, lambda _words: None)
    assert found == {
        "OTKLIK_REGION": "Томская область",
        "OTKLIK_TIME_ZONE": "Asia/Tomsk",
        "OTKLIK_URL": "http://127.0.0.1:8000",
        "OTKLIK_DATA": str(tmp_path / "region"),
        "DATABASE_URL": "",
    }
    assert wishes.now_there(found["OTKLIK_TIME_ZONE"], NOW) == "16:30"


def test_what_cannot_be_is_said_and_asked_again(tmp_path: Path) -> None:
    said: list[str] = []
    asked = answering(
        {
            "Часовой пояс": ["Mars/Olympus", "Asia/Omsk"],
            "Адрес, по которому открывают сайт": [
                "otklik.example.ru",
                "http://otklik.example.ru",
                "https://o.ru/x",
                "https://o.ru/",
            ],
            "Папка данных": ["/dev/null/otklik", str(tmp_path / "d")],
            "PostgreSQL (postgresql://…) или нет": ["mysql://x", "postgresql://u:canary@127.0.0.1:1/otklik", ""],
        }
    )
    found = wishes.gather(tmp_path, {}, asked, said.append)
    assert (found["OTKLIK_TIME_ZONE"], found["OTKLIK_URL"]) == ("Asia/Omsk", "https://o.ru")
    assert len(said) == 7
    assert "canary" not in "".join(said)


def test_what_was_told_is_not_asked_and_a_wrong_one_stops(tmp_path: Path) -> None:
    told = {"OTKLIK_REGION": "Омская область", "OTKLIK_DATA": str(tmp_path)}
    assert wishes.gather(tmp_path, told, None, print)["OTKLIK_TIME_ZONE"] == "Asia/Omsk"
    with pytest.raises(WrongSetting, match="Mars"):
        wishes.gather(tmp_path, told | {"OTKLIK_TIME_ZONE": "Mars/Olympus"}, None, print)


@pytest.mark.parametrize(
    ("site", "hosts", "proxy", "port"),
    [
        ("http://127.0.0.1:8311", "127.0.0.1,localhost,[::1]", "no", "8311"),
        ("https://otklik.example.ru", "otklik.example.ru,127.0.0.1,localhost", "yes", None),
    ],
)
def test_the_file_says_what_was_answered(site: str, hosts: str, proxy: str, port: str | None) -> None:
    found = {"OTKLIK_REGION": "Омская область", "OTKLIK_URL": site, "DATABASE_URL": ""}
    lines = lines_of(wishes.written(found, "real"), Path("otklik.env"))
    assert (lines["OTKLIK_MODE"], lines["OTKLIK_REGION"], lines["OTKLIK_URL"]) == ("real", "Омская область", site)
    assert (lines["OTKLIK_HOSTS"], lines["OTKLIK_BEHIND_PROXY"], lines.get("OTKLIK_PORT")) == (hosts, proxy, port)
    assert "DATABASE_URL" not in lines
    assert "OTKLIK_REGION" not in lines_of(wishes.written(found, "real", ["OTKLIK_REGION"]), Path("otklik.env"))
