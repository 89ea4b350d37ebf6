"""A town with people of every role and cards whose clocks run, for tests of alerts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from otklik.alerts.chase import chase
from otklik.alerts.models import Bookmark, Chase, Letter
from otklik.alerts.read import read
from otklik.answers.drafts import Words, submit, write
from otklik.answers.models import Answer
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.cards import open_cards
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib.due import claim
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Deadline
from otklik.routing.watch import watch
from otklik.themes.models import Classifier, Theme, ThemeGroup

LEASE = timedelta(minutes=5)
WORDS = "Анна Жилина пишет: третий день нет воды, Мира 5"
_NUMBERS = count(1)


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
        number = next(_NUMBERS)
        thread = Thread.objects.create(network="vk", external_id=f"wall-1_{number}")
        author = Author.objects.create(network="vk", external_id=str(number), name="Анна Жилина")
        message = Message.objects.create(
            network="vk",
            external_id=f"wall-1_{number}?reply=1",
            place="comment",
            thread=thread,
            author=author,
            text=WORDS,
            posted_at=self.now,
            captured_at=self.now,
        )
        with book.turn():
            (card,) = open_cards([message], self.now)
            Incident.objects.filter(pk=card.pk).update(priority=priority, place=self.place)
        card.refresh_from_db()
        return card

    def assigned(self, **more: Any) -> Incident:
        return assign(self.card(**more), Decision(self.water, self.theme, self.place), self.operator, self.now)

    def clock(self, card: Incident, minutes: int = 60, **more: Any) -> Deadline:
        Deadline.objects.filter(incident=card).delete()
        limit = self.now + timedelta(minutes=minutes)
        given = {"clock": "final_answer", "starts_at": self.now, "limit_at": limit, "due_at": self.now} | more
        return Deadline.objects.create(incident=card, **given)

    def submitted(self) -> Answer:
        card = self.assigned()
        message = card.messages.get()
        words = Words(
            text="Здравствуйте! Воду дали 3 февраля в 14:00.",
            kind="final",
            outcome="solved",
            ground="act",
            ground_words="Акт № 7",
        )
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
    region = Place.objects.create(code="kray", name="Край", level=Place.Level.REGION)
    place = Place.objects.create(code="gorod", name="Город", level=Place.Level.MUNICIPALITY, parent=region)
    classifier = Classifier.objects.create(version="t", in_force_from=timezone.localdate())
    group = ThemeGroup.objects.create(classifier=classifier, code="homes", name="ЖКХ")
    city = Agency.objects.create(code="city", name="Администрация", short_name="Администрация")
    water = Agency.objects.create(code="water", name="Водоканал", short_name="Водоканал", parent=city)
    roads = Agency.objects.create(code="roads", name="Дороги", short_name="Дороги")
    people = {
        "operator": _user("operator", Role.OPERATOR),
        "executor": _user("executor", Role.EXECUTOR, water),
        "second": _user("second", Role.EXECUTOR, water),
        "curator": _user("curator", Role.CURATOR, city),
        "region_curator": _user("region_curator", Role.CURATOR),
        "head": _user("head", Role.HEAD),
        "near_approver": _user("near_approver", Role.APPROVER, water),
        "city_approver": _user("city_approver", Role.APPROVER, city),
        "approver": _user("approver", Role.APPROVER),
        "admin": _user("admin", Role.ADMINISTRATOR),
        "stranger": _user("stranger", Role.EXECUTOR, roads),
    }
    theme = Theme.objects.create(group=group, code="water", name="Нет холодной воды")
    now = datetime.fromisoformat("2026-02-03T12:00:00+03:00")
    Bookmark.objects.all().delete()
    Bookmark.objects.create(name="journal", entry=0, due_at=now - timedelta(days=1))
    return Town(city, water, place, theme, people, now)


def _user(name: str, role: str, agency: Agency | None = None) -> User:
    user = User.objects.create(username=name, last_name=name.title(), email=f"{name}@example.org")
    Grant.objects.create(user=user, role=role, agency=agency)
    return user
