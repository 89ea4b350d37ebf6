"""The step of an Answer: an approved answer becomes a delivery, in the voice of the agency, held for the undo time.

One that is too long for its network becomes as many deliveries as it has parts; each waits for the one before it.
"""

import secrets
from datetime import datetime
from typing import Any

from otklik.answers.copies import match_photos
from otklik.answers.drafts import undo_until
from otklik.answers.fitting import obstacles
from otklik.answers.models import ASKING, Answer
from otklik.answers.parts import Step, plan
from otklik.answers.voices import COPIED
from otklik.incidents.models import State
from otklik.incidents.workflow import record
from otklik.lib.due import finish
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.publishing.hold import hold_back, unsaid
from otklik.publishing.models import Delivery
from otklik.publishing.restored import epoch_of
from otklik.publishing.voices import NO_VOICE, VOICE_AGAIN, voice_for

ACTOR = "machine:publishing"
D = Delivery.State
_FRESH: dict[str, Any] = {"seen": None, "looked": 0, "rereads": 0, "claims": 0, "asked": None, "asked_of": ""}
CAUGHT_UP = (
    *("text", "kind", "outcome", "promised_on", "decided_at", "decided_by", "corrected_by", "version"),
    *("steps", "policy", "publish_at"),
)


def prepare(answers: list[Answer], now: datetime) -> None:
    """All of it in the loop's one transaction. Safe to repeat: one delivery a part."""
    for answer in answers:
        # A copy goes its own way: the card may have been answered, or have come back, before its turn.
        aside = answer.kind in ASKING or answer.copy_of_id is not None
        wanted = aside or answer.incident.state == State.PUBLISHING
        if answer.state == Answer.State.APPROVED and wanted:
            _prepare(answer, now)
        finish(answer)


def _prepare(answer: Answer, now: datetime) -> None:
    if answer.copy_of is not None and not _catch_up(answer, answer.copy_of):
        return
    account = voice_for(answer)
    against: list[str] = obstacles(answer.reply_to, True, now) if account else [NO_VOICE]
    first = _queue(answer, account, against, now)
    _overtake(answer)
    payload = {"answer": answer.pk, "delivery": first.pk, "account": account.pk if account else 0}
    payload |= {"parts": first.parts} if first.parts > 1 else {}
    record(answer.incident, "queue", at=now, actor=ACTOR, subject=f"delivery:{first.pk}", data=payload)


def _queue(answer: Answer, account: Account | None, against: list[str], now: datetime) -> Delivery:
    """The first of the answer's deliveries. Where one is on its way or stands there already, all stay as they are."""
    there = {delivery.part: delivery for delivery in Delivery.objects.filter(answer=answer)}
    if any(delivery.state not in (D.RECALLED, D.REFUSED) for delivery in there.values()):
        return there[1]
    common: dict[str, Any] = {
        "account": account,
        "words": against[0] if against else "",
        "cause": cause_of(answer, account),
        "direct": answer.direct,
    }
    steps = steps_of(answer)
    common["epoch"] = epoch_of(answer.reply_to, now)
    for part, step in enumerate(steps, 1):
        wanted = {**common, **turn_of(part, answer, account, against, now)}
        wanted |= {"text": step.text, "photos": step.photos, "part": part, "parts": len(steps), "key": new_key()}
        if part in there:
            # Taken back or refused, and approved once more: a new text, so a new key and a new look at what stands.
            again = Delivery.objects.filter(pk=there[part].pk, state__in=(D.RECALLED, D.REFUSED))
            again.update(**wanted, state=D.QUEUED, set_aside_at=None, error="", **_FRESH)
        else:
            Delivery.objects.create(answer=answer, message=answer.reply_to, created_at=now, **wanted)
    # Nothing of what has fewer parts now was ever tried: a part is when the one before it stands.
    Delivery.objects.filter(answer=answer, part__gt=len(steps)).delete()
    return Delivery.objects.get(answer=answer, part=1)


def turn_of(part: int, answer: Answer, account: Account | None, against: list[str], now: datetime) -> dict[str, Any]:
    """When it is due, and what holds it until then."""
    if part > 1:
        return {"hold": Delivery.Hold.TURN, "words": "", "cause": "", "due_at": None}
    if account is None:
        return {"hold": Delivery.Hold.BY_HAND, "due_at": now + VOICE_AGAIN}
    if against:
        return {"hold": Delivery.Hold.BY_HAND, "due_at": None}
    return {"hold": _hold(answer, now), "due_at": max(undo_until(answer) or now, answer.publish_at or now, now)}


def steps_of(answer: Answer) -> tuple[Step, ...]:
    """In which calls the answer is said. What is too long even so goes as it is: a network that we do not know may
    take it, and any other says so."""
    network = NETWORKS.get(answer.reply_to.network)
    photos = answer.photos.count()
    steps = plan(answer.text, network.limits, direct=answer.direct, photos=photos) if network else ()
    return steps or (Step(answer.text, photos=True),)


def _hold(answer: Answer, now: datetime) -> str:
    moment = answer.publish_at
    return Delivery.Hold.MOMENT if moment is not None and moment > now else Delivery.Hold.UNDO


def cause_of(answer: Answer, account: Account | None) -> str:
    """Why a person must publish it by hand, as far as it is known beforehand: nobody can speak, or nobody may there."""
    if account is None:
        return Delivery.Cause.VOICE
    return Delivery.Cause.CLOSED if answer.reply_to.closed else Delivery.Cause.OTHER


def _catch_up(copy: Answer, main: Answer) -> bool:
    """A copy that has not left says what its answer says now. False for one that has left, or may have."""
    mine = Delivery.objects.filter(answer=copy)
    if not mine.exclude(lease="").exists():
        hold_back(unsaid(mine))
    if mine.exclude(state__in=(D.RECALLED, D.REFUSED)).exists():
        return False
    if mine.exists():
        for column in CAUGHT_UP:
            setattr(copy, column, getattr(main, column))
        copy.save(update_fields=CAUGHT_UP)
        match_photos(copy, main)
    return True


def _overtake(answer: Answer) -> None:
    """A copy of an earlier answer to the same author that has not left must not be said after this one."""
    if answer.kind not in COPIED:
        return
    copies = Answer.objects.filter(
        incident=answer.incident_id,
        copy_of__isnull=False,
        pk__lt=answer.pk,
        state=Answer.State.APPROVED,
        reply_to__author=answer.reply_to.author_id,
    ).exclude(copy_of=answer.copy_of_id or answer.pk)
    earlier = Delivery.objects.filter(answer__in=list(copies.values_list("pk", flat=True)))
    if hold_back(unsaid(earlier)):
        gone = list(earlier.filter(part=1, state=D.RECALLED).values_list("answer_id", flat=True))
        Answer.objects.filter(pk__in=gone).update(state=Answer.State.WITHDRAWN)


def new_key() -> str:
    """An idempotency key that no other delivery has."""
    return secrets.token_hex(16)
