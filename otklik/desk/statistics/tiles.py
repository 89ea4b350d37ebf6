"""Figures as tiles: a value, its n, how it has changed, and in plain words how it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.desk.behind import links
from otklik.desk.behind.links import Figure, figure, pieces
from otklik.desk.behind.words import OPEN_NOW, OVERDUE_NOW
from otklik.desk.format import duration, working_duration
from otklik.desk.statistics.ask import Asked
from otklik.reports.arithmetic import ENOUGH, Share, change
from otklik.reports.measures import SECOND_MEANS
from otklik.reports.promptly import quickly, quickly_means
from otklik.reports.queries import Figures
from otklik.reports.sets import SHARES, What
from otklik.routing.models import Norm

DASH = "—"
Between = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Change:
    """Against the period before. `tone` is good, late or "" (neither); the words never need the colour."""

    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """`number` leads to its cards, and so do the numbers in what is `told` under it."""

    title: str
    number: Figure
    told: Sequence[Figure]
    explained: str
    change: Change | None = None
    tone: str = ""

    @property
    def value(self) -> str:
        return self.number.text

    @property
    def under(self) -> str:
        return "".join(one.text for one in self.told)


def tiles(figures: Figures, asked: Asked) -> list[Tile]:
    """The head of the page, the most important first."""
    return [*_flow(figures, asked), *_speed(figures, asked), *_help(figures, asked)]


def grouped(number: int) -> str:
    """«16 000»: thousands apart, with a space that does not break."""
    return f"{number:,}".replace(",", "\u00a0")


def per_cent(share: Share) -> str:
    return DASH if share.percent is None else f"{share.percent}\u00a0%"


def interval(share: Share) -> str:
    """«между 41 и 55 %»; for few marks the interval itself warns of them."""
    low, high = share.interval
    return _("скорее всего %(low)d–%(high)d\u00a0%%") % {"low": low, "high": high}


def of_n(share: Share) -> str:
    if not share.n:
        return _("пока не из чего считать")
    words = _("%(part)d из %(n)d") % {"part": share.part, "n": share.n}
    return words if share.enough else _("%s: слишком мало для вывода") % words


def lasted(seconds: int | None, working: bool = False) -> str:
    if seconds is None:
        return DASH
    return working_duration(seconds, 0) if working else duration(seconds)


def _flow(figures: Figures, asked: Asked) -> list[Tile]:
    now, before = figures.whole, figures.before
    answered = Share(now.line.answered, now.line.count)
    opened = links.share(asked, answered, (What.ANSWERED, What.ALL))
    late = figures.now.by_clock
    clocks = ", ".join(f"{clock.label}: {late[clock]}" for clock in Norm.Clock if clock in late)
    return [
        Tile(
            _("Пришло"),
            figure(asked, What.RECEIVED, now.received),
            pieces(_("из них не инцидент: %(n)d"), n=figure(asked, What.NOISE, now.noise)),
            _("Карточки, открытые по сообщениям, которые люди написали за период."),
            _more(now.received, before.received),
        ),
        Tile(
            _("Отвечено"),
            opened.value,
            pieces(
                _("%(part)d из %(n)d, ждут ответа: %(wait)d"),
                part=opened.part,
                n=opened.whole,
                wait=figure(asked, What.WAITING, now.line.waiting),
            ),
            _("Доля карточек периода, по которым опубликован первый ответ. «Не инцидент» не считается."),
        ),
        Tile(
            _("Сейчас в работе"),
            figure(asked, OPEN_NOW, figures.now.open),
            [Figure(_("независимо от периода"))],
            _("Все карточки, с которыми ещё надо что-то сделать: от новых до ждущих публикации."),
        ),
        Tile(
            _("Сейчас просрочено"),
            figure(asked, OVERDUE_NOW, figures.now.overdue),
            [Figure(clocks or _("ни одни часы не вышли"))],
            _("Карточки в работе, у которых вышел срок. На одной карточке может выйти сразу несколько сроков."),
            tone="late" if figures.now.overdue else "good",
        ),
    ]


def _speed(figures: Figures, asked: Asked) -> list[Tile]:
    now, before = figures.whole, figures.before
    return [
        Tile(
            _("Первый ответ"),
            Figure(lasted(now.line.median)),
            [Figure(_("девять из десяти: %s") % lasted(now.line.ninth))],
            _(
                "Медиана: половина ответов быстрее, половина медленнее. От сообщения человека до публикации, "
                "по календарю, с ночами и выходными. Только по отвеченным карточкам."
            ),
            _faster(now.line.median, before.line.median, now.between, before.between),
        ),
        Tile(
            _("Первый ответ, рабочее время"),
            Figure(lasted(now.working_median, working=True)),
            [Figure(_("девять из десяти: %s") % lasted(now.working_ninth, working=True))],
            _("То же самое, но идут только рабочие часы по производственному календарю."),
            _faster(now.working_median, before.working_median, now.working_between, before.working_between, True),
        ),
        _share(
            asked,
            "quick",
            _("Ответ %s") % quickly(),
            now.line.quick,
            quickly_means(),
            _points(now.line.quick, before.line.quick),
        ),
        _share(
            asked,
            "within_day",
            _("Ответ за сутки"),
            now.line.within_day,
            _("По календарю. Считаются отвеченные карточки и те, что ждут уже дольше суток."),
            _points(now.line.within_day, before.line.within_day),
        ),
    ]


def _help(figures: Figures, asked: Asked) -> list[Tile]:
    now, before = figures.whole, figures.before
    good = now.line.good
    opened = links.share(asked, good, SHARES["good"])
    told = links.of_n(good, opened)
    sure = [Figure(interval(good))]
    return [
        Tile(
            _("Довольны ответом"),
            opened.value,
            pieces(_("%(n)s, %(interval)s"), n=told, interval=sure) if good.n else told,
            _(
                "Доля оценок 4 и 5. Одна карточка — одна оценка, последняя; отклики под ответом считаются, когда их "
                "подтвердил оператор. Оценили %(n)d из %(asked)d, кого мы ждали; промежуток — 95\u00a0%% по Уилсону."
            )
            % {"n": good.n, "asked": now.asked},
            _points(good, before.line.good),
        ),
        _share(
            asked,
            "brushed_off",
            _("Формальные ответы"),
            now.brushed_off,
            _("Решаемые карточки, которые кончились словом «разъяснено», среди решаемых с итогом."),
            _points(now.brushed_off, before.brushed_off, good=-1),
        ),
        _share(
            asked,
            "reopened",
            _("Открыты снова"),
            now.reopened,
            _("Отвеченные карточки, к которым пришлось вернуться: человек написал, что не помогло."),
            _points(now.reopened, before.reopened, good=-1),
        ),
        _share(
            asked,
            "second",
            _("Повторный ответ в срок"),
            now.second,
            str(SECOND_MEANS),
            _points(now.second, before.second),
        ),
        _share(
            asked,
            "returned",
            _("Вернули: «не наше»"),
            now.returned,
            _("Карточки, которые хотя бы раз назначили не тому."),
            _points(now.returned, before.returned, good=-1),
        ),
    ]


def _share(asked: Asked, name: str, title: str, told: Share, explained: str, change: Change | None) -> Tile:
    opened = links.share(asked, told, SHARES[name])
    return Tile(title, opened.value, links.of_n(told, opened), explained, change)


def _more(now: int, before: int) -> Change | None:
    by = change(now, before)
    if by is None or before < ENOUGH:
        return None
    words = _("было %d") % before
    return Change(_("столько же") if not by else f"{by:+d} %, {words}".replace("-", "−"))


def _faster(now: int | None, before: int | None, here: Between, there: Between, working: bool = False) -> Change | None:
    """Coloured only when the intervals of the two medians do not meet."""
    if now is None or before is None or here is None or there is None:
        return None
    if abs(now - before) < 60:
        return Change(_("столько же"))
    sure = here[1] < there[0] or here[0] > there[1]
    words = _("было %s") % lasted(before, working)
    if now < before:
        return Change(_("быстрее, %s") % words, "good" if sure else "")
    return Change(_("медленнее, %s") % words, "late" if sure else "")


def _points(now: Share, before: Share, good: int = 1) -> Change | None:
    """The difference in percentage points; coloured only when the two intervals do not overlap."""
    if not (now.enough and before.enough) or now.percent is None or before.percent is None:
        return None
    by = now.percent - before.percent
    if not by:
        return Change(_("столько же"), "")
    words = _("было %(was)d %% из %(n)d") % {"was": before.percent, "n": before.n}
    (low, high), (was_low, was_high) = now.interval, before.interval
    sure = low > was_high or high < was_low
    tone = ("good" if by * good > 0 else "late") if sure else ""
    return Change(_("%(by)s п. п., %(was)s") % {"by": f"{by:+d}".replace("-", "−"), "was": words}, tone)
