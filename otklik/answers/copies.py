"""A card with many authors has one answer, and each of them gets it under his own words: a copy for each.

A copy is an answer of its own, with its own delivery, key and hold; it never moves the card.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models.fields.files import FieldFile

from otklik.answers.binding import bound_to
from otklik.answers.fitting import against
from otklik.answers.models import Answer, AnswerPhoto
from otklik.inbox.models import Message
from otklik.lib.sentence import Sentence as _
from otklik.people.models import User


def unfit_for_others(answer: Answer, others: Sequence[Message]) -> str:
    """Why this answer may not go out to one of the other authors, under whose messages it would be said, in one Russian
    sentence; "" when it may to all."""
    photos = answer.photos.count() if others else 0
    for message in others:
        direct = message.place == Message.Place.DIRECT
        refused = against(answer.text, message.network, direct=direct, photos=photos)
        if refused:
            return _("Ответ получат и другие жители карточки, а одному из них он так не подойдёт. %(why)s") % {
                "why": refused[0]
            }
    return ""


def copy_out(answer: Answer, others: Sequence[Message], by: User, at: datetime) -> list[Answer]:
    """The copies of an answer that is approved in this same transaction, under these messages, due at once.

    One that was taken back before it left is used again. One that may be on its way with an earlier text is due too:
    publishing knows whether it has left, and says it anew only if not.
    """
    copies = answer.copies.filter(state=Answer.State.APPROVED)
    there = set(copies.values_list("reply_to_id", flat=True)) if copies.update(due_at=at) else set()
    made = [_copy(answer, message, by, at) for message in others if message.pk not in there]
    for copy in made:
        match_photos(copy, answer)
    return made


def match_photos(copy: Answer, answer: Answer) -> None:
    """The copy shows the answer's own files; see `drop_file`."""
    copy.photos.all().delete()
    AnswerPhoto.objects.bulk_create(
        AnswerPhoto(
            answer=copy,
            file=photo.file.name,
            width=photo.width,
            height=photo.height,
            position=photo.position,
            stage=photo.stage,
            digest=photo.digest,
        )
        for photo in answer.photos.all()
    )


def drop_file(file: FieldFile) -> None:
    """Delete a picture's file once no answer shows it any more: copies share theirs with the answer."""
    if file.name and not AnswerPhoto.objects.filter(file=file.name).exists():
        file.delete(save=False)


def _copy(answer: Answer, message: Message, by: User, at: datetime) -> Answer:
    decided = {
        "kind": answer.kind,
        "state": Answer.State.APPROVED,
        "text": answer.text,
        "direct": message.place == Message.Place.DIRECT,
        "outcome": answer.outcome,
        "promised_on": answer.promised_on,
        "agency": answer.agency,
        "submitted_at": answer.submitted_at,
        "changed_at": at,
        "changed_by": answer.changed_by,
        "corrected_by": answer.corrected_by,
        "decided_at": at,
        "decided_by": by,
        "version": answer.version,
        "steps": answer.steps,
        "publish_at": answer.publish_at,
        "policy": answer.policy,
        "asked": bound_to(message, answer.version),
        "due_at": at,
        "set_aside_at": None,
        "claims": 0,
    }
    copy, _made = Answer.objects.update_or_create(
        copy_of=answer,
        reply_to=message,
        defaults=decided,
        create_defaults={**decided, "incident": answer.incident, "author": answer.author, "created_at": at},
    )
    return copy
