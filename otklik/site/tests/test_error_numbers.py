import errno
import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from otklik.lib.logs import JsonFormatter, LineFormatter
from otklik.site import urls

pytestmark = pytest.mark.django_db
TELEPHONE = "+7 918 123-45-67"
WRONG = {
    "ours": ValueError(f"Анна Петрова, {TELEPHONE}"),
    "away": OperationalError("connection refused"),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "denied": PermissionDenied(),
    "absent": Http404(),
    "suspicious": SuspiciousOperation("of a stranger"),
    "gone": FileNotFoundError(errno.ENOENT, "no such file"),
}


def fails(request: HttpRequest, what: str) -> HttpResponse:
    raise WRONG[what]


handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
urlpatterns = [*urls.urlpatterns, path("fails/<str:what>/", fails)]


@pytest.fixture
def browser(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the log of this process says, as it is written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def number_on(page: Any) -> str:
    found = re.search(r"Номер ошибки: <strong>(.{4}-.{4})</strong>", page.content.decode())
    return found[1] if found else ""


def test_the_number_on_a_page_that_failed_finds_its_traceback(browser: Client, log: io.StringIO) -> None:
    shown = browser.get("/fails/ours/")
    number = number_on(shown)
    assert shown.status_code == 500
    assert number
    assert number == shown.headers["X-Request-Id"]
    first, *trace = log.getvalue().splitlines()
    assert first.endswith(f"ERROR django.request: Internal Server Error: /fails/ours/ [{number}]")
    assert any("in fails" in line for line in trace)
    assert "Анна" not in log.getvalue()
    assert TELEPHONE not in log.getvalue()
    assert "Анна" not in shown.content.decode()
    assert number_on(browser.get("/fails/ours/")) != number


@pytest.mark.parametrize(("what", "status"), [("denied", 403), ("absent", 404), ("suspicious", 400)])
def test_a_refusal_is_one_line_in_either_form(browser: Client, log: io.StringIO, what: str, status: int) -> None:
    for form in (LineFormatter(), JsonFormatter()):
        logging.getLogger().handlers[-1].setFormatter(form)
        log.truncate(0)
        assert browser.get(f"/fails/{what}/").status_code == status
        (line,) = log.getvalue().strip("\0\n").splitlines()
        assert f"/fails/{what}/" in line or "of a stranger" in line
        assert "trace" not in line


def test_what_is_to_be_waited_for_says_so_and_programs_and_refused_forms_have_a_number_too(browser: Client) -> None:
    for what in ("away", "full"):
        shown = browser.get(f"/fails/{what}/")
        assert (shown.status_code, shown.headers["Retry-After"]) == (503, "10")
        assert "на диске кончилось место" in shown.content.decode()
        assert number_on(shown)
    assert browser.get("/fails/gone/").status_code == 500, "any other fault of a file is ours"
    told = browser.get("/fails/ours/", headers={"Accept": "application/json"})
    assert told.json()["number"] == told.headers["X-Request-Id"]
    assert number_on(browser.post("/accounts/login/"))
    missing = browser.get("/no-such-page/", headers={"X-Request-Id": "AAAA-AAAA"})
    assert number_on(missing) == ""
    assert missing.headers["X-Request-Id"] not in ("", "AAAA-AAAA")
