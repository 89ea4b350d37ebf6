import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from otklik.site import addresses, env, postgresql, wishes
from otklik.site.env import Environment, WrongSetting, lines_of, read_environment
from otklik.site.wishes import BY_ZONE, zone_of


def port(raw: str) -> int:
    return env.number({"OTKLIK_PORT": raw}, "OTKLIK_PORT", 8000, 1, 65535)


def mode(raw: str) -> str:
    return env.choice({"OTKLIK_MODE": raw}, "OTKLIK_MODE", "demo", ("demo", "real"))


def issuer(raw: str) -> str:
    return addresses.provider({"OTKLIK_OIDC_ISSUER": raw}, "OTKLIK_OIDC_ISSUER")


def inside(raw: str) -> list[str]:
    return addresses.networks({"INSIDE": raw}, "INSIDE")


def one(read: Callable[[dict[str, str], str], object]) -> Callable[[str], object]:
    """Reads the variable A."""
    return lambda raw: read({"A": raw}, "A")


flag = one(lambda variables, name: env.flag(variables, name, "no"))
site = one(lambda variables, name: addresses.site(variables, name, "https://otklik.example.ru"))
hosts = one(lambda variables, name: addresses.hosts(variables, name, "localhost", "https://otklik.example.ru:8443"))
sender = one(lambda variables, name: addresses.sender(variables, name, "otklik@localhost"))
database = one(lambda variables, name: addresses.database(variables, name, "sqlite:////tmp/x"))
bases = one(lambda variables, name: addresses.addresses(variables, name, ("vk",)))
model = one(lambda variables, name: addresses.choice_or_address(variables, name, "auto", ("auto", "off")))
proxy, trusted = one(addresses.proxy), one(addresses.certificates)


def test_every_usual_spelling_of_yes_and_no_an_address_and_a_sender_is_taken(tmp_path: Path) -> None:
    assert [flag(raw) for raw in ("yes", "1", "True", "ON", "да")] == [True] * 5
    assert [flag(raw) for raw in ("", "no", "0", "False", "off", "нет")] == [False] * 6
    assert site("http://127.0.0.1:8000/") == "http://127.0.0.1:8000"
    assert hosts("") == ["localhost", "otklik.example.ru"], "the site's own name is always let in"
    assert hosts("a.example.ru,[::1],.b.ru") == ["a.example.ru", "[::1]", ".b.ru", "otklik.example.ru"]
    for right in ("otklik@localhost", "Отклик <otklik@example.ru>"):
        assert sender(right) == right
    for right in ("postgresql:///otklik", "postgres://u:p%40@h:5432/otklik", "postgresql://?service=otklik"):
        assert database(right) == right
    assert (proxy(""), proxy("http://u:p@proxy:3128")) == ("", "http://u:p@proxy:3128")
    assert trusted("") == ""


def test_a_region_of_real_work_has_the_name_that_somebody_gave_it() -> None:
    assert env.region({}, "A", training=True) == "Краснодарский край"
    assert env.region({"A": "Омская область"}, "A", training=False) == "Омская область"
    with pytest.raises(WrongSetting, match="A=Омская область"):
        env.region({}, "A", training=False)


def test_an_empty_variable_means_the_default_and_right_values_pass_ends_included() -> None:
    for empty in ("", "   ", "\n"):
        assert env.text({"A": empty}, "A", "default") == "default"
        assert (port(empty), mode(empty)) == (8000, "demo")
        assert env.words({"A": empty}, "A", "x, y") == ["x", "y"]
    assert (addresses.provider({}, "A"), addresses.networks({}, "A")) == ("", [])
    assert [port(raw) for raw in ("1", "65535", " 80 ")] == [1, 65535, 80]
    assert env.words({"A": " a, ,b,, c "}, "A") == ["a", "b", "c"]
    for address in ("https://sso.example.ru/realms/x/", "http://127.0.0.1:9400"):
        assert issuer(address) == address.rstrip("/"), "with TLS or on this machine"
    assert inside("10.20.0.0/16, fd00::/8") == ["10.20.0.0/16", "fd00::/8"]


@pytest.mark.parametrize(
    ("read", "raw", "words"),
    [
        *(
            (port, read_environment, "OTKLIK_PORT")
            for read_environment in ("abc", "1.5", "1e3", "0x10", "--5", "5 секунд")
        ),
        *((port, read_environment, r"1 .* 65535") for read_environment in ("0", "-1", "65536", "9" * 50)),
        *((mode, read_environment, "demo, real") for read_environment in ("Real", "prod", "demo,real")),
        *(
            (issuer, read_environment, "OTKLIK_OIDC_ISSUER")
            for read_environment in ("sso.example.ru", "http://sso.example.ru", "https://")
        ),
        (issuer, "ftp://sso.example.ru", "OTKLIK_OIDC_ISSUER"),
        *((flag, read_environment, "A=.*yes или no") for read_environment in ("maybe", "2", "enable")),
        *(
            (site, read_environment, "A=.*https://otklik")
            for read_environment in ("otklik.example.ru", "//x", "https://", "ftp://x")
        ),
        *(
            (site, read_environment, "A=.*https://otklik")
            for read_environment in ("https://x/desk", "https://x:99999", "https://u:p@x")
        ),
        *(
            (hosts, read_environment, "A: .*otklik.example.ru")
            for read_environment in ("https://x", "x:8000", "x/y", "x y")
        ),
        *(
            (sender, read_environment, "A=.*otklik@example.ru")
            for read_environment in ("otklik", "@x", "a@b@c", "Отклик otklik@x")
        ),
        *(
            (database, read_environment, "A: .*postgresql://")
            for read_environment in ("postgres://a", "postgresql://u:p#w@h/x", "nonsense")
        ),
        *(
            (database, read_environment, "A: .*postgresql://")
            for read_environment in ("postgres://", "postgresql://u:p@h:port/x")
        ),
        *(
            (database, read_environment, "A: .*sqlite:////")
            for read_environment in ("sqlite://x", "sqlite:///", "sqlite://")
        ),
        *(
            (proxy, read_environment, "A: .*http://proxy")
            for read_environment in ("proxy:3128", "none", "socks5://x:1", "http://x:port")
        ),
        *(
            (trusted, read_environment, "A=.*нет|A=.*PEM|A=.*directory")
            for read_environment in ("/nowhere.pem", __file__, "/")
        ),
        *(
            (bases, read_environment, "A: .*vk=https")
            for read_environment in ("vk=https://", "vk=api.vk.ru", "no=https://x")
        ),
        *((model, read_environment, "A=.*https://") for read_environment in ("https://", "http://x:port", "on")),
        *((inside, read_environment, "INSIDE") for read_environment in ("10.20.0.1/16", "inside", "10.20.0.0/99")),
    ],
)
def test_a_wrong_value_is_refused_by_name(read: Callable[[str], object], raw: str, words: str) -> None:
    with pytest.raises(WrongSetting, match=words):
        read(raw)


def test_a_secret_is_made_up_and_once_kept_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    keep_in = tmp_path / "new" / "secret.key"
    made = env.secret({}, "OTKLIK_SECRET_KEY", keep_in)
    assert not keep_in.parent.exists(), "nobody has asked the database yet"
    assert env.keep(made, keep_in) == env.keep("another", keep_in) == made
    assert stat.S_IMODE(keep_in.stat().st_mode) == 0o600
    assert env.secret({}, "OTKLIK_SECRET_KEY", keep_in) == made
    assert [path.name for path in keep_in.parent.iterdir()] == ["secret.key"]
    others = [env.secret({}, "A", tmp_path / name) for name in ("new/sandbox.key", "two/secret.key", "two/sandbox.key")]
    assert len({made, *others}) == 4
    assert min(len(one) for one in (made, *others)) >= 60


def test_a_given_secret_is_written_nowhere_and_a_short_one_or_a_spoilt_file_is_refused(tmp_path: Path) -> None:
    secret = "given-secret-that-is-long-enough-0123456789"
    assert env.secret({"A": secret}, "A", tmp_path / "secret.key") == secret
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
    for client, key, absent in (("", "k", "OTKLIK_OIDC_CLIENT"), ("c", "", "OTKLIK_OIDC_SECRET")):
        with pytest.raises(WrongSetting, match=absent):
            env.oidc_apps("https://sso.example.ru", client, key)
    assert env.oidc_apps("", "c", "k") == []
    assert env.oidc_apps("https://sso.example.ru", "c", "k")[0]["settings"] == {"server_url": "https://sso.example.ru"}


HERE = Path("otklik.env")


def test_a_file_is_read_line_by_line_and_a_line_that_is_no_setting_is_named_without_its_value() -> None:
    content = "\ufeff# comment\n\nOTKLIK_REGION=Омская область\r\nA = 'кавычки' \nB=\"x=y\"\nC=\nD='\n"
    assert lines_of(content, HERE) == {"OTKLIK_REGION": "Омская область", "A": "кавычки", "B": "x=y", "C": "", "D": "'"}
    for content in ("OTKLIK_REGION", "=value", "export A=canary", "A=1\nA=canary", "A-B=canary"):
        with pytest.raises(WrongSetting) as wrong:
            lines_of(content, HERE)
        assert f"строка {len(content.splitlines())}" in str(wrong.value)
        assert "canary" not in str(wrong.value)


def test_a_file_may_be_named_or_refused_the_environment_wins_and_a_line_of_no_option_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "otklik.env"
    file.write_text("A=file\nB=file\n")
    environment = read_environment({"A": "environment"}, [tmp_path / "absent", file])
    assert (environment["A"], environment["B"], environment.get("C", "none"), sorted(environment)) == (
        "environment",
        "file",
        "none",
        ["A", "B"],
    )
    environment.check()
    usual, own = tmp_path / "usual", tmp_path / "own"
    usual.write_text("A=usual\n")
    own.write_text("A=own\n")
    assert read_environment({}, [usual])["A"] == "usual"
    assert read_environment({env.FILE: str(own)}, [usual])["A"] == "own"
    assert read_environment({env.FILE: "none"}, [usual]).get("A", "") == ""
    with pytest.raises(WrongSetting, match="absent нет: проверьте OTKLIK_SETTINGS_FILE"):
        read_environment({env.FILE: str(tmp_path / "absent")}, [usual])
    barred = tmp_path / ("x" * 300)  # even to ask whether it is there is refused
    with pytest.raises(WrongSetting, match="слишком длинное имя"):
        read_environment({}, [barred, usual])
    assert env.no_installation({}, [barred], tmp_path) == ""
    own.write_bytes(b"A=\xff\n")
    with pytest.raises(WrongSetting, match="UTF-8"):
        read_environment({env.FILE: str(own)}, [usual])
    environment = Environment({}, {"OTKLIK_REGIN": "x"}, HERE)
    env.text(environment, "OTKLIK_REGION", "")
    with pytest.raises(WrongSetting, match="OTKLIK_REGIN нет; может быть, OTKLIK_REGION"):
        environment.check()


def test_a_region_has_the_clock_of_its_capital_and_every_clock_that_is_proposed_exists() -> None:
    clocks = {"Омская область": "Asia/Omsk", "Республика Саха (Якутия)": "Asia/Yakutsk", "": "Europe/Moscow"}
    clocks |= {"Ханты-Мансийский автономный округ — Югра": "Asia/Yekaterinburg", "Краснодарский край": "Europe/Moscow"}
    assert {region: zone_of(region) for region in clocks} == clocks
    assert [env.zone({"zone": zone}, "zone", "") for zone in BY_ZONE] == list(BY_ZONE)


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def answering(answers: dict[str, list[str]]) -> Callable[[str, str], str]:
    """Somebody who types these, question by question, and otherwise presses Enter."""
    return lambda question, _proposed: answers.get(question, [""]).pop(0) if answers.get(question) else ""


def asked_for(folder: Path, options: dict[str, str], ask: wishes.Ask | None, messages: list[str]) -> dict[str, str]:
    return wishes.gather(wishes.wishes(folder), options, ask, messages.append)


def test_what_is_known_is_not_asked_and_the_region_has_to_be_named(tmp_path: Path) -> None:
    messages: list[str] = []
    asked = answering({"Регион, например Омская область": ["", " ", "-", "Томская область"]})
    answers = asked_for(tmp_path / "region", {}, asked, messages)
    proposed = {"OTKLIK_REGION": "Томская область", "OTKLIK_TIME_ZONE": "Asia/Tomsk", "DATABASE_URL": ""}
    proposed |= {"OTKLIK_URL": "http://127.0.0.1:8000", "OTKLIK_DATA": str(tmp_path / "region")}
    assert answers == proposed
    assert wishes.now_there(answers["OTKLIK_TIME_ZONE"], NOW) == "16:30"
    assert len([words for words in messages if "назовите свой регион" in words]) == 3, "Enter chooses no region"
    assert [words for words in messages if "createuser" in words and "createdb" in words]
    options = {"OTKLIK_REGION": "Омская область", "OTKLIK_DATA": str(tmp_path)}
    assert asked_for(tmp_path, options, None, messages)["OTKLIK_TIME_ZONE"] == "Asia/Omsk"
    for wrong, option in (({"OTKLIK_REGION": ""}, "--region"), ({"OTKLIK_TIME_ZONE": "Mars/Olympus"}, "--time-zone")):
        with pytest.raises(WrongSetting, match=option):
            asked_for(tmp_path, options | wrong, None, messages)


def test_what_cannot_be_is_said_and_asked_again(tmp_path: Path) -> None:
    messages: list[str] = []
    sites = [
        "otklik.example.ru",
        "http://otklik.example.ru",
        "http://127.0.0.1:99999",
        "https://o.ru/x",
        "https://o.ru/",
    ]
    away = "postgresql://u:canary@127.0.0.1:1/otklik"
    asked = answering(
        {
            "Часовой пояс": ["Mars/Olympus", "Asia/Omsk"],
            "Адрес, по которому открывают сайт": sites,
            "Папка данных": ["/dev/null/otklik", str(tmp_path / "d")],
            wishes.wishes(tmp_path)[-1].question: ["mysql://x", "postgres://a", away, "sqlite:////dev/null/x", "нет"],
        }
    )
    answers = asked_for(tmp_path, {"OTKLIK_REGION": "Омская область"}, asked, messages)
    assert (answers["OTKLIK_TIME_ZONE"], answers["OTKLIK_URL"], answers["DATABASE_URL"]) == (
        "Asia/Omsk",
        "https://o.ru",
        "",
    )
    assert len([words for words in messages if "Так не получится" in words]) == 10
    assert "canary" not in "".join(messages)
    who = answering(
        {"Имя для входа администратора": ["имя с пробелом", "", "x"], "Его почта (можно пропустить)": ["a@b"]}
    )
    assert wishes.gather(wishes.ADMINISTRATOR, {}, who, messages.append) == {"login": "admin", "name": "", "email": ""}


@pytest.mark.parametrize(
    ("error_text", "words"),
    [
        ('FATAL:  database "o" does not exist', "базы o на нём нет. Создать"),
        ('ВАЖНО:  база данных "o" не существует', "базы o на нём нет. Создать"),
        ('FATAL:  role "r" does not exist', "роли r на нём нет"),
        ('ВАЖНО:  роль "r" не существует', "роли r на нём нет"),
        ('FATAL:  password authentication failed for user "r"', "не принял пароль роли r"),
        ('ВАЖНО:  пользователь "r" не прошёл проверку подлинности (по паролю)', "не принял пароль роли r"),
        ("fe_sendauth: no password supplied", "не принял пароль роли r"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1"', "pg_hba.conf"),
        ("FATAL:  sorry, too many clients already", "сервер отказал: sorry, too many"),
        ("connection refused", "не отвечает"),
        ("failed to resolve host 'h'", "не отвечает"),
    ],
)
def test_a_server_that_does_not_let_in_is_told_by_what_is_missing(error_text: str, words: str) -> None:
    assert words in postgresql.refusal(error_text, "r", "o")


def test_the_file_says_what_was_answered() -> None:
    for site, hosts, proxy, port in (
        ("http://127.0.0.1:8311", "127.0.0.1,localhost,[::1]", "no", "8311"),
        ("https://otklik.example.ru", "otklik.example.ru,127.0.0.1,localhost", "yes", None),
    ):
        answers = {"OTKLIK_REGION": "Омская область", "OTKLIK_URL": site, "DATABASE_URL": ""}
        lines = lines_of(wishes.written(answers, "real"), Path("otklik.env"))
        assert (lines["OTKLIK_MODE"], lines["OTKLIK_REGION"], lines["OTKLIK_URL"]) == ("real", "Омская область", site)
        assert (lines["OTKLIK_HOSTS"], lines["OTKLIK_BEHIND_PROXY"], lines.get("OTKLIK_PORT")) == (hosts, proxy, port)
        assert "DATABASE_URL" not in lines
        assert "OTKLIK_REGION" not in lines_of(wishes.written(answers, "real", ["OTKLIK_REGION"]), Path("otklik.env"))
