import signal
from pathlib import Path
from random import Random

import pytest

from bench.moving.making import write
from otklik.demo.region import load_reference
from otklik.exchange.moving.models import Import, Imported
from otklik.inbox.models import Message
from otklik.incidents.models import Findable, Incident
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from tests.processes import CLI, environment, otklik, running, until_seen

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
ROWS = 600


def killed_at(rows: int, command: tuple[str, ...], log_path: Path) -> None:
    """Begun, and killed as soon as so many rows are in, wherever it is by then."""
    with running(command, environment(), log_path) as process:
        until_seen(lambda: Import.objects.filter(rows__gte=rows).exists(), f"{rows} rows are in", process)
        assert process.stop(signal.SIGKILL) == -signal.SIGKILL


@pytest.mark.whole("postgresql")
def test_an_import_that_is_killed_three_times_brings_every_incident_once(tmp_path: Path) -> None:
    load_reference(clock.now(), lambda done, total: None)
    write(tmp_path / "in.xlsx", ROWS, 1)
    command = (*CLI, "import", "im", str(tmp_path / "in.xlsx"))
    chance = Random(7)
    for part in (1, 2, 3):
        killed_at(part * 140 + chance.randrange(40), command, tmp_path / "said")
        assert Import.objects.get().ended_at is None
    last = otklik(environment(), *command[len(CLI) :])
    assert last.returncode == 0, last.stderr
    run = Import.objects.get()
    assert (run.rows, run.new, run.ended_at is not None) == (ROWS, ROWS, True)
    for model in (Incident, Imported, Findable):
        assert model._default_manager.count() == ROWS, model
    assert list(Incident.objects.order_by("number").values_list("number", flat=True)) == list(range(1, ROWS + 1))
    assert Message.objects.filter(own=False).count() == ROWS
    assert Entry.objects.filter(verb="incident.import").count() == ROWS
    assert whole()
