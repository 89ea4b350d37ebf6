"""Linking somebody's chat with the bot: a one-time code that he writes to it; and parting again.

The code is 50 bits, lives for ten minutes and is kept as a digest. Whoever writes anything else gets no answer, and
nothing that is written to the bot is kept.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.journal import book
from otklik.lib.due import finish
from otklik.networks.errors import NetworkError
from otklik.notify.alerts.bots import Bot, Heard, staff_bot
from otklik.notify.alerts.models import Ear, Talk
from otklik.people.models import User

LIVES = timedelta(minutes=10)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 10
SOON, SELDOM = timedelta(seconds=2), timedelta(minutes=1)
PARTING = frozenset({"/stop", "стоп"})
log = logging.getLogger(__name__)


def new_code(user: User, now: datetime, choice: Callable[[str], str]) -> str:
    """A code for this user; an earlier one is void. The bot listens from now on."""
    code = "".join(choice(LETTERS) for _ in range(LENGTH))
    with book.writing():
        defaults = {"code": _digest(code), "code_until": now + LIVES}
        Talk.objects.update_or_create(user=user, defaults=defaults)
        Ear.objects.get_or_create(network=settings.ALERTS_BOT, defaults={"due_at": now})
        Ear.objects.filter(network=settings.ALERTS_BOT).update(due_at=now, set_aside_at=None, claims=0)
    return code


def part(user: User, now: datetime) -> bool:
    """He wants nothing from the bot any more; whether there was anything to part."""
    with book.writing():
        gone = Talk.objects.filter(user=user).exclude(chat="", code="").delete()[0]
        if gone:
            book.write(at=now, actor=f"user:{user.pk}", verb="alerts.unlink", subject=f"user:{user.pk}")
    return bool(gone)


def hear(ears: list[Ear], now: datetime) -> None:
    """The step of an Ear: looks every two seconds while a code is out, else once a minute for those who part."""
    for ear in ears:
        if ear.network != settings.ALERTS_BOT:
            finish(ear)
            continue
        bot = staff_bot()
        heard, cursor = bot.hear(ear.cursor)
        for one in heard:
            _answer(bot, one, now)
        waiting = Talk.objects.filter(code_until__gt=now).exclude(code="").exists()
        finish(ear, now + (SOON if waiting else SELDOM), {"cursor": cursor})


def _answer(bot: Bot, heard: Heard, now: datetime) -> None:
    word = heard.text.strip()
    if word.lower() in PARTING:
        gone = _left(heard, now)
        reply = _("Больше не пишем. Привязать чат снова можно на странице «Мои оповещения».") if gone else ""
    else:
        # /start CODE is what a link with the code in it sends.
        code = word.removeprefix("/start").replace(" ", "").replace("-", "").upper()
        linked = len(code) == LENGTH and _link(code, heard.chat, now)
        reply = _("Готово: оповещения «Отклика» будут приходить сюда. Отвязать: /stop") if linked else ""
    if reply:
        try:
            bot.say(heard.chat, reply)
        except NetworkError as refusal:  # the page shows that it is done, too
            log.info("the bot could not confirm: %s", type(refusal).__name__)


def _link(code: str, chat: str, now: datetime) -> bool:
    with book.writing():
        mine = Talk.objects.filter(code=_digest(code), code_until__gt=now)
        user = mine.values_list("user", flat=True).first()
        if user is None:
            return False
        # One chat is one person: whoever had it before is told no more there.
        Talk.objects.filter(chat=chat).exclude(user=user).delete()
        mine.update(chat=chat, linked_at=now, broken_at=None, code="", code_until=None)
        book.write(at=now, actor=f"user:{user}", verb="alerts.link", subject=f"user:{user}")
    return True


def _left(heard: Heard, now: datetime) -> bool:
    user = User.objects.filter(talk__chat=heard.chat).first()
    return user is not None and part(user, now)


def _digest(code: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{code}".encode()).hexdigest()
