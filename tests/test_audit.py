"""The audit finds what it is there to find: each fault is made on purpose, past the product's own doors."""

import json
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from otklik.answers import drafts
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Heard, Incident, IncidentMessage, Outcome
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.routing.assign import Decision, assign
from otklik.site.audit import audit
from otklik.triage.models import Verdict
from tests.processes import bare_environment, otklik
from tests.region import Region, listen, settle
from tests.sandbox.process import CONTROL_TOKEN, free_port
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
TEXT = "Анна, фонарь заменили сегодня в 14:00."
WHOLE = {
    "sandbox_comments": 3,
    "messages": 3,
    "cards": 3,
    "approved": 1,
    "in_threads": 1,
    "twice": 0,
    "lost": 0,
    "orphans": 0,
    "chain": "ok",
}


@pytest.fixture
def answered(town: Town, region: Region, settings: Settings) -> int:
    """Three comments with their cards, the first one answered; the id of that comment."""
    settings.SANDBOX_TOKEN = CONTROL_TOKEN
    first, *_ = [town.comment(f"Темно во дворе, дом {number}") for number in range(3)]
    listen()
    incident = Incident.objects.order_by("pk")[0]
    now = clock.now()
    given = assign(incident, Decision(region.agency, region.theme, region.place), region.operator, now)
    answer = drafts.write(
        given,
        main_message(given),
        drafts.Words(TEXT, outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили автору"),
        region.executor,
        now,
    )
    drafts.submit(answer, region.executor, now)
    drafts.approve(answer, region.approver, now, answer.version)
    settle()
    return first


def found(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Exit code and the figures of all networks; only VKontakte has any here."""
    capsys.readouterr()
    code = audit(as_json=True)
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    networks = told.pop("networks")
    assert set(networks) == set(NETWORKS)
    assert networks.pop("vk") | {"chain": told["chain"]} == told
    assert not any(value for one in networks.values() for value in one.values())
    return code, told


def say_past_us(town: Town, text: str, reply_to: int) -> None:
    """The agency's own token, another hand."""
    given = {
        "owner_id": town.wall,
        "post_id": town.post,
        "from_group": town.guest,
        "reply_to_comment": reply_to,
        "message": text,
    }
    answer = town.sandbox.vk("wall.createComment", town.admin, **given)
    assert "response" in answer, answer


def test_a_healthy_run_is_good(answered: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys) == (0, WHOLE)


def test_the_table_says_the_same(answered: int, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert audit(as_json=False) == 0
    head, *rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert head == ["total", *NETWORKS]
    chain = rows.pop()
    assert chain == ["chain", "ok"]
    figures = {name: str(value) for name, value in WHOLE.items() if name != "chain"}
    assert {name: total for name, total, *_ in rows} == figures
    assert {row[0]: row[1 + head.index("vk")] for row in rows} == figures
    assert {value for row in rows for value in row[3:]} == {"0"}


def test_a_message_that_is_gone_is_lost(answered: int, capsys: pytest.CaptureFixture[str]) -> None:
    message = Message.objects.filter(own=False, place="comment").order_by("-pk")[0]
    for model in (Heard, Verdict, IncidentMessage):
        model._default_manager.filter(message=message).delete()
    message.delete()
    assert found(capsys) == (1, WHOLE | {"messages": 2, "cards": 2, "lost": 1})


def test_a_comment_that_nobody_has_read_is_lost(town: Town, answered: int, capsys: pytest.CaptureFixture[str]) -> None:
    town.comment("Темно, а вы не слушаете")
    assert found(capsys) == (1, WHOLE | {"sandbox_comments": 4, "lost": 1})


def test_an_answer_that_nobody_approved_is_an_orphan(
    town: Town, answered: int, capsys: pytest.CaptureFixture[str]
) -> None:
    say_past_us(town, "Отстаньте.", answered)
    assert found(capsys) == (1, WHOLE | {"orphans": 1})


def test_an_approved_answer_under_another_comment_is_an_orphan(
    town: Town, answered: int, capsys: pytest.CaptureFixture[str]
) -> None:
    say_past_us(town, TEXT, answered + 1)
    assert found(capsys) == (1, WHOLE | {"orphans": 1})


def test_the_same_answer_twice_is_found(town: Town, answered: int, capsys: pytest.CaptureFixture[str]) -> None:
    say_past_us(town, TEXT, answered)
    assert found(capsys) == (1, WHOLE | {"twice": 1})


def test_an_orphan_that_was_taken_down_is_no_longer_counted(
    town: Town, answered: int, capsys: pytest.CaptureFixture[str]
) -> None:
    say_past_us(town, "Отстаньте.", answered)
    (wrong,) = [item["id"] for item in town.thread() if item["text"] == "Отстаньте."]
    town.sandbox.control(f"vk/comments/{town.wall}_{wrong}/delete", by=-town.guest)
    assert found(capsys) == (0, WHOLE)


def test_two_cards_for_one_message_are_found(answered: int, capsys: pytest.CaptureFixture[str]) -> None:
    link = IncidentMessage.objects.filter(main=True).order_by("pk")[0]
    second = Incident.objects.create(number=999, network="vk", started_at=clock.now(), created_at=clock.now())
    IncidentMessage.objects.create(incident=second, message=link.message, main=True, linked_at=clock.now())
    assert found(capsys) == (1, WHOLE | {"twice": 1})


def change_past_the_trigger(entry: Entry) -> None:
    """As somebody with the database's own password would."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
            Entry.objects.filter(pk=entry.pk).update(actor="user:1")
            cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'")
            triggers = cursor.fetchall()
            assert triggers
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            Entry.objects.filter(pk=entry.pk).update(actor="user:1")
            for _, made in triggers:
                cursor.execute(made)


def test_a_changed_journal_is_found_at_its_row(answered: int, capsys: pytest.CaptureFixture[str]) -> None:
    entry = Entry.objects.order_by("pk")[3]
    change_past_the_trigger(entry)
    assert found(capsys) == (1, WHOLE | {"chain": f"broken at {entry.pk}"})


def test_without_a_sandbox_it_says_so_and_ends_with_2(
    settings: Settings, capsys: pytest.CaptureFixture[str], db: None
) -> None:
    settings.SANDBOX_ADDRESS = f"http://127.0.0.1:{free_port()}"
    assert audit(as_json=True) == 2
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)


def test_a_sandbox_that_refuses_the_token_is_one_sentence_too(town: Town, tmp_path: Any) -> None:
    env = bare_environment(tmp_path, SANDBOX_PORT=str(town.sandbox.port))
    done = otklik(env, "audit")
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
