"""Putting faults into a copy of the product, one at a time, until a test goes red. What came of each is kept at once, a
line of JSON, so that a run may be cut off, taken up again and divided."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.faults.catalogue import ROOT, Fault
from bench.faults.lines import FOLDER, PYTEST, Map, Test, read_notes

RESULTS = FOLDER / "results.jsonl"
LONGEST = 120
"""Seconds that one test may take."""


@dataclass(frozen=True, slots=True)
class Result:
    """`by` is the test that went red, "" for none: the fault has survived all `tests`. With `words` it could not be
    tried to the end, and they say why."""

    tier: str
    fault: str
    by: str
    tests: int
    seconds: float
    words: str = ""


class Stuck(Exception):
    """Pytest came to no end, or ended without a word on any test."""


def results() -> dict[tuple[str, str], Result]:
    """The last of each tier and fault."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    return {(one.tier, one.fault): one for one in (Result(**json.loads(line)) for line in lines)}


def run(tier: str, faults: Sequence[Fault], say: Callable[[Result], None]) -> None:
    """Raises FileNotFoundError without a map of the tier."""
    tests = Map(tier)
    with _scratch() as tree:
        for fault in faults:
            result = _try(tier, tree, fault, tests)
            with RESULTS.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(asdict(result)) + "\n")
            say(result)


@contextmanager
def _scratch() -> Iterator[Path]:
    """The commit that is checked out, with what git does not keep: the environment, the built files, and the reference
    pack beside it where there is one."""
    with tempfile.TemporaryDirectory(prefix="otklik-faults-", ignore_cleanup_errors=True) as folder:
        tree = Path(folder) / "otklik"
        _git("worktree", "add", "--quiet", "--detach", str(tree), "HEAD")
        try:
            for name, place in ((".venv", tree), ("node_modules", tree), ("../shared", tree.parent)):
                if (ROOT / name).exists():
                    (place / Path(name).name).symlink_to((ROOT / name).resolve())
            for built in _git("ls-files", "-z", "-oi", "--exclude-standard", "otklik").split("\0"):
                if built and "__pycache__" not in built:
                    (tree / built).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(ROOT / built, tree / built)
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603, S607


@contextmanager
def _with(fault: Fault, tree: Path) -> Iterator[None]:
    """The fault is in the tree meanwhile. Raises ValueError when it does not fit."""
    file = tree / fault.file
    text = file.read_text(encoding="utf-8")
    file.write_text(fault.put_into(text), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")


def _try(tier: str, tree: Path, fault: Fault, known: Map) -> Result:
    began, by, number, words = time.monotonic(), "", 0, ""
    try:
        for tests in known.tests_for(fault):
            by, more = _first_red(tree, fault, tests)
            number += more
            if by:
                break
    except (Stuck, ValueError) as error:
        words = str(error)
    return Result(tier, fault.name, by, number, round(time.monotonic() - began, 1), words)


def _first_red(tree: Path, fault: Fault, tests: Sequence[Test]) -> tuple[str, int]:
    """The first of these tests that the fault turns red, "" for none, and how many were run. One that is red without
    the fault as well has caught nothing: the others go on behind it."""
    left, number = list(tests), 0
    while left:
        with _with(fault, tree):
            red, ran = _pytest(tree, left)
        number += len(ran)
        if not red or not _pytest(tree, [test for test in left if test.name == red])[0]:
            return red, number
        left = [test for test in left if test.name not in ran]
    return "", number


def _pytest(tree: Path, tests: Sequence[Test]) -> tuple[str, set[str]]:
    """The red test, "" for none, and all that were run. Raises Stuck."""
    with tempfile.TemporaryDirectory(prefix="otklik-faults-") as folder:
        notes, wanted, output = (Path(folder) / name for name in ("notes", "wanted", "output"))
        wanted.write_text("\n".join(test.name for test in tests), encoding="utf-8")
        files = dict.fromkeys(test.name.partition("::")[0] for test in tests)
        command = [*PYTEST, "-x", f"--timeout={LONGEST}", *files]
        environment = {**os.environ, "FAULTS_NOTES": str(notes), "FAULTS_WANTED": str(wanted)}
        with output.open("w") as out:
            child = subprocess.Popen(command, cwd=tree, env=environment, stdout=out, stderr=out, start_new_session=True)  # noqa: S603
            try:
                child.wait(1800 + 5 * sum(test.seconds for test in tests))
            except subprocess.TimeoutExpired:
                raise Stuck("pytest came to no end") from None
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
        seen = read_notes(notes)
        red = next((one["test"] for one in seen if one["red"]), "")
        if not red and (child.returncode or not seen):
            raise Stuck(f"pytest ended with {child.returncode}: {output.read_text(errors='replace')[-300:]}")
        return red, {one["test"] for one in seen}
