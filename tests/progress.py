"""A pytest plugin of `tests/run.py`: it chooses the tests of a tier, shows how far they are and notes what came of it.

`-p tests.progress --tier first --part 1/4 --notes FILE`. FILE is JSON: counts, seconds by part of the suite, seconds of
each test.
"""

import json
import os
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.tiers import (
    ALL,
    BOTH,
    FIRST,
    QUICK,
    ROOT,
    TIER,
    Choice,
    changed_files,
    choose,
    commits,
    differs_on_postgresql,
    path_of,
    unread,
)

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
UNREAD = pytest.StashKey[Counter[str]]()
WIDTH = 30


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tiers")
    group.addoption("--tier", choices=(QUICK, FIRST, ALL), default=ALL)
    group.addoption("--part", default="1/1", help="a piece of the tier: 2/4 is the second of four")
    group.addoption("--notes", default="", metavar="FILE")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before any test is read, here and in the workers, which begin with this environment."""
    os.environ[TIER] = early_config.known_args_namespace.tier


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(config), "progress")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """To read a file of tests takes longer than to see that none of them is wanted."""
    from django.db import connection  # the settings come first

    is_of_tests = collection_path.match("test_*.py")
    reason = unread(collection_path, config.getoption("--tier"), connection.vendor) if is_of_tests else ""
    config.stash.setdefault(UNREAD, Counter())[reason] += 1
    return True if reason else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.db import connection  # the settings come first

    number, _, of = config.getoption("--part").partition("/")
    part = (int(number), int(of or 1))
    tier = config.getoption("--tier")
    missed = {path_of(item) for item in items if commits(item) and not differs_on_postgresql(ROOT / path_of(item))}
    if missed:
        raise pytest.UsageError(f"PostgreSQL would not read them, and they commit: {', '.join(sorted(missed))}")
    changed = changed_files() if tier == FIRST else ()
    choice = choose(items, tier, connection.vendor, changed, part, both=BOTH in os.environ)
    kept = {id(item) for item in (*choice.kept, *choice.pulled)}
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in kept])
    items[:] = [item for item in items if id(item) in kept]
    config.stash[CHOICE] = _numbers(choice, config.stash.get(UNREAD, Counter()))


def _numbers(choice: Choice, files: Counter[str]) -> dict[str, Any]:
    left_out = {f"tests ({reason})": len(items) for reason, items in choice.left_out.items()}
    left_out |= {f"whole files ({reason})": number for reason, number in files.items() if reason}
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
        for what, number in choice.get("left_out", {}).items():
            terminalreporter.write_line(f"left out: {number} {what}")
        if file := self.config.getoption("--notes"):
            notes = {**choice, "outcomes": self.outcomes, "parts": parts, "tests": self.seconds}
            Path(file).write_text(json.dumps(notes, ensure_ascii=False), encoding="utf-8")
