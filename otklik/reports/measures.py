"""Each figure of a report with its n, how it is counted, and what it was before. Two tallies in, words out.

The words are those of the page of figures, and a test of the desk holds them together.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.reports.compare import READINGS, Past, against
from otklik.reports.fold import Tally
from otklik.reports.promptly import quickly, quickly_means
from otklik.reports.queries import Figures
from otklik.reports.report import Measure, Number, Unit
from otklik.reports.shown import interval, lasted, of_n, shown
from otklik.routing.models import Norm

SECOND_MEANS = gettext_lazy(
    "Карточки, которые открыли снова и после этого каждый раз отвечали в срок повторного ответа, среди тех, где такой "
    "ответ уже дан или срок его прошёл. В сроки первого ответа не входит."
)
"""How the share of second answers in time is counted."""


def measures(figures: Figures, pasts: Sequence[Past]) -> list[Measure]:
    """The most important first; the first is how many cards came."""
    return [*_flow(figures, pasts), *_speed(figures.whole, pasts), *_help(figures.whole, pasts)]


class _Compared:
    """Makes measures of one tally, each beside the same figure of the other periods."""

    def __init__(self, whole: Tally, pasts: Sequence[Past]) -> None:
        self.whole, self.pasts = whole, pasts

    def __call__(self, figure: str, title: str, under: str, explained: str) -> Measure:
        number = READINGS[figure](self.whole).number
        return Measure(title, number, under, explained, [against(figure, self.whole, past) for past in self.pasts])


def _flow(figures: Figures, pasts: Sequence[Past]) -> list[Measure]:
    whole, late = figures.whole, figures.now.by_clock
    clocks = ", ".join(f"{clock.label}: {late[clock]}" for clock in Norm.Clock if clock in late)
    compared = _Compared(whole, pasts)
    return [
        compared(
            "received",
            _("Пришло"),
            _("из них не инцидент: %d") % whole.noise,
            _("Карточки, открытые по сообщениям, которые люди написали за период."),
        ),
        compared(
            "answered",
            _("Отвечено"),
            _("%(part)d из %(n)d, ждут ответа: %(wait)d")
            % {"part": whole.line.answered, "n": whole.line.count, "wait": whole.line.waiting},
            _("Доля карточек периода, по которым опубликован первый ответ. «Не инцидент» не считается."),
        ),
        Measure(
            _("Сейчас в работе"),
            Number(Unit.CARDS, figures.now.open),
            _("независимо от периода"),
            _("Все карточки, с которыми ещё надо что-то сделать: от новых до ждущих публикации."),
        ),
        Measure(
            _("Сейчас просрочено"),
            Number(Unit.CARDS, figures.now.overdue),
            clocks or _("ни одни часы не вышли"),
            _("Карточки в работе, у которых вышел срок. На одной карточке может выйти сразу несколько сроков."),
        ),
    ]


def _speed(whole: Tally, pasts: Sequence[Past]) -> list[Measure]:
    line = whole.line
    compared = _Compared(whole, pasts)
    return [
        compared(
            "first_answer",
            _("Первый ответ"),
            _("девять из десяти: %s") % lasted(line.ninth),
            _(
                "Медиана: половина ответов быстрее, половина медленнее. От сообщения человека до публикации, "
                "по календарю, с ночами и выходными. Только по отвеченным карточкам."
            ),
        ),
        compared(
            "working",
            _("Первый ответ, рабочее время"),
            _("девять из десяти: %s") % shown(Number(Unit.WORKING, whole.working_ninth)),
            _("То же самое, но идут только рабочие часы по производственному календарю."),
        ),
        compared(
            "quick",
            _("Ответ %s") % quickly(),
            of_n(line.quick),
            quickly_means(),
        ),
        compared(
            "within_day",
            _("Ответ за сутки"),
            of_n(line.within_day),
            _("По календарю. Считаются отвеченные карточки и те, что ждут уже дольше суток."),
        ),
    ]


def _help(whole: Tally, pasts: Sequence[Past]) -> list[Measure]:
    good = whole.line.good
    compared = _Compared(whole, pasts)
    return [
        compared(
            "good",
            _("Довольны ответом"),
            (_("%(n)s, %(interval)s") % {"n": of_n(good), "interval": interval(good)}) if good.n else of_n(good),
            _(
                "Доля оценок 4 и 5. Одна карточка — одна оценка, последняя; отклики под ответом считаются, когда их "
                "подтвердил оператор. Оценили %(n)d из %(asked)d, кого мы ждали; промежуток — 95\u00a0%% по Уилсону."
            )
            % {"n": good.n, "asked": whole.asked},
        ),
        compared(
            "brushed_off",
            _("Формальные ответы"),
            of_n(whole.brushed_off),
            _("Решаемые карточки, которые кончились словом «разъяснено», среди решаемых с итогом."),
        ),
        compared(
            "reopened",
            _("Открыты снова"),
            of_n(whole.reopened),
            _("Отвеченные карточки, к которым пришлось вернуться: человек написал, что не помогло."),
        ),
        compared("second", _("Повторный ответ в срок"), of_n(whole.second), str(SECOND_MEANS)),
        compared(
            "returned",
            _("Вернули: «не наше»"),
            of_n(whole.returned),
            _("Карточки, которые хотя бы раз назначили не тому."),
        ),
    ]


def hard(whole: Tally) -> str:
    """The cards that are marked hard, apart; "" where none is."""
    if not whole.hard.count:
        return ""
    words = _(
        "Особо сложных: %(count)d. За сутки ответили: на особо сложные — %(hard)s, на остальные — %(others)s. "
        "В показателях выше считаются и те и другие."
    )
    told = {"hard": of_n(whole.hard.within_day), "others": of_n(whole.others.within_day)}
    return words % {"count": whole.hard.count, **told}
