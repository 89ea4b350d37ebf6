"""How much somebody has worked off today: a kind word for an empty queue, and no figure of any report."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.journal import when
from otklik.journal.models import Entry
from otklik.lib.days import begin_of, day_of
from otklik.people.models import User

DECIDED = ("incident.assign", "incident.dismiss")


def worked_today(user: User, now: datetime) -> int:
    """The cards that this user assigned or dismissed since midnight by local time. One query, over one day."""
    midnight = begin_of(day_of(now))
    mine = Entry.objects.filter(when.since(midnight), actor=f"user:{user.pk}", verb__in=DECIDED)
    return mine.order_by().values("incident").distinct().count()


def worked_words(cards: int) -> str:
    """«Разобрано вами сегодня: 15», "" for none."""
    return _("Разобрано вами сегодня: %d") % cards if cards else ""
