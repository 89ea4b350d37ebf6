"""Copies of the installation, loading them again, and a new version of the program."""

import argparse
from pathlib import Path

from otklik.site.commands.base import Commands, whole


def add(commands: Commands) -> None:
    backup = commands.add_parser("backup", help="копия всего, кроме ключа, в один файл; можно на ходу")
    backup.add_argument("--output", default="", metavar="ФАЙЛ|ПАПКА", help="куда (по умолчанию OTKLIK_BACKUPS)")
    backup.add_argument("--keep", type=whole, default=0, metavar="N", help="оставить N последних копий этой папки")
    backup.add_argument("--nightly", action="store_true", help="как ночью: по настройкам, и проверить последнюю")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="восстановить всё из копии (сайт и обработчик остановлены)")
    restore.add_argument("file", metavar="ФАЙЛ", type=Path, help="копия, которую сделала otklik backup")
    restore.add_argument("--check", action="store_true", help="только проверить, что копия цела и подходит")
    restore.add_argument("--over", action="store_true", help="заменить то, что есть; прежняя база останется рядом")
    restore.add_argument("--without-key", action="store_true", help="ключ потерян: ключи доступа ввести заново")
    restore.add_argument("--unproven", action="store_true", help="копия не доказывает, откуда она, но вы это знаете")
    restore.set_defaults(run=_restore, anyway=True)

    upgrade = commands.add_parser("upgrade", help="перевести базу на эту версию программы: копия, перевод, проверка")
    upgrade.add_argument("--back", action="store_true", help="вернуть всё, как было до оборванного обновления")
    upgrade.set_defaults(run=_upgrade, anyway=True)


def _backup(parsed: argparse.Namespace) -> int:
    from otklik.site.backup import backup, nightly

    return nightly() if parsed.nightly else backup(parsed.output, parsed.keep)


def _restore(parsed: argparse.Namespace) -> int:
    from otklik.site.restore import Asked, restore

    asked = Asked(parsed.file, parsed.over, parsed.check, parsed.without_key, parsed.unproven)
    return restore(asked)


def _upgrade(parsed: argparse.Namespace) -> int:
    from otklik.site.upgrade import back, upgrade

    return back() if parsed.back else upgrade()
