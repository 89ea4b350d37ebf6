import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings as project
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from otklik.answers.acts import MAX_BYTES as MOST_ACT
from otklik.answers.acts import MOST
from otklik.desk.citizen.outside import MOST_BODY
from otklik.site.server import (
    AROUND,
    HEAD_WITHIN,
    LARGER,
    MEGABYTE,
    PACE,
    PATIENCE,
    USUAL,
    Request,
    most_body,
    too_slow,
)

SMALL = {"otklik.desk.admin.sources", "otklik.desk.head.reports.letterheads"}
"""They take files that are no longer than a form may be."""


def named(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern)
        elif pattern.name:
            yield pattern


def test_every_page_that_takes_files_says_how_much_and_no_other_takes_more_than_a_form() -> None:
    modules: dict[str, set[str]] = {}
    for pattern in named(get_resolver()):
        modules.setdefault(pattern.callback.__module__, set()).add(pattern.name or "")
    names = {name for known in modules.values() for name in known}
    assert set(LARGER) - names == set()
    for module, known in modules.items():
        if module.startswith("otklik.desk") and "request.FILES" in Path(str(sys.modules[module].__file__)).read_text():
            assert known & set(LARGER) or module in SMALL, module
    assert USUAL > project.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_an_address_takes_its_files_and_the_form_around_and_any_other_a_form(settings: Settings) -> None:
    for path in ("/accounts/login/", "/queue/", "/no-such-page/", "/\xff", "/incidents/7/draft/"):
        assert most_body(path) == USUAL
    assert most_body("/o/key/") == most_body("/incidents/7/photos/") == MOST_BODY + AROUND
    assert most_body("/incidents/7/acts/") == MOST * MOST_ACT + AROUND
    assert most_body("/api/v1/answers/7/photos") == 40 * MEGABYTE + AROUND
    settings.WEBHOOK_MAX_BYTES = 64 * MEGABYTE
    assert most_body("/hooks/vk/abcdefghijklmnop/") == 65 * MEGABYTE


def test_a_request_has_its_time_for_the_headers_and_then_by_its_length() -> None:
    limits = {"max_request_header_size": 9999, "max_request_body_size": USUAL + 1, "inbuf_overflow": USUAL}
    asked = Request(SimpleNamespace(**limits, url_scheme="http"))
    began = asked.began
    asked.received(b"POST /accounts/login/ HTTP/1.1\r\nHost: x\r\n")
    assert not asked.is_too_slow(began + HEAD_WITHIN)
    assert asked.is_too_slow(began + HEAD_WITHIN + 1)
    asked.received(b"Content-Length: 90000\r\n\r\n" + b"x" * 10)
    assert not asked.is_too_slow(began + PATIENCE)
    assert asked.is_too_slow(began + PATIENCE + 1)
    asked.received(b"x" * 10 * PACE)
    assert not asked.is_too_slow(began + PATIENCE + 10)
    assert too_slow(PATIENCE + 1, 0)
