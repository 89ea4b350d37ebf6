"""Kept figures are exact because whatever changes a card gives it a new revision: every writer is looked at here.

And while writers write, the figures of one page belong to one moment.
"""

import ast
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from otklik.incidents.models import Incident
from otklik.incidents.workflow import move, record
from otklik.journal import book
from otklik.reports.models import MonthFolding
from otklik.reports.queries import atlas
from otklik.reports.tests.land import NOW, WEEK, Land, figures_for, tie
from otklik.reports.tests.recount import recount
from tests.at_once import meanwhile

ROOT = Path(__file__).resolve().parents[1] / "otklik"
KEPT = {
    *("state", "kind", "outcome", "close_reason", "network", "theme", "theme_id", "place", "place_id", "agency"),
    *("agency_id", "problem", "problem_id", "priority", "reopened", "returns", "created_at", "assigned_at"),
    *("drafted_at", "executor_answered_at", "first_answered_at", "first_answer_working_seconds", "rating_since"),
    *("closed_at", "hard_since", "mark", "suggested", "confirmed_at", "dismissed_at", "solved", "asked_at", "unasked"),
    *("answered_with", "answered_with_id", "sent_back"),
}
OTHERS_RECORD = {
    "feedback/gathering.py:_lead_on": "gather() writes the entry of the one card that waits for no other now",
    "feedback/reply.py:_take_off": "_tell() writes the entry",
    "feedback/reply.py:read_again": "_tell() writes the entry",
    "feedback/survey.py:_keep": "answer() writes the entry",
    "incidents/problems.py:_let_go": "take_off(), split(), merge() and end() write the entry in the same transaction",
    "feedback/wait.py:close_silent": "when a wait ends is no column of theirs",
}


def writers() -> Iterator[tuple[str, ast.Call, str]]:
    """(place, call, text of its function) of every UPDATE of cards or ratings."""
    for path in sorted(ROOT.rglob("*.py")):
        inside = path.relative_to(ROOT).parts
        text = path.read_text()
        if {"tests", "migrations", "demo"} & set(inside) or ".update(" not in text:
            continue
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, ast.FunctionDef):
                for call in updates(function):
                    yield f"{path.relative_to(ROOT)}:{function.name}", call, ast.unparse(function)


def updates(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """Calls of `update` on Incident.objects, Rating.objects, Survey.objects, or on a name that comes of them here."""
    names = ["Incident.objects", "Rating.objects", "Survey.objects"]
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(name in ast.unparse(node.value) for name in names):
            names += [f"{one.id}." for one in node.targets if isinstance(one, ast.Name)]
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            yield from [node] if ast.unparse(node.func).startswith(tuple(names)) else []


def test_whoever_changes_what_figures_keep_writes_an_entry_beside_and_nobody_when_a_citizen_wrote() -> None:
    silent = {
        place
        for place, call, text in writers()
        if KEPT & {str(one.arg) for one in call.keywords} or any(one.arg is None for one in call.keywords)
        if not any(verb in text for verb in ("record(", "record_all(", "move("))
    }
    assert silent - OTHERS_RECORD.keys() == set()
    assert [place for place, call, _ in writers() if "started_at" in {one.arg for one in call.keywords}] == []


def write(land: Land, cards: list[Incident], at: int) -> None:
    """One of the cards is moved to or fro, and is another agency's."""
    card = Incident.objects.get(pk=cards[at % len(cards)].pk)
    with book.turn():
        theirs = (land.plant, land.other)[at % 3 % 2]
        Incident.objects.filter(pk=card.pk).update(agency=theirs, network=("vk", "ok")[at % 5 % 2])
        record(card, "changed", at=NOW, actor="machine:test")
    move(card, "submit" if card.state == "in_work" else "withdraw", at=NOW, actor="machine:test", drafted_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_while_writers_write_the_parts_of_every_page_add_up() -> None:
    land = Land()
    MonthFolding.objects.get_or_create(name="sheaves")
    cards = [land.card(ago=timedelta(hours=hour), agency=land.other) for hour in range(1, 60)]
    with book.turn():
        for card in cards:
            record(card, "open", at=NOW, actor="machine:test")
    tie()
    with meanwhile(*(partial(write, land, cards[first::2]) for first in (0, 1))) as turns:
        for turn in range(60):
            figures = figures_for()
            assert figures.whole.line.count == figures.whole.line.waiting == len(cards)
            for part in figures.lines.values():
                assert sum(line.count for line in part.values()) == len(cards)
            assert sum(bar.waiting for bar in figures.series) == len(cards)
            if turn % 20 == 10:
                tie(NOW + timedelta(hours=2 + turn))
    assert sum(turns) > 0
    assert figures_for() == recount(Incident.objects.all(), WEEK, atlas().names, NOW)
