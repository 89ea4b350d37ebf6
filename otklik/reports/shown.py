"""Numbers of pages and files as a person reads them, in the language that is active."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.reports.arithmetic import Share
from otklik.reports.lasting import duration, working_duration
from otklik.reports.report import Number, Report, Unit

DASH = "—"
SPACE = "\u00a0"
_HOLE = re.compile(r"%\((\w+)\)[ds]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence. Where it is the number of a set of cards, or a share of them, `cards` names the set, and
    `count` says how many a click on it opens."""

    text: str
    cards: str = ""
    count: int = 0


def counted(cards: str, count: int) -> Piece:
    return Piece(grouped(count), cards, count)


def pieces(words: str, **holes: Piece | Sequence[Piece]) -> list[Piece]:
    """A sentence with holes, as translators have it («%(part)d из %(n)d»), with pieces in the holes."""
    filled: list[Piece] = []
    for at, part in enumerate(_HOLE.split(words)):
        if at % 2:
            hole = holes[part]
            filled += [hole] if isinstance(hole, Piece) else hole
        elif part:
            filled.append(Piece(part))
    return filled


def share_pieces(share: Share, cards: Sequence[str]) -> list[Piece]:
    """«80 из 100»; `cards` are the sets of the two numbers. Of too few it is said that they are."""
    return pieces(_of_n(share), part=counted(cards[0], share.part), n=counted(cards[-1], share.n))


def text_of(some: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in some)


def grouped(number: int) -> str:
    """«16 000»: thousands apart, with a space that does not break."""
    return f"{number:,}".replace(",", SPACE)


def shown(number: Number) -> str:
    if number.value is None:
        return DASH
    match number.unit:
        case Unit.CARDS:
            return grouped(number.value)
        case Unit.PERCENT:
            return f"{number.value}{SPACE}%"
        case Unit.TIME:
            return unbroken(lasted(number.value))
        case Unit.WORKING:
            return unbroken(lasted(number.value, working=True))


def lasted(seconds: int | None, working: bool = False) -> str:
    if seconds is None:
        return DASH
    return working_duration(seconds, 0) if working else duration(seconds)


def unbroken(words: str) -> str:
    """A value that no line's end tears apart."""
    return words.replace(" ", SPACE)


def per_cent(share: Share) -> str:
    return DASH if share.percent is None else f"{share.percent}{SPACE}%"


def of_n(share: Share) -> str:
    return _of_n(share) % {"part": share.part, "n": share.n}


def _of_n(share: Share) -> str:
    if not share.n:
        return _("пока не из чего считать")
    words = _("%(part)d из %(n)d")
    return words if share.enough else _("%s: слишком мало для вывода") % words


def interval(share: Share) -> str:
    """«между 41 и 55 %»; for few marks the interval itself warns of them."""
    low, high = share.interval
    return _("скорее всего %(low)d–%(high)d\u00a0%%") % {"low": low, "high": high}


def days_of(first: date, last: date) -> str:
    """«14 июня 2026 г., воскресенье» or «1 июня 2026 г. – 30 июня 2026 г.»."""
    if first == last:
        return f"{date_format(first, 'DATE_FORMAT')}, {date_format(first, 'l').lower()}"
    return f"{date_format(first, 'DATE_FORMAT')} – {date_format(last, 'DATE_FORMAT')}"


def short(day: date) -> str:
    """«14 июн»."""
    return date_format(day, "j b")


def stamp(at: datetime) -> str:
    """«14.06.2026 08:00»; `at` is local already."""
    return f"{at:%d.%m.%Y %H:%M}"


def subtitle(report: Report) -> str:
    """What every format says below its title: where, when, by which filters, as of which moment."""
    filters = "; ".join(f"{what}: {which}" for what, which in report.filters)
    running = _("период ещё идёт") if report.running else ""
    parts = [report.region, report.when, running, filters, _("данные на %s") % stamp(report.at)]
    return " · ".join(part for part in parts if part)
