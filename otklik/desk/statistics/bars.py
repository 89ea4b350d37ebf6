"""The days of the figures: what the browser draws, and the same numbers as a table. Each leads to its cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.behind.links import Figure, Narrowed, Opener, days
from otklik.desk.statistics.ask import Asked
from otklik.reports.fold import Bucket
from otklik.reports.promptly import QUICKLY
from otklik.reports.sets import What

PARTS: Mapping[str, tuple[Any, What]] = {
    "quick": (QUICKLY, What.QUICK),
    "within_day": (gettext_lazy("за сутки"), What.SAME_DAY),
    "later": (gettext_lazy("позже"), What.LATER),
    "waiting": (gettext_lazy("ждут ответа"), What.WAITING),
    "closed": (gettext_lazy("закрыты без ответа"), What.CLOSED),
    "noise": (gettext_lazy("не инцидент"), What.NOISE),
}
"""What a bar is made of, from below: its name, and the cards of it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, or a week: `parts` in the order of PARTS, `answered` all that were; `median` in seconds."""

    day: date
    parts: Sequence[Figure]
    answered: Figure
    median: int | None


def bars(series: Sequence[Bucket], asked: Asked) -> list[Bar]:
    """`series` is of the period that is asked for."""
    ends = [*(bucket.day - timedelta(days=1) for bucket in series[1:]), asked.period.last]
    opener = Opener(asked)
    return [_bar(bucket, opener.along(days(bucket.day, last))) for bucket, last in zip(series, ends, strict=True)]


def _bar(bucket: Bucket, line: Narrowed) -> Bar:
    parts = [line.figure(what, getattr(bucket, name)) for name, (_title, what) in PARTS.items()]
    answers = bucket.quick + bucket.within_day + bucket.later
    return Bar(bucket.day, parts, line.figure(What.ANSWERED, answers), bucket.median)


def charts(series: Sequence[Bucket], drawn: Sequence[Bar], by_weeks: bool) -> dict[str, Any]:
    """What the browser draws from: names, days, plain numbers and where their cards are; the words are already in the
    reader's language."""
    return {
        "days": [_day(bucket.day) for bucket in series],
        "titles": [(_("неделя с %s") if by_weeks else "%s") % _day(bucket.day) for bucket in series],
        "parts": [
            {
                "key": key,
                "name": str(name),
                "values": [getattr(bucket, key) for bucket in series],
                "opens": [bar.parts[at].address for bar in drawn],
            }
            for at, (key, (name, _what)) in enumerate(PARTS.items())
        ],
        "medians": [None if bucket.median is None else round(bucket.median / 3600, 1) for bucket in series],
        "answers": [bucket.quick + bucket.within_day + bucket.later for bucket in series],
        "opens": [bar.answered.address for bar in drawn],
        "words": {
            "median": _("медиана первого ответа"),
            "hours": _("ч"),
            "answers": _("ответов"),
            "cards": _("карточек"),
        },
    }


def _day(day: date) -> str:
    return date_format(day, "j b")
