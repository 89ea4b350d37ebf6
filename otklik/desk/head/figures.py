"""A number on a page of figures, with the way to its cards, and what each set of cards is called there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.head.ask import Asked
from otklik.reports.arithmetic import Share
from otklik.reports.catalogue import AGREED, AMONG_THREE, DECIDED, MEASURES, OPEN_NOW, OVERDUE_NOW, STAGES
from otklik.reports.periods import Preset
from otklik.reports.promptly import QUICKLY
from otklik.reports.sets import SHARES, What
from otklik.reports.shown import Piece, grouped, per_cent

TITLES: Mapping[str, Any] = {
    What.ALL: gettext_lazy("Все карточки, без «не инцидент»"),
    What.RECEIVED: gettext_lazy("Все, что пришло, вместе с «не инцидент»"),
    What.NOISE: gettext_lazy("Не инцидент"),
    What.ANSWERED: gettext_lazy("С первым ответом"),
    What.WAITING: gettext_lazy("Ждут первого ответа"),
    What.CLOSED: gettext_lazy("Закрыты без ответа"),
    What.QUICK: format_lazy(gettext_lazy("Ответили {quickly}"), quickly=QUICKLY),
    What.NOT_QUICK: format_lazy(gettext_lazy("Не ответили {quickly}"), quickly=QUICKLY),
    What.QUICK_DUE: format_lazy(gettext_lazy("Ответили {quickly} или позже, или ждут дольше"), quickly=QUICKLY),
    What.WITHIN_DAY: gettext_lazy("Ответили за сутки"),
    What.LATE: gettext_lazy("Не ответили за сутки"),
    What.DUE_DAY: gettext_lazy("Ответили или ждут дольше суток"),
    What.SAME_DAY: format_lazy(gettext_lazy("Ответили за сутки, но не {quickly}"), quickly=QUICKLY),
    What.LATER: gettext_lazy("Ответили позже, чем за сутки"),
    What.GOOD: gettext_lazy("Довольны ответом: оценки 4 и 5"),
    What.BAD: gettext_lazy("Недовольны ответом: оценки от 1 до 3"),
    What.RATED: gettext_lazy("С оценкой ответа"),
    What.RATED_SOLVED: gettext_lazy("Житель сказал: решена"),
    What.RATED_PARTLY: gettext_lazy("Житель сказал: решена частично"),
    What.RATED_UNSOLVED: gettext_lazy("Житель сказал: не решена"),
    What.WITH_VERDICT: gettext_lazy("Житель сказал, решена ли проблема"),
    What.SOLVED: gettext_lazy("Решено"),
    What.EXPLAINED: gettext_lazy("Разъяснено"),
    What.UNSOLVED: gettext_lazy("Не решено"),
    What.POSTPONED: gettext_lazy("Отложено"),
    What.BRUSHED_OFF: gettext_lazy("Решаемые, которые кончились словом «разъяснено»"),
    What.NOT_BRUSHED_OFF: gettext_lazy("Решаемые с другим итогом"),
    What.SOLVABLE: gettext_lazy("Решаемые с итогом"),
    What.REOPENED: MEASURES["reopened"].title,
    What.NOT_REOPENED: gettext_lazy("С ответом, снова не открыты"),
    What.SECOND_IN_TIME: MEASURES["second"].title,
    What.SECOND_LATE: gettext_lazy("Повторный ответ не в срок"),
    What.SECOND_DUE: gettext_lazy("Повторный ответ дан или срок его прошёл"),
    What.RETURNED: MEASURES["returned"].title,
    What.NOT_RETURNED: gettext_lazy("Никто не вернул как чужое"),
    What.SENT_BACK: gettext_lazy("Ответ вернули с замечанием"),
    What.NOT_SENT_BACK: gettext_lazy("Ответ отправили, замечаний не было"),
    What.SUBMITTED: gettext_lazy("Ответ отправляли на согласование"),
    What.HARD: gettext_lazy("Особо сложные"),
    What.GATHERED: MEASURES["gathered"].title,
    What.SAME_AUTHOR: gettext_lazy("Тот же житель снова о том же"),
    What.WITH_AUTHOR: gettext_lazy("Известны житель и тема"),
    What.SAME_PLACE: gettext_lazy("Там же снова о том же"),
    What.WITH_PLACE: gettext_lazy("Известны место и тема"),
    What.KEPT: gettext_lazy("Обещание сдержали"),
    What.UNKEPT: gettext_lazy("Обещание не сдержали в срок"),
    What.PROMISED: gettext_lazy("Обещанный день наступил"),
    **{one.cards[0]: format_lazy(gettext_lazy("Прошли шаг «{step}»"), step=one.title) for one in STAGES.values()},
    OPEN_NOW: MEASURES["open"].title,
    OVERDUE_NOW: MEASURES["overdue"].title,
    AGREED: MEASURES[AGREED].title,
    AMONG_THREE: gettext_lazy("Взяли одну из трёх подсказок темы"),
    DECIDED: gettext_lazy("Тему выбрал человек"),
}
Narrower = Mapping[str, str | int]
"""What leads from a page to a line of it: words of its address."""
_NOT_AT_ALL: Narrower = {}


@dataclass(frozen=True, slots=True)
class Figure:
    """As it is shown. `address` is "" where no card stands behind it; `hint` says how many open, and which."""

    text: str
    address: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A share, which opens the cards that it speaks of, and all of which they are a part."""

    value: Figure
    whole: Figure


def cards_at(asked: Asked, what: str, narrower: Narrower = _NOT_AT_ALL) -> str:
    """Where the cards of a figure are: those of the page, or of a line of it."""
    return Opener(asked).along(narrower).way(what)


@cache
def _page() -> str:
    """Asked for a thousand times a page."""
    return reverse("behind")


class Opener:
    """Leads the numbers of one page to their cards. A page may have thousands: what many have in common is put together
    once."""

    def __init__(self, asked: Asked) -> None:
        self._asked, self._hints = asked, dict[str, str]()

    def along(self, narrower: Narrower = _NOT_AT_ALL) -> "Narrowed":
        """For the numbers of one line."""
        return Narrowed(_page() + self._asked.link(order="", **narrower), self._hint)

    def _hint(self, what: str) -> str:
        if what not in self._hints:
            title = str(TITLES[what]).replace("%", "%%")
            self._hints[what] = _("Открыть карточки (%(count)d): %(title)s").replace("%(title)s", title)
        return self._hints[what]


class Narrowed:
    """The numbers of one line: all lead to a page that is narrowed alike."""

    def __init__(self, way: str, hint: Callable[[str], str]) -> None:
        self._way, self._hint = way, hint

    def way(self, what: str) -> str:
        """Where the cards of this set are."""
        return f"{self._way}&what={what}"

    def figure(self, what: str, count: int, text: str = "") -> Figure:
        """`count` cards of this set; they are shown as `text` where that is another thing than their number."""
        shown = text or grouped(count)
        return Figure(shown, self.way(what), self._hint(what) % {"count": count}) if count else Figure(shown)

    def share(self, name: str, share: Share) -> Opened:
        """`name` is that of sets.SHARES."""
        part, whole = SHARES[name]
        return Opened(self.figure(part, share.part, per_cent(share)), self.figure(whole, share.n))


def figure(asked: Asked, what: str, count: int, narrower: Narrower = _NOT_AT_ALL, text: str = "") -> Figure:
    """One number by itself."""
    return Opener(asked).along(narrower).figure(what, count, text)


def figures_of(asked: Asked, some: Iterable[Piece]) -> list[Figure]:
    """The parts of a sentence, each number leading to its cards."""
    line = Opener(asked).along()
    return [line.figure(one.cards, one.count, one.text) if one.cards else Figure(one.text) for one in some]


def days(first: date, last: date) -> dict[str, str]:
    """What narrows a page to these days, both inside."""
    return {"period": Preset.OWN.value, "since": first.isoformat(), "until": last.isoformat()}
