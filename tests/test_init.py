import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import connection

from otklik.site import postgresql
from otklik.site.env import WrongSetting, no_installation
from tests import template
from tests.processes import CLI, ROOT, bare_environment, database_url, otklik

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def away(tmp_path: Path) -> dict[str, str]:
    """An environment that names a settings file which is not there yet, and nothing else."""
    env = bare_environment(tmp_path)
    del env["OTKLIK_DATA"], env["OTKLIK_REGION"]
    return env | {"OTKLIK_SETTINGS_FILE": str(tmp_path / "otklik.env")}


def init(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return otklik(env, "init", "--yes", "--region", "Омская область", *words)


def link_in(output: str) -> str:
    (link,) = re.findall(r"http://\S+/accounts/invitation/\d+/\S+/", output)
    return str(link)


@pytest.mark.parametrize(
    "made",
    [
        "ahead",
        pytest.param("from nothing", marks=pytest.mark.whole),
        pytest.param("cut off", marks=pytest.mark.whole),
    ],
)
def test_a_new_region_has_its_settings_its_tables_and_one_link(away: dict[str, str], tmp_path: Path, made: str) -> None:
    if made == "ahead":  # its tables; the copy that all tests begin with was made from nothing
        template.copy_to(tmp_path / "region" / "otklik.sqlite3")
    if made == "cut off":  # the first tables are there, as after a kill half-way
        (tmp_path / "region").mkdir()
        half = bare_environment(tmp_path / "region", DJANGO_SETTINGS_MODULE="otklik.site.settings")
        subprocess.run([sys.executable, "-m", "django", "migrate", "journal", "-v0"], cwd=ROOT, env=half, check=True)
    done = init(away, "--name", "Иванова Мария Петровна", "--email", "ivanova@example.ru")
    assert done.returncode == 0, done.stderr
    first = link_in(done.stdout)
    assert stat.S_IMODE((tmp_path / "otklik.env").stat().st_mode) == 0o600
    assert not (tmp_path / "otklik.env.new").exists()
    with closing(sqlite3.connect(tmp_path / "region" / "otklik.sqlite3")) as database, database:
        ask = database.execute
        users = ask("SELECT username, last_name, patronymic, demo FROM people_user").fetchall()
        assert users == [("admin", "Иванова", "Петровна", 0)]
        assert ask("SELECT count(*) FROM themes_classifier").fetchone() == (1,)
        assert ask("SELECT count(*) FROM people_agency").fetchone() == (0,)
        assert ask("SELECT count(*) FROM incidents_incident").fetchone() == (0,)
        asking = "SELECT kind FROM answers_template WHERE agency_id IS NULL ORDER BY kind"
        assert ask(asking).fetchall() == [("ask",), ("survey",)], "authors are asked whether it helped"

    again = otklik(away, "init", "--yes")
    assert again.returncode == 0, again.stderr
    assert "Администратор уже есть: admin" in again.stdout
    assert "invitation" not in again.stdout
    refused = init(away)
    assert refused.returncode == 2
    assert "Настройки уже есть" in refused.stderr

    assert link_in(otklik(away, "administrator", "admin").stdout) != first
    assert otklik(away, "administrator", "nobody").returncode == 2
    assert otklik(away, "administrator", "admin", "--new").returncode == 2


def test_nothing_is_asked_without_a_keyboard_or_what_the_environment_says(away: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run([*CLI, "init"], env=away, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert (done.returncode, "--yes" in done.stderr) == (2, True)
    template.copy_to(tmp_path / "of-the-container" / "otklik.sqlite3")
    done = init(away | {"OTKLIK_DATA": str(tmp_path / "of-the-container")})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "of-the-container" / "otklik.sqlite3").exists()
    assert "OTKLIK_DATA" not in (tmp_path / "otklik.env").read_text()


def test_what_cannot_be_leaves_no_settings_behind(away: dict[str, str], tmp_path: Path) -> None:
    template.copy_to(tmp_path / "region" / "otklik.sqlite3")
    before = sorted(tmp_path.rglob("*"))
    for words, named in (
        (("--time-zone", "Mars/Olympus"), "Mars/Olympus"),
        (("--login", "имя с пробелом"), "--login"),
        (("--email", "ivanova"), "--email"),
        (("--database", "postgres://a"), "--database"),
    ):
        wrong = init(away, *words)
        assert (wrong.returncode, named in wrong.stderr, wrong.stdout) == (2, True, ""), "before anything is prepared"
    nameless = otklik(away, "init", "--yes")
    assert (nameless.returncode, "--region: назовите свой регион" in nameless.stderr) == (2, True)
    assert sorted(tmp_path.rglob("*")) == before
    assert init(away).returncode == 0, "and then it can be tried again"


@pytest.mark.parametrize("command", ["serve", "work", "check", "backup", "sandbox"])
def test_without_settings_nothing_is_made(away: dict[str, str], tmp_path: Path, command: str) -> None:
    absent = otklik(away, command)
    assert (absent.returncode, "otklik.env нет" in absent.stderr) == (2, True)
    elsewhere = otklik(away | {"OTKLIK_SETTINGS_FILE": "none", "OTKLIK_DATA": str(tmp_path / "no")}, "check")
    assert (elsewhere.returncode, "Базы" in elsewhere.stderr) == (2, True), elsewhere.stderr
    assert not list(tmp_path.rglob("*.sqlite3"))


def test_where_nothing_says_which_installation_is_meant_none_is_taken(tmp_path: Path) -> None:
    assert "Нет настроек" in no_installation({"OTKLIK_LOG_LEVEL": "INFO"}, [tmp_path / "otklik.env"], tmp_path)
    for name in ("OTKLIK_SETTINGS_FILE", "OTKLIK_DATA", "DATABASE_URL"):
        assert no_installation({name: "x"}, [], tmp_path) == ""
    (tmp_path / "otklik.sqlite3").touch()
    assert no_installation({}, [], tmp_path) == "", "the training region of this checkout"


@pytest.mark.django_db
def test_a_database_that_is_not_there_is_told_from_a_server_that_does_not_let_in() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL")
    postgresql.try_out(database_url())
    with pytest.raises(WrongSetting, match="базы no_such_base на нём нет"):
        postgresql.try_out(re.sub(r"/[^/]*$", "/no_such_base", database_url()))
    with pytest.raises(WrongSetting, match=r"роли no_such_role на нём нет|не принял пароль|pg_hba"):
        postgresql.try_out(re.sub(r"//[^/]*", "//no_such_role:canary@127.0.0.1", database_url()))


def test_the_training_region_does_not_read_the_settings_of_a_real_one(away: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "otklik.env").write_text("OTKLIK_CANARY=of a real region\n")
    env = away | {"OTKLIK_DATA": str(tmp_path)}
    assert "OTKLIK_CANARY" in otklik(env, "check").stderr
    assert "OTKLIK_CANARY" not in otklik(env, "demo", "--describe").stderr


def test_what_is_made_is_for_its_owner_alone_wherever_the_folder_lies(tmp_path: Path) -> None:
    sheet, shell = tmp_path / "agencies.xlsx", ("sh", "-c", 'umask 022; exec "$@"', "sh")
    makes = [*shell, *CLI, "lists", "template", "agencies", "--output", str(sheet)]
    subprocess.run(makes, env=bare_environment(tmp_path / "data"), capture_output=True, check=True)
    photo = FileSystemStorage(tmp_path / "media").save("1.jpg", ContentFile(b"1"))
    for path in (sheet, tmp_path / "media" / photo):
        assert path.stat().st_mode & 0o077 == 0, path
