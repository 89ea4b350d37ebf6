"""How long one page takes, in this process: from the request to the last byte of the answer."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection
from django.test import Client

from bench.desk.pages import Page
from bench.machine import share

WARM = 5


class Measured(NamedTuple):
    """Seconds; `queries` is the most that one of the pages asked, the user's session among them.

    `work` is the processor time of this process at the 95th percentile: with SQLite all there is, and on a machine
    that has other things to do the better figure; with PostgreSQL the server's part is not in it.
    """

    middle: float
    high: float
    work: float
    queries: int


def measure(page: Page, times: int) -> Measured:
    """RuntimeError when the page answers with something else: a refusal is quick and proves nothing."""
    client = Client(SERVER_NAME="127.0.0.1", headers=page.headers)
    client.force_login(page.user)
    took: list[float] = []
    worked: list[float] = []
    most = 0
    for turn in range(WARM + times):
        address = next(page.addresses)
        with _counted() as asked:
            began, before = time.perf_counter(), time.process_time()
            answer = client.get(address)
            took.append(time.perf_counter() - began)
            worked.append(time.process_time() - before)
        if answer.status_code != page.status:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        if turn >= WARM:
            most = max(most, len(asked))
    return Measured(share(took[WARM:], 0.5), share(took[WARM:], 0.95), share(worked[WARM:], 0.95), most)


@contextmanager
def _counted() -> Any:
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked
