"""Every night: what people decided is learned, and a copy of everything is made and tried. Each in a process of its
own, for they take minutes.

The chores only start them. Of several machines one learns: the run claims a row of its own. The copy is made and tried
by the machine whose worker has the chore's row at that hour, in one process, so that it finds what it has just made.
"""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from otklik.backups import folder
from otklik.backups.models import Run, copied_since, last
from otklik.flow.chores import chore
from otklik.site import anchors
from otklik.site.processes import otklik_command

HOUR = 3
"""By the local clock, when nobody writes."""
COPY_HOUR = 2
LATE = timedelta(hours=26)
"""Where the machine slept at that hour, the copy is made when it wakes."""
_children: list[subprocess.Popen[bytes]] = []
_copying: list[subprocess.Popen[bytes]] = []


def register() -> None:
    """The worker says that it knows these chores: the flow cannot know of the command line above it."""
    chore("backup", timedelta(hours=1))(copy)
    chore("learn", timedelta(hours=1))(learn)


def learn(now: datetime) -> None:
    """Asked every hour; in one hour of the night it begins. Its output goes where ours goes."""
    _children[:] = [child for child in _children if child.poll() is None]
    if timezone.localtime(now).hour == HOUR and not _children:
        _children.append(start("train", "--nightly"))


def copy(now: datetime) -> None:
    """Asked every hour; in one hour of the night, or a day after the last copy, it begins."""
    _copying[:] = [child for child in _copying if child.poll() is None]
    wanted = settings.NIGHTLY_COPIES or anchors.are_wanted() or folder.newest(Path(settings.BACKUPS))
    if _copying or not wanted:
        return
    late = settings.NIGHTLY_COPIES and last(Run.Kind.COPY).exists() and not copied_since(now - LATE).exists()
    if timezone.localtime(now).hour == COPY_HOUR or late:
        _copying.append(start("backup", "--nightly"))


def start(*words: str) -> subprocess.Popen[bytes]:
    """A command of ours, which yields the processor to whoever wants it."""
    return subprocess.Popen(otklik_command(*words), start_new_session=True)  # noqa: S603 our own
