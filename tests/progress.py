"""A pytest plugin of `tests/run.py`: it chooses the tests of a tier, shows how far they are and notes what came of it.

`-p tests.progress --tier first --part 1/4 --notes FILE`. FILE is JSON: counts, seconds by part of the suite, seconds of
each test.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.tiers import ALL, FIRST, QUICK, Choice, changed_files, choose

PARTS = {
    "tests/browser/": "browser",
    "tests/sandbox/": "sandbox",
    "tests/": "end to end",
    "otklik/desk/": "desk",
    "otklik/networks/": "networks",
    "otklik/demo/": "demonstration",
    "": "other layers",
}
CHOICE = pytest.StashKey[dict[str, Any]]()
WIDTH = 30


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tiers")
    group.addoption("--tier", choices=(QUICK, FIRST, ALL), default=ALL)
    group.addoption("--part", default="1/1", help="a piece of the tier: 2/4 is the second of four")
    group.addoption("--notes", default="", metavar="FILE")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(config), "progress")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.db import connection  # the settings come first

    number, _, of = config.getoption("--part").partition("/")
    part = (int(number), int(of or 1))
    tier = config.getoption("--tier")
    choice = choose(items, tier, connection.vendor, changed_files() if tier == FIRST else [], part)
    kept = {id(item) for item in (*choice.kept, *choice.pulled)}
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in kept])
    items[:] = [item for item in items if id(item) in kept]
    config.stash[CHOICE] = _numbers(choice)


def _numbers(choice: Choice) -> dict[str, Any]:
    left_out = {reason: len(items) for reason, items in choice.left_out.items()}
    return {"kept": len(choice.kept), "pulled": len(choice.pulled), "left_out": left_out}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist hands its choice to who started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["choice"] = session.config.stash.get(CHOICE, {})


class Progress:
    """Of the process that the terminal belongs to."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.total = 0
        self.began = time.monotonic()
        self.outcomes: Counter[str] = Counter()
        self.seconds: dict[str, float] = defaultdict(float)
        self.shown = -1

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.total = self.total or len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self.total = len(ids)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.config.stash[CHOICE] = getattr(node, "workeroutput", {}).get("choice", {})

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """A bar instead of a thousand dots; what is red is named at once."""
        quiet = report.passed or report.skipped
        return ("" if report.when != "call" and report.passed else report.outcome, "", "") if quiet else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.when == "call" or not report.passed:
            self.outcomes[report.outcome] += 1
            self._show(report)

    def _show(self, report: pytest.TestReport) -> None:
        done = sum(self.outcomes.values())
        share = min(done / max(self.total, 1), 1.0)
        if report.failed:
            sys.stdout.write(f"\n{report.outcome}: {report.nodeid}\n")
        if not sys.stdout.isatty() and int(share * 20) == self.shown:
            return
        self.shown = int(share * 20)
        bar = "█" * int(share * WIDTH) + "·" * (WIDTH - int(share * WIDTH))
        minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
        line = f"{bar} {share:4.0%}  {done} of {self.total}, {self.outcomes['failed']} failed  {minutes}:{seconds:02}"
        sys.stdout.write(f"\r{line}" if sys.stdout.isatty() else f"{line}\n")
        sys.stdout.flush()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        choice = self.config.stash.get(CHOICE, {})
        parts: dict[str, list[float]] = {}
        for nodeid, seconds in self.seconds.items():
            part = next(name for begin, name in PARTS.items() if nodeid.startswith(begin))
            number, spent = parts.get(part, (0, 0.0))
            parts[part] = [number + 1, spent + seconds]
        terminalreporter.write_line("")
        for part, (number, spent) in sorted(parts.items(), key=lambda one: -one[1][1]):
            terminalreporter.write_line(f"{part:>16}: {number:6.0f} tests {spent:7.0f} s of workers' time")
        if choice.get("pulled"):
            terminalreporter.write_line(f"because of changed files: {choice['pulled']} tests more")
        for reason, number in choice.get("left_out", {}).items():
            terminalreporter.write_line(f"left out: {number} tests ({reason})")
        if file := self.config.getoption("--notes"):
            notes = {**choice, "outcomes": self.outcomes, "parts": parts, "tests": self.seconds}
            Path(file).write_text(json.dumps(notes, ensure_ascii=False), encoding="utf-8")
