"""Copies that nobody reads without a key: age (https://age-encryption.org/v1), whose own program opens them, too.

A file is sealed and opened piece by piece. Pure: no Django here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity

from otklik.backups import folder
from otklik.backups.archive import Damaged, fresh

ENDING = ".age"
_HEAD = b"age-encryption.org/v1"
_BEGINS = "AGE-SECRET-KEY-1"


def make_key(path: Path) -> str:
    """A new key in a file of its own; its public half. Raises FileExistsError, OSError."""
    key = Identity.generate()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"# public key: {key.to_public()}\n{key}\n")
    return str(key.to_public())


def key_in(path: Path) -> Identity:
    """The first key of a file as age-keygen writes it. Raises Damaged, OSError."""
    lines = [line for line in path.read_text(encoding="ascii", errors="replace").split() if line.startswith(_BEGINS)]
    try:
        return Identity.from_str(lines[0])
    except (IndexError, pyrage.IdentityError):
        raise Damaged(f"В файле {path} нет ключа age ({_BEGINS}…).") from None


def seal(plain: Path, target: Path, key: Identity) -> None:
    """Raises OSError; then nothing stands under the name."""
    try:
        with plain.open("rb") as source, fresh(target) as file:
            pyrage.encrypt_io(source, file, [key.to_public()])
    except pyrage.EncryptError as error:  # so it tells of a full disk
        raise OSError(str(error)) from None


@contextmanager
def opened(copy: Path, key_file: Path | None, beside: Path) -> Iterator[Path]:
    """The copy as a file that can be read: itself, or opened in a scratch folder. Raises Damaged, OSError."""
    with copy.open("rb") as source:
        if source.read(len(_HEAD)) != _HEAD:
            yield copy
            return
        if key_file is None:
            raise Damaged(f"{copy.name}: копия зашифрована, укажите файл её ключа в OTKLIK_BACKUP_KEY_FILE.")
        key = key_in(key_file)
        source.seek(0)
        with folder.scratch(beside) as room:
            plain = room / copy.name.removesuffix(ENDING)
            try:
                with plain.open("wb") as file:
                    pyrage.decrypt_io(source, file, [key])
            except (pyrage.DecryptError, OSError) as error:
                raise Damaged(f"{copy.name}: копия зашифрована другим ключом или испорчена ({error}).") from None
            yield plain
