"""The worst day: a copy is taken while all goes on, many answers later the installation goes back to it.

The networks stay as they are and know more than the database does from then on.
"""

import os
import subprocess
import sys

from django.db import connection

from bench.chaos.count import Wanted
from bench.chaos.crowd import Crowd, sign_in
from bench.chaos.gather import approved
from bench.chaos.plan import WORKERS
from bench.chaos.service import die_with_parent
from bench.chaos.stage import Stage, answers

FIRST_SHARE = 6  # the copy is taken once a sixth of all planned answers is said
OURS = ("web", *WORKERS)


class Restoring:
    """`after` is how many more answers are said between the copy and the restore; 0 for none at all. `tries` are the
    copies and restores that were refused or failed: the disk was full, the database away, a dead worker fresh.
    """

    def __init__(self, stage: Stage, crowd: Crowd, answers: int, after: int) -> None:
        self.stage, self.crowd, self.after = stage, crowd, after
        self.first = answers // FIRST_SHARE
        self.copy = stage.folder / "copies" / "taken.otklik"
        self.copy.parent.mkdir()
        self.state = "waiting" if after else "over"
        self.published_at_copy = 0
        self.tries = 0
        self.lost: list[Wanted] = []
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def over(self) -> bool:
        return self.state == "over"

    @property
    def down(self) -> bool:
        """Whether our own processes are away and nobody may touch the database."""
        return self.state in ("broken", "restoring", "rising")

    def step(self) -> None:
        """Called in each round. Raises errors of the database: the same is tried again in the next one."""
        if self.state == "waiting" and self.crowd.published >= self.first:
            self.crowd.since_copy = self.crowd.unheard()
            self._begin("copying", "backup", "--output", str(self.copy))
        elif self.state == "copying" and self._ended("waiting"):
            self.published_at_copy, self.state = self.crowd.published, "copied"
        elif self.state == "copied" and self.crowd.published - self.published_at_copy >= self.after:
            self._break_down()
        elif self.state == "broken":
            self._mourn()
            self._begin("restoring", "restore", str(self.copy), "--over")
        elif self.state == "restoring" and self._ended("broken"):
            self._rise()
        elif self.state == "rising" and answers(f"{self._base}/accounts/login/"):
            self.crowd.browser = sign_in(self._base)
            self.state = "over"

    @property
    def _base(self) -> str:
        return f"http://127.0.0.1:{self.stage.port}"

    def _begin(self, state: str, *words: str) -> None:
        with (self.stage.logs / f"{words[0]}.log").open("ab") as log:
            command = [sys.executable, "-m", "otklik.site.cli", *words]
            self._process = subprocess.Popen(  # noqa: S603 our own program
                command, env=dict(os.environ), stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        self.state = state

    def _ended(self, again: str) -> bool:
        """Whether it is done and well; else it is tried `again`."""
        code = self._process.poll() if self._process else 1
        if code is None:
            return False
        if code:
            self.tries += 1
            self.state = again
        return code == 0

    def _break_down(self) -> None:
        for name in OURS:
            self.stage.hold(name)
        self.stage.struck["restored an old copy"] += 1
        self.state = "broken"

    def _mourn(self) -> None:
        """What was approved and is forgotten by the restore, by the word of the journal that goes."""
        if not self.lost:
            self.lost = approved(self.crowd)
        connection.close()  # the file goes

    def _rise(self) -> None:
        self.crowd.begin_anew()
        for name in OURS:
            self.stage.services[name].start()
        self.state = "rising"


def forgotten(before: list[Wanted], now: list[Wanted]) -> list[Wanted]:
    """What was approved before the restore and never again: its citizen's text is heard no more."""
    again = {(one.network, one.address, one.words) for one in now}
    return [one for one in before if (one.network, one.address, one.words) not in again]
