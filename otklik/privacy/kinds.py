"""The kinds of data that are forgotten by the clock: which rows, for how long, and what is done to them.

Days are settings; 0 is never. A card that runs keeps everything that is on it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from otklik.answers.models import Answer
from otklik.feedback.models import Rating, Unconfirmed
from otklik.inbox.forgotten import mark
from otklik.inbox.models import Author, Edition, Forgotten, Media, Message, Thread
from otklik.incidents.models import IncidentMessage, State
from otklik.journal.models import Look
from otklik.networks.models import RawEvent
from otklik.notify.hooks.models import Call
from otklik.privacy import words
from otklik.privacy.parts import each, imported, off_the_map, settle_author, without_why
from otklik.privacy.trace import Trace, trace
from otklik.publishing.models import Delivery, Sent
from otklik.routing.hiding import hide
from otklik.routing.models import Inquiry
from otklik.triage.models import Verdict

Rows = QuerySet[Any]


# Authors whom nobody has to answer any more: the name goes, the matter stays.
#
# Their texts stay without what names people in them; so does what we answered, without their name. This is the
# clock's forgetting; who asks for it is forgotten whole (forget.py).
def ended_before(moment: datetime, way: str = "") -> Q:
    """Cards that have been over for so long; `way` leads to them."""
    done = Q(**{f"{way}state": State.DONE, f"{way}closed_at__lt": moment})
    return done | Q(**{f"{way}state": State.NOISE, f"{way}started_at__lt": moment})


def forgettable(before: datetime) -> QuerySet[Author]:
    """Whose cards are all over since then, and who has written nothing since."""
    links = IncidentMessage.objects.filter(message__author=OuterRef("pk"))
    running = links.exclude(ended_before(before, "incident__"))
    newer = Message.objects.filter(author=OuterRef("pk"), captured_at__gte=before)
    people = Author.objects.filter(forgotten_at=None, is_community=False, ours=False)
    return people.exclude(Exists(running)).exclude(Exists(newer))


def fade(authors: Sequence[Any], now: datetime) -> None:
    """In short transactions; his name goes last, so that what was cut off is found again."""
    for author in authors:
        person_trace = trace(author, now)
        words.near(person_trace, now, write=True)
        _soften(person_trace, now)
        threads = Thread.objects.filter(pk__in=person_trace.threads, messages__place=Message.Place.DIRECT).distinct()
        if threads:
            # Under a new address an old dialogue that is read once more would look like a new one.
            known = mark(author.network, author.external_id)
            Forgotten.objects.update_or_create(mark=known, defaults={"at": now})
            off_the_map(list(threads), person_trace, now)
        settle_author(person_trace, now)


def _soften(person_trace: Trace, now: datetime) -> None:
    """His own texts, and every copy of them, without names, phones, flats and links."""
    name = person_trace.author.name
    each(lambda row: {"kept": _without_names(row.kept, name)})(list(imported(person_trace)), person_trace, now)
    for message in Message.objects.filter(pk__in=person_trace.messages):
        with transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**words.columns_of(hide(message.text, name)))
            for edition in Edition.objects.filter(message=message):
                Edition.objects.filter(pk=edition.pk).update(text=hide(edition.text, name))
            each(without_why)(list(Verdict.objects.filter(message=message)), person_trace, now)
            for model, way in ((Answer, "reply_to"), (Delivery, "message")):
                for row in model._default_manager.filter(**{way: message, "asked__isnull": False}):
                    asked = row.asked or {}
                    masked_copy = {**asked, "text": hide(str(asked.get("text", "")), name)}
                    model._default_manager.filter(pk=row.pk).update(asked=masked_copy)


def _without_names(kept: Any, name: str) -> Any:
    """Cells of an import, in whatever shape; an address and a number stay whole, since nobody is named in them."""
    if isinstance(kept, dict):
        return {key: _without_names(value, name) for key, value in kept.items()}
    if isinstance(kept, list):
        return [_without_names(value, name) for value in kept]
    plain = isinstance(kept, str) and not kept.startswith("http") and any(map(str.isalpha, kept))
    return hide(kept, name) if plain else kept


@dataclass(frozen=True, slots=True)
class What:
    """`rows` of those that are older than a moment; `do` is done with a piece of them and leaves them out of `rows`."""

    rows: Callable[[datetime], Rows]
    do: Callable[[Sequence[Any], datetime], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`setting` names the variable. `in_order`: rows come in the order of time, so that nobody looks twice at what has
    been done with."""

    code: str
    setting: str
    whats: tuple[What, ...]
    piece: int = 100
    in_order: bool = False

    @property
    def days(self) -> int:
        return int(getattr(settings, self.setting.removeprefix("OTKLIK_")))

    def before(self, now: datetime) -> datetime | None:
        """What is older than this is forgotten; None where nothing is."""
        return now - timedelta(days=self.days) if self.days else None

    def left(self, what: What, before: datetime, upto: int) -> Rows:
        rows = what.rows(before)
        return rows.filter(pk__gt=upto) if self.in_order else rows


def _set(**values: object) -> Callable[[Sequence[Any], datetime], None]:
    def do(piece: Sequence[Any], _now: datetime) -> None:
        if piece:
            type(piece[0])._default_manager.filter(pk__in=[row.pk for row in piece]).update(**values)

    return do


def _remove(piece: Sequence[Any], _now: datetime) -> None:
    if piece:
        type(piece[0])._default_manager.filter(pk__in=[row.pk for row in piece]).delete()


def _pictures(name: str, **also: object) -> Callable[[Sequence[Any], datetime], None]:
    """The row forgets its file first: a file that nobody knows of is found by nobody."""

    def do(piece: Sequence[Any], now: datetime) -> None:
        paths = [getattr(row, name).name for row in piece]
        _set(**{name: "", **also})(piece, now)
        for path in paths:
            default_storage.delete(path)

    return do


def _raws(before: datetime) -> Rows:
    """One that has not been taken in, or waits for a person, stays: nothing is lost before it is understood."""
    return RawEvent.objects.filter(received_at__lt=before, due_at=None).exclude(body=b"").defer("body")


def _without_card(before: datetime) -> Rows:
    links = IncidentMessage.objects.filter(message=OuterRef("pk"))
    heard = Message.objects.filter(captured_at__lt=before, own=False, author__ours=False, forgotten_at=None)
    return heard.exclude(text="").exclude(author__is_community=True).exclude(Exists(links))


def _unread(piece: Sequence[Any], now: datetime) -> None:
    empty = {"text": "", "folded": "", "text_hash": "", "latitude": None, "longitude": None}
    _set(**empty, forgotten_at=now)(piece, now)


def _media(before: datetime) -> Rows:
    running = IncidentMessage.objects.filter(message=OuterRef("message")).exclude(ended_before(before, "incident__"))
    return Media.objects.filter(message__captured_at__lt=before).exclude(file="").exclude(Exists(running))


def _proofs(before: datetime) -> Rows:
    return Sent.objects.filter(ended_before(before, "delivery__answer__incident__")).exclude(proof="")


def _ratings(before: datetime) -> Rows:
    return Rating.objects.filter(ended_before(before, "incident__")).exclude(reason="")


def _votes(before: datetime) -> Rows:
    return Unconfirmed.objects.filter(ended_before(before, "survey__incident__")).exclude(reason="")


def _inquiries(before: datetime) -> Rows:
    inquiries = Inquiry.objects.filter(ended_before(before, "incident__"))
    return inquiries.exclude(text="", words="", reply="", email="")


KINDS: tuple[Kind, ...] = (
    Kind(
        "raw",
        "OTKLIK_KEEP_RAW",
        (What(_raws, _set(body=b"", context={})),),
        in_order=True,
    ),
    Kind(
        "authors",
        "OTKLIK_KEEP_AUTHORS",
        (What(forgettable, fade),),
        piece=5,
    ),
    Kind(
        "media",
        "OTKLIK_KEEP_MEDIA",
        (
            What(_media, _pictures("file", url="", preview="", title="")),
            What(_proofs, _pictures("proof")),
        ),
    ),
    Kind(
        "words",
        "OTKLIK_KEEP_WORDS",
        (
            What(_ratings, _set(reason="")),
            What(_votes, _set(reason="")),
            What(_inquiries, _set(text="", words="", reply="", email="")),
        ),
    ),
    Kind(
        "stream",
        "OTKLIK_KEEP_STREAM",
        (What(_without_card, _unread),),
        in_order=True,
    ),
    Kind(
        "looks",
        "OTKLIK_KEEP_LOOKS",
        (What(lambda before: Look.objects.filter(at__lt=before), _remove),),
        piece=500,
    ),
    Kind(
        "calls",
        "OTKLIK_KEEP_CALLS",
        (What(lambda before: Call.objects.filter(made_at__lt=before), _remove),),
        piece=500,
    ),
)
MOST_COUNTED = 1000


def waiting(upto: Mapping[str, int], now: datetime) -> dict[str, int]:
    """By kind, how many rows are older than they are kept now; one more than MOST_COUNTED stands for more. `upto` as in
    Sweep. One query."""
    counts_by_kind: dict[str, int] = {kind.code: 0 for kind in KINDS}
    asked: list[tuple[str, str, tuple[Any, ...]]] = []
    for kind in KINDS:
        before = kind.before(now)
        for what in kind.whats:
            if before is None:
                continue
            rows = kind.left(what, before, upto.get(kind.code, 0)).order_by().values("pk")[: MOST_COUNTED + 1]
            asked.append((kind.code, *rows.query.sql_with_params()))
    if asked:
        counts = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS counted)" for _code, sql, _values in asked)  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counts}", [value for _code, _sql, values in asked for value in values])
            for (code, *_rest), number in zip(asked, cursor.fetchone(), strict=True):
                counts_by_kind[code] = min(counts_by_kind[code] + number, MOST_COUNTED + 1)
    return counts_by_kind


BY_CODE = {kind.code: kind for kind in KINDS}
