"""Which tests execute which lines: a tier is run once under coverage.py, which notes for each line the tests."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import CoverageData

from bench.faults.catalogue import ROOT, Fault
from bench.faults.notes import APART

FOLDER = ROOT / "var" / "faults"
PYTEST = (sys.executable, "-m", "pytest", "-p", "bench.faults.notes", "-o", "timeout_func_only=true")
"""Of a test itself alone it is told how long it may take: the first one makes the database."""


@dataclass(frozen=True, slots=True)
class Test:
    name: str
    seconds: float
    apart: frozenset[str]


def read_notes(file: Path) -> list[dict[str, Any]]:
    """What notes.py wrote, a test each."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def make_map(tier: str, words: Sequence[str], faults: Sequence[Fault]) -> int:
    """Run the tier in this checkout; `words` are pytest's and say which tests it has. The exit code is pytest's."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    data, notes, config = (FOLDER / f"{tier}.{ending}" for ending in ("coverage", "notes", "ini"))
    for old in (data, notes):
        old.unlink(missing_ok=True)
    # Only the files with faults are traced, which is much quicker.
    files = "".join(f"\n    {file}" for file in sorted({one.file for one in faults if one.is_python}))
    config.write_text(f"[run]\nrelative_files = true\ndata_file = {data}\ninclude ={files}\n", encoding="utf-8")
    options = ("--cov", f"--cov-config={config}", "--cov-context=test", "--cov-report=")
    environment = {**os.environ, "FAULTS_NOTES": str(notes)}
    return subprocess.run([*PYTEST, *options, *words], cwd=ROOT, env=environment, check=False).returncode  # noqa: S603


class Map:
    """What `make_map` has learnt of a tier. Tests that were red without any fault catch nothing and are left out.

    Raises FileNotFoundError where there is none.
    """

    def __init__(self, tier: str) -> None:
        notes = read_notes(FOLDER / f"{tier}.notes")
        if not notes:
            raise FileNotFoundError(f"No map of this tier yet: python -m bench.faults --map --tier {tier} -- WORDS")
        green = (one for one in notes if not one["red"])
        self.tests = {one["test"]: Test(one["test"], one["seconds"], frozenset(one["apart"])) for one in green}
        self._data = CoverageData(str(FOLDER / f"{tier}.coverage"))
        self._data.read()

    def tests_for(self, fault: Fault) -> tuple[list[Test], list[Test]]:
        """The tests that execute the touched lines; and those that may do so in a process or a browser of their own,
        where nobody sees it. Both the fastest first."""
        seen = self._names(fault)
        marks = APART - {"browser"} if fault.is_python and fault.package != "desk" else APART
        first = [test for name, test in self.tests.items() if name in seen]
        then = [test for name, test in self.tests.items() if name not in seen and test.apart & marks]
        return sorted(first, key=lambda test: test.seconds), sorted(then, key=lambda test: test.seconds)

    def _names(self, fault: Fault) -> set[str]:
        """Of a template or a script no line is seen: then the tests of its package."""
        if not fault.is_python:
            begins = tuple(f"{where}/{fault.package}/" for where in ("otklik", "tests"))
            return {name for name, test in self.tests.items() if name.startswith(begins) and not test.apart}
        contexts = self._data.contexts_by_lineno(fault.file)
        lines = fault.lines((ROOT / fault.file).read_text(encoding="utf-8"))
        return {context.rpartition("|")[0] for line in lines for context in contexts.get(line, ())}
