"""Users of the demonstration: one for every role to sign in with, and colleagues who only stand in the history.

Passwords are random per installation and kept in the data folder, so that a restart prints the same ones. They never
reach the database in the open.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction

from otklik.demo.texts import staff
from otklik.people.models import Agency, Grant, Role, User

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters that look like digits: people type these
LENGTH = 12
CITY, UTILITY = "adm-krasnodar", "krasnodar-voda"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What is printed at the start. `role` is in Russian words, `agency` empty for who works across agencies."""

    username: str
    password: str
    role: str
    agency: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    username: str
    role: Role
    agency: str = ""  # a code; empty for the whole region


WANTED = (
    _Wanted("oper", Role.OPERATOR),
    _Wanted("oper2", Role.OPERATOR),
    _Wanted("curator", Role.CURATOR),
    _Wanted("gorhoz", Role.EXECUTOR, "krasnodar-gorhoz"),
    _Wanted("dorogi", Role.EXECUTOR, "krasnodar-transport"),
    _Wanted("vodokanal", Role.EXECUTOR, UTILITY),
    _Wanted("minzdrav", Role.EXECUTOR, "minzdrav"),
    _Wanted("sochi", Role.EXECUTOR, "adm-sochi"),
    _Wanted("sogl", Role.APPROVER),
    _Wanted("sogl-gorod", Role.APPROVER, CITY),
    _Wanted("glava", Role.HEAD),
    _Wanted("audit", Role.AUDITOR),
    _Wanted("admin", Role.ADMINISTRATOR),
)


def make_users(now: datetime) -> list[SignIn]:
    """Users, grants and passwords; safe to repeat. A password that was changed on the page is put back to the printed
    one only when its file is gone."""
    kept = _kept()
    rng = Random("staff")
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    signs = []
    with transaction.atomic():
        for wanted in WANTED:
            fresh = wanted.username not in kept
            password = kept.setdefault(wanted.username, _password())
            user = _user(wanted.username, staff(rng), password if fresh else "", now)
            _grant(user, wanted.role, agencies[wanted.agency] if wanted.agency else None)
            signs.append(SignIn(wanted.username, password, str(wanted.role.label), _named(wanted.agency, agencies)))
        _colleagues(rng, agencies, now)
    _keep(kept)
    return signs


def _user(username: str, name: str, password: str, now: datetime) -> User:
    """`password` "" leaves the one that is there; without a usable one nobody can sign in."""
    last, first, patronymic = name.split()
    user, made = User.objects.get_or_create(
        username=username,
        defaults={
            "last_name": last,
            "first_name": first,
            "patronymic": patronymic,
            "demo": True,
            "email": f"{username}@otklik.example" if password else "",
            "date_joined": now,
            "password": "!",
        },
    )
    if password or (made and username in {wanted.username for wanted in WANTED}):
        user.set_password(password or _kept()[username])
        user.save(update_fields=["password"])
    return user


def _colleagues(rng: Random, agencies: dict[str, Agency], now: datetime) -> None:
    """One executor in every agency. They answered in the past; nobody signs in as one of them."""
    for code, agency in sorted(agencies.items()):
        user = _user(f"k-{code}"[:150], staff(rng), "", now)
        _grant(user, Role.EXECUTOR, agency)


def _named(code: str, agencies: dict[str, Agency]) -> str:
    return agencies[code].short_name if code else ""


def _grant(user: User, role: Role, agency: Agency | None) -> None:
    Grant.objects.get_or_create(user=user, role=role, agency=agency)


def _password() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def _file() -> Path:
    return Path(settings.DATA) / "demo-passwords.txt"


def _kept() -> dict[str, str]:
    """What the file says; a broken file counts as none, and new passwords are made."""
    try:
        lines = _file().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def _keep(passwords: dict[str, str]) -> None:
    """Written beside and moved into place: a crash leaves the old file or the new one, never half."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    head = "# Пароли демонстрации. Удалите файл, чтобы при следующем запуске получить новые.\n"
    beside.write_text(head + "".join(f"{name} {word}\n" for name, word in passwords.items()), encoding="utf-8")
    beside.chmod(0o600)
    beside.replace(path)
