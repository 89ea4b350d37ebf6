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
from otklik.flow.loop import turn_once
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.networks.models import Account
from otklik.publishing.fate import published_by_hand, recall, say_again
from otklik.publishing.models import Attempt, Delivery, Sent
from tests import warm
from tests.region import FINAL, PREPARE, Region, approved, assigned, listen, only_card, settle, solved
from tests.sandbox.process import CONTROL_TOKEN
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
POINTS = ["before the attempt", "attempt committed", "answer heard", "outcome committed"]
TEXT = FINAL.text


def queued(town: Town, region: Region) -> Delivery:
    """A delivery that is due: heard, assigned, written, approved, prepared."""
    town.comment("Во дворе в Речном темно, не горит фонарь")
    listen()
    approved(region, assigned(region, only_card()))
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


@pytest.mark.crossed
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


@pytest.mark.crossed
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


def test_a_refused_answer_comes_back_with_the_networks_words_is_corrected_and_said_once(
    town: Town, region: Region
) -> None:
    delivery = queued(town, region)
    town.fault("error", "wall.createComment", code=213)
    settle()
    delivery.refresh_from_db()
    assert (delivery.state, only_card().state) == (Delivery.State.REFUSED, State.IN_WORK)
    answer = only_card().answers.get()
    assert answer.remark.startswith("Сеть отказала: ")
    approved(region, only_card(), solved("Анна, фонарь горит."), again=answer)
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


def test_a_person_who_looked_can_have_it_said_again(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.UNKNOWN, hold=Delivery.Hold.PERSON, due_at=None)
    say_again(delivery, region.operator, clock.now())
    settle()
    assert len(said(town)) == 1


def test_an_answer_without_any_voice_waits_to_be_published_by_hand(town: Town, region: Region) -> None:
    Account.objects.filter(pk=region.guest.pk).update(agency=region.other_agency)
    town.comment("Темно")
    listen()
    Account.objects.filter(pk=region.own.pk).update(active=False)
    approved(region, assigned(region, only_card()))
    settle()
    delivery = Delivery.objects.get()
    assert (delivery.hold, delivery.account, delivery.due_at) == (Delivery.Hold.BY_HAND, None, None)
