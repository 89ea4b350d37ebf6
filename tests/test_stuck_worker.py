"""A worker that stands still while it speaks, and wakes after another one has taken its row: nothing is said twice."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from django.db import connections

from otklik.publishing.models import Delivery, Sent
from tests import warm
from tests.processes import PATIENCE
from tests.region import Region
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, bring_to_an_end, environment, queued, said

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def stands_still(pid: int) -> bool:
    """Whether the process is stopped, as the kernel tells."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def until_it_stands(stuck: warm.Process) -> None:
    end = time.monotonic() + PATIENCE
    while not stands_still(stuck.pid):
        assert stuck.poll() is None, "it came to its end instead"
        assert time.monotonic() < end
        time.sleep(0.02)


# On a network that says a repeat again in spite of its key: ours is the only guard.
@pytest.mark.parametrize("point", ["attempt committed", "answer heard"])
def test_a_worker_that_wakes_after_its_row_was_taken_says_nothing_twice(
    town: Town, committed_region: Region, point: str, tmp_path: Path
) -> None:
    town.switch(guid="ignored")
    delivery = queued(town, committed_region)
    env = environment(town) | {"KILL_BY": "SIGSTOP"}
    with (tmp_path / "stuck.log").open("wb") as told:
        stuck = warm.start([sys.executable, "-m", "tests.kill", point], env, told.fileno())
    try:
        until_it_stands(stuck)
        assert Delivery.objects.get().state == Delivery.State.SENDING
        bring_to_an_end(town, delivery)
        assert [item["text"] for item in said(town)] == [TEXT]
        os.kill(stuck.pid, signal.SIGCONT)
        assert stuck.wait(PATIENCE) == 0, (tmp_path / "stuck.log").read_text()
    finally:
        if stuck.poll() is None:
            stuck.kill()
            stuck.wait()
    assert [item["text"] for item in said(town)] == [TEXT]
    assert Sent.objects.count() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease) == (Delivery.State.SENT, "")
    connections.close_all()
