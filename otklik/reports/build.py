"""The one report that every format is written from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.incidents.models import Incident, Outcome
from otklik.people.access import rows_within
from otklik.reports.arithmetic import estimate, prior_of
from otklik.reports.atlas import Atlas, Names
from otklik.reports.compare import Past
from otklik.reports.fold import Line, Tally, tally
from otklik.reports.matters import matters
from otklik.reports.measures import hard, measures
from otklik.reports.periods import Period
from otklik.reports.promptly import yardstick
from otklik.reports.queries import Figures, figures, sliced, standing, wanted
from otklik.reports.report import Red, ReopeningRow, Report, Row, Table, Worst
from otklik.reports.sets import Cohort
from otklik.reports.shown import days_of
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
Key = TypeVar("Key", int, str)


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
    told = figures(slices, period, asked.atlas, standing(cards, asked.at), asked.at)
    return Report(
        title=str(TITLES[span.cycle]),
        when=days_of(period.first, period.last),
        region=settings.REGION,
        span=span,
        at=asked.at.astimezone(period.zone),
        running=period.until >= asked.at,
        filters=_filters(asked.narrowing, asked.names),
        measures=measures(told, _pasts(asked, told.before)),
        hard=hard(told.whole),
        red=_red(told, asked.names),
        matters=matters(cards, slices, period, settings.ADDRESS),
        outcomes=[(str(one.label), told.whole.outcomes[one]) for one in Outcome if told.whole.outcomes.get(one)],
        tables=_tables(told, asked.names),
        reopenings=_reopenings(told, asked.names),
        series=told.series,
        notes=_notes(span),
    )


def _pasts(asked: Asked, before: Tally) -> list[Past]:
    """The period before is told with the period itself; the others are asked for."""
    span = asked.span
    found = [Past(str(BEFORE[span.cycle]), _known(asked, before, span.period.before_until))]
    if span.week_ago is not None:
        found.append(Past(_("Неделю назад"), _whole(asked, span.week_ago)))
    return [*found, Past(_("Год назад"), _whole(asked, span.year_ago))]


def _whole(asked: Asked, period: Period) -> Tally | None:
    here, _before = sliced(asked.scope, asked.narrowing, period, asked.atlas)
    return _known(asked, tally(Cohort(here, yardstick(asked.at))), period.until)


def _known(asked: Asked, tally: Tally, until: datetime) -> Tally | None:
    """Nothing came because nobody wrote, or because nobody gathered it yet: the latter is no figure."""
    if tally.received or Incident.objects.filter(started_at__lt=until).exists():
        return tally
    return None


def _filters(narrowing: Narrowing, names: Names) -> list[tuple[str, str]]:
    told = [
        (_("Группа тем"), names.group.get(narrowing.group, "")),
        (_("Тема"), names.theme.get(narrowing.theme, "")),
        (_("Муниципалитет"), names.municipality.get(narrowing.municipality, "")),
        (_("Ведомство"), names.agency.get(narrowing.agency, "")),
        (_("Сеть"), names.network.get(narrowing.network, "")),
    ]
    return [(what, str(which)) for what, which in told if which]


def _red(told: Figures, names: Names) -> Red:
    """Who answers least within a day, compared as in the rating (arithmetic.estimate); nobody is named by fewer cards
    than are enough to judge by."""
    late = told.now.by_clock
    shares = [(names.agency.get(pk, str(pk)), line.within_day) for pk, line in told.agencies.items()]
    enough = [(name, share) for name, share in shares if share.enough and share.part < share.n]
    prior = prior_of(share for _name, share in shares)
    enough.sort(key=lambda one: (estimate(one[1], prior), one[0]))
    worst = [Worst(name, share.percent or 0, share.part, share.n) for name, share in enough[:WORST]]
    clocks = [(str(clock.label), late[clock]) for clock in Norm.Clock if clock in late]
    return Red(told.now.open, told.now.overdue, clocks, worst)


def _tables(told: Figures, names: Names) -> list[Table]:
    return [
        _table(_("Группы тем"), _("Группа тем"), told.groups, names.group),
        _table(_("Муниципалитеты"), _("Муниципалитет"), told.municipalities, names.municipality),
        _table(_("Ведомства"), _("Ведомство"), told.agencies, names.agency),
        _table(_("Сети"), _("Сеть"), told.networks, names.network),
    ]


def _table(title: str, first: str, lines: Mapping[Key, Line], names: Mapping[Key, str]) -> Table:
    rows = [Row(str(names.get(key, key)), line) for key, line in lines.items()]
    return Table(title, first, sorted(rows, key=lambda row: (-row.line.count, row.name)))


def _reopenings(told: Figures, names: Names) -> list[ReopeningRow]:
    rows = [ReopeningRow(names.agency.get(pk, str(pk)), again) for pk, again in told.reopenings.items()]
    return sorted(rows, key=lambda row: (-row.reopenings.reopened.part, row.name))


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
