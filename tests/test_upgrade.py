from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.site.upgrade import BACK, CHECK, COPY, MIGRATE
from tests.installation import Installation, installation_in

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """One of the version before: what is missing in it are the tables of copies and of whose it is."""
    with installation_in(tmp_path) as made:
        for table in ("backups_run", "backups_installation"):
            made.ask(f"DROP TABLE {table}")
        made.ask("DELETE FROM django_migrations WHERE app = 'backups'")
        yield made


@pytest.mark.whole("postgresql")
def test_a_new_version_takes_over_after_a_copy(installation: Installation) -> None:
    refused = installation.otklik("work")
    assert (refused.returncode, "otklik upgrade" in refused.stderr) == (2, True)
    done = installation.otklik("upgrade")
    assert (done.returncode, done.stderr) == (0, "")
    installation.is_sound(new=True)
    (copy,) = (installation.data / "backups").glob("before-upgrade-*.tar")
    assert str(copy) in done.stdout


def test_without_its_key_it_is_not_upgraded(installation: Installation) -> None:
    (installation.data / "secret.key").unlink()
    refused = installation.otklik("upgrade")
    assert (refused.returncode, "Нет ключа установки" in refused.stderr) == (2, True)
    installation.is_sound(new=False)
    assert not (installation.data / "secret.key").exists()


@pytest.mark.whole("postgresql")
def test_what_a_migration_breaks_is_brought_back(installation: Installation) -> None:
    installation.ask("CREATE TABLE backups_run (x integer)")
    done = installation.otklik("upgrade")
    assert done.returncode == 1
    assert "Вернули всё, как было. Поставьте прежнюю версию" in done.stderr
    installation.is_sound(new=False)


@pytest.mark.alike
@pytest.mark.parametrize("moment", [COPY, MIGRATE, CHECK], ids=["copy", "migrate", "check"])
def test_killed_at_any_stage_it_goes_on(installation: Installation, moment: str) -> None:
    installation.killed_at(moment)
    done = installation.otklik("upgrade")
    assert (done.returncode, done.stderr) == (0, "")
    installation.is_sound(new=True)


def test_killed_on_the_way_back_it_goes_on_going_back(installation: Installation) -> None:
    installation.killed_at(CHECK)
    assert installation.is_new
    installation.killed_at(BACK, "back")
    refused = installation.otklik("work")
    assert refused.returncode == 2
    assert "оборвалось на шаге «возврат»" in refused.stderr
    assert "Продолжить: otklik upgrade" in refused.stderr
    done = installation.otklik("upgrade")
    assert done.returncode == 1, done.stderr
    installation.is_sound(new=False)
