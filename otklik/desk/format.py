"""Values as words and safe markup. No tables here; moments come in aware."""

import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from otklik.lib.address import safe_address
from otklik.networks.registry import NETWORKS, mark_of, title_of
from otklik.reports.lasting import duration as duration
from otklik.reports.lasting import working_duration as working_duration
from otklik.work.translated import translated

_BUBBLE = "message-circle"
_SPRITE = Path(__file__).parent / "static" / "vendor" / "icons.svg"
SOON_SECONDS = 3600
# A share is how often such a suggestion is right: six of ten and more, three of ten and more, and less.
LIKELY, POSSIBLE = 0.6, 0.3


@lru_cache(maxsize=1)
def _drawn() -> frozenset[str]:
    """The icons of the sprite as it was built at set-up; none where that has not happened yet."""
    try:
        return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', _SPRITE.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return frozenset()


def network_icon(kind: str) -> str:
    """The icon's name in the sprite; a speech bubble for a network that has no sign there."""
    named = NETWORKS[kind].icon if kind in NETWORKS else ""
    return named if named in _drawn() else _BUBBLE


def network_word(kind: str) -> str:
    """The network's kind as a part of a CSS class: «other» for what we do not know."""
    return kind if kind in NETWORKS else "other"


def network_title(kind: str) -> str:
    """The name, and what the law wants said beside it: «Instagram (запрещён в России)»."""
    mark = mark_of(kind)
    return f"{translated(title_of(kind))} ({translated(mark)})" if mark else translated(title_of(kind))


def ago(moment: datetime, now: datetime) -> str:
    """«только что», «3 мин назад», «2 ч 10 мин назад», of what has happened: the clock of a network or of another
    machine, which runs ahead of ours, puts nothing into the future."""
    seconds = (now - moment).total_seconds()
    return _("только что") if seconds < 60 else _("%s назад") % duration(seconds)


def short_moment(local: datetime, now: datetime) -> str:
    """«14:05» on the same day, «24 ноя 14:05» in the same year, «24.11.2025 14:05» otherwise. Both in local time."""
    if local.date() == now.date():
        return f"{local:%H:%M}"
    if local.year == now.year:
        return f"{_day(local.date(), pgettext('день и месяц', 'j b'), get_language())} {local:%H:%M}"
    return f"{local:%d.%m.%Y %H:%M}"


def long_moment(local: datetime) -> str:
    """«24 ноября 2026 г. 14:05»."""
    return f"{_day(local.date(), 'DATE_FORMAT', get_language())} {local:%H:%M}"


@lru_cache(maxsize=2_000)
def _day(day: date, shape: str, language: str | None) -> str:
    """Kept, since a list names the same few days a hundred times. `language` is the one that is active.

    Django's short names of months stand in the nominative, and only May shows it.
    """
    words = date_format(day, shape)
    return words.replace("май", "мая") if language == "ru" else words


class ClockWords(NamedTuple):
    """A clock for a person. `tone` is "late", "soon", "" or "met": a colour never stands without the words."""

    words: str
    tone: str
    limit_at: datetime


def clock_words(limit_at: datetime, met_at: datetime | None, day: int, left_seconds: int, now: datetime) -> ClockWords:
    """`left_seconds` is the time to the limit (or since it), always ≥ 0; `day` says how many seconds of working time
    make a day where the clock counts working time, and is 0 where it goes by the calendar."""
    if met_at is not None:
        late = met_at > limit_at
        words = _("ответ дан с опозданием") if late else _("ответ дан в срок")
        return ClockWords(words, "late" if late else "met", limit_at)
    span = working_duration(left_seconds, day) if day else duration(left_seconds)
    if now > limit_at:
        return ClockWords(_("просрочено на %s") % span, "late", limit_at)
    return ClockWords(_("осталось %s") % span, "soon" if left_seconds <= SOON_SECONDS else "", limit_at)


def sure(share: float | None) -> str:
    """How sure the machine is, in a word."""
    if not share:
        return ""
    if share >= LIKELY:
        return pgettext("насколько уверена подсказка", "скорее всего")
    if share >= POSSIBLE:
        return pgettext("насколько уверена подсказка", "возможно")
    return pgettext("насколько уверена подсказка", "не уверена")


def percent(share: float | None) -> int:
    return round(100 * min(max(share or 0, 0), 1))


def link_out(address: str, text: str = "") -> SafeString | str:
    """A link only if the address passes the filter for addresses from outside, else the text alone."""
    safe = safe_address(address or "")
    shown = text or address or ""
    if not safe:
        return shown
    return format_html('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>', safe, shown)


def citizen_text(text: str, limit: int = 600) -> SafeString:
    """Escaped text with its line breaks; what is longer than `limit` characters stands in a <details>."""
    lines = mark_safe(escape(text).replace("\n", "<br>"))  # noqa: S308 escaped one call earlier
    if len(text) <= limit:
        return format_html('<div class="citizen-text">{}</div>', lines)
    return format_html(
        '<details class="citizen-text"><summary><span class="citizen-start">{}…</span> '
        '<span class="link">{}</span></summary>{}</details>',
        text[:limit].rstrip(),
        _("показать целиком"),
        lines,
    )
