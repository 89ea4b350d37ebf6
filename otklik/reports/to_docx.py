"""A report as a Word document: into our own template, or into the one that the region has brought."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError

from otklik.reports import blank
from otklik.reports.breakdowns import LINE
from otklik.reports.compare import compared
from otklik.reports.docx_file import BROKEN, TOO_MUCH_WANTED, BadTemplate, check, unclear
from otklik.reports.promptly import quickly_title
from otklik.reports.quoting import HIDDEN
from otklik.reports.report import Figure, Matter, ReopeningRow, Report, Table
from otklik.reports.shown import grouped, lasted, per_cent, short, shown, stamp, subtitle, unbroken
from otklik.reports.template_sample import SAMPLE
from otklik.reports.template_words import Words

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def to_docx(report: Report, template: bytes = b"") -> bytes:
    """`template` is a checked .docx, b"" for our own. Raises BadTemplate with a sentence."""
    return filled(template or blank.made(), values(report))


def filled(template: bytes, context: dict[str, Any]) -> bytes:
    """The template with these values in it. Raises BadTemplate: also where it asks for what is not there."""
    check(template)
    document, out = DocxTemplate(BytesIO(template)), BytesIO()
    try:
        document.render(context, Words(), autoescape=True)
        document.save(out)
    except SecurityError:
        raise BadTemplate(TOO_MUCH_WANTED) from None
    except TemplateError as error:
        raise unclear(error.message or "") from None
    except BadTemplate:
        raise
    except (ValueError, KeyError, AttributeError, TypeError, SyntaxError, RecursionError, IndexError):
        # The library that reads documents fails in as many ways as documents can be broken.
        raise BadTemplate(BROKEN) from None
    return out.getvalue()


def tried(template: bytes) -> None:
    """Fill it with one of everything, and with nothing at all, before it is kept. Raises BadTemplate."""
    nothing: dict[str, Any] = {name: [] for name, one in SAMPLE.items() if isinstance(one, list)}
    filled(template, SAMPLE)
    filled(template, SAMPLE | nothing | {"empty": True})


def values(report: Report) -> dict[str, Any]:
    """What a template may name: text, whole lists, and nothing that can be called. docs/user names each."""
    return {
        "title": _plain(report.title),
        "when": _plain(report.when),
        "region": _plain(report.region),
        "subtitle": _plain(subtitle(report)),
        "stamp": stamp(report.at),
        "empty": report.empty,
        "daily": report.daily,
        "nothing": _("За это время сюда никто не писал"),
        "filters": [{"name": _plain(what), "value": _plain(which)} for what, which in report.filters],
        "past_titles": [_plain(past.title) for past in report.figures[0].against],
        "figures": [_figure(one) for one in report.figures],
        "hard": _plain(report.hard),
        "quickly": quickly_title(),
        "overdue": grouped(report.red.overdue),
        "open": grouped(report.red.open),
        "clocks": [{"title": _plain(title), "count": grouped(count)} for title, count in report.red.clocks],
        "worst": [
            {"name": _plain(one.name), "percent": str(one.percent), "part": str(one.part), "n": str(one.n)}
            for one in report.red.worst
        ],
        "matters": [_matter(one) for one in report.matters],
        "outcomes": [{"title": _plain(title), "count": grouped(count)} for title, count in report.outcomes],
        "tables": [_table(one) for one in report.tables if one.rows],
        "reopenings": [_reopenings(one) for one in report.reopenings],
        "days": [
            {"day": short(one.day), "came": grouped(one.came), "median": unbroken(lasted(one.median))}
            for one in report.series
        ],
        "notes": [_plain(note) for note in report.notes],
    }


def _figure(one: Figure) -> dict[str, Any]:
    pasts: Sequence[str] = [compared(past) for past in one.against]
    return {
        "title": _plain(one.title),
        "value": shown(one.number),
        "under": _plain(one.under),
        "explained": _plain(one.explained),
        "past": [*pasts, "", "", ""][:3],
    }


def _matter(one: Matter) -> dict[str, str]:
    return {
        "theme": _plain(one.theme),
        "place": _plain(one.place),
        "count": grouped(one.count),
        "before": grouped(one.before),
        "quote": _plain(one.quote),
        "address": _plain(one.address),
        "card": _plain(one.card),
        "number": str(one.card_number),
    }


def _reopenings(one: ReopeningRow) -> dict[str, str]:
    reopened, second = one.line.reopened, one.line.second
    return {
        "name": _plain(one.name),
        "count": grouped(reopened.part),
        "share": per_cent(reopened),
        "n": grouped(reopened.n),
        "in_time": per_cent(second),
        "in_time_n": grouped(second.n),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": _plain(table.title),
        "first_column": _plain(table.first_column),
        "rows": [
            {"name": _plain(row.name), **{one.key: shown(one.number(row.line)) for one in LINE}} for row in table.rows
        ],
    }


def _plain(text: str) -> str:
    """One line without signs that XML does not hold; a tab or a line's end would open a new paragraph."""
    return " ".join(HIDDEN.sub(" ", str(text)).split())
