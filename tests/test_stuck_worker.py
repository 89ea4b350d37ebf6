import signal
import sys
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client

from otklik.incidents.models import Incident, State
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.publishing.models import Delivery, Sent
from tests.make.people import signed_in
from tests.processes import PATIENCE, Process, environment, leftovers, running, until_seen
from tests.region import Region, hear, only_card
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, bring_to_an_end, queued, texts

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def is_stopped(process: Process) -> bool:
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
        until_seen(lambda: is_stopped(stuck), "it stands still", stuck)
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


@pytest.mark.whole
def test_one_that_stands_still_inside_a_batch_holds_nobody_up_for_long_and_does_nothing_twice(
    town: Town, committed_region: Region, tmp_path: Path
) -> None:
    hear(town)
    Incident.objects.update(due_at=clock.now())
    browser = signed_in(committed_region.operator)
    command = [sys.executable, "-m", "tests.killer_step", "stop"]
    with running(command, environment(town), tmp_path / "still.log") as still:
        until_seen(lambda: is_stopped(still), "it stands still", still)
        if connection.vendor == "sqlite":
            come_again(browser, committed_region)
        else:
            assert press(browser, committed_region) == 302, "the server has taken the batch back"
            assert is_stopped(still)
        still.popen.send_signal(signal.SIGCONT)
        until_seen(lambda: not Incident.objects.filter(due_at__isnull=False).exists(), "its batch is done", still)
        if connection.vendor == "sqlite":
            assert press(browser, committed_region) == 302
        assert still.stop() == 0, still.words
        assert ("the database does not answer" in still.words) is (connection.vendor == "postgresql")
        assert "InternalError" not in still.words, "no row is guilty of that"
    assert only_card().state == State.ASSIGNED
    assert only_card().suggestions.count() <= 2, "the first one, and that of the batch"
    assert (leftovers(), whole()) == ([], True)
    connections.close_all()


def press(browser: Client, region: Region) -> int:
    """The operator assigns the card. The answer's status."""
    fields = {"seen": "new.0", "agency": region.agency.pk, "theme": region.theme.pk, "place": region.place.pk}
    browser.raise_request_exception = False
    return browser.post(f"/incidents/{only_card().pk}/assignment/", fields).status_code


def come_again(browser: Client, region: Region) -> None:
    """A file's lock is whose process it is for as long as that lives: whoever presses is told so. Nothing changes."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
    assert press(browser, region) == 503
    assert only_card().state == State.NEW
    connection.close()
