"""Verbs of a question to somebody outside, or to a second agency: ask, revoke, ask anew, take the one reply.

Whoever has the key answers, so only a digest of it is kept: it is shown once, and what is lost is asked anew. The card
neither moves nor speaks by any of this; a clock of its own says until when the reply is awaited, and the citizen's run
on. A second agency has no key: who of it answers, parts.py says.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Q, QuerySet

from otklik.inbox.models import Media, Message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import hold, record
from otklik.people.models import Agency, User
from otklik.routing.clocks import wait
from otklik.routing.hiding import hide
from otklik.routing.models import Deadline, Inquiry, InquiryPhoto, Norm

SHORTEST, USUAL, LONGEST = 1, 3, 14
"""Days for which a link is good."""
MOST_WAITING = 10
"""Questions of one card that wait at one time."""
MOST_PHOTOS = 5
MOST_SHOWN = 10
ASKED_IN = frozenset({State.NEW, State.ASSIGNED, State.IN_WORK, State.CLARIFYING, State.POSTPONED})
ENDED = frozenset({State.NOISE, State.DONE})
_KEY_BYTES = 24


class Standing(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"  # «не наше»: only an agency says it
    REVOKED = "revoked"
    EXPIRED = "expired"
    OVER = "over"  # the card has ended without it


class Closed(Exception):
    """Nothing was done. `why` is a code: a Standing, or «state», «many», «agency»."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom, what and for how many days. `text`: he sees the citizen's words; `pictures`: these of the citizen's.
    With an `agency` no link is made and no mail goes."""

    name: str
    words: str
    days: int = USUAL
    email: str = ""
    text: bool = True
    pictures: tuple[int, ...] = ()
    agency: Agency | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was just asked, with the key of its link, which nobody can tell again; "" where it has none."""

    inquiry: Inquiry
    key: str


def main_of(incident: Incident) -> Message | None:
    """The message that the card is about, unless it was deleted at its source."""
    about = Message.objects.filter(links__incident=incident, links__main=True, deleted_at__isnull=True)
    return about.select_related("author").first()


def hidden_words(message: Message | None) -> str:
    """What somebody outside would read of it; "" without one."""
    return hide(message.text, message.author.name if message.author else "") if message else ""


def shareable(incident: Incident) -> list[Media]:
    """Our copies of the citizen's pictures on this card, as far as they still stand at their source."""
    standing = Q(message__links__incident=incident, message__own=False, message__deleted_at__isnull=True)
    return list(Media.objects.filter(standing).exclude(file="").order_by("pk").distinct()[:MOST_SHOWN])


def ask(incident: Incident, inquiry_input: Ask, by: User, at: datetime) -> Asked:
    """Raises Closed «state» when the card needs no such question or has left the agency, «many», «agency» when
    the second agency is the card's own or is switched off."""
    with hold(incident.pk):
        now = Incident.objects.get(pk=incident.pk)
        if now.state not in ASKED_IN or now.agency_id != incident.agency_id:
            raise Closed("state")
        if inquiry_input.agency and not _others(now).filter(pk=inquiry_input.agency.pk).exists():
            raise Closed("agency")
        waiting = Inquiry.objects.filter(incident=now, replied_at=None, revoked_at=None, until__gt=at)
        if waiting.count() >= MOST_WAITING:
            raise Closed("many")
        about = main_of(now)
        allowed = {one.pk for one in shareable(now)}
        kept = {
            "message": about,
            "text": hidden_words(about) if inquiry_input.text else "",
            "pictures": [pk for pk in dict.fromkeys(inquiry_input.pictures) if pk in allowed],
        }
        return _ask(now, inquiry_input, kept, by, at)


def others(incident: Incident) -> QuerySet[Agency]:
    """The agencies that can be asked about a part of this card, by name."""
    return _others(incident).order_by("name", "pk")


def _others(incident: Incident) -> QuerySet[Agency]:
    return Agency.objects.filter(active=True).exclude(pk=incident.agency_id or 0)


def _ask(incident: Incident, inquiry_input: Ask, kept: Mapping[str, Any], by: User, at: datetime) -> Asked:
    key = "" if inquiry_input.agency else secrets.token_urlsafe(_KEY_BYTES)
    until = at + timedelta(days=inquiry_input.days)
    inquiry = Inquiry.objects.create(
        incident=incident,
        agency=inquiry_input.agency,
        name=inquiry_input.name,
        email=inquiry_input.email,
        words=inquiry_input.words,
        asked_by=by,
        asked_at=at,
        until=until,
        key=digest(key) if key else None,
        deadline=wait(incident, Norm.Clock.EXTERNAL, at, until),
        **kept,
    )
    data = {"inquiry": inquiry.pk, "days": inquiry_input.days, **of_agency(inquiry)}
    record(incident, verb_of(inquiry, "asked"), at=at, actor=f"user:{by.pk}", words=inquiry_input.words, data=data)
    return Asked(inquiry, key)


def verb_of(inquiry: Inquiry, what: str) -> str:
    """The journal's verb: «part_…» of an agency, «outside_…» of a link."""
    return f"part_{what}" if inquiry.agency_id else f"outside_{what}"


def of_agency(inquiry: Inquiry) -> dict[str, int]:
    """What the journal says of whom was asked."""
    return {"agency": inquiry.agency_id} if inquiry.agency_id else {}


def revoke(inquiry: Inquiry, by: User, at: datetime) -> None:
    """The link works no longer. Raises Closed when it is answered or revoked already."""
    with hold(inquiry.incident_id):
        _revoke(inquiry, by, at)


def _revoke(inquiry: Inquiry, by: User, at: datetime) -> None:
    waiting = Inquiry.objects.filter(pk=inquiry.pk, replied_at=None, revoked_at=None)
    if not waiting.update(revoked_at=at, revoked_by=by):
        inquiry.refresh_from_db()
        raise Closed(standing(inquiry, at))
    _running(inquiry).update(cancelled_at=at, due_at=None)
    data = {"inquiry": inquiry.pk, **of_agency(inquiry)}
    record(inquiry.incident, verb_of(inquiry, "revoked"), at=at, actor=f"user:{by.pk}", data=data)


def renew(inquiry: Inquiry, days: int, by: User, at: datetime) -> Asked:
    """The same question by a new link, for so many days from now; the old link works no longer.

    Raises Closed when it is answered or revoked already, «state» when the card needs none any more.
    """
    with hold(inquiry.incident_id):
        now = Incident.objects.get(pk=inquiry.incident_id)
        if now.state not in ASKED_IN:
            raise Closed("state")
        _revoke(inquiry, by, at)
        question = Ask(inquiry.name, inquiry.words, days, inquiry.email)
        kept = {"message": inquiry.message, "text": inquiry.text, "pictures": inquiry.pictures}
        return _ask(now, question, kept, by, at)


def find(key: str) -> Inquiry | None:
    """The question behind a link, whatever has become of it; None for a key that never was."""
    inquiries = Inquiry.objects.select_related("incident", "message", "deadline", "asked_by")
    return inquiries.filter(key=digest(key)).first()


def digest(key: str) -> str:
    """What is kept of a key. It is as long as a random number of 192 bits: no salt and no slow hash is needed."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def standing(inquiry: Inquiry, at: datetime) -> Standing:
    """What a link is good for now."""
    if inquiry.replied_at:
        return Standing.REFUSED if inquiry.refused else Standing.ANSWERED
    if inquiry.revoked_at:
        return Standing.REVOKED
    stopped = inquiry.deadline is not None and inquiry.deadline.cancelled_at is not None
    if stopped or inquiry.incident.state in ENDED:
        return Standing.OVER
    return Standing.OPEN if at < inquiry.until else Standing.EXPIRED


def shown_text(inquiry: Inquiry) -> str:
    """What he sees of the citizen's words; nothing once the author has deleted them."""
    return "" if inquiry.message is None or inquiry.message.deleted_at else inquiry.text


def shown_pictures(inquiry: Inquiry) -> list[Media]:
    """The pictures that he sees, as far as they still stand on the card and at their source."""
    return [one for one in shareable(inquiry.incident) if one.pk in inquiry.pictures] if inquiry.pictures else []


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said once: words, the day by which it will be done, washed photos; or `refused`, a reason's code."""

    words: str
    done_on: date | None = None
    photos: Sequence[bytes] = ()
    refused: str = ""


def reply(inquiry: Inquiry, words: str, done_on: date | None, photos: Sequence[bytes], at: datetime) -> None:
    """Keep the one reply with its washed photos. Raises Closed when the link is good for nothing any more."""
    take(inquiry, Reply(words, done_on, photos), None, at)


def take(inquiry: Inquiry, reply_input: Reply, by: User | None, at: datetime) -> None:
    """Keep what is said to the question, once: by somebody of the agency, or by whoever has the link. Raises Closed."""
    with hold(inquiry.incident_id):
        now = Inquiry.objects.select_related("incident", "deadline").get(pk=inquiry.pk)
        state = standing(now, at)
        if state != Standing.OPEN:
            raise Closed(state)
        waiting = Inquiry.objects.filter(pk=now.pk, replied_at=None, revoked_at=None, until__gt=at)
        kept = {
            "reply": reply_input.words,
            "done_on": reply_input.done_on,
            "refused": reply_input.refused,
            "replied_by": by,
        }
        if not waiting.update(replied_at=at, **kept):
            raise Closed(Standing.ANSWERED)
        for number, content in enumerate(reply_input.photos[:MOST_PHOTOS]):
            file = ContentFile(content, name=f"{secrets.token_hex(12)}.jpg")
            InquiryPhoto.objects.create(inquiry=now, file=file, position=number)
        _running(now).update(met_at=at, due_at=None)
        _tell(now, reply_input, by, at)


def _tell(inquiry: Inquiry, reply_input: Reply, by: User | None, at: datetime) -> None:
    data = {
        "inquiry": inquiry.pk,
        "asker": inquiry.asked_by_id,
        "photos": len(reply_input.photos),
        **of_agency(inquiry),
    }
    verb = verb_of(inquiry, "refused" if reply_input.refused else "replied")
    actor = f"user:{by.pk}" if by else f"outside:{inquiry.pk}"
    words = reply_input.words if reply_input.refused else ""
    record(inquiry.incident, verb, at=at, actor=actor, reason=reply_input.refused, words=words, data=data)


def _running(inquiry: Inquiry) -> QuerySet[Deadline]:
    return Deadline.objects.filter(inquiry=inquiry, met_at=None, cancelled_at=None)
