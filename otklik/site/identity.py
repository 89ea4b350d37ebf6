"""Which key, data folder and kind of work a database belongs to: kept in it, and compared before anything starts.

A key is written into its file only when the database knows none: an empty folder where a disk should be gets none.
"""

import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from otklik.backups.key import fingerprint
from otklik.backups.models import Installation
from otklik.networks.models import Account
from otklik.people.models import User
from otklik.site import env

REAL = "В этой базе настоящий регион, учебный её не трогает: запустите с OTKLIK_MODE=real или дайте другую базу."


def file() -> Path:
    """Which data folder this is; where several machines work, the same stands in each of theirs."""
    return Path(settings.DATA) / "installation.id"


def against() -> str:
    """Why nothing may start on this database with what is here, in a sentence; "" when all fits, or nothing is kept."""
    kept = Installation.objects.first()
    if kept is None:
        return ""
    if kept.mode != settings.MODE:  # the other way round nobody comes so far
        return "OTKLIK_MODE=real, а база учебная: возьмите для настоящей работы другую базу."
    if kept.key not in map(fingerprint, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
        return _another(settings.SECRET_KEY_FILE, "установки", kept.key, is_configured=settings.SECRET_KEY_SET)
    if kept.forgotten != fingerprint(settings.FORGOTTEN_KEY):
        is_configured = settings.FORGOTTEN_KEY_SET
        return _another(settings.FORGOTTEN_KEY_FILE, "списка забытых", kept.forgotten, is_configured=is_configured)
    if kept.folder != _folder():
        return (
            f"Папка данных {settings.DATA} не та, с которой работает эта база: подключите её диск (OTKLIK_DATA). Если "
            f"эта верна, запишите в неё файл {file().name} с одним словом: {kept.folder}"
        )
    return ""


def keep() -> None:
    """What is here is right from now on: the first time, after a restore, after a rotation of the key."""
    keep_keys()
    kept = Installation.objects.first()
    fields = {
        "key": fingerprint(settings.SECRET_KEY),
        "forgotten": fingerprint(settings.FORGOTTEN_KEY),
        "folder": _folder(),
        "mode": kept.mode if kept else kind() or settings.MODE,
    }
    Installation.objects.update_or_create(pk=1, defaults=fields)


def keep_keys() -> None:
    """What was made up while the settings were read gets its file. Of two who begin at once both have the first's."""
    if not settings.SECRET_KEY_SET:
        settings.SECRET_KEY = env.keep(settings.SECRET_KEY, settings.SECRET_KEY_FILE)
    if not settings.FORGOTTEN_KEY_SET:
        settings.FORGOTTEN_KEY = env.keep(settings.FORGOTTEN_KEY, settings.FORGOTTEN_KEY_FILE)
    env.keep(secrets.token_hex(16), file())


def kind() -> str:
    """What the rows say that this database is for: training, real work, or "" as long as they say neither."""
    if Account.objects.filter(sandbox=True).exists() or User.objects.filter(demo=True, is_active=True).exists():
        return Installation.Mode.DEMO
    return Installation.Mode.REAL if Account.objects.filter(sandbox=False).exists() else ""


def _folder() -> str:
    with suppress(OSError):
        return file().read_text(encoding="ascii", errors="replace").strip()
    return ""


def _another(path: Path, whose: str, kept: str, *, is_configured: bool) -> str:
    here = "задан другой" if is_configured else "другой" if path.exists() else f"нет: файла {path} нет"
    return (
        f"База записана с ключом {whose} {kept}, а здесь он {here}. Подключите диск с папкой данных {settings.DATA} "
        f"или верните {path.name}, который вы сохранили отдельно."
    )
