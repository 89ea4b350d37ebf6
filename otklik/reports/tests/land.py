"""A small region with cards, its figures, and the same figures counted card by card."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from otklik.incidents.models import Incident
from otklik.people.access import Opened, opened, reach
from otklik.people.models import User
from otklik.reports.folding import bind
from otklik.reports.models import FoldedMonth, MonthFolding
from otklik.reports.periods import Period, Preset, preset
from otklik.reports.queries import Figures, atlas, figures, sliced, standing, wanted
from otklik.reports.tests.recount import recount
from otklik.reports.whose import Narrowing
from tests.make import people, places
from tests.make.figures import counted

NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
WEEK = preset(Preset.WEEK, NOW, MOSCOW)
EVERYTHING = (Opened("", ""),)


class Land:
    def __init__(self) -> None:
        self.homes, self.roads = places.group("ЖКХ"), places.group("Дороги")
        self.pipe, self.hole = places.theme("Нет воды", of=self.homes), places.theme("Ямы", of=self.roads)
        region = places.place("Край", level="region")
        self.city = places.place("Город", parent=region)
        self.village = places.place("Село", level="settlement", parent=self.city)
        self.ministry, self.other = people.agency("Минстрой"), people.agency("Другое")
        self.plant = people.agency("Завод", parent=self.ministry)

    def card(self, ago: timedelta = timedelta(hours=30), took: timedelta | None = None, **more: Any) -> Incident:
        usual = {"theme": self.pipe, "place": self.village, "agency": self.plant}
        return counted(NOW - ago, took, **(usual | more))


def figures_of(user: User | None = None, period: Period = WEEK, **narrowing: Any) -> Figures:
    """The figures, which are those of a recount, without folded months and with them."""
    shown = figures_for(user, period, **narrowing)
    rows = Incident.objects.filter(wanted(Narrowing(**narrowing)))
    mine = rows.filter(reach(user)) if user else rows
    assert shown == recount(mine, period, atlas().names, NOW)
    tie()
    assert figures_for(user, period, **narrowing) == shown
    FoldedMonth.objects.all().delete()
    return shown


def figures_for(user: User | None = None, period: Period = WEEK, **narrowing: Any) -> Figures:
    scope = opened(user) if user else EVERYTHING
    known, wish = atlas(), Narrowing(**narrowing)
    rows = Incident.objects.filter(wanted(wish))
    now = standing(rows.filter(reach(user)) if user else rows, NOW)
    return figures(sliced(scope, wish, period, known), period, known, now, NOW)


def tie(now: datetime = NOW) -> None:
    """Let the step work until it has nothing to do at this moment."""
    for _turn in range(50):
        one_turn(now)
        if MonthFolding.objects.get().due_at != now:
            return
    raise AssertionError("still not folded after fifty turns")


def one_turn(now: datetime = NOW) -> None:
    MonthFolding.objects.update(due_at=now, lease="mine")
    bind(list(MonthFolding.objects.all()), now)
