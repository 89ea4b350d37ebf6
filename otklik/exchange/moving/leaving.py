"""Cards out of the database as rows of the 47 columns, a page of them at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from otklik.answers.models import Answer
from otklik.exchange.moving import columns as c
from otklik.exchange.moving import words
from otklik.exchange.moving.building import LABEL
from otklik.exchange.moving.keeping import ANSWERS, again
from otklik.exchange.moving.models import Imported
from otklik.feedback.models import Rating, Survey
from otklik.inbox.models import Media, Message
from otklik.incidents.models import Incident, IncidentMessage, Note
from otklik.lib.cell import Cell, Number
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.publishing.models import Sent
from otklik.routing.hiding import hide
from otklik.routing.models import Deadline, Norm

PAGE = 500
PUBLISHED_KINDS = (Answer.Kind.FIRST, Answer.Kind.INTERIM, Answer.Kind.FINAL)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Speech:
    """A published answer: when, what, when its draft was sent for approval, by which agency, from which account."""

    at: datetime
    text: str
    submitted_at: datetime | None
    agency: int | None
    account: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card with what hangs on it. `in_time` None: nobody has looked; `mark` 0: none was given."""

    incident: Incident
    message: Message
    zone: ZoneInfo
    region: str
    department: str
    executor: str
    municipality: str
    settlement: str
    speeches: list[Speech]
    notes: list[str]
    tags: list[str]
    mark: int
    asked: bool
    pictured: bool
    in_time: bool | None


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
        page_context = _page([card.pk for card in page])
        for card in page:
            if card.pk in page_context.mains:
                yield _row(card, page_context, region, masked)
        last = page[-1].pk


def _row(card: Incident, page: Page, region: Region, masked: bool) -> dict[str, Cell]:
    message = page.mains[card.pk]
    imported: Imported | None = getattr(card, "imported", None)
    cells = again(imported.kept, _texts(card, page, message, imported)) if imported else {}
    if imported is None or imported.revision != card.revision:
        known = {name: cells[name] for name in (c.CABINET, c.ID, c.NUMBER) if name in cells}
        own = cells_of(_card(card, page, region))
        cells = {**cells, **own, **known}
    return _masked(cells, message.author.name) if masked else cells


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
    sent_answers = Sent.objects.filter(delivery__answer__incident__in=ids, delivery__answer__kind__in=PUBLISHED_KINDS)
    for sent in sent_answers.select_related("delivery__answer", "delivery__account").order_by("at", "pk"):
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
    met_deadlines = clocks.filter(met_at__isnull=False).order_by("starts_at", "pk")
    for pk, limit, met in met_deadlines.values_list("incident_id", "limit_at", "met_at"):
        page.in_time[pk] = met is not None and met <= limit


def cells_of(card: Card) -> dict[str, Cell]:
    """By the names of the columns; empty cells are left out. Times by the region's clock, durations as Excel counts
    them: parts of a day."""
    cells = {**_who(card), **_times(card), **_matter(card), **_words(card)}
    return {name: cell for name, cell in cells.items() if cell != "" and cell is not None}


def _who(card: Card) -> dict[str, Cell | None]:
    row = card.incident
    return {
        c.CABINET: card.region,
        c.ID: Number(str(row.pk)),
        c.NUMBER: Number(str(row.number)),
        c.AGENCY: card.department,
        c.EXECUTOR: card.executor,
        c.REGION: card.region,
        c.MUNICIPALITY: card.municipality,
        c.SETTLEMENT: card.settlement,
        c.STREET: row.street,
        c.HOUSE: row.house,
        c.OBJECT: row.place_object,
    }


def _times(card: Card) -> dict[str, Cell | None]:
    row, own = card.incident, _of_last(card)
    first = own[0] if own else None
    submitted = first.submitted_at if first else None
    assigned, drafted = row.assigned_at, submitted or row.drafted_at
    worked = row.first_answer_working_seconds
    return {
        c.FIRST_AT: _moment(row.first_answered_at, card.zone),
        c.FIRST_TOOK: _took(row.created_at, row.first_answered_at),
        c.FIRST_WORKED: None if worked is None else _days(timedelta(seconds=worked)),
        c.ASSIGNED_AT: _moment(assigned, card.zone),
        c.EXECUTOR_AT: _moment(first.at if first else row.executor_answered_at, card.zone),
        c.REACTION: _took(assigned, drafted),
        c.IN_TIME: words.UNKNOWN if card.in_time is None else words.YES if card.in_time else words.NO,
        c.LIFE: _took(row.created_at, row.closed_at),
        c.DRAFTED_AT: _moment(drafted, card.zone),
        c.APPROVAL_TOOK: _took(submitted, first.at if first else None),
        c.CREATED_AT: _moment(row.created_at, card.zone),
        c.CLOSED_AT: _moment(row.closed_at, card.zone),
        c.RATING_AT: _moment(row.rating_since, card.zone),
    }


def _matter(card: Card) -> dict[str, Cell | None]:
    row = card.incident
    reason = str(card.mark) if row.close_reason == "score" and card.mark else words.REASON_WORDS.get(row.close_reason)
    return {
        c.STEP: words.STEP_WORDS[row.state],
        c.GROUP: row.theme.group.name if row.theme else "",
        c.THEME: row.theme.name if row.theme else "",
        c.KIND: words.KIND_WORDS.get(row.kind),
        c.OUTCOME: words.OUTCOME_WORDS.get(row.outcome),
        c.REASON: reason,
        c.MESSAGE_MEDIA: words.YES if card.pictured else words.NO,
        c.TAGS: ", ".join(card.tags),
        c.SURVEY: words.YES if card.asked else words.NO,
    }


def _words(card: Card) -> dict[str, Cell | None]:
    message, own = card.message, _of_last(card)
    answer_cells = dict(zip(c.ANSWERS, (f"'{speech.text}" for speech in own), strict=False))
    return {
        c.FIRST_TEXT: f"'{card.speeches[0].text}" if card.speeches else "",
        c.POST_URL: message.url,
        c.BLOG_URL: message.thread.url,
        c.TEXT: f"'{message.text}",
        **answer_cells,
        c.ENGAGEMENT: Number(str(message.engagement)) if message.engagement else None,
        c.AUTHOR_URL: message.author.url,
        c.ACCOUNT: own[0].account if own else "",
        c.NOTE: "\n".join(card.notes),
    }


def _of_last(card: Card) -> list[Speech]:
    """What the last executor said; all of it where nobody was assigned."""
    since = card.incident.assigned_at
    return [speech for speech in card.speeches if since is None or speech.at >= since]


def _moment(at: datetime | None, zone: ZoneInfo) -> Cell | None:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else None


def _took(since: datetime | None, until: datetime | None) -> Cell | None:
    return _days(until - since) if since and until and until >= since else None


def _days(took: timedelta) -> Cell:
    """Ten digits are a hundredth of a millisecond; a zero is a duration too."""
    return Number(f"{took / DAY:.10f}".rstrip("0").rstrip(".") or "0")
