"""«Открыты снова» by agency: how many cards, of how many answered ones, and how often the next answer came in time."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from otklik.desk.behind.links import Figure, Opened, Opener
from otklik.desk.statistics.ask import Asked
from otklik.reports.arithmetic import ENOUGH
from otklik.reports.atlas import Names
from otklik.reports.queries import Figures
from otklik.reports.sets import SHARES, What


@dataclass(frozen=True, slots=True)
class Row:
    """`few` and `few_seconds`: too few cards behind the share to judge by."""

    name: str
    address: str
    count: Figure
    share: Figure
    of: Figure
    few: bool
    second: Figure
    second_of: Figure
    few_seconds: bool


def rows(figures: Figures, names: Names, asked: Asked) -> list[Row]:
    """The agencies of which a card was opened again, those with the most first."""
    found = sorted(figures.reopenings.items(), key=lambda one: (-one[1].reopened.part, one[0]))
    opener, told = Opener(asked), []
    for key, one in found:
        line = opener.along({"agency": key})
        opened, second = line.share(one.reopened, SHARES["reopened"]), line.share(one.second, SHARES["second"])
        told.append(
            Row(
                name=names.agency.get(key, str(key)),
                address=asked.link(agency=key),
                count=line.figure(What.REOPENED, one.reopened.part),
                share=opened.value,
                of=_of(opened, one.reopened.n),
                few=one.reopened.n < ENOUGH,
                second=second.value,
                second_of=_of(second, one.second.n),
                few_seconds=one.second.n < ENOUGH,
            )
        )
    return told


def _of(opened: Opened, n: int) -> Figure:
    """«из 12», which opens them."""
    return replace(opened.whole, text=_("из %d") % n if n else "")
