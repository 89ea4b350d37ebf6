"""A region with names that nobody would wish for, and cards with what their authors wrote."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from otklik.feedback.models import Rating
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Incident, IncidentMessage
from otklik.people.access import rows_within
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.reports.build import Asked, build
from otklik.reports.queries import Figures, atlas, figures, sliced, standing, wanted
from otklik.reports.report import Report
from otklik.reports.spans import span
from otklik.reports.whose import Narrowing, Scope
from otklik.themes.models import Classifier, Theme, ThemeGroup

MOSCOW = ZoneInfo("Europe/Moscow")
EVERYTHING: Scope = [("", "")]
NOW = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)  # Monday, 08:00 in Moscow
DAY = "2026-06-14"
HOSTILE = '=HYPERLINK("http://evil.example","ЖКХ")'
TEXT = "Третий день нет воды на улице Мира! Звоните мне 8 918 123-45-67, Анна Жилина. Когда починят трубу?"
_NUMBERS = count(1)


class Region:
    def __init__(self) -> None:
        classifier = Classifier.objects.create(version="t", in_force_from=NOW.date())
        self.homes = ThemeGroup.objects.create(classifier=classifier, code="homes", name=HOSTILE)
        self.roads = ThemeGroup.objects.create(classifier=classifier, code="roads", name="+Дороги & {{ 7007*7007 }}")
        self.pipe = Theme.objects.create(group=self.homes, code="pipe", name="@Нет воды <b>{% for %}")
        self.hole = Theme.objects.create(group=self.roads, code="hole", name="-Ямы\t\r")
        region = Place.objects.create(code="kray", name="Край", level="region")
        self.city = Place.objects.create(code="city", name="=Город", level="municipality", parent=region)
        self.water = Agency.objects.create(code="w", name="Водоканал", short_name="-2+3+cmd|' /C calc'!A0")
        self.other = Agency.objects.create(code="o", name="Другое", short_name="@SUM(1+1)" + "ы" * 40)

    def card(
        self, ago: timedelta = timedelta(hours=20), took: timedelta | None = None, text: str = TEXT, **more: Any
    ) -> Incident:
        number, started = next(_NUMBERS), NOW - ago
        usual: dict[str, Any] = {"state": "in_work", "theme": self.pipe, "place": self.city, "agency": self.water}
        if took is not None:
            usual |= {"first_answered_at": started + took, "rating_since": started + took, "state": "rating"}
        card = Incident.objects.create(
            number=number, started_at=started, created_at=started, network="vk", **(usual | more)
        )
        thread = Thread.objects.create(network="vk", external_id=f"wall-1_{number}")
        author = Author.objects.create(network="vk", external_id=f"id{number}", name="Анна Жилина")
        message = Message.objects.create(
            network="vk",
            external_id=f"wall-1_{number}?reply=1",
            place="comment",
            thread=thread,
            author=author,
            text=text,
            url=f"https://vk.com/wall-1_{number}?reply=1&a=2",
            posted_at=started,
            captured_at=started,
        )
        IncidentMessage.objects.create(incident=card, message=message, main=True, linked_at=started)
        return card

    def busy(self) -> None:
        """Twelve cards of yesterday, eight answered and two rated; three of the day before; one of a week ago."""
        for number in range(12):
            took = timedelta(hours=1 + number) if number < 8 else None
            card = self.card(ago=timedelta(hours=20, minutes=number), took=took)
            if number < 2:
                Rating.objects.create(incident=card, mark=5, at=NOW, suggested=False)
        for number in range(3):
            self.card(ago=timedelta(days=2, hours=-2, minutes=number), theme=self.hole, agency=self.other)
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
