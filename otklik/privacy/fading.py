"""Authors whom nobody has to answer any more: the name goes, the matter stays.

Their texts stay without what names people in them; so does what we answered, without their name. This is the clock's
forgetting; who asks for it is forgotten whole (forget.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from otklik.answers.models import Answer
from otklik.inbox.forgotten import mark
from otklik.inbox.models import Author, Edition, Forgotten, Message, Thread
from otklik.incidents.models import IncidentMessage, State
from otklik.privacy import words
from otklik.privacy.parts import each, imported, off_the_map, settle_author, without_why
from otklik.privacy.trace import Trace, trace
from otklik.publishing.models import Delivery
from otklik.routing.hiding import hide
from otklik.triage.models import Verdict


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
        found = trace(author, now)
        words.near(found, now, write=True)
        _soften(found, now)
        threads = Thread.objects.filter(pk__in=found.threads, messages__place=Message.Place.DIRECT).distinct()
        if threads:
            # Under a new address an old dialogue that is read once more would look like a new one.
            known = mark(author.network, author.external_id)
            Forgotten.objects.update_or_create(mark=known, defaults={"at": now})
            off_the_map(list(threads), found, now)
        settle_author(found, now)


def _soften(found: Trace, now: datetime) -> None:
    """His own texts, and every copy of them, without names, phones, flats and links."""
    name = found.author.name
    each(lambda row: {"kept": _without_names(row.kept, name)})(list(imported(found)), found, now)
    for message in Message.objects.filter(pk__in=found.messages):
        with transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**words.columns_of(hide(message.text, name)))
            for edition in Edition.objects.filter(message=message):
                Edition.objects.filter(pk=edition.pk).update(text=hide(edition.text, name))
            each(without_why)(list(Verdict.objects.filter(message=message)), found, now)
            for model, way in ((Answer, "reply_to"), (Delivery, "message")):
                for row in model._default_manager.filter(**{way: message, "asked__isnull": False}):
                    asked = row.asked or {}
                    told = {**asked, "text": hide(str(asked.get("text", "")), name)}
                    model._default_manager.filter(pk=row.pk).update(asked=told)


def _without_names(kept: Any, name: str) -> Any:
    """Cells of an import, in whatever shape; an address and a number stay whole, since nobody is named in them."""
    if isinstance(kept, dict):
        return {key: _without_names(value, name) for key, value in kept.items()}
    if isinstance(kept, list):
        return [_without_names(value, name) for value in kept]
    plain = isinstance(kept, str) and not kept.startswith("http") and any(map(str.isalpha, kept))
    return hide(kept, name) if plain else kept
