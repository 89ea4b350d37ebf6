"""Nothing is said twice and nothing is left unsaid, whatever dies and whatever the network does with a repeat."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections

from otklik.answers import drafts
from otklik.answers.models import AnswerPhoto
from otklik.feedback.models import Survey
from otklik.flow.loop import turn_once
from otklik.flow.steps import FLOW
from otklik.incidents.cards import main_message
from otklik.incidents.models import Outcome, State
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.networks.fetch import resume
from otklik.people.models import Agency
from otklik.publishing.fate import published_by_hand, recall, say_again
from otklik.publishing.models import Attempt, Delivery, Epoch, Sent
from otklik.routing.assign import Decision, assign
from tests import warm
from tests.region import Region, listen, only_card, settle
from tests.sandbox.process import CONTROL_TOKEN
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
POINTS = ["before the attempt", "attempt committed", "answer heard", "outcome committed"]
PREPARE = next(step for step in FLOW if step.name == "prepare")
SEND = next(step for step in FLOW if step.name == "send")
TEXT = "Анна, фонарь заменили сегодня в 14:00."


def queued(town: Town, region: Region) -> Delivery:
    """A delivery that is due: heard, assigned, written, approved, prepared."""
    town.comment("Во дворе в Речном темно, не горит фонарь")
    listen()
    incident = only_card()
    now = clock.now()
    assign(incident, Decision(region.agency, region.theme, region.place), region.operator, now)
    words = drafts.Words(TEXT, outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили автору")
    answer = drafts.write(only_card(), main_message(incident), words, region.executor, now)
    drafts.submit(answer, region.executor, now)
    drafts.approve(answer, region.approver, now, answer.version)
    turn_once(PREPARE)
    return Delivery.objects.get()


def said(town: Town) -> list[dict[str, Any]]:
    return [item for item in town.thread() if item["from_group"] and not item["deleted"]]


def environment(town: Town) -> dict[str, str]:
    name = connection.settings_dict["NAME"]
    database = f"sqlite:///{name}" if connection.vendor == "sqlite" else f"postgresql:///{name}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
        "DATABASE_URL": database,
        "SANDBOX_PORT": str(town.sandbox.port),
        "SANDBOX_CONTROL_TOKEN": CONTROL_TOKEN.ljust(32, "-"),
        "OTKLIK_UNDO_HOLD": "0",
    }


def worker(town: Town, point: str = "") -> subprocess.CompletedProcess[str]:
    """A process that sends what is due and, with a point, is killed there."""
    return warm.run([sys.executable, "-m", "tests.kill", point], environment(town))


def wake(delivery: Delivery) -> None:
    """The lease has run out, and the minute between two looks is over."""
    Delivery.objects.filter(pk=delivery.pk).update(due_at=clock.now(), leased_until=clock.now() - timedelta(seconds=1))


def bring_to_an_end(town: Town, delivery: Delivery) -> None:
    for _ in range(6):
        wake(delivery)
        finished = worker(town)
        assert finished.returncode == 0, finished.stderr
        delivery.refresh_from_db()
        if delivery.state == Delivery.State.SENT:
            return
    raise AssertionError(f"not sent: {delivery.state}, {delivery.error}, {delivery.words}")


@pytest.mark.parametrize("guid", ["honoured", "ignored", "refused"])
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_of_sending_says_it_once(
    town: Town, committed_region: Region, point: str, guid: str
) -> None:
    town.switch(guid=guid)
    delivery = queued(town, committed_region)
    died = worker(town, point)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert died.stdout.splitlines()[-1] == point
    bring_to_an_end(town, delivery)
    assert [item["text"] for item in said(town)] == [TEXT]
    assert Sent.objects.count() == 1
    connections.close_all()


@pytest.mark.parametrize("guid", ["honoured", "ignored", "refused"])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "http_before", "http_after"])
def test_a_connection_that_breaks_says_it_once(town: Town, region: Region, fault: str, guid: str) -> None:
    town.switch(guid=guid)
    delivery = queued(town, region)
    town.fault(fault, "wall.createComment")
    for _ in range(6):
        wake(delivery)
        settle()
    assert [item["text"] for item in said(town)] == [TEXT]
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT


def test_the_attempt_is_on_disk_before_the_first_byte_leaves(town: Town, committed_region: Region) -> None:
    queued(town, committed_region)
    worker(town, "attempt committed")
    assert said(town) == []
    attempt = Attempt.objects.get()
    assert (attempt.ended_at, attempt.outcome) == (None, "")
    connections.close_all()


def test_a_rate_limit_waits_and_then_speaks_once(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    town.fault("error", "wall.createComment", code=6)
    # Once, and not until all is done: the wait is a second, and a slow machine is still here when it is over.
    turn_once(SEND)
    delivery.refresh_from_db()
    assert said(town) == []
    assert delivery.state == Delivery.State.QUEUED
    assert delivery.due_at is not None
    wake(delivery)
    settle()
    assert len(said(town)) == 1


def test_closed_comments_bring_the_card_back_with_the_networks_words(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    town.fault("error", "wall.createComment", code=213)
    settle()
    delivery.refresh_from_db()
    incident = only_card()
    assert (delivery.state, incident.state) == (Delivery.State.REFUSED, State.IN_WORK)
    assert incident.answers.get().remark.startswith("Сеть отказала: ")


def test_a_refused_answer_is_corrected_approved_and_said_once(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    town.fault("error", "wall.createComment", code=213)
    settle()
    answer = delivery.answer
    answer.refresh_from_db()
    assert only_card().state == State.IN_WORK
    words = drafts.Words("Анна, фонарь горит.", outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили автору")
    answer = drafts.write(only_card(), answer.reply_to, words, region.executor, clock.now(), answer.version)
    drafts.submit(answer, region.executor, clock.now())
    drafts.approve(answer, region.approver, clock.now(), answer.version)
    settle()
    assert [item["text"] for item in said(town)] == ["Анна, фонарь горит."]
    assert only_card().state == State.RATING


def test_a_picture_that_is_gone_from_the_disk_ends_before_a_person_and_says_nothing(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    photo = AnswerPhoto.objects.create(answer=delivery.answer, file=ContentFile(picture("JPEG"), "a.jpg"))
    Path(photo.file.path).unlink()
    for _ in range(12):
        wake(delivery)
        settle()
    delivery.refresh_from_db()
    assert delivery.set_aside_at is not None
    assert "FileNotFoundError" in delivery.error
    assert said(town) == []


def test_a_captcha_waits_for_a_person_who_publishes_by_hand(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    town.fault("error", "wall.createComment", code=14)
    settle()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.hold) == (Delivery.State.QUEUED, Delivery.Hold.PERSON)
    link = f"{town.sandbox.base}/vk/wall-{town.group}_{town.post}?reply=999"
    published_by_hand(delivery, link, region.operator, clock.now())
    settle()
    incident = only_card()
    assert incident.state == State.RATING
    assert Sent.objects.get().url == link
    assert said(town) == [], "a person has said it, so the machine must not"


def test_a_dead_token_stops_the_account_and_says_nothing(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    town.fault("error", "wall.createComment", code=5)
    settle()
    delivery.refresh_from_db()
    region.guest.refresh_from_db()
    assert delivery.hold == Delivery.Hold.TOKEN
    assert region.guest.stopped_at is not None
    assert said(town) == []


def test_what_was_held_for_a_dead_token_leaves_by_itself_when_the_token_works_again(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    town.fault("error", "wall.createComment", code=5)
    settle()
    wake(delivery)
    settle()
    assert said(town) == []
    resume(region.guest, clock.now())
    wake(delivery)
    settle()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.hold) == (Delivery.State.SENT, Delivery.Hold.NONE)
    assert len(said(town)) == 1


def test_an_approval_taken_back_in_time_says_nothing(town: Town, region: Region, settings: Any) -> None:
    settings.UNDO_HOLD = 60
    delivery = queued(town, region)
    settle()
    assert said(town) == []
    recall(delivery.answer, region.approver, clock.now())
    wake(delivery)
    settle()
    delivery.refresh_from_db()
    assert (delivery.state, only_card().state) == (Delivery.State.RECALLED, State.APPROVAL)
    assert said(town) == []
    settings.UNDO_HOLD = 0
    answer = delivery.answer
    answer.refresh_from_db()
    drafts.approve(answer, region.approver, clock.now(), answer.version)
    settle()
    assert len(said(town)) == 1


def test_after_a_restore_whatever_is_not_known_as_sent_is_looked_up_first(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    settle()
    assert len(said(town)) == 1
    # The backup was made before it was sent; the restore begins a new epoch.
    Survey.objects.all().delete()
    Sent.objects.all().delete()
    Attempt.objects.all().delete()
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.QUEUED, seen=None)
    Epoch.objects.create(began_at=clock.now(), words="restore")
    wake(delivery)
    settle()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert len(said(town)) == 1


def test_a_person_who_looked_can_have_it_said_again(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.UNKNOWN, hold=Delivery.Hold.PERSON, due_at=None)
    say_again(delivery, region.operator, clock.now())
    settle()
    assert len(said(town)) == 1


def test_an_answer_without_any_voice_waits_to_be_published_by_hand(town: Town, region: Region) -> None:
    region.guest.agency = Agency.objects.get(code="vodokanal")
    region.guest.save()
    region.own.active = False
    region.own.save(update_fields=["active"])
    town.comment("Темно")
    region.own.active = True
    region.own.save(update_fields=["active"])
    listen()
    incident = only_card()
    region.own.active = False
    region.own.save(update_fields=["active"])
    assign(incident, Decision(region.agency, region.theme, region.place), region.operator, clock.now())
    words = drafts.Words(TEXT, outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили автору")
    answer = drafts.write(only_card(), main_message(incident), words, region.executor, clock.now())
    drafts.submit(answer, region.executor, clock.now())
    drafts.approve(answer, region.approver, clock.now(), answer.version)
    settle()
    delivery = Delivery.objects.get()
    assert (delivery.hold, delivery.account, delivery.due_at) == (Delivery.Hold.BY_HAND, None, None)
