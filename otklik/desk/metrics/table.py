"""GET /metrics/export.csv: the measures as a table, whole and broken down."""

import csv
import io
from collections.abc import Iterable
from itertools import chain

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.behind.cards import READERS
from otklik.desk.gate import permitted, user_of
from otklik.desk.metrics.told import Row, look_up, rows, whole
from otklik.desk.metrics.words import SHARES, STAGES
from otklik.desk.statistics.export import safe
from otklik.incidents.models import Outcome
from otklik.reports.fold import outcomes
from otklik.reports.sets import What


@require_safe
@permitted(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The same as a table: UTF-8 with a mark, semicolons, decimal commas; seconds as hours."""
    told = look_up(request, user_of(request))
    if told.asked.trouble:
        return HttpResponse(told.asked.trouble, status=400, content_type="text/plain; charset=utf-8")
    found = chain([whole(told, _("Всего"))], rows(told))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in _table(found):
        writer.writerow([safe(cell) for cell in line])
    period = told.asked.period
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"otklik-metrics-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(found: Iterable[Row]) -> list[list[object]]:
    head: list[object] = [_("Название"), _("Карточек"), _("Возвратов «не наше»")]
    for title, _meaning in STAGES.values():
        head += [
            f"{title}: {words}"
            for words in (_("n"), _("медиана, ч"), _("9 из 10, ч"), _("медиана, раб. ч"), _("9 из 10, раб. ч"))
        ]
    for title, _meaning in SHARES.values():
        head += [f"{title}, %", f"{title}: {_('из скольких')}"]
    head += [str(one.label) for one in Outcome]
    return [head, *(_line(row) for row in found)]


def _line(row: Row) -> list[object]:
    line: list[object] = [row.name, row.cards.count(What.ALL), row.returns]
    for name in STAGES:
        times = row.times[name]
        line += [times.n, *map(_hours, (times.median, times.ninth, times.working_median, times.working_ninth))]
    for name in SHARES:
        share = row.cards.share(name)
        line += ["" if share.percent is None else share.percent, share.n]
    counted = outcomes(row.cards)
    return [*line, *(counted.get(one, 0) for one in Outcome)]


def _hours(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds / 3600:.2f}".replace(".", ",")
