"""The days of the figures: what the browser draws, and the same numbers as a table. Each leads to its cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.desk.behind.links import Figure, Narrowed, Opener, days
from otklik.desk.statistics.ask import Asked
from otklik.reports.bars import PARTS
from otklik.reports.fold import Bucket
from otklik.reports.sets import What


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
    parts = [line.figure(part.cards, part.of(bucket)) for part in PARTS]
    return Bar(bucket.day, parts, line.figure(What.ANSWERED, bucket.answered), bucket.median)


def charts(series: Sequence[Bucket], drawn: Sequence[Bar], by_weeks: bool) -> dict[str, Any]:
    """What the browser draws from: names, days, plain numbers and where their cards are; the words are already in the
    reader's language."""
    return {
        "days": [_day(bucket.day) for bucket in series],
        "titles": [(_("неделя с %s") if by_weeks else "%s") % _day(bucket.day) for bucket in series],
        "parts": [
            {
                "key": part.key,
                "name": str(part.title),
                "values": [part.of(bucket) for bucket in series],
                "opens": [bar.parts[at].address for bar in drawn],
            }
            for at, part in enumerate(PARTS)
        ],
        "medians": [None if bucket.median is None else round(bucket.median / 3600, 1) for bucket in series],
        "answers": [bucket.answered for bucket in series],
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
