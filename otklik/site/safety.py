"""What must be true before anything starts: promises of the database, and no training in a real installation."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from otklik.backups.models import Installation
from otklik.lib.database import check_promises
from otklik.networks.models import Account
from otklik.people.models import User
from otklik.site import identity, rotate, unfinished

IDENTITY = "0002_installation"
"""The migration of backups from which on a database knows whose it is."""


class Unsafe(Exception):
    """A sentence for whoever starts the product."""


EMPTY = "База не подготовлена: её готовит otklik serve, а в настоящей работе otklik init."


def check_there() -> None:
    """Raises Unsafe for an SQLite file that is not there: whoever asks it would make an empty one."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(str(name)).exists():
        raise Unsafe(f"Базы {name} нет. Начать: otklik init; если она в другом месте, исправьте OTKLIK_DATA.")


def check_fits() -> None:
    """Raises Unsafe while a restore or upgrade has not ended, and for a database that is not this installation's."""
    if sentence := unfinished.sentence():
        raise Unsafe(sentence)
    check_database()


def check_database() -> None:
    """Raises Unsafe for a database that a newer program has changed, or that belongs to other keys, another folder or
    another kind of work; for an empty one in real work. What belongs to it is kept in it the first time."""
    known = applied()
    if not known:
        return _check_new()
    if unknown := from_the_future(known):
        raise Unsafe(
            f"Эту базу уже обновила более новая программа (в ней есть {unknown}, а здесь нет): "
            "поставьте ту версию или восстановите копию, сделанную до обновления (otklik restore ФАЙЛ --over)."
        )
    if settings.MODE == "demo":
        check_training(known)
    kept = IDENTITY in known.get("backups", ()) and Installation.objects.exists()
    if not kept and IDENTITY in known.get("backups", ()):
        check_mode()
        if rotate.is_any_lost():
            raise Unsafe(
                "Ключ установки не открывает того, что записано в базе: подключите диск с папкой данных "
                f"{settings.DATA} или верните secret.key, который вы сохранили отдельно."
            )
        identity.keep()
    if kept and (sentence := identity.against()):
        raise Unsafe(sentence)
    return None


def check_training(known: dict[str, list[str]]) -> None:
    """Raises Unsafe where real work was begun in a database with these migrations."""
    kept = Installation.objects.first() if IDENTITY in known.get("backups", ()) else None
    mode = kept.mode if kept else identity.kind() if _is_whole(known) else ""
    if mode == Installation.Mode.REAL:
        raise Unsafe(identity.REAL)


def _check_new() -> None:
    """An empty place in real work is a disk or a server that is not there; only `otklik init` begins a region."""
    if settings.MODE == "real":
        raise Unsafe(
            f"База пуста. Подключён ли диск с папкой данных {settings.DATA}, та ли это база (DATABASE_URL)? Новый "
            "регион начинает otklik init."
        )


def _is_whole(known: dict[str, list[str]]) -> bool:
    """Whether the first tables that tell training from real work are there; a first start may have been cut off."""
    return "0001_initial" in known.get("people", ()) and "0001_initial" in known.get("networks", ())


def applied() -> dict[str, list[str]]:
    """Migrations that the database has seen, by application. An SQLite file that is not there is not made by asking."""
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return {}
    migrations: dict[str, list[str]] = {}
    for app, name in MigrationRecorder(connection).applied_migrations():
        migrations.setdefault(app, []).append(name)
    return migrations


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
    if not applied():
        raise Unsafe(EMPTY)
    if is_behind():
        raise Unsafe("База подготовлена прежней версией программы: выполните otklik upgrade.")
    check_installation()


def may_be_migrated() -> bool:
    """Whether this database may be brought to this version by the way: it is empty or a training region's. Of another
    `otklik upgrade` makes a copy first. `check_fits` has passed."""
    if settings.MODE != "demo":
        return False
    known = applied()
    if not _is_whole(known) or IDENTITY in known.get("backups", ()):
        return True
    return bool(identity.kind()) or not User.objects.exists()


def is_behind() -> bool:
    """Whether this program has migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def nobody_is_in() -> bool:
    """Whether the database has never had a user: empty, or left by an `otklik init` that was cut off half-way."""
    return User._meta.db_table not in connection.introspection.table_names() or not User.objects.exists()


def check_installation() -> None:
    """Raises PromiseBroken or Unsafe. Needs a migrated database."""
    check_promises()
    check_mode()


def check_mode() -> None:
    """Training and real work never meet, neither in one database nor in its settings. Raises Unsafe."""
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
