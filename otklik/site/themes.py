"""`otklik themes`: what a new version of the classifier would change, said on the terminal; and the change."""

import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.db.models import Model
from django.utils import timezone

from otklik.exchange.lists.sheet import read
from otklik.exchange.lists.version import Preview, current, look, version_columns
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.lib.why import why
from otklik.lib.xlsx import WrongFile
from otklik.themes import turning
from otklik.themes.models import Theme
from otklik.themes.versions import Pair

T = TypeVar("T")
ACTOR = "machine:console"
SHOWN = 20
WHY = {
    "past": "Этот день уже прошёл: версия начинается сегодня или позже.",
    "begun": "Версия с таким названием уже действует: назовите новую иначе.",
    "other": "Другая версия уже ждёт своего дня: сначала otklik themes cancel.",
    "late": "Такой версии среди ждущих нет.",
}
NOTHING = "Ничего не изменено."


def template(output: str) -> int:
    """Exit code 0: the file is there; 2: it cannot be written."""
    try:
        Path(output).write_bytes(current(clock.now()))
    except OSError as error:
        return _refuse(f"{output}: файл не пишется ({why(error)})")
    _say(f"{output}: все действующие темы. Поправьте и покажите командой otklik themes load.")
    return 0


def load(name: str, version: str, day: str, *, do: bool, guess: str) -> int:
    """Exit code 0: it was shown, or kept, or is in force; 2: something must be mended first, nothing has changed."""
    try:
        start = date.fromisoformat(day)
    except ValueError:
        return _refuse(f"--from {day}: нужен день, например 2027-01-01")
    if not version.strip() or len(version) > 32:
        return _refuse("--version: название до 32 знаков")
    now = clock.now()
    try:
        preview = look(read(Path(name), version_columns()), now)
    except WrongFile as error:
        return _refuse(f"{name}: {error}. {NOTHING}")
    except OSError as error:
        return _refuse(f"{name}: файл не читается ({why(error)})")
    _show(preview)
    if preview.errors or preview.unsure:
        return _unready(preview, name, guess)
    if not do:
        _say(f"Это только показ. Принять с {start:%d.%m.%Y}: та же команда с --do.")
        return 0
    try:
        here = turning.keep(version.strip(), start, preview.plan, ACTOR, timezone.localdate(now), now)
    except Refused as refused:
        return _refuse(f"{WHY[refused.code]} {NOTHING}")
    if start <= timezone.localdate(now):
        turning.begin(here.pk, now)
        _say(f"Версия {here.version} действует. Теперь пусть машина выучит новые темы: otklik train.")
    else:
        _say(f"Версия {here.version} вступит в силу {start:%d.%m.%Y}. Отказаться: otklik themes cancel {here.version}")
    return 0


def cancel(version: str) -> int:
    """Exit code 0: it is gone; 2: there was none."""
    try:
        turning.cancel(version, ACTOR, clock.now())
    except Refused as refused:
        return _refuse(WHY[refused.code])
    _say(f"Версия {version} отменена, классификатор прежний.")
    return 0


def _show(preview: Preview) -> None:
    pairs = preview.matched.pairs
    known = Theme.objects.in_bulk([one.theme.pk for one in pairs if one.theme])
    renamed = [one for one in pairs if one.theme and one.theme.name != one.wanted.name]
    moved = [one for one in pairs if one.theme and _moves(one, preview)]
    other = {one.wanted.number: _other(one, known[one.theme.pk]) for one in pairs if one.theme}
    _list("Новые темы", [one for one in pairs if one.theme is None], lambda one: _full(one))
    _list("Переименуются", renamed, lambda one: f"{one.theme and one.theme.name} → {one.wanted.name}")
    _list("Перейдут в другую группу", moved, lambda one: f"{one.wanted.name}: {one.theme and one.theme.group_name} → "
          f"{one.wanted.group}")  # fmt: skip
    _list("Изменятся", [one for one in pairs if other.get(one.wanted.number)], lambda one: f"{one.wanted.name}: "
          f"{', '.join(other[one.wanted.number])}")  # fmt: skip
    _list("Сольются", [one for one in pairs if one.merged], lambda one: f"{', '.join(m.name for m in one.merged)} → "
          f"{one.wanted.name}")  # fmt: skip
    _list("Новые группы", preview.new_groups, str)
    _list("Переименуются группы", preview.renamed_groups, " → ".join)
    _list("Больше не будут предлагаться", preview.matched.dropped, lambda one: f"{one.group_name}: {one.name}")
    losing = turning.losing([one.pk for one in preview.matched.dropped], preview.lost_groups)
    _list("Останутся без темы: правила, шаблоны, сроки", losing, _named)
    touched = {one.wanted.number for one in (*renamed, *moved)} | {number for number, words in other.items() if words}
    same = sum(one.theme is not None and one.wanted.number not in touched for one in pairs)
    _say(f"Тем в новой версии: {len(pairs)}; без изменений: {same}. Карточки сохранят свои темы.")


def _moves(pair: Pair, preview: Preview) -> bool:
    """Not by its group's new name alone."""
    names = {pair.wanted.group, *(old for old, new in preview.renamed_groups if new == pair.wanted.group)}
    return pair.theme is not None and pair.theme.group_name not in names


def _other(pair: Pair, here: Theme) -> list[str]:
    words = {
        "kind": "вид",
        "severity": "тяжесть",
        "fast_track": "фасттрек",
        "keywords": "ключевые слова",
        "subgroup": "подгруппа",
        "description": "описание",
    }
    changed = [words[name] for name, value in pair.wanted.columns.items() if getattr(here, name) != value]
    return [*changed, *(["код"] if pair.wanted.code and pair.wanted.code != here.code else [])]


def _full(pair: Pair) -> str:
    return f"{pair.wanted.group}: {pair.wanted.name}"


def _named(row: Model) -> str:
    return f"{KINDS.get(row._meta.model_name or '', row._meta.model_name)}: {row}"


KINDS = {
    "rule": "правило",
    "template": "шаблон",
    "norm": "срок",
    "automatic": "назначение без оператора",
    "approvalpolicy": "порядок согласования",
}


def _list(title: str, rows: Sequence[T], words: Callable[[T], str]) -> None:
    if not rows:
        return
    _say(f"{title}: {len(rows)}")
    for one in rows[:SHOWN]:
        _say(f"  {words(one)}")
    if len(rows) > SHOWN:
        _say(f"  … и ещё {len(rows) - SHOWN}")


def _unready(preview: Preview, name: str, guess: str) -> int:
    for number, words in (*preview.errors[:SHOWN], *preview.unsure[:SHOWN]):
        sys.stderr.write(f"{name}, строка {number}: {words}\n")
    if guess and preview.unsure:
        try:
            Path(guess).write_bytes(current(clock.now(), preview))
        except OSError as error:
            return _refuse(f"{guess}: файл не пишется ({why(error)})")
        _say(f"{guess}: тот же список с догадками в столбце «Прежняя тема». Проверьте их и загрузите его.")
    return _refuse(f"Строк с ошибками: {len(preview.errors)}, ждут решения: {len(preview.unsure)}. {NOTHING}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
