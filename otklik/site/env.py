"""Reading options from the environment: one variable an option, a wrong value stops the start with a hint."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path


class WrongSetting(Exception):
    """A sentence for whoever starts the product: which option, what is wrong, what is wanted."""


def text(env: Mapping[str, str], name: str, default: str) -> str:
    return env.get(name, "").strip() or default


def number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds. Raises WrongSetting."""
    given = text(env, name, str(default))
    try:
        value = int(given)
    except ValueError:
        raise WrongSetting(f"{name}={given!r} is not a whole number") from None
    if not least <= value <= most:
        raise WrongSetting(f"{name}={value} is out of bounds: {least} to {most}")
    return value


def choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words. Raises WrongSetting."""
    value = text(env, name, default)
    if value not in allowed:
        raise WrongSetting(f"{name}={value!r} is not one of: {', '.join(allowed)}")
    return value


def words(env: Mapping[str, str], name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(env, name, default).split(",") if word.strip()]


def secret(env: Mapping[str, str], name: str, keep_in: Path) -> str:
    """The variable, or a random value made once and kept in a file that only its owner may read."""
    given = env.get(name, "").strip()
    if given:
        if len(given) < 32:
            raise WrongSetting(f"{name} is too short: at least 32 characters are wanted")
        return given
    if not keep_in.exists():
        keep_in.parent.mkdir(parents=True, exist_ok=True)
        fresh = keep_in.with_name(f"{keep_in.name}.{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, keep_in)  # whoever comes second keeps the first one's
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    value = keep_in.read_text().strip()
    if len(value) < 32:
        raise WrongSetting(f"{keep_in} holds no usable key: restore it from the backup, or delete it to make a new one")
    return value
