"""A region with enough of everything in its last months for open data, and a few places with almost nothing."""

from datetime import datetime, timedelta
from itertools import count

from django.utils.timezone import localtime

from otklik.answers.models import Answer
from otklik.feedback.models import Rating
from otklik.feedback.registers.models import Promise
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.places.models import Place
from otklik.reports.models import PublicFigures
from tests.make import inbox
from tests.make.town import Town

_NUMBERS = count(5000)
SECRET = "Третий день темно во дворе, звоните Анне Жилиной"


def opened(least: int = 5, licence: str = "") -> None:
    """As after an administrator's word."""
    PublicFigures.objects.create(on=True, least=least, licence=licence, at=clock.now())


def month_ago(months: int = 1) -> datetime:
    """The middle of that month, by the region's clock."""
    middle = localtime(clock.now()).replace(day=15, hour=9, minute=0, second=0, microsecond=0)
    return middle - timedelta(days=30.4 * months)


def matter(town: Town, at: datetime, mark: int = 0, answered: bool = True, **more: object) -> Incident:
    """A card of the city about water, answered in two hours and solved unless told otherwise."""
    number = next(_NUMBERS)
    fields: dict[str, object] = {"state": "in_work", "theme": town.pipe, "place": town.city, "agency": town.water}
    if answered:
        took = at + timedelta(hours=2)
        fields |= {"state": "done", "outcome": "solved", "first_answered_at": took, "rating_since": took}
    card = Incident.objects.create(number=number, network="vk", started_at=at, created_at=at, **(fields | more))
    if mark:
        Rating.objects.create(incident=card, mark=mark, at=at + timedelta(days=1), suggested=False)
    return card


def promise(town: Town, card: Incident, at: datetime, fate: str) -> Promise:
    """A day that the author of this card was told."""
    message = inbox.message(SECRET, at=at, author=inbox.author("Анна Жилина"))
    fields = {"kind": "interim", "state": "published", "text": SECRET, "agency": town.water, "author": town.executor}
    answer = Answer.objects.create(incident=card, reply_to=message, created_at=at, changed_at=at, **fields)
    return Promise.objects.create(answer=answer, incident=card, given_at=at, limit_at=at + timedelta(days=1), fate=fate)


def busy(town: Town) -> None:
    """In the city thirty about water and twelve about roads; in two villages seven and three; one of the running month,
    one advert, one from long ago, six of no place and no theme."""
    last, before = month_ago(1), month_ago(2)
    near, far = (
        Place.objects.create(code=code, name=name, level="municipality", parent=town.city.parent)
        for code, name in (("near", "Ближнее"), ("far", "Дальнее"))
    )
    for number in range(30):
        card = matter(town, last if number % 2 else before, mark=5 if number < 16 else 2 if number < 20 else 0)
        if number < 20:
            promise(town, card, last, "kept" if number < 15 else "late")
    for number in range(12):
        outcome = "explained" if number < 6 else "solved"
        matter(town, last, theme=town.hole, outcome=outcome, mark=4 if number < 5 else 0)
    for _number in range(7):
        matter(town, last, place=near)
    for _number in range(3):
        matter(town, before, place=far, mark=1)
    for _number in range(6):
        matter(town, last, place=None, theme=None)
    matter(town, clock.now())
    matter(town, last, state="noise")
    matter(town, clock.now() - timedelta(days=500))
