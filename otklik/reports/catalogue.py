"""What is measured: each measure once, with its words, its unit, which way is better, and the cards behind it.

Pages, tables, the rating and files take them from here. Which cards a set holds, and of which two sets a share is made,
stands in sets.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.reports.arithmetic import Share
from otklik.reports.fold import Median, Tally
from otklik.reports.promptly import QUICKLY, quickly_means
from otklik.reports.queries import Now
from otklik.reports.report import Number, Unit
from otklik.reports.sets import SHARES, What
from otklik.reports.shown import Piece, counted, interval, of_n, pieces, share_pieces, shown
from otklik.routing.models import Norm

OPEN_NOW, OVERDUE_NOW = "open", "overdue"
"""Sets of cards at this moment, whatever the period."""
AGREED, AMONG_THREE, DECIDED = "agreed", "among_three", "decided"
"""Sets of cards by decisions about their themes, which no column tells of."""

Words = str | Promise
Value = int | Share | Median
Below = Callable[[Tally, Now], Sequence[Piece]]


@dataclass(frozen=True, slots=True)
class Measure:
    """`better` is 1 where more is better, -1 where less is, 0 where it is neither. `cards` are the sets that its
    numbers open: of a count one, of a share the part and the whole, of a time none.

    `count` is what it is over a period, for shares that one of sets.SHARES; `present` what it is at this moment.
    `under` is what is below the number unless that is the usual (_under), `more` goes on after the meaning and is of
    these very cards.
    """

    key: str
    title: Words
    meaning: Words
    unit: Unit
    better: int = 0
    cards: Sequence[str] = ()
    count: Callable[[Tally], Value] | None = None
    present: Callable[[Now], int] | None = None
    under: Below | None = None
    more: Callable[[Tally], str] | None = None

    def value(self, whole: Tally, now: Now) -> Value:
        if self.present:
            return self.present(now)
        return self.count(whole) if self.count else whole.shares[self.key]

    def number(self, whole: Tally, now: Now) -> Number:
        match self.value(whole, now):
            case Share() as share:
                return Number(self.unit, share.percent, share.n)
            case Median() as median:
                return Number(self.unit, median.middle, median.n)
            case count:
                return Number(self.unit, count)

    def lines(self, whole: Tally, now: Now) -> tuple[Piece, Sequence[Piece]]:
        """The number, and what is below it in small type."""
        value, text = self.value(whole, now), shown(self.number(whole, now))
        below = self.under(whole, now) if self.under else self._under(value)
        if isinstance(value, Median):
            return Piece(text), below
        return Piece(text, self.cards[0], value.part if isinstance(value, Share) else value), below

    def _under(self, value: Value) -> Sequence[Piece]:
        match value:
            case Share() as share:
                return share_pieces(share, self.cards)
            case Median() as median:
                return [Piece(gettext("девять из десяти: %s") % shown(Number(self.unit, median.ninth)))]
            case _count:
                return []

    def explained(self, whole: Tally) -> str:
        return f"{self.meaning} {self.more(whole)}" if self.more else str(self.meaning)


def _share(
    key: str,
    title: Words,
    meaning: Words,
    better: int = 1,
    under: Below | None = None,
    more: Callable[[Tally], str] | None = None,
) -> Measure:
    return Measure(key, title, meaning, Unit.PERCENT, better, SHARES[key], under=under, more=more)


def _stage(key: str, title: Words, meaning: Words) -> Measure:
    return Measure(key, title, meaning, Unit.TIME, -1, [What(f"stage_{key}")])


def _noise(whole: Tally, _now: Now) -> Sequence[Piece]:
    return pieces(gettext("из них не инцидент: %(n)d"), n=counted(What.NOISE, whole.noise))


def _answered(whole: Tally, _now: Now) -> Sequence[Piece]:
    line = whole.line
    return pieces(
        gettext("%(part)d из %(n)d, ждут ответа: %(wait)d"),
        part=counted(What.ANSWERED, line.answered),
        n=counted(What.ALL, line.count),
        wait=counted(What.WAITING, line.waiting),
    )


def _clocks(_whole: Tally, now: Now) -> Sequence[Piece]:
    late = [f"{clock.label}: {now.by_clock[clock]}" for clock in Norm.Clock if clock in now.by_clock]
    return [Piece(", ".join(late) or gettext("ни одни часы не вышли"))]


def _satisfied(whole: Tally, _now: Now) -> Sequence[Piece]:
    good = whole.shares["good"]
    of = share_pieces(good, SHARES["good"])
    return pieces(gettext("%(n)s, %(interval)s"), n=of, interval=[Piece(interval(good))]) if good.n else of


def _of_asked(whole: Tally) -> str:
    words = gettext("Оценили %(n)d из %(asked)d, кого мы ждали; промежуток — 95\u00a0%% по Уилсону.")
    return words % {"n": whole.line.good.n, "asked": whole.asked}


def hard(whole: Tally) -> Sequence[Piece]:
    """A sentence about the cards that are marked hard, apart; [] where none is."""
    if not whole.hard.count:
        return []
    return pieces(
        gettext(
            "Особо сложных: %(count)d. За сутки ответили: на особо сложные — %(hard)s, на остальные — %(others)s. "
            "В показателях выше считаются и те и другие."
        ),
        count=[counted(What.HARD, whole.hard.count)],
        hard=[Piece(of_n(whole.hard.within_day))],
        others=[Piece(of_n(whole.others.within_day))],
    )


MEASURES: Mapping[str, Measure] = {
    one.key: one
    for one in (
        Measure(
            "received",
            _("Пришло"),
            _("Карточки, открытые по сообщениям, которые люди написали за период."),
            Unit.CARDS,
            cards=[What.RECEIVED],
            count=lambda whole: whole.received,
            under=_noise,
        ),
        _share(
            "answered",
            _("Отвечено"),
            _("Доля карточек периода, по которым опубликован первый ответ. «Не инцидент» не считается."),
            under=_answered,
        ),
        Measure(
            "open",
            _("Сейчас в работе"),
            _("Все карточки, с которыми ещё надо что-то сделать: от новых до ждущих публикации."),
            Unit.CARDS,
            cards=[OPEN_NOW],
            present=lambda now: now.open,
            under=lambda _whole, _now: [Piece(gettext("независимо от периода"))],
        ),
        Measure(
            "overdue",
            _("Сейчас просрочено"),
            _("Карточки в работе, у которых вышел срок. На одной карточке может выйти сразу несколько сроков."),
            Unit.CARDS,
            -1,
            cards=[OVERDUE_NOW],
            present=lambda now: now.overdue,
            under=_clocks,
        ),
        Measure(
            "first_answer",
            _("Первый ответ"),
            _(
                "Медиана: половина ответов быстрее, половина медленнее. От сообщения человека до публикации, "
                "по календарю, с ночами и выходными. Только по отвеченным карточкам."
            ),
            Unit.TIME,
            -1,
            count=lambda whole: whole.first,
        ),
        Measure(
            "working",
            _("Первый ответ, рабочее время"),
            _("То же самое, но идут только рабочие часы по производственному календарю."),
            Unit.WORKING,
            -1,
            count=lambda whole: whole.working,
        ),
        _share("quick", format_lazy(_("Ответ {quickly}"), quickly=QUICKLY), lazy(quickly_means, str)()),
        _share(
            "within_day",
            _("Ответ за сутки"),
            _("По календарю. Считаются отвеченные карточки и те, что ждут уже дольше суток."),
        ),
        _share(
            "good",
            _("Довольны ответом"),
            _(
                "Доля оценок 4 и 5. Одна карточка — одна оценка, последняя; отклики под ответом считаются, когда их "
                "подтвердил оператор."
            ),
            under=_satisfied,
            more=_of_asked,
        ),
        _share(
            "brushed_off",
            _("Формальные ответы"),
            _("Решаемые карточки, которые кончились словом «разъяснено», среди решаемых с итогом."),
            -1,
        ),
        _share(
            "reopened",
            _("Открыты снова"),
            _("Отвеченные карточки, к которым пришлось вернуться: человек написал, что не помогло."),
            -1,
        ),
        _share(
            "second",
            _("Повторный ответ в срок"),
            _(
                "Карточки, которые открыли снова и после этого каждый раз отвечали в срок повторного ответа, среди "
                "тех, где такой ответ уже дан или срок его прошёл. В сроки первого ответа не входит."
            ),
        ),
        _share(
            "returned",
            _("Вернули: «не наше»"),
            _("Карточки, которые хотя бы раз назначили не тому."),
            -1,
        ),
        _share(
            "sent_back",
            _("Вернули с замечанием"),
            _("Карточки, ответ на которых согласующий хотя бы раз вернул, из отправленных на согласование."),
            -1,
        ),
        _share(
            "solved",
            _("Проблема решена"),
            _(
                "Жители сказали «решена», из всех, кто ответил на этот вопрос. "
                "Последнее подтверждённое слово на карточке."
            ),
        ),
        _share(
            "kept",
            _("Сдержали обещание"),
            _(
                "Карточки, где всё обещанное сделали к названному дню, из тех, где этот день наступил. "
                "Перенос срока обещания не сдерживает, отменённые не считаются."
            ),
        ),
        _share(
            "gathered",
            _("Писали несколько человек"),
            _("Карточки, на которых об одном и том же писал не один житель."),
            0,
        ),
        _share(
            "same_author",
            _("Тот же житель о том же"),
            _("Карточки, за 30 дней до которых тот же житель уже писал на ту же тему, из карточек с темой."),
            -1,
        ),
        _share(
            "same_place",
            _("Там же о том же"),
            _("Карточки, за 30 дней до которых о том же месте уже писали на ту же тему, из карточек с местом и темой."),
            -1,
        ),
        Measure(
            AGREED,
            _("Взяли первую подсказку темы"),
            _("Карточки, где человек выбрал тему, которую система назвала первой. Последние 2000 решений периода."),
            Unit.PERCENT,
            1,
            [AGREED, DECIDED],
        ),
        Measure(
            AMONG_THREE,
            _("Взяли одну из трёх подсказок"),
            _("Выбранная тема была среди трёх названных. Те же решения."),
            Unit.PERCENT,
            1,
            [AMONG_THREE, DECIDED],
        ),
        _share("not_brushed_off", _("Решаемое не кончилось словом «разъяснено»"), ""),
        _share("not_reopened", _("Не пришлось открывать снова"), ""),
        _share("not_returned", _("Не вернули как чужое"), ""),
    )
}
HEAD = (
    *("received", "answered", "open", "overdue", "first_answer", "working", "quick", "within_day"),
    *("good", "brushed_off", "reopened", "second", "returned"),
)
"""The head of the page of figures and of each file, the most important first; the first is how many cards came."""

STAGES: Mapping[str, Measure] = {
    one.key: one
    for one in (
        _stage("found", _("Найти"), _("От сообщения человека до карточки.")),
        _stage("routed", _("Назначить"), _("От карточки до последнего назначения ведомству.")),
        _stage(
            "prepared",
            _("Подготовить"),
            _("От последнего назначения до отправки ответа на согласование."),
        ),
        _stage(
            "approved",
            _("Согласовать и опубликовать"),
            _("От отправки на согласование до первого опубликованного ответа последнего исполнителя."),
        ),
        _stage(
            "first",
            _("Первый ответ"),
            _("От сообщения человека до первого опубликованного ответа, чьего бы то ни было."),
        ),
        _stage(
            "final",
            _("Итоговый ответ"),
            _("От сообщения человека до опубликованного итогового ответа."),
        ),
        _stage(
            "closed",
            _("Закрыть"),
            _("От итогового ответа до закрытия: по оценке жителя, по его молчанию или по решению сотрудника."),
        ),
    )
}
"""How long each step of stages.py takes."""
