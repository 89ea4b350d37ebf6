"""The step of a Sending: build the reader's own report and mail it.

As with letters (alerts.post) nobody is harmed by a second copy, yet no crash may send a storm: the try is committed
before the first byte leaves, and there are two of them at the most. What the reader may see is asked at this moment,
not when the schedule was made: whoever has lost his rights since gets nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.lib import mail as office
from otklik.lib.due import finish, put_off
from otklik.lib.redact import redact
from otklik.people.access import has, opened
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports import lost
from otklik.reports.build import Asked, build
from otklik.reports.docx_file import BadTemplate
from otklik.reports.formats import FORMATS, file_name
from otklik.reports.letterhead import current
from otklik.reports.models import Sending
from otklik.reports.queries import atlas
from otklik.reports.report import Report
from otklik.reports.shown import subtitle
from otklik.reports.spans import span
from otklik.reports.typeface import NoTypeface
from otklik.reports.whose import Narrowing

READERS = (Permission.FIGURES,)
TRIES = 2
WAITS = 12
SHORT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Parcel:
    subject: str
    body: str
    enclosed: office.Enclosed


def post(rows: list[Sending], now: datetime) -> None:
    """One at a time; opens its own transactions."""
    for row in rows:
        _post(row, now)


def _post(row: Sending, now: datetime) -> None:
    if row.state != Sending.State.WAITING:
        return finish(row)
    user = row.user
    if row.tries >= TRIES:
        return _lost(row, lost.UNKNOWN)
    if not user.is_active or not has(user, *READERS):
        return _lost(row, lost.CLOSED)
    try:
        parcel = _parcel(row, user, now)
    except (BadTemplate, NoTypeface) as refusal:
        return _lost(row, str(refusal))
    return _hand_over(row, parcel, now)


def _hand_over(row: Sending, parcel: Parcel, now: datetime) -> None:
    Sending.objects.filter(pk=row.pk).update(tries=F("tries") + 1, tried_at=now)
    try:
        office.mail(row.user.email, parcel.subject, parcel.body, [parcel.enclosed])
    except office.NotBegun as silent:
        return _later(row, str(silent), now)
    except office.MayHaveGone as broken:
        return put_off(row, now + SHORT, str(broken))
    except office.NotSent as refusal:
        return _lost(row, str(refusal))
    Sending.objects.filter(pk=row.pk).update(state=Sending.State.SENT, sent_at=now, why="")
    return finish(row)


def _later(row: Sending, words: str, now: datetime) -> None:
    """It certainly did not go, so the try does not count; after an hour of silence nobody waits for it any more."""
    if row.failures >= WAITS:
        return _lost(row, words)
    Sending.objects.filter(pk=row.pk).update(tries=F("tries") - 1)
    return put_off(row, now + SHORT, words)


def _lost(row: Sending, words: str) -> None:
    Sending.objects.filter(pk=row.pk).update(state=Sending.State.LOST, why=redact(words, 300))
    return finish(row)


def _parcel(row: Sending, user: User, now: datetime) -> Parcel:
    """In the reader's language, of what his grants open to him."""
    form = FORMATS[row.schedule.ending]
    with translation.override(user.language or settings.LANGUAGE_CODE):
        asked_span = span(row.period, now, ZoneInfo(settings.TIME_ZONE))
        known = atlas()
        report = build(Asked(opened(user, READERS), Narrowing(), asked_span, known, known.names, now))
        content = form.write(report, current())
        name = file_name(report, form.ending)
        return Parcel(f"{_('Отклик')}: {report.title}, {report.when}", _body(report), (name, content, form.mime))


def _body(report: Report) -> str:
    words = _("За это время сюда никто не писал") if report.empty else _("Отчёт приложен к письму.")
    page = _("Отчёты в системе: %s") % f"{settings.ADDRESS}/reports/"
    return f"{report.title}\n{subtitle(report)}\n\n{words}\n{page}\n"
