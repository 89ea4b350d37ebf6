"""The map of the page of figures: how many cards, answered within a day, content, by municipality."""

from django.utils.translation import gettext as _

from otklik.desk.map.values import Map, Measure, Value, map_of
from otklik.desk.statistics.ask import Asked
from otklik.desk.statistics.tiles import grouped, of_n, per_cent
from otklik.reports.arithmetic import Share
from otklik.reports.atlas import Names
from otklik.reports.queries import Figures


def mapped(figures: Figures, names: Names, asked: Asked) -> Map | None:
    """The same numbers as the table of municipalities; None where that one has no rows."""
    lines = figures.municipalities
    if not lines or asked.narrowing.municipality:
        return None
    measures = [
        Measure(_("Карточек"), {pk: Value(line.count, grouped(line.count)) for pk, line in lines.items()}),
        Measure(_("За сутки"), {pk: _share(line.within_day) for pk, line in lines.items()}, shares=True),
        Measure(_("Довольны"), {pk: _share(line.good) for pk, line in lines.items()}, shares=True),
    ]
    return map_of(measures, names.municipality, lambda pk: asked.link(municipality=pk))


def _share(share: Share) -> Value:
    words = f"{per_cent(share)}, {of_n(share)}" if share.n else of_n(share)
    return Value(share.percent, words, few=bool(share.n) and not share.enough)
