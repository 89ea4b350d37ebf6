"""Options from the environment and the settings file, and what `otklik init` asks for them: a wrong value is refused by
name, and a secret is made once and kept to oneself.
"""

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from otklik.site import env, wishes
from otklik.site.env import (
    Given,
    WrongSetting,
    choice,
    given,
    lines_of,
    networks,
    number,
    oidc_apps,
    provider,
    second_factor,
    secret,
    text,
    words,
)
from otklik.site.regions import BY_ZONE, zone_of


@pytest.mark.parametrize("given", ["", "   ", "\n"])
def test_an_empty_variable_means_the_default(given: str) -> None:
    assert text({"A": given}, "A", "default") == "default"
    assert number({"A": given}, "A", 5, 1, 9) == 5
    assert choice({"A": given}, "A", "demo", ("demo", "real")) == "demo"
    assert words({"A": given}, "A", "x, y") == ["x", "y"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        *((given, "OTKLIK_PORT") for given in ("abc", "1.5", "1e3", "0x10", "--5", "5 секунд")),
        *((given, r"1 .* 65535") for given in ("0", "-1", "65536", "9" * 50)),
    ],
)
def test_what_is_not_a_number_is_refused_by_name_and_one_out_of_bounds_with_them(given: str, words: str) -> None:
    with pytest.raises(WrongSetting, match=words):
        number({"OTKLIK_PORT": given}, "OTKLIK_PORT", 8000, 1, 65535)


def test_numbers_within_bounds_pass_ends_included() -> None:
    assert [number({"A": given}, "A", 8000, 1, 65535) for given in ("1", "65535", " 80 ")] == [1, 65535, 80]


@pytest.mark.parametrize("given", ["Real", "prod", "demo,real"])
def test_a_word_that_is_not_offered_is_refused_with_the_offer(given: str) -> None:
    with pytest.raises(WrongSetting, match="demo, real"):
        choice({"OTKLIK_MODE": given}, "OTKLIK_MODE", "demo", ("demo", "real"))


def test_lists_forget_empty_pieces() -> None:
    assert words({"A": " a, ,b,, c "}, "A") == ["a", "b", "c"]


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    keep_in = tmp_path / "new" / "secret.key"
    made = secret({}, "OTKLIK_SECRET_KEY", keep_in)
    assert stat.S_IMODE(keep_in.stat().st_mode) == 0o600
    assert secret({}, "OTKLIK_SECRET_KEY", keep_in) == made
    assert [path.name for path in keep_in.parent.iterdir()] == ["secret.key"]


def test_every_installation_has_secrets_of_its_own(tmp_path: Path) -> None:
    made = [secret({}, "A", tmp_path / name / key) for name in ("one", "two") for key in ("secret.key", "sandbox.key")]
    assert len(set(made)) == 4
    assert min(len(one) for one in made) >= 60


def test_a_given_secret_is_written_nowhere(tmp_path: Path) -> None:
    given = "given-secret-that-is-long-enough-0123456789"
    assert secret({"A": given}, "A", tmp_path / "secret.key") == given
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_is_refused_without_being_quoted(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as refused:
        secret({"A": "canary-too-short"}, "A", tmp_path / "secret.key")
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("held", ["", "short", "\n" * 60])
def test_a_spoilt_key_file_is_refused_and_left_as_it_is(tmp_path: Path, held: str) -> None:
    keep_in = tmp_path / "secret.key"
    keep_in.write_text(held)
    with pytest.raises(WrongSetting, match=r"secret\.key"):
        secret({}, "A", keep_in)
    assert keep_in.read_text() == held


def test_only_a_training_region_goes_without_a_second_factor() -> None:
    assert second_factor("auto", training=True) == "off"
    assert second_factor("auto", training=False) == "required"
    assert second_factor("everyone", training=False) == "everyone"
    with pytest.raises(WrongSetting, match="OTKLIK_SECOND_FACTOR=off"):
        second_factor("off", training=False)


@pytest.mark.parametrize("given", ["sso.example.ru", "http://sso.example.ru", "ftp://sso.example.ru", "https://"])
def test_nobody_vouches_for_people_without_tls(given: str) -> None:
    with pytest.raises(WrongSetting, match="OTKLIK_OIDC_ISSUER"):
        provider({"OTKLIK_OIDC_ISSUER": given}, "OTKLIK_OIDC_ISSUER")


def test_a_provider_on_this_machine_or_with_tls_passes_without_its_last_slash() -> None:
    for address in ("https://sso.example.ru/realms/x/", "http://127.0.0.1:9400"):
        assert provider({"A": address}, "A") == address.rstrip("/")
    assert provider({}, "A") == ""


def test_half_a_provider_is_refused_and_none_is_none() -> None:
    for client, key in (("", "k"), ("c", "")):
        with pytest.raises(WrongSetting, match="OTKLIK_OIDC_CLIENT"):
            oidc_apps("https://sso.example.ru", client, key)
    assert oidc_apps("", "c", "k") == []
    assert oidc_apps("https://sso.example.ru", "c", "k")[0]["settings"] == {"server_url": "https://sso.example.ru"}


def test_networks_are_written_as_networks() -> None:
    assert networks({"INSIDE": "10.20.0.0/16, fd00::/8"}, "INSIDE") == ["10.20.0.0/16", "fd00::/8"]
    assert networks({}, "INSIDE") == []
    for wrong in ("10.20.0.1/16", "inside", "10.20.0.0/99"):
        with pytest.raises(WrongSetting, match="INSIDE"):
            networks({"INSIDE": wrong}, "INSIDE")


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
