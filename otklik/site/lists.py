"""`otklik lists template`, `otklik lists load`: what is said on the terminal."""

import os
import sys
from pathlib import Path

from otklik.desk.admin.link import Link, hand_over
from otklik.exchange.lists import plan, table
from otklik.exchange.lists.kinds import KINDS
from otklik.exchange.lists.plan import Done, Invited, Line, NotYours, State
from otklik.exchange.lists.sheet import read
from otklik.lib import clock
from otklik.lib.why import why
from otklik.lib.xlsx import WrongFile
from otklik.people.models import User

STATE_WORDS = {State.NEW: "новая", State.CHANGED: "изменится", State.SAME: "без изменений", State.WRONG: "ошибка"}
SHOWN = 50
NOTHING = "Ничего не загружено."


def give(slug: str, output: str) -> int:
    """Exit code 0: the file is there; 2: it cannot be written."""
    try:
        Path(output).write_bytes(table.template(KINDS[slug]))
    except OSError as error:
        return _refuse(f"{output}: файл не пишется ({why(error)})")
    sys.stdout.write(f"{output}: заполните и загрузите командой otklik lists load {slug}.\n")
    return 0


def load(slug: str, name: str, login: str, *, only_check: bool, links: str) -> int:
    """Exit code 0: all of it is in (or could be); 1: some rows were refused after all; 2: nothing was changed."""
    by = User.objects.filter(username=login, is_active=True).first()
    if by is None:
        return _refuse(f"Нет такого человека, или доступ ему закрыт: {login}.")
    kind = KINDS[slug]
    try:
        lines = plan.planned(kind, read(Path(name), kind.columns()), by, clock.now())
    except WrongFile as error:
        return _refuse(f"{name}: {error}. {NOTHING}")
    except OSError as error:
        return _refuse(f"{name}: файл не читается ({why(error)})")
    except NotYours:
        return _refuse(f"{login} не может загружать этот список: нужны права на весь регион. {NOTHING}")
    if bad := plan.wrong(lines):
        for line in bad[:SHOWN]:
            sys.stderr.write(f"{name}, строка {line.number}: {'; '.join(line.words)}\n")
        return _refuse(f"Строк с ошибками: {len(bad)}. {NOTHING}")
    if only_check:
        return _preview(lines)
    done = plan.carry_out(lines, clock.now())
    _tell(done)
    return max(_links(done.invited, links), 1 if done.refused else 0)


def _preview(lines: list[Line]) -> int:
    for line in lines:
        if line.state != State.SAME:
            notes = f" ({'; '.join(line.words)})" if line.words else ""
            sys.stdout.write(f"строка {line.number}: {STATE_WORDS[line.state]}: {line.name}{notes}\n")
    counts = (sum(line.state == state for line in lines) for state in (State.NEW, State.CHANGED, State.SAME))
    sys.stdout.write("Ошибок нет. Новых: {}, изменится: {}, без изменений: {}.\n".format(*counts))
    return 0


def _tell(done: Done) -> None:
    sys.stdout.write(f"Новых: {done.new}, изменено: {done.changed}, без изменений: {done.same}.\n")
    for number, reason in done.refused:
        sys.stderr.write(f"строка {number} не записана: {reason}\n")


def _links(invited: list[Invited], output: str) -> int:
    """Letters first; the links of those whom none has reached go into a file for the owner alone, or are said here."""
    if not invited:
        return 0
    rest = hand_over([Link(one.user, one.token, fresh=True) for one in invited])
    sys.stdout.write(f"Приглашено: {len(invited)}, писем ушло: {len(invited) - len(rest)}.\n")
    if not rest:
        return 0
    rows = [(link.user.username, str(link.user), link.address) for link in rest]
    if not output:
        sys.stdout.write("".join(f"{login}: {address}\n" for login, _name, address in rows))
        return 0
    try:
        with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(table.links(rows))
    except OSError as error:
        sys.stdout.write("".join(f"{login}: {address}\n" for login, _name, address in rows))
        return _refuse(f"{output}: файл не пишется ({why(error)}); ссылки показаны здесь")
    sys.stdout.write(f"{output}: ссылки для входа, {len(rows)}. Передайте их лично и удалите файл.\n")
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
