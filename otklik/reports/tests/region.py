"""A region with names that nobody would wish for, and cards with what their authors wrote."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from otklik.feedback.models import Rating
from otklik.incidents.models import Incident
from otklik.people.access import rows_within
from otklik.reports.build import Asked, build
from otklik.reports.queries import Figures, atlas, figures, sliced, standing, wanted
from otklik.reports.report import Report
from otklik.reports.spans import span
from otklik.reports.whose import Narrowing, Scope
from tests.make import inbox, people, places
from tests.make.figures import counted

MOSCOW = ZoneInfo("Europe/Moscow")
EVERYTHING: Scope = [("", "")]
NOW = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)  # Monday, 08:00 in Moscow
DAY = "2026-06-14"
BEFORE = timedelta(days=2, hours=-2)
"""So long ago was the day before DAY."""
HOSTILE = '=HYPERLINK("http://evil.example","ЖКХ")'
TEXT = "Третий день нет воды на улице Мира! Звоните мне 8 918 123-45-67, Анна Жилина. Когда починят трубу?"


class Region:
    def __init__(self) -> None:
        self.homes, self.roads = places.group(HOSTILE), places.group("+Дороги & {{ 7007*7007 }}")
        self.pipe = places.theme("@Нет воды <b>{% for %}", of=self.homes)
        self.hole = places.theme("-Ямы\t\r", of=self.roads)
        self.city = places.place("=Город", parent=places.place("Край", level="region"))
        self.water = people.agency("Водоканал", short_name="-2+3+cmd|' /C calc'!A0")
        self.other = people.agency("Другое", short_name="@SUM(1+1)" + "ы" * 40)

    def card(
        self, ago: timedelta = timedelta(hours=20), took: timedelta | None = None, text: str = TEXT, **more: Any
    ) -> Incident:
        usual = {"theme": self.pipe, "place": self.city, "agency": self.water}
        card = counted(NOW - ago, took, **(usual | more))
        card.links.create(message=inbox.message(text, at=card.started_at), main=True, linked_at=card.started_at)
        return card

    def busy(self) -> None:
        """Twelve cards of yesterday, eight answered and two rated; three of the day before; one of a week ago."""
        for number in range(12):
            took = timedelta(hours=1 + number) if number < 8 else None
            card = self.card(ago=timedelta(hours=20, minutes=number), took=took)
            if number < 2:
                Rating.objects.create(incident=card, mark=5, at=NOW, suggested=False)
        for number in range(3):
            self.card(ago=BEFORE + timedelta(minutes=number), theme=self.hole, agency=self.other)
        self.card(ago=timedelta(days=8, hours=-2), took=timedelta(hours=30))


def made(code: str = DAY, scope: Scope = EVERYTHING, at: datetime = NOW, **narrowing: Any) -> Report:
    return build(asked(code, scope, at, **narrowing))


def asked(code: str = DAY, scope: Scope = EVERYTHING, at: datetime = NOW, **narrowing: Any) -> Asked:
    known = atlas()
    return Asked(scope, Narrowing(**narrowing), span(code, at, MOSCOW), known, known.names, at)


def page_of(asked: Asked) -> Figures:
    """What the page of figures shows of the same."""
    slices = sliced(asked.scope, asked.narrowing, asked.span.period, asked.atlas)
    cards = Incident.objects.filter(rows_within(asked.scope) & wanted(asked.narrowing))
    return figures(slices, asked.span.period, asked.atlas, standing(cards, asked.at), asked.at)
