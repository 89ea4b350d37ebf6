"""The audit finds what it is there to find, in every network: each fault is made on purpose, past the product's own
checks."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from otklik.answers.models import Answer
from otklik.feedback.models import Survey
from otklik.inbox.models import Message
from otklik.incidents.gathering import split
from otklik.incidents.models import Heard, IncidentMessage
from otklik.journal import seals
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks.models import Account, Source
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Sent
from otklik.site.audit import audit
from otklik.site.replay import replay
from otklik.triage.models import Verdict
from tests.make import rows
from tests.processes import bare_environment, otklik
from tests.region import FINAL, People, approved, assigned, build_people, joined, listen, settle
from tests.sandbox.meta_town import VERSION
from tests.sandbox.process import CONTROL_TOKEN, Sandbox, free_port
from tests.stages import GUESTS, Stage
from tests.story import ANSWER, card_of

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
RUDE = "Отстаньте."
COUNTS = (
    *("sandbox_comments", "messages", "cards", "approved", "sent", "in_threads"),
    *("absent", "idle", "twice", "lost", "orphans"),
)
NONE = dict.fromkeys(COUNTS, 0)
WHOLE = NONE | {"sandbox_comments": 3, "messages": 3, "cards": 3, "approved": 2, "sent": 2, "in_threads": 2}
Addresses = tuple[str, str, str]
Figures = Callable[[], tuple[int, dict[str, Any]]]


@pytest.fixture
def people(sandbox: Sandbox, settings: Settings, switched_on: None) -> Iterator[People]:
    settings.SANDBOX_TOKEN = CONTROL_TOKEN
    with joined(sandbox):
        yield People(**build_people())


@pytest.fixture
def account(stage: Stage, people: People) -> Account:
    made = stage.account(people.agency, people.place)
    listen()
    return made


@pytest.fixture
def texts(stage: Stage, people: People, account: Account) -> Addresses:
    """Two complaints in public and one in private, all heard; the first and the last are answered."""
    first = stage.complain("Во дворе на Красной, 12 темно, не горит фонарь")
    second = stage.complain("Яма на дороге у школы на Мира, 5")
    private = stage.whisper("На Садовой, 7 в подъезде не горит лампочка")
    for source in Source.objects.filter(network="x"):  # direct messages are asked for more rarely
        source.cursor["messages"]["due"] = 0
        source.save()
    listen()
    approved(people, assigned(people, card_of(first)))
    approved(people, assigned(people, card_of(private)), replace(FINAL, direct=True))
    speak(first, private)
    return first, second, private


def speak(*addresses: str) -> None:
    """Everything that is approved is said, under just these texts."""
    for _ in range(3):
        Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now())
        settle()
    states = {delivery.message.external_id: (delivery.state, delivery.words) for delivery in Delivery.objects.all()}
    assert states == dict.fromkeys(addresses, (Delivery.State.SENT, ""))


def say_in_private_past_us(stage: Stage, text: str, under: str) -> None:
    """Where the sandbox's people have no such page, with the office's own key."""
    if stage.network == "vk":
        params = {"peer_id": stage.anna, "random_id": len(text), "message": text}
        assert "response" in stage.sandbox.vk("messages.send", stage.keys["community"], **params)
    elif stage.kind == "meta":
        form = {"recipient": json.dumps({"id": under.split(":")[3]}), "message": json.dumps({"text": text})}
        path, voice = f"/meta/{VERSION}/me/messages", {"access_token": stage.keys["page"]}
        answer = stage.sandbox.http.post(path, data={"messaging_type": "RESPONSE", **form, **voice})
        assert answer.status_code == 200, answer.text
    else:
        stage.answer_aside(text, under)


@pytest.fixture
def figures(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Figures:
    """Gives the exit code and the network's own figures; the totals are the same, since nothing is in the others."""

    def look() -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = audit(as_json=True)
        (line,) = capsys.readouterr().out.splitlines()
        total = json.loads(line)
        networks = total.pop("networks")
        assert set(networks) == set(NETWORKS)
        assert total == networks.pop(stage.network) | {"chain": total["chain"]}
        assert all(one == NONE for one in networks.values())
        chain = total.pop("chain")
        return code, total if chain == "ok" else total | {"chain": chain}

    return look


def test_a_lost_a_double_and_an_unapproved_text_is_counted(stage: Stage, texts: Addresses, figures: Figures) -> None:
    assert figures() == (0, WHOLE)
    stage.delete(stage.complain("Ой, не туда"))
    assert figures() == (0, WHOLE)
    stage.complain("Темно, а вы не слушаете")
    stage.reply("И не отвечаете", texts[0])
    stage.whisper("Тайно, и тоже не слушаете")
    lost = WHOLE | {"sandbox_comments": 6, "lost": 3}
    assert figures() == (1, lost)
    stage.answer_aside(ANSWER, texts[0])
    assert figures() == (1, lost | {"twice": 1})
    stage.answer_aside(RUDE, texts[0])
    assert figures() == (1, lost | {"twice": 1, "orphans": 1})
    say_in_private_past_us(stage, ANSWER, texts[2])
    say_in_private_past_us(stage, RUDE, texts[2])
    assert figures() == (1, lost | {"twice": 2, "orphans": 2}), "in private as well"


def test_an_answer_to_a_reply_is_known_too(stage: Stage, people: People, account: Account, figures: Figures) -> None:
    asked = stage.complain("Во дворе на Красной, 12 темно, не горит фонарь")
    listen()
    deep = stage.reply("И у соседей тоже не горит", asked)
    listen()
    approved(people, assigned(people, card_of(asked)), to=Message.objects.get(external_id=deep))
    speak(deep)
    whole = NONE | {"sandbox_comments": 2, "messages": 2, "cards": 1, "approved": 1, "sent": 1}
    whole |= {"in_threads": 1}
    assert figures() == (0, whole)
    (our_answer,) = stage.answers(asked, ANSWER)
    stage.answer_aside(ANSWER, deep if our_answer["parent"] == deep else asked)
    assert figures() == (1, whole | {"twice": 1})

    Source.objects.update(active=False)
    assert figures()[1]["sandbox_comments"] == 0, "what is written where nobody reads is not asked for"


def test_what_says_sent_and_does_not_stand_there_is_noticed(stage: Stage, texts: Addresses, figures: Figures) -> None:
    (our_answer,) = stage.answers(texts[0], ANSWER)
    stage.delete(our_answer["address"])
    gone = WHOLE | {"in_threads": 1, "absent": 1}
    assert figures() == (1, gone)
    stage.answer_aside(ANSWER, texts[0])
    assert figures() == (1, gone | {"in_threads": 2}), "somebody has said the same: what we have said is still gone"
    stage.delete(texts[0])
    assert figures()[1]["absent"] == 0, "an answer under a text that its author took back is nobody's loss"


@pytest.mark.parametrize("stage", [f"guest in {network}" for network in GUESTS], indirect=True)
def test_what_a_guest_says_counts_as_ours(stage: Stage, people: People, account: Account, figures: Figures) -> None:
    """In «Одноклассники» a guest speaks with his own name."""
    asked = stage.complain("Во дворе на Красной, 12 темно, не горит фонарь")
    listen()
    approved(people, assigned(people, card_of(asked)))
    speak(asked)
    listen()
    code, network = figures()
    assert (code, network["approved"], network["sent"], network["in_threads"]) == (0, 1, 1, 1)
    assert network["sandbox_comments"] == network["messages"] == network["cards"], "his answer is no citizen's text"


@pytest.mark.parametrize("stage", ["vk"], indirect=True)
def test_a_message_that_a_person_has_split_is_answered_twice_and_rightly(
    stage: Stage, people: People, texts: Addresses, figures: Figures
) -> None:
    message = Message.objects.get(external_id=texts[0])
    second = split(card_of(texts[0]), message, people.operator, clock.now())
    assert figures() == (0, WHOLE)
    approved(people, assigned(people, second), replace(FINAL, text="И яму мы тоже засыпали."))
    speak(texts[0], texts[2])
    assert figures() == (0, WHOLE | {"approved": 3, "sent": 3, "in_threads": 3})


@pytest.mark.parametrize("stage", ["vk"], indirect=True)
def test_of_a_real_region_its_own_tables_are_asked_and_no_port(
    stage: Stage, people: People, texts: Addresses, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MODE, settings.SANDBOX_ADDRESS = "real", f"http://127.0.0.1:{free_port()}"

    def look() -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = audit(as_json=True)
        counts = json.loads(capsys.readouterr().out)
        assert (counts.pop("networks")["vk"], counts.pop("chain")) == (counts, "ok")
        return code, counts

    whole = WHOLE | dict.fromkeys(("sandbox_comments", "in_threads", "lost", "orphans"))
    assert look() == (0, whole)
    assert audit(as_json=True, beside=True) == 2, "a comparison is asked for by name"

    second = split(card_of(texts[1]), Message.objects.get(external_id=texts[1]), people.operator, clock.now())
    answer = approved(people, assigned(people, second))
    Delivery.objects.filter(answer=answer).delete()
    Answer.objects.filter(pk=answer.pk).update(due_at=None)
    assert look() == (1, whole | {"idle": 1}), "no step has it, and no list"
    one, other = Sent.objects.order_by("pk")
    Sent.objects.filter(pk=other.pk).update(external_id=one.external_id)
    assert look() == (1, whole | {"idle": 1, "twice": 1}), "one text cannot be two answers"
    Survey.objects.filter(sent=other).delete()
    other.delete()
    assert look() == (1, whole | {"idle": 1, "absent": 1}), "sent, and nobody knows where to"
    assert audit(as_json=False) == 1
    assert "без сетей" in capsys.readouterr().out


def test_of_a_file_of_texts_nothing_is_lost(stage: Stage, account: Account, tmp_path: Path, figures: Figures) -> None:
    texts = [f"Темно во дворе, дом {number} 🔥" for number in range(12)] + ["Темно! " * 3000]
    file = tmp_path / "texts.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("text",), *((text,) for text in texts), (" ",)])
    assert replay(str(file), "text", "1000/s", 0, stage.network) == 0
    written = [
        text["text"]
        for text in stage.sandbox.inspect(f"{stage.kind}/texts")["items"]
        if text["network"] == stage.network and text["author_name"].startswith("Житель")
    ]
    assert written[:12] == texts[:12]
    assert len(written) == 13
    assert 100 < len(written[12]) <= NETWORKS[stage.network].limits.text
    listen()
    code, network = figures()
    assert (code, network["lost"]) == (0, 0)
    assert 0 < network["messages"] <= 13


@pytest.mark.parametrize("stage", ["vk"], indirect=True)
def test_the_table_says_the_same_and_each_fault_is_counted(
    stage: Stage, texts: Addresses, figures: Figures, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert audit(as_json=False) == 0
    head, *lines, last = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert (head, last) == (["total", *NETWORKS], ["chain", "ok"])
    whole = {name: str(value) for name, value in WHOLE.items()}
    assert {name: total for name, total, *_ in lines} == whole
    assert {line[0]: line[1 + head.index("vk")] for line in lines} == whole
    assert {value for line in lines for value in line[3:]} == {"0"}

    wrong = stage.answer_aside(ANSWER, texts[1])
    assert figures() == (1, WHOLE | {"orphans": 1}), "an approved answer under another comment"
    stage.delete(wrong)
    assert figures() == (0, WHOLE)

    second = rows.card(number=999, network="vk")
    message = Message.objects.get(external_id=texts[0])
    IncidentMessage.objects.create(incident=second, message=message, main=True, linked_at=clock.now())
    assert figures() == (1, WHOLE | {"twice": 1}), "two cards for one message"
    second.delete()

    message = Message.objects.get(external_id=texts[1])
    for model in (Heard, Verdict, IncidentMessage):
        model._default_manager.filter(message=message).delete()
    message.delete()
    lost = WHOLE | {"messages": 2, "cards": 2, "lost": 1}
    assert figures() == (1, lost)

    entry = Entry.objects.order_by("pk")[3]
    seals.seal_all(clock.now())
    change_past_the_trigger(entry)
    assert figures() == (1, lost | {"chain": f"broken at {Entry.objects.order_by('pk')[0].pk}"})


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


def test_without_a_sandbox_or_its_token_it_says_so_in_one_sentence(
    sandbox: Sandbox, settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path, db: None
) -> None:
    settings.SANDBOX_ADDRESS = f"http://127.0.0.1:{free_port()}"
    assert audit(as_json=True) == 2
    printed = capsys.readouterr()
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)
    done = otklik(bare_environment(tmp_path, SANDBOX_PORT=str(sandbox.port)), "audit")
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
