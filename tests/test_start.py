import argparse
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import Client
from pytest_django import Settings

from otklik.backups.models import Installation
from otklik.people.models import User
from otklik.site.cli import _parser, main
from otklik.site.commands.parser import MORE
from otklik.site.safety import Unsafe, check_start
from otklik.site.version import program
from tests import template
from tests.make import inbox
from tests.processes import CLI, ROOT, bare_environment, otklik, running, status, until_seen
from tests.region import PASSWORD, build_people
from tests.sandbox.process import free_port

COMMANDS = ("demo", "serve", "work", "sandbox", "check", "audit")
STATIC = ROOT / "otklik" / "desk" / "static" / "desk"


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a refused start says: one line, no traceback, exit code 2."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def tree(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its path of words, the whole command line first."""
    yield path, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                yield from tree(child, f"{path} {name}".strip())


class TestCommands:
    """The command line explains itself."""

    @pytest.mark.parametrize("words", ["", *COMMANDS, "sandbox post", "secrets rotate", "secrets forget"])
    def test_every_command_has_help_and_is_mentioned(self, words: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main([*words.split(), "--help"])
        assert ended.value.code == 0
        shown = capsys.readouterr().out
        assert words in shown
        assert words or [word for word in COMMANDS if f" {word} " not in shown] == []

    def test_every_command_says_what_it_is_for_and_every_argument_what_it_means(self) -> None:
        parsers = dict(tree(_parser()))
        assert {name for name, parser in parsers.items() if len(parser.description or "") < 15} == set()
        assert set(MORE) - set(parsers) == set()
        nameless = {
            f"{name} {action.metavar or action.option_strings or action.dest}"
            for name, parser in parsers.items()
            for action in parser._actions
            if not action.help and not isinstance(action, argparse._SubParsersAction)
        }
        assert nameless == set()

    def test_it_says_its_version_without_settings(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["--version"])
        assert (ended.value.code, capsys.readouterr().out) == (0, f"otklik {program()}\n")

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ((), "не хватает: команда"),
            (("serv",), "'serv' не годится"),
            (("work", "--onlx"), "лишнее: --onlx"),
            (("audit", "extra"), "лишнее: extra"),
            (("work", "--only"), "нужно одно значение"),
            (("backup", "--keep", "x"), "'x' не годится: нужно целое число"),
            (("report", "--period", "2026-06", "--day", "2026-06-14"), "вместе с --period не бывает"),
        ],
    )
    def test_what_is_no_command_ends_with_2_and_is_said_in_russian(
        self, words: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        shown = capsys.readouterr().err
        assert expected in shown
        assert shown.startswith("использование: otklik")


@pytest.mark.processes
@pytest.mark.enable_socket
class TestWrongSettings:
    """One clear sentence, exit code 2, no traceback."""

    @pytest.mark.alike
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *(("OTKLIK_PORT", "восемь тысяч"), ("OTKLIK_PORT", "0"), ("OTKLIK_PORT", "70000")),
            *(("OTKLIK_MODE", "prod"), ("OTKLIK_SECRET_KEY", "short"), ("OTKLIK_UNDO_HOLD", "-1")),
            *(("OTKLIK_UNDO_HOLD", "61"), ("OTKLIK_LOOK_FOR", "7201"), ("OTKLIK_WEBHOOK_MAX_BYTES", "1")),
            *(("OTKLIK_TIME_ZONE", "Mars/Olympus"), ("OTKLIK_LOG_LEVEL", "LOUD"), ("DATABASE_URL", "nonsense")),
            ("DATABASE_URL", "mysql://user:canary-of-a-password@127.0.0.1/otklik"),
            *(("DATABASE_URL", "postgres://a"), ("DATABASE_URL", "postgresql://u:canary#w@h/x")),
            *(("OTKLIK_URL", "otklik.example.ru"), ("OTKLIK_HOSTS", "https://otklik.example.ru")),
            *(("OTKLIK_CA_FILE", "/nowhere.pem"), ("OTKLIK_PROXY", "user:canary@proxy:3128")),
            *(("OTKLIK_BEHIND_PROXY", "enable"), ("OTKLIK_MAIL_FROM", "otklik")),
            *(("OTKLIK_ALERTS_BOT", "max"), ("OTKLIK_OIDC_ISSUER", "https://sso.example.ru")),
        ],
    )
    def test_a_wrong_setting_is_one_sentence_that_names_it(self, tmp_path: Path, name: str, value: str) -> None:
        sentence = one_sentence(otklik(bare_environment(tmp_path, **{name: value}), "work"))
        assert name in sentence
        assert "canary" not in sentence

    @pytest.mark.alike
    @pytest.mark.parametrize("command", ["check", "audit"])
    def test_a_database_that_cannot_be_reached_is_one_sentence(self, tmp_path: Path, command: str) -> None:
        away = f"postgresql://otklik:canary-of-a-password@127.0.0.1:{free_port()}/otklik"
        secrets = {"OTKLIK_SECRET_KEY": "canary-" * 10, "SANDBOX_CONTROL_TOKEN": "canary-" * 10}
        env = bare_environment(tmp_path, DATABASE_URL=away, OTKLIK_PORT=str(free_port()), **secrets)
        done = otklik(env | {"OTKLIK_LOG_LEVEL": "DEBUG"}, command)
        assert "canary" not in done.stdout + one_sentence(done)

    @pytest.mark.alike
    @pytest.mark.parametrize("command", ["serve", "sandbox", "demo"])
    def test_a_folder_that_cannot_be_made_is_one_sentence(self, tmp_path: Path, command: str) -> None:
        env = bare_environment(tmp_path, OTKLIK_DATA="/dev/null/otklik", OTKLIK_PORT=str(free_port()))
        assert "/dev/null/otklik не создать" in one_sentence(otklik(env | {"SANDBOX_PORT": str(free_port())}, command))

    @pytest.mark.alike
    @pytest.mark.parametrize("command", ["work", "check"])
    def test_a_database_without_tables_is_one_sentence_that_says_how_to_begin(
        self, tmp_path: Path, command: str
    ) -> None:
        assert "otklik init" in one_sentence(otklik(bare_environment(tmp_path), command))
        (tmp_path / "otklik.sqlite3").touch()
        assert "otklik init" in one_sentence(otklik(bare_environment(tmp_path), command))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a new installation, with its tables."""
    folder = tmp_path_factory.mktemp("installation")
    template.copy_to(folder / "otklik.sqlite3")
    env = bare_environment(folder, DJANGO_SETTINGS_MODULE="otklik.site.settings")
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=100)
    return folder


@pytest.fixture
def installation(migrated: Path, tmp_path: Path) -> Path:
    """A copy of it that the test may spoil."""
    return Path(shutil.copytree(migrated, tmp_path / "installation"))


def execute(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "otklik.sqlite3")) as db, db:
        db.execute(statement, values)


def add_account(folder: Path, *, sandbox: bool) -> None:
    execute(
        folder,
        "INSERT INTO networks_account (network, external_id, title, sandbox, active, hook_key, hook_secret,"
        " confirmation, options, stop_reason) VALUES ('vk', ?, 'Т', ?, 1, ?, '', '', '{}', '')",
        *(str(int(sandbox)), sandbox, f"key-{sandbox}"),
    )


@pytest.mark.processes
@pytest.mark.enable_socket
class TestServe:
    """`otklik serve` as a process on an installation of its own."""

    @pytest.mark.alike
    @pytest.mark.parametrize("command", ["serve", "work"])
    @pytest.mark.parametrize("mode", ["demo", "real"])
    def test_training_and_real_accounts_together_are_refused(self, installation: Path, mode: str, command: str) -> None:
        add_account(installation, sandbox=True)
        add_account(installation, sandbox=False)
        env = bare_environment(installation, OTKLIK_MODE=mode, OTKLIK_PORT=str(free_port()))
        assert "и учебные, и настоящие аккаунты" in one_sentence(otklik(env, command))

    @pytest.mark.parametrize(
        ("mode", "words"), [("real", ("учебные аккаунты", "учебные пользователи")), ("demo", ("OTKLIK_MODE=real",))]
    )
    def test_what_is_of_the_other_mode_is_refused(self, installation: Path, mode: str, words: tuple[str, ...]) -> None:
        """Training rows that came into a database begun for real work, and real work in one that is not known yet."""
        env = bare_environment(installation, OTKLIK_MODE=mode, OTKLIK_PORT=str(free_port()))
        add_account(installation, sandbox=mode == "real")
        assert words[0] in one_sentence(otklik(env, "serve"))
        if mode == "real":
            execute(installation, "DELETE FROM networks_account")
            execute(
                installation,
                "INSERT INTO people_user (password, is_superuser, username, first_name, last_name, email, is_staff,"
                " is_active, date_joined, patronymic, demo, language, look)"
                " VALUES ('', 0, 'demo', '', '', '', 0, 1, '2026-01-01', '', 1, '', '')",
            )
            assert words[1] in one_sentence(otklik(env, "serve"))

    def test_what_cannot_be_done_as_asked_is_one_sentence(self, installation: Path) -> None:
        real = bare_environment(
            installation, OTKLIK_MODE="real", OTKLIK_PORT=str(free_port()), OTKLIK_BEHIND_PROXY="yes"
        )
        for words, expected in (
            (("serve", "--host", "192.0.2.1"), "--host 192.0.2.1: у этой машины нет такого адреса"),
            (("work", "--only", "speak"), "Нет шага «speak»"),
            (("sandbox", "post", "--csv", "texts.csv"), "otklik init --training"),
            (("administrator", "admin", "--name", "Иванова"), "добавьте --new"),
            (("places", "load", "no.csv"), "нет такого файла"),
        ):
            assert expected in one_sentence(otklik(real, *words))
        listed, kept = otklik(real, "work", "--only", "?"), otklik(real, "secrets", "forget")
        assert (listed.returncode, listed.stdout.splitlines()[0], kept.returncode) == (0, "fetch", 0)
        assert "Прежних ключей нет" in kept.stdout, "and nobody has to sign in again"

    def test_a_busy_port_is_said_with_a_way_out(self, installation: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = busy.getsockname()[1]
            sentence = one_sentence(otklik(bare_environment(installation, OTKLIK_PORT=str(port)), "serve"))
        assert f"Порт {port} занят" in sentence
        assert "OTKLIK_PORT=" in sentence

    @pytest.mark.alike
    @pytest.mark.parametrize("host", ["::", "192.0.2.7", "otklik.example"])
    def test_nobody_is_let_in_past_a_proxy(self, tmp_path: Path, host: str) -> None:
        for command in ("serve", "demo"):
            sentence = one_sentence(otklik(bare_environment(tmp_path), command, "--host", host))
            assert "OTKLIK_BEHIND_PROXY=yes" in sentence

    def test_it_serves_with_whole_headers_and_stops_clean(self, installation: Path, tmp_path: Path) -> None:
        port = free_port()
        env = bare_environment(installation, OTKLIK_PORT=str(port))
        with running([*CLI, "serve"], env, tmp_path / "serve.log") as server:
            until_seen(lambda: status(f"http://127.0.0.1:{port}/accounts/login/") == 200, "a page", server)
            head, _, body = ask(port, "127.0.0.1").partition("\r\n\r\n")
            assert head.startswith("HTTP/1.1 200")
            assert "content-security-policy: default-src 'none'" in head.lower()
            assert "x-frame-options: deny" in head.lower()
            assert "<form" in body
            assert "Traceback" not in server.words
            assert f"Сайт слушает http://127.0.0.1:{port}. Краснодарский край, учебный режим" in server.words
            assert str(installation) in server.words
            assert ask(port, "evil.example").startswith("HTTP/1.1 400")
            assert server.stop() == 0, server.words


def ask(port: int, host: str) -> str:
    """The sign-in page as bytes on the wire, head and body."""
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        line.sendall(f"GET /accounts/login/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: line.recv(65536), b"")).decode()


@pytest.mark.django_db
def test_a_training_account_may_start_in_training_alone_and_a_dismissed_user_anywhere(settings: Settings) -> None:
    """The same refusals on the test's own database, whichever it is."""
    User.objects.create(username="demo", demo=True, is_active=False)
    for settings.MODE in ("real", "demo"):
        Installation.objects.all().delete()  # as if it were begun for this
        check_start()
        check_start()
    inbox.account(active=False)
    check_start()
    settings.MODE = "real"
    with pytest.raises(Unsafe):
        check_start()


class TestPages:
    """What every page carries, and what none may hold."""

    @pytest.mark.django_db
    def test_another_host_is_refused_and_no_script_and_no_other_site_gets_the_cookies_of_a_sign_in(self) -> None:
        build_people()
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example"):
            assert client.get("/accounts/login/", headers={"host": host}).status_code == 400
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/accounts/login/").content.decode())
        assert token is not None
        form = {"login": "operator", "password": PASSWORD, "csrfmiddlewaretoken": token.group(1)}
        assert client.post("/accounts/login/", form).status_code == 302
        session = client.cookies[project.SESSION_COOKIE_NAME]
        assert session["httponly"]
        assert session["samesite"] == "Lax"
        assert client.cookies[project.CSRF_COOKIE_NAME]["samesite"] == "Lax"
        assert client.post("/accounts/login/", form | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403

    def test_our_styles_and_scripts_load_nothing_from_elsewhere(self) -> None:
        forbidden = (
            r"""(?:url\(|@import|fetch\()\s*["']?(?:https?:)?//[^"')]+""",
            r"\b(?:eval|new Function)\(|document\.write",
        )
        files = [path for path in STATIC.rglob("*") if path.suffix in (".css", ".js")]
        assert files
        faults_by_file = {str(path): re.findall("|".join(forbidden), path.read_text()) for path in files}
        assert {name: faults for name, faults in faults_by_file.items() if faults} == {}
