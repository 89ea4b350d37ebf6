"""The map of the page of figures: how many cards, answered within a day, content, by municipality."""

from django.utils.translation import gettext as _

from otklik.desk.map.values import Map, counted, map_of, shared
from otklik.desk.statistics.ask import Asked
from otklik.reports.atlas import Names
from otklik.reports.queries import Figures


def mapped(figures: Figures, names: Names, asked: Asked) -> Map | None:
    """The same numbers as the table of municipalities; None where that one has no rows."""
    lines = figures.municipalities
    if not lines or asked.narrowing.municipality:
        return None
    measures = [
        counted(_("Карточек"), {pk: line.count for pk, line in lines.items()}, names.people),
        shared(_("За сутки"), {pk: line.within_day for pk, line in lines.items()}),
        shared(_("Довольны"), {pk: line.good for pk, line in lines.items()}),
    ]
    return map_of(measures, names.municipality, lambda pk: asked.link(municipality=pk))
