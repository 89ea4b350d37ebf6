"""Putting faults into a copy of the product until a test goes red. What came of each is kept at once, a line of JSON,
so that a run may be cut off, taken up again and divided."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.faults.catalogue import ROOT, Fault
from bench.faults.notes import read_notes
from tests.quick import fitting, nearest_first, seconds_by_file
from tests.run import PARALLEL

RESULTS = Path(__file__).parent / "results.jsonl"
PYTEST = (sys.executable, "-m", "pytest", "-p", "bench.faults.notes", "-o", "timeout_func_only=true", "--timeout=120")
"""Of a test itself alone it is told how long it may take: the first one makes the database."""
NEAR = 240.0
"""Seconds of tests, as far as they are known, that a fault is tried on alone."""
LONGEST = 2 * 3600
"""Seconds that a run of the whole tier may take."""


@dataclass(frozen=True, slots=True)
class Result:
    """`by` is the test that went red, "" for none: the fault has survived `tests`, and the whole tier when `whole`.
    With `words` it could not be tried to the end, and they say why."""

    tier: str
    fault: str
    by: str
    tests: int
    seconds: float
    whole: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """What is run: pytest's words, on the commit `at`."""

    name: str
    at: str
    words: tuple[str, ...]


class Stuck(Exception):
    """Pytest came to no end, or ended without a word on any test."""


def results() -> dict[tuple[str, str], Result]:
    """The last of each tier and fault."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    return {(one.tier, one.fault): one for one in (Result(**json.loads(line)) for line in lines)}


def near(tier: Tier, faults: Sequence[Fault], say: Callable[[Result], None]) -> None:
    """Each fault alone, on the tests nearest to its file, the nearest first."""
    seconds = seconds_by_file(ROOT / "var" / "tests")
    with _scratch(tier.at) as tree:
        for fault in faults:
            files, _left = fitting(nearest_first([fault.file], tree), seconds, NEAR)
            _keep(_tried(tier, tree, fault, files), say)


def together(tier: Tier, faults: Sequence[Fault], say: Callable[[Result], None]) -> None:
    """What has survived the tests near it: all such faults at once on the whole tier, then each on the tests that went
    red. A fault is not hidden by another unless the two change what one test sees."""
    before = results()
    with _scratch(tier.at) as tree:
        with ExitStack() as all_faults:
            for fault in faults:
                all_faults.enter_context(_with(fault, tree))
            red, ran = _pytest(tree, [*tier.words, *PARALLEL])
        red = [test for test in red if not _red_anyway(tier, tree, test)]
        say(Result(tier.name, f"{len(faults)} at once", " ".join(red), len(ran), 0))
        for fault in faults:
            earlier = before[tier.name, fault.name]
            one = _tried(tier, tree, fault, red) if red else replace(earlier, tests=0, seconds=0.0)
            number, seconds = max(earlier.tests, len(ran)), earlier.seconds + one.seconds
            _keep(replace(one, tests=number, seconds=seconds, whole=True), say)


def _keep(result: Result, say: Callable[[Result], None]) -> None:
    with RESULTS.open("a", encoding="utf-8") as kept:
        kept.write(json.dumps(asdict(result)) + "\n")
    say(result)


@contextmanager
def _scratch(at: str) -> Iterator[Path]:
    """A commit, with what git does not keep: the environment, the built files, and the reference pack beside it where
    there is one."""
    with tempfile.TemporaryDirectory(prefix="otklik-faults-", ignore_cleanup_errors=True) as folder:
        tree = Path(folder) / "otklik"
        _git("worktree", "add", "--quiet", "--detach", str(tree), at)
        try:
            for name, place in ((".venv", tree), ("node_modules", tree), ("../shared", tree.parent)):
                if (ROOT / name).exists():
                    (place / Path(name).name).symlink_to((ROOT / name).resolve())
            for built in _git("ls-files", "-z", "-oi", "--exclude-standard", "otklik").split("\0"):
                if built and "__pycache__" not in built:
                    (tree / built).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(ROOT / built, tree / built)
            shutil.copytree(ROOT / "bench" / "faults", tree / "bench" / "faults", dirs_exist_ok=True)
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


def _tried(tier: Tier, tree: Path, fault: Fault, tests: Sequence[str]) -> Result:
    began, by, number, words = time.monotonic(), "", 0, ""
    try:
        by, number = _first_red(tier, tree, fault, tests)
    except (Stuck, ValueError) as error:
        words = str(error)
    return Result(tier.name, fault.name, by, number, round(time.monotonic() - began, 1), words=words)


def _first_red(tier: Tier, tree: Path, fault: Fault, tests: Sequence[str]) -> tuple[str, int]:
    """The first test of these files that the fault turns red, "" for none, and how many were run. One that is red
    without the fault as well has caught nothing: it is left out, and the others are tried again."""
    stale: list[str] = []
    while True:
        leaving = [word for test in stale for word in ("--deselect", test)]
        with _with(fault, tree):
            red, ran = _pytest(tree, [*tier.words, "-x", *leaving, *tests])
        if not red or not _red_anyway(tier, tree, red[0]):
            return red[0] if red else "", len(ran)
        stale.append(red[0])


def _red_anyway(tier: Tier, tree: Path, test: str) -> bool:
    """Whether it is red without the fault. What only a changed file pulls into the tier is run outside of it."""
    red, ran = _pytest(tree, [*tier.words, test])
    return bool(red or (not ran and _pytest(tree, [test])[0]))


def _pytest(tree: Path, words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The red tests and all that were run. Raises Stuck."""
    with tempfile.TemporaryDirectory(prefix="otklik-faults-") as folder:
        notes, output = (Path(folder) / name for name in ("notes", "output"))
        own = {
            "FAULTS_NOTES": str(notes),
            "TMPDIR": folder,
            "PYTHONPYCACHEPREFIX": str(tree.parent / "bytecode"),
            "OTKLIK_TEST_TEMPLATES": str(tree.parent / "databases"),
        }
        environment = {**os.environ, **own}
        with output.open("w") as out:
            command = [*PYTEST, *words]
            child = subprocess.Popen(command, cwd=tree, env=environment, stdout=out, stderr=out, start_new_session=True)  # noqa: S603
            try:
                child.wait(LONGEST)
            except subprocess.TimeoutExpired:
                raise Stuck("pytest came to no end") from None
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
        seen = read_notes(notes)
        red = [one["test"] for one in seen if one["red"]]
        if not red and child.returncode not in (0, 5):
            raise Stuck(f"pytest ended with {child.returncode}: {output.read_text(errors='replace')[-300:]}")
        return red, [one["test"] for one in seen]
