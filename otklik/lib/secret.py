"""Secrets at rest: a text column that is encrypted with the installation's key."""

import hashlib
import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from otklik.lib.redact import remember

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
    _Json = models.TextField[Any, Any]
else:
    _Text = _Json = models.TextField


SEALED = "gAAAA"  # a Fernet token begins so until the year 2106


class SecretLost(Exception):
    """The key that encrypted this value is not among the installation's keys."""


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])


def _current() -> MultiFernet:
    return _cipher((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


class SecretField(_Text):
    """Text that is encrypted in the database and known to the redactor as soon as it is read or written.

    Raises SecretLost on reading when no key fits (a database without its `secret.key`).
    """

    def get_prep_value(self, value: Any) -> Any:
        if not value:
            return ""
        remember(str(value))
        return _current().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, *_: object) -> str:
        if not value:
            return ""
        plain = _opened(value)
        remember(plain)
        return plain


class SealedJSONField(_Json):
    """JSON that is encrypted in the database: it may hold keys that live for hours and change with every call.

    The redactor is not told of them, since it never forgets. Raises SecretLost as SecretField does.
    """

    def get_prep_value(self, value: Any) -> Any:
        return _current().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()

    def from_db_value(self, value: str | None, *_: object) -> Any:
        return json.loads(_opened(value)) if value else {}


def seal(plain: str) -> str:
    """For what is kept inside a value of somebody else's table."""
    return _current().encrypt(plain.encode()).decode()


def unseal(kept: str) -> str:
    """What `seal` made; a value that was kept before there was a seal stays as it is. Raises SecretLost."""
    return _opened(kept) if kept.startswith(SEALED) else kept


def _opened(value: str) -> str:
    try:
        return _current().decrypt(value.encode()).decode()
    except InvalidToken:
        raise SecretLost(
            "a stored token cannot be decrypted: the secret.key of this installation was changed or lost"
        ) from None
