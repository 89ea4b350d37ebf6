"""A few cards to find, and the step that takes in their words."""

from datetime import timedelta

from django.utils import timezone

from otklik.finding.index import index
from otklik.finding.search import search
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.models import Findable, Incident
from otklik.incidents.workflow import find_anew
from otklik.journal import book
from otklik.lib.due import claim
from otklik.networks.models import Source
from otklik.places.models import Place
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make import cards, inbox

LEASE = timedelta(minutes=5)


def card(source: Source, text: str, author: Author | None = None) -> Incident:
    return cards.card(inbox.message(text, source=source, author=author))


def judged(
    source: Source,
    text: str,
    about: Theme,
    where: Place,
    street: str = "",
    house: str = "",
    author: Author | None = None,
) -> Incident:
    """A card with a verdict and no person's word on it."""
    made = card(source, text, author)
    verdict = {"kind": "complaint", "theme": about, "place": where, "street": street, "house": house}
    themes = [{"id": about.pk, "share": 0.8, "why": []}]
    Verdict.objects.create(message=main_message(made), at=timezone.now(), themes=themes, **verdict)
    Incident.objects.filter(pk=made.pk).update(guessed_theme=about, guessed_place=where)
    made.refresh_from_db()
    return made


def change(incident: Incident, **columns: object) -> None:
    """As a verb does it: the step is to look at the card anew."""
    Incident.objects.filter(pk=incident.pk).update(**columns)
    with book.turn():
        find_anew([incident.pk], timezone.now())


def take_in() -> int:
    """Everything that is due, in as many turns as it takes; how many rows there were."""
    done = 0
    while rows := claim(Findable, timezone.now() + timedelta(seconds=1), LEASE, 64):
        index(rows, timezone.now())
        done += len(rows)
    return done


def ids_with(words: str, most: int = 50, before: int = 0) -> list[int]:
    """Ids of the cards with these words, for somebody who may see everything."""
    return search(words, Incident.objects.all(), most, before)
