"""«Персональные данные»: what is kept for how long, what is erased next, and how many have been forgotten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.privacy_words import NOTES, TITLES
from otklik.desk.gate import user_of
from otklik.inbox.models import Forgotten
from otklik.lib import clock
from otklik.people.access import has
from otklik.people.permissions import Permission
from otklik.privacy.kinds import KINDS, MOST_COUNTED, Kind, waiting
from otklik.privacy.models import Sweep


@dataclass(frozen=True, slots=True)
class Line:
    """`older` rows are past their time, `more`: than can be counted quickly. `last` and `next` are None where the
    worker has not been there yet."""

    title: Any
    note: Any
    days: int
    older: int
    more: bool
    last: datetime | None
    count: int | None
    next: datetime | None


@require_safe
@administers("privacy")
def privacy_page(request: HttpRequest) -> HttpResponse:
    """Three queries beside the frame's, however much is kept."""
    rows = {sweep.kind: sweep for sweep in Sweep.objects.all()}
    older = waiting({code: row.upto for code, row in rows.items()}, clock.now())
    lines = [_line(kind, rows.get(kind.code), older[kind.code]) for kind in KINDS]
    may = has(user_of(request), Permission.FORGET)
    context = {"lines": lines, "forgotten": Forgotten.objects.count(), "may_forget": may}
    return framed(request, "privacy", "desk/admin/privacy.html", context)


def _line(kind: Kind, row: Sweep | None, older: int) -> Line:
    return Line(
        TITLES[kind.code],
        NOTES[kind.code],
        kind.days,
        min(older, MOST_COUNTED),
        older > MOST_COUNTED,
        row.ended_at if row else None,
        row.count if row else None,
        row.due_at if row else None,
    )
