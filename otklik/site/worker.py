"""`otklik work`: a worker process with a clean stop."""

import os
import sys
from contextlib import suppress

from django.urls import get_resolver

from otklik.flow.chores import plant
from otklik.flow.steps import FLOW
from otklik.flow.worker import work as run
from otklik.lib import clock
from otklik.lib.database import PromiseBroken, end_idle_transactions
from otklik.lib.redact import learn
from otklik.lib.secret_addresses import shapes
from otklik.site import nightly
from otklik.site.apart import Stopped, apart
from otklik.site.processes import which_installation
from otklik.site.safety import Unsafe, check_start
from otklik.site.waiting import stopping, when_it_answers

BEHIND_PEOPLE = 10
"""How nice a worker is to everybody else: where the processor is short, whoever presses or opens a page has most of it,
and the machine thinks a little later. Alone it has all of it."""


def work(only: str) -> int:
    """Run until SIGTERM or Ctrl-C."""
    stop = stopping()
    end_idle_transactions()
    nightly.register()
    names = [step.name for step in FLOW]
    if only == "?":
        sys.stdout.write("\n".join(names) + "\n")
        return 0
    if only and only not in names:
        sys.stderr.write(f"Нет шага «{only}». Шаги: {', '.join(names)}.\n")
        return 2
    try:
        # An error may quote a link that we have sent: the redactor learns from the list of addresses which are keys. By
        # a child: the list brings every page's code with it, which nobody looks at here.
        learn(apart(_keys_in_addresses, stop))
        if when_it_answers(begin, stop):
            sys.stdout.write(f"Обработчик начал. {which_installation()}. Остановить: Ctrl-C.\n")
            sys.stdout.flush()
            _give_way()
            run(only, stop)
    except Stopped:
        return 0
    except (PromiseBroken, Unsafe) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


def _give_way() -> None:
    """Linux counts niceness within a session, and the sessions against each other by a niceness of their own."""
    os.nice(BEHIND_PEOPLE)
    with suppress(OSError), open("/proc/self/autogroup", "w") as session:
        session.write(str(BEHIND_PEOPLE))


def _keys_in_addresses() -> list[str]:
    return shapes(get_resolver().url_patterns)


def begin() -> None:
    """Everything that needs the database before the first step does."""
    check_start()
    plant(clock.now())
