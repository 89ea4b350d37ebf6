"""Cards, messages and answers out of the database, for a list or for one card: a few queries, whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, OuterRef, QuerySet, Subquery

from otklik.answers.acts import BROUGHT, brought
from otklik.answers.models import ASKING, AnswerPhoto
from otklik.answers.models import Answer as AnswerRow
from otklik.api import schemas
from otklik.feedback.models import Rating
from otklik.inbox.models import Media
from otklik.incidents.fields import Goes, columns
from otklik.incidents.models import Incident, IncidentMessage
from otklik.journal import when
from otklik.journal.models import Entry
from otklik.people.programs import ProgramScope
from otklik.publishing.models import Delivery
from otklik.routing.models import Deadline

MOST = 100
"""Of what hangs on one card."""


def with_limits(cards: QuerySet[Incident]) -> QuerySet[Incident]:
    """Cards as `card` wants them."""
    running = Deadline.objects.filter(incident=OuterRef("pk"), runs_until__isnull=False).order_by("runs_until")
    cards = cards.select_related("theme", "place", "agency")
    return cards.annotate(answer_until=Subquery(running.values("runs_until")[:1]))


def card(row: Incident) -> schemas.Card:
    return schemas.Card(**_columns(row))


_NAMES = {"theme": "name", "place": "name", "agency": "short_name"}
_CODES = frozenset(("kind", "outcome", "close_reason", "noise_reason"))
_AS_THEY_ARE = [
    name for name in columns(Goes.API) if name != "revision" and name not in _NAMES and not name.startswith("guessed_")
]


def _columns(row: Any) -> dict[str, Any]:
    """An empty code becomes null."""
    guesses = {name: getattr(row, f"guessed_{name}_id") for name in _NAMES}
    return {
        **{name: (getattr(row, name) or None) if name in _CODES else getattr(row, name) for name in _AS_THEY_ARE},
        **{name: _named(getattr(row, name), title) for name, title in _NAMES.items()},
        "id": row.pk,
        "version": row.revision,
        "answer_until": row.answer_until,
        "suggested": schemas.Suggested(**guesses),
    }


def _named(row: Any, name: str) -> schemas.Named | None:
    return schemas.Named(id=row.pk, name=getattr(row, name)) if row is not None else None


def whole(row: Incident, scopes: Collection[str]) -> schemas.WholeCard:
    """Seven queries beside the card's own. Messages and answers are null where `scopes` do not open them."""
    links, answers = None, None
    if ProgramScope.MESSAGES_READ in scopes:
        links = messages_of(linked([row.pk]).order_by("-pk")[:MOST])
    if ProgramScope.ANSWERS_READ in scopes:
        answers = answers_of(answers_on([row.pk]).order_by("-pk")[:MOST])
    clocks = Deadline.objects.filter(incident=row).order_by("pk")[:MOST]
    return schemas.WholeCard(
        **_columns(row),
        deadlines=[_deadline(one) for one in clocks],
        messages=links,
        answers=answers,
        ratings=_ratings(row.pk),
    )


def _deadline(row: Deadline) -> schemas.Deadline:
    names = ("clock", "starts_at", "limit_at", "working", "met_at", "missed_at", "cancelled_at")
    return schemas.Deadline(**{name: getattr(row, name) for name in names})


def _ratings(incident: int) -> schemas.Ratings:
    ratings = Rating.objects.filter(incident=incident, suggested=False, dismissed_at__isnull=True)
    rows = list(
        ratings.order_by("solved").values_list("solved").annotate(n=Count("pk"), mean=Avg("mark"), of=Count("mark"))
    )
    marks = sum(of for _solved, _n, _mean, of in rows)
    mean = sum((mean or 0) * of for _solved, _n, mean, of in rows) / marks if marks else None
    return schemas.Ratings(
        count=sum(n for _solved, n, _mean, _of in rows),
        mean=round(mean, 2) if mean is not None else None,
        solved={solved: n for solved, n, _mean, _of in rows if solved},
    )


def linked(cards: Collection[int]) -> QuerySet[IncidentMessage]:
    """The messages of these cards, each with its author."""
    return IncidentMessage.objects.filter(incident__in=cards).select_related("message__author")


def messages_of(links: Iterable[IncidentMessage]) -> list[schemas.Message]:
    """With the citizens' pictures that we have a copy of; one query more."""
    links = list(links)
    pictures: dict[int, list[int]] = defaultdict(list)
    kept = Media.objects.filter(message__in=[link.message_id for link in links]).exclude(file="").order_by("pk")
    for message, pk in kept.values_list("message", "pk") if links else ():
        pictures[message].append(pk)
    return [_message(link, pictures[link.message_id]) for link in links]


def _message(link: IncidentMessage, pictures: list[int]) -> schemas.Message:
    row = link.message
    names = ("own", "network", "place", "url", "text", "posted_at", "captured_at", "edited_at", "deleted_at")
    return schemas.Message(
        **{name: getattr(row, name) for name in names},
        id=row.pk,
        card=link.incident_id,
        version=row.revision,
        main=link.main,
        author=schemas.Author(name=row.author.name, url=row.author.url),
        pictures=pictures,
    )


def answers_on(cards: Collection[int]) -> QuerySet[AnswerRow]:
    """What we say on these cards on the matter itself, each with its acts."""
    answers = AnswerRow.objects.filter(incident__in=cards).exclude(kind__in=ASKING)
    return answers.select_related("reply_to").annotate(**BROUGHT)


def answers_of(rows: Iterable[AnswerRow]) -> list[schemas.Answer]:
    """With where they stand and what hangs on them; two queries more."""
    rows = list(rows)
    keys = [row.pk for row in rows]
    photos: dict[int, list[schemas.Photo]] = defaultdict(list)
    shown = AnswerPhoto.objects.filter(answer__in=keys).order_by("position", "pk")
    for answer, pk, stage in shown.values_list("answer", "pk", "stage") if rows else ():
        photos[answer].append(schemas.Photo(id=pk, stage=stage))
    published: dict[int, list[str]] = defaultdict(list)
    waiting: set[int] = set()
    parts = Delivery.objects.filter(answer__in=keys).order_by("part")
    for answer, state, hold, url in parts.values_list("answer", "state", "hold", "sent__url") if rows else ():
        published[answer] += [url] if url else []
        waiting |= {answer} if (state, hold) == (Delivery.State.QUEUED, Delivery.Hold.BY_HAND) else set()
    hanging = {pk: {"published": published[pk], "photos": photos[pk]} for pk in keys}
    return [_answer(row, by_hand=row.pk in waiting, **hanging[row.pk]) for row in rows]


def _answer(row: AnswerRow, **more: Any) -> schemas.Answer:
    names = ("version", "kind", "state", "text", "direct", "promised_on", "ground_words", "ground_on", "remark")
    moments = ("created_at", "changed_at", "submitted_at", "decided_at", "publish_at")
    return schemas.Answer(
        **{name: getattr(row, name) for name in (*names, *moments)},
        id=row.pk,
        card=row.incident_id,
        message=row.reply_to_id,
        message_version=row.reply_to.revision,
        copy_of=row.copy_of_id,
        outcome=row.outcome or None,
        ground=row.ground or None,
        acts=[schemas.Act(id=act.pk, name=act.name, size=act.size) for act in brought(row)],
        **more,
    )


def first_entry_since(moment: datetime) -> int:
    """The journal's entry from which on everything happened later; a minute of doubt is read once more."""
    later = Entry.objects.filter(when.since(moment - timedelta(minutes=1))).order_by("pk")
    entry_pk = later.values_list("pk", flat=True).first()
    return (
        entry_pk
        if entry_pk is not None
        else (Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    )
