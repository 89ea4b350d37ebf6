"""What a list would do, row by row, before anything is done; and doing it.

Nothing is written while any row is wrong. What is right is written row by row, each by a verb with its own turn: a
region's list of users takes seconds, and no write may hold the others up so long. A row that is refused in between
(somebody else has just changed the same thing) is told; the rows before it stay, and the file loaded again goes on.
"""

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from otklik.exchange.lists.sheet import Column, Row
from otklik.lib.refusal import Refused
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of


class State(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Invited:
    """A new user and his one-time token: kept nowhere."""

    user: User
    token: str


Act = Callable[[datetime], Invited | None]
"""Does what the row wants, through the verbs of the layers below. Raises Refused, or ValueError with a sentence."""


@dataclass(slots=True)
class Line:
    """A row and its fate. `words` are Russian: what would change, or all that is wrong."""

    number: int
    name: str
    state: State
    words: list[str] = field(default_factory=list)
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A list that can be loaded: by whom, with which columns, and how its rows are planned."""

    slug: str
    title: str
    permission: Permission
    columns: Callable[[], Sequence[Column]]
    plan: Callable[[Sequence[Row], User, datetime], list[Line]]


@dataclass(slots=True)
class Done:
    """How many rows were written; who was invited; and the rows that were refused after all, each with why."""

    new: int = 0
    changed: int = 0
    same: int = 0
    invited: list[Invited] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


class NotYours(Exception):
    """This list is loaded by somebody who manages the whole region."""


def planned(kind: Kind, rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """In the order of the file. Raises NotYours."""
    if not scope_of(by, kind.permission).whole:
        raise NotYours
    return kind.plan(rows, by, at)


def wrong(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.state == State.WRONG]


def mark(lines: Iterable[Line]) -> str:
    """16 hexadecimal digits over what a plan says: whoever confirms it has seen the same."""
    summary = sorted((line.number, line.name, line.state, line.words) for line in lines)
    return hashlib.sha256(json.dumps(summary).encode()).hexdigest()[:16]


def carry_out(lines: Sequence[Line], at: datetime) -> Done:
    """Raises ValueError when a row is wrong: then nothing is done."""
    if wrong(lines):
        raise ValueError("a list with wrong rows is not written")
    done = Done()
    for line in lines:
        if line.act is None:
            done.same += 1
            continue
        try:
            invited = line.act(at)
        except Refused as refused:
            done.refused.append((line.number, WHY.get(refused.code, f"отказано ({refused.code})")))
            continue
        except ValueError as error:
            done.refused.append((line.number, str(error)))
            continue
        done.new += line.state == State.NEW
        done.changed += line.state == State.CHANGED
        done.invited += [invited] if invited else []
    return done


def of(row: Row, name: str, changes: Sequence[str] | None, act: Act) -> Line:
    """The fate of a row: wrong by its errors, new when `changes` is None, the same when it is empty."""
    if row.errors:
        return Line(row.number, name, State.WRONG, list(row.errors))
    if changes is None:
        return Line(row.number, name, State.NEW, [], act)
    if not changes:
        return Line(row.number, name, State.SAME)
    return Line(row.number, name, State.CHANGED, list(changes), act)


def nothing(at: datetime) -> Invited | None:
    """The act of a row that was not understood: never carried out, since its list has an error."""
    raise ValueError("строка не разобрана")


def turned(title: str, was: object, now: object) -> list[str]:
    """«Роль: … → …» when they differ."""
    return [] if was == now else [f"{title}: {was or 'пусто'} → {now or 'пусто'}"]


class Seen:
    """Finds what a list says twice."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, int] = {}

    def check(self, row: Row, key: Hashable, what: str) -> None:
        first = self._rows.setdefault(key, row.number)
        if first != row.number:
            row.errors.append(f"{what} уже есть в строке {first}: оставьте одну из них")


WHY = {
    "blocked": "сотрудник заблокирован: сначала разблокируйте его",
    "children": "у ведомства остались подчинённые",
    "deep": "слишком глубоко: выберите ведомство повыше",
    "double": "такое уже есть",
    "early": "последний день раньше первого",
    "holes": "есть поля в фигурных скобках, которых система не знает",
    "inactive": "ведомство закрыто: сначала откройте его",
    "inside_itself": "ведомство нельзя подчинить самому себе или тому, кто подчиняется ему",
    "late": "этого уже нет: кто-то успел раньше",
    "link": "в тексте опроса нет места для ссылки: {link}",
    "name": "открытое ведомство с таким коротким названием уже есть",
    "needs_agency": "этой роли нужно ведомство",
    "overtaken": "пока вы смотрели, это изменил кто-то ещё: загрузите файл ещё раз",
    "past": "последний день уже прошёл",
    "same": "оно там уже и стоит",
    "title": "у того же владельца уже есть шаблон этого вида с таким названием",
    "username": "это имя уже занято",
}
"""Why a verb refused, by its code."""
