"""GET /metrics/export.csv: the measures as a table, whole and broken down."""

from collections.abc import Iterable, Iterator
from itertools import chain

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.behind.cards import READERS
from otklik.desk.gate import permitted, user_of
from otklik.desk.metrics.page import SHARES
from otklik.desk.metrics.question import Row, look_up, rows, whole
from otklik.desk.statistics.export import download, hours
from otklik.incidents.models import Outcome
from otklik.reports.catalogue import MEASURES, STAGES
from otklik.reports.fold import outcomes
from otklik.reports.sets import What


@require_safe
@permitted(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    question = look_up(request, user_of(request))
    lines = chain([whole(question, _("Всего"))], rows(question))
    return download("otklik-metrics", question.asked, _table(lines))


def _table(lines: Iterable[Row]) -> Iterator[list[object]]:
    head: list[object] = [_("Название"), _("Карточек"), _("Возвратов «не наше»")]
    for stage in STAGES.values():
        head += [
            f"{stage.title}: {words}"
            for words in (_("n"), _("медиана, ч"), _("9 из 10, ч"), _("медиана, раб. ч"), _("9 из 10, раб. ч"))
        ]
    for name in SHARES:
        title = MEASURES[name].title
        head += [f"{title}, %", f"{title}: {_('из скольких')}"]
    head += [str(one.label) for one in Outcome]
    yield head
    yield from map(_line, lines)


def _line(row: Row) -> list[object]:
    line: list[object] = [row.name, row.cards.count(What.ALL), row.returns]
    for name in STAGES:
        times = row.times[name]
        four = (times.median, times.ninth, times.working_median, times.working_ninth)
        line += [times.n, *(hours(seconds, 2) for seconds in four)]
    for name in SHARES:
        share = row.cards.share(name)
        line += ["" if share.percent is None else share.percent, share.n]
    counted = outcomes(row.cards)
    return [*line, *(counted.get(one, 0) for one in Outcome)]
