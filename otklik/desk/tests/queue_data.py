"""A small region for tests of the queue: two agencies, a theme, two places, people of every kind, cards on demand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.cards import open_cards
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib.text import fold
from otklik.networks.models import Account, Source
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place
from otklik.routing import clocks
from otklik.routing.models import Suggestion
from otklik.themes.models import Classifier, Theme, ThemeGroup
from otklik.triage.models import Verdict

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Region:
    water: Agency
    roads: Agency
    pipe: Theme
    hole: Theme
    city: Place
    village: Place
    source: Source
    operator: User
    curator: User
    executor: User
    stranger: User

    def card(
        self,
        text: str = "Нет воды второй день",
        *,
        suggested: bool = True,
        priority: int = 2,
        at: datetime | None = None,
        theme: Theme | None = None,
        agency: Agency | None = None,
        place: Place | None = None,
        kind: str = "complaint",
    ) -> Incident:
        """A new card with its clocks, and with a verdict and a suggestion unless told otherwise."""
        number = next(_NUMBERS)
        now = at or timezone.now() - timedelta(minutes=30)
        author = Author.objects.create(network="vk", external_id=str(number), name=f"Житель {number}")
        thread = Thread.objects.create(network="vk", external_id=f"wall-1_{number}", source=self.source)
        message = Message.objects.create(
            network="vk",
            external_id=f"wall-1_{number}?reply=1",
            place=Message.Place.COMMENT,
            thread=thread,
            author=author,
            source=self.source,
            text=text,
            folded=fold(text),
            url=f"https://vk.com/wall-1_{number}?reply=1",
            posted_at=now,
            captured_at=now,
        )
        with book.turn():
            (card,) = open_cards([message], now)
            Incident.objects.filter(pk=card.pk).update(priority=priority)
            clocks.start(card, theme or self.pipe)
        if suggested:
            chosen, whose = theme or self.pipe, agency or self.water
            Verdict.objects.create(
                message=message,
                at=now,
                kind=kind,
                kind_share=0.9,
                theme=chosen,
                theme_share=0.82,
                place=place or self.city,
                place_share=0.8,
                street="улица Мира",
                house="5",
                urgency=max(priority - 2, 0),
            )
            Suggestion.objects.create(incident=card, agency=whose, share=0.6, at=now)
            Incident.objects.filter(pk=card.pk).update(
                guessed_theme=chosen, guessed_place=place or self.city, guessed_agency=whose
            )
        card.refresh_from_db()
        return card


def make_region() -> Region:
    """Everything but cards. Users' password is «pass-word-1» where a test signs in by the form."""
    region = Place.objects.create(code="kray", name="Край", level=Place.Level.REGION)
    city = Place.objects.create(code="gorod", name="Город", level=Place.Level.MUNICIPALITY, parent=region)
    village = Place.objects.create(code="selo", name="Село", level=Place.Level.MUNICIPALITY, parent=region)
    classifier = Classifier.objects.create(version="t", in_force_from=timezone.localdate())
    homes = ThemeGroup.objects.create(classifier=classifier, code="homes", name="ЖКХ")
    roads = ThemeGroup.objects.create(classifier=classifier, code="roads", name="Дороги")
    water_agency = Agency.objects.create(code="water", name="Водоканал", short_name="Водоканал")
    roads_agency = Agency.objects.create(code="roads", name="Дорожная служба", short_name="Дорожная служба")
    account = Account.objects.create(network="vk", external_id="1", title="Город", sandbox=True)
    return Region(
        water=water_agency,
        roads=roads_agency,
        pipe=Theme.objects.create(group=homes, code="water", name="Нет холодной воды"),
        hole=Theme.objects.create(group=roads, code="hole", name="Ямы на дорогах"),
        city=city,
        village=village,
        source=Source.objects.create(
            network="vk", kind=Source.Kind.OWN, external_id="1", title="Подслушано Город", account=account
        ),
        operator=_user("operator", Role.OPERATOR),
        curator=_user("curator", Role.CURATOR, water_agency),
        executor=_user("executor", Role.EXECUTOR, water_agency),
        stranger=_user("stranger", ""),
    )


def _user(name: str, role: str, agency: Agency | None = None) -> User:
    user = User.objects.create_user(name, password="pass-word-1", first_name="Мария", last_name=name.title())
    if role:
        Grant.objects.create(user=user, role=role, agency=agency)
    return user
