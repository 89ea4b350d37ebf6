"""A whole new version of the classifier out of a file: what it would change against the themes in force.

A theme that the file does not have ends with the version; one whose name is merely alike is no theme of either until a
person has said so in the column «Прежняя тема».
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from otklik.exchange.lists.sheet import Column, Row
from otklik.exchange.lists.table import SAFE
from otklik.exchange.lists.themes import (
    ABOUT,
    CODE,
    GROUP,
    NO,
    SUBGROUP,
    THEME,
    YES,
    Known,
    check_code,
    code_for,
    columns,
    free_code,
    keywords,
    kinds,
)
from otklik.places.gazetteer import slug
from otklik.themes import classifier
from otklik.themes.classifier import name_key
from otklik.themes.models import Theme, ThemeGroup
from otklik.themes.versions import Matched, Pair, There, Wanted, match

WAS = "Прежняя тема"
NONE = "нет"
_BETWEEN = re.compile(r"[;\n]")


def version_columns() -> tuple[Column, ...]:
    """What may be left out is taken from the theme that goes on."""
    return (
        *columns(),
        Column("subgroup", SUBGROUP, "Только для показа.", "", limit=120),
        Column("about", ABOUT, "Что сюда относится.", "", long=True),
        Column("was", WAS, f"Название или код темы, которая продолжается в этой; несколько через «;» сливаются. "
               f"«{NONE}»: тема совсем новая. Пусто: найдём по коду и названию.", "", limit=600),
    )  # fmt: skip


@dataclass(slots=True)
class Preview:
    """What a file would do. `errors` and `unsure` are (row, Russian sentence): while there are any, it does nothing.
    `plan` is what turning.keep takes."""

    matched: Matched
    plan: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[int, str]] = field(default_factory=list)
    unsure: list[tuple[int, str]] = field(default_factory=list)
    lost_groups: list[int] = field(default_factory=list)
    renamed_groups: list[tuple[str, str]] = field(default_factory=list)
    new_groups: list[str] = field(default_factory=list)


def look(rows: Sequence[Row], at: datetime) -> Preview:
    """Against the themes in force at that moment. Two queries."""
    known = Known(at)
    wanted = [_wanted(row) for row in rows]
    there = [_there(one) for one in known.themes]
    matched = match(wanted, there)
    preview = Preview(matched, errors=[(row.number, words) for row in rows for words in row.errors])
    preview.errors += matched.wrong
    preview.unsure = [(one.number, _alike(one, like)) for one, like in matched.unsure]
    _Planner(known, preview).plan()
    preview.errors.sort()
    return preview


def _alike(wanted: Wanted, like: There) -> str:
    return (
        f"«{wanted.name}» похожа на прежнюю тему «{like.name}» ({like.code}). "
        f"Впишите её в столбец «{WAS}», если она продолжается, или «{NONE}», если тема новая"
    )


def _there(theme: Theme) -> There:
    shipped = classifier.load().by_code(theme.code)
    spellings = (shipped.name, *shipped.also) if shipped else ()
    return There(theme.pk, theme.code, theme.name, theme.group_id, theme.group.name, spellings)


def _wanted(row: Row) -> Wanted:
    check_code(row)
    known: dict[str, object] = {}
    if row["kind"]:
        known["kind"] = kinds()[row["kind"]]
    if row["severity"]:
        known["severity"] = int(row["severity"])
    if row["fast"]:
        known["fast_track"] = row["fast"] == YES
    if row["keywords"]:
        known["keywords"] = list(keywords(row))
    if row["subgroup"]:
        known["subgroup"] = row["subgroup"]
    if row["about"]:
        known["description"] = row["about"]
    return Wanted(row.number, row["group"], row["theme"], row["code"], _was(row["was"]), known)


def _was(cell_text: str) -> tuple[str, ...] | None:
    if not cell_text:
        return None
    if name_key(cell_text) == NONE:
        return ()
    return tuple(name for part in _BETWEEN.split(cell_text) if (name := part.strip()))


class _Planner:
    def __init__(self, known: Known, preview: Preview) -> None:
        self.known, self.plan_draft = known, preview
        self.named = {name_key(one.group.name): one.group for one in known.themes}
        self.groups: list[dict[str, Any]] = []
        self.at: dict[str, int] = {}
        self.codes = set(known.codes)

    def plan(self) -> None:
        self._groups()
        themes = [self._theme(pair) for pair in self.plan_draft.matched.pairs]
        dropped = [one.pk for one in self.plan_draft.matched.dropped]
        self.plan_draft.plan = {"groups": self.groups, "themes": themes, "dropped": dropped}
        left = {group["pk"] for group in self.groups}
        self.plan_draft.lost_groups = sorted({one.group_id for one in self.known.themes} - left)

    def _groups(self) -> None:
        """A new name into which all that goes on of one group goes is that group under a new name."""
        goes: dict[int, set[str]] = defaultdict(set)
        comes: dict[str, set[int]] = defaultdict(set)
        names: dict[str, str] = {}
        for pair in self.plan_draft.matched.pairs:
            key = name_key(pair.wanted.group)
            names.setdefault(key, pair.wanted.group)
            for one in (pair.theme, *pair.merged):
                if one is not None:
                    goes[one.group].add(key)
                    comes[key].add(one.group)
        codes = {one.code for one in self.named.values()}
        for key, name in names.items():
            group = self.named.get(key) or self._renamed(key, goes, comes)
            if group is None:
                self.plan_draft.new_groups.append(name)
                code = free_code(slug(name)[:50].strip("-") or "gruppa", codes)
                self.groups.append({"pk": None, "code": code, "name": name})
            else:
                if group.name != name:
                    self.plan_draft.renamed_groups.append((group.name, name))
                self.groups.append({"pk": group.pk, "code": group.code, "name": name})
            self.at[key] = len(self.groups) - 1

    def _renamed(self, key: str, goes: dict[int, set[str]], comes: dict[str, set[int]]) -> ThemeGroup | None:
        whole = [pk for pk in comes[key] if goes[pk] == {key}]
        if len(whole) != 1:
            return None
        return next(one for one in self.named.values() if one.pk == whole[0])

    def _theme(self, pair: Pair) -> dict[str, Any]:
        wanted, at = pair.wanted, self.at[name_key(pair.wanted.group)]
        here = pair.theme
        code = wanted.code or (here.code if here else code_for(self.groups[at]["code"], wanted.name, self.codes))
        if wanted.code and wanted.code in self.known.codes and (here is None or here.code != wanted.code):
            self.plan_draft.errors.append((wanted.number, f"столбец «{CODE}»: он был у другой темы, придумайте новый"))
        merged = [one.pk for one in pair.merged]
        theme_plan = {"pk": here.pk if here else None, "group": at, "merged": merged, "name": wanted.name, "code": code}
        return {**theme_plan, **wanted.columns}


def current(at: datetime, guesses: Preview | None = None) -> bytes:
    """The classifier in force as a file to be changed and loaded; with `guesses`, that file's own rows, and in the
    column «Прежняя тема» what each unsure one is most alike."""
    out = BytesIO()
    titles = [column.title for column in version_columns()]
    rows = _guessed(guesses) if guesses else [_cells(theme) for theme in Known(at).themes]
    with Workbook(out, SAFE) as book:
        head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("Классификатор")
        for place, title in enumerate(titles):
            sheet.set_column(place, place, 40 if title in (THEME, GROUP, WAS) else 16, text)
            sheet.write_string(0, place, title, head)
        for line, cells in enumerate(rows, 1):
            for place, title in enumerate(titles):
                sheet.write_string(line, place, cells.get(title, ""), text)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _cells(theme: Theme) -> dict[str, str]:
    by_key = {
        "theme": theme.name, "group": theme.group.name, "code": theme.code,
        "kind": next(title for title, code in kinds().items() if code == theme.kind),
        "severity": str(theme.severity), "fast": YES if theme.fast_track else NO,
        "keywords": ", ".join(theme.keywords), "subgroup": theme.subgroup, "about": theme.description,
    }  # fmt: skip
    return _titled(by_key)


def _guessed(preview: Preview) -> list[dict[str, str]]:
    like = {one.number: theirs.code for one, theirs in preview.matched.unsure}
    titles = {code: title for title, code in kinds().items()}
    rows = []
    for pair in preview.matched.pairs:
        wanted = pair.wanted
        known = wanted.columns
        was = like.get(wanted.number, "; ".join(wanted.was) if wanted.was else NONE if wanted.was == () else "")
        by_key = {
            "theme": wanted.name, "group": wanted.group, "code": wanted.code, "was": was,
            "kind": titles.get(str(known.get("kind", "")), ""), "severity": str(known.get("severity", "")),
            "fast": {True: YES, False: NO}.get(bool(known["fast_track"]), "") if "fast_track" in known else "",
            "keywords": ", ".join(known.get("keywords", ())),  # type: ignore[arg-type]
            "subgroup": str(known.get("subgroup", "")), "about": str(known.get("description", "")),
        }  # fmt: skip
        rows.append(_titled(by_key))
    return rows


def _titled(by_key: dict[str, str]) -> dict[str, str]:
    return {column.title: by_key.get(column.key, "") for column in version_columns()}
