"""A plugin of pytest, `-p bench.faults.notes`: what became of each test, a line of JSON each, in the file that
FAULTS_NOTES names. With FAULTS_WANTED only the tests of that list are run, in its order."""

import json
import os
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

APART = frozenset({"processes", "browser"})
"""Marks of tests that execute the product in other processes, where no line of it is seen."""
DATABASE: list[float] = []
"""Seconds that it took to make the database, until they are noted."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Before pytest-django, which puts the tests that empty the database behind the others."""
    if "FAULTS_WANTED" in os.environ:
        names = Path(os.environ["FAULTS_WANTED"]).read_text(encoding="utf-8").splitlines()
        places = {name: place for place, name in enumerate(names)}
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in places])
        items[:] = sorted((item for item in items if item.nodeid in places), key=lambda item: places[item.nodeid])
    yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    item.user_properties.append(("apart", sorted(APART & {mark.name for mark in item.iter_markers()})))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    """To make the database of the whole run takes long, and is not the fault of the test that comes first."""
    began = time.monotonic()
    made = yield
    if fixturedef.argname == "django_db_setup":
        DATABASE.append(time.monotonic() - began)
    return made


def pytest_runtest_teardown(item: pytest.Item) -> None:
    item.user_properties.append(("database", DATABASE.pop() if DATABASE else 0.0))


def pytest_configure(config: pytest.Config) -> None:
    """The workers of xdist hand their reports over; whoever gets them notes."""
    if "FAULTS_NOTES" in os.environ and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Notes(Path(os.environ["FAULTS_NOTES"])))


class _Notes:
    """A test has a report of its setting up, of itself and of its taking down; those of several workers mix."""

    def __init__(self, file: Path) -> None:
        self.file, self.seconds, self.red = file, defaultdict[str, float](float), set[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = report.nodeid
        self.seconds[test] += report.duration
        if report.failed:
            self.red.add(test)
        if report.when == "teardown":
            more: dict[str, Any] = dict(report.user_properties)
            seconds = round(self.seconds[test] - more.get("database", 0.0), 3)
            note = {"test": test, "seconds": seconds, "red": test in self.red, "apart": more.get("apart", [])}
            with self.file.open("a", encoding="utf-8") as notes:
                notes.write(json.dumps(note) + "\n")
