"""A reply under our answer: read by rules when it comes, and anew when its author edits or deletes it.

Each reply is one row. Unless it is plain that he is content it stands before a person from that moment on, before
anybody confirms what was read: the same row leads to the lists, and its journal entry to the alerts.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from otklik.feedback.models import Rating
from otklik.feedback.reading import Reading, read
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.journal.models import Entry
from otklik.publishing.models import Sent

ACTOR = "machine:feedback"
READ, READ_AGAIN, DELETED = "reply_read", "reply_read_again", "reply_deleted"
HEARD = ("clarified", "clarified_unassigned", "author_wrote", READ)
ANSWERED = (State.RATING, State.DONE, State.POSTPONED)
"""What he writes then is a word on our answer, an interim one among them."""


def is_known(holders: Iterable[Incident], message: Message) -> bool:
    """Whether one of the cards it stands on has heard it before, as their journals say: then it was edited or deleted
    since."""
    verbs = [f"incident.{verb}" for verb in HEARD]
    cards = [incident.pk for incident in holders]
    entries = Entry.objects.filter(incident__in=cards, verb__in=verbs, data__message=message.pk)
    return message.revision > 1 and entries.exists()


def to_a_part(incident: Incident, message: Message) -> bool:
    """Whether he replies to a part of an answer the rest of which has not left yet."""
    if incident.state != State.PUBLISHING:
        return False
    parts = Sent.objects.filter(delivery__answer__incident=incident, delivery__parts__gt=1)
    return parts.filter(external_id=message.parent_external_id).exists()


def read_reply(incident: Incident, message: Message, at: datetime) -> Rating:
    """The row of a reply, made once. Inside `book.writing()`."""
    reading = read(message.text)
    defaults = {"origin": Rating.Origin.READING, "at": at, "suggested": True, **_read_as(reading)}
    if message.deleted_at is not None:
        defaults |= {"dismissed_at": at, "dealt_at": at, "dealt_how": Rating.Dealt.DELETED}
    elif not reading.is_happy:
        defaults["waits_since"] = at
    rating, fresh = Rating.objects.get_or_create(incident=incident, message=message, defaults=defaults)
    if fresh:
        _tell(rating, READ, at)
    return rating


def read_again(incident: Incident, message: Message, at: datetime) -> None:
    """He has edited or deleted his reply. What stands there now is read; what somebody had confirmed of other words
    waits to be confirmed again. A card that is worked on goes on. Safe to repeat. Inside `book.writing()`."""
    rating = Rating.objects.select_related("incident").filter(incident=incident, message=message).first()
    if rating is None or (rating.waits_since is None and incident.state not in ANSWERED):
        return
    if message.deleted_at is not None:
        _take_off(rating, at)
        return
    reading = read(message.text)
    if rating.dealt_how != Rating.Dealt.DELETED and _says_the_same(message, reading):
        return
    changes: dict[str, Any] = {"suggested": True, "confirmed_by": None, "confirmed_at": None, "dismissed_at": None}
    dealt: dict[str, Any] = {"waits_since": None, "dealt_at": None, "dealt_by": None, "dealt_how": ""}
    if not reading.is_happy:
        dealt["waits_since"] = rating.waits_since or at
    elif rating.waits_since is not None:
        dealt |= {"dealt_at": at, "dealt_how": Rating.Dealt.TAKEN_BACK}
    Rating.objects.filter(pk=rating.pk).update(**_read_as(reading), **changes, **dealt)
    rating.refresh_from_db()
    _tell(rating, READ_AGAIN, at)


def _take_off(rating: Rating, at: datetime) -> None:
    """It leaves the lists and stays on the card. What somebody has confirmed he did say."""
    if rating.dealt_how == Rating.Dealt.DELETED:
        return
    changes: dict[str, Any] = {"dismissed_at": at} if rating.suggested and rating.dismissed_at is None else {}
    if changes or rating.waits_since is not None:
        changes |= {"waits_since": None, "dealt_at": at, "dealt_by": None, "dealt_how": Rating.Dealt.DELETED}
        Rating.objects.filter(pk=rating.pk).update(**changes)
        _tell(rating, DELETED, at)


def _says_the_same(message: Message, reading: Reading) -> bool:
    """A slip of the pen put right changes nothing. Of two texts that cannot be read nobody knows."""
    edition = message.editions.order_by("-pk").first()
    if edition is None or not (reading.mark or reading.solved):
        return False
    before = read(edition.text)
    return (before.mark, before.solved, before.is_happy) == (reading.mark, reading.solved, reading.is_happy)


def _read_as(reading: Reading) -> dict[str, Any]:
    return {"mark": reading.mark, "solved": reading.solved}


def _tell(rating: Rating, verb: str, at: datetime) -> None:
    entry_data = {"rating": rating.pk, "message": rating.message_id, "mark": rating.mark, "solved": rating.solved}
    record(rating.incident, verb, at=at, actor=ACTOR, data=entry_data)
