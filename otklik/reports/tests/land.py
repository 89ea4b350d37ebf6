"""A small region with cards, its figures, and the same figures counted card by card."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from otklik.incidents.models import Incident
from otklik.people.access import Opened, opened, reach
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.reports.bind import bind
from otklik.reports.models import Binder, Sheaf
from otklik.reports.periods import Period, Preset, preset
from otklik.reports.queries import Figures, atlas, figures, sliced, standing, wanted
from otklik.reports.recount import recount
from otklik.reports.whose import Narrowing
from otklik.themes.models import Classifier, Theme, ThemeGroup

NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
WEEK = preset(Preset.WEEK, NOW, MOSCOW)
EVERYTHING = (Opened("", ""),)
_NUMBERS = count(1)


class Land:
    def __init__(self) -> None:
        classifier = Classifier.objects.create(version="t", in_force_from=NOW.date())
        self.homes = ThemeGroup.objects.create(classifier=classifier, code="homes", name="ЖКХ")
        self.roads = ThemeGroup.objects.create(classifier=classifier, code="roads", name="Дороги")
        self.pipe = Theme.objects.create(group=self.homes, code="pipe", name="Нет воды")
        self.hole = Theme.objects.create(group=self.roads, code="hole", name="Ямы")
        region = Place.objects.create(code="kray", name="Край", level="region")
        self.city = Place.objects.create(code="city", name="Город", level="municipality", parent=region)
        self.village = Place.objects.create(code="village", name="Село", level="settlement", parent=self.city)
        self.ministry = Agency.objects.create(code="min", name="Министерство", short_name="Минстрой")
        self.plant = Agency.objects.create(code="plant", name="Завод", short_name="Завод", parent=self.ministry)
        self.other = Agency.objects.create(code="other", name="Другое", short_name="Другое")

    def card(self, ago: timedelta = timedelta(hours=30), took: timedelta | None = None, **more: Any) -> Incident:
        started = NOW - ago
        usual: dict[str, Any] = {
            "state": "in_work",
            "theme": self.pipe,
            "place": self.village,
            "agency": self.plant,
            "network": "vk",
        }
        if took is not None:
            usual |= {"first_answered_at": started + took, "rating_since": started + took, "state": "rating"}
        return Incident.objects.create(number=next(_NUMBERS), started_at=started, created_at=started, **(usual | more))


def figures_of(user: User | None = None, period: Period = WEEK, **narrowing: Any) -> Figures:
    """The figures, which are those of a recount, without sheaves and with them."""
    told = told_of(user, period, **narrowing)
    rows = Incident.objects.filter(wanted(Narrowing(**narrowing)))
    mine = rows.filter(reach(user)) if user else rows
    assert told == recount(mine, period, atlas().names, NOW)
    tie()
    assert told_of(user, period, **narrowing) == told
    Sheaf.objects.all().delete()
    return told


def told_of(user: User | None = None, period: Period = WEEK, **narrowing: Any) -> Figures:
    scope = opened(user) if user else EVERYTHING
    known, wish = atlas(), Narrowing(**narrowing)
    rows = Incident.objects.filter(wanted(wish))
    now = standing(rows.filter(reach(user)) if user else rows, NOW)
    return figures(sliced(scope, wish, period, known), period, known, now, NOW)


def tie(now: datetime = NOW) -> None:
    """Let the step work until it has nothing to do at this moment."""
    for _turn in range(50):
        Binder.objects.update(due_at=now, lease="mine")
        bind(list(Binder.objects.all()), now)
        if Binder.objects.get().due_at != now:
            return
    raise AssertionError("still not folded after fifty turns")
