import signal
import sys
from pathlib import Path

import pytest
from django.db import connections

from otklik.publishing.models import Delivery, Sent
from tests.processes import PATIENCE, Process, environment, running, until_seen
from tests.region import Region
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, bring_to_an_end, queued, texts

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def stands_still(process: Process) -> bool:
    """Whether the process is stopped, as the kernel tells."""
    return Path(f"/proc/{process.popen.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


# On a network that says a repeat again in spite of its key: ours is the only guard.
@pytest.mark.parametrize("point", ["attempt committed", "answer heard"])
def test_a_worker_that_wakes_after_its_row_was_taken_says_nothing_twice(
    town: Town, committed_region: Region, point: str, tmp_path: Path
) -> None:
    town.switch(guid="ignored")
    delivery = queued(town, committed_region)
    command = [sys.executable, "-m", "tests.kill", "send", point]
    with running(command, environment(town, KILL_BY="SIGSTOP"), tmp_path / "stuck.log") as stuck:
        until_seen(lambda: stands_still(stuck), "it stands still", stuck)
        assert Delivery.objects.get().state == Delivery.State.SENDING
        bring_to_an_end(town, delivery)
        assert texts(town) == [TEXT]
        stuck.popen.send_signal(signal.SIGCONT)
        assert stuck.popen.wait(PATIENCE) == 0, stuck.words
    assert texts(town) == [TEXT]
    assert Sent.objects.count() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease) == (Delivery.State.SENT, "")
    connections.close_all()
