"""The version before: its tree out of git, its region, and its processes as an administrator runs them.

It works in this environment, so its requirements have to be these.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.chaos.cluster import CannotStart
from bench.chaos.service import ROOT, Service
from tests.sandbox.process import Sandbox
from tests.stages import Stage

SEALS = "otklik/journal/migrations/0006_seals.py"
"""What came before this has a journal of one chain: the longest way to today."""
INSTALLED = ("requirements", "package-lock.json")
NOT_IN_GIT = ("otklik/desk/static/vendor", "otklik/reports/fonts")
PROGRAM = ("otklik.site.cli",)


def revision(named: str) -> str:
    """The commit of this name; of none the last tag's, and where there is no tag the last one before the seals. Raises
    CannotStart."""
    if not named:
        named = _git("describe", "--tags", "--abbrev=0") or _git("log", "--diff-filter=A", "--format=%H~1", "--", SEALS)
    commit = _git("rev-parse", "--verify", f"{named}^{{commit}}") if named else ""
    if not commit:
        raise CannotStart(f"There is no revision «{named}» here: name one by --from")
    if _git("diff", "--name-only", commit, "--", *INSTALLED):
        raise CannotStart(f"{commit[:12]} needs other packages than these: {', '.join(INSTALLED)} differ")
    return commit


def _git(*words: str) -> str:
    """What it prints; "" where it cannot."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout.strip() if done.returncode == 0 else ""


class Before:
    """A tree of that revision in `folder`, with what is built beside it in this one."""

    def __init__(self, named: str, folder: Path, logs: Path) -> None:
        self.revision, self.tree, self.logs = revision(named), folder / "before", logs
        self.tree.mkdir()
        packed = folder / "before.tar"
        _git("archive", "--output", str(packed), self.revision)
        subprocess.run(["tar", "-xf", str(packed), "-C", str(self.tree)], check=True)  # noqa: S603, S607
        for built in NOT_IN_GIT:
            (self.tree / built).symlink_to(ROOT / built)

    @property
    def title(self) -> str:
        return _git("log", "-1", "--format=%h of %cs", self.revision)

    def service(self, word: str) -> Service:
        """`otklik serve` or `otklik work` of that version."""
        command = [sys.executable, "-m", *PROGRAM, word]
        return Service(f"{word} before", command, dict(os.environ), self.logs, tree=self.tree)

    def refusal(self, word: str) -> str:
        """What that program says when it will not start."""
        return refusal(word, self.tree)

    def gathered(self, sandbox: Sandbox, off: int) -> dict[str, Stage]:
        """Its tables, its people and its accounts on this sandbox, made by that program; the places by network."""
        towns = json.loads(self._ask("build", str(sandbox.port), str(sandbox.state), str(off)))
        return {network: Stage(sandbox=sandbox, **fields) for network, fields in towns.items()}

    def listen(self) -> None:
        """Let the networks push to its site."""
        self._ask("listen")

    def _ask(self, *words: str) -> str:
        """Today's file, read by the modules of that tree."""
        with (ROOT / "bench" / "chaos" / "founding.py").open() as file:
            done = subprocess.run(  # noqa: S603 our own program
                [sys.executable, "-", *words], stdin=file, capture_output=True, text=True, cwd=self.tree, check=False
            )
        if done.returncode:
            raise RuntimeError(f"the version before cannot {words[0]}:\n{done.stderr[-2000:]}")
        return done.stdout


def run(*words: str, tree: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A command of the program in this tree, to its end."""
    command = [sys.executable, "-m", *PROGRAM, *words]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603


def refusal(word: str, tree: Path = ROOT) -> str:
    """Its sentence where it refuses; "" where it does anything else."""
    done = run(word, tree=tree)
    return done.stderr.strip() if done.returncode == 2 else ""
