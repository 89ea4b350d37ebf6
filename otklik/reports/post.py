"""The step of a Sending: build the reader's own report and mail it.

What the reader may see is asked at this moment, not when the schedule was made: whoever has lost his rights since gets
nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.lib.due import finish
from otklik.lib.mail import mail
from otklik.lib.outbox import Closed, Post, send
from otklik.lib.redact import redact
from otklik.people.access import has, opened
from otklik.people.permissions import Permission
from otklik.reports.build import Asked, build
from otklik.reports.docx_file import BadTemplate
from otklik.reports.formats import FORMATS, file_name
from otklik.reports.letterhead import current
from otklik.reports.lost import CLOSED
from otklik.reports.models import Sending
from otklik.reports.queries import atlas
from otklik.reports.report import Report
from otklik.reports.shown import subtitle
from otklik.reports.spans import span
from otklik.reports.typeface import NoTypeface
from otklik.reports.whose import Narrowing

READERS = (Permission.FIGURES,)
WAITS = 12


def post(rows: list[Sending], now: datetime) -> None:
    """Opens its own transactions."""
    send(rows, REPORTS, now)


def _write(row: Sending, now: datetime) -> Callable[[], None]:
    """In the reader's language, of what his grants open to him."""
    user, form = row.user, FORMATS[row.schedule.ending]
    if not user.is_active or not has(user, *READERS):
        raise Closed(CLOSED)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        asked_span = span(row.period, now, ZoneInfo(settings.TIME_ZONE))
        known = atlas()
        report = build(Asked(opened(user, READERS), Narrowing(), asked_span, known, known.names, now))
        try:
            content = form.write(report, current())
        except (BadTemplate, NoTypeface) as refusal:
            raise Closed(str(refusal)) from None
        enclosed = (file_name(report, form.ending), content, form.mime)
        subject, body = f"{_('Отклик')}: {report.title}, {report.when}", _body(report)
    return lambda: mail(user.email, subject, body, [enclosed])


def _body(report: Report) -> str:
    words = _("За это время сюда никто не писал") if report.empty else _("Отчёт приложен к письму.")
    page = _("Отчёты в системе: %s") % f"{settings.ADDRESS}/reports/"
    return f"{report.title}\n{subtitle(report)}\n\n{words}\n{page}\n"


def _lose(row: Sending, closed: Closed, _now: datetime) -> None:
    """The page of schedules says why."""
    finish(row, columns={"state": Sending.State.LOST, "why": redact(str(closed), 300)})


# After an hour of silence nobody waits for it any more.
REPORTS = Post(_write, _lose, pause=timedelta(minutes=5), waits=lambda row, _pause: row.failures < WAITS)
