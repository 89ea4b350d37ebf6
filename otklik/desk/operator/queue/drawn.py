"""Rows of the queue as markup: for the page, and for answers that its script puts into its list."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from otklik.desk.operator.queue.filters import Filters
from otklik.desk.operator.queue.rows import Row
from otklik.desk.operator.queue.shown import TEXT_SHOWN, WORD_SHOWN
from otklik.incidents.models import CloseReason, NoiseReason, Outcome, State
from otklik.work.translated import words_of

# What people write is escaped, so it cannot hold this.
_BETWEEN = "<!--row-->"


def drawn(request: HttpRequest, rows: Sequence[Row], chosen: Filters, now: datetime) -> list[SafeString]:
    """The inside of each row's <li>, in their order."""
    if not rows:
        return []
    context = {
        "rows": rows,
        "chosen": chosen,
        "noise_reasons": words_of(NoiseReason),
        "states": words_of(State),
        "outcomes": words_of(Outcome),
        "close_reasons": words_of(CloseReason),
        "text_shown": TEXT_SHOWN,
        "word_shown": WORD_SHOWN,
        "now": now,
        "csrf": csrf_input(request),
    }
    html = get_template("desk/queue/rows.html").render(context)
    return [mark_safe(row) for row in html.split(_BETWEEN)]  # noqa: S308 the template escapes
