"""What an approval is bound to: this version of the text, for the comment as it stood before the approver's eyes."""

from functools import cache
from typing import Any

from django.db import connection

from otklik.inbox.models import Message
from otklik.inbox.standing import KINDS, mark, standing
from otklik.lib.kept import STAND_IN, KeptRows, keep_rows
from otklik.lib.sentence import Sentence as _


def bound_to(message: Message, version: int) -> dict[str, Any]:
    """For `Answer.asked`, of a message as it stands now."""
    stood = standing(message)
    return {**stood, "mark": mark(stood), "version": version}


def asked_now(message_pk: int, seen: int | None) -> tuple[Message, str]:
    """The message as it stands, and why an answer to it may not be approved, in a Russian sentence; "" if it may.

    `seen` is the revision that the approver had before him, None where nobody tells.
    """
    (message,) = _message(connection.vendor).ask({STAND_IN: message_pk})
    if message.deleted_at:
        return message, _("Житель удалил комментарий, отвечать не на что: верните ответ, дальше решит оператор.")
    if seen is not None and message.revision != seen:
        return message, _("Пока вы читали, житель изменил комментарий. Откройте ответ заново и решите ещё раз.")
    return message, ""


@cache
def _message(vendor: str) -> KeptRows[Message]:
    return keep_rows(Message.objects.filter(pk=STAND_IN).select_related("thread").annotate(**KINDS))
