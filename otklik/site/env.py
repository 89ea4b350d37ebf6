"""Reading options: one variable an option, of the environment or a file; a wrong value stops the start with a hint."""

import os
import secrets
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from otklik.lib.redact import remember

LEAST = 32


class WrongSetting(Exception):
    """A sentence for whoever starts the product: which option, what is wrong, what is wanted."""


FILE = "OTKLIK_SETTINGS_FILE"
"""Which file holds the settings; "none" for no file at all."""
MOST_READ = 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]


def usual_places() -> tuple[Path, ...]:
    """Where the file is looked for when none is named: the first that is there."""
    return (ROOT / "otklik.env", Path("/etc/otklik/otklik.env"))


class Given(Mapping[str, str]):
    """What was told: the lines of a file, and the environment, which wins. Remembers what was asked for."""

    def __init__(self, environment: Mapping[str, str], lines: Mapping[str, str], path: Path | None) -> None:
        self._environment, self._lines, self.path = environment, lines, path
        self._asked = {FILE}

    def __getitem__(self, name: str) -> str:
        self._asked.add(name)
        return self._environment[name] if name in self._environment else self._lines[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._lines, **self._environment})

    def __len__(self) -> int:
        return len({**self._lines, **self._environment})

    def check(self) -> None:
        """Once all options are read. Raises WrongSetting for a line of the file that none of them is."""
        for name in self._lines:
            if name not in self._asked:
                near = get_close_matches(name, self._asked, 1)
                hint = f"; может быть, {near[0]}?" if near else ""
                raise WrongSetting(f"{self.path}: настройки {name} нет{hint}")


def given(environment: Mapping[str, str], places: Sequence[Path]) -> Given:
    """The environment and the file that it names, or else the first of `places` that is there. Raises WrongSetting."""
    named = environment.get(FILE, "").strip()
    if named == "none":
        return Given(environment, {}, None)
    found = Path(named) if named else next((path for path in places if path.is_file()), None)
    if found is None:
        return Given(environment, {}, None)
    try:
        with found.open("rb") as file:
            told = file.read(MOST_READ).decode()
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "это не текст в UTF-8"
        raise WrongSetting(f"файл настроек {found} не читается: {words}") from None
    return Given(environment, lines_of(told, found), found)


def lines_of(told: str, path: Path) -> dict[str, str]:
    """`NAME=value` a line, as systemd and compose read it too: # begins a comment, a pair of quotes around is dropped.

    Raises WrongSetting. The value is not quoted in it: it may be a password.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(told.removeprefix("\ufeff").splitlines(), 1):
        name, is_pair, value = (part.strip() for part in line.partition("="))
        if (not name and not is_pair) or name.startswith("#"):
            continue
        if not is_pair or not name.isidentifier() or name in found:
            why = f"{name} второй раз" if name in found else "нужно ИМЯ=значение"
            raise WrongSetting(f"{path}, строка {number}: {why}")
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        found[name] = value[1:-1] if quoted else value
    return found


def text(env: Mapping[str, str], name: str, default: str) -> str:
    return env.get(name, "").strip() or default


def number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds. Raises WrongSetting."""
    given = text(env, name, str(default))
    try:
        value = int(given)
    except ValueError:
        raise WrongSetting(f"{name}={given!r}: нужно целое число") from None
    if not least <= value <= most:
        raise WrongSetting(f"{name}={value}: нужно число от {least} до {most}")
    return value


def choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words. Raises WrongSetting."""
    value = text(env, name, default)
    if value not in allowed:
        raise WrongSetting(f"{name}={value!r}: нужно одно из: {', '.join(allowed)}")
    return value


def second_factor(value: str, *, training: bool) -> str:
    """What "auto" stands for. Only a training region goes without: its passwords are printed anyway."""
    if value == "off" and not training:
        raise WrongSetting("OTKLIK_SECOND_FACTOR=off: без второго фактора работает только учебный регион")
    return ("off" if training else "required") if value == "auto" else value


def choice_or_address(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words, or an address without a slash at its end. Raises WrongSetting."""
    value = text(env, name, default)
    if value not in allowed and not value.startswith(("http://", "https://")):
        raise WrongSetting(f"{name}={value!r}: нужно одно из: {', '.join(allowed)}, или адрес вида https://…")
    return value if value in allowed else value.rstrip("/")


def provider(env: Mapping[str, str], name: str) -> str:
    """The address of somebody who vouches for people, without a slash at its end; "" for none. Raises WrongSetting.

    Without TLS anybody on the way could vouch for anybody; on this machine itself nobody is on the way.
    """
    value = text(env, name, "").rstrip("/")
    parts = urlsplit(value)
    here = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if value and not (parts.hostname and (parts.scheme == "https" or here)):
        raise WrongSetting(f"{name}={value!r}: нужен адрес вида https://sso.example.ru/realms/otklik")
    return value


def oidc_apps(issuer: str, client: str, key: str) -> list[dict[str, object]]:
    """The one application of allauth's, [] without a provider. Raises WrongSetting when half of it is told."""
    if not issuer:
        return []
    if not client or not key:
        raise WrongSetting("OTKLIK_OIDC_ISSUER: нужны и OTKLIK_OIDC_CLIENT, и OTKLIK_OIDC_SECRET")
    told = {"server_url": issuer}
    return [{"provider_id": "sso", "name": "sso", "client_id": client, "secret": key, "settings": told}]


def token(env: Mapping[str, str], name: str) -> str:
    """A key to somebody else's service, "" if none is given. The redactor knows it from here on."""
    value = env.get(name, "").strip()
    remember(value)
    return value


def long_token(env: Mapping[str, str], name: str) -> str:
    """A key to something of ours, "" if none is given. Raises WrongSetting when it could be guessed."""
    value = token(env, name)
    if value and len(value) < LEAST:
        raise WrongSetting(f"{name} слишком короток: нужно не меньше {LEAST} знаков")
    return value


def words(env: Mapping[str, str], name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(env, name, default).split(",") if word.strip()]


def addresses(env: Mapping[str, str], name: str, known: Container[str]) -> dict[str, str]:
    """A list of `name=address` separated by commas, only of known names. Raises WrongSetting."""
    found = {}
    for item in words(env, name):
        kind, _, address = item.partition("=")
        if kind not in known or not address.startswith(("http://", "https://")):
            raise WrongSetting(
                f"{name}: {item!r}: нужно «сеть=https://адрес» через запятую, например vk=https://api.vk.ru"
            )
        found[kind] = address.rstrip("/")
    return found


def networks(env: Mapping[str, str], name: str) -> list[str]:
    """A list of networks such as 10.20.0.0/16, separated by commas. Raises WrongSetting."""
    found = words(env, name)
    for item in found:
        try:
            ip_network(item)
        except ValueError:
            raise WrongSetting(f"{name}: {item!r}: нужна сеть вида 10.20.0.0/16, с нулями после маски") from None
    return found


def zone(env: Mapping[str, str], name: str, default: str) -> str:
    """The name of a time zone. Raises WrongSetting."""
    value = text(env, name, default)
    if value not in available_timezones():
        raise WrongSetting(f"{name}={value!r}: нет такого часового пояса (например, Europe/Moscow)")
    return value


def database(env: Mapping[str, str], name: str, default: str) -> str:
    """The address of an SQLite file or a PostgreSQL server. Never quoted in the error: it may hold a password."""
    value = text(env, name, default)
    if value.partition(":")[0] not in ("sqlite", "postgres", "postgresql") or "://" not in value:
        raise WrongSetting(f"{name}: нужен адрес вида postgresql://… или sqlite:///…")
    return value


def secret(env: Mapping[str, str], name: str, keep_in: Path) -> str:
    """The variable, or a random value made once and kept in a file that only its owner may read: its first line.

    The redactor knows it from here on.
    """
    value = env.get(name, "").strip()
    if value and len(value) < LEAST:
        raise WrongSetting(f"{name} слишком короток: нужно не меньше {LEAST} знаков")
    try:
        value = value or _kept(keep_in)
    except OSError as error:
        raise WrongSetting(f"файл {keep_in} не читается и не создаётся: {error.strerror}") from None
    if len(value) < LEAST:
        raise WrongSetting(
            f"в файле {keep_in} нет ключа: верните его из резервной копии или удалите, чтобы создать новый"
        )
    remember(value)
    return value


def _kept(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # whoever comes second keeps the first one's
            os.link(fresh, path)
        fresh.unlink()
    return (path.read_text().split() or [""])[0]


def earlier(env: Mapping[str, str], name: str, kept: Path) -> list[str]:
    """Keys that were in force before: of the variable, or the file's further lines. The redactor knows them."""
    found = words(env, name) or (kept.read_text().split()[1:] if kept.exists() else [])
    for value in found:
        remember(value)
    return found
