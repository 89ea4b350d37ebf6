"""What leaves the house to tell somebody: a number, a theme and a link, and never a word, a name or an address of a
citizen; every kind of it, by mail and by the bot."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from otklik.alerts.models import Alert, Kind, Surge
from otklik.alerts.tests.data import Town, make_town
from otklik.alerts.words import text_of
from otklik.answers.models import Answer, Statement, StatementCard
from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident, Note, Problem
from otklik.routing import outside
from otklik.routing.models import Deadline, Inquiry
from tests.make.people import signed_in

pytestmark = pytest.mark.django_db
PACKAGE = Path(__file__).resolve().parents[1] / "otklik"
SAID, CALLED, STREET = "крякозябр", "Перепёлкина", "Незабудковая"
HERS = (SAID, CALLED.lower(), STREET.lower(), "912345678", "555-01-42")
WORDS = f"{SAID} {CALLED}, {STREET} 5, 8 918 555-01-42, vk.com/id912345678"
LEAVES = {
    *("alerts/link.py", "alerts/post.py", "desk/admin/link.py", "desk/card/outside.py", "reports/post.py"),
    "desk/start/pages.py",  # a letter of trial, to the address that the administrator types: no card is near
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
    told = {"street": STREET, "house": "5", "place_object": WORDS[:160], "hard_why": WORDS}
    Incident.objects.filter(pk=card.pk).update(**told)
    Answer.objects.filter(pk=answer.pk).update(text=WORDS, remark=WORDS, ground_words=WORDS)
    Deadline.objects.filter(incident=card).update(words=WORDS)
    Note.objects.create(incident=card, author=town.operator, text=WORDS, at=town.now)
    answer.refresh_from_db()
    return answer


def open_again(card: Incident) -> Incident:
    Incident.objects.filter(pk=card.pk).update(state="in_work")
    card.refresh_from_db()
    return card


def alerts(town: Town, kind: str) -> list[Alert]:
    """Everything that an alert of this kind may be about, each by itself."""
    answer = filled(town)
    card = answer.incident
    inquiry = Inquiry.objects.create(
        incident=card,
        agency=town.water,
        name=WORDS[:120],
        words=WORDS,
        text=WORDS,
        reply=WORDS,
        asked_by=town.operator,
        asked_at=town.now,
        until=town.now,
    )
    surge = Surge.objects.create(
        theme=town.theme,
        place=town.place,
        since=town.now,
        raised_at=town.now,
        last_at=town.now,
        people=6,
        minutes=30,
        usual=0.2,
    )
    problem = Problem.objects.create(number=7, title=WORDS[:250], opened_at=town.now, statement=WORDS, street=STREET)
    statement = Statement.objects.create(
        problem=problem, kind="interim", text=WORDS, author=town.operator, created_at=town.now, state="approval"
    )
    StatementCard.objects.create(statement=statement, incident=card, answer=answer)
    given: list[dict[str, Any]] = [
        {"incident": card, "deadline": Deadline.objects.filter(incident=card).first()},
        {"incident": card, "answer": answer},
        {"incident": card, "inquiry": inquiry},
        {"surge": surge},
        {},
    ]
    return [
        Alert.objects.create(user=town.operator, kind=kind, entry=number, at=town.now, **one)
        for number, one in enumerate(given, start=1)
    ]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", Kind.values)
def test_no_alert_of_any_kind_holds_a_word_of_hers(town: Town, kind: str, language: str) -> None:
    made = alerts(town, kind)
    with translation.override(language):
        letters = [text_of([one], "https://otklik.example.org") for one in made]
        letters.append(text_of(made, "https://otklik.example.org"))
    for letter in letters:
        whole = f"{letter.subject}\n{letter.body}".lower()
        assert [mark for mark in HERS if mark in whole] == []
        assert "https://otklik.example.org/" in letter.body


def test_the_letter_to_an_executor_outside_holds_a_link_alone(town: Town) -> None:
    card = open_again(filled(town).incident)
    told = {"name": "Мастер", "email": "master@example.org", "question": WORDS, "words": WORDS, "days": "3"}
    signed_in(town.operator).post(f"/incidents/{card.pk}/outside/", told)
    letters = [f"{letter.subject}\n{letter.body}".lower() for letter in mail.outbox]
    assert len(letters) == 1
    assert [mark for mark in HERS if mark in letters[0]] == []
    assert "/o/" in letters[0]


def test_what_an_executor_outside_reads_is_the_matter_without_the_person(town: Town) -> None:
    card = open_again(filled(town).incident)
    asked = outside.ask(card, outside.Ask("Мастер", "Когда?", days=3), town.operator, town.now)
    text = asked.inquiry.text.lower()
    assert SAID in text
    assert [mark for mark in (CALLED.lower(), "912345678", "555-01-42") if mark in text] == []


def test_nobody_else_writes_to_anybody() -> None:
    """Whoever adds a way out has to add it here, and to show that it holds nothing of a citizen."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE).as_posix()
        if "/tests/" in inside or inside.startswith(("sandbox/", "networks/", "lib/")):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if called in ("mail", "send_mail", "say", "EmailMessage"):
                found.add(inside)
    assert found & LEAVES == LEAVES
    assert {one for one in found - LEAVES if not one.startswith(("demo/", "site/"))} == set()
