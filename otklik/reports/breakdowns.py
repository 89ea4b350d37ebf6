"""What figures are broken down by, and what a table tells of each line: for pages, CSV, workbooks and paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from otklik.reports.arithmetic import Share
from otklik.reports.atlas import AGENCY, GROUP, MUNICIPALITY, Atlas
from otklik.reports.columns import Column as Keys
from otklik.reports.columns import word
from otklik.reports.fold import Line, Reopenings
from otklik.reports.promptly import QUICKLY_TITLE
from otklik.reports.report import Number, Unit
from otklik.reports.slices import Slice

THEME, NETWORK = "theme", "network"
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`key` is its word in an address and the field of Narrowing and of Names. `title` heads a table, `line` the column
    of its names, `by` stands where a reader chooses. `keys` is a number for each card, 0 for none; `value` what such a
    number is in an address."""

    key: str
    title: Words
    line: Words
    by: Words
    keys: Callable[[Atlas, Slice], Keys]
    value: Callable[[int], int | str] = int


BREAKDOWNS: Mapping[str, Breakdown] = {
    one.key: one
    for one in (
        Breakdown(
            GROUP,
            _("Группы тем"),
            _("Группа тем"),
            _("по группам тем"),
            lambda atlas, cards: atlas.group_of_theme(cards["theme"]),
        ),
        Breakdown(THEME, "", _("Тема"), _("по темам"), lambda _atlas, cards: cards["theme"]),
        Breakdown(
            MUNICIPALITY,
            _("Муниципалитеты"),
            _("Муниципалитет"),
            _("по муниципалитетам"),
            lambda atlas, cards: atlas.municipality_of_place(cards["place"]),
        ),
        Breakdown(
            AGENCY,
            _("Ведомства"),
            _("Ведомство"),
            _("по ведомствам"),
            lambda atlas, cards: atlas.agency_of_agency(cards["agency"]),
        ),
        Breakdown(NETWORK, _("Сети"), _("Сеть"), _("по сетям"), lambda _atlas, cards: cards["network"], word),
    )
}
TABLES = (GROUP, MUNICIPALITY, AGENCY, NETWORK)
"""Of which pages and files have a table."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a table tells of a line: its field `key`. `title` heads it in a spreadsheet, where a share has a second
    column, `of` how many; `brief` heads it on paper and `page` on a page, which `hint` explains; None where that leaves
    it out."""

    key: str
    title: Words
    unit: Unit
    of: Words | None = None
    brief: Words | None = None
    page: Words | None = None
    hint: Words = ""

    def number(self, line: Line | Reopenings) -> Number:
        value: int | Share | None = getattr(line, self.key)
        return Number(self.unit, value.percent, value.n) if isinstance(value, Share) else Number(self.unit, value)

    @property
    def titles(self) -> list[str]:
        return [str(title) for title in (self.title, self.of) if title is not None]


LINE: Sequence[Column] = (
    Column("count", _("Карточек без «не инцидент»"), Unit.CARDS, brief=_("Карточек"), page=_("Карточек")),
    Column("answered", _("Отвечено"), Unit.CARDS),
    Column("waiting", _("Ждут ответа"), Unit.CARDS, brief=_("Ждут")),
    Column(
        "median",
        _("Первый ответ: медиана, ч"),
        Unit.TIME,
        brief=_("Медиана ответа"),
        page=_("Первый ответ"),
        hint=_("Первый ответ, медиана по календарю"),
    ),
    Column("ninth", _("Первый ответ: 9 из 10 не дольше, ч"), Unit.TIME),
    Column(
        "quick",
        format_lazy("{}, %", QUICKLY_TITLE),
        Unit.PERCENT,
        format_lazy(_("{}: из скольких"), QUICKLY_TITLE),
        QUICKLY_TITLE,
    ),
    Column("within_day", _("За сутки, %"), Unit.PERCENT, _("За сутки: из скольких"), _("За сутки"), _("За сутки")),
    Column(
        "good",
        _("Оценки 4 и 5, %"),
        Unit.PERCENT,
        _("Оценок"),
        _("Оценки 4 и 5"),
        _("Довольны"),
        _("Доля оценок 4 и 5"),
    ),
)
"""Of a Line."""
ON_PAPER = [one for one in LINE if one.brief is not None]
ON_PAGE = [one for one in LINE if one.page is not None]

REOPENED: Sequence[Column] = (
    Column("count", _("Открыты снова"), Unit.CARDS),
    Column("reopened", _("Открыты снова, %"), Unit.PERCENT, _("Открыты снова: из скольких отвеченных")),
    Column("second", _("Повторный ответ в срок, %"), Unit.PERCENT, _("Повторный ответ: из скольких")),
)
"""Of Reopenings."""
