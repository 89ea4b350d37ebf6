"""What a push tells and the network does not show: with every secret right, nothing ends by it.

A gate stands before our hook. While it is shut it keeps what the network pushes, signatures and all; the network's own
state moves on, and then the stale push comes in.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from otklik.feedback.models import Rating
from otklik.inbox.models import Hint, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.networks.access import access_to
from otklik.networks.base import Speech
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Sent
from tests.region import listen, only_card, settle
from tests.sandbox.process import Sandbox
from tests.stages import STAGES, Stage
from tests.story import ANSWER, COMPLAINT, approved, assigned, card_of, region, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
WITHIN = 20.0  # seconds


@dataclass
class Gate:
    """Before the hook of the live server. `kept` are the pushes that came while it was shut."""

    server: str
    shut: bool = False
    kept: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    base: str = ""

    def pass_on(self, verb: str, path: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        wanted = {name: value for name, value in headers.items() if name.lower() not in ("host", "content-length")}
        with httpx.Client(trust_env=False) as client:
            return client.request(verb, f"{self.server}{path}", headers=wanted, content=body)

    def let_in(self) -> None:
        """What was kept comes in now, as it was."""
        for path, headers, body in self.kept:
            assert self.pass_on("POST", path, headers, body).status_code == 200
        self.kept.clear()
        for _ in range(4):
            Hint.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
            settle()

    def until_kept(self, words: str) -> None:
        """Wait for a push that holds these words, however they are escaped."""
        escaped = words.encode("unicode_escape").lower()
        deadline = time.monotonic() + WITHIN
        while not any(words.encode() in body or escaped in body.lower() for _path, _headers, body in self.kept):
            assert time.monotonic() < deadline, f"no push with {words}"
            time.sleep(0.05)


@pytest.fixture
def gate(live_server: LiveServer) -> Iterator[Gate]:
    here = Gate(live_server.url)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(here.pass_on("GET", self.path, dict(self.headers), b""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if here.shut:
                here.kept.append((self.path, dict(self.headers), body))
                self._answer(httpx.Response(200, content=b"ok", headers={"Content-Type": "text/plain"}))
            else:
                self._answer(here.pass_on("POST", self.path, dict(self.headers), body))

        def _answer(self, told: httpx.Response) -> None:
            self.send_response(told.status_code)
            self.send_header("Content-Type", told.headers.get("Content-Type", "text/plain"))
            self.send_header("Content-Length", str(len(told.content)))
            self.end_headers()
            self.wfile.write(told.content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[kind for kind in STAGES if kind != "ok"])
def stage(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stage:
    return STAGES[request.param](sandbox)


@pytest.fixture
def people(stage: Stage, gate: Gate, transactional_db: None) -> Iterator[dict[str, Any]]:
    """A region that is told by pushes, with one complaint on a card that an agency has."""
    with region(stage.sandbox) as found:
        made = stage.account(found["agency"], found["place"])
        Account.objects.filter(pk=made.pk).update(options={**made.options, "push": True})
        network = NETWORKS[made.network]
        code = network.confirmation_code(access_of())
        Account.objects.filter(pk=made.pk).update(confirmation=code)
        network.subscribe(access_of(), gate.base + reverse("hook", args=[made.network, made.hook_key]))
        listen()
        found["complaint"] = stage.complain(COMPLAINT)
        deadline = time.monotonic() + WITHIN
        while not Incident.objects.exists():
            assert time.monotonic() < deadline, "the complaint did not come"
            settle()
            time.sleep(0.05)
        assigned(found, only_card())
        yield found


def access_of() -> Any:
    return access_to(Account.objects.prefetch_related("tokens").get())


def edited(stage: Stage, address: str, text: str) -> None:
    stage.sandbox.control(f"{stage.kind}/texts/edit", address=address, text=text)


def deleted(stage: Stage, address: str) -> None:
    stage.sandbox.control(f"{stage.kind}/texts/delete", address=address)


def test_thanks_that_stand_nowhere_close_no_card(stage: Stage, people: dict[str, Any], gate: Gate) -> None:
    approved(people, only_card())
    assert speak().state == Delivery.State.SENT
    gate.shut = True
    thanks = stage.reply("Спасибо, решено!", Sent.objects.get().external_id)
    gate.until_kept("решено")
    told = list(gate.kept)
    if stage.network == "instagram":
        stage.sandbox.control("meta/texts/delete", address=thanks)
    else:
        deleted(stage, thanks)
    time.sleep(0.5)
    gate.kept[:] = told  # what was said of the deletion is lost
    gate.let_in()
    card = only_card()
    assert card.state == State.RATING
    if stage.network == "telegram":  # nobody can ask Telegram: a person will say what was meant
        assert list(Rating.objects.values_list("suggested", flat=True)) == [True]
    else:
        assert not Rating.objects.exists()
        assert not Message.objects.filter(external_id=thanks).exists()


def test_our_own_words_that_stand_nowhere_settle_nothing(stage: Stage, people: dict[str, Any], gate: Gate) -> None:
    """Somebody has said our very words and has taken them back; the push about it comes while we do not know yet."""
    if stage.network in ("telegram", "max"):
        pytest.skip("this network tells nobody of his own words")
    stage.fault("http_before", stage.speaks, code=502, count=1)
    approved(people, card_of(people["complaint"]))
    delivery = speak(1)
    assert delivery.state == Delivery.State.UNKNOWN
    gate.shut = True
    message = main_message(only_card())
    speech = Speech(ANSWER, message.external_id, message.thread.external_id, attempted_at=clock.now())
    said = NETWORKS[stage.network].publish(access_of(), speech, "somebody-else")
    if stage.network != "instagram":  # Instagram tells of no own comment until it is asked
        gate.until_kept("заменили")
    deleted(stage, said.external_id)
    told = list(gate.kept)
    gate.kept[:] = told[:1]
    Delivery.objects.update(due_at=None)  # the look itself is not what is tried here
    gate.let_in()
    delivery.refresh_from_db()
    assert (delivery.state, Sent.objects.count()) == (Delivery.State.UNKNOWN, 0)
    assert only_card().state == State.PUBLISHING


def test_words_that_stand_there_no_more_are_not_put_on_the_card(
    stage: Stage, people: dict[str, Any], gate: Gate
) -> None:
    if stage.network not in ("vk", "max", "facebook"):
        pytest.skip("this network tells of no edit, or cannot be asked about it")
    gate.shut = True
    edited(stage, people["complaint"], "Всё хорошо, благодарю, вопрос снят")
    gate.until_kept("снят")
    told = list(gate.kept)
    edited(stage, people["complaint"], COMPLAINT)
    time.sleep(0.5)
    gate.kept[:] = told
    gate.let_in()
    assert main_message(only_card()).text == COMPLAINT


def test_a_push_under_a_wrong_signature_is_not_let_in(stage: Stage, people: dict[str, Any], gate: Gate) -> None:
    gate.shut = True
    stage.complain("Второе обращение")
    gate.until_kept("Второе")
    path, headers, body = gate.kept[0]
    other = body.replace("Второе".encode(), "Третье".encode()).replace(b"\\u0412\\u0442", b"\\u0422\\u0440")
    bare = {name: value for name, value in headers.items() if not name.lower().startswith(("x-", "sec"))}
    secretless = replace(gate).pass_on("POST", path, bare, other.replace(b"hook-secret_for-tests", b"wrong-secret"))
    assert secretless.status_code == 403
    settle()
    assert Incident.objects.count() == 1
