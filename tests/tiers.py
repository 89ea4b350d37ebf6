"""Which tests run when. Two tiers: `make test` with every change, `make test-all` every night and before a release.

The first tier keeps one representative of each behaviour: a test in many forms (over seven networks, at each point of
sending in each mode) runs in as many as show each value once, one whose forms are `alike` in one of them, and what
carries the mark `whole` or stands APART is left out. On PostgreSQL it runs what differs there: what asks with a
vendor's SQL or locks (VENDOR_SQL), and what commits, people in two browsers among it; of the latter each story is told
on one of the two databases where both are there. A file that has changed pulls its own second-tier tests in (OWN). All
of it runs in the second tier, whose green result a release asks for (`tests/release.py`).
"""

import os
import re
import subprocess
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
Axes = dict[str, list[str]]
"""The parameters of a test by name, each with its values in their order."""
ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("tests/test_docs.py", "tests/test_contributing.py", "otklik/incidents/tests/test_workflow.py")
"""What holds documents to the code: `make check` runs it, and so the first tier does not."""
QUICK, FIRST, ALL = "quick", "first", "all"
"""`quick` is the first tier without what changed files pull in; `tests/quick.py` chooses the files."""
BOTH = "OTKLIK_TEST_BOTH"
"""Set where the other database has its turn, too: what commits then runs on one of them in the first tier."""
TIER = "OTKLIK_TEST_TIER"
"""The tier of the tests that run, for what they ask while they are collected; `tests/progress.py` sets it."""
SPREAD = ("stage",)
"""Parameters that spread a story over the networks: each story takes one of them, so that all have their part."""

VENDOR_SQL: Mapping[str, tuple[str, ...]] = {
    "otklik/notify/alerts/": ("otklik/notify/alerts/tests/",),
    "otklik/answers/binding.py": ("otklik/desk/tests/test_approvals.py",),
    "otklik/answers/checking.py": ("otklik/desk/tests/test_flaws.py",),
    "otklik/answers/drafts.py": ("otklik/desk/tests/test_undo.py",),
    "otklik/answers/steps.py": ("otklik/desk/tests/test_approvals.py",),
    "otklik/answers/statements.py": ("otklik/notify/alerts/tests/test_statement",),
    "otklik/answers/spread.py": ("otklik/notify/alerts/tests/test_statement",),
    "otklik/answers/voices.py": ("otklik/feedback/tests/test_gathering.py",),
    "otklik/backups/": ("otklik/backups/tests/", "tests/test_backup.py", "tests/test_restore_killed.py"),
    "otklik/demo/": ("otklik/demo/tests/test_region.py", "otklik/demo/tests/test_history.py"),
    "otklik/desk/admin/": ("otklik/desk/tests/test_admin_journal.py",),
    "otklik/desk/apps.py": ("otklik/desk/tests/test_without_jit.py",),
    "otklik/desk/approver/": ("otklik/desk/tests/test_approvals.py",),
    "otklik/desk/card_rows.py": ("otklik/desk/tests/test_find.py",),
    "otklik/desk/card/": ("otklik/desk/tests/test_card.py", "otklik/desk/tests/test_find.py"),
    "otklik/desk/operator/practice.py": ("otklik/desk/tests/test_practice.py",),
    "otklik/desk/pulse.py": ("otklik/desk/tests/test_pulse.py",),
    "otklik/desk/operator/queue/": ("otklik/desk/tests/test_queue",),
    "otklik/desk/rail.py": ("otklik/desk/tests/test_rail.py",),
    "otklik/desk/second_factor.py": ("tests/test_second_factor.py",),
    "otklik/desk/shell.py": ("otklik/desk/tests/test_shell.py",),
    "otklik/desk/operator/shift/": ("otklik/desk/tests/test_colleagues.py",),
    "otklik/desk/tour.py": ("otklik/desk/tests/test_tour.py",),
    "otklik/work/access.py": ("otklik/desk/tests/test_admin_access.py",),
    "otklik/work/assigning.py": ("otklik/desk/tests/test_card.py", "otklik/desk/tests/test_queue.py"),
    "otklik/work/picture.py": ("otklik/desk/tests/test_undo.py",),
    "otklik/work/undo.py": ("otklik/desk/tests/test_undo.py",),
    "otklik/finding/": ("otklik/finding/tests/",),
    "otklik/flow/": ("otklik/flow/tests/", "tests/test_worker.py", "tests/test_waking.py"),
    "otklik/notify/hooks/": ("otklik/notify/hooks/tests/",),
    "otklik/inbox/": ("otklik/inbox/tests/", "tests/test_seven_networks.py"),
    "otklik/incidents/cards.py": ("otklik/triage/tests/test_judge.py",),
    "otklik/incidents/problems.py": ("otklik/finding/tests/test_seeking.py",),
    "otklik/incidents/proposals.py": ("otklik/finding/tests/test_seeking.py",),
    "otklik/incidents/workflow.py": (
        *("otklik/incidents/tests/test_hold.py", "otklik/routing/tests/test_suggest_beside.py"),
    ),
    "otklik/journal/": ("otklik/journal/tests/",),
    "otklik/lib/": ("otklik/lib/tests/", "tests/test_database_away.py"),
    "otklik/exchange/moving/": ("otklik/exchange/moving/tests/",),
    "otklik/networks/": (
        *("otklik/networks/tests/test_hook.py", "tests/test_pushes.py"),
        *("tests/test_renewing.py", "tests/test_one_limit.py"),
    ),
    "otklik/people/": ("otklik/people/tests/", "otklik/desk/tests/test_admin_people.py"),
    "otklik/privacy/": ("otklik/privacy/tests/", "tests/test_forgotten"),
    "otklik/site/": (
        *("tests/test_backup.py", "tests/test_upgrade.py", "tests/test_restore_killed.py", "tests/test_power_cut.py"),
    ),
    "otklik/routing/assign.py": ("otklik/desk/tests/test_undo.py",),
    "otklik/routing/clocks.py": ("otklik/desk/tests/test_undo.py",),
    "otklik/routing/weeks.py": ("otklik/desk/tests/test_undo.py",),
    "otklik/themes/": ("otklik/themes/tests/", "otklik/desk/tests/test_admin_classifier.py"),
    "otklik/triage/judge.py": ("otklik/triage/tests/test_judge.py",),
}
"""Where the product asks a database in its own SQL or by its locks → the tests, by how their paths begin, that run on
both databases in each tier. `tests/test_tiers.py` finds SQL that has none."""

APART = ("tests/sandbox/", "tests/browser/test_stage.py", "tests/browser/test_sandbox_pages.py")
"""Tests of the emulators, in a browser, too. These import nothing of the product, as the linter holds: no other change
can turn them red, and what they prove is used by each story that reaches a network."""

COMMITTING = re.compile(r"transaction=True|transactional_db|live_server|mark\.either")
"""What a file says that has tests whose rows others see; fixtures of `tests/` do so, too."""

WHO_MAY = ("tests/test_parameters.py", "tests/test_permissions.py", "otklik/desk/tests/test_admin_access.py")
"""What every kind of person may open and touch."""

OWN: Mapping[str, tuple[str, ...]] = {
    "bench/": ("tests/test_bench",),
    "otklik/backups/": ("tests/test_upgrade.py", "tests/test_backup.py"),
    "otklik/demo/": ("otklik/demo/tests/",),
    "otklik/desk/jinja2/": ("tests/browser/test_axe.py",),
    "otklik/desk/static/": ("tests/browser/",),
    "otklik/desk/templates/": ("tests/browser/test_axe.py",),
    "otklik/finding/": ("tests/test_burst_main.py",),
    "otklik/flow/": ("tests/test_worker.py", "tests/test_exactly_once.py"),
    "otklik/journal/": ("tests/test_exactly_once.py",),
    "otklik/lib/due.py": ("tests/test_worker.py", "tests/test_exactly_once.py"),
    "otklik/networks/": ("tests/test_seven_networks", "tests/test_forged_events.py"),
    "otklik/desk/gate.py": WHO_MAY,
    "otklik/work/access.py": WHO_MAY,
    "otklik/people/": WHO_MAY,
    "otklik/publishing/": ("tests/test_exactly_once.py", "tests/test_chaos.py", "tests/test_seven_networks"),
    "sandbox/": (*APART, "tests/test_seven_networks"),
    "otklik/feedback/registers/": ("otklik/desk/tests/test_registers.py",),
    "otklik/site/": ("tests/test_init.py", "tests/test_start.py", "tests/test_upgrade.py"),
    "otklik/triage/": ("otklik/site/tests/test_understand.py",),
    "requirements/": (*APART, "tests/test_bench", "tests/test_advisories.py"),
    "setup/": ("tests/test_advisories.py",),
    "tests/sandbox/": APART,
}
"""A changed file, by how its path begins → the tests that run whole because of it. A changed test file runs whole."""


@dataclass
class Choice:
    """What runs, what of it only because a file has changed, and what was left out for which reason."""

    kept: list[pytest.Item] = field(default_factory=list)
    pulled: list[pytest.Item] = field(default_factory=list)
    left_out: dict[str, list[pytest.Item]] = field(default_factory=dict)

    def leave_out(self, item: pytest.Item, reason: str) -> None:
        self.left_out.setdefault(reason, []).append(item)


def choose(
    items: Sequence[pytest.Item],
    tier: str,
    vendor: str,
    changed: Sequence[str],
    part: tuple[int, int] = (1, 1),
    both: bool = False,
) -> Choice:
    """Of all tests those of this tier on this database; `changed` are paths, `part` is (number, of how many), `both`
    says that the other database has its turn, too."""
    choice = Choice()
    forms, whole = _forms(items), _pulled_by(tuple(changed))
    for item in items:
        path = path_of(item)
        pulled = path.startswith(whole)
        if zlib.crc32(path.encode()) % part[1] != part[0] - 1:
            choice.leave_out(item, "other parts")
        elif tier == FIRST and path in DOCUMENTS:
            choice.leave_out(item, "`make check` runs it")
        elif vendor == "postgresql" and (reason := _same_on_postgresql(item, path, tier)):
            choice.leave_out(item, reason)
        elif tier != ALL and (reason := _repeats(item, forms, vendor) or _of_the_other(item, path, vendor, both)):
            if pulled:
                choice.pulled.append(item)
            else:
                choice.leave_out(item, reason)
        else:
            choice.kept.append(item)
    return choice


@cache
def _pulled_by(changed: tuple[str, ...]) -> tuple[str, ...]:
    """How the paths of the tests begin that run whole because of these files."""
    owns = (own for begin, own in OWN.items() if any(one.startswith(begin) for one in changed))
    return (*changed, *(path for paths in owns for path in paths))


def fewer(whole: int) -> int:
    """How many of so many examples are tried: in the first tier a fifth, which shows that the property holds at all; in
    the second all of them, for the rare ones. The examples of a run are always the same ones."""
    return whole if os.environ.get(TIER, ALL) == ALL else max(whole // 5, 1)


def some(values: Iterable[T]) -> list[T]:
    """Those of them that the first tier tries: every fifth; in the second tier all."""
    kept = list(values)
    return kept[:: 5 // fewer(5)]


def unread(path: Path, tier: str, vendor: str) -> str:
    """Why no test of the file is wanted, so that it need not even be read, or ""."""
    name = path.relative_to(ROOT).as_posix()
    if tier == FIRST and name.startswith(APART) and not name.startswith(_pulled_by(changed_files())):
        return "only a change of the emulators turns them red"
    if tier != ALL and vendor == "postgresql" and not differs_on_postgresql(path):
        return "no SQL of a vendor's own"
    return ""


def differs_on_postgresql(path: Path) -> bool:
    """Whether any test of the file may belong to the first tier there."""
    name = path.relative_to(ROOT).as_posix()
    asks = name.startswith("tests/") or _asks(name)
    return asks or COMMITTING.search(path.read_text(encoding="utf-8")) is not None


def path_of(item: pytest.Item) -> str:
    return item.nodeid.split("::", 1)[0]


def touches_database(item: pytest.Item) -> bool:
    """pytest-django shuts the database to every test that neither asks for it by a fixture nor by a mark."""
    named = {"db", "transactional_db", "live_server", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(named) or item.get_closest_marker("django_db") is not None


def commits(item: pytest.Item) -> bool:
    """Whether other connections see its rows; it ends with emptying all tables."""
    mark = item.get_closest_marker("django_db")
    named = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(named or (mark and mark.kwargs.get("transaction")))


def _same_on_postgresql(item: pytest.Item, path: str, tier: str) -> str:
    """Why this test tells nothing new there, or ""."""
    marks = {mark.name for mark in item.iter_markers()}
    if not touches_database(item):
        return "touches no database"
    if "once" in marks or ("browser" in marks and "either" not in marks):
        return "the same on any database"
    if tier != ALL and not (_asks(path) or commits(item) or marks & {"either"}):
        return "no SQL of a vendor's own"
    return ""


def _of_the_other(item: pytest.Item, path: str, vendor: str, both: bool) -> str:
    """Stories that commit, and ask in nobody's own SQL, are told on the two databases by turns."""
    if not both or not commits(item) or _asks(path) or _same_on_postgresql(item, path, FIRST):
        return ""
    turn = ("sqlite", "postgresql")[zlib.crc32(item.nodeid.encode()) % 2]
    return "" if turn == vendor else "told on the other database"


def _asks(path: str) -> bool:
    return any(path.startswith(tests) for tests in VENDOR_SQL.values())


def _repeats(item: pytest.Item, forms: Mapping[str, Axes], vendor: str) -> str:
    """Why another test of the first tier stands for this one, or ""."""
    long = item.get_closest_marker("whole")
    if long and vendor in (long.args or (vendor,)):
        return "long"
    if path_of(item).startswith(APART):
        return "only a change of the emulators turns them red"
    test, values = _test_of(item), _values(item)
    turns = {name: forms[test][name].index(value) for name, value in values.items()}
    alike = item.get_closest_marker("alike") is not None
    for name in turns if alike else turns.keys() & set(SPREAD):
        if turns[name] != zlib.crc32(test.encode()) % len(forms[test][name]):
            return "another form like it" if alike else "told of another network"
    if item.get_closest_marker("crossed"):
        turn = turns[max(turns, key=lambda name: len(forms[test][name]))]
        if any(number != turn % len(forms[test][name]) for name, number in turns.items()):
            return "each value stands in another crossing"
    return ""


def _test_of(item: pytest.Item) -> str:
    return item.nodeid.split("[", 1)[0]


def _values(item: pytest.Item) -> dict[str, str]:
    """The parameters that make this a form of its test: all where forms are crossed or alike, else those of SPREAD."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or item.get_closest_marker("every_network"):
        return {}
    every = item.get_closest_marker("crossed") or item.get_closest_marker("alike")
    return {name: repr(value) for name, value in callspec.params.items() if every or name in SPREAD}


def _forms(items: Iterable[pytest.Item]) -> dict[str, Axes]:
    """For each test with forms its axes."""
    forms: dict[str, Axes] = {}
    for item in items:
        for name, value in _values(item).items():
            values = forms.setdefault(_test_of(item), {}).setdefault(name, [])
            if value not in values:
                values.append(value)
    return forms


@cache
def changed_files() -> tuple[str, ...]:
    """Paths of what is not committed and of what no upstream has yet; of the last commit where there is no upstream."""
    paths = set(_git("diff", "--name-only", "HEAD")) | set(_git("ls-files", "--others", "--exclude-standard"))
    base = _git("merge-base", "HEAD", "@{upstream}") or ["HEAD~1"]
    return tuple(sorted(paths | set(_git("diff", "--name-only", base[0], "HEAD"))))


def _git(*words: str) -> list[str]:
    """Lines of its answer; none where there is no git, no history or no such name."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return done.stdout.splitlines() if done.returncode == 0 else []
