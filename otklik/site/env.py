"""Reading options: one variable an option, of the environment or a file; a wrong value stops the start with a hint."""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import available_timezones

from otklik.lib.redact import remember
from otklik.lib.why import why

LEAST = 32
YES, NO = ("yes", "1", "true", "on", "да"), ("no", "0", "false", "off", "нет")
TRAINING_REGION = "Краснодарский край"


class WrongSetting(Exception):
    """A sentence for whoever starts the product: which option, what is wrong, what is wanted."""


FILE = "OTKLIK_SETTINGS_FILE"
"""Which file holds the settings; "none" for no file at all."""
INSTALLATION = ("OTKLIK_DATA", "OTKLIK_MODE", "DATABASE_URL")
"""Any of these in the environment says which installation is meant."""
MOST_READ = 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
USUAL_DATA = ROOT / "var"


def usual_places() -> tuple[Path, ...]:
    """Where the file is looked for when none is named: the first that is there."""
    return (ROOT / "otklik.env", Path("/etc/otklik/otklik.env"))


def is_there(path: Path) -> bool:
    """Whether such a file is there; also one that may not even be looked for, whose reader then says why."""
    try:
        return path.is_file()
    except OSError:
        return True


class Environment(Mapping[str, str]):
    """The options: the lines of a file, and the environment, which wins. Remembers which were read."""

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


def read_environment(environment: Mapping[str, str], places: Sequence[Path]) -> Environment:
    """The environment and the file that it names, or else the first of `places` that is there. Raises WrongSetting."""
    named = environment.get(FILE, "").strip()
    if named == "none":
        return Environment(environment, {}, None)
    settings_path = Path(named) if named else next((path for path in places if is_there(path)), None)
    if settings_path is None:
        return Environment(environment, {}, None)
    try:
        with settings_path.open("rb") as file:
            content = file.read(MOST_READ).decode()
    except FileNotFoundError:
        raise WrongSetting(
            f"файла настроек {settings_path} нет: проверьте {FILE} или создайте его: otklik init"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        words = why(error) if isinstance(error, OSError) else "это не текст в UTF-8"
        whose = ". Запустите от имени службы: sudo -u otklik …" if isinstance(error, PermissionError) else ""
        raise WrongSetting(f"файл настроек {settings_path} не читается: {words}{whose}") from None
    return Environment(environment, lines_of(content, settings_path), settings_path)


def no_installation(environment: Mapping[str, str], places: Sequence[Path], usual: Path) -> str:
    """A sentence where nothing says which installation is meant, "" else. The training region, which needs no settings,
    is meant where `make demo` has left one in the folder `usual`."""
    is_configured = any(environment.get(name, "").strip() for name in (FILE, *INSTALLATION))
    if is_configured or any(is_there(path) for path in (*places, usual / "otklik.sqlite3")):
        return ""
    looked = ", ".join(map(str, places))
    return (
        f"Нет настроек: нет ни файла ({looked}), ни переменной {FILE}. Начать свой регион: otklik init. Файл лежит в "
        f"другом месте: {FILE}=/путь/otklik.env. Учебный регион: make demo."
    )


def lines_of(content: str, path: Path) -> dict[str, str]:
    """`NAME=value` a line, as systemd and compose read it too: # begins a comment, a pair of quotes around is dropped.

    Raises WrongSetting. The value is not quoted in it: it may be a password.
    """
    variables: dict[str, str] = {}
    for number, line in enumerate(content.removeprefix("\ufeff").splitlines(), 1):
        name, is_pair, value = (part.strip() for part in line.partition("="))
        if (not name and not is_pair) or name.startswith("#"):
            continue
        if not is_pair or not name.isidentifier() or name in variables:
            why = f"{name} второй раз" if name in variables else "нужно ИМЯ=значение"
            raise WrongSetting(f"{path}, строка {number}: {why}")
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        variables[name] = value[1:-1] if quoted else value
    return variables


def text(env: Mapping[str, str], name: str, default: str) -> str:
    return env.get(name, "").strip() or default


def file(env: Mapping[str, str], name: str) -> Path | None:
    """The path of a file or a folder, None for none."""
    value = text(env, name, "")
    return Path(value).resolve() if value else None


def number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds. Raises WrongSetting."""
    raw = text(env, name, str(default))
    try:
        value = int(raw)
    except ValueError:
        raise WrongSetting(f"{name}={raw!r}: нужно целое число") from None
    if not least <= value <= most:
        raise WrongSetting(f"{name}={value}: нужно число от {least} до {most}")
    return value


def choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words. Raises WrongSetting."""
    value = text(env, name, default)
    if value not in allowed:
        raise WrongSetting(f"{name}={value!r}: нужно одно из: {', '.join(allowed)}")
    return value


def flag(env: Mapping[str, str], name: str, default: str) -> bool:
    """Yes or no in any of the usual spellings. Raises WrongSetting."""
    value = text(env, name, default)
    if value.lower() not in YES + NO:
        raise WrongSetting(f"{name}={value!r}: нужно yes или no")
    return value.lower() in YES


def region(env: Mapping[str, str], name: str, *, training: bool) -> str:
    """What the region is called; only a training one has a name of its own. Raises WrongSetting."""
    value = text(env, name, TRAINING_REGION if training else "")
    if not value:
        raise WrongSetting(f"{name} не задан: назовите регион, например {name}=Омская область")
    return value


def second_factor(value: str, *, training: bool) -> str:
    """What "auto" stands for. Only a training region goes without: its passwords are printed anyway."""
    if value == "off" and not training:
        raise WrongSetting("OTKLIK_SECOND_FACTOR=off: без второго фактора работает только учебный регион")
    return ("off" if training else "required") if value == "auto" else value


def needs(name: str, others: Mapping[str, str]) -> None:
    """Raises WrongSetting for an option that is set without the others that it needs."""
    if absent := [other for other, value in others.items() if not value]:
        raise WrongSetting(f"{name} задан, а без {' и '.join(absent)} не работает: задайте и это")


def oidc_apps(issuer: str, client: str, key: str) -> list[dict[str, object]]:
    """The one application of allauth's, [] without a provider. Raises WrongSetting when only half of it is set."""
    if not issuer:
        return []
    needs("OTKLIK_OIDC_ISSUER", {"OTKLIK_OIDC_CLIENT": client, "OTKLIK_OIDC_SECRET": key})
    app_settings = {"server_url": issuer}
    return [{"provider_id": "sso", "name": "sso", "client_id": client, "secret": key, "settings": app_settings}]


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


def zone(env: Mapping[str, str], name: str, default: str) -> str:
    """The name of a time zone. Raises WrongSetting."""
    value = text(env, name, default)
    if value not in available_timezones():
        raise WrongSetting(f"{name}={value!r}: нет такого часового пояса (например, Europe/Moscow)")
    return value


def secret(env: Mapping[str, str], name: str, kept: Path) -> str:
    """The variable, or the first line of the file, or a random value that `keep` may write there.

    Nothing is written while the settings are read: nobody knows yet whether the database wants another. The redactor
    knows it from here on.
    """
    value = env.get(name, "").strip()
    if value and len(value) < LEAST:
        raise WrongSetting(f"{name} слишком короток: нужно не меньше {LEAST} знаков")
    try:
        if not value:
            value = (kept.read_text().split() or [""])[0] if kept.exists() else secrets.token_urlsafe(48)
    except OSError as error:
        raise WrongSetting(f"файл {kept} не читается: {why(error)}. Папка: OTKLIK_DATA") from None
    if len(value) < LEAST:
        raise WrongSetting(f"в файле {kept} нет ключа: верните его из резервной копии или удалите, чтобы создать новый")
    remember(value)
    return value


def keep(value: str, path: Path) -> str:
    """Write it into a file that only its owner may read, if none is there; what stands there. Raises WrongSetting."""
    try:
        if not path.exists():
            make_folder(path.parent)
            fresh = path.with_name(f"{path.name}.{os.getpid()}")
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(value)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # whoever comes second keeps the first one's
                os.link(fresh, path)
            fresh.unlink()
        return (path.read_text().split() or [""])[0]
    except OSError as error:
        raise WrongSetting(f"файл {path} не читается и не создаётся: {error.strerror}") from None


def make_folder(path: Path) -> None:
    """Raises WrongSetting."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"папку {path} не создать: {error.strerror}") from None


def earlier(env: Mapping[str, str], name: str, kept: Path) -> list[str]:
    """Keys that were in force before: of the variable, or the file's further lines. The redactor knows them."""
    keys = words(env, name) or (kept.read_text().split()[1:] if kept.exists() else [])
    for value in keys:
        remember(value)
    return keys
