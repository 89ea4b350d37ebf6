"""A small region with its administrator, and lists for it as XLSX files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from otklik.exchange.lists import plan
from otklik.exchange.lists.kinds import KINDS
from otklik.exchange.lists.plan import Done, Line
from otklik.exchange.lists.sheet import read
from otklik.journal.models import Entry
from otklik.people.models import Agency, Role, User
from otklik.places.models import Place
from otklik.themes.models import Theme
from tests.make import people, places

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

    def load_again(self, slug: str, path: Path) -> int:
        """How many rows are the same; nothing may be written a second time."""
        before = Entry.objects.count()
        done = self.load(slug, path)
        assert (Entry.objects.count(), done.invited) == (before, [])
        return done.same

    def words(self, slug: str, path: Path) -> dict[int, list[str]]:
        """What is said of each row that anything is said of, by its number."""
        return {line.number: line.words for line in self.planned(slug, path) if line.words}


def make_house(folder: Path) -> House:
    sochi = places.place("Сочи", "sochi", parent=places.place("Край", "krai", Place.Level.REGION))
    group = places.group("ЖКХ", "zhkh", of=places.classifier("1", in_force_from=date(2026, 1, 1)))
    return House(
        folder=folder,
        admin=people.person("root", Role.ADMINISTRATOR),
        water=people.agency("МУП «Водоканал»", "voda", short_name="Водоканал", territory=sochi),
        sochi=sochi,
        theme=places.theme("Нет воды", "zhkh.voda", of=group),
    )


def fates(lines: Iterable[Line]) -> Mapping[int, str]:
    return {line.number: line.state.value for line in lines}
