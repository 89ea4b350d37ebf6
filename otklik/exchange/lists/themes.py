"""Themes, one by one: one is known by its code, or by its name within its group. None is ever dropped by a list; a
whole new version, which drops and renames, is version.py's."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from otklik.exchange.lists.plan import Act, Invited, Kind, Line, Seen, nothing, of, turned
from otklik.exchange.lists.russian import in_russian
from otklik.exchange.lists.sheet import Column, Row
from otklik.lib.refusal import Refused
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.places.gazetteer import slug
from otklik.themes import keeping as verbs
from otklik.themes import keywords as words
from otklik.themes.classifier import name_key
from otklik.themes.keeping import ThemeInput
from otklik.themes.models import Theme, ThemeGroup
from otklik.themes.turning import themes_now

GROUP, THEME, CODE, SUBGROUP, KIND_OF = "Группа", "Тема", "Код", "Подгруппа", "Вид"
SEVERITY, FAST, WORDS, ABOUT = "Тяжесть", "Фасттрек", "Ключевые слова", "Описание"
SEVERITIES = tuple("12345")
YES, NO = "да", "нет"
_CODE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


def columns() -> tuple[Column, ...]:
    """Of a theme; what a file does not have, or leaves empty, stays as it is."""
    return (
        Column("theme", THEME, "Название, как его видят люди.", "Пример: Ямы во дворах", required=True, limit=250),
        Column("group", GROUP, "Название группы тем.", "Благоустройство", required=True, limit=120),
        Column("code", CODE, "Латиницей, через точку после кода группы. У новой темы можно не писать.", "", limit=80),
        Column("kind", KIND_OF, "Пусто: как было, у новой «Решаемый».", "Решаемый", words=tuple(kinds())),
        Column("severity", SEVERITY, "От 1 (подождёт) до 5 (опасно для жизни).", "2", words=SEVERITIES),
        Column("fast", FAST, "Короткий срок.", NO, words=(YES, NO)),
        Column("keywords", WORDS, "Через запятую, в каждом до трёх слов. По ним машина узнаёт тему.",
               "яма во дворе, выбоина", long=True),
    )  # fmt: skip


def kinds() -> dict[str, str]:
    return in_russian(Theme.Kind.choices)


def keywords(row: Row) -> tuple[str, ...]:
    """In lower case without «ё», each once; what is wrong with them is told to the row."""
    try:
        return words.split(row["keywords"])
    except words.TooMany:
        row.wrong(WORDS, f"слишком много: не больше {words.MOST}")
    except words.TooLong:
        row.wrong(WORDS, "в одном выражении до трёх слов: поставьте запятые")
    return ()


def input_of(row: Row, here: Theme | None) -> ThemeInput:
    """What is empty stays as it is; a new theme is solvable, usual, slow and known by no word."""
    was = verbs.current(here) if here else ThemeInput(row["theme"], Theme.Kind.SOLVABLE, 2, False, ())
    return ThemeInput(
        row["theme"],
        kinds().get(row["kind"], was.kind),
        int(row["severity"]) if row["severity"] else was.severity,
        row["fast"] == YES if row["fast"] else was.fast_track,
        keywords(row) if row["keywords"] else tuple(was.keywords),
    )


def check_code(row: Row) -> None:
    if row["code"] and not _CODE.fullmatch(row["code"]):
        row.wrong(CODE, "строчные латинские буквы, цифры, точка и дефис, например blago.yamy")


def code_for(group: str, name: str, taken: set[str]) -> str:
    """A code of its own for a new theme; `taken` gets it."""
    return free_code(f"{group}.{slug(name)[:60].strip('-') or 'tema'}", taken)


def free_code(base: str, taken: set[str]) -> str:
    """`base`, or with a number behind it; `taken` gets it."""
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    taken.add(code)
    return code


class Known:
    """Themes in force and their groups; all codes that have ever been given or are about to be."""

    def __init__(self, at: datetime) -> None:
        self.themes = themes_now(timezone.localdate(at))
        self.codes = set(Theme.objects.values_list("code", flat=True)) | verbs.coming()
        self.by_code = {one.code: one for one in self.themes}
        self.by_name = {(one.group_id, name_key(one.name)): one for one in self.themes}
        self.groups: dict[str, ThemeGroup] = {}
        for one in self.themes:
            self.groups[name_key(one.group.name)] = self.groups[name_key(one.group.code)] = one.group


def plan(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Two queries."""
    known, seen = Known(at), Seen()
    return [_line(row, known, seen, by) for row in rows]


def _line(row: Row, known: Known, seen: Seen, by: User) -> Line:
    group = known.groups.get(name_key(row["group"]))
    check_code(row)
    if group is None and row["group"]:
        row.wrong(GROUP, "такой группы нет: новая группа приходит с новой версией (otklik themes load)")
    if group is None or row.errors:
        return of(row, row["theme"], None, nothing)
    here = known.by_code.get(row["code"]) or known.by_name.get((group.pk, name_key(row["theme"])))
    if here is not None and here.group_id != group.pk:
        row.wrong(CODE, "эта тема в другой группе: переносит её новая версия (otklik themes load)")
    if here is None and row["code"] in known.codes:
        row.wrong(CODE, "такой код был у другой темы или займёт новая версия: придумайте новый")
    code = here.code if here else row["code"] or code_for(group.code, row["theme"], known.codes)
    seen.check(row, code, "эта тема")
    seen.check(row, (group.pk, name_key(row["theme"])), "тема с этим названием")
    theme_input = input_of(row, here)
    return of(
        row,
        row["theme"],
        _changes(theme_input, verbs.current(here)) if here else None,
        _act(group, code, theme_input, here, by),
    )


def _changes(theme_input: ThemeInput, was: ThemeInput) -> list[str]:
    titles = {code: title for title, code in kinds().items()}
    return [
        *turned(THEME, was.name, theme_input.name),
        *turned(KIND_OF, titles[was.kind], titles[theme_input.kind]),
        *turned(SEVERITY, was.severity, theme_input.severity),
        *turned(FAST, YES if was.fast_track else NO, YES if theme_input.fast_track else NO),
        *turned(WORDS, ", ".join(was.keywords), ", ".join(theme_input.keywords)),
    ]


def _act(group: ThemeGroup, code: str, theme_input: ThemeInput, here: Theme | None, by: User) -> Act:
    seen = verbs.seen(here) if here else ""

    def act(at: datetime) -> Invited | None:
        try:
            if here is None:
                verbs.add(group, code, theme_input, f"user:{by.pk}", at)
            else:
                verbs.change(here.pk, theme_input, seen, f"user:{by.pk}", at)
        except Refused as refused:
            raise Refused("double" if refused.code in TAKEN else refused.code) from refused
        return None

    return act


TAKEN = ("code", "coming", "name")
KIND = Kind("themes", "Темы", Permission.TUNE, columns, plan)
