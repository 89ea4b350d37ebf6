"""A small town for tests of the card: people of every role, and a card brought to any state by the product's verbs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.feedback.hear import hear
from otklik.feedback.wait import open_survey
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.cards import hear_again, main_message, open_cards
from otklik.incidents.models import Heard, Incident
from otklik.journal import book
from otklik.lib.due import claim
from otklik.lib.text import fold
from otklik.networks.models import Account, Source
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place
from otklik.publishing import fate
from otklik.publishing.models import Delivery, Sent
from otklik.publishing.prepare import prepare
from otklik.routing import clocks
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Rule, Suggestion
from otklik.themes.models import Classifier, Theme, ThemeGroup
from otklik.triage.models import Verdict

TEXT = "Третий день нет воды на улице Мира, 5! Дома маленькие дети. Когда починят трубу?"
_NUMBERS = count(1)
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Town:
    water: Agency
    roads: Agency
    pipe: Theme
    hole: Theme
    city: Place
    source: Source
    account: Account
    operator: User
    colleague: User
    executor: User
    approver: User
    second_approver: User
    admin: User
    auditor: User
    other: User
    stranger: User

    def card(self, text: str = TEXT, at: datetime | None = None, place: str = Message.Place.COMMENT) -> Incident:
        """A new card with its clocks, a verdict that quotes the text, and a suggestion by a rule."""
        number = next(_NUMBERS)
        now = at or timezone.now() - timedelta(hours=3)
        thread = Thread.objects.create(network="vk", external_id=f"wall-1_{number}", source=self.source)
        community, _ = Author.objects.get_or_create(
            network="vk", external_id="-1", defaults={"name": "Подслушано Город", "is_community": True}
        )
        self.say(thread, community, f"wall-1_{number}", "Доброе утро, город!", now - timedelta(hours=1), "post")
        author = Author.objects.create(
            network="vk", external_id=str(number), name=f"Анна Жилина {number}", url=f"https://vk.com/id{number}"
        )
        message = self.say(thread, author, f"wall-1_{number}?reply={number}", text, now, place)
        with book.turn():
            (card,) = open_cards([message], now)
            clocks.start(card, self.pipe)
        Verdict.objects.create(
            message=message,
            at=now,
            kind="complaint",
            kind_share=0.9,
            theme=self.pipe,
            theme_share=0.82,
            themes=[
                {"id": self.pipe.pk, "share": 0.82, "why": [["нет воды", 2.1]]},
                {"id": self.hole.pk, "share": 0.1},
            ],
            place=self.city,
            place_share=0.5,
            street="улица Мира",
            house="5",
            urgency=1,
            why={"place": [["улице Мира", "street"]], "urgency": [["маленькие дети", "children"]]},
        )
        Suggestion.objects.create(
            incident=card, agency=self.water, rule=Rule.objects.get(agency=self.water), share=0.8, at=now
        )
        Incident.objects.filter(pk=card.pk).update(
            guessed_theme=self.pipe, guessed_place=self.city, guessed_agency=self.water
        )
        card.refresh_from_db()
        return card

    def say(
        self, thread: Thread, author: Author, address: str, text: str, at: datetime, place: str, parent: str = ""
    ) -> Message:
        return Message.objects.create(
            network="vk",
            external_id=address,
            place=place,
            thread=thread,
            parent_external_id=parent,
            author=author,
            source=self.source,
            text=text,
            folded=fold(text),
            url=f"https://vk.com/{address}",
            posted_at=at,
            captured_at=at,
        )

    def assigned(self, text: str = TEXT, agency: Agency | None = None) -> Incident:
        decision = Decision(agency or self.water, self.pipe, self.city, "solvable", "улица Мира", "5")
        return assign(self.card(text), decision, self.operator, timezone.now())

    def drafted(self, text: str = "Воду дали в 14:00, трубу заменили.", **more: object) -> Answer:
        outcome = str(more.get("outcome", "solved"))
        words = drafts.Words(
            text=text,
            kind=str(more.get("kind", "final")),
            outcome=outcome,
            ground="not_found" if outcome == "explained" else "phone",
            ground_words="Позвонили автору",
        )
        card = self.assigned()
        return drafts.write(card, main_message(card), words, self.executor, timezone.now())

    def submitted(self, **more: object) -> Answer:
        answer = self.drafted(**more)  # type: ignore[arg-type]
        drafts.submit(answer, self.executor, timezone.now())
        answer.refresh_from_db()
        return answer

    def approved(self, **more: object) -> Delivery:
        """Approved and queued for the network."""
        answer = self.submitted(**more)
        drafts.approve(answer, self.approver, timezone.now(), answer.version)
        with book.turn():
            prepare(claim(Answer, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())
        return Delivery.objects.get(answer=answer)

    def published(self, **more: object) -> Incident:
        """Said in the network, the wait for the author has begun."""
        delivery = self.approved(**more)
        now = timezone.now()
        with book.turn():
            fate.spoken(
                delivery, f"wall-1_1?reply=9{delivery.pk}", f"https://vk.com/wall-1_1?reply=9{delivery.pk}", now
            )
            open_survey(claim(Sent, now + timedelta(seconds=1), LEASE, 10), now)
        return Incident.objects.get(pk=delivery.answer.incident_id)

    def replied(self, text: str = "спасибо, починили", **more: object) -> Incident:
        """The author has answered what we said."""
        card = self.published(**more)
        main = main_message(card)
        now = timezone.now()
        reply = self.say(
            main.thread, main.author, f"{main.external_id}9", text, now, Message.Place.COMMENT, main.external_id
        )
        with book.turn():
            hear_again(card, reply, now)
            hear(claim(Heard, now + timedelta(seconds=1), LEASE, 10), now)
        card.refresh_from_db()
        return card


def make_town() -> Town:
    """Everything but cards. The password of all is «pass-word-1»."""
    region = Place.objects.create(code="kray", name="Край", level=Place.Level.REGION)
    city = Place.objects.create(
        code="gorod", name="Город Ёлкино", level=Place.Level.MUNICIPALITY, parent=region, population=50_000
    )
    classifier = Classifier.objects.create(version="t", in_force_from=timezone.localdate())
    homes = ThemeGroup.objects.create(classifier=classifier, code="homes", name="ЖКХ")
    streets = ThemeGroup.objects.create(classifier=classifier, code="roads", name="Дороги")
    water = Agency.objects.create(code="water", name="МУП «Водоканал»", short_name="Водоканал")
    roads = Agency.objects.create(code="roads", name="Дорожная служба", short_name="Дорожная служба")
    account = Account.objects.create(network="vk", external_id="1", title="Город Ёлкино отвечает", sandbox=True)
    pipe = Theme.objects.create(group=homes, code="water", name="Нет холодной воды", keywords=["авария на водопроводе"])
    Rule.objects.create(theme=pipe, place=city, agency=water)
    return Town(
        water=water,
        roads=roads,
        pipe=pipe,
        hole=Theme.objects.create(group=streets, code="hole", name="Ямы на дорогах"),
        city=city,
        account=account,
        source=Source.objects.create(
            network="vk", kind=Source.Kind.OWN, external_id="1", title="Подслушано Город", account=account
        ),
        operator=_user("operator", "Орлова", Role.OPERATOR),
        colleague=_user("colleague", "Котова", Role.OPERATOR),
        executor=_user("executor", "Исаев", Role.EXECUTOR, water),
        approver=_user("approver", "Соколова", Role.APPROVER, water),
        second_approver=_user("second", "Второв", Role.APPROVER, water),
        admin=_user("admin", "Админов", Role.ADMINISTRATOR),
        auditor=_user("auditor", "Аудитова", Role.AUDITOR),
        other=_user("other", "Дорогин", Role.EXECUTOR, roads),
        stranger=_user("stranger", "Чужой", ""),
    )


def _user(name: str, last_name: str, role: str, agency: Agency | None = None) -> User:
    user = User.objects.create_user(
        name, password="pass-word-1", first_name="Мария", patronymic="Петровна", last_name=last_name
    )
    if role:
        Grant.objects.create(user=user, role=role, agency=agency)
    return user
