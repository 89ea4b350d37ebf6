"""A working week in words: «пн–пт, 08:30–17:30, обед 13:00–14:00»."""

from collections.abc import Iterable
from datetime import time

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.routing.agency_calendars import Days

WEEKDAYS = (
    *(gettext_lazy("пн"), gettext_lazy("вт"), gettext_lazy("ср"), gettext_lazy("чт"), gettext_lazy("пт")),
    *(gettext_lazy("сб"), gettext_lazy("вс")),
)
ZONES = {
    "Europe/Kaliningrad": gettext_lazy("Калининград, МСК−1"),
    "Europe/Moscow": gettext_lazy("Москва, МСК"),
    "Europe/Samara": gettext_lazy("Самара, МСК+1"),
    "Asia/Yekaterinburg": gettext_lazy("Екатеринбург, МСК+2"),
    "Asia/Omsk": gettext_lazy("Омск, МСК+3"),
    "Asia/Krasnoyarsk": gettext_lazy("Красноярск, МСК+4"),
    "Asia/Irkutsk": gettext_lazy("Иркутск, МСК+5"),
    "Asia/Yakutsk": gettext_lazy("Якутск, МСК+6"),
    "Asia/Vladivostok": gettext_lazy("Владивосток, МСК+7"),
    "Asia/Magadan": gettext_lazy("Магадан, МСК+8"),
    "Asia/Kamchatka": gettext_lazy("Камчатка, МСК+9"),
}


def hours_words(opens: time, closes: time) -> str:
    """«08:30–17:30»; a closing at midnight is 24:00."""
    return f"{opens:%H:%M}–{'24:00' if closes == time(0) else f'{closes:%H:%M}'}"


def weekdays_words(weekdays: Iterable[int]) -> str:
    """«пн–пт», «пн, ср, сб–вс»."""
    runs: list[list[int]] = []
    for day in sorted(weekdays):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join("–".join(str(WEEKDAYS[day]) for day in sorted({run[0], run[-1]})) for run in runs)


def days_words(days: Days) -> str:
    """«пн–пт, обед 13:00–14:00, с праздниками России, Москва»; what is usual is not said."""
    lunch = _("обед %s") % f"{days.lunch[0]:%H:%M}–{days.lunch[1]:%H:%M}" if days.lunch else _("без обеда")
    feasts = _("с праздниками России") if days.holidays else _("праздники рабочие")
    zone = "" if days.zone in ("", settings.TIME_ZONE) else str(ZONES.get(days.zone, days.zone))
    return ", ".join(filter(None, (weekdays_words(days.weekdays), lunch, feasts, zone)))
