"""Numbers of a report as a person reads them, in the language that is active."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.reports.arithmetic import Share
from otklik.reports.lasting import duration, working_duration
from otklik.reports.report import Number, Report, Unit

DASH = "—"
SPACE = "\u00a0"


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
            return unbroken(duration(number.value))
        case Unit.WORKING:
            return unbroken(working_duration(number.value, 0))


def lasted(seconds: int | None) -> str:
    return DASH if seconds is None else unbroken(duration(seconds))


def unbroken(words: str) -> str:
    """A value that no line's end tears apart."""
    return words.replace(" ", SPACE)


def per_cent(share: Share) -> str:
    return DASH if share.percent is None else f"{share.percent}{SPACE}%"


def of_n(share: Share) -> str:
    if not share.n:
        return _("пока не из чего считать")
    words = _("%(part)d из %(n)d") % {"part": share.part, "n": share.n}
    return words if share.enough else _("%s: слишком мало для вывода") % words


def interval(share: Share) -> str:
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
