"""What leaves the house to tell somebody: a number, a theme and a link, and never a word, a name or an address of a
citizen; every kind of it, by mail and by the bot."""

import ast
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from otklik.answers.models import Answer, Statement, StatementCard
from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident, Note, Problem
from otklik.notify.alerts.models import Alert, Kind, Surge
from otklik.notify.alerts.tests.data import Town, make_town
from otklik.notify.alerts.words import text_of
from otklik.routing import outside
from otklik.routing.models import Deadline, Inquiry
from tests.make.people import signed_in

pytestmark = pytest.mark.django_db
PACKAGE = Path(__file__).resolve().parents[1] / "otklik"
WORD, CALLED, STREET = "крякозябр", "Перепёлкина", "Незабудковая"
HERS = (WORD, CALLED.lower(), STREET.lower(), "912345678", "555-01-42")
WORDS = f"{WORD} {CALLED}, {STREET} 5, 8 918 555-01-42, vk.com/id912345678"
LEAVES = {
    *(
        "notify/alerts/link.py",
        "notify/alerts/post.py",
        "desk/admin/link.py",
        "desk/card/outside.py",
        "reports/post.py",
    ),
    "desk/admin/start/pages.py",  # a letter of trial, to the address that the administrator types: no card is near
}
"""Where somebody is written to: reports/post.py sends reports, whose quotes are masked (reports/quoting.py)."""


@pytest.fixture
def town() -> Town:
    return make_town()


def filled(town: Town) -> Answer:
    """A card that has her words in every column of its own and of all that hangs on it."""
    answer = town.submitted()
    card = answer.incident
    Message.objects.filter(incidents=card).update(text=WORDS, url="https://vk.com/id912345678")
    Author.objects.update(name=f"Ждана {CALLED}", url="https://vk.com/id912345678")
    Incident.objects.filter(pk=card.pk).update(street=STREET, house="5", place_object=WORDS[:160], hard_why=WORDS)
    Answer.objects.filter(pk=answer.pk).update(text=WORDS, remark=WORDS, ground_words=WORDS)
    Deadline.objects.filter(incident=card).update(words=WORDS)
    Note.objects.create(incident=card, author=town.operator, text=WORDS, at=town.now)
    answer.refresh_from_db()
    return answer


def open_again(card: Incident) -> Incident:
    Incident.objects.filter(pk=card.pk).update(state="in_work")
    card.refresh_from_db()
    return card


def matters(town: Town) -> list[dict[str, Any]]:
    """Everything that an alert may be about, each by itself."""
    answer = filled(town)
    card = answer.incident
    request = {"asked_by": town.operator, "asked_at": town.now, "until": town.now, "agency": town.water}
    inquiry = Inquiry.objects.create(incident=card, name=WORDS[:120], words=WORDS, text=WORDS, reply=WORDS, **request)
    when = {"since": town.now, "raised_at": town.now, "last_at": town.now}
    surge = Surge.objects.create(theme=town.theme, place=town.place, people=6, minutes=30, usual=0.2, **when)
    problem = Problem.objects.create(number=7, title=WORDS[:250], opened_at=town.now, statement=WORDS, street=STREET)
    statement = Statement.objects.create(
        problem=problem, kind="interim", text=WORDS, author=town.operator, created_at=town.now, state="approval"
    )
    StatementCard.objects.create(statement=statement, incident=card, answer=answer)
    return [
        {"incident": card, "deadline": Deadline.objects.filter(incident=card).first()},
        *({"incident": card, "answer": answer}, {"incident": card, "inquiry": inquiry}, {"surge": surge}, {}),
    ]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_alert_of_any_kind_holds_a_word_of_hers(town: Town, language: str) -> None:
    about, entry = matters(town), count(1)
    for kind in Kind.values:
        fields = {"user": town.operator, "kind": kind, "at": town.now}
        waiting = [Alert.objects.create(entry=next(entry), **fields, **matter) for matter in about]
        with translation.override(language):
            letters = [text_of(some, "https://otklik.example.org") for some in (*([one] for one in waiting), waiting)]
        for letter in letters:
            assert [mark for mark in HERS if mark in f"{letter.subject}\n{letter.body}".lower()] == [], kind
            assert "https://otklik.example.org/" in letter.body


def test_an_executor_outside_gets_a_link_alone_and_reads_the_matter_without_the_person(town: Town) -> None:
    card = open_again(filled(town).incident)
    question = {"name": "Мастер", "email": "master@example.org", "question": WORDS, "words": WORDS, "days": "3"}
    signed_in(town.operator).post(f"/incidents/{card.pk}/outside/", question)
    (letter,) = [f"{letter.subject}\n{letter.body}".lower() for letter in mail.outbox]
    assert [mark for mark in HERS if mark in letter] == []
    assert "/o/" in letter
    card = open_again(filled(town).incident)
    text = outside.ask(card, outside.Ask("Мастер", "Когда?", days=3), town.operator, town.now).inquiry.text.lower()
    assert WORD in text
    assert [mark for mark in (CALLED.lower(), "912345678", "555-01-42") if mark in text] == []


def writes_to_somebody(node: ast.AST) -> bool:
    called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    return called in ("mail", "send_mail", "say", "EmailMessage")


def test_nobody_else_writes_to_anybody() -> None:
    """Whoever adds a way out has to add it here, and to show that it holds nothing of a citizen."""
    paths = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    writing = {
        name
        for name, path in paths.items()
        if "/tests/" not in name and not name.startswith(("networks/", "lib/", "demo/", "site/"))
        if any(map(writes_to_somebody, ast.walk(ast.parse(path.read_text()))))
    }
    assert writing == LEAVES
