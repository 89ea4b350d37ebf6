"""A database, its keys, its data folder and its kind of work belong together; what does not fit starts nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import Settings

from otklik.backups.models import Installation
from otklik.site import identity
from otklik.site.safety import Unsafe, check_fits, check_start
from tests import template
from tests.make import inbox
from tests.processes import bare_environment, otklik
from tests.sandbox.process import free_port
from tests.test_start import add_account, execute, one_sentence

processes = [pytest.mark.processes, pytest.mark.enable_socket]
USES_IT = (["serve"], ["work"], ["check"], ["audit"], ["backup"], ["upgrade"], ["administrator", "admin"])


@pytest.fixture
def here(tmp_path: Path, settings: Settings) -> Settings:
    """This installation on the test's database, with a data folder and keys of its own."""
    settings.DATA, settings.SECRET_KEY_FILE = tmp_path, tmp_path / "secret.key"
    settings.FORGOTTEN_KEY_FILE = tmp_path / "forgotten.key"
    return settings


@pytest.mark.django_db
def test_the_first_start_keeps_what_is_here_and_writes_the_keys(here: Settings, tmp_path: Path) -> None:
    check_start()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forgotten.key", "installation.id", "secret.key"]
    assert (tmp_path / "secret.key").read_text() == here.SECRET_KEY
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    before = Installation.objects.values().get()
    check_start()
    assert Installation.objects.values().get() == before


@pytest.mark.django_db
def test_another_key_folder_or_list_of_the_forgotten_is_refused_and_an_earlier_key_fits(here: Settings) -> None:
    check_start()
    mine = here.SECRET_KEY
    here.SECRET_KEY, here.SECRET_KEY_FALLBACKS = "another-key-" * 4, [mine]
    check_start()
    here.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unsafe, match=r"верните secret\.key"):
        check_fits()
    identity.keep()  # as a rotation does, and a restore
    here.SECRET_KEY_SET = True  # the file still holds the first one
    here.SECRET_KEY = mine
    check_fits()
    listed = here.FORGOTTEN_KEY
    here.FORGOTTEN_KEY = "another-key-" * 4
    with pytest.raises(Unsafe, match=r"верните forgotten\.key"):
        check_fits()
    here.FORGOTTEN_KEY = listed
    word = identity.file().read_text()
    identity.file().unlink()
    with pytest.raises(Unsafe, match=f"Папка данных .* не та.* {word}"):
        check_fits()
    identity.file().write_text(f"{word}\n")
    check_fits()


@pytest.mark.django_db
def test_a_database_of_an_earlier_version_takes_no_key_that_opens_nothing_in_it(here: Settings, tmp_path: Path) -> None:
    inbox.account(tokens={"community": "vk1.a.canary"})
    here.SECRET_KEY = "another-key-" * 4
    with pytest.raises(Unsafe, match="не открывает"):
        check_fits()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [True, False], ids=["known", "of an earlier version"])
def test_in_a_real_region_training_is_refused(here: Settings, kept: bool) -> None:
    here.MODE = "real"
    if kept:  # it was begun, and not one row came into it
        check_start()
    else:
        inbox.account(sandbox=False)
    here.MODE = "demo"
    with pytest.raises(Unsafe, match="настоящий регион"):
        check_fits()
    here.MODE = "real"
    check_start()


@pytest.fixture
def region(tmp_path: Path) -> dict[str, str]:
    """A real region with its database on another disk than its data; the environment of its commands."""
    (tmp_path / "server").mkdir()
    template.copy_to(tmp_path / "server" / "otklik.sqlite3")
    url = f"sqlite:///{tmp_path / 'server' / 'otklik.sqlite3'}"
    env = bare_environment(tmp_path / "data") | {"OTKLIK_SETTINGS_FILE": str(tmp_path / "otklik.env")}
    del env["OTKLIK_DATA"]
    done = otklik(env, "init", "--yes", "--data", str(tmp_path / "data"), "--database", url)
    assert done.returncode == 0, done.stderr
    return env | {"OTKLIK_PORT": str(free_port())}


class TestAMissingDisk:
    pytestmark = processes

    @pytest.mark.alike
    @pytest.mark.parametrize("words", USES_IT, ids=lambda words: words[0])
    @pytest.mark.parametrize("database", ["elsewhere", "on the disk", "on the disk, the keys told"])
    def test_nothing_starts_and_nothing_is_made(
        self, region: dict[str, str], tmp_path: Path, words: list[str], database: str
    ) -> None:
        data = tmp_path / "data"
        if database != "elsewhere":
            region |= {"DATABASE_URL": f"sqlite:///{data / 'otklik.sqlite3'}"}
        if database.endswith("told"):
            region |= dict.fromkeys(("OTKLIK_SECRET_KEY", "OTKLIK_FORGOTTEN_KEY"), "0123456789" * 5)
        data.rename(tmp_path / "unmounted")
        data.mkdir()
        sentence = one_sentence(otklik(region, *words))
        assert str(data) in sentence
        assert list(data.iterdir()) == []

    def test_with_the_disk_again_all_goes_on(self, region: dict[str, str], tmp_path: Path) -> None:
        data = tmp_path / "data"
        data.rename(tmp_path / "unmounted")
        assert otklik(region, "check").returncode == 2
        (tmp_path / "unmounted").rename(data)
        done = otklik(region, "check")
        assert done.returncode == 0, done.stderr


class TestTraining:
    pytestmark = processes

    def test_init_leaves_a_real_region_as_it_was(self, region: dict[str, str], tmp_path: Path) -> None:
        database, before = tmp_path / "server" / "otklik.sqlite3", dump(tmp_path)
        env = region | {"OTKLIK_SETTINGS_FILE": str(tmp_path / "training.env")}
        options = ["--data", str(tmp_path / "training"), "--database", f"sqlite:///{database}"]
        done = otklik(env, "init", "--yes", "--training", *options)
        assert (done.returncode, "настоящий регион" in done.stderr) == (2, True)
        assert dump(tmp_path) == before
        assert not (tmp_path / "training.env").exists()

    @pytest.mark.parametrize("first", ["person", "account"])
    @pytest.mark.parametrize("command", ["serve", "demo", "demo --fresh"])
    def test_a_real_region_of_an_earlier_version_is_not_brought_to_this_one(
        self, region: dict[str, str], tmp_path: Path, command: str, first: str
    ) -> None:
        execute(tmp_path / "server", "DROP TABLE backups_installation")
        execute(tmp_path / "server", "DELETE FROM django_migrations WHERE app = 'backups' AND name > '0002'")
        if first == "account":
            add_account(tmp_path / "server", sandbox=False)
        before = dump(tmp_path)
        env = bare_environment(tmp_path / "data", OTKLIK_PORT=str(free_port()), SANDBOX_PORT=str(free_port()))
        env |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'server' / 'otklik.sqlite3'}"}
        if command == "demo --fresh":  # it would erase what lies in its folder
            env |= {"OTKLIK_DATA": str(tmp_path / "server")}
        unknown = "неизвестно, учебная ли" if "--fresh" in command else "выполните otklik upgrade"
        words = {"person": unknown, "account": "настоящий регион"}[first]
        assert words in one_sentence(otklik(env, *command.split()))
        assert dump(tmp_path) == before

    def test_nor_is_one_of_this_version_erased(self, region: dict[str, str], tmp_path: Path) -> None:
        before = dump(tmp_path)
        env = bare_environment(tmp_path / "server", OTKLIK_PORT=str(free_port()), SANDBOX_PORT=str(free_port()))
        assert "настоящий регион" in one_sentence(otklik(env, "demo", "--fresh"))
        assert dump(tmp_path) == before


def dump(tmp_path: Path) -> list[str]:
    (file,) = tmp_path.glob("*/otklik.sqlite3")
    with closing(sqlite3.connect(file)) as line:
        return list(line.iterdump())
