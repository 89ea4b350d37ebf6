"""A plugin of pytest, `-p bench.faults.notes`: whether each test was red, a line of JSON each, in the file that
FAULTS_NOTES names."""

import json
import os
from pathlib import Path
from typing import Any

import pytest


def read_notes(file: Path) -> list[dict[str, Any]]:
    """What was written, a test each."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def pytest_configure(config: pytest.Config) -> None:
    """The workers of xdist hand their reports over; whoever gets them notes."""
    if "FAULTS_NOTES" in os.environ and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Notes(Path(os.environ["FAULTS_NOTES"])))


class _Notes:
    """A test has a report of its setting up, of itself and of its taking down; those of several workers mix."""

    def __init__(self, file: Path) -> None:
        self.file, self.red = file, set[str]()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that can not be read any more has caught the fault, too."""
        if report.failed:
            self._note(report.nodeid, red=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.red.add(report.nodeid)
        if report.when == "teardown":
            self._note(report.nodeid, red=report.nodeid in self.red)

    def _note(self, test: str, *, red: bool) -> None:
        with self.file.open("a", encoding="utf-8") as notes:
            notes.write(json.dumps({"test": test, "red": red}) + "\n")
