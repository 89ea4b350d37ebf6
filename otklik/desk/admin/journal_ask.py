"""What the reader asks of the journal, and the entries that answer: quick however long the journal is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from otklik.desk.admin.journal_words import verbs
from otklik.desk.gate import integer
from otklik.desk.listing import Chosen, Key, Listing, by_words, with_words
from otklik.incidents.models import Incident
from otklik.journal import when
from otklik.journal.models import CODE, Entry
from otklik.lib.days import begin_of
from otklik.people.models import User

MOST_NAMESAKES = 20
NAMED = ("last_name", "first_name", "patronymic", "username")
NEWEST_FIRST = (Key("pk", falling=True),)
SORTED = (Key("place", falling=True),)
"""The same order, by a column that no index has."""

JOURNAL = Listing(
    NEWEST_FIRST,
    dict.fromkeys(("who", "user", "verb", "card", "since", "until", "subject"), by_words),
    size=50,
    start="before",
)


@dataclass(slots=True)
class Asked:
    """The question, and what is wrong with it in words. `namesakes` are shown when a name fits several people."""

    typed: Chosen
    actor: str = ""
    verb: str = ""
    incident: int | None = None
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    namesakes: list[User] = field(default_factory=list)
    trouble: str = ""


def ask(query: QueryDict, listing: Listing = JOURNAL) -> Asked:
    """At most two queries: one for a name, one for a card's number."""
    typed = listing.chosen(query)
    asked = Asked(typed)
    _read_person(asked)
    _read_card(asked)
    _read_period(asked)
    if verb := typed.get("verb"):
        asked.verb = verb if verb in dict(verbs()) else ""
    if subject := typed.get("subject"):
        if CODE.fullmatch(subject) and ":" in subject:
            asked.subject = subject
        else:
            asked.trouble = _("О чём запись, пишут так: user:5 или agency:12.")
    return asked


def _read_person(asked: Asked) -> None:
    typed = asked.typed
    if pk := integer(typed["user"]):
        asked.actor = f"user:{pk}"
    elif typed["who"] == "machine":
        asked.actor = "machine"
    elif typed["who"]:
        users = User.objects.filter(with_words(typed["who"].replace(".", " "), NAMED, "istartswith"))
        people = list(users.order_by("last_name", "first_name", "pk")[: MOST_NAMESAKES + 1])
        if len(people) == 1:
            asked.actor = f"user:{people[0].pk}"
        elif people:
            asked.namesakes = people[:MOST_NAMESAKES]
            asked.trouble = _("Под это имя подходят несколько человек. Выберите, чьи записи показать.")
        else:
            asked.trouble = _("Такого сотрудника нет. Напишите начало фамилии.")


def _read_card(asked: Asked) -> None:
    if not asked.typed["card"]:
        return
    number = integer(asked.typed["card"].lstrip("№# "))
    asked.incident = Incident.objects.filter(number=number).values_list("pk", flat=True).first() if number > 0 else None
    if asked.incident is None:
        asked.trouble = _("Карточки с таким номером нет. Проверьте номер.")


def _read_period(asked: Asked) -> None:
    since, until = _day(asked.typed["since"]), _day(asked.typed["until"])
    if (asked.typed["since"] and not since) or (asked.typed["until"] and not until):
        asked.trouble = _("Даты пишут так: 2026-11-25.")
    if since and until and since > until:
        asked.trouble = _("Начало периода позже конца. Поменяйте даты местами.")
    asked.since = begin_of(since) if since else None
    asked.until = begin_of(until + timedelta(days=1)) if until else None


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2200 else None


def order_of(asked: Asked) -> Sequence[Key]:
    """Newest first. One person's are sorted on PostgreSQL: it would look for somebody who left years ago from the
    newest entry on. An index of SQLite has them in this order."""
    return SORTED if asked.actor.startswith("user:") and connection.vendor == "postgresql" else NEWEST_FIRST


def answers(asked: Asked) -> QuerySet[Entry]:
    """The entries asked for, in no order; nothing when something is wrong."""
    if asked.trouble:
        return Entry.objects.none()
    entries = Entry.objects.annotate(place=F("pk") + 0)
    if asked.actor == "machine":
        entries = entries.filter(actor__startswith="machine:")
    elif asked.actor:
        entries = entries.filter(actor=asked.actor)
    if asked.verb:
        entries = entries.filter(verb=asked.verb)
    if asked.incident is not None:
        entries = entries.filter(incident=asked.incident)
    if asked.subject:
        entries = entries.filter(subject=asked.subject)
    if asked.since:
        entries = entries.filter(when.since(asked.since))
    if asked.until:
        entries = entries.filter(when.until(asked.until))
    return entries
