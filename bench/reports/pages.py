"""What is asked of figures: the pages and their tables, narrowed and not, over a day and over years."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from urllib.parse import urlencode

from django.db.models import Count

from bench.desk.pages import Page
from otklik.incidents.models import Incident
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place

_REGISTERS = {
    "promises": "/promises/",
    "without a word": "/unheard/",
    "problems": "/problems/",
    "surges": "/surges/",
    "under control": "/watched/",
    "reports": "/reports/",
}
"""Pages of a head that are no breakdown."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, and whether a recount of the same figures is timed beside it."""

    page: Page
    recounted: bool = False


def asked(now: datetime) -> Iterator[Asked]:
    """Everything in the table, in its order."""
    head = User.objects.get(username="glava")
    group, agency, town, network = _commonest()
    today = now.date()
    years = {"period": "own", "since": _back(today, 5), "until": today.isoformat()}
    for title, query, recounted in (
        ("30 days", {}, True),
        ("today", {"period": "today"}, False),
        ("this month", {"period": "month"}, False),
        ("7 months", {"period": "7m"}, True),
        ("a year", years | {"since": _back(today, 1)}, False),
        ("5 years", years, True),
        ("5 years, two years ago", years | {"since": _back(today, 4), "until": _back(today, 2)}, False),
        ("30 days, one group", {"group": group}, False),
        ("5 years, one group", years | {"group": group}, True),
        ("5 years, one agency", years | {"agency": agency}, False),
        ("5 years, one municipality", years | {"municipality": town}, False),
        ("5 years, one network", years | {"network": network}, False),
        ("5 years, all at once", years | {"group": group, "agency": agency, "municipality": town}, False),
        ("5 years, another order", years | {"order": "slow"}, False),
    ):
        yield Asked(_page(f"page: {title}", head, "/statistics/", query), recounted)
    yield Asked(_page("table: 30 days", head, "/statistics/export.csv", {}))
    yield Asked(_page("table: 5 years", head, "/statistics/export.csv", years))
    for title, query in (("30 days", {}), ("5 years", years), ("5 years, one group", years | {"group": group})):
        yield Asked(_page(f"account: {title}", head, "/statistics/account/", query))
        yield Asked(_page(f"measures: {title}", head, "/metrics/", query))
        yield Asked(_page(f"rating: {title}", head, "/rating/", query))
    yield Asked(_page("measures: 5 years, by agency", head, "/metrics/", years | {"by": "agency"}))
    yield Asked(_page("measures: 5 years, by month", head, "/metrics/", years | {"by": "month"}))
    yield Asked(_page("behind: 5 years, late", head, "/behind/", years | {"what": "late"}))
    for period in ("today", "7d", "30d"):
        yield Asked(_page(f"situation: {period}", head, "/situation/", {"period": period}))
    for title, address in _REGISTERS.items():
        yield Asked(_page(title, head, address, {}))
    curator = _curator(agency, town)
    yield Asked(_page("page: 5 years, a curator's", curator, "/statistics/", years))


def _page(title: str, user: User, address: str, query: Mapping[str, object]) -> Page:
    return Page(title, user, cycle([f"{address}?{urlencode(query)}"]), target=True)


def _back(today: date, years: int) -> str:
    return (today - timedelta(days=365 * years)).isoformat()


def _commonest() -> tuple[int, int, int, str]:
    def first(column: str) -> int:
        some = Incident.objects.filter(**{f"{column}__isnull": False}).order_by("-pk").values_list(column)[:10_000]
        counts: dict[int, int] = {}
        for (pk,) in some:
            counts[pk] = counts.get(pk, 0) + 1
        return max(counts, key=lambda pk: counts[pk])

    top = Agency.objects.get(pk=first("agency")).path.split("/")[1]
    towns = Place.objects.filter(level=Place.Level.MUNICIPALITY)
    path = Place.objects.get(pk=first("place")).path
    town = next(one for one in towns if path.startswith(one.path))
    return first("theme__group"), int(top), town.pk, "vk"


def _curator(agency: int, town: int) -> User:
    """Somebody who sees two agencies in two territories, so that his figures take four masks."""
    user, made = User.objects.get_or_create(username="bench-curator")
    if made:
        other = Agency.objects.filter(parent=None).exclude(pk=agency).annotate(n=Count("pk")).order_by("pk")[0]
        for one in (Agency.objects.get(pk=agency), other):
            Grant.objects.create(user=user, role=Role.CURATOR, agency=one, place=Place.objects.get(pk=town))
    return user
