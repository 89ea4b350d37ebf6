import errno
import io
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
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
urlpatterns = [*urls.urlpatterns, path("fails/<str:what>/", fails), path("accounts/fails/<str:what>/", fails)]


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
    match = re.search(r"Номер ошибки: <strong>(.{4}-.{4})</strong>", page.content.decode())
    return match[1] if match else ""


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
    response = browser.get("/fails/ours/", headers={"Accept": "application/json"})
    assert response.json()["number"] == response.headers["X-Request-Id"]
    assert number_on(browser.post("/accounts/login/"))
    missing = browser.get("/no-such-page/", headers={"X-Request-Id": "AAAA-AAAA"})
    assert number_on(missing) == ""
    assert missing.headers["X-Request-Id"] not in ("", "AAAA-AAAA")


def test_what_was_typed_comes_back_to_be_sent_once_more(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    browser = Client(raise_request_exception=False)
    typed = {"text": 'Лампу «заменим»\nв <среду> & "скоро"', "version": "3", "tag": ["a", "b"]}
    again = Form(browser.post("/fails/away/?from=queue", typed).content.decode())
    assert again.action == "/fails/away/?from=queue"
    assert again.fields == [("text", typed["text"]), ("version", "3"), ("tag", "a"), ("tag", "b")]
    kept_back = browser.post("/fails/away/", {**typed, "photo": SimpleUploadedFile("a.jpg", b"x")})
    for shown in (
        browser.get("/fails/away/?text=1"),
        browser.post("/accounts/fails/away/", {"password": "tayna"}),
        browser.post("/fails/ours/", typed),
        kept_back,
    ):
        assert not Form(shown.content.decode()).fields, "no files, no passwords, nothing of our own fault"


class Form(HTMLParser):
    """The hidden fields of a page's form, and where they go."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.fields = "", list[tuple[str, str]]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form" and attributes.get("method") == "post":
            self.action = attributes["action"]
        if tag == "input" and attributes.get("type") == "hidden":
            self.fields.append((attributes["name"], attributes["value"]))
