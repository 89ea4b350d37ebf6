import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connections

from otklik.answers.drafts import Words
from otklik.answers.models import AnswerPhoto
from otklik.flow.loop import turn_once
from otklik.flow.steps import Lane, Step
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.publishing.models import Attempt, Delivery, Sent
from otklik.publishing.send import send
from tests import warm
from tests.processes import environment
from tests.region import FINAL, PREPARE, Region, approved, assigned, hear, only_card, settle
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
POINTS = ["before the attempt", "attempt committed", "answer heard", "outcome committed"]
TEXT = FINAL.text


def queued(town: Town, region: Region, words: Words = FINAL) -> Delivery:
    """A delivery that is due, of the first part where there are several: heard, assigned, written, approved."""
    hear(town)
    approved(region, assigned(region, only_card()), words)
    turn_once(PREPARE)
    return Delivery.objects.get(part=1)


def our_answers(town: Town) -> list[dict[str, Any]]:
    return [item for item in town.thread() if item["from_group"] and not item["deleted"]]


def texts(town: Town) -> list[str]:
    return [item["text"] for item in our_answers(town)]


def worker(town: Town, point: str = "") -> subprocess.CompletedProcess[str]:
    """A process that sends what is due and, with a point, is killed there."""
    return warm.run([sys.executable, "-m", "tests.kill", "send", point], environment(town))


def killed(town: Town, point: str) -> str:
    """The same, killed at that point; the last that it has printed."""
    died = worker(town, point)
    assert died.returncode == -signal.SIGKILL, died.stderr
    return died.stdout.splitlines()[-1]


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


def test_words_approved_anew_while_the_comment_is_read_go_out_alone(town: Town, region: Region) -> None:
    delivery = queued(town, region)

    def approve_anew(point: str) -> None:
        if point == POINTS[0] and not texts(town):
            Delivery.objects.filter(pk=delivery.pk).update(key="anew", text="Лампу заменим в среду.")

    for expected in ([], ["Лампу заменим в среду."]):
        wake(delivery)
        turn_once(Step("send", Delivery, partial(send, probe=approve_anew), Lane.SPEAK, batch=1))
        assert texts(town) == expected


@pytest.mark.crossed
@pytest.mark.parametrize("guid", ["honoured", "ignored", "refused"])
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_says_it_once(town: Town, committed_region: Region, point: str, guid: str) -> None:
    town.switch(guid=guid)
    delivery = queued(town, committed_region)
    assert killed(town, point) == point
    if point == "attempt committed":
        assert Attempt.objects.get(ended_at=None, outcome=""), "it is on disk before a byte leaves"
        assert our_answers(town) == []
    bring_to_an_end(town, delivery)
    assert texts(town) == [TEXT]
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
    assert texts(town) == [TEXT]
    assert Delivery.objects.get().state == Delivery.State.SENT


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
    assert our_answers(town) == []
