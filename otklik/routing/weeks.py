"""Which working week counts for whom: a calendar's row as arithmetic takes it, the region's, an agency's.

The citizen's clocks are reckoned by the region's calendar, whoever answers: he is not asked whose office is closed.
The agency's clock is reckoned by the agency's own, which is that of the nearest body above it that has one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject, Length

from otklik.lib.kept import KeptRows, keep_rows
from otklik.people.models import Agency
from otklik.routing.deadlines import WorkWeek, read_special
from otklik.routing.models import AgencyCalendar, Calendar

_COLUMNS = ("opens", "closes", "lunch_from", "lunch_to", "weekdays", "holidays", "zone", "special_days")


def week_of(kept: Calendar) -> WorkWeek:
    """Raises ValueError where the row says hours that make no sense."""
    return WorkWeek(
        kept.opens,
        kept.closes,
        ZoneInfo(kept.zone or settings.TIME_ZONE),
        read_special(kept.special_days),
        (kept.lunch_from, kept.lunch_to) if kept.lunch_from and kept.lunch_to else None,
        frozenset(kept.weekdays),
        kept.holidays,
    )


def default_calendar() -> Calendar:
    """The one that counts; unsaved with the usual hours when nobody has made one."""
    return next(iter(_default(connection.vendor).ask({})), None) or Calendar(title="Рабочая неделя", default=True)


@cache
def _default(vendor: str) -> KeptRows[Calendar]:
    return keep_rows(Calendar.objects.filter(default=True).order_by("pk")[:1])


def region_week() -> WorkWeek:
    """Monday to Friday 08:30–17:30 when nobody has made a calendar. One query."""
    return week_of(default_calendar())


@dataclass(frozen=True, slots=True)
class Weeks:
    """The region's week, and those of agencies by their id."""

    region: WorkWeek
    own: Mapping[int, WorkWeek]

    def of(self, agency: Agency | None) -> WorkWeek:
        """Its own, else that of the nearest body above it that has one, else the region's."""
        above = [int(pk) for pk in reversed(agency.path.strip("/").split("/")) if pk] if agency else []
        return next((self.own[pk] for pk in above if pk in self.own), self.region)


def weeks_now() -> Weeks:
    """Two queries, whatever the number of agencies."""
    region, links = region_week(), AgencyCalendar.objects.select_related("calendar")
    return Weeks(region, {link.agency_id: resting_with(week_of(link.calendar), region) for link in links})


def resting_with(own: WorkWeek, region: WorkWeek) -> WorkWeek:
    """An agency that keeps holidays is free on the region's days off too, which no production calendar knows."""
    off = {day: 0.0 for day, hours in region.special.items() if not hours} if own.holidays else {}
    return replace(own, special={**off, **own.special}) if off else own


def default_week() -> Subquery:
    """The region's calendar as text, for `read_week`: a question about something else brings it along."""
    return _week_text(Calendar.objects.filter(default=True).order_by("pk"))


def week_of_agency(path: str) -> Subquery:
    """The same of the agency whose path the outer question has under this name; nothing where it has none of its own
    and nobody above it either."""
    whole = Cast(OuterRef(path), CharField(max_length=100))
    linked = Calendar.objects.annotate(whole=whole).filter(whole__startswith=F("agency_links__agency__path"))
    return _week_text(linked.order_by(Length("agency_links__agency__path").desc()))


def _week_text(calendars: QuerySet[Calendar]) -> Subquery:
    week_json = JSONObject(**{name: name for name in _COLUMNS})
    return Subquery(calendars.values(week=Cast(week_json, TextField()))[:1])


def read_week(week_json: str | None) -> WorkWeek:
    """What `told_default` brought; the usual week where there is no calendar."""
    if not week_json:
        return week_of(Calendar())
    row: dict[str, Any] = json.loads(week_json)
    clocks = {
        name: time.fromisoformat(row[name]) for name in ("opens", "closes", "lunch_from", "lunch_to") if row[name]
    }
    # A column of JSON comes as JSON from the one database and as its text from the other; so does a yes.
    whole = {name: json.loads(row[name]) if isinstance(row[name], str) else row[name] for name in _JSON}
    return week_of(Calendar(**clocks, **whole, holidays=bool(row["holidays"]), zone=row["zone"]))


_JSON = ("weekdays", "special_days")
