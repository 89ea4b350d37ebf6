"""`otklik work`: a worker process with a clean stop."""

import signal
import sys
import threading
from types import FrameType

from django.urls import get_resolver

from otklik.flow.steps import FLOW
from otklik.flow.worker import work as run
from otklik.lib.database import PromiseBroken
from otklik.site import nightly
from otklik.site.safety import Unsafe, check_start


def work(only: str) -> int:
    """Run until SIGTERM or Ctrl-C."""
    nightly.register()
    names = [step.name for step in FLOW]
    if only and only not in names:
        sys.stderr.write(f"Нет шага «{only}». Шаги: {', '.join(names)}.\n")
        return 2
    # An error may quote a link that we have sent: the redactor learns from the list of addresses which are keys.
    get_resolver().url_patterns  # noqa: B018 reading it is what loads it
    try:
        check_start()
    except (PromiseBroken, Unsafe) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    run(only, stop)
    return 0
