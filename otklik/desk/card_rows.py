"""The rows of what was found, each with the piece of text in which the words stand: three queries for any size."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import CharField, F, QuerySet, Value
from django.utils.translation import gettext as _

from otklik.answers.models import Answer
from otklik.finding.fragment import Fragment, fragment
from otklik.finding.links import is_link
from otklik.finding.words import Wanted, asked
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, IncidentMessage, Note
from otklik.lib.kept import Kept, in_place, keep, stand_ins
from otklik.places.models import Place

MOST_TEXTS = 300


class Text(NamedTuple):
    """Something that is said on a card; `kind` tells where."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """`part` says where the fragment stands; "" for the message the card was opened for."""

    incident: Incident
    message: Message
    part: str
    fragment: Fragment


def rows_of(ids: Sequence[int], words: str) -> list[Row]:
    """In the order of `ids`. The caller has checked that they may be seen."""
    if not ids:
        return []
    wanted = [] if is_link(words) else asked(words)
    more = _texts(ids) if wanted else {}
    links = {link.incident_id: link for link in _links(ids)}
    return [_row(links[pk], more.get(pk, []), wanted) for pk in ids if pk in links]


def _links(ids: Sequence[int]) -> QuerySet[IncidentMessage]:
    links = IncidentMessage.objects.filter(incident_id__in=ids, main=True)
    return links.select_related("message__author", "message__source", "incident__theme", "incident__place__parent")


def _texts(ids: Sequence[int]) -> dict[int, list[Text]]:
    """What else is said on these cards, in the order in which it is looked through."""
    texts_by_card: defaultdict[int, list[Text]] = defaultdict(list)
    others = IncidentMessage.objects.filter(incident_id__in=ids, main=False).order_by("-message_id")
    for pk, text, own in others.values_list("incident_id", "message__text", "message__own")[:MOST_TEXTS]:
        texts_by_card[pk].append(Text(Answer.State.APPROVED if own else "message", text))
    for pk, part, text in _texts_question(connection.vendor, len(ids)).ask(in_place(ids)):
        texts_by_card[pk].append(Text(part, text))
    return texts_by_card


@lru_cache(maxsize=60)
def _texts_question(_vendor: str, number: int) -> Kept:
    """Answers, notes and tags of so many cards."""
    ids = stand_ins(number)
    answers = (
        Answer.objects.filter(incident_id__in=ids)
        .order_by()
        .annotate(words=F("text"), card=F("incident_id"), part=F("state"))
    )
    notes = (
        Note.objects.filter(incident_id__in=ids)
        .order_by()
        .annotate(words=F("text"), card=F("incident_id"), part=Value("note", CharField()))
    )
    tags = (
        Incident.tags.through.objects.filter(incident_id__in=ids)
        .order_by()
        .annotate(words=F("tag__name"), card=F("incident_id"), part=Value("tag", CharField()))
    )
    columns = ("card", "part", "words")
    return keep(answers.values_list(*columns).union(notes.values_list(*columns), tags.values_list(*columns), all=True))


def _row(link: Any, more: Sequence[Text], wanted: Sequence[Wanted]) -> Row:
    """The text that has most of the words; the main message where nothing has more."""
    incident, message = link.incident, link.message
    texts = [*more, *_facts(incident, message)]
    part, best = "", fragment(message.text, wanted)
    for text in texts:
        if best.met == len(wanted):
            break
        here = fragment(text.text, wanted)
        if here.met > best.met:
            part, best = part_words(text.kind), here
    return Row(incident, message, part, best)


def _facts(incident: Incident, message: Message) -> list[Text]:
    place = incident.place
    above = place.parent if place else None
    names = [one.name for one in (above, place) if one and one.level != Place.Level.REGION]
    address = ", ".join(part for part in (*names, incident.street, incident.house, incident.place_object) if part)
    source = message.source.title if message.source else ""
    author = " ".join(part for part in (message.author.name, message.author.external_id) if part)
    return [Text("address", address), Text("author", author), Text("source", source)]


def part_words(kind: str) -> str:
    """Where the words were found."""
    return {
        "message": _("ещё одно сообщение"),
        "note": _("заметка"),
        "tag": _("метка"),
        "address": _("адрес"),
        "author": _("житель"),
        "source": _("сообщество"),
        Answer.State.APPROVED: _("ответ"),
        Answer.State.WITHDRAWN: _("отозванный ответ"),
    }.get(kind, _("черновик ответа"))
