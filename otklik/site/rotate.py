"""`otklik secrets rotate`, `forget`: a new key for what is encrypted in the database, and no trace of the old one."""

import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from otklik.backups import sealing
from otklik.flow.models import Worker
from otklik.lib import clock
from otklik.lib.redact import remember
from otklik.lib.secret import SealedJSONField, SecretField, SecretLost, seal, unseal
from otklik.site import identity

ALIVE = timedelta(minutes=1)


def rotate() -> int:
    """Everything that is encrypted is encrypted anew with a new key, in one transaction; the exit code.

    The new key stands in the file before the first row is touched, and the earlier ones stay readable: whenever this
    is cut off, nothing is lost, and it may be run again.
    """
    if Worker.objects.filter(seen_at__gte=clock.now() - ALIVE).exists():
        return _refuse("Сначала остановите обработчик и сайт: они знают только прежний ключ.")
    if not settings.SECRET_KEY_SET:
        fresh = secrets.token_urlsafe(48)
        remember(fresh)
        earlier = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        _write(settings.SECRET_KEY_FILE, [fresh, *earlier])
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = fresh, earlier
    try:
        number = _seal_anew()
    except SecretLost:
        return _refuse("Одно из значений зашифровано ключом, которого нет: верните его в OTKLIK_OLD_SECRET_KEYS.")
    sys.stdout.write(f"Зашифровано заново: {number}. Запустите обработчик и сайт.\n")
    sys.stdout.write("Прежний ключ ещё подписывает старые ссылки и входы; otklik secrets forget его удалит.\n")
    return 0


def forget() -> int:
    """The earlier keys leave the file; what only they could read is looked for first. The exit code."""
    if settings.SECRET_KEY_SET:
        return _refuse("Ключ задан переменной окружения: уберите прежние из OTKLIK_OLD_SECRET_KEYS сами.")
    if not settings.SECRET_KEY_FALLBACKS:
        sys.stdout.write("Прежних ключей нет: удалять нечего.\n")
        return 0
    earlier, settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY_FALLBACKS, []
    if is_any_lost():
        settings.SECRET_KEY_FALLBACKS = earlier
        return _refuse("Не всё зашифровано новым ключом: сначала выполните otklik secrets rotate.")
    identity.keep()
    _write(settings.SECRET_KEY_FILE, [settings.SECRET_KEY])
    sys.stdout.write("Прежние ключи удалены: старые ссылки не действуют, всем нужно войти заново.\n")
    return 0


def copies() -> int:
    """The key that copies are sealed with, where the settings want it; the exit code. One that is there stays."""
    path = settings.BACKUP_KEY_FILE
    if path is None:
        return _refuse("Скажите, где будет лежать ключ копий: OTKLIK_BACKUP_KEY_FILE=/etc/otklik/copies.key")
    try:
        public = sealing.make_key(path)
    except OSError as error:
        return _refuse(f"Файл {path} не создать: {error.strerror}")
    sys.stdout.write(f"Ключ копий: {path} ({public}). Следующие копии будут зашифрованы.\n")
    sys.stdout.write("Сохраните этот файл отдельно от копий: без него их не открыть никому.\n")
    return 0


def _seal_anew() -> int:
    number = 0
    with transaction.atomic():
        identity.keep()
        for field in sealed():
            for pk, value in rows(field):
                if value not in ("", None):
                    field.model._default_manager.filter(pk=pk).update(**{field.name: value})
                    number += 1
        for pk, data, plain in factors():
            Authenticator.objects.filter(pk=pk).update(data={**data, **{name: seal(plain[name]) for name in plain}})
            number += 1
    return number


def empty(field: "models.Field[Any, Any]") -> object:
    """What stands in such a column where there is no secret."""
    return {} if isinstance(field, SealedJSONField) else ""


def factors() -> Iterator[tuple[int, dict[str, Any], dict[str, str]]]:
    """Second factors: what is kept, and in the clear what is sealed inside it. Raises SecretLost."""
    for pk, data in Authenticator.objects.order_by("pk").values_list("pk", "data"):
        plain = {name: unseal(data[name]) for name in ("secret", "seed") if name in data}
        if plain:
            yield pk, data, plain


def sealed() -> "list[models.Field[Any, Any]]":
    """Every column whose values are encrypted with the installation's key."""
    kinds = (SecretField, SealedJSONField)
    return [field for model in apps.get_models() for field in model._meta.get_fields() if isinstance(field, kinds)]


def rows(field: "models.Field[Any, Any]") -> Iterator[tuple[int, Any]]:
    """Its values in the clear, with their rows' ids. Raises SecretLost."""
    yield from field.model._default_manager.order_by("pk").values_list("pk", field.name)


def is_any_lost() -> bool:
    """Whether something is encrypted with a key that is not here."""
    try:
        for field in sealed():
            for _row in rows(field):
                pass
        for _factor in factors():
            pass
    except SecretLost:
        return True
    return False


def _write(path: Path, keys: Sequence[str]) -> None:
    """All or nothing: the file is never without a key, and nobody else may read it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
