"""`{% load statistics %}`: the lines of long tables of figures, which Jinja2 draws (docs/adr/0010)."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from otklik.desk.head.tables import Bar, TableRow
from otklik.reports.breakdowns import ON_PAGE

register = template.Library()


@register.simple_tag
def breakdown_lines(rows: Sequence[TableRow]) -> SafeString:
    """{% breakdown_lines table.rows %}: the inside of a <tbody>."""
    return _drawn("desk/statistics/lines.html", rows=rows, heads=[str(column.page) for column in ON_PAGE])


@register.simple_tag
def day_lines(bars: Sequence[Bar]) -> SafeString:
    """{% day_lines bars %}: the inside of a <tbody>."""
    return _drawn("desk/statistics/days.html", bars=bars)


def _drawn(name: str, **context: Any) -> SafeString:
    return mark_safe(get_template(name).render(context))  # noqa: S308 the template escapes
