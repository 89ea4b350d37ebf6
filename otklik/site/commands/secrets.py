"""The installation's key."""

import argparse

from otklik.site.commands.base import Commands


def add(commands: Commands) -> None:
    keys = commands.add_parser("secrets", help="ключ, которым зашифрованы ключи доступа")
    acts = keys.add_subparsers(title="действия", metavar="действие", required=True)
    rotate = acts.add_parser("rotate", help="новый ключ: зашифровать всё заново (обработчик и сайт остановлены)")
    rotate.set_defaults(run=_secrets_rotate)
    forget = acts.add_parser("forget", help="удалить прежние ключи")
    forget.set_defaults(run=_secrets_forget)
    copies = acts.add_parser("copies", help="ключ, которым шифруются копии (OTKLIK_BACKUP_KEY_FILE)")
    copies.set_defaults(run=_secrets_copies)


def _secrets_rotate(_: argparse.Namespace) -> int:
    from otklik.site.rotate import rotate

    return rotate()


def _secrets_copies(_: argparse.Namespace) -> int:
    from otklik.site.rotate import copies

    return copies()


def _secrets_forget(_: argparse.Namespace) -> int:
    from otklik.site.rotate import forget

    return forget()
