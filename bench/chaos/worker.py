"""`otklik work` as the run starts it: with leases of scaled length, and, asked for a breach, blind.

`python -m bench.chaos.worker [--blind]`. A blind worker says again what it does not know the fate of, without looking:
the run has to find that out. The product has no such switch; what it does not do is put in here.
"""

import sys
from dataclasses import replace
from datetime import datetime, timedelta

import django

django.setup()

from otklik.flow import worker  # noqa: E402 Django must be set up first
from otklik.flow.steps import FLOW  # noqa: E402
from otklik.networks.models import Account  # noqa: E402
from otklik.publishing import look, send  # noqa: E402
from otklik.publishing.models import Delivery  # noqa: E402
from otklik.site.worker import work  # noqa: E402

LEASE = timedelta(seconds=8)  # renewed eight times meanwhile


def say_again(delivery: Delivery, account: Account, now: datetime, probe: look.Probe) -> None:
    """Instead of the look."""
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.QUEUED)
    delivery.state = Delivery.State.QUEUED
    send._speak(delivery, account, probe)


def main(words: list[str]) -> int:
    FLOW[:] = [replace(step, lease=LEASE) for step in FLOW]
    worker.RENEW_SECONDS = LEASE.total_seconds() / 8
    if "--blind" in words:
        look.look = say_again
    return work("")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
