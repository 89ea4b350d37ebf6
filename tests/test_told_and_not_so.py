"""What a push tells and the network does not show: with every secret right, nothing ends by it.

A gate stands before our hook. While it is shut it keeps what the network pushes, signatures and all; the network's own
state moves on, and then the stale push comes in.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from otklik.feedback.models import Rating
from otklik.inbox.models import Hint, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.networks.base import Incoming, Speech
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Sent
from tests.connectors import serving
from tests.region import People, approved, assigned, listen, only_card, settle
from tests.sandbox.town import until
from tests.stages import Stage
from tests.story import ANSWER, COMPLAINT, PUSHED, access_of, card_of, speak, subscribe

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def on(*networks: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stage", networks, indirect=True)


@dataclass
class Gate:
    """Before the hook of the live server. `kept` are the pushes that came while it was shut."""

    server: str
    shut: bool = False
    kept: list[tuple[str, Incoming]] = field(default_factory=list)
    base: str = ""

    def answer(self, path: str, request: Incoming) -> tuple[int, str, bytes]:
        if self.shut and request.method == "POST":
            self.kept.append((path, request))
            return 200, "text/plain", b"ok"
        answer = self.pass_on(path, request)
        return answer.status_code, answer.headers.get("Content-Type", "text/plain"), answer.content

    def pass_on(self, path: str, request: Incoming) -> httpx.Response:
        wanted = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        with httpx.Client(trust_env=False) as client:
            return client.request(request.method, f"{self.server}{path}", headers=wanted, content=request.body)

    def let_in(self) -> None:
        """What was kept comes in now, as it was."""
        for path, request in self.kept:
            assert self.pass_on(path, request).status_code == 200
        self.kept.clear()
        for _ in range(4):
            Hint.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
            settle()

    def until_kept(self, words: str) -> None:
        """Wait for a push that holds these words, however they are escaped."""
        escaped = words.encode("unicode_escape").lower()

        def is_kept() -> bool:
            return any(words.encode() in one.body or escaped in one.body.lower() for _path, one in self.kept)

        until(is_kept, f"a push with {words}", within=20)


@pytest.fixture
def gate(live_server: LiveServer) -> Iterator[Gate]:
    gate = Gate(live_server.url)
    with serving(gate.answer) as gate.base:
        yield gate


@pytest.fixture
def complaint(stage: Stage, people: People, account: Account, gate: Gate) -> str:
    """The address of a complaint that was told by a push; its card is with an agency."""
    subscribe(account, gate.base)
    listen()
    address = stage.complain(COMPLAINT)

    def is_heard() -> bool:
        settle()
        return Incident.objects.exists()

    until(is_heard, "the complaint comes", within=20)
    assigned(people, only_card())
    return address


@on(*PUSHED)
def test_thanks_that_stand_nowhere_close_no_card(stage: Stage, people: People, gate: Gate, complaint: str) -> None:
    approved(people, only_card())
    assert speak().state == Delivery.State.SENT
    gate.shut = True
    thanks = stage.reply("Спасибо, решено!", Sent.objects.get().external_id)
    gate.until_kept("решено")
    pushes = list(gate.kept)
    stage.delete(thanks)
    time.sleep(0.5)
    gate.kept[:] = pushes  # what was said of the deletion is lost
    gate.let_in()
    assert only_card().state == State.RATING
    if stage.network == "telegram":  # nobody can ask Telegram: a person will say what was meant
        assert list(Rating.objects.values_list("suggested", flat=True)) == [True]
    else:
        assert not Rating.objects.exists()
        assert not Message.objects.filter(external_id=thanks).exists()


@on("vk", "instagram", "facebook", "x")  # the others tell nobody of his own words
def test_our_own_words_that_stand_nowhere_settle_nothing(
    stage: Stage, people: People, account: Account, gate: Gate, complaint: str
) -> None:
    """Somebody has said our very words and has taken them back; the push about it comes while we do not know yet."""
    stage.fault("http_before", stage.speaks, code=502, count=1)
    approved(people, card_of(complaint))
    delivery = speak(1)
    assert delivery.state == Delivery.State.UNKNOWN
    gate.shut = True
    speech = Speech(ANSWER, complaint, main_message(only_card()).thread.external_id, attempted_at=clock.now())
    said = NETWORKS[stage.network].publish(access_of(account), speech, "somebody-else")
    if stage.network != "instagram":  # Instagram tells of no own comment until it is asked
        gate.until_kept("заменили")
    stage.delete(said.external_id)
    del gate.kept[1:]
    Delivery.objects.update(due_at=None)  # the look itself is not what is tried here
    gate.let_in()
    delivery.refresh_from_db()
    assert (delivery.state, Sent.objects.count()) == (Delivery.State.UNKNOWN, 0)
    assert only_card().state == State.PUBLISHING


@on("vk", "max", "facebook")  # the others tell of no edit, or cannot be asked about it
def test_words_that_stand_there_no_more_are_not_put_on_the_card(stage: Stage, gate: Gate, complaint: str) -> None:
    gate.shut = True
    stage.edit(complaint, "Всё хорошо, благодарю, вопрос снят")
    gate.until_kept("снят")
    pushes = list(gate.kept)
    stage.edit(complaint, COMPLAINT)
    time.sleep(0.5)
    gate.kept[:] = pushes
    gate.let_in()
    assert main_message(only_card()).text == COMPLAINT


@on(*PUSHED)
def test_a_push_under_a_wrong_signature_is_not_let_in(stage: Stage, gate: Gate, complaint: str) -> None:
    gate.shut = True
    stage.complain("Второе обращение")
    gate.until_kept("Второе")
    path, request = gate.kept[0]
    body = request.body.replace("Второе".encode(), "Третье".encode()).replace(b"\\u0412\\u0442", b"\\u0422\\u0440")
    bare = {name: value for name, value in request.headers.items() if not name.startswith(("x-", "sec"))}
    body = body.replace(b"hook-secret_for-tests", b"wrong-secret")
    assert gate.pass_on(path, replace(request, headers=bare, body=body)).status_code == 403
    settle()
    assert Incident.objects.count() == 1
