"""The parts of a bar: how the cards of one day were answered. One order, words and colours for all formats."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.reports.fold import Bucket
from otklik.reports.promptly import QUICKLY


@dataclass(frozen=True, slots=True)
class Part:
    """`of` counts the cards of a day that belong to this part."""

    words: str | Promise
    colour: str
    of: Callable[[Bucket], int]

    def title(self) -> str:
        return str(self.words)


PARTS = (
    Part(QUICKLY, "#1f8a5b", attrgetter("quick")),
    Part(_("за сутки"), "#7cc4a0", attrgetter("within_day")),
    Part(_("позже"), "#e0a21b", attrgetter("later")),
    Part(_("ждут ответа"), "#d1495b", attrgetter("waiting")),
    Part(_("закрыты без ответа"), "#8d96a3", attrgetter("closed")),
    Part(_("не инцидент"), "#cfd5dc", attrgetter("noise")),
)
LINE = "#1f6feb"
