"""Requests by kind of page, how long they took and how they ended, and sign-ins that failed (ADR 0023)."""

import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

from otklik.lib import counters, secret_addresses
from otklik.site.exposition import Figure, Sample

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds."""
CLASSES = ("2xx", "3xx", "4xx", "5xx")
ASKED_BY_PAGES = ("live", "changes", "pulse")
"""What open pages ask every two seconds would hide how long people wait."""
OTHER = "other"


def kind_of(path: str) -> str:
    """The kind of page: the first part of an address of ours, `live` for what pages ask by themselves."""
    parts = path.strip("/").split("/")
    return "live" if parts[-1] in ASKED_BY_PAGES else parts[0] or "home"


def kinds() -> list[str]:
    """All of them, by the list of addresses; what is in none of them is `other`."""
    known = {kind_of(route) for route in secret_addresses.routes(get_resolver().url_patterns)}
    return sorted({kind for kind in known if "%" not in kind} | {"static", "live", OTHER})


def begin() -> None:
    """Before gunicorn forks the first process; another time they begin at nought."""
    names = [f"{kind} {what}" for kind in kinds() for what in (*CLASSES, *map(str, BUCKETS), "sum")]
    counters.begin([*names, counters.FAILED_SIGN_IN])


class Counting:
    """Middleware, in front of everything but the number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        if not counters.begun():
            begin()
        self._kinds = frozenset(kinds())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        kind = kind_of(request.path_info)
        kind = kind if kind in self._kinds else OTHER
        counters.add(f"{kind} {response.status_code // 100}xx")
        counters.add(f"{kind} sum", seconds)
        for most in BUCKETS:
            if seconds <= most:
                counters.add(f"{kind} {most}")
                break
        return response


def figures() -> Iterator[Figure]:
    """What was counted since the site began."""
    sums = counters.sums()
    requests: list[Sample] = []
    spans: list[Sample] = []
    for kind in sorted({name.partition(" ")[0] for name in sums if " " in name}):
        requests += [({"page": kind, "status": one}, sums.get(f"{kind} {one}", 0)) for one in CLASSES]
        number, all_of_them = 0.0, sum(sums.get(f"{kind} {one}", 0) for one in CLASSES)
        for most in BUCKETS:
            number += sums.get(f"{kind} {most}", 0)
            spans.append(({"page": kind, "le": str(most)}, number))
        spans.append(({"page": kind, "le": "+Inf"}, all_of_them))
        spans.append(({"page": kind, "of": "sum"}, sums.get(f"{kind} sum", 0)))
        spans.append(({"page": kind, "of": "count"}, all_of_them))
    failed = sums.get(counters.FAILED_SIGN_IN, 0)
    yield Figure("otklik_requests_total", "Requests by kind of page and by status.", requests, "counter")
    yield Figure("otklik_request_seconds", "How long they took.", spans, "histogram")
    yield Figure("otklik_signin_failures_total", "Passwords that did not fit.", [({}, failed)], "counter")
