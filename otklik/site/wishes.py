"""What `otklik init` has to know, asked one by one or told by options, each checked before the next. No Django yet."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg

from otklik.site import env
from otklik.site.env import WrongSetting
from otklik.site.regions import zone_of

LONGEST = 200

Ask = Callable[[str, str], str]
"""A question and what is taken when nothing is typed; gives what was typed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One question. `option` is the variable that keeps the answer, `proposed` what stands in brackets."""

    option: str
    question: str
    proposed: Callable[[dict[str, str]], str]
    check: Callable[[str], str]


def _line(value: str) -> str:
    """Raises WrongSetting for what would not stay one line of a file."""
    told = " ".join(value.split())
    if not told or len(told) > LONGEST or not told.isprintable():
        raise WrongSetting(f"нужна одна строка не длиннее {LONGEST} знаков")
    return told


def _zone(value: str) -> str:
    return env.zone({"зона": value}, "зона", value)


def _site(value: str) -> str:
    """An address without a path. Without TLS only this machine itself: passwords would go in the open."""
    told = _line(value).rstrip("/")
    parts = urlsplit(told)
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or parts.path or parts.scheme not in ("https", "http"):
        raise WrongSetting("нужен адрес без пути: https://otklik.example.ru")
    if parts.scheme == "http" and not here:
        raise WrongSetting("без https пароли пойдут открыто: поставьте перед сайтом прокси с TLS и укажите https://…")
    return told


def _folder(value: str) -> str:
    """A folder that can be made and written to."""
    path = Path(_line(value)).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = path / ".otklik-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WrongSetting(f"в папку {path} не записать: {error.strerror}") from None
    return str(path)


def _database(value: str) -> str:
    """ "" or «нет» for SQLite; a PostgreSQL server is tried at once. Its address may hold a password: never quoted."""
    told = "" if value.strip().lower() in ("", "нет", "sqlite") else _line(value)
    if not told:
        return ""
    env.database({"DATABASE_URL": told}, "DATABASE_URL", told)
    if told.startswith("sqlite"):
        return told
    try:
        psycopg.connect(told, connect_timeout=5).close()
    except (psycopg.Error, ValueError, UnicodeError) as error:
        why = "проверьте адрес, имя и пароль"
        raise WrongSetting(f"сервер PostgreSQL не пускает ({type(error).__name__}): {why}") from None
    return told


def wishes(data: Path) -> tuple[Wish, ...]:
    """`data` is the folder that is proposed."""
    return (
        Wish("OTKLIK_REGION", "Регион", lambda _told: "Краснодарский край", _line),
        Wish("OTKLIK_TIME_ZONE", "Часовой пояс", lambda told: zone_of(told["OTKLIK_REGION"]), _zone),
        Wish("OTKLIK_URL", "Адрес, по которому открывают сайт", lambda _told: "http://127.0.0.1:8000", _site),
        Wish("OTKLIK_DATA", "Папка данных", lambda _told: str(data), _folder),
        Wish("DATABASE_URL", "PostgreSQL (postgresql://…) или нет", lambda _told: "нет", _database),
    )


def gather(data: Path, told: dict[str, str], ask: Ask | None, say: Callable[[str], None]) -> dict[str, str]:
    """The settings. What `told` has is not asked; without `ask` the rest is as proposed. An answer that cannot be
    taken is asked again. Raises WrongSetting for what `told` has and cannot be."""
    found: dict[str, str] = {}
    for wish in wishes(data):
        given = told.get(wish.option, "")
        if given or ask is None:
            found[wish.option] = wish.check(given or wish.proposed(found))
            continue
        while wish.option not in found:
            proposed = wish.proposed(found)
            try:
                found[wish.option] = wish.check(ask(wish.question, proposed) or proposed)
            except WrongSetting as wrong:
                say(f"  Так не получится: {wrong}")
    return found


def now_there(zone: str, now: datetime) -> str:
    """The time of the day by that clock, so that a wrong zone is seen at once."""
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M}"


def written(found: dict[str, str], mode: str, elsewhere: Collection[str] = ()) -> str:
    """The text of the settings file, without what the environment says anyway (`elsewhere`). Values are not quoted:
    systemd, compose and our own reader take them so."""
    site = urlsplit(found["OTKLIK_URL"])
    here = site.hostname in ("127.0.0.1", "localhost", "::1")
    hosts = "127.0.0.1,localhost,[::1]" if here else f"{site.hostname},127.0.0.1,localhost"
    lines = [
        "# Настройки этой установки, все описаны в docs/settings.md. После изменения перезапустите сайт и обработчик.",
        f"OTKLIK_MODE={mode}",
        *(f"{name}={value}" for name, value in found.items() if value and name not in elsewhere),
        f"OTKLIK_HOSTS={hosts}",
        *([f"OTKLIK_PORT={site.port}"] if here and site.port else []),
        f"OTKLIK_BEHIND_PROXY={'no' if here else 'yes'}",
        "",
        "# Почта: без неё ссылки приглашений передают лично, а оповещения видны только в системе.",
        "#OTKLIK_MAIL=smtp",
        "#OTKLIK_MAIL_HOST=smtp.example.ru",
        "#OTKLIK_MAIL_USER=",
        "#OTKLIK_MAIL_PASSWORD=",
        "#OTKLIK_MAIL_FROM=otklik@example.ru",
    ]
    return "\n".join(lines) + "\n"
