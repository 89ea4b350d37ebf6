"""What must be true before anything starts: promises of the database, and no training in a real installation."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from otklik.lib.database import check_promises
from otklik.networks.models import Account
from otklik.people.models import User
from otklik.site import unfinished


class Unsafe(Exception):
    """A sentence for whoever starts the product."""


EMPTY = "База ещё не подготовлена: в ней нет таблиц. Выполните otklik init."


def check_there() -> None:
    """Raises Unsafe for an SQLite file that is not there: whoever asks it would make an empty one."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(str(name)).exists():
        raise Unsafe(f"Базы {name} нет. Начать: otklik init; если она в другом месте, исправьте OTKLIK_DATA.")


def check_fits() -> None:
    """Raises Unsafe for a database that a newer program has changed, and while a restore or upgrade has not ended."""
    if sentence := unfinished.sentence():
        raise Unsafe(sentence)
    if unknown := from_the_future(applied()):
        raise Unsafe(
            f"Эту базу уже обновила более новая программа (в ней есть {unknown}, а здесь нет): "
            "поставьте ту версию или восстановите копию, сделанную до обновления (otklik restore ФАЙЛ --over)."
        )


def applied() -> dict[str, list[str]]:
    """Migrations that the database has seen, by application. An SQLite file that is not there is not made by asking."""
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return {}
    found: dict[str, list[str]] = {}
    for app, name in MigrationRecorder(connection).applied_migrations():
        found.setdefault(app, []).append(name)
    return found


def from_the_future(migrations: dict[str, list[str]]) -> str:
    """The first of these migrations that this program does not have; "" when it has them all.

    Only ours are looked for one by one: other people's packages may drop old ones.
    """
    ours = {config.label: Path(config.path) for config in apps.get_app_configs() if config.name.startswith("otklik.")}
    theirs = {config.label for config in apps.get_app_configs()} - set(ours)
    for app in sorted(set(migrations) - theirs):
        for name in migrations[app]:
            if app not in ours or not (ours[app] / "migrations" / f"{name}.py").exists():
                return f"{app}.{name}"
    return ""


def check_start() -> None:
    """Raises PromiseBroken or Unsafe."""
    check_fits()
    if is_behind():
        if not applied():
            raise Unsafe(EMPTY)
        raise Unsafe("База подготовлена прежней версией программы: выполните otklik upgrade.")
    check_installation()


def is_behind() -> bool:
    """Whether this program has migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def check_installation() -> None:
    """Raises PromiseBroken or Unsafe. Needs a migrated database."""
    check_promises()
    sandbox = Account.objects.filter(sandbox=True).exists()
    real = Account.objects.filter(sandbox=False).exists()
    if sandbox and real:
        raise Unsafe(
            "В одной базе и учебные, и настоящие аккаунты сетей: учебный ответ мог бы уйти настоящему человеку. "
            "Для настоящей работы нужна своя база (OTKLIK_DATA или DATABASE_URL)."
        )
    if settings.MODE == "real" and sandbox:
        raise Unsafe("OTKLIK_MODE=real, а в базе учебные аккаунты: возьмите для настоящей работы другую базу.")
    if settings.MODE == "real" and User.objects.filter(demo=True, is_active=True).exists():
        raise Unsafe("OTKLIK_MODE=real, а в базе учебные пользователи: их пароли напечатаны при запуске demo.")
    if settings.MODE == "demo" and real:
        raise Unsafe("В базе настоящие аккаунты сетей: запустите с OTKLIK_MODE=real.")
