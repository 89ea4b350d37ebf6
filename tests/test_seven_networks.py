"""The same story on every network, by push and by pull, with faults on: from the complaint to the closed card, and one
answer under the right words."""

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
from otklik.feedback.hear import confirm
from otklik.feedback.models import Rating
from otklik.inbox.models import Hint, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome, State
from otklik.lib import clock
from otklik.networks.access import access_to, door
from otklik.networks.fetch import resume
from otklik.networks.models import Account, LegalSwitch, RawEvent, Source, Token
from otklik.networks.registry import NETWORKS
from otklik.publishing.fate import published_by_hand, say_again
from otklik.publishing.models import Delivery, Sent
from otklik.routing.assign import Decision, assign
from tests.region import build_people, listen, only_card, settle
from tests.sandbox.process import Sandbox
from tests.stages import GUESTS, STAGES, Stage, Visit

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
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

    def hear(self, came: Callable[[], bool], what: str) -> None:
        """Let it be heard, in whichever way."""
        deadline = time.monotonic() + WITHIN
        while not came():
            assert time.monotonic() < deadline, f"did not happen: {what}"
            if self.server is None:
                listen()
            else:
                Hint.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
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
    words = drafts.Words(ANSWER, outcome=Outcome.SOLVED)
    answer = drafts.write(incident, main_message(incident), words, people["executor"], clock.now())
    drafts.submit(answer, people["executor"], clock.now())
    drafts.approve(answer, people["approver"], clock.now(), answer.version)


def speak(looks: int = 12) -> Delivery:
    """Until nothing more happens to the delivery by itself."""
    for _ in range(looks):
        Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
        settle()
    return Delivery.objects.get()


def test_a_complaint_goes_to_a_closed_card(stage: Stage, people: dict[str, Any], way: Way) -> None:
    if stage.event:
        stage.fault("duplicate", stage.event, count=1)
    address = stage.complain(COMPLAINT)
    way.hear(lambda: Incident.objects.exists(), "the complaint is heard")
    incident = card_of(address)
    assert main_message(incident).author.name in ("Анна Пробная", "anna_p"), "Instagram tells the user name alone"
    assigned(people, incident)
    approved(people, incident)
    assert speak().state == Delivery.State.SENT
    (said,) = stage.answers(address, ANSWER)
    assert said["parent"] in (address, stage.under), "it stands under the complaint"
    incident.refresh_from_db()
    assert incident.state == State.RATING
    thanks = stage.reply("Спасибо, починили!", Sent.objects.get().external_id)
    way.hear(lambda: Rating.objects.exists(), "the author's thanks are heard")
    assert Message.objects.get(external_id=thanks).author == main_message(incident).author
    closed = confirm(Rating.objects.get(), 5, people["operator"], clock.now())
    assert (closed.state, closed.close_reason) == (State.DONE, "satisfied")
    assert only_card() == closed, "the author's reply belongs to the same card, and our own words open none"
    assert Message.objects.filter(text__endswith=COMPLAINT).count() == 1


@pytest.mark.parametrize(
    ("fault", "there"), [("drop_after", True), ("http_after", True), ("drop_before", False), ("http_before", False)]
)
def test_an_answer_of_unclear_fate_stands_there_once(
    stage: Stage, people: dict[str, Any], account: Account, fault: str, there: bool
) -> None:
    """Where the network can be asked, we look; where it cannot, a person does and decides with one button."""
    way = Way(stage, account, None)
    address = stage.complain(COMPLAINT)
    way.hear(lambda: Incident.objects.exists(), "the complaint is heard")
    approved(people, assigned(people, only_card()))
    stage.fault(fault, stage.speaks, code=502, count=1)
    delivery = speak()
    if stage.network == "telegram":
        assert (delivery.state, delivery.hold) == (Delivery.State.UNKNOWN, Delivery.Hold.PERSON)
        if there:
            published_by_hand(delivery, main_message(only_card()).url, people["approver"], clock.now())
        else:
            say_again(delivery, people["approver"], clock.now())
        delivery = speak()
    assert delivery.state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1
    assert only_card().state == State.RATING


def test_a_lost_key_parks_the_answer_and_a_new_one_lets_it_go(
    stage: Stage, people: dict[str, Any], account: Account
) -> None:
    way = Way(stage, account, None)
    address = stage.complain(COMPLAINT)
    way.hear(lambda: Incident.objects.exists(), "the complaint is heard")
    approved(people, assigned(people, only_card()))
    good = {token.pk: token.secret for token in Token.objects.all()}
    for token in Token.objects.all():
        token.secret = f"{token.secret.partition(':')[0]}:LOST-LOST-LOST" if ":" in token.secret else "LOST-LOST-LOST"
        token.save()
    delivery = speak(2)
    account.refresh_from_db()
    assert (delivery.state, delivery.hold) == (Delivery.State.QUEUED, Delivery.Hold.TOKEN)
    assert account.stopped_at is not None
    assert stage.answers(address, ANSWER) == []
    for pk, secret in good.items():
        Token.objects.filter(pk=pk).update(secret=secret)
    Source.objects.update(failures=0)
    resume(account, clock.now())
    assert speak().state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1


def test_what_was_written_while_nothing_was_read_is_not_lost(
    stage: Stage, people: dict[str, Any], account: Account
) -> None:
    way = Way(stage, account, None)
    written = {stage.complain(f"{COMPLAINT} Подъезд {number}") for number in range(12)}

    def heard() -> bool:
        return written <= set(Message.objects.filter(own=False).values_list("external_id", flat=True))

    way.hear(heard, "every complaint is heard")
    assert RawEvent.objects.filter(set_aside_at__isnull=False).count() == 0
    assert Incident.objects.count() == 12


@pytest.fixture(params=list(GUESTS))
def visit(request: pytest.FixtureRequest, sandbox: Sandbox) -> Visit:
    return GUESTS[request.param](sandbox)


@pytest.fixture
def guest(visit: Visit, transactional_db: None) -> Iterator[dict[str, Any]]:
    """The agency's own account, and a town's community that is not ours as a place to read."""
    with region(visit.sandbox) as people:
        visit.account(people["agency"], people["place"])
        yield people


def test_a_guest_answers_in_somebody_elses_community(visit: Visit, guest: dict[str, Any]) -> None:
    listen()
    address = visit.complain(COMPLAINT)
    listen()
    incident = card_of(address)
    assert main_message(incident).source == Source.objects.get(kind=Source.Kind.FOREIGN)
    approved(guest, assigned(guest, incident))
    assert speak().state == Delivery.State.SENT
    (said,) = visit.answers(address, ANSWER)
    assert said["parent"] == address


def test_where_guests_may_not_speak_a_person_publishes_by_hand(visit: Visit, guest: dict[str, Any]) -> None:
    listen()
    address = visit.complain(COMPLAINT)
    listen()
    visit.forbid()
    approved(guest, assigned(guest, card_of(address)))
    delivery = speak()
    assert (delivery.state, delivery.hold) == (Delivery.State.QUEUED, Delivery.Hold.BY_HAND)
    assert delivery.words
    assert visit.answers(address, ANSWER) == []
    published_by_hand(delivery, main_message(card_of(address)).url, guest["approver"], clock.now())
    assert card_of(address).state == State.RATING
