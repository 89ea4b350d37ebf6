"""The audit knows every network: what is lost, said twice or unexplained is found in each, in public and in private."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from otklik.answers import drafts
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome
from otklik.lib import clock
from otklik.networks.access import door
from otklik.networks.models import Source
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery
from otklik.routing.assign import Decision, assign
from otklik.site.audit import audit
from otklik.site.replay import replay
from tests.region import build_people, listen, settle
from tests.sandbox.meta_town import VERSION
from tests.sandbox.process import CONTROL_TOKEN, Sandbox
from tests.stages import STAGES, Stage

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
ANSWER, RUDE = "Анна, фонарь заменили сегодня в 14:00.", "Отстаньте."
NONE = dict.fromkeys(("sandbox_comments", "messages", "cards", "approved", "in_threads", "twice", "lost", "orphans"), 0)
WHOLE = NONE | {"sandbox_comments": 3, "messages": 3, "cards": 3, "approved": 2, "in_threads": 2}


@pytest.fixture(params=list(STAGES))
def stage(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stage:
    return STAGES[request.param](sandbox)


@pytest.fixture
def people(sandbox: Sandbox, settings: Settings, switched_on: None) -> Iterator[dict[str, Any]]:
    settings.SANDBOX_ADDRESS, settings.SANDBOX_TOKEN, settings.UNDO_HOLD = sandbox.base, CONTROL_TOKEN, 0
    door.cache_clear()
    yield build_people()
    door.cache_clear()


def answer(people: dict[str, Any], address: str, *, direct: bool, to: str = "") -> None:
    """The card of the text at this address is answered, at this text or at another one of it."""
    now, incident = clock.now(), Incident.objects.get(messages__external_id=address)
    given = assign(incident, Decision(people["agency"], people["theme"], people["place"]), people["operator"], now)
    words = drafts.Words(ANSWER, outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили автору", direct=direct)
    message = Message.objects.get(external_id=to) if to else main_message(given)
    draft = drafts.write(given, message, words, people["executor"], now)
    drafts.submit(draft, people["executor"], now)
    drafts.approve(draft, people["approver"], now, draft.version)


@pytest.fixture
def heard(stage: Stage, people: dict[str, Any]) -> tuple[str, str]:
    """Two complaints in public and one in private, all heard: the addresses of the first and the last, answered."""
    stage.account(people["agency"], people["place"])
    listen()
    asked = stage.complain("Во дворе на Красной, 12 темно, не горит фонарь")
    stage.complain("Яма на дороге у школы на Мира, 5")
    private = whisper(stage, "На Садовой, 7 в подъезде не горит лампочка")
    for source in Source.objects.filter(network="x"):  # direct messages are asked for more rarely
        source.cursor["messages"]["due"] = 0
        source.save()
    listen()
    answer(people, asked, direct=False)
    answer(people, private, direct=True)
    speak(asked, private)
    return asked, private


def speak(*addresses: str) -> None:
    """Everything that is approved is said, under just these texts."""
    for _ in range(3):
        Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now())
        settle()
    states = {delivery.message.external_id: (delivery.state, delivery.words) for delivery in Delivery.objects.all()}
    assert states == dict.fromkeys(addresses, (Delivery.State.SENT, ""))


def whisper(stage: Stage, text: str) -> str:
    told = stage.sandbox.control(f"{stage.kind}/texts", text=text, person=stage.anna, to=stage.external_id)
    return str(told["address"])


def say_past_us(stage: Stage, text: str, under: str) -> None:
    """The office itself, another hand."""
    voice = {"place": stage.external_id} if stage.network == "x" else {}
    stage.sandbox.control(f"{stage.kind}/texts", text=text, under=under, **voice)


def say_in_private_past_us(stage: Stage, text: str, under: str) -> None:
    """Where the sandbox's people have no such page, with the office's own key."""
    if stage.network == "vk":
        told = {"peer_id": stage.anna, "random_id": len(text), "message": text}
        assert "response" in stage.sandbox.vk("messages.send", stage.keys["community"], **told)
    elif stage.kind == "meta":
        given = {"recipient": json.dumps({"id": under.split(":")[3]}), "message": json.dumps({"text": text})}
        path, voice = f"/meta/{VERSION}/me/messages", {"access_token": stage.keys["page"]}
        answer = stage.sandbox.http.post(path, data={"messaging_type": "RESPONSE", **given, **voice})
        assert answer.status_code == 200, answer.text
    else:
        say_past_us(stage, text, under)


def found(stage: Stage, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Exit code and the network's own figures; the totals are the same, since nothing is in the others."""
    capsys.readouterr()
    code = audit(as_json=True)
    told = json.loads(capsys.readouterr().out)
    networks = told.pop("networks")
    mine = networks.pop(stage.network)
    assert set(networks) == set(NETWORKS) - {stage.network}
    assert told == mine | {"chain": "ok"}
    assert all(one == NONE for one in networks.values())
    return code, mine


def test_a_whole_network_is_good(stage: Stage, heard: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert found(stage, capsys) == (0, WHOLE)


def test_a_text_that_nobody_has_heard_is_lost(
    stage: Stage, heard: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    stage.complain("Темно, а вы не слушаете")
    stage.reply("И не отвечаете", heard[0])
    whisper(stage, "Тайно, и тоже не слушаете")
    assert found(stage, capsys) == (1, WHOLE | {"sandbox_comments": 6, "lost": 3})


def test_a_text_taken_back_before_it_was_heard_is_not_lost(
    stage: Stage, heard: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    late = stage.complain("Ой, не туда")
    stage.sandbox.control(f"{stage.kind}/texts/delete", address=late)
    assert found(stage, capsys) == (0, WHOLE)


def test_an_answer_that_stands_twice_is_found_and_a_reply_that_nobody_approved_too(
    stage: Stage, heard: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    say_past_us(stage, ANSWER, heard[0])
    assert found(stage, capsys) == (1, WHOLE | {"twice": 1})
    say_past_us(stage, RUDE, heard[0])
    assert found(stage, capsys) == (1, WHOLE | {"twice": 1, "orphans": 1})


def test_private_words_past_us_are_found_too(
    stage: Stage, heard: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    say_in_private_past_us(stage, ANSWER, heard[1])
    say_in_private_past_us(stage, RUDE, heard[1])
    assert found(stage, capsys) == (1, WHOLE | {"twice": 1, "orphans": 1})


def test_an_answer_to_a_reply_is_known_wherever_the_network_hangs_it(
    stage: Stage, people: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    stage.account(people["agency"], people["place"])
    listen()
    asked = stage.complain("Во дворе на Красной, 12 темно, не горит фонарь")
    listen()
    deep = stage.reply("И у соседей тоже не горит", asked)
    listen()
    answer(people, asked, direct=False, to=deep)
    speak(deep)
    whole = NONE | {"sandbox_comments": 2, "messages": 2, "cards": 1, "approved": 1, "in_threads": 1}
    assert found(stage, capsys) == (0, whole)
    (said,) = stage.answers(asked, ANSWER)
    say_past_us(stage, ANSWER, deep if said["parent"] == deep else asked)
    assert found(stage, capsys) == (1, whole | {"twice": 1})


def test_what_is_written_where_nobody_reads_is_not_asked_for(
    stage: Stage, heard: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    Source.objects.update(active=False)
    assert found(stage, capsys)[1]["sandbox_comments"] == 0


def test_a_file_of_texts_is_posted_in_any_network_and_nothing_of_it_is_lost(
    stage: Stage, people: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.account(people["agency"], people["place"])
    listen()
    texts = [f"Темно во дворе, дом {number} 🔥" for number in range(12)] + ["Темно! " * 3000]
    file = tmp_path / "texts.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("text",), *((text,) for text in texts), (" ",)])
    assert replay(str(file), "text", "1000/s", 0, stage.network) == 0
    written = [
        text
        for text in stage.sandbox.inspect(f"{stage.kind}/texts")["items"]
        if text["network"] == stage.network and text["author_name"].startswith("Житель")
    ]
    assert [text["text"] for text in written[:12]] == texts[:12]
    assert len(written) == 13
    assert 100 < len(written[12]["text"]) <= NETWORKS[stage.network].limits.text
    listen()
    code, figures = found(stage, capsys)
    assert (code, figures["lost"]) == (0, 0)
    assert 0 < figures["messages"] <= 13
