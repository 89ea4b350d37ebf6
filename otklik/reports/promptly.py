"""What «quickly» means in this region: within how many hours by the wall a person ought to hear something."""

from datetime import datetime

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from otklik.reports.sets import Yardstick

HOUR = 3600


def yardstick(at: datetime) -> Yardstick:
    """What cards are judged by at this moment."""
    return Yardstick(int(at.timestamp()), settings.QUICK_HOURS * HOUR)


def quickly() -> str:
    """«за 6 ч», in the language that is active."""
    return _("за %(hours)d\u00a0ч") % {"hours": settings.QUICK_HOURS}


QUICKLY = lazy(quickly, str)()
"""The same, for whoever names it before a language is active."""


def quickly_title() -> str:
    """«За 6 ч», as the head of a column."""
    words = quickly()
    return words[:1].upper() + words[1:]


QUICKLY_TITLE = lazy(quickly_title, str)()


def quickly_means() -> str:
    """Which cards such a share is counted from."""
    words = _("По календарю. Считаются отвеченные карточки и те, что ждут уже дольше: %(hours)d\u00a0ч.")
    return words % {"hours": settings.QUICK_HOURS}
