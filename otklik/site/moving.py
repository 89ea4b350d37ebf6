"""`otklik import im`, `otklik export im`: what is said on the terminal, and the report of odd rows beside it."""

import csv
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from otklik.exchange.moving.leaving import rows
from otklik.exchange.moving.oddities import WORDS
from otklik.exchange.moving.piece import Remarks
from otklik.exchange.moving.planting import Overtaken
from otklik.exchange.moving.sheet_out import TooMany, write
from otklik.exchange.moving.taking import Done, OtherZone, check, take
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.cell import Cell
from otklik.lib.days import begin_of
from otklik.lib.why import why
from otklik.lib.xlsx import WrongFile
from otklik.people.access import reach
from otklik.people.models import User
from otklik.people.permissions import Permission

HEADER = ("строка", "ID", "столбец", "что странно", "что там", "что сделано")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
SHOWN = 12
Row = dict[str, Cell]


def take_in(name: str, *, only_check: bool, report: str, zone: str) -> int:
    """Exit code 0: all rows are in, or known; 1: some were skipped; 2: it cannot be taken."""
    try:
        by = ZoneInfo(zone or settings.TIME_ZONE)
    except (ValueError, OSError, LookupError):
        return _say(f"Нет такого часового пояса: {zone}. Пример: Europe/Moscow.")
    odd: Counter[str] = Counter()
    try:
        with _reporting(report, odd) as hear, _bar() as progress:
            done = (check if only_check else take)(Path(name), by, hear, progress)
    except WrongFile as wrong:
        return _say(f"{name}: {wrong}. {'' if only_check else 'То, что прочтено до этого места, записано.'}".strip())
    except OtherZone as other:
        return _say(f"Этот файл уже начали переносить по часам {other}: продолжите с --time-zone {other}.")
    except Overtaken:
        return _say("Этот же файл сейчас переносит другой процесс.")
    except OSError as error:
        return _say(f"{error.filename or name}: файл не читается или не пишется ({why(error)})")
    _tell(done, odd, only_check)
    return 1 if done.skipped else 0


def _tell(done: Done, odd: Counter[str], only_check: bool) -> None:
    lines = []
    if done.before:
        lines.append(f"Продолжено: {done.before} строк было перенесено раньше.")
    verb = "Было бы" if only_check else "Стало"
    lines.append(
        f"Строк: {done.rows}. {verb} новых карточек: {done.new}, изменено: {done.changed}, без перемен: {done.same}, "
        f"пропущено: {done.skipped}."
    )
    if done.agencies:
        lines.append(f"Ведомств, которых у нас не было: {done.agencies}.")
    for title, names in (
        ("Столбцов нет", done.missing),
        ("Незнакомые столбцы сохранены", done.unknown),
        ("Столбцы названы дважды, взят первый", done.twice),
    ):
        if names:
            lines.append(f"{title}: {', '.join(names)}.")
    if done.merged:
        lines.append(f"Объединённых ячеек: {done.merged}; их значение взято для каждой.")
    for code, count in odd.most_common(SHOWN):
        what, did = WORDS[code]
        lines.append(f"  {count} × {what}: {did}")
    sys.stdout.write("\n".join(lines) + "\n")


@contextmanager
def _reporting(report: str, odd: Counter[str]) -> Iterator[Callable[[list[Remarks]], None]]:
    """Counts what is odd, and writes each remark as a line of the report if one is wanted."""
    if not report:
        yield lambda remarks: odd.update(one.code for row in remarks for one in row.odd)
        return
    with Path(report).open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(HEADER)

        def hear(remarks: list[Remarks]) -> None:
            for row in remarks:
                for one in row.odd:
                    odd[one.code] += 1
                    out.writerow([row.number, *map(_plain, (row.theirs, one.column, one.what, one.content, one.done))])

        yield hear


def _plain(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A line that counts, where a person looks on."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    last_share = [-1]

    def progress(done: int, total: int) -> None:
        share = min(100, 100 * done // max(total, 1))
        if share != last_share[0]:
            last_share[0] = share
            sys.stderr.write(f"\r[{'#' * (share // 4):25}] {share:3} %  {done} из {max(done, total)} ")
            sys.stderr.flush()

    try:
        yield progress
    finally:
        sys.stderr.write("\n")


def _say(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


def give_out(output: str, since: str, until: str, login: str) -> int:
    """Exit code 0: the file is there, whole; 2: it cannot be written, or nobody is called so."""
    user = None
    try:
        first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    except ValueError:
        return _say("Не похоже на день. Пример: --from 2026-06-01.")
    if login:
        user = User.objects.filter(username=login, is_active=True).first()
        if user is None:
            return _say(f"Нет такого человека, или доступ ему закрыт: {login}.")
    cards = visible_to(user) if user else Incident.objects.all()
    if first:
        cards = cards.filter(created_at__gte=begin_of(first))
    if last:
        cards = cards.filter(created_at__lt=begin_of(last + timedelta(days=1)))
    masked = user is None or cards.exclude(reach(user, {Permission.JUDGE})).exists()
    try:
        count = _written(Path(output), cards, masked)
    except TooMany:
        return _say("Карточек больше, чем строк на листе Excel: выгрузите по частям, --from и --to.")
    except OSError as error:
        return _say(f"{output}: файл не пишется ({why(error)})")
    _remember(count, masked, user)
    hidden = " Имена жителей и личное в текстах скрыты." if masked else ""
    sys.stdout.write(f"{output}: карточек {count}.{hidden}\n")
    return 0


def _written(path: Path, cards: "QuerySet[Incident]", masked: bool) -> int:
    """Beside it first: a file that was broken off is no file."""
    if path.exists() and not path.is_file():
        raise OSError(0, "здесь не файл")
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        total = cards.count()
        with _bar() as progress:
            count = write(Path(beside), _counted(rows(cards, masked=masked), total, progress))
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return count


def _counted(table_rows: Iterable[Row], total: int, progress: Callable[[int, int], None]) -> Iterator[Row]:
    for done, row in enumerate(table_rows, 1):
        yield row
        progress(done, total)


def _remember(count: int, masked: bool, user: User | None) -> None:
    """Who took how much out, and whether with names."""
    actor = f"user:{user.pk}" if user else "machine:export"
    with book.turn():
        data = {"cards": count, "masked": masked}
        book.write(at=clock.now(), actor=actor, verb="export.im", subject="export:im", data=data)
