"""Cards out of the database as rows of the 47 columns, a page of them at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from otklik.answers.models import Answer
from otklik.feedback.models import Rating, Survey
from otklik.inbox.models import Media, Message
from otklik.incidents.models import Incident, IncidentMessage, Note
from otklik.lib.cell import Cell
from otklik.moving import columns as c
from otklik.moving.building import LABEL
from otklik.moving.keeping import ANSWERS, again
from otklik.moving.models import Imported
from otklik.moving.telling import Card, Speech, cells_of
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.publishing.models import Sent
from otklik.routing.hiding import hide
from otklik.routing.models import Deadline, Norm

PAGE = 500
SAID = (Answer.Kind.FIRST, Answer.Kind.INTERIM, Answer.Kind.FINAL)


@dataclass(slots=True)
class Page:
    """What hangs on the cards of a page, by their ids."""

    mains: dict[int, Message] = field(default_factory=dict)
    speeches: defaultdict[int, list[Speech]] = field(default_factory=lambda: defaultdict(list))
    answers: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    tags: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[int, int] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    pictured: set[int] = field(default_factory=set)
    in_time: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Region:
    """What every row needs of the whole installation."""

    name: str
    zone: ZoneInfo
    agencies: dict[int, Agency]


def rows(cards: QuerySet[Incident], *, masked: bool) -> Iterator[dict[str, Cell]]:
    """Cells by the names of their columns, in the order of the cards' ids. Ten queries for each five hundred."""
    top = Place.objects.filter(level=Place.Level.REGION).values_list("name", flat=True).first()
    agencies = {agency.pk: agency for agency in Agency.objects.all()}
    region = Region(top or settings.REGION, ZoneInfo(settings.TIME_ZONE), agencies)
    last = 0
    while page := list(
        cards.filter(pk__gt=last)
        .order_by("pk")
        .select_related("theme__group", "place__parent", "agency", "imported")[:PAGE]
    ):
        found = _page([card.pk for card in page])
        for card in page:
            if card.pk in found.mains:
                yield _row(card, found, region, masked)
        last = page[-1].pk


def _row(card: Incident, page: Page, region: Region, masked: bool) -> dict[str, Cell]:
    message = page.mains[card.pk]
    imported: Imported | None = getattr(card, "imported", None)
    told = again(imported.kept, _texts(card, page, message, imported)) if imported else {}
    if imported is None or imported.revision != card.revision:
        known = {name: told[name] for name in (c.CABINET, c.ID, c.NUMBER) if name in told}
        own = cells_of(_card(card, page, region))
        told = {**told, **own, **known}
    return _masked(told, message.author.name) if masked else told


def _texts(card: Incident, page: Page, message: Message, imported: Imported) -> dict[str, str]:
    """The texts of an imported card by the columns that told them."""
    answers, notes = page.answers[card.pk], page.notes[card.pk]
    texts = {c.TEXT: message.text, c.AUTHOR_URL: message.author.url or message.author.name}
    for name, at in imported.kept.get(ANSWERS, {}).items():
        if at < len(answers):
            texts[name] = answers[at]
    label = LABEL.format(number=imported.number or "–", theirs=imported.theirs)
    texts[c.NOTE] = next((note for note in notes if note != label), "")
    return texts


def _card(card: Incident, page: Page, region: Region) -> Card:
    agency = card.agency
    root = region.agencies.get(int(agency.path.strip("/").split("/")[0])) if agency else None
    place = card.place
    inside = place is not None and place.level == Place.Level.SETTLEMENT
    town = place.parent if place and inside else place if place and place.level == Place.Level.MUNICIPALITY else None
    return Card(
        incident=card,
        message=page.mains[card.pk],
        zone=region.zone,
        region=region.name,
        department=root.name if root else "",
        executor=agency.name if agency and agency != root else "",
        municipality=town.name if town else "",
        settlement=place.name if place and inside else "",
        speeches=page.speeches[card.pk],
        notes=page.notes[card.pk],
        tags=page.tags[card.pk],
        mark=page.marks.get(card.pk, 0),
        asked=card.pk in page.asked,
        pictured=page.mains[card.pk].pk in page.pictured,
        in_time=page.in_time.get(card.pk),
    )


def _masked(cells: dict[str, Cell], author: str) -> dict[str, Cell]:
    """Without who wrote, and without the names, phones and links in what was said."""
    hidden = {name: _hidden(cells[name], author) for name in c.TEXTS if name in cells}
    return {name: cell for name, cell in {**cells, **hidden}.items() if name != c.AUTHOR_URL}


def _hidden(cell: Cell, author: str) -> Cell:
    if not isinstance(cell, str):
        return cell
    lead = "'" if cell.startswith("'") else ""
    return lead + hide(cell.removeprefix("'"), author)


def _page(ids: Sequence[int]) -> Page:
    page = Page()
    links = IncidentMessage.objects.filter(incident__in=ids, main=True).select_related("message__author")
    page.mains = {link.incident_id: link.message for link in links.select_related("message__thread", "message__author")}
    said = Sent.objects.filter(delivery__answer__incident__in=ids, delivery__answer__kind__in=SAID)
    for sent in said.select_related("delivery__answer", "delivery__account").order_by("at", "pk"):
        delivery, answer = sent.delivery, sent.delivery.answer
        if answer.copy_of_id is None:
            account = delivery.account.title if delivery.account else ""
            speech = Speech(sent.at, delivery.text, answer.submitted_at, answer.agency_id, account)
            page.speeches[answer.incident_id].append(speech)
    for pk, text in Answer.objects.filter(incident__in=ids).order_by("pk").values_list("incident", "text"):
        page.answers[pk].append(text)
    for pk, text in Note.objects.filter(incident__in=ids).order_by("pk").values_list("incident", "text"):
        page.notes[pk].append(text)
    tagged = Incident.tags.through.objects.filter(incident_id__in=ids).order_by("pk")
    for pk, name in tagged.values_list("incident_id", "tag__name"):
        page.tags[pk].append(name)
    _feedback(page, ids)
    return page


def _feedback(page: Page, ids: Sequence[int]) -> None:
    marks = Rating.objects.filter(incident__in=ids, mark__isnull=False, suggested=False, dismissed_at__isnull=True)
    page.marks = {pk: int(mark or 0) for pk, mark in marks.order_by("at", "pk").values_list("incident", "mark")}
    page.asked = set(
        Survey.objects.filter(incident__in=ids, asked_at__isnull=False).values_list("incident_id", flat=True)
    )
    main = [message.pk for message in page.mains.values()]
    page.pictured = set(Media.objects.filter(message__in=main).values_list("message_id", flat=True))
    clocks = Deadline.objects.filter(incident__in=ids, clock__in=(Norm.Clock.AGENCY, Norm.Clock.FIRST_ANSWER))
    told = clocks.filter(met_at__isnull=False).order_by("starts_at", "pk")
    for pk, limit, met in told.values_list("incident_id", "limit_at", "met_at"):
        page.in_time[pk] = met is not None and met <= limit
