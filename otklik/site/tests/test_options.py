import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from otklik.site import env, wishes
from otklik.site.env import Given, WrongSetting, given, lines_of
from otklik.site.regions import BY_ZONE, zone_of


def port(given: str) -> int:
    return env.number({"OTKLIK_PORT": given}, "OTKLIK_PORT", 8000, 1, 65535)


def mode(given: str) -> str:
    return env.choice({"OTKLIK_MODE": given}, "OTKLIK_MODE", "demo", ("demo", "real"))


def issuer(given: str) -> str:
    return env.provider({"OTKLIK_OIDC_ISSUER": given}, "OTKLIK_OIDC_ISSUER")


def inside(given: str) -> list[str]:
    return env.networks({"INSIDE": given}, "INSIDE")


def test_an_empty_variable_means_the_default_and_right_values_pass_ends_included() -> None:
    for empty in ("", "   ", "\n"):
        assert env.text({"A": empty}, "A", "default") == "default"
        assert (port(empty), mode(empty)) == (8000, "demo")
        assert env.words({"A": empty}, "A", "x, y") == ["x", "y"]
    assert (env.provider({}, "A"), env.networks({}, "A")) == ("", [])
    assert [port(given) for given in ("1", "65535", " 80 ")] == [1, 65535, 80]
    assert env.words({"A": " a, ,b,, c "}, "A") == ["a", "b", "c"]
    for address in ("https://sso.example.ru/realms/x/", "http://127.0.0.1:9400"):
        assert issuer(address) == address.rstrip("/"), "with TLS or on this machine"
    assert inside("10.20.0.0/16, fd00::/8") == ["10.20.0.0/16", "fd00::/8"]


@pytest.mark.parametrize(
    ("read", "given", "words"),
    [
        *((port, given, "OTKLIK_PORT") for given in ("abc", "1.5", "1e3", "0x10", "--5", "5 секунд")),
        *((port, given, r"1 .* 65535") for given in ("0", "-1", "65536", "9" * 50)),
        *((mode, given, "demo, real") for given in ("Real", "prod", "demo,real")),
        *((issuer, given, "OTKLIK_OIDC_ISSUER") for given in ("sso.example.ru", "http://sso.example.ru", "https://")),
        (issuer, "ftp://sso.example.ru", "OTKLIK_OIDC_ISSUER"),
        *((inside, given, "INSIDE") for given in ("10.20.0.1/16", "inside", "10.20.0.0/99")),
    ],
)
def test_a_wrong_value_is_refused_by_name(read: Callable[[str], object], given: str, words: str) -> None:
    with pytest.raises(WrongSetting, match=words):
        read(given)


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    keep_in = tmp_path / "new" / "secret.key"
    made = env.secret({}, "OTKLIK_SECRET_KEY", keep_in)
    assert stat.S_IMODE(keep_in.stat().st_mode) == 0o600
    assert env.secret({}, "OTKLIK_SECRET_KEY", keep_in) == made
    assert [path.name for path in keep_in.parent.iterdir()] == ["secret.key"]
    others = [env.secret({}, "A", tmp_path / name) for name in ("new/sandbox.key", "two/secret.key", "two/sandbox.key")]
    assert len({made, *others}) == 4
    assert min(len(one) for one in (made, *others)) >= 60


def test_a_given_secret_is_written_nowhere_and_a_short_one_or_a_spoilt_file_is_refused(tmp_path: Path) -> None:
    given = "given-secret-that-is-long-enough-0123456789"
    assert env.secret({"A": given}, "A", tmp_path / "secret.key") == given
    with pytest.raises(WrongSetting) as refused:
        env.secret({"A": "canary-too-short"}, "A", tmp_path / "secret.key")
    assert "canary" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    for held in ("", "short", "\n" * 60):
        keep_in = tmp_path / "secret.key"
        keep_in.write_text(held)
        with pytest.raises(WrongSetting, match=r"secret\.key"):
            env.secret({}, "A", keep_in)
        assert keep_in.read_text() == held, "left as it is"


def test_only_a_training_region_goes_without_a_second_factor_and_half_a_provider_is_refused() -> None:
    assert env.second_factor("auto", training=True) == "off"
    assert env.second_factor("auto", training=False) == "required"
    assert env.second_factor("everyone", training=False) == "everyone"
    with pytest.raises(WrongSetting, match="OTKLIK_SECOND_FACTOR=off"):
        env.second_factor("off", training=False)
    for client, key in (("", "k"), ("c", "")):
        with pytest.raises(WrongSetting, match="OTKLIK_OIDC_CLIENT"):
            env.oidc_apps("https://sso.example.ru", client, key)
    assert env.oidc_apps("", "c", "k") == []
    assert env.oidc_apps("https://sso.example.ru", "c", "k")[0]["settings"] == {"server_url": "https://sso.example.ru"}


HERE = Path("otklik.env")


def test_a_file_is_read_line_by_line_and_a_line_that_is_no_setting_is_named_without_its_value() -> None:
    told = "\ufeff# comment\n\nOTKLIK_REGION=Омская область\r\nA = 'кавычки' \nB=\"x=y\"\nC=\nD='\n"
    assert lines_of(told, HERE) == {"OTKLIK_REGION": "Омская область", "A": "кавычки", "B": "x=y", "C": "", "D": "'"}
    for told in ("OTKLIK_REGION", "=value", "export A=canary", "A=1\nA=canary", "A-B=canary"):
        with pytest.raises(WrongSetting) as wrong:
            lines_of(told, HERE)
        assert f"строка {len(told.splitlines())}" in str(wrong.value)
        assert "canary" not in str(wrong.value)


def test_a_file_may_be_named_or_refused_the_environment_wins_and_a_line_of_no_option_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "otklik.env"
    file.write_text("A=file\nB=file\n")
    told = given({"A": "environment"}, [tmp_path / "absent", file])
    assert (told["A"], told["B"], told.get("C", "none"), sorted(told)) == ("environment", "file", "none", ["A", "B"])
    told.check()
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
    told = Given({}, {"OTKLIK_REGIN": "x"}, HERE)
    env.text(told, "OTKLIK_REGION", "")
    with pytest.raises(WrongSetting, match="OTKLIK_REGIN нет; может быть, OTKLIK_REGION"):
        told.check()


def test_a_region_has_the_clock_of_its_capital_and_every_clock_that_is_proposed_exists() -> None:
    clocks = {"Омская область": "Asia/Omsk", "Республика Саха (Якутия)": "Asia/Yakutsk", "": "Europe/Moscow"}
    clocks |= {"Ханты-Мансийский автономный округ — Югра": "Asia/Yekaterinburg", "Краснодарский край": "Europe/Moscow"}
    assert {region: zone_of(region) for region in clocks} == clocks
    assert [env.zone({"zone": zone}, "zone", "") for zone in BY_ZONE] == list(BY_ZONE)


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def answering(answers: dict[str, list[str]]) -> Callable[[str, str], str]:
    """Somebody who types these, question by question, and otherwise presses Enter."""
    return lambda question, _proposed: answers.get(question, [""]).pop(0) if answers.get(question) else ""


def test_what_is_known_is_not_asked_and_what_cannot_be_is_said_and_asked_again(tmp_path: Path) -> None:
    asked = answering({"Регион": ["Томская область"]})
    found = wishes.gather(tmp_path / "region", {}, asked, lambda _words: None)
    proposed = {"OTKLIK_REGION": "Томская область", "OTKLIK_TIME_ZONE": "Asia/Tomsk", "DATABASE_URL": ""}
    proposed |= {"OTKLIK_URL": "http://127.0.0.1:8000", "OTKLIK_DATA": str(tmp_path / "region")}
    assert found == proposed
    assert wishes.now_there(found["OTKLIK_TIME_ZONE"], NOW) == "16:30"
    told = {"OTKLIK_REGION": "Омская область", "OTKLIK_DATA": str(tmp_path)}
    assert wishes.gather(tmp_path, told, None, print)["OTKLIK_TIME_ZONE"] == "Asia/Omsk"
    with pytest.raises(WrongSetting, match="Mars"):
        wishes.gather(tmp_path, told | {"OTKLIK_TIME_ZONE": "Mars/Olympus"}, None, print)
    said: list[str] = []
    addresses = ["otklik.example.ru", "http://otklik.example.ru", "https://o.ru/x", "https://o.ru/"]
    asked = answering(
        {
            "Часовой пояс": ["Mars/Olympus", "Asia/Omsk"],
            "Адрес, по которому открывают сайт": addresses,
            "Папка данных": ["/dev/null/otklik", str(tmp_path / "d")],
            "PostgreSQL (postgresql://…) или нет": ["mysql://x", "postgresql://u:canary@127.0.0.1:1/otklik", ""],
        }
    )
    found = wishes.gather(tmp_path, {}, asked, said.append)
    assert (found["OTKLIK_TIME_ZONE"], found["OTKLIK_URL"]) == ("Asia/Omsk", "https://o.ru")
    assert len(said) == 7
    assert "canary" not in "".join(said)


def test_the_file_says_what_was_answered() -> None:
    for site, hosts, proxy, port in (
        ("http://127.0.0.1:8311", "127.0.0.1,localhost,[::1]", "no", "8311"),
        ("https://otklik.example.ru", "otklik.example.ru,127.0.0.1,localhost", "yes", None),
    ):
        found = {"OTKLIK_REGION": "Омская область", "OTKLIK_URL": site, "DATABASE_URL": ""}
        lines = lines_of(wishes.written(found, "real"), Path("otklik.env"))
        assert (lines["OTKLIK_MODE"], lines["OTKLIK_REGION"], lines["OTKLIK_URL"]) == ("real", "Омская область", site)
        assert (lines["OTKLIK_HOSTS"], lines["OTKLIK_BEHIND_PROXY"], lines.get("OTKLIK_PORT")) == (hosts, proxy, port)
        assert "DATABASE_URL" not in lines
        assert "OTKLIK_REGION" not in lines_of(wishes.written(found, "real", ["OTKLIK_REGION"]), Path("otklik.env"))
