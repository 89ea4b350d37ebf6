"""A small region with its administrator, and lists for it as XLSX files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from otklik.lists import plan
from otklik.lists.kinds import KINDS
from otklik.lists.plan import Done, Line
from otklik.lists.sheet import read
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place
from otklik.themes.models import Classifier, Theme, ThemeGroup

AT = datetime(2026, 9, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    folder: Path
    admin: User
    water: Agency
    sochi: Place
    theme: Theme

    def file(self, header: list[Any], *rows: list[Any], name: str = "list.xlsx") -> Path:
        book = Workbook()
        for row in [header, *rows]:
            book.worksheets[0].append(row)
        book.save(self.folder / name)
        return self.folder / name

    def planned(self, slug: str, path: Path) -> list[Line]:
        return plan.planned(KINDS[slug], read(path, KINDS[slug].columns()), self.admin, AT)

    def load(self, slug: str, path: Path) -> Done:
        return plan.carry_out(self.planned(slug, path), AT)


def make_house(folder: Path) -> House:
    region = Place.objects.create(code="krai", level="region", name="Край")
    sochi = Place.objects.create(code="sochi", level="municipality", name="Сочи", parent=region)
    admin = User.objects.create_user("root", password="x")
    Grant.objects.create(user=admin, role=Role.ADMINISTRATOR)
    version = Classifier.objects.create(version="1", in_force_from=date(2026, 1, 1))
    group = ThemeGroup.objects.create(classifier=version, code="zhkh", name="ЖКХ")
    theme = Theme.objects.create(group=group, code="zhkh.voda", name="Нет воды")
    water = Agency.objects.create(code="voda", name="МУП «Водоканал»", short_name="Водоканал", territory=sochi)
    return House(folder, admin, water, sochi, theme)


def fates(lines: list[Line]) -> Mapping[int, str]:
    return {line.number: line.state.value for line in lines}
