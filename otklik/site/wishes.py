"""What `otklik init` has to know, asked one by one or told by options, each checked at once. No settings yet."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from otklik.lib.why import why
from otklik.site import addresses, env, postgresql
from otklik.site.env import WrongSetting

LONGEST = 200

Ask = Callable[[str, str], str]
"""A question and what is taken when nothing is typed; gives what was typed."""
BY_ZONE = {
    "Europe/Kaliningrad": "Калининградская",
    "Europe/Samara": "Самарская, Удмуртия, Удмуртская",
    "Europe/Saratov": "Саратовская",
    "Europe/Astrakhan": "Астраханская",
    "Europe/Ulyanovsk": "Ульяновская",
    "Asia/Yekaterinburg": "Башкортостан, Пермский, Курганская, Оренбургская, Свердловская, Тюменская, Челябинская,"
    " Ханты-Мансийский, Югра, Ямало-Ненецкий",
    "Asia/Omsk": "Омская",
    "Asia/Barnaul": "Алтай, Алтайский",
    "Asia/Novosibirsk": "Новосибирская",
    "Asia/Tomsk": "Томская",
    "Asia/Novokuznetsk": "Кемеровская, Кузбасс",
    "Asia/Krasnoyarsk": "Красноярский, Тыва, Тува, Хакасия",
    "Asia/Irkutsk": "Бурятия, Иркутская",
    "Asia/Chita": "Забайкальский",
    "Asia/Yakutsk": "Якутия, Саха, Амурская",
    "Asia/Vladivostok": "Приморский, Хабаровский, Еврейская",
    "Asia/Magadan": "Магаданская",
    "Asia/Sakhalin": "Сахалинская",
    "Asia/Kamchatka": "Камчатский, Чукотский",
}
USUAL = "Europe/Moscow"
_ZONES = {word.strip().lower(): zone for zone, words in BY_ZONE.items() for word in words.split(",")}


@dataclass(frozen=True, slots=True)
class Wish:
    """One question. `name` is that of the answer, of a setting its variable; `proposed` stands in brackets, and `hint`
    above; `option` says it on the command line."""

    name: str
    option: str
    question: str
    proposed: Callable[[dict[str, str]], str]
    check: Callable[[str], str]
    hint: str = ""


def _line(value: str) -> str:
    """Raises WrongSetting for what would not stay one line of a file."""
    line = " ".join(value.split())
    if not line or len(line) > LONGEST or not line.isprintable():
        raise WrongSetting(f"нужна одна строка не длиннее {LONGEST} знаков")
    return line


def _region(value: str) -> str:
    """A name that a person chose: none is the usual one."""
    if not any(sign.isalpha() for sign in value):
        raise WrongSetting("назовите свой регион, например: Омская область")
    return _line(value)


def _zone(value: str) -> str:
    return env.zone({"зона": value}, "зона", value)


def _site(value: str) -> str:
    """An address without a path. Without TLS only this machine itself: passwords would go in the open."""
    url = addresses.site({"адрес": _line(value)}, "адрес", "")
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in addresses.HERE:
        raise WrongSetting("без https пароли пойдут открыто: поставьте перед сайтом прокси с TLS и укажите https://…")
    return url


def _folder(value: str) -> str:
    """A folder that can be made and written to."""
    path = Path(_line(value)).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = path / ".otklik-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WrongSetting(f"в папку {path} не записать: {why(error)}") from None
    return str(path)


def _database(value: str) -> str:
    """ "" or «нет» for SQLite; a PostgreSQL server is tried at once. Its address may hold a password: never quoted."""
    url = "" if value.strip().lower() in ("", "нет", "no", "sqlite") else _line(value)
    if not url:
        return ""
    addresses.database({"адрес базы": url}, "адрес базы", url)
    if url.startswith("sqlite"):
        _folder(str(Path(url.removeprefix("sqlite:///")).parent))
    else:
        postgresql.try_out(url)
    return url


def _login(value: str) -> str:
    try:
        UnicodeUsernameValidator()(value[:150])
    except ValidationError:
        raise WrongSetting("нужны буквы, цифры и знаки @ . + - _ без пробелов, например ivanova") from None
    return value[:150]


def _email(value: str) -> str:
    try:
        if value:
            validate_email(value)
    except ValidationError:
        raise WrongSetting(f"{value!r}: это не адрес почты, нужен вида ivanova@example.ru") from None
    return value


def wishes(data: Path) -> tuple[Wish, ...]:
    """`data` is the folder that is proposed."""
    return (
        Wish("OTKLIK_REGION", "--region", "Регион, например Омская область", lambda _answers: "", _region),
        Wish(
            "OTKLIK_TIME_ZONE", "--time-zone", "Часовой пояс", lambda answers: zone_of(answers["OTKLIK_REGION"]), _zone
        ),
        Wish(
            "OTKLIK_URL", "--url", "Адрес, по которому открывают сайт", lambda _answers: "http://127.0.0.1:8000", _site
        ),
        Wish("OTKLIK_DATA", "--data", "Папка данных", lambda _answers: str(data), _folder),
        Wish(
            "DATABASE_URL",
            "--database",
            f"Адрес PostgreSQL ({addresses.A_SERVER}) или «нет»",
            lambda _answers: "нет",
            _database,
            f"База: SQLite в папке данных («нет») или PostgreSQL. {postgresql.how()}",
        ),
    )


ADMINISTRATOR = (
    Wish("login", "--login", "Имя для входа администратора", lambda _answers: "admin", _login),
    Wish("name", "--name", "Его фамилия, имя и отчество (можно пропустить)", lambda _answers: "", lambda value: value),
    Wish("email", "--email", "Его почта (можно пропустить)", lambda _answers: "", _email),
)


def gather(
    asked: Sequence[Wish], options: dict[str, str], ask: Ask | None, say: Callable[[str], None]
) -> dict[str, str]:
    """The answers. What `options` has is not asked; without `ask` the rest is as proposed. An answer that cannot be
    taken is asked again. Raises WrongSetting for what `options` has and cannot be, before anything is asked."""
    answers = {wish.name: _taken(wish, options[wish.name]) for wish in asked if options.get(wish.name)}
    for wish in asked:
        if wish.name in answers:
            continue
        proposed = wish.proposed(answers)
        if ask is None:
            answers[wish.name] = _taken(wish, proposed)
            continue
        if wish.hint:
            say(wish.hint)
        while wish.name not in answers:
            try:
                answers[wish.name] = wish.check(ask(wish.question, proposed) or proposed)
            except WrongSetting as wrong:
                say(f"  Так не получится: {wrong}")
    return answers


def _taken(wish: Wish, value: str) -> str:
    """Raises WrongSetting that names the option."""
    try:
        return wish.check(value)
    except WrongSetting as wrong:
        raise WrongSetting(f"{wish.option}: {wrong}") from None


def now_there(zone: str, now: datetime) -> str:
    """The time of the day by that clock, so that a wrong zone is seen at once."""
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M}"


def written(answers: dict[str, str], mode: str, elsewhere: Collection[str] = ()) -> str:
    """The text of the settings file, without what the environment says anyway (`elsewhere`). Values are not quoted:
    systemd, compose and our own reader take them so."""
    site = urlsplit(answers["OTKLIK_URL"])
    here = site.hostname in addresses.HERE
    hosts = "127.0.0.1,localhost,[::1]" if here else f"{site.hostname},127.0.0.1,localhost"
    lines = [
        "# Настройки этой установки: docs/ru/settings.md. После изменения перезапустите сайт и обработчик.",
        f"OTKLIK_MODE={mode}",
        *(f"{name}={value}" for name, value in answers.items() if value and name not in elsewhere),
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


# Which clock a region goes by: what `otklik init` proposes.
#
# Source: the zones of the tz database and the subjects of the Federation that each of its Russian zones is for. Where
# a subject has more than one, it is that of its capital.
def zone_of(region: str) -> str:
    """The zone of a region by a word of its name, «Омская область»; Moscow's for whoever is not named here."""
    words = region.lower().replace("(", " ").replace(")", " ").split()
    return next((_ZONES[word] for word in words if word in _ZONES), USUAL)
