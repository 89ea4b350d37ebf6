"""A piece of the file: what of it is new, changed, known; and what its links lead to here. Reads only."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

from otklik.exchange.moving import columns as c
from otklik.exchange.moving.addresses import made_up, profile, standing
from otklik.exchange.moving.building import PLACE_FIELDS, Plan
from otklik.exchange.moving.cells import Clock
from otklik.exchange.moving.keeping import digest_of
from otklik.exchange.moving.matching import Names
from otklik.exchange.moving.models import Imported
from otklik.exchange.moving.oddities import Odd
from otklik.exchange.moving.reading import NamedRow
from otklik.exchange.moving.rows import Row, Skip, read
from otklik.inbox.forgotten import mark
from otklik.inbox.models import Author, Forgotten, Message, Thread
from otklik.incidents.models import Incident, IncidentMessage

M = TypeVar("M", bound=Model)
Key = tuple[str, str]
SAME_MOMENT = timedelta(seconds=1)
MOST_NUMBER = 2**31 - 1


@dataclass(slots=True)
class Remarks:
    """What is odd about one row of the sheet."""

    number: int
    theirs: str
    odd: list[Odd]


@dataclass(slots=True)
class Piece:
    """`keys` are the ids in it, `new` are plans of cards to be, `changed` plans beside what is there; `last` is the
    number of its last row.

    `texts`, `authors` and `threads` are what stands at the addresses of the plans already: ids by (network, address).
    """

    last: int = 0
    rows: int = 0
    keys: set[Key] = field(default_factory=set)
    same: int = 0
    skipped: int = 0
    new: list[Plan] = field(default_factory=list)
    changed: list[tuple[Plan, Imported]] = field(default_factory=list)
    remarks: list[Remarks] = field(default_factory=list)
    texts: dict[Key, tuple[int, str]] = field(default_factory=dict)
    authors: dict[Key, int] = field(default_factory=dict)
    threads: dict[Key, int] = field(default_factory=dict)


def prepare(batch: Sequence[NamedRow], clock: Clock, names: Names, seen: set[Key], run: int) -> Piece:
    """`seen` are the ids that the file has had before; `run` is the import that is under way, 0 for a mere check."""
    piece = Piece(last=batch[-1].number, rows=len(batch))
    read_rows = _read(piece, batch, clock, seen)
    known = _known(read_rows)
    fresh: list[tuple[NamedRow, Row]] = []
    for one, row in read_rows:
        there = known.get((row.cabinet, row.theirs))
        if there is None:
            fresh.append((one, row))
        elif there.run_id == run:
            _skip(piece, one, row.theirs, Odd("id_twice", c.ID, row.theirs))
        elif there.digest == digest_of(one.cells):
            piece.same += 1
        elif there.incident.revision != there.revision:
            _skip(piece, one, row.theirs, Odd("touched", c.ID, row.theirs))
        else:
            piece.changed.append((_plan(piece, one, row, names), there))
    plans = [(one, _plan(piece, one, row, names)) for one, row in _not_ours(piece, fresh)]
    _addressed(piece, _not_forgotten(piece, plans))
    return piece


def _read(piece: Piece, batch: Sequence[NamedRow], clock: Clock, seen: set[Key]) -> list[tuple[NamedRow, Row]]:
    row_pairs = []
    for one in batch:
        try:
            row = read(one.cells, clock)
        except Skip as skip:
            _skip(piece, one, "", skip.odd)
            continue
        key = (row.cabinet, row.theirs)
        if key in seen or key in piece.keys:
            _skip(piece, one, row.theirs, Odd("id_twice", c.ID, row.theirs))
            continue
        piece.keys.add(key)
        row.odd = [*one.odd, *row.odd]
        row_pairs.append((one, row))
    return row_pairs


def _skip(piece: Piece, export_row: NamedRow, theirs: str, odd: Odd) -> None:
    piece.skipped += 1
    piece.remarks.append(Remarks(export_row.number, theirs, [*export_row.odd, odd]))


def _known(rows: Iterable[tuple[NamedRow, Row]]) -> dict[Key, Imported]:
    """By both columns of the index: by the second alone all that was ever imported would be read for each piece."""
    keys = [(row.cabinet, row.theirs) for _export_row, row in rows]
    named = {"cabinet__in": {cabinet for cabinet, _ in keys}, "theirs__in": [theirs for _, theirs in keys]}
    there = Imported.objects.filter(**named).select_related("incident")
    return {(one.cabinet, one.theirs): one for one in there}


def _not_ours(piece: Piece, fresh: list[tuple[NamedRow, Row]]) -> list[tuple[NamedRow, Row]]:
    """Without what this installation itself has told in an export: its own number and its own second."""
    numbers = {int(row.number): row for _one, row in fresh if row.number.isdecimal() and int(row.number) <= MOST_NUMBER}
    own = Incident.objects.filter(number__in=numbers, imported__isnull=True).values_list("number", "created_at")
    made = dict(own) if numbers else {}
    left = []
    for one, row in fresh:
        at = made.get(int(row.number)) if row.number.isdecimal() else None
        if at is not None and abs(at - row.created_at) < SAME_MOMENT:
            _skip(piece, one, row.theirs, Odd("ours_already", c.NUMBER, row.number))
        else:
            left.append((one, row))
    return left


def _plan(piece: Piece, export_row: NamedRow, row: Row, names: Names) -> Plan:
    texts = row.texts
    location = standing(texts[c.POST_URL], texts[c.BLOG_URL])
    if not location.message:
        row.note("address", c.POST_URL)
    who = profile(texts[c.AUTHOR_URL], location.network)
    if who.name:
        row.note("author", c.AUTHOR_URL)
    plan = Plan(row, digest_of(export_row.cells), location, who, made_up(row.cabinet, row.theirs))
    theme = names.theme(texts[c.GROUP], texts[c.THEME])
    agency = names.agency(texts[c.AGENCY], texts[c.EXECUTOR])
    place = names.place(texts[c.REGION], texts[c.MUNICIPALITY], texts[c.SETTLEMENT])
    for lookup, column in ((theme, c.THEME), (agency, c.EXECUTOR if texts[c.EXECUTOR] else c.AGENCY)):
        if lookup.odd:
            row.note(lookup.odd, column)
    if place.odd:
        row.note(place.odd, c.REGION if place.odd == "region" else c.MUNICIPALITY)
    for _name, column, most in PLACE_FIELDS:
        if len(texts[column]) > most:
            row.note("cut", column)
    plan.theme, plan.agency, plan.place = theme.pk, agency.pk, place.pk
    if row.odd:
        piece.remarks.append(Remarks(export_row.number, row.theirs, row.odd))
    return plan


def _not_forgotten(piece: Piece, plans: list[tuple[NamedRow, Plan]]) -> list[tuple[NamedRow, Plan]]:
    """Without what people wrote whom this installation was asked to forget."""
    marks = [mark(plan.standing.network, plan.profile.external_id) for _export_row, plan in plans]
    known = dict(Forgotten.objects.filter(mark__in=set(marks)).values_list("mark", "at"))
    left = []
    for (export_row, plan), whose in zip(plans, marks, strict=True):
        if plan.profile.external_id and whose in known and plan.row.created_at <= known[whose]:
            _leave_out(piece, export_row, plan, Odd("forgotten", c.AUTHOR_URL))
        else:
            left.append((export_row, plan))
    return left


def _leave_out(piece: Piece, export_row: NamedRow, plan: Plan, odd: Odd) -> None:
    """What was remarked of the row is of no use where it does not come in."""
    piece.remarks = [one for one in piece.remarks if one.number != export_row.number]
    _skip(piece, export_row, plan.row.theirs, odd)


def _addressed(piece: Piece, plans: list[tuple[NamedRow, Plan]]) -> None:
    """Two incidents may be about one comment; two texts never stand at one address."""
    keys = {(plan.standing.network, plan.standing.message) for _export_row, plan in plans if plan.standing.message}
    texts = _standing(Message, keys)
    for pk, network, address, text in texts.values_list("pk", "network", "external_id", "text"):
        piece.texts[network, address] = (pk, text)
    carded = _carded(piece)
    spoken: dict[Key, str] = {}
    for export_row, plan in plans:
        key = (plan.standing.network, plan.standing.message)
        if key in carded:
            _leave_out(piece, export_row, plan, Odd("ours_already", c.POST_URL, plan.row.texts[c.POST_URL][:80]))
            continue
        text = plan.row.texts[c.TEXT]
        if key[1] and piece.texts.get(key, (0, spoken.setdefault(key, text)))[1] != text:
            _share(piece, export_row, plan)
        piece.new.append(plan)
    _standing_there(piece)


def _share(piece: Piece, export_row: NamedRow, plan: Plan) -> None:
    before = bool(plan.row.odd)
    plan.row.note("address_shared", c.POST_URL)
    plan.standing = plan.standing._replace(message="", thread="")
    if not before:
        piece.remarks.append(Remarks(export_row.number, plan.row.theirs, plan.row.odd))


def _carded(piece: Piece) -> set[Key]:
    """Addresses of messages that stand on cards of our own."""
    links = IncidentMessage.objects.filter(
        message__in=[pk for pk, _text in piece.texts.values()], incident__imported__isnull=True
    )
    return set(links.values_list("message__network", "message__external_id"))


def _standing_there(piece: Piece) -> None:
    authors = {(plan.standing.network, plan.profile.external_id or plan.made_up) for plan in piece.new}
    threads = {(plan.standing.network, plan.standing.thread or plan.made_up) for plan in piece.new}
    for pk, network, address in _standing(Author, authors).values_list("pk", "network", "external_id"):
        piece.authors[network, address] = pk
    for pk, network, address in _standing(Thread, threads).values_list("pk", "network", "external_id"):
        piece.threads[network, address] = pk


def _standing(model: type[M], keys: Collection[Key]) -> QuerySet[M]:
    """Rows at these addresses, and perhaps a few more: networks and addresses are asked apart."""
    networks, addresses = {network for network, _ in keys}, {address for _, address in keys}
    return model._default_manager.filter(network__in=networks, external_id__in=addresses)
