"""A town with people of every role and cards whose clocks run, for tests of alerts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from otklik.answers.drafts import Words, submit, write
from otklik.answers.models import Answer
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib.due import claim
from otklik.notify.alerts.chase import chase
from otklik.notify.alerts.models import Bookmark, Chase, Letter
from otklik.notify.alerts.read import read
from otklik.people.models import Agency, Role, User
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Deadline
from otklik.routing.watch import watch
from otklik.themes.models import Theme
from tests.make import cards, inbox, people, places

LEASE = timedelta(minutes=5)
WORDS = "Анна Жилина пишет: третий день нет воды, Мира 5"


@dataclass
class Town:
    """`now` is the town's clock: tests push it on. It begins at noon of a Tuesday by Moscow time."""

    city: Agency
    water: Agency
    place: Place
    theme: Theme
    people: dict[str, User]
    now: datetime

    def __getattr__(self, name: str) -> User:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def card(self, priority: int = 2) -> Incident:
        message = inbox.message(WORDS, at=self.now, author=inbox.author("Анна Жилина"))
        return cards.card(message, at=self.now, priority=priority, place=self.place)

    def assigned(self, **more: Any) -> Incident:
        return assign(self.card(**more), Decision(self.water, self.theme, self.place), self.operator, self.now)

    def clock(self, card: Incident, minutes: int = 60, **more: Any) -> Deadline:
        Deadline.objects.filter(incident=card).delete()
        limit = self.now + timedelta(minutes=minutes)
        fields = {"clock": "final_answer", "starts_at": self.now, "limit_at": limit, "due_at": self.now} | more
        return Deadline.objects.create(incident=card, **fields)

    def submitted(self) -> Answer:
        card = self.assigned()
        message = card.messages.get()
        text = "Здравствуйте! Воду дали 3 февраля в 14:00."
        words = Words(text=text, kind="final", outcome="solved", ground="act", ground_words="Акт № 7")
        answer = write(card, message, words, self.executor, self.now)
        submit(answer, self.executor, self.now)
        answer.refresh_from_db()
        return answer

    def passes(self, minutes: float = 0) -> None:
        """Time passes, and the steps that think do what is due."""
        self.now += timedelta(minutes=minutes)
        for _round in range(50):
            with book.turn():
                clocks = claim(Deadline, self.now, LEASE, 64)
                watch(clocks, self.now)
                marks = claim(Bookmark, self.now, LEASE, 1)
                read(marks, self.now)
                chases = claim(Chase, self.now, LEASE, 64)
                chase(chases, self.now)
            if not (clocks or marks or chases):
                return

    def letters(self, user: User) -> list[Letter]:
        return list(Letter.objects.filter(user=user).order_by("pk"))


def make_town() -> Town:
    place = places.place("Город", "gorod", parent=places.place("Край", level=Place.Level.REGION))
    city = people.agency("Администрация")
    water, roads = people.agency("Водоканал", "water", city), people.agency("Дороги", "roads")
    residents: dict[str, tuple[Role, Agency | None]] = {
        "operator": (Role.OPERATOR, None),
        "executor": (Role.EXECUTOR, water),
        "second": (Role.EXECUTOR, water),
        "curator": (Role.CURATOR, city),
        "region_curator": (Role.CURATOR, None),
        "head": (Role.HEAD, None),
        "near_approver": (Role.APPROVER, water),
        "city_approver": (Role.APPROVER, city),
        "approver": (Role.APPROVER, None),
        "admin": (Role.ADMINISTRATOR, None),
        "stranger": (Role.EXECUTOR, roads),
    }
    users = {
        name: people.person(name, role, agency, email=f"{name}@example.org")
        for name, (role, agency) in residents.items()
    }
    now = datetime.fromisoformat("2026-02-03T12:00:00+03:00")
    Bookmark.objects.all().delete()
    Bookmark.objects.create(name="journal", entry=0, due_at=now - timedelta(days=1))
    return Town(city, water, place, places.theme("Нет холодной воды", "water"), users, now)
