"""«Просмотры»: who opened which card. One line a quarter of an hour for a person and a card."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_ask import NEWEST_FIRST, Asked, ask
from otklik.desk.listing import Listing, by_address, by_words
from otklik.incidents.models import Incident, IncidentMessage
from otklik.journal.models import Look
from otklik.people.models import User
from otklik.privacy.trace import authors_at

LOOKS = Listing(
    NEWEST_FIRST,
    dict.fromkeys(("who", "user", "card", "since", "until"), by_words) | {"author": by_address},
    size=100,
    start="before",
)


@dataclass(frozen=True, slots=True)
class Line:
    """`card` is the number, 0 for a card that is gone; `who` is "" for a person whom nobody knows any more."""

    at: datetime
    who: str
    person: int
    card: int
    incident: int


@require_safe
@administers("journal")
def looks_page(request: HttpRequest) -> HttpResponse:
    """At most five queries beside the frame's, however many looks there are."""
    asked = ask(request.GET, LOOKS)
    if asked.actor == "machine":
        asked.trouble = _("Такого сотрудника нет. Напишите начало фамилии.")
    page = LOOKS.page(_answers(asked, _cards_of(asked)), request.GET)
    context = {
        "asked": asked,
        "lines": _lines(page.rows),
        "next": page.following,
        "newest": asked.typed.query(),
        "later": LOOKS.begins_later(request.GET),
    }
    return framed(request, "journal", "desk/admin/looks.html", context, 400 if asked.trouble else 200)


def _cards_of(asked: Asked) -> QuerySet[IncidentMessage, Any] | None:
    """Cards that show the author of this profile; None where nobody is asked for."""
    address = asked.typed["author"]
    if not address:
        return None
    authors = authors_at(address)
    if not authors:
        asked.trouble = _("Жителя с такой ссылкой здесь нет. Скопируйте ссылку на его имя из карточки.")
    return IncidentMessage.objects.filter(message__author__in=authors).values("incident")


def _answers(asked: Asked, cards: QuerySet[IncidentMessage, Any] | None) -> QuerySet[Look]:
    if asked.trouble:
        return Look.objects.none()
    looks = Look.objects.all()
    if asked.actor:
        looks = looks.filter(user=int(asked.actor.partition(":")[2]))
    if asked.incident:
        looks = looks.filter(incident=asked.incident)
    if cards is not None:
        looks = looks.filter(incident__in=cards)
    if asked.since:
        looks = looks.filter(at__gte=asked.since)
    if asked.until:
        looks = looks.filter(at__lt=asked.until)
    return looks


def _lines(looks: list[Look]) -> list[Line]:
    people = User.objects.in_bulk({look.user for look in looks})
    cards = dict(Incident.objects.filter(pk__in={look.incident for look in looks}).values_list("pk", "number"))
    return [
        Line(look.at, people[look.user].initials if look.user in people else "", look.user, number, look.incident)
        for look in looks
        for number in [cards.get(look.incident, 0)]
    ]
