"""A key means one thing on all pages: it is declared once, and scripts and help take it from there."""

import re
from pathlib import Path

import pytest
from django.test import Client

from otklik.desk.keys import BY_DEED, EVERYWHERE, KEYS, MANY, PAGES
from tests.make.people import signed_in
from tests.make.town import Town

DESK = Path(__file__).resolve().parents[1]
SCRIPTS = {"queue": "keys", "card": "card_keys", "approvals": "approvals", "responses": "responses"}
HEARD_ELSEWHERE = {"choose", "open", "select", "send", "flaw", "undo", "search", "help"}
"""Not by a letter alone, or by a script of all pages."""
LETTERS = {"undo": {"KeyZ"}, "queue_many": {"KeyJ", "KeyK"}, "queue_many_dialog": {"KeyZ"}}
"""What scripts beside the pages' own may name: these make more of the same deed."""


def script(name: str) -> str:
    return (DESK / f"static/desk/js/{name}.js").read_text()


def test_no_key_has_two_meanings_and_no_script_hears_one_past_the_declaration() -> None:
    for column in ("code", "sign", "deed"):
        values = [getattr(key, column) for key in KEYS]
        assert sorted(values) == sorted(set(values))
    named = {path.stem: set(re.findall(r"\bKey[A-Z]\b", path.read_text())) for path in DESK.glob("static/desk/js/*.js")}
    assert {name: codes for name, codes in named.items() if codes} == LETTERS
    many = (DESK / "templates/desk/queue/_many.html").read_text()
    assert re.findall(r'data-code="(\w+)"', many) == [BY_DEED[deed].code for deed in MANY]


@pytest.mark.parametrize(("page", "name"), SCRIPTS.items())
def test_a_page_hears_the_keys_that_its_help_shows(page: str, name: str) -> None:
    (block,) = re.findall(r"^const (?:KEYS|keys) = \{\n(.*?)^\};", script(name), re.M | re.S)
    heard = set(re.findall(r"^  (\w+)[:,]", block, re.M))
    assert heard == {*PAGES[page], *(heard & set(EVERYWHERE))} - HEARD_ELSEWHERE


def test_each_page_shows_its_help(town: Town) -> None:
    clients: dict[str, Client] = {"/queue/": signed_in(town.operator), "/approvals/": signed_in(town.approver)}
    clients |= dict.fromkeys(("/responses/", f"/incidents/{town.card().pk}/", "/find/"), clients["/queue/"])
    for address, page in zip(clients, ("queue", "approvals", "responses", "card", ""), strict=True):
        shown = re.findall(r'data-deed="(\w+)"><dt>', clients[address].get(address).content.decode())
        assert shown == [*PAGES.get(page, ()), *EVERYWHERE]
