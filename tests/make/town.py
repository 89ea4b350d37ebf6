"""The one town of the tests of several layers: agencies, people of every role, and cards brought to any state by the
product's own verbs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.feedback.hear import hear
from otklik.feedback.wait import open_survey
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.cards import hear_again, main_message
from otklik.incidents.models import Heard, Incident
from otklik.journal import book
from otklik.lib.due import claim
from otklik.networks.models import Account, Source
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place
from otklik.publishing import fate
from otklik.publishing.models import Delivery, Sent
from otklik.publishing.prepare import prepare
from otklik.routing import clocks
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Rule, Suggestion
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make import cards, inbox, people, places
from tests.make.inbox import TEXT

ANSWER = "Воду дали в 14:00, трубу заменили."
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Town:
    """`pumps` are below `water`. Executor, approvers, curator and `water_admin` are of the waterworks, `other` is an
    executor of the roads, `stranger` has no grant; everybody else is over the whole region."""

    water: Agency
    roads: Agency
    pumps: Agency
    pipe: Theme
    hole: Theme
    city: Place
    village: Place
    account: Account
    source: Source
    operator: User
    colleague: User
    curator: User
    executor: User
    approver: User
    second_approver: User
    head: User
    admin: User
    water_admin: User
    auditor: User
    other: User
    stranger: User

    def card(
        self,
        text: str = TEXT,
        *,
        suggested: bool = True,
        priority: int = 2,
        at: datetime | None = None,
        theme: Theme | None = None,
        agency: Agency | None = None,
        place: Place | None = None,
        kind: str = "complaint",
        written: str = Message.Place.COMMENT,
        outside: str = "",
    ) -> Incident:
        """A new card with its clocks, `written` under a post of the community or where it says; unless told otherwise
        with a verdict that quotes the text, and a suggestion by a rule."""
        now = at or timezone.now() - timedelta(hours=3)
        author = inbox.author()
        thread = inbox.thread(self.source)
        begun = now - timedelta(hours=1)
        self.say(thread, self._community, thread.external_id, "Доброе утро, город!", begun, place="post")
        address = f"{thread.external_id}?reply={author.external_id}"
        message = self.say(thread, author, address, text, now, place=written)
        theme, place, agency = theme or self.pipe, place or self.city, agency or self.water
        guess: dict[str, Any] = {}
        if suggested:
            guess = {"guessed_theme": theme, "guessed_place": place, "guessed_agency": agency}
        card = cards.card(message, at=now, priority=priority, **guess)
        with book.turn():
            clocks.start(card, theme)
        if suggested:
            self._judge(message, now, kind, theme, place, max(priority - 2, 1))
            Verdict.objects.filter(message=message).update(outside=outside)
            rule = self.rule if agency == self.water else None
            Suggestion.objects.create(incident=card, agency=agency, rule=rule, share=0.8, at=now)
        return card

    def say(self, thread: Thread, author: Author, address: str, text: str, at: datetime, **more: Any) -> Message:
        where = {"thread": thread, "source": self.source, "external_id": address, **more}
        return inbox.message(text, at=at, author=author, **where)

    def executing(self, user: User, agency: Agency | None = None) -> Incident:
        """An open card of the agency (the user's first one) that the user answers."""
        whose = agency or user.grants.filter(agency__isnull=False).select_related("agency")[0].agency
        card = self.card()
        Incident.objects.filter(pk=card.pk).update(state="in_work", agency=whose, executor=user)
        card.refresh_from_db()
        return card

    def assigned(
        self, text: str = TEXT, agency: Agency | None = None, *, priority: int = 2, at: datetime | None = None
    ) -> Incident:
        decision = Decision(agency or self.water, self.pipe, self.city, "solvable", "улица Мира", "5")
        return assign(self.card(text, priority=priority, at=at), decision, self.operator, timezone.now())

    def drafted(
        self,
        text: str = ANSWER,
        *,
        kind: str = "final",
        outcome: str = "solved",
        card: Incident | None = None,
        by: User | None = None,
        version: int = 0,
        promised_on: date | None = None,
    ) -> Answer:
        """On a card of its own unless one is named, by the executor unless somebody else is."""
        ground = "not_found" if outcome == "explained" else "phone"
        words = drafts.Words(text, kind, outcome, promised_on, ground=ground, ground_words="Позвонили жителю")
        card = card or self.assigned()
        return drafts.write(card, main_message(card), words, by or self.executor, timezone.now(), version)

    def submitted(self, text: str = ANSWER, **more: Any) -> Answer:
        answer = self.drafted(text, **more)
        drafts.submit(answer, more.get("by") or self.executor, timezone.now())
        answer.refresh_from_db()
        return answer

    def approved(self, **more: Any) -> Delivery:
        """Approved and queued for the network."""
        answer = self.submitted(**more)
        drafts.approve(answer, self.approver, timezone.now(), answer.version)
        self.let_out()
        return Delivery.objects.get(answer=answer)

    def let_out(self) -> None:
        """The step that queues for the network what is approved."""
        with book.turn():
            prepare(claim(Answer, timezone.now() + timedelta(seconds=1), LEASE, 64), timezone.now())

    def speak(self, delivery: Delivery) -> None:
        """It stands in the network, and the wait for the author has begun."""
        now, address = timezone.now(), f"wall-1_1?reply=9{delivery.pk}"
        with book.turn():
            fate.spoken(delivery, address, f"https://vk.com/{address}", now)
            open_survey(claim(Sent, now + timedelta(seconds=1), LEASE, 10), now)

    def published(self, **more: Any) -> Incident:
        """Said in the network, the wait for the author has begun."""
        delivery = self.approved(**more)
        self.speak(delivery)
        return Incident.objects.get(pk=delivery.answer.incident_id)

    def replied(self, text: str = "спасибо, починили", **more: Any) -> Incident:
        """The author has answered what we said."""
        card = self.published(**more)
        self.reply(card, text)
        card.refresh_from_db()
        return card

    def reply(self, card: Incident, text: str) -> Message:
        """What the author writes once more, and what becomes of it."""
        main, number = main_message(card), card.links.count()
        now, address = timezone.now(), f"{main.external_id}9{number}"
        reply = self.say(main.thread, main.author, address, text, now, parent_external_id=main.external_id)
        with book.turn():
            hear_again([(card, reply)], now)
            hear(claim(Heard, now + timedelta(seconds=1), LEASE, 10), now)
        return reply

    def through(self, draft: Answer) -> Answer:
        """A draft as far as the network."""
        now = timezone.now()
        drafts.submit(draft, self.executor, now)
        draft.refresh_from_db()
        drafts.approve(draft, self.approver, now, draft.version)
        self.let_out()
        self.speak(Delivery.objects.get(answer=draft))
        return draft

    @cached_property
    def rule(self) -> Rule:
        """There is one as soon as a card was suggested by it: tests of rules begin without any."""
        return Rule.objects.create(theme=self.pipe, place=self.city, agency=self.water)

    @cached_property
    def _community(self) -> Author:
        return inbox.author("Подслушано Город", external_id="-1", is_community=True)

    def _judge(self, message: Message, at: datetime, kind: str, theme: Theme, place: Place, urgency: int) -> None:
        second = self.hole if theme == self.pipe else self.pipe
        Verdict.objects.create(
            message=message,
            at=at,
            kind=kind,
            kind_share=0.9,
            theme=theme,
            theme_share=0.82,
            themes=[{"id": theme.pk, "share": 0.82, "why": [["нет воды", 2.1]]}, {"id": second.pk, "share": 0.1}],
            place=place,
            place_share=0.5,
            street="улица Мира",
            house="5",
            urgency=urgency,
            why={"place": [["улице Мира", "street"]], "urgency": [["маленькие дети", "children"]]},
        )


def make_town() -> Town:
    """Everything but cards. The password of all is `people.PASSWORD`."""
    region = places.place("Край", "kray", Place.Level.REGION)
    city = places.place("Город Ёлкино", "gorod", parent=region, population=50_000)
    whole = places.classifier()
    homes, streets = places.group("ЖКХ", "homes", whole), places.group("Дороги", "roads", whole)
    pipe = places.theme("Нет холодной воды", "water", homes, keywords=["авария на водопроводе"])
    water = people.agency("МУП «Водоканал»", "water", short_name="Водоканал")
    roads = people.agency("Дорожная служба", "roads")
    account = inbox.account(title="Город Ёлкино отвечает")
    return Town(
        water=water,
        roads=roads,
        pumps=people.agency("Насосы", "pumps", water),
        pipe=pipe,
        hole=places.theme("Ямы на дорогах", "hole", streets),
        city=city,
        village=places.place("Село", "selo", parent=region),
        account=account,
        source=inbox.source(account),
        **_residents(water, roads),
    )


def _residents(water: Agency, roads: Agency) -> dict[str, User]:
    rows: dict[str, tuple[str, str, Role | None, Agency | None]] = {
        "operator": ("operator", "Орлова", Role.OPERATOR, None),
        "colleague": ("colleague", "Котова", Role.OPERATOR, None),
        "curator": ("curator", "Кураторова", Role.CURATOR, water),
        "executor": ("executor", "Исаев", Role.EXECUTOR, water),
        "approver": ("approver", "Соколова", Role.APPROVER, water),
        "second_approver": ("second", "Второв", Role.APPROVER, water),
        "head": ("head", "Главина", Role.HEAD, None),
        "admin": ("admin", "Админов", Role.ADMINISTRATOR, None),
        "water_admin": ("water-admin", "Водин", Role.ADMINISTRATOR, water),
        "auditor": ("auditor", "Аудитова", Role.AUDITOR, None),
        "other": ("other", "Дорогин", Role.EXECUTOR, roads),
        "stranger": ("stranger", "Чужой", None, None),
    }
    users = people.several({name: last_name for name, last_name, _, _ in rows.values()})
    granted = [(user, role, agency) for user, (_, _, role, agency) in zip(users, rows.values(), strict=True) if role]
    Grant.objects.bulk_create([Grant(user=user, role=role, agency=agency) for user, role, agency in granted])
    return dict(zip(rows, users, strict=True))
