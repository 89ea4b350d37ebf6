"""Each page as often as asked, its recount a few times, and one page by a process that has unpacked nothing."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from unittest.mock import patch

from django.http import QueryDict
from django.test import Client

from bench.desk import measure
from bench.machine import share
from bench.reports.pages import Asked, asked
from otklik.desk.head.ask import ask
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.access import reach
from otklik.reports.memory import UNPACKED
from otklik.reports.queries import atlas, wanted
from otklik.reports.tests.recount import recount


class Row(NamedTuple):
    """Seconds. `recount` is the middle of a few, None where none was timed; `target`: the promise is about it."""

    title: str
    middle: float
    high: float
    work: float
    queries: int
    megabytes: float
    recount: float | None = None
    target: bool = True


def young(now: datetime, times: int) -> Row:
    """Before anything is folded: the page says how far that is, unless there are so few cards that it shows them."""
    page = next(one.page for one in asked(now) if one.page.title == "page: 30 days")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(page.user)
    status = client.get(next(page.addresses)).status_code
    took = measure.measure(replace(page, status=status), times)
    return Row("page: 30 days, not folded yet", took.middle, took.high, took.work, took.queries, UNPACKED.size / 1e6)


def measured(now: datetime, times: int, recounts: int, only: str = "") -> Iterator[Row]:
    """One page after the other; first what a fresh process needs."""
    pages = list(asked(now))
    for title in ("page: 30 days", "page: 5 years"):
        yield _cold(next(one for one in pages if one.page.title == title))
    for one in (one for one in pages if only in one.page.title):
        took = measure.measure(one.page, times)
        slow = _recounted(one, now, recounts) if one.recounted and recounts else None
        yield Row(one.page.title, took.middle, took.high, took.work, took.queries, UNPACKED.size / 1e6, slow)


def _cold(one: Asked) -> Row:
    """Once, with everything else loaded: what the first question after a start costs more."""
    UNPACKED.clear()
    with patch.object(measure, "WARM", 0):
        took = measure.measure(one.page, 1)
    return Row(
        f"{one.page.title}, cold", took.middle, took.high, took.work, took.queries, UNPACKED.size / 1e6, target=False
    )


def _recounted(one: Asked, now: datetime, times: int) -> float:
    """The figures alone, as they were counted before there were folded months: card by card."""
    address = next(one.page.addresses)
    known = atlas()
    question = ask(QueryDict(address.partition("?")[2]), known.names, clock.now())
    cards = Incident.objects.filter(reach(one.page.user) & wanted(question.narrowing))
    took = []
    for _ in range(times):
        began = time.perf_counter()
        recount(cards, question.period, known.names, now)
        took.append(time.perf_counter() - began)
    return share(took, 0.5)
