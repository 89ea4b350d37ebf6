"""A process that is killed with all its children, and started again when its time has come."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAUSE = 0.5  # seconds before one that fell by itself is started again
END_WITHIN = 30.0
PR_SET_PDEATHSIG = 1


class Service:
    """What it says goes to a file of its own name. `falls` counts the times that it ended unasked."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], logs: Path, user: str = "", tree: Path = ROOT
    ) -> None:
        self.name, self.command, self.env, self.user, self.tree = name, list(command), dict(env), user, tree
        self.log = logs / f"{name}.log"
        self.popen: subprocess.Popen[bytes] | None = None
        self.again_at: float | None = None
        self.falls = 0

    @property
    def runs(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    @property
    def pid(self) -> int:
        """0 before it is started."""
        return self.popen.pid if self.popen else 0

    def start(self) -> None:
        self.again_at = None
        with self.log.open("ab") as file:
            self.popen = subprocess.Popen(  # noqa: S603 our own programs
                self.command,
                cwd="/" if self.user else self.tree,
                env=self.env or None,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
                **as_user(self.user),
            )

    def kill(self, how: int = signal.SIGKILL) -> None:
        """The process and its children, at once. Started again by `keep` only when `again_at` is set."""
        if self.popen is None:
            return
        with suppress(ProcessLookupError):
            if how == signal.SIGKILL:
                os.killpg(self.popen.pid, how)
            else:
                self.popen.send_signal(how)
        self.popen.wait(END_WITHIN)

    def keep(self) -> None:
        """As whoever watches over services does: start it when its time has come, and when it fell by itself."""
        if self.runs:
            return
        if self.again_at is None:
            self.falls += 1
            self.again_at = time.monotonic() + PAUSE
        elif time.monotonic() >= self.again_at:
            self.start()


def die_with_parent() -> None:
    """A run that is killed outright leaves nobody behind (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def as_user(name: str) -> dict[str, Any]:
    """How Popen is told to be somebody else; nothing for ourselves."""
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []} if name else {}
