"""An answer whose comment is not there any more, or is another one by now. All inside `book.writing()`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from otklik.answers.models import Answer
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import move, record
from otklik.lib.sentence import Sentence as _
from otklik.publishing.copies import hold_copy, recall_copies
from otklik.publishing.models import Delivery
from otklik.publishing.turns import drop_following

ACTOR = "machine:publishing"
AUTHOR_DELETED = _("Житель удалил комментарий: ответ не опубликован. Решите, закрыть карточку или ответить иначе.")
AUTHOR_CHANGED = _("После согласования житель изменил комментарий: ответ не опубликован.")
IN_DOUBT_GONE = _("Житель удалил комментарий, а дошёл ли ответ раньше, неизвестно: посмотрите в обсуждении.")
IN_DOUBT_CHANGED = _("Житель изменил комментарий, а дошёл ли ответ раньше, неизвестно: посмотрите в обсуждении.")
PART_DELETED = _("Житель удалил комментарий, а часть ответа уже сказана: решите, публиковать ли остальное.")
PART_CHANGED = _("Житель изменил комментарий, а часть ответа уже сказана: решите, публиковать ли остальное.")
C, D, H = Delivery.Cause, Delivery.State, Delivery.Hold


def gone(delivery: Delivery, words: str, at: datetime, actor: str = ACTOR) -> None:
    """The author has deleted what is answered: nothing is published, and the operator decides what becomes of the card.

    A copy waits for a person, and the card goes on; so does what follows a part that stands there already.
    """
    incident = Incident.objects.get(answers=delivery.answer_id)
    if delivery.part > 1:
        reason = PART_DELETED if words == AUTHOR_DELETED else words
        hold_copy("gone_part", incident, delivery, C.GONE, reason, at, actor)
        return
    if delivery.answer.copy_of_id is not None:
        hold_copy("gone_copy", incident, delivery, C.GONE, words, at, actor)
        return
    Delivery.objects.filter(pk=delivery.pk).update(state=D.REFUSED, hold=H.NONE, cause=C.GONE, words=words)
    drop_following(delivery)
    _back(delivery, incident, "gone", words, at, actor)


def overtaken(delivery: Delivery, changed: Sequence[str], at: datetime, actor: str = ACTOR) -> None:
    """The comment is not the one that the answer was approved for: the approver reads both and decides again.

    `changed` as in inbox.standing.differences. A copy waits for a person, and the card goes on; so does what follows a
    part that stands there already.
    """
    answer = Answer.objects.select_related("incident").get(pk=delivery.answer_id)
    incident = answer.incident
    if delivery.part > 1:
        hold_copy("overtaken_part", incident, delivery, C.CHANGED, PART_CHANGED, at, actor)
        return
    if answer.copy_of_id is not None:
        hold_copy("overtaken_copy", incident, delivery, C.CHANGED, AUTHOR_CHANGED, at, actor)
        return
    columns = {"state": D.RECALLED, "hold": H.NONE, "due_at": None, "cause": C.CHANGED, "words": AUTHOR_CHANGED}
    Delivery.objects.filter(pk=delivery.pk).update(**columns)
    drop_following(delivery)
    if incident.state != State.PUBLISHING:
        _back(delivery, incident, "overtaken", AUTHOR_CHANGED, at, actor)
        return
    Answer.objects.filter(pk=answer.pk).update(
        state=Answer.State.APPROVAL,
        decided_by=None,
        decided_at=None,
        due_at=None,
        asked={**(answer.asked or {}), "changed": list(changed)},
    )
    left = recall_copies(answer)
    entry_data: dict[str, Any] = {"answer": answer.pk, "delivery": delivery.pk, "changed": list(changed)}
    entry_data |= {"left": left} if left else {}
    move(incident, "overtaken", at=at, actor=actor, subject=f"delivery:{delivery.pk}", data=entry_data)


def _back(delivery: Delivery, incident: Incident, verb: str, words: str, at: datetime, actor: str) -> None:
    """The answer to whoever wrote it, the card to work; a card that has gone on stays where it is."""
    Answer.objects.filter(pk=delivery.answer_id).update(state=Answer.State.RETURNED, remark=words)
    entry_data = {"delivery": delivery.pk, "answer": delivery.answer_id}
    subject = f"delivery:{delivery.pk}"
    if incident.state == State.PUBLISHING:
        move(incident, verb, at=at, actor=actor, subject=subject, data=entry_data)
    else:
        record(incident, f"{verb}_aside", at=at, actor=actor, subject=subject, data=entry_data)
