"""The step of a Letter: send it by mail or by the bot.

Unlike an answer to a citizen it needs no look before it is said again: a colleague who reads a line twice is not
harmed. So that no crash sends a storm, the try is committed before the first byte leaves and there are two of them at
the most: a worker that dies on the way costs one letter too many, or the letter goes the other way.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import translation

from otklik.alerts import kinds
from otklik.alerts.alarms import BROKEN, alarm
from otklik.alerts.bots import staff_bot
from otklik.alerts.models import Alert, Letter, Talk, Trouble
from otklik.alerts.tell import enclose_all, ways_of
from otklik.alerts.words import text_of
from otklik.journal import book
from otklik.lib import mail as office
from otklik.lib.due import finish, put_off
from otklik.lib.redact import redact
from otklik.networks.errors import NetworkError, OutcomeUnknown, Permanent, RetryAt

TRIES = 2
WAITS = 5
LONGEST = timedelta(minutes=15)
SHORT = timedelta(minutes=1)


class Unreachable(Exception):
    """This way is closed for this letter. `everybody`: for all others, too; `chat`: this one chat is over."""

    def __init__(self, words: str, everybody: bool = False, chat: bool = False) -> None:
        super().__init__(words)
        self.everybody, self.chat = everybody, chat


class Unclear(Exception):
    """It may have gone."""


def post(letters: list[Letter], now: datetime) -> None:
    """One at a time; opens its own transactions."""
    for letter in letters:
        _post(letter, now)


def _post(letter: Letter, now: datetime) -> None:
    if letter.state != Letter.State.WAITING:
        return finish(letter)
    if letter.tries >= TRIES:
        return _other_way(letter, Unreachable("Не удалось узнать, дошло ли"), now)
    Letter.objects.filter(pk=letter.pk).update(tries=F("tries") + 1, tried_at=now)
    try:
        _send(letter)
    except RetryAt as later:
        return _later(letter, later, now)
    except Unclear as words:
        return put_off(letter, now + SHORT, str(words))
    except Unreachable as closed:
        return _other_way(letter, closed, now)
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=now)
    Trouble.objects.filter(channel=letter.channel).delete()
    return finish(letter)


def _send(letter: Letter) -> None:
    """Raises RetryAt when it certainly did not go, Unclear when it may have, Unreachable when it will not."""
    statement = "answer__statement_card__statement__problem__theme"
    told = ("incident__theme", "surge__theme", "surge__group", "surge__place", "rating", statement)
    user, alerts = letter.user, list(letter.alerts.select_related(*told).order_by("pk"))
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = text_of(alerts, settings.ADDRESS)
    if letter.channel == kinds.MAIL:
        mail(user.email, text.subject, text.body)
    else:
        _say(letter, text.body)


def _say(letter: Letter, words: str) -> None:
    talk = Talk.objects.filter(user=letter.user_id, broken_at=None).exclude(chat="").first()
    if talk is None:
        raise Unreachable("Чат с ботом отвязан")
    try:
        staff_bot().say(talk.chat, words)
    except RetryAt:
        raise
    except OutcomeUnknown as unclear:
        raise Unclear(str(unclear)) from None
    except Permanent as refusal:
        raise Unreachable(str(refusal), chat=True) from None
    except NetworkError as refusal:
        raise Unreachable(redact(str(refusal)), everybody=True) from None


def mail(address: str, subject: str, body: str) -> None:
    """Raises as `_send` does. Also for a letter that nobody here gets, as that with a link for somebody outside."""
    try:
        office.mail(address, subject, body)
    except office.NotSent as refusal:
        raise Unreachable(str(refusal), refusal.everybody) from None
    except office.NotBegun as silent:
        raise RetryAt(str(silent), SHORT) from None
    except office.MayHaveGone as broken:
        raise Unclear(str(broken)) from None


def _later(letter: Letter, told: RetryAt, now: datetime) -> None:
    """It certainly did not go, so the try does not count. What is pressing, or has waited often or would wait long,
    goes the other way; nobody calls before the network has said."""
    if letter.pressing or letter.failures >= WAITS or told.after > LONGEST:
        return _other_way(letter, Unreachable(str(told), everybody=True), now)
    Letter.objects.filter(pk=letter.pk).update(tries=F("tries") - 1)
    return put_off(letter, now + told.after, redact(str(told)))


def _other_way(letter: Letter, closed: Unreachable, now: datetime) -> None:
    """By mail what the bot could not bring; administrators are told once of a way that is closed for everybody."""
    with book.writing():
        alerts = list(letter.alerts.all())
        replaced = letter.channel == kinds.BOT and kinds.MAIL in ways_of(letter.user)
        if replaced:
            _replace(alerts, letter, now)
        state = Letter.State.REPLACED if replaced else Letter.State.LOST
        Letter.objects.filter(pk=letter.pk).update(state=state)
        if closed.chat:
            Talk.objects.filter(user=letter.user_id).update(broken_at=now)
        if closed.everybody:
            _in_trouble(letter.channel, str(closed), now)
        finish(letter)


def _replace(alerts: list[Alert], letter: Letter, now: datetime) -> None:
    """Not twice by mail: what he has that way already stays so."""
    there = set(Alert.objects.filter(letters__channel=kinds.MAIL, pk__in=[one.pk for one in alerts]).values_list("pk"))
    left = [(one, letter.user, kinds.MAIL) for one in alerts if (one.pk,) not in there]
    enclose_all(left, now, at_once=letter.pressing)


def _in_trouble(channel: str, words: str, now: datetime) -> None:
    told = {"since": now, "error": redact(words, 300)}
    _row, fresh = Trouble.objects.get_or_create(channel=channel, defaults=told)
    if fresh:
        alarm(BROKEN, f"channel:{channel}", "machine:alerts", now)
