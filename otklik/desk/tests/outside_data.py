"""A question to somebody outside, for tests of its page and of its card."""

from datetime import datetime

from django.core.files.base import ContentFile

from otklik.desk.tests.pages import page_at
from otklik.inbox.models import Media
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.people.models import User
from otklik.routing import outside
from otklik.routing.outside import Ask, Asked
from tests.make.town import Town

COMPLAINT = "Нет воды на улице Мира, 5, кв. 12. Звоните +7 918 123-45-67, Анна Жилина"


def media_of(card: Incident) -> Media:
    """A picture of the citizen's, as it was copied at intake."""
    return Media.objects.create(message=main_message(card), kind="photo", file=ContentFile(picture("JPEG"), "m.jpg"))


def asked(town: Town, at: datetime | None = None, card: Incident | None = None, **overrides: object) -> Asked:
    """The executor asks about a card of his agency."""
    card = card or town.assigned(COMPLAINT)
    fields: dict[str, object] = {"name": "Светосервис", "words": "Когда дадите воду?", "days": 3, **overrides}
    return outside.ask(card, Ask(**fields), town.executor, at or clock.now())  # type: ignore[arg-type]


def block(user: User, card: Incident) -> str:
    """The questions as they stand on the card."""
    return page_at(user, f"/incidents/{card.pk}/outside/")
