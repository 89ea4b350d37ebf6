"""Kept figures are exact because whatever changes a card gives it a new revision: every writer is looked at here.

And while writers write, the figures of one page belong to one moment.
"""

import ast
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from otklik.incidents.models import Incident
from otklik.incidents.workflow import move, record
from otklik.journal import book
from otklik.reports.models import Binder
from otklik.reports.queries import Figures, atlas
from otklik.reports.recount import recount
from otklik.reports.tests.land import NOW, WEEK, Land, tie, told_of

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
    "feedback/survey.py:_keep": "answer() writes the entry",
    "incidents/problems.py:_let_go": "take_off(), split(), merge() and end() write the entry in the same transaction",
    "feedback/wait.py:close_silent": "when a wait ends is no column of theirs",
    "triage/judge.py:_keep": "guesses are no column of theirs",
    "triage/judge.py:judge": "open_cards() has written the entry in the same transaction",
}


def writers() -> Iterator[tuple[str, ast.Call, str]]:
    """(place, call, text of its function) of every UPDATE of cards or ratings."""
    for path in sorted(ROOT.rglob("*.py")):
        inside = path.relative_to(ROOT).parts
        if {"tests", "migrations", "demo", "sandbox"} & set(inside):
            continue
        for function in ast.walk(ast.parse(path.read_text())):
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


def test_whoever_changes_what_figures_keep_writes_an_entry_beside() -> None:
    silent = {
        place
        for place, call, text in writers()
        if KEPT & {str(one.arg) for one in call.keywords} or any(one.arg is None for one in call.keywords)
        if "record(" not in text and "move(" not in text
    }
    assert silent - OTHERS_RECORD.keys() == set()


def test_when_a_citizen_wrote_is_never_changed() -> None:
    assert [place for place, call, _ in writers() if "started_at" in {one.arg for one in call.keywords}] == []


class Writers:
    """Two threads, each with cards of its own, that move them to and fro and change whose they are."""

    def __init__(self, land: Land, cards: list[Incident]) -> None:
        self.land, self.cards = land, cards
        self.stop = threading.Event()
        self.failed: list[Exception] = []
        self.written = 0
        self.threads = [threading.Thread(target=self.run, args=(first,)) for first in (0, 1)]

    def run(self, first: int) -> None:
        at, mine = 0, self.cards[first::2]
        try:
            while not self.stop.is_set():
                self.write(Incident.objects.get(pk=mine[at % len(mine)].pk), at)
                self.written += 1
                at += 1
        except Exception as error:
            self.failed.append(error)
        finally:
            connections.close_all()

    def write(self, card: Incident, at: int) -> None:
        with book.turn():
            theirs = (self.land.plant, self.land.other)[at % 3 % 2]
            Incident.objects.filter(pk=card.pk).update(agency=theirs, network=("vk", "ok")[at % 5 % 2])
            record(card, "changed", at=NOW, actor="machine:test")
        verb = "submit" if card.state == "in_work" else "withdraw"
        move(card, verb, at=NOW, actor="machine:test", drafted_at=NOW)


def add_up(told: Figures, count: int) -> None:
    assert told.whole.line.count == told.whole.line.waiting == count
    for part in (told.groups, told.agencies, told.networks, told.municipalities):
        assert sum(line.count for line in part.values()) == count
    assert sum(bar.waiting for bar in told.series) == count


@pytest.mark.django_db(transaction=True)
def test_while_writers_write_the_parts_of_every_page_add_up() -> None:
    land = Land()
    Binder.objects.get_or_create(name="sheaves")
    cards = [land.card(ago=timedelta(hours=hour), agency=land.other) for hour in range(1, 60)]
    with book.turn():
        for card in cards:
            record(card, "open", at=NOW, actor="machine:test")
    tie()
    writers = Writers(land, cards)
    for thread in writers.threads:
        thread.start()
    try:
        for turn in range(60):
            add_up(told_of(), len(cards))
            if turn % 20 == 10:
                tie(NOW + timedelta(hours=2 + turn))
    finally:
        writers.stop.set()
        for thread in writers.threads:
            thread.join()
    assert writers.failed == []
    assert writers.written > 0
    assert told_of() == recount(Incident.objects.all(), WEEK, atlas().names, NOW)
