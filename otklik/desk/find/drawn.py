"""Rows of cards as they are drawn: what was found, and what stands behind a figure."""

from collections.abc import Sequence

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from otklik.desk.find.rows import Row
from otklik.incidents.models import Outcome, State
from otklik.work.translated import words_of


def drawn(rows: Sequence[Row]) -> SafeString:
    """The items of a list of cards."""
    words = {"states": words_of(State), "outcomes": words_of(Outcome)}
    html = get_template("desk/find/rows.html").render({"rows": rows, **words})
    return mark_safe(html)  # noqa: S308 the template escapes
