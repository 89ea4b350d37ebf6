"""What a cell may name: agencies, places, themes, people. Each reads its table once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from otklik.exchange.lists.sheet import Row
from otklik.lib.text import fold
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.themes.classifier import name_key
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme, ThemeGroup

WHOLE = "весь регион"


class Agencies:
    """Open ones, by short name, full name or code."""

    def __init__(self) -> None:
        self.all = list(Agency.objects.filter(active=True).select_related("territory", "parent"))
        self._named: defaultdict[str, dict[int, Agency]] = defaultdict(dict)
        for one in self.all:
            for name in (one.short_name, one.name, one.code):
                self._named[fold(name)][one.pk] = one
        self.short = {fold(one.short_name): one for one in self.all}

    def find(self, row: Row, key: str, title: str) -> Agency | None:
        """None for an empty cell, and for a wrong one, which is added to the row's errors."""
        name = row[key]
        if not name:
            return None
        if short := self.short.get(fold(name)):
            return short
        namesakes = list(self._named[fold(name)].values())
        if len(namesakes) != 1:
            row.wrong(title, "так называются несколько ведомств" if namesakes else "такого открытого ведомства нет")
            return None
        return namesakes[0]


class Places:
    """Municipalities, by name, official name or code; the whole region is None."""

    def __init__(self) -> None:
        self._named: defaultdict[str, dict[int, Place]] = defaultdict(dict)
        self._region: set[str] = {fold(WHOLE)}
        for one in Place.objects.exclude(level=Place.Level.SETTLEMENT):
            names = {fold(name) for name in (one.name, one.official_name, one.code) if name}
            if one.level == Place.Level.REGION:
                self._region |= names
                continue
            for name in names:
                self._named[name][one.pk] = one

    def find(self, row: Row, key: str, title: str) -> Place | None:
        name = fold(row[key])
        if not name or name in self._region:
            return None
        namesakes = list(self._named[name].values())
        if len(namesakes) != 1:
            row.wrong(title, "так называются несколько мест: укажите код" if namesakes else "такого муниципалитета нет")
            return None
        return namesakes[0]


@dataclass(frozen=True, slots=True)
class Matter:
    """With a theme there is no group; neither is any matter."""

    theme: Theme | None = None
    group: ThemeGroup | None = None

    @property
    def key(self) -> tuple[int, int]:
        return (self.theme.pk if self.theme else 0, self.group.pk if self.group else 0)

    def __str__(self) -> str:
        return str(self.theme or self.group or "любая тема")


class Matters:
    """Themes in force on a local day and their groups, by name or code."""

    def __init__(self, day: date) -> None:
        self._themes: defaultdict[str, dict[int, Theme]] = defaultdict(dict)
        self._groups: defaultdict[str, dict[int, ThemeGroup]] = defaultdict(dict)
        for theme in Theme.objects.filter(in_force(day)).select_related("group"):
            for name in (theme.name, theme.code):
                self._themes[name_key(name)][theme.pk] = theme
            for name in (theme.group.name, theme.group.code):
                self._groups[name_key(name)][theme.group_id] = theme.group

    def find(self, row: Row, themes: str, groups: str) -> Matter:
        """Of the columns «Тема» and «Группа тем»; a group beside a theme tells namesakes apart."""
        group = self._group(row, groups)
        if not row[themes]:
            return Matter(None, group)
        namesakes = list(self._themes[name_key(row[themes])].values())
        if group is not None:
            namesakes = [theme for theme in namesakes if theme.group_id == group.pk]
        if len(namesakes) != 1:
            row.wrong("Тема", "так называются несколько тем: укажите группу" if namesakes else "такой темы сейчас нет")
            return Matter()
        return Matter(namesakes[0])

    def _group(self, row: Row, key: str) -> ThemeGroup | None:
        if not row[key]:
            return None
        namesakes = list(self._groups[name_key(row[key])].values())
        if len(namesakes) != 1:
            row.wrong("Группа тем", "так называются несколько групп" if namesakes else "такой группы тем сейчас нет")
            return None
        return namesakes[0]
