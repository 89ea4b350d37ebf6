"""People and what they may do. Somebody is known by his login; a grant is added, never taken away."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from otklik.exchange.lists.known import WHOLE, Agencies, Places
from otklik.exchange.lists.plan import Act, Invited, Kind, Line, Seen, of, turned
from otklik.exchange.lists.russian import in_russian
from otklik.exchange.lists.sheet import Column, Row
from otklik.people import accounts as verbs
from otklik.people.access import NEED_AN_AGENCY
from otklik.people.accounts import Name, Reach
from otklik.people.invitations import token_for
from otklik.people.models import Grant, MadeRole, Role, User
from otklik.people.permissions import Permission
from otklik.people.scope import Scope, scope_of

LOGIN, LAST, FIRST, PATRONYMIC = "Логин", "Фамилия", "Имя", "Отчество"
EMAIL, ROLE, AGENCY, WHERE = "Почта", "Роль", "Ведомство", "Территория"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,149}")


class Reachable(NamedTuple):
    """A role that somebody may be given: a standing one, or one that was made upon it."""

    role: str
    made: MadeRole | None = None


def roles() -> dict[str, Reachable]:
    """By the words of a file."""
    standing = {title: Reachable(code) for title, code in in_russian(Role.choices).items()}
    return {**standing, **{one.name: Reachable(one.base, one) for one in MadeRole.objects.all()}}


def columns() -> tuple[Column, ...]:
    return (
        Column("login", LOGIN, "Имя для входа: латинские буквы, цифры, точка, дефис. По нему мы узнаём человека.",
               "Пример: ivanova.ap", required=True, limit=150),
        Column("last", LAST, "", "Иванова", required=True, limit=150),
        Column("first", FIRST, "", "Анна", required=True, limit=150),
        Column("patronymic", PATRONYMIC, "", "Петровна", limit=80),
        Column("email", EMAIL, "Новому сотруднику уйдёт письмо со ссылкой. Без почты ссылку передадите вы.",
               "ivanova@example.ru", limit=254),
        Column("role", ROLE, "Прибавится к тем, что есть: список роли не отбирает.", "исполнитель", required=True,
               limit=60, words=tuple(roles())),
        Column("agency", AGENCY, "Короткое название. Пусто: все ведомства. Исполнителю ведомство нужно.", "Водоканал"),
        Column("where", WHERE, f"Муниципалитет. Пусто: {WHOLE}.", "", limit=200),
    )  # fmt: skip


def plan(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Six queries."""
    agencies, places, known_roles, seen, scope = Agencies(), Places(), roles(), Seen(), scope_of(by)
    people = {one.username.lower(): one for one in User.objects.prefetch_related("grants")}
    lines = []
    for row in rows:
        login = row["login"].lower()
        here = people.get(login)
        seen.check(row, login, "сотрудник с этим логином")
        if login and not _LOGIN.fullmatch(login):
            row.wrong(LOGIN, "только латинские буквы, цифры, точка, дефис")
        _check_email(row)
        role = known_roles.get(row["role"])
        agency, place = agencies.find(row, "agency", AGENCY), places.find(row, "where", WHERE)
        reach = Reach(role.role, agency, place, role.made) if role and not row.errors else None
        if reach:
            _check_reach(row, reach, here, scope)
        changes = _changes(row, here, reach) if here and reach else None
        lines.append(of(row, _called(row, login), changes, _act(row, login, here, reach, by)))
    return lines


def _called(row: Row, login: str) -> str:
    return " ".join(part for part in (login, row["last"], row["first"]) if part)


def _check_email(row: Row) -> None:
    if not row["email"]:
        return
    try:
        validate_email(row["email"])
    except ValidationError:
        row.wrong(EMAIL, "это не похоже на адрес почты")


def _check_reach(row: Row, reach: Reach, here: User | None, scope: Scope) -> None:
    """Nobody gives more than he has himself, nor touches somebody who has more."""
    if reach.agency is None and reach.role in NEED_AN_AGENCY:
        row.wrong(AGENCY, "этой роли нужно ведомство")
    if not scope.covers(reach.agency, reach.place):
        row.wrong(ROLE, "это больше, чем открыто вам самому")
    if here and not here.is_active:
        row.errors.append("этот сотрудник заблокирован: сначала разблокируйте его")
    elif here and not scope.owns(here):
        row.errors.append("этому сотруднику открыто больше, чем вам: его меняет другой администратор")


def _name(row: Row, here: User | None) -> Name:
    """A column that the file does not have stays as it is."""
    patronymic, email = (
        row[key] if row.has(key) or here is None else current
        for key, current in (("patronymic", here.patronymic if here else ""), ("email", here.email if here else ""))
    )
    return Name(row["last"], row["first"], patronymic, email)


def _changes(row: Row, here: User, reach: Reach) -> list[str]:
    name = _name(row, here)
    return [
        *turned(LAST, here.last_name, name.last),
        *turned(FIRST, here.first_name, name.first),
        *turned(PATRONYMIC, here.patronymic, name.patronymic),
        *turned(EMAIL, here.email, name.email),
        *([] if _has(here, reach) else [f"прибавится роль: {row['role']}"]),
    ]


def _has(here: User, reach: Reach) -> bool:
    wanted = _key(reach.role, reach.made, reach.agency, reach.place)
    return any((one.role, one.made_id, one.agency_id, one.place_id) == wanted for one in here.grants.all())


def _key(role: str, *rows: MadeRole | object | None) -> tuple[object, ...]:
    return (role, *(getattr(row, "pk", None) for row in rows))


def _act(row: Row, login: str, here: User | None, reach: Reach | None, by: User) -> Act:
    def act(at: datetime) -> Invited | None:
        if reach is None:
            raise ValueError("строка не разобрана")
        if here is None:
            user = verbs.invite(login, _name(row, None), reach, by, at)
            return Invited(user, token_for(user))
        verbs.rename(here, _name(row, here), verbs.seen(here), by, at)
        if not Grant.objects.filter(
            user=here, role=reach.role, made=reach.made, agency=reach.agency, place=reach.place
        ).exists():
            verbs.give(here, reach, by, at)
        return None

    return act


KIND = Kind("users", "Сотрудники", Permission.ADMINISTRATE, columns, plan)
