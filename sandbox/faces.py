"""How people's pages name somebody or some moment: initials on a coloured mark, and times as a person says them.

It reads no state. The moment "now" comes from the caller, so a fixed clock gives the same page twice.
"""

import dataclasses
import datetime
import zlib

from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

TONES = 8  # classes tone-0 ... tone-7 of the style sheet
MINUTE, HOUR = 60, 3600  # seconds


@dataclasses.dataclass(frozen=True)
class Moment:
    """A time for showing. `then` is the text for later, when the page stays open and "minutes ago" has grown old."""

    at: int  # seconds since the epoch
    iso: str
    full: str
    text: str
    then: str


def initials(name: str) -> str:
    """One or two capitals: «Анна Пробная» gives «АП». «?» if the name has no letter or digit."""
    words = ["".join(sign for sign in word if sign.isalnum()) for word in name.split()]
    telling = [word for word in words if len(word) > 1] or [word for word in words if word]  # «Школы и сады» is «ШС»
    return "".join(word[0] for word in telling[:2]).upper()[:2] or "?"


def tone(number: int) -> int:
    """The colour of this person or community: always the same one."""
    return abs(number) % TONES


def tone_of(number: str) -> int:
    """The same of an id as a text, which need not be a number."""
    digits = number.removeprefix("-")
    return tone(
        int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 30 else zlib.crc32(number.encode())
    )


def moment(seconds: int, now: int) -> Moment:
    """A moment in the pages' time zone, as seen at `now` (both in seconds since the epoch)."""
    zone = get_default_timezone()
    local = datetime.datetime.fromtimestamp(seconds, tz=zone)
    today = datetime.datetime.fromtimestamp(now, tz=zone)
    fixed = _calendar(local, today)
    recent = 0 <= now - seconds < HOUR
    return Moment(
        at=seconds,
        iso=local.isoformat(),
        full=date_format(local, "j E Y, H:i"),
        text=_ago((now - seconds) // MINUTE) if recent else fixed,
        then=fixed if recent else "",
    )


def _calendar(local: datetime.datetime, today: datetime.datetime) -> str:
    clock = date_format(local, "H:i")
    days = (today.date() - local.date()).days
    if days == 0:
        return _("сегодня в %(clock)s") % {"clock": clock}
    if days == 1:
        return _("вчера в %(clock)s") % {"clock": clock}
    if local.year == today.year:
        return _("%(day)s в %(clock)s") % {"day": date_format(local, "j E"), "clock": clock}
    return date_format(local, "j E Y")


def _ago(minutes: int) -> str:
    """Russian has three forms; the sandbox carries no catalogue that would choose for us."""
    if minutes == 0:
        return _("только что")
    if minutes % 10 == 1 and minutes != 11:
        return _("%(n)d минуту назад") % {"n": minutes}
    if minutes % 10 in (2, 3, 4) and minutes not in (12, 13, 14):
        return _("%(n)d минуты назад") % {"n": minutes}
    return _("%(n)d минут назад") % {"n": minutes}
