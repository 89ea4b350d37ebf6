"""Loads the whole demonstration region into an empty database; may be repeated after a break."""

from collections.abc import Callable
from datetime import datetime

from otklik.demo.history.load import WHOLE, load_history
from otklik.demo.networks import make_networks
from otklik.demo.region import load_reference
from otklik.demo.roster import make_roster
from otklik.demo.users import make_users
from otklik.reports.folding import fold_all

SMALL = 600
FURNITURE = 200
"""What reference data and users weigh in the progress line, in cards."""


def load(now: datetime, progress: Callable[[int, int], None], small: bool = False) -> None:
    """Reference data, users, networks, history. Each part is written whole or not at all, and what is there stays,
    so that a load that was broken off is finished by the next. `progress` gets (done, total).

    Raises HistoryThere when there are cards, but none of a history.
    """
    count = SMALL if small else WHOLE
    total = FURNITURE + count
    load_reference(now, lambda done, steps: progress(FURNITURE // 2 * done // steps, total))
    make_users(now)
    make_networks(now)
    make_roster(now)
    progress(FURNITURE, total)
    amounts = [FURNITURE]

    def card(done: int, steps: int) -> None:
        amounts.append(FURNITURE + count * done // steps)
        progress(amounts[-1], total)

    load_history(now, count=count, progress=card)
    fold_all(now)
    if amounts[-1] < total:  # the history was there already
        progress(total, total)
