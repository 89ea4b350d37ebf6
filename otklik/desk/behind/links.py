"""A number on a page of figures, with the way to its cards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.desk.behind.words import TITLES
from otklik.desk.statistics.ask import Asked
from otklik.reports.arithmetic import Share
from otklik.reports.periods import Preset
from otklik.reports.sets import SHARES
from otklik.reports.shown import Piece, grouped, per_cent

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
