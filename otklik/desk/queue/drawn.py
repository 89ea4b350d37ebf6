"""One row of the queue as markup, for answers that a page's script puts into its list."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from otklik.desk.queue.filters import Filters
from otklik.desk.queue.rows import Row
from otklik.incidents.models import NoiseReason


def drawn(request: HttpRequest, row: Row, chosen: Filters, now: datetime) -> str:
    """The inside of the row's <li>."""
    context = {"row": row, "chosen": chosen, "noise_reasons": NoiseReason.choices, "now": now}
    return render_to_string("desk/queue/_row.html", context, request)
