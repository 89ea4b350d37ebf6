"""The step of a Letter: it goes by mail or by the bot, and by mail where the bot could not bring it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.utils import translation

from otklik.journal import book
from otklik.lib.due import finish
from otklik.lib.mail import mail
from otklik.lib.outbox import Closed, Later, Post, Unclear, send
from otklik.lib.redact import redact
from otklik.networks.errors import NetworkError, OutcomeUnknown, Permanent, RetryAt
from otklik.notify.alerts import kinds
from otklik.notify.alerts.alarms import BROKEN, alarm
from otklik.notify.alerts.bots import staff_bot
from otklik.notify.alerts.models import Alert, Letter, Talk, Trouble
from otklik.notify.alerts.tell import enclose_all, ways_of
from otklik.notify.alerts.words import Text, text_of

WAITS = 5
LONGEST = timedelta(minutes=15)


def post(letters: list[Letter], now: datetime) -> None:
    """Opens its own transactions."""
    send(letters, LETTERS, now)


def _write(letter: Letter, now: datetime) -> Callable[[], None]:
    statement = "answer__statement_card__statement__problem__theme"
    related = ("incident__theme", "surge__theme", "surge__group", "surge__place", "rating", statement)
    alerts = list(letter.alerts.select_related(*related).order_by("pk"))
    with translation.override(letter.user.language or settings.LANGUAGE_CODE):
        return partial(_hand_over, letter, text_of(alerts, settings.ADDRESS), now)


def _hand_over(letter: Letter, text: Text, now: datetime) -> None:
    CHANNELS[letter.channel](letter, text, now)
    Trouble.objects.filter(channel=letter.channel).delete()


def _by_mail(letter: Letter, text: Text, _now: datetime) -> None:
    mail(letter.user.email, text.subject, text.body)


def _by_bot(letter: Letter, text: Text, now: datetime) -> None:
    mine = Talk.objects.filter(user=letter.user_id)
    talk = mine.filter(broken_at=None).exclude(chat="").first()
    if talk is None:
        raise Closed("Чат с ботом отвязан")
    try:
        staff_bot().say(talk.chat, text.body)
    except RetryAt as later:
        raise Later(str(later), later.after) from None
    except OutcomeUnknown as unclear:
        raise Unclear(str(unclear)) from None
    except Permanent as refusal:
        mine.update(broken_at=now)
        raise Closed(str(refusal)) from None
    except NetworkError as refusal:
        raise Closed(redact(str(refusal)), everybody=True) from None


CHANNELS: Mapping[str, Callable[[Letter, Text, datetime], None]] = {kinds.MAIL: _by_mail, kinds.BOT: _by_bot}


def _waits(letter: Letter, pause: timedelta) -> bool:
    """What is pressing, or has waited often or would wait long, goes the other way; nobody calls before the network
    has said."""
    return not letter.pressing and letter.failures < WAITS and pause <= LONGEST


def _other_way(letter: Letter, closed: Closed, now: datetime) -> None:
    """By mail what the bot could not bring; administrators are told once of a way that is closed for everybody."""
    with book.writing():
        alerts = list(letter.alerts.all())
        replaced = letter.channel == kinds.BOT and kinds.MAIL in ways_of(letter.user)
        if replaced:
            _replace(alerts, letter, now)
        if closed.everybody:
            _in_trouble(letter.channel, str(closed), now)
        finish(letter, columns={"state": Letter.State.REPLACED if replaced else Letter.State.LOST})


def _replace(alerts: list[Alert], letter: Letter, now: datetime) -> None:
    """Not twice by mail: what he has that way already stays so."""
    there = set(Alert.objects.filter(letters__channel=kinds.MAIL, pk__in=[one.pk for one in alerts]).values_list("pk"))
    left = [(one, letter.user, kinds.MAIL) for one in alerts if (one.pk,) not in there]
    enclose_all(left, now, at_once=letter.pressing)


def _in_trouble(channel: str, words: str, now: datetime) -> None:
    defaults = {"since": now, "error": redact(words, 300)}
    _row, fresh = Trouble.objects.get_or_create(channel=channel, defaults=defaults)
    if fresh:
        alarm(BROKEN, f"channel:{channel}", "machine:alerts", now)


LETTERS = Post(_write, _other_way, pause=timedelta(minutes=1), waits=_waits)
