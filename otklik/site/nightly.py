"""Every night: what people decided is learned, in a process of its own, for it takes minutes of a processor.

The chore only starts it. Of several machines one learns: the run claims a row of its own.
"""

import subprocess
from datetime import datetime, timedelta

from django.utils import timezone

from otklik.flow.chores import chore
from otklik.site.processes import otklik_command

HOUR = 3
"""By the local clock, when nobody writes."""
_children: list[subprocess.Popen[bytes]] = []


def register() -> None:
    """The worker says that it knows this chore: the flow cannot know of the command line above it."""
    chore("learn", timedelta(hours=1))(learn)


def learn(now: datetime) -> None:
    """Asked every hour; in one hour of the night it begins. Its output goes where ours goes."""
    _children[:] = [child for child in _children if child.poll() is None]
    if timezone.localtime(now).hour == HOUR and not _children:
        _children.append(start())


def start() -> subprocess.Popen[bytes]:
    """`otklik train --nightly`, which yields the processor to whoever wants it."""
    return subprocess.Popen(otklik_command("train", "--nightly"), start_new_session=True)  # noqa: S603 our own
