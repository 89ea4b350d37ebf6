"""The one report that every format is written from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.incidents.models import Incident, Outcome
from otklik.people.access import rows_within
from otklik.reports.arithmetic import estimate, prior_of
from otklik.reports.atlas import AGENCY, Atlas, Names
from otklik.reports.breakdowns import BREAKDOWNS, TABLES, Breakdown
from otklik.reports.catalogue import HEAD, MEASURES, Measure, hard
from otklik.reports.compare import Past, against
from otklik.reports.fold import Line, Tally, tally
from otklik.reports.matters import matters
from otklik.reports.periods import Period
from otklik.reports.promptly import yardstick
from otklik.reports.queries import Figures, figures, sliced, standing, wanted
from otklik.reports.report import Figure, Red, ReopeningRow, Report, Row, Table, Worst
from otklik.reports.sets import Cohort
from otklik.reports.shown import days_of, text_of
from otklik.reports.spans import Cycle, Span
from otklik.reports.whose import Narrowing, Scope
from otklik.routing.models import Norm

TITLES = {
    Cycle.DAILY: gettext_lazy("Суточный лист"),
    Cycle.WEEKLY: gettext_lazy("Недельный отчёт"),
    Cycle.MONTHLY: gettext_lazy("Месячный отчёт"),
}
BEFORE = {
    Cycle.DAILY: gettext_lazy("Накануне"),
    Cycle.WEEKLY: gettext_lazy("Неделей раньше"),
    Cycle.MONTHLY: gettext_lazy("Месяцем раньше"),
}
WORST = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """`scope` is what the reader's grants open (people.access.opened), whoever he asks for; `names` are in his
    language."""

    scope: Scope
    narrowing: Narrowing
    span: Span
    atlas: Atlas
    names: Names
    at: datetime


def build(asked: Asked) -> Report:
    """The same number of queries whatever the period holds. Words are in the language that is active."""
    cards = Incident.objects.filter(rows_within(asked.scope) & wanted(asked.narrowing))
    span, period = asked.span, asked.span.period
    slices = sliced(asked.scope, asked.narrowing, period, asked.atlas)
    counts = figures(slices, period, asked.atlas, standing(cards, asked.at), asked.at)
    pasts = _pasts(asked, counts.before)
    return Report(
        title=str(TITLES[span.cycle]),
        when=days_of(period.first, period.last),
        region=settings.REGION,
        span=span,
        at=asked.at.astimezone(period.zone),
        running=period.until >= asked.at,
        filters=_filters(asked.narrowing, asked.names),
        figures=[_figure(MEASURES[key], counts, pasts) for key in HEAD],
        hard=text_of(hard(counts.whole)),
        red=_red(counts, asked.names),
        matters=matters(cards, slices, period, settings.ADDRESS),
        outcomes=[(str(one.label), counts.whole.outcomes[one]) for one in Outcome if counts.whole.outcomes.get(one)],
        tables=_tables(counts, asked.names),
        reopenings=_reopenings(counts, asked.names),
        series=counts.series,
        notes=_notes(span),
    )


def _figure(measure: Measure, figures: Figures, pasts: Sequence[Past]) -> Figure:
    whole, now = figures.whole, figures.now
    under = text_of(measure.lines(whole, now)[1])
    others = [] if measure.present else [against(measure, whole, now, past) for past in pasts]
    return Figure(str(measure.title), measure.number(whole, now), under, measure.explained(whole), others)


def _pasts(asked: Asked, before: Tally) -> list[Past]:
    """The period before comes with the period itself; the others are asked for."""
    span = asked.span
    pasts = [Past(str(BEFORE[span.cycle]), _known(asked, before, span.period.before_until))]
    if span.week_ago is not None:
        pasts.append(Past(_("Неделю назад"), _whole(asked, span.week_ago)))
    return [*pasts, Past(_("Год назад"), _whole(asked, span.year_ago))]


def _whole(asked: Asked, period: Period) -> Tally | None:
    here, _before = sliced(asked.scope, asked.narrowing, period, asked.atlas)
    return _known(asked, tally(Cohort(here, yardstick(asked.at))), period.until)


def _known(asked: Asked, tally: Tally, until: datetime) -> Tally | None:
    """Nothing came because nobody wrote, or because nobody gathered it yet: the latter is no figure."""
    if tally.received or Incident.objects.filter(started_at__lt=until).exists():
        return tally
    return None


def _filters(narrowing: Narrowing, names: Names) -> list[tuple[str, str]]:
    chosen = [(one, names.of(key).get(getattr(narrowing, key))) for key, one in BREAKDOWNS.items()]
    return [(str(one.line), str(name)) for one, name in chosen if name]


def _red(figures: Figures, names: Names) -> Red:
    """Who answers least within a day, compared as in the rating (arithmetic.estimate); nobody is named by fewer cards
    than are enough to judge by."""
    late = figures.now.by_clock
    shares = [(names.of(AGENCY).get(pk, str(pk)), line.within_day) for pk, line in figures.lines[AGENCY].items()]
    enough = [(name, share) for name, share in shares if share.enough and share.part < share.n]
    prior = prior_of(share for _name, share in shares)
    enough.sort(key=lambda one: (estimate(one[1], prior), one[0]))
    worst = [Worst(name, share.percent or 0, share.part, share.n) for name, share in enough[:WORST]]
    clocks = [(str(clock.label), late[clock]) for clock in Norm.Clock if clock in late]
    return Red(figures.now.open, figures.now.overdue, clocks, worst)


def _tables(figures: Figures, names: Names) -> list[Table]:
    return [_table(BREAKDOWNS[by], figures.lines[by], names.of(by)) for by in TABLES]


def _table(by: Breakdown, lines: Mapping[Any, Line], names: Mapping[Any, str]) -> Table:
    rows = [Row(str(names.get(key, key)), line) for key, line in lines.items()]
    return Table(str(by.title), str(by.line), sorted(rows, key=lambda row: (-row.line.count, row.name)))


def _reopenings(figures: Figures, names: Names) -> list[ReopeningRow]:
    rows = [ReopeningRow(names.agency.get(pk, str(pk)), again) for pk, again in figures.reopenings.items()]
    return sorted(rows, key=lambda row: (-row.line.count, row.name))


def _notes(span: Span) -> list[str]:
    year = {
        Cycle.DAILY: _("Год назад — тот же день недели 52 недели назад."),
        Cycle.WEEKLY: _("Год назад — та же неделя 52 недели назад."),
        Cycle.MONTHLY: _("Год назад — тот же месяц прошлого года."),
    }
    return [
        _("Карточка относится к тому дню, когда человек написал."),
        year[span.cycle],
        _("Прочерк значит, что считать не из чего: карточек тогда ещё не было или на них никто не ответил."),
        _("Если наблюдений меньше 10, судить по числу нельзя: в таблицах оно бледное, разницу мы не показываем."),
        _(
            "Порядок: чем меньше наблюдений за долей, тем ближе к средней мы её считаем, "
            "чтобы случай не ставил никого первым."
        ),
        _("Слова людей приведены без имён, телефонов, адресов почты и квартир. Мы ничего к ним не дописываем."),
    ]
