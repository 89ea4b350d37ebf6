"""The step of a Delivery: speak, or find out whether we already spoke. The only place that writes to the world.

The order is the whole point:
1. the comment is read again: the answer is said only under the text that it was approved for (asked.py);
2. our replies that already stand under the message are noted (`seen`);
3. an attempt row is committed, and the delivery is `sending`: from here on the outcome may be unknown;
4. the call;
5. its outcome is committed together with everything that follows from it.
A process that dies between 3 and 5 leaves an attempt without an end: whoever claims the row next looks first.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from otklik.answers.fitting import obstacles
from otklik.incidents import workflow
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.due import LeaseLost, finish, put_off
from otklik.lib.redact import redact
from otklik.lib.sentence import Sentence as _
from otklik.networks import errors
from otklik.networks.access import access_to
from otklik.networks.base import Published
from otklik.networks.fetch import stop
from otklik.networks.legal import allowed, check_read, check_speak
from otklik.networks.models import Account, Source
from otklik.networks.registry import NETWORKS
from otklik.publishing import astray, fate, turns
from otklik.publishing import look as looks
from otklik.publishing.asked import may_still_go
from otklik.publishing.look import Probe, done, is_taken, look_again, nowhere, speech_of
from otklik.publishing.models import Attempt, Delivery
from otklik.publishing.prepare import cause_of, turn_of
from otklik.publishing.restored import current_epoch
from otklik.publishing.voices import NO_VOICE, VOICE_AGAIN, voice_for

C, D = Delivery.Cause, Delivery.State
LONG_WAIT = timedelta(hours=1)
# Holds that end by themselves: the time for «отменить» is over, the account works again, the network is switched on,
# its quota is renewed, what comes before it stands there. The others want a person.
LIFTED = (
    Delivery.Hold.NONE,
    Delivery.Hold.UNDO,
    Delivery.Hold.MOMENT,
    Delivery.Hold.TOKEN,
    Delivery.Hold.LEGAL,
    Delivery.Hold.BUDGET,
    Delivery.Hold.TURN,
)


def send(deliveries: list[Delivery], now: datetime, probe: Probe = nowhere) -> None:
    """Each delivery by itself; `probe` is told the point reached, so that a test can pull the plug at each."""
    for delivery in deliveries:
        _send_one(delivery, now, probe)


def _send_one(delivery: Delivery, now: datetime, probe: Probe) -> None:
    account = delivery.account
    moment = delivery.answer.publish_at
    if delivery.state not in (D.QUEUED, D.SENDING, D.UNKNOWN):
        finish(delivery)
    elif account is None:
        _give_voice(delivery, now)
    elif delivery.state == D.QUEUED and moment is not None and moment > now:
        finish(delivery, moment)  # however it came to be due: nothing is said before its time
    elif account.stopped_at or not account.active:
        _hold(delivery, Delivery.Hold.TOKEN, C.TOKEN, _("Ключ доступа этого аккаунта не действует: обновите его."), now)
    elif why := _forbidden(delivery, now):
        _hold(delivery, Delivery.Hold.LEGAL, C.LEGAL, why, now)
    elif _may_have_spoken(delivery, now):
        looks.look(delivery, account, now, probe)
    elif delivery.hold not in LIFTED or turns.waits_for_a_part(delivery):
        finish(delivery)
    elif turns.waits_for_an_answer(delivery):
        _hold(delivery, Delivery.Hold.TURN, "", "", now, look_again())
    else:
        _speak(delivery, account, probe)


def _give_voice(delivery: Delivery, now: datetime) -> None:
    """Nobody could say it so far. Whoever can by now says it, if it does not stand there in his name already: a person
    was told meanwhile to publish it by hand."""
    answer, voice, network = delivery.answer, voice_for(delivery.answer), delivery.message.network
    if delivery.state != D.QUEUED or turns.waits_for_a_part(delivery):
        finish(delivery)
        return
    if voice is None or voice.stopped_at or not (voice.active and allowed(network).speak):
        _hold(delivery, Delivery.Hold.BY_HAND, C.VOICE, NO_VOICE, now, VOICE_AGAIN)
        return
    against = obstacles(delivery.message, True, now)
    try:
        there = None if against else NETWORKS[network].find(access_to(voice), speech_of(delivery))
    except errors.NetworkError as error:
        put_off(delivery, clock.now() + VOICE_AGAIN, redact(str(error)))
        return
    turn = turn_of(1, answer, voice, against, now)
    held = {"hold": turn["hold"], "cause": cause_of(answer, voice), "words": against[0] if against else ""}
    with workflow.hold(delivery.answer.incident_id):
        parts = Delivery.objects.filter(answer=answer, account=None, state=D.QUEUED)
        if not parts.filter(pk=delivery.pk, key=delivery.key).update(**held):
            finish(delivery)  # taken back meanwhile
            return
        parts.update(account=voice)
        delivery.account = voice
        if isinstance(there, Published) and not is_taken(delivery, there):
            fate.spoken(delivery, there.external_id, there.url, clock.now())
            finish(delivery)
        else:
            finish(delivery, turn["due_at"])


def _forbidden(delivery: Delivery, now: datetime) -> str:
    """Why the law's switch keeps this delivery; "" when it does not. To look for what was said, reading is enough."""
    network = delivery.message.network
    try:
        (check_read if _may_have_spoken(delivery, now) else check_speak)(network)
    except errors.SwitchedOff as off:
        return str(off)
    return ""


def _may_have_spoken(delivery: Delivery, now: datetime) -> bool:
    """An attempt without an end, an outcome that nobody knows, or a row from before a restore."""
    if delivery.epoch_id != current_epoch(now).pk:
        return True
    return delivery.state != D.QUEUED or delivery.attempts.filter(ended_at__isnull=True).exists()


def _speak(delivery: Delivery, account: Account, probe: Probe) -> None:
    network, access = NETWORKS[delivery.message.network], access_to(account)
    speech = speech_of(delivery)
    try:
        if not may_still_go(delivery, clock.now()):
            return
        if delivery.seen is None:
            seen = network.replies(access, speech)
            Delivery.objects.filter(pk=delivery.pk).update(seen=sorted(seen))
            speech = replace(speech, seen=seen)
    except errors.NetworkError as error:
        _not_done(delivery, None, error)
        return
    probe("before the attempt")
    attempt = _begin(delivery)
    if attempt is None:
        finish(delivery)
        return
    probe("attempt committed")
    _must_be_ours(delivery)
    try:
        published = network.publish(access, speech, delivery.key)
    except errors.NetworkError as error:
        probe("answer heard")
        _not_done(delivery, attempt, error)
        return
    probe("answer heard")
    done(delivery, attempt, published, "sent")
    probe("outcome committed")


def _begin(delivery: Delivery) -> Attempt | None:
    """Commit the attempt before the first byte leaves. None when «отменить» came in between.

    Raises LeaseLost when another worker has the row: it must not be spoken twice at once.
    """
    with transaction.atomic():
        mine = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease).exclude(lease="")
        if not mine.exists():
            raise LeaseLost(str(delivery))
        # The key goes with the text: a text that was taken back and approved anew since is not the one we hold here.
        if not mine.filter(state=D.QUEUED, key=delivery.key).update(state=D.SENDING, hold=Delivery.Hold.NONE, cause=""):
            return None
        return Attempt.objects.create(delivery=delivery, key=delivery.key, started_at=clock.now())


def _must_be_ours(delivery: Delivery) -> None:
    """A process that stood still meanwhile wakes when another has taken the row, and perhaps has spoken already.

    Raises LeaseLost. The attempt stays without an end: whoever has the row looks before he speaks.
    """
    if not Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease).exclude(lease="").exists():
        raise LeaseLost(str(delivery))


def _not_done(delivery: Delivery, attempt: Attempt | None, error: errors.NetworkError) -> None:
    """What each class of error means for the delivery."""
    at, words = clock.now(), redact(str(error))
    unknown = isinstance(error, errors.OutcomeUnknown) or _may_be_a_repeat(delivery, error)
    with workflow.hold(delivery.answer.incident_id):
        if attempt is not None:
            Attempt.objects.filter(pk=attempt.pk).update(
                ended_at=None if unknown else at, outcome=type(error).__name__, code=error.code, words=words
            )
        if unknown:
            Delivery.objects.filter(pk=delivery.pk).update(state=D.UNKNOWN, looked=0, words=words)
            put_off(delivery, at, words)
        elif isinstance(error, errors.RetryAt):
            # A wait of minutes is nothing to tell of; a quota that is used up for hours is.
            spent = error.cause == errors.Cause.BUDGET and error.after >= LONG_WAIT
            hold = Delivery.Hold.BUDGET if spent else Delivery.Hold.NONE
            Delivery.objects.filter(pk=delivery.pk).update(state=D.QUEUED, hold=hold, cause=error.cause, words=words)
            put_off(delivery, at + error.after, words)
        elif isinstance(error, errors.Permanent):
            _refused(delivery, error, words, at)
        else:
            _held(delivery, error, words, at)


def _refused(delivery: Delivery, error: errors.Permanent, words: str, at: datetime) -> None:
    if error.cause == errors.Cause.GONE and delivery.message.source_id is not None:
        astray.gone(delivery, _("Сеть отказала: %(words)s") % {"words": words}, at)
    elif _is_guest(delivery):
        # Somebody else's house: they let nobody in from outside, but the agency may have a person there.
        fields = {
            "hold": Delivery.Hold.BY_HAND,
            "cause": error.cause,
            "words": _("Сеть отказала: %(words)s") % {"words": words},
        }
        Delivery.objects.filter(pk=delivery.pk).update(state=D.QUEUED, **fields)
    else:
        fate.refused(Incident.objects.get(answers=delivery.answer_id), delivery, words, at, error.cause)
    finish(delivery)


def _held(delivery: Delivery, error: errors.NetworkError, words: str, at: datetime) -> None:
    lost = isinstance(error, errors.AuthLost)
    if lost and delivery.account is not None:
        stop(delivery.account, words, at)
    hold = Delivery.Hold.TOKEN if lost else Delivery.Hold.PERSON
    Delivery.objects.filter(pk=delivery.pk).update(state=D.QUEUED, hold=hold, cause=error.cause, words=words)
    finish(delivery, at + timedelta(minutes=5) if lost else None)


def _is_guest(delivery: Delivery) -> bool:
    """In a community that is not ours, or where no reading of ours reaches: a person has brought the text by hand."""
    source = delivery.message.source
    return not delivery.direct and (source is None or source.kind == Source.Kind.FOREIGN)


def _may_be_a_repeat(delivery: Delivery, error: errors.NetworkError) -> bool:
    """A network may refuse a key that it has seen already: the refusal of a repeat says nothing of the first try.

    After three attempts it is believed.
    """
    return isinstance(error, errors.Permanent) and 1 < delivery.attempts.filter(key=delivery.key).count() <= 3


def _hold(
    delivery: Delivery, hold: str, cause: str, words: str, now: datetime, time: timedelta = timedelta(minutes=1)
) -> None:
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(hold=hold, cause=cause, words=words)
        finish(delivery, now + time)
