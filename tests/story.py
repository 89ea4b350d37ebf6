"""The steps that every story over the networks is told in: how it is heard, what the people do, how it is said."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from otklik.answers import drafts
from otklik.inbox.models import Hint
from otklik.incidents.cards import main_message
from otklik.incidents.models import Heard, Incident, Outcome
from otklik.lib import clock
from otklik.networks.access import access_to, door
from otklik.networks.models import Account, LegalSwitch
from otklik.networks.registry import NETWORKS
from otklik.publishing.fate import published_by_hand, say_again
from otklik.publishing.models import Delivery
from otklik.routing.assign import Decision, assign
from tests.region import build_people, listen, settle
from tests.sandbox.process import Sandbox
from tests.stages import STAGES, Stage

COMPLAINT = "Во дворе на Красной, 12 в Речном третий день темно, не горит фонарь!"
ANSWER = "Анна, фонарь заменили сегодня в 14:00."
WITHIN = 30.0  # seconds


@pytest.fixture(params=list(STAGES))
def stage(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stage:
    return STAGES[request.param](sandbox)


@pytest.fixture
def people(stage: Stage, transactional_db: None) -> Iterator[dict[str, Any]]:
    with region(stage.sandbox) as found:
        yield found


@contextmanager
def region(sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    """The region's people, with answers that leave at once and every network switched on."""
    kept = settings.SANDBOX_ADDRESS, settings.UNDO_HOLD
    settings.SANDBOX_ADDRESS, settings.UNDO_HOLD = sandbox.base, 0
    door.cache_clear()
    for network in NETWORKS:
        LegalSwitch.objects.create(network=network, read=True, speak=True, at=clock.now(), reason="для испытаний")
    yield build_people()
    settings.SANDBOX_ADDRESS, settings.UNDO_HOLD = kept
    door.cache_clear()


@pytest.fixture
def account(stage: Stage, people: dict[str, Any]) -> Account:
    return stage.account(people["agency"], people["place"])


class Way:
    """How the product hears: it asks, or it is told at its own hook."""

    def __init__(self, stage: Stage, account: Account, server: LiveServer | None) -> None:
        self.stage, self.account, self.server = stage, account, server
        if server is not None:
            self._subscribe(server.url + reverse("hook", args=[account.network, account.hook_key]))
        listen()  # from here on everything is news

    def _subscribe(self, hook: str) -> None:
        Account.objects.filter(pk=self.account.pk).update(options={**self.account.options, "push": True})
        self.account = Account.objects.prefetch_related("tokens").get(pk=self.account.pk)
        network = NETWORKS[self.account.network]
        code = network.confirmation_code(access_to(self.account))
        Account.objects.filter(pk=self.account.pk).update(confirmation=code)
        self.account = Account.objects.prefetch_related("tokens").get(pk=self.account.pk)
        network.subscribe(access_to(self.account), hook)
        self.rest()  # VKontakte asks the address for a word first, and tells nothing before it has it

    def hear(self, came: Callable[[], bool], what: str) -> None:
        """Let it be heard, in whichever way."""
        deadline = time.monotonic() + WITHIN
        while not came():
            assert time.monotonic() < deadline, f"did not happen: {what}"
            self._once()

    def rest(self) -> None:
        """Until the network has nothing more to tell."""
        self.hear(lambda: not self._is_pushing(), "all pushes have arrived")
        for _ in range(2):
            self._once()

    def _is_pushing(self) -> bool:
        """VKontakte has a pusher of its own."""
        name = "deliveries" if self.stage.kind == "vk" else "pushes"
        pushes = self.stage.sandbox.inspect(f"{self.stage.kind}/{name}")[name]
        return self.server is not None and any(push["state"] == "due" for push in pushes)

    def _once(self) -> None:
        for due in (Hint, Heard):
            due.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
        if self.server is None:
            listen()
        else:
            settle()
            time.sleep(0.05)


PUSHED = [kind for kind in STAGES if kind != "ok"]  # the comments of Odnoklassniki are not pushed at all


@pytest.fixture(params=["pull", "push"])
def way(request: pytest.FixtureRequest, stage: Stage, account: Account) -> Way:
    if request.param == "push" and stage.network not in PUSHED:
        pytest.skip("this network pushes no comments")
    server = request.getfixturevalue("live_server") if request.param == "push" else None
    return Way(stage, account, server)


def card_of(address: str) -> Incident:
    return Incident.objects.get(messages__external_id=address)


def assigned(people: dict[str, Any], incident: Incident) -> Incident:
    decision = Decision(people["agency"], people["theme"], people["place"])
    return assign(incident, decision, people["operator"], clock.now())


def approved(people: dict[str, Any], incident: Incident) -> None:
    words = drafts.Words(ANSWER, outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили автору")
    answer = drafts.write(incident, main_message(incident), words, people["executor"], clock.now())
    drafts.submit(answer, people["executor"], clock.now())
    drafts.approve(answer, people["approver"], clock.now(), answer.version)


def speak(looks: int = 12) -> Delivery:
    """Until nothing more happens to the delivery by itself."""
    for _ in range(looks):
        Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
        settle()
    return Delivery.objects.get()


def bring_to_an_end(stage: Stage, people: dict[str, Any], address: str) -> Delivery:
    """As `speak`; where the network cannot be asked whether the answer stands there, a person looks and says so."""
    delivery = speak()
    while delivery.hold == Delivery.Hold.PERSON and stage.network == "telegram":
        if there := stage.answers(address, ANSWER):
            link = f"{stage.sandbox.base}{there[0]['link']}"
            published_by_hand(delivery, link, people["approver"], clock.now())
        else:
            say_again(delivery, people["approver"], clock.now())
        delivery = speak()
    return delivery
