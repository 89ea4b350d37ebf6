"""Rows of the queue as markup: for the page, and for answers that its script puts into its list."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from otklik.desk.queue.filters import Filters
from otklik.desk.queue.rows import Row
from otklik.incidents.models import NoiseReason


def drawn(request: HttpRequest, rows: Sequence[Row], chosen: Filters, now: datetime) -> list[SafeString]:
    """The inside of each row's <li>, in their order."""
    template = get_template("desk/queue/row.html")
    same = {
        "chosen": chosen,
        "noise_reasons": {code: str(words) for code, words in NoiseReason.choices},
        "now": now,
        "csrf": csrf_input(request),
        # The same dozen words for each row: looked up once.
        "_": cache(gettext),
        "pgettext": cache(pgettext),
    }
    return [mark_safe(template.render({**same, "row": row})) for row in rows]  # noqa: S308 the template escapes
