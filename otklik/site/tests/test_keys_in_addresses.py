"""An address that is its own key stands in no log: which are, the list of addresses says itself."""

import io
import logging
import re
from collections.abc import Iterator
from logging.handlers import SMTPHandler
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.utils.log import AdminEmailHandler

from otklik.lib.logs import JsonFormatter, LineFormatter
from otklik.lib.redact import MASK, RedactingHandler, redact
from otklik.lib.secret_addresses import NAMES, is_key, routes, shapes

CANARY = "cx5m2p-CANARY-0123456789abcdef"
PARAMETER = re.compile(r"%\((\w+)\)s")
HARMLESS = {
    *("network", "provider_id", "uidb36", "kind", "step", "code"),
    # ids of the interface for programs, which come with a key of their own in a header
    *("card", "message", "answer", "photo", "act", "picture"),
}
"""Parameters that take letters and open nothing. `code` is a norm's, `uidb36` a user's number."""


def free(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, str]]:
    """Each parameter that takes more than figures, and where it stands."""
    for pattern in patterns:
        converters = getattr(pattern.pattern, "converters", {})
        for name in pattern.pattern.regex.groupindex:
            if not re.fullmatch(r"\[0-9\]\S*", getattr(converters.get(name), "regex", "")):
                yield name, str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from free(pattern.url_patterns)


def unknown(patterns: list[URLPattern | URLResolver]) -> set[tuple[str, str]]:
    return {(name, where) for name, where in free(patterns) if name not in NAMES | HARMLESS}


def page(request: HttpRequest, ticket: str) -> HttpResponse:
    raise AssertionError(ticket)


def test_each_parameter_that_could_be_a_key_is_marked_as_one_or_known_to_be_none() -> None:
    assert unknown(get_resolver().url_patterns) == set(), "call it key, token or secret, or name it in HARMLESS"
    assert unknown([path("t/<str:ticket>/", page)]) == {("ticket", "t/<str:ticket>/")}
    assert len(list(filter(is_key, routes(get_resolver().url_patterns)))) >= 7


@pytest.mark.django_db
def test_no_answer_to_such_an_address_leaves_its_key_in_the_log() -> None:
    """Unknown keys, wrong methods, forms without a token; the log of an installation as both formatters write it."""
    written = io.StringIO()
    handlers = [logging.StreamHandler(written) for _ in range(2)]
    for handler, formatter in zip(handlers, (LineFormatter(), JsonFormatter()), strict=True):
        handler.setFormatter(formatter)
        logging.getLogger().addHandler(handler)
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    names = {"network": "vk", "pk": "7", "media_pk": "7", "uidb36": "1"}
    for route in filter(is_key, routes(get_resolver().url_patterns)):
        address = "/" + PARAMETER.sub(lambda match: names.get(match[1], CANARY), route)
        for asked in (address, f"{address}further/", address.rstrip("/"), address + "%ff"):
            for method in ("GET", "POST", "PUT"):
                client.generic(method, asked)
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
    assert f"/accounts/invitation/7/{MASK}" in written.getvalue()
    assert f"/hooks/vk/{MASK}" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_an_address_inside_an_address_is_known_too_and_a_folder_is_none() -> None:
    assert CANARY not in redact(f"GET /accounts/login/?next=%2Fs%2F{CANARY}%2F")
    assert redact("File /srv/s/otklik/page.py") == "File /srv/s/otklik/page.py"
    (shape,) = shapes([path("t/<int:pk>/<str:token>/", page)])
    assert re.sub(shape, r"\1-", f"at /t/7/{CANARY}/x") == "at /t/7/-/x"


def test_every_handler_redacts_and_no_letter_carries_an_error() -> None:
    loggers = [logging.getLogger(name) for name in (*logging.root.manager.loggerDict, "")]
    for handler in (handler for logger in loggers for handler in logger.handlers):
        assert not isinstance(handler, AdminEmailHandler | SMTPHandler)
    assert settings.ADMINS == settings.MANAGERS == []
    known: Any = settings.LOGGING
    for config in known["handlers"].values():
        assert config["class"].rpartition(".")[2] == RedactingHandler.__name__
    assert all(config.get("propagate", True) for config in known["loggers"].values())
