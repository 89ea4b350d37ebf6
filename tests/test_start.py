"""Starting: what is refused, in one sentence each; what is made; what every page carries."""

import re
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as project
from django.test import Client
from pytest_django import Settings

from otklik.networks.models import Account
from otklik.people.models import User
from otklik.site.cli import main
from otklik.site.safety import Unsafe, check_start
from tests.clean import must_be_clean
from tests.processes import CLI, ROOT, bare_environment, otklik, running
from tests.region import PASSWORD, Region, build_people, listen
from tests.sandbox.process import free_port
from tests.sandbox.town import Town, until

COMMANDS = ("demo", "serve", "work", "sandbox", "check", "audit")
STATIC = ROOT / "otklik" / "desk" / "static" / "desk"


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a refused start says: one line, no traceback, exit code 2."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


class TestCommands:
    """The command line explains itself."""

    def test_help_mentions_every_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["--help"])
        assert ended.value.code == 0
        shown = capsys.readouterr().out
        assert [word for word in COMMANDS if f" {word} " not in shown] == []

    @pytest.mark.parametrize("words", [*[(word,) for word in COMMANDS], ("sandbox", "post")])
    def test_every_command_has_help(self, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--help"])
        assert ended.value.code == 0
        assert " ".join(words) in capsys.readouterr().out

    @pytest.mark.parametrize("words", [(), ("serv",), ("work", "--onlx"), ("audit", "extra")])
    def test_what_is_not_a_command_ends_with_2(
        self, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        assert "usage" in capsys.readouterr().err


@pytest.mark.processes
@pytest.mark.enable_socket
class TestWrongSettings:
    """One clear sentence, exit code 2, no traceback."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("OTKLIK_PORT", "восемь тысяч"),
            ("OTKLIK_PORT", "0"),
            ("OTKLIK_PORT", "70000"),
            ("OTKLIK_MODE", "prod"),
            ("OTKLIK_SECRET_KEY", "short"),
            ("OTKLIK_UNDO_HOLD", "-1"),
            ("OTKLIK_UNDO_HOLD", "61"),
            ("OTKLIK_LOOK_FOR", "7201"),
            ("OTKLIK_WEBHOOK_MAX_BYTES", "1"),
            ("OTKLIK_TIME_ZONE", "Mars/Olympus"),
            ("OTKLIK_LOG_LEVEL", "LOUD"),
            ("DATABASE_URL", "nonsense"),
            ("DATABASE_URL", "mysql://user:canary-of-a-password@127.0.0.1/otklik"),
            ("OTKLIK_DATA", "/dev/null/otklik"),
        ],
    )
    def test_a_wrong_setting_is_one_sentence_that_names_it(self, tmp_path: Path, name: str, value: str) -> None:
        sentence = one_sentence(otklik(bare_environment(tmp_path, **{name: value}), "work"))
        assert name in sentence or value.split("/")[-1] in sentence
        assert "canary" not in sentence

    @pytest.mark.parametrize("command", ["serve", "work", "check"])
    def test_a_database_that_cannot_be_reached_is_one_sentence(self, tmp_path: Path, command: str) -> None:
        away = f"postgresql://otklik:canary-of-a-password@127.0.0.1:{free_port()}/otklik"
        env = bare_environment(tmp_path, DATABASE_URL=away, OTKLIK_PORT=str(free_port()))
        assert "canary" not in one_sentence(otklik(env, command))

    @pytest.mark.parametrize("command", ["work", "check"])
    def test_a_database_without_tables_is_one_sentence(self, tmp_path: Path, command: str) -> None:
        one_sentence(otklik(bare_environment(tmp_path), command))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a new installation, with its tables."""
    folder = tmp_path_factory.mktemp("installation")
    env = bare_environment(folder, DJANGO_SETTINGS_MODULE="otklik.site.settings")
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=100)
    return folder


@pytest.fixture
def installation(migrated: Path, tmp_path: Path) -> Path:
    """A copy of it that the test may spoil."""
    return Path(shutil.copytree(migrated, tmp_path / "installation"))


def add_account(folder: Path, *, sandbox: bool) -> None:
    with sqlite3.connect(folder / "otklik.sqlite3") as db:
        db.execute(
            "INSERT INTO networks_account (network, external_id, title, sandbox, active, hook_key, hook_secret,"
            " confirmation, options, stop_reason) VALUES ('vk', ?, 'Т', ?, 1, ?, '', '', '{}', '')",
            [str(int(sandbox)), sandbox, f"key-{sandbox}"],
        )


def add_demo_user(folder: Path) -> None:
    with sqlite3.connect(folder / "otklik.sqlite3") as db:
        db.execute(
            "INSERT INTO people_user (password, is_superuser, username, first_name, last_name, email, is_staff,"
            " is_active, date_joined, patronymic, demo, language, look)"
            " VALUES ('', 0, 'demo', '', '', '', 0, 1, '2026-01-01', '', 1, '', '')"
        )


@pytest.mark.processes
@pytest.mark.enable_socket
class TestServe:
    """`otklik serve` as a process on an installation of its own."""

    @pytest.mark.parametrize("command", ["serve", "work"])
    @pytest.mark.parametrize("mode", ["demo", "real"])
    def test_training_and_real_accounts_in_one_database_are_refused(
        self, installation: Path, mode: str, command: str
    ) -> None:
        add_account(installation, sandbox=True)
        add_account(installation, sandbox=False)
        env = bare_environment(installation, OTKLIK_MODE=mode, OTKLIK_PORT=str(free_port()))
        assert "и учебные, и настоящие аккаунты" in one_sentence(otklik(env, command))

    def test_a_real_installation_refuses_training_accounts(self, installation: Path) -> None:
        add_account(installation, sandbox=True)
        env = bare_environment(installation, OTKLIK_MODE="real", OTKLIK_PORT=str(free_port()))
        assert "учебные аккаунты" in one_sentence(otklik(env, "serve"))

    def test_a_real_installation_refuses_users_with_printed_passwords(self, installation: Path) -> None:
        add_demo_user(installation)
        env = bare_environment(installation, OTKLIK_MODE="real", OTKLIK_PORT=str(free_port()))
        assert "учебные пользователи" in one_sentence(otklik(env, "serve"))

    def test_a_training_installation_refuses_real_accounts(self, installation: Path) -> None:
        add_account(installation, sandbox=False)
        env = bare_environment(installation, OTKLIK_PORT=str(free_port()))
        assert "OTKLIK_MODE=real" in one_sentence(otklik(env, "serve"))

    def test_a_busy_port_is_said_with_a_way_out(self, installation: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = busy.getsockname()[1]
            said = one_sentence(otklik(bare_environment(installation, OTKLIK_PORT=str(port)), "serve"))
        assert f"Порт {port} занят" in said
        assert "OTKLIK_PORT=" in said

    def test_it_serves_with_whole_headers_and_stops_clean(self, installation: Path, tmp_path: Path) -> None:
        port = free_port()
        env = bare_environment(installation, OTKLIK_PORT=str(port))
        with running([*CLI, "serve"], env, tmp_path / "serve.log") as server:
            until(lambda: not server.runs or answers(port), "a page", 60)
            assert server.runs, server.words
            head, _, body = ask(port, "127.0.0.1").partition("\r\n\r\n")
            assert head.startswith("HTTP/1.1 200")
            assert "content-security-policy: default-src 'none'" in head.lower()
            assert "x-frame-options: deny" in head.lower()
            assert "<form" in body
            assert "Traceback" not in server.words
            assert ask(port, "evil.example").startswith("HTTP/1.1 400")
            assert server.stop() == 0, server.words

    def test_secrets_are_made_for_their_owner_and_differ(self, tmp_path: Path) -> None:
        made = []
        for name in ("one", "two"):
            otklik(bare_environment(tmp_path / name), "work", "--only", "nothing")
            for key in ("secret.key", "sandbox.key"):
                path = tmp_path / name / key
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
                made.append(path.read_text())
        assert len(set(made)) == 4

    @pytest.mark.parametrize(
        ("address", "secure"), [("https://otklik.example", True), ("http://127.0.0.1:8000", False)]
    )
    def test_cookies_are_for_https_alone_where_the_site_is(self, tmp_path: Path, address: str, secure: bool) -> None:
        code = "from otklik.site import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
        env = bare_environment(tmp_path, OTKLIK_URL=address)
        told = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        assert told.stdout.split() == [str(secure)] * 2


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, host: str) -> str:
    """The sign-in page as bytes on the wire, head and body."""
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        line.sendall(f"GET /accounts/login/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        pieces = iter(lambda: line.recv(65536), b"")
        return b"".join(pieces).decode()


@pytest.mark.django_db
class TestCheckStart:
    """The same refusals on the test's own database, whichever it is."""

    @pytest.fixture(autouse=True)
    def _accounts(self, settings: Settings) -> None:
        settings.MODE = "demo"

    def test_an_empty_database_may_start_in_both_modes(self, settings: Settings) -> None:
        check_start()
        settings.MODE = "real"
        check_start()

    def test_a_training_account_alone_may_start_only_in_training(self, settings: Settings) -> None:
        Account.objects.create(network="vk", external_id="1", title="У", sandbox=True, active=False)
        check_start()
        settings.MODE = "real"
        with pytest.raises(Unsafe):
            check_start()

    def test_a_training_user_who_is_dismissed_is_no_danger(self, settings: Settings) -> None:
        settings.MODE = "real"
        User.objects.create(username="demo", demo=True, is_active=False)
        check_start()


def walk(client: Client, first: str = "/", most: int = 60) -> dict[str, int]:
    """Every page that links lead to from `first`, each looked at; address -> status."""
    seen: dict[str, int] = {}
    waiting = [first]
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        response = client.get(address, follow=False)
        seen[address] = response.status_code
        if response.status_code in (301, 302):
            waiting.append(urljoin(address, response.headers["Location"]))
        if "text/html" not in response.headers.get("Content-Type", ""):
            continue
        page = must_be_clean(address, response)
        for lead in page.leads:
            parts = urlsplit(urljoin(address, lead))
            if not parts.netloc and parts.path.startswith("/") and "logout" not in parts.path:
                waiting.append(parts._replace(fragment="").geturl())
    return seen


class TestPages:
    """What every page carries, and what none may hold."""

    @pytest.mark.django_db
    @pytest.mark.parametrize("address", ["/accounts/login/", "/no-such-page/", "/hooks/vk/unknown/"])
    def test_a_stranger_s_pages_carry_the_whole_policy(self, address: str) -> None:
        must_be_clean(address, Client().get(address))

    @pytest.mark.django_db
    def test_another_host_is_refused(self) -> None:
        client = Client(raise_request_exception=False)
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example"):
            assert client.get("/accounts/login/", headers={"host": host}).status_code == 400

    @pytest.mark.django_db
    def test_a_sign_in_gives_cookies_that_no_script_and_no_other_site_gets(self) -> None:
        build_people()
        client = Client(enforce_csrf_checks=True)
        shown = client.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown.content.decode())
        assert token is not None
        form = {"login": "operator", "password": PASSWORD, "csrfmiddlewaretoken": token.group(1)}
        entered = client.post("/accounts/login/", form)
        assert entered.status_code == 302
        session = client.cookies[project.SESSION_COOKIE_NAME]
        assert session["httponly"]
        assert session["samesite"] == "Lax"
        assert client.cookies[project.CSRF_COOKIE_NAME]["samesite"] == "Lax"
        assert client.post("/accounts/login/", form | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403

    @pytest.mark.processes
    @pytest.mark.enable_socket
    @pytest.mark.parametrize("who", ["operator", "executor", "approver", "head", "administrator", "stranger"])
    def test_no_page_of_anybody_needs_an_exception_or_another_host(self, town: Town, region: Region, who: str) -> None:
        town.comment('Темно <script>alert(1)</script> style="x" onclick=y https://evil.example/a.png')
        listen()
        client = Client()
        client.force_login(getattr(region, who))
        seen = walk(client)
        assert len(seen) >= 2
        if who in ("operator", "administrator"):
            assert any(address.startswith("/incidents/") for address in seen), "the walk reaches the card"
        assert set(seen.values()) <= {200, 302}, seen

    def test_our_styles_and_scripts_load_nothing_from_elsewhere(self) -> None:
        found = []
        for path in sorted(STATIC.rglob("*")):
            if path.suffix in (".css", ".js"):
                text = path.read_text()
                found += [
                    f"{path.name}: {one}"
                    for one in re.findall(r"""(?:url\(|@import|fetch\()\s*["']?(?:https?:)?//[^"')]+""", text)
                ]
                found += [
                    f"{path.name}: {one}" for one in re.findall(r"\b(?:eval|new Function)\(|document\.write", text)
                ]
        assert found == []
