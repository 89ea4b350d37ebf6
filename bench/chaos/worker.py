"""`otklik work` as the run starts it: with leases of scaled length, and, asked for a breach, blind.

`python -m bench.chaos.worker [--seal | --blind]`. A blind worker says again what it does not know the fate of, without
looking: the run has to find that out. One with `--seal` seals and does nothing else, and now and then kills itself in
the middle of that; the others do the rest. The product has no such switches; what it does not do is put in here.
"""

import os
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from otklik.flow import worker  # noqa: E402 Django must be set up first
from otklik.flow.steps import FLOW  # noqa: E402
from otklik.journal import seals  # noqa: E402
from otklik.lib.due import finish  # noqa: E402
from otklik.networks.models import Account  # noqa: E402
from otklik.publishing import look, send  # noqa: E402
from otklik.publishing.models import Delivery  # noqa: E402
from otklik.site.worker import work  # noqa: E402

DIES = 0.04
"""How often, of all times that it comes by such a place."""
LEASE = timedelta(seconds=8)  # renewed eight times meanwhile


def say_again(delivery: Delivery, account: Account, now: datetime, probe: look.Probe) -> None:
    """Instead of the look."""
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.QUEUED)
    delivery.state = Delivery.State.QUEUED
    send._speak(delivery, account, probe)


def may_die_before(work: Callable[..., Any]) -> Callable[..., Any]:
    def begin(*values: Any) -> Any:
        if random.random() < DIES:  # noqa: S311 what processes do in between is theirs
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*values)

    return begin


def main(words: list[str]) -> int:
    sealing = "--seal" in words
    FLOW[:] = [replace(step, lease=LEASE) for step in FLOW if (step.name == "seal") is sealing]
    worker.RENEW_SECONDS = LEASE.total_seconds() / 8
    if "--blind" in words:
        look.look = say_again
    if sealing:  # before the seal is written, and before the step says that it was
        vars(seals).update(_hash=may_die_before(seals._hash), finish=may_die_before(finish))
    return work("")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
