"""Which tests run when. Two tiers: `make test` with every change, `make test-all` every night and before a release.

The first tier keeps one representative of each behaviour: a test in many forms (over seven networks, at each point of
sending in each mode) runs in as many as show each value once, and what carries the mark `whole` is left out. On
PostgreSQL it runs what differs there: what asks with a vendor's SQL or locks (VENDOR_SQL), what commits, and what
people do in two browsers. A file that has changed pulls its own second-tier tests in (OWN). All of it runs in the
second tier, whose green result a release asks for (`tests/release.py`).
"""

import subprocess
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

Axes = dict[str, list[str]]
"""The parameters of a test by name, each with its values in their order."""
ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("tests/test_docs.py", "tests/test_contributing.py", "otklik/incidents/tests/test_workflow.py")
"""What holds documents to the code: `make check` runs it, and so the first tier does not."""
QUICK, FIRST, ALL = "quick", "first", "all"
"""`quick` is the first tier without what changed files pull in; `tests/quick.py` chooses the files."""
SPREAD = ("stage",)
"""Parameters that spread a story over the networks: each story takes one of them, so that all have their part."""

VENDOR_SQL: Mapping[str, tuple[str, ...]] = {
    "otklik/backups/": ("otklik/backups/tests/", "tests/test_backup.py", "tests/test_restore_killed.py"),
    "otklik/demo/": ("otklik/demo/tests/test_region.py", "otklik/demo/tests/test_history.py"),
    "otklik/desk/apps.py": ("otklik/desk/tests/test_without_jit.py",),
    "otklik/desk/card/": ("otklik/desk/tests/test_card.py", "otklik/desk/tests/test_find.py"),
    "otklik/desk/find/": ("otklik/desk/tests/test_find.py",),
    "otklik/desk/practice/": ("otklik/desk/tests/test_practice.py",),
    "otklik/desk/pulse.py": ("otklik/desk/tests/test_pulse.py",),
    "otklik/desk/queue/": ("otklik/desk/tests/test_queue",),
    "otklik/desk/shell.py": ("otklik/desk/tests/test_shell.py",),
    "otklik/desk/together/": ("otklik/desk/tests/test_together.py",),
    "otklik/desk/tour/": ("otklik/desk/tests/test_tour.py",),
    "otklik/finding/": ("otklik/finding/tests/",),
    "otklik/flow/": ("otklik/flow/tests/",),
    "otklik/hooks/": ("otklik/hooks/tests/",),
    "otklik/inbox/": ("tests/test_seven_networks",),
    "otklik/journal/": ("otklik/journal/tests/",),
    "otklik/lib/": ("otklik/lib/tests/",),
    "otklik/moving/": ("otklik/moving/tests/",),
    "otklik/networks/": ("tests/test_renewing.py", "tests/test_one_limit.py"),
    "otklik/people/": ("otklik/people/tests/", "otklik/desk/tests/test_admin_people.py"),
    "otklik/privacy/": ("otklik/privacy/tests/", "tests/test_forgotten"),
    "otklik/site/": ("tests/test_backup.py", "tests/test_upgrade.py", "tests/test_restore_killed.py"),
    "otklik/themes/": ("otklik/themes/tests/", "otklik/desk/tests/test_admin_classifier.py"),
}
"""Where the product asks a database in its own SQL or by its locks → the tests, by how their paths begin, that run on
both databases in each tier. `tests/test_tiers.py` finds SQL that has none."""

OWN: Mapping[str, tuple[str, ...]] = {
    "otklik/demo/": ("otklik/demo/tests/",),
    "otklik/desk/static/": ("tests/browser/",),
    "otklik/desk/templates/": ("tests/browser/test_axe.py",),
    "otklik/flow/": ("tests/test_worker.py", "tests/test_exactly_once.py"),
    "otklik/journal/": ("tests/test_exactly_once.py",),
    "otklik/lib/due.py": ("tests/test_worker.py", "tests/test_exactly_once.py"),
    "otklik/networks/": ("tests/test_seven_networks", "tests/test_told_and_not_so.py"),
    "otklik/desk/gate.py": ("tests/test_parameters.py",),
    "otklik/people/": ("tests/test_parameters.py",),
    "otklik/publishing/": ("tests/test_exactly_once.py", "tests/test_chaos.py", "tests/test_seven_networks"),
    "otklik/sandbox/": ("tests/sandbox/", "tests/test_seven_networks"),
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
    items: Sequence[pytest.Item], tier: str, vendor: str, changed: Sequence[str], part: tuple[int, int] = (1, 1)
) -> Choice:
    """Of all tests those of this tier on this database; `changed` are paths, `part` is (number, of how many)."""
    choice = Choice()
    whole = tuple({own for path in changed for begin, owns in OWN.items() if path.startswith(begin) for own in owns})
    forms = _forms(items)
    for item in items:
        path = path_of(item)
        pulled = path in changed or path.startswith(whole)
        if zlib.crc32(path.encode()) % part[1] != part[0] - 1:
            choice.leave_out(item, "other parts")
        elif tier == FIRST and path in DOCUMENTS:
            choice.leave_out(item, "`make check` runs it")
        elif vendor == "postgresql" and (reason := _same_on_postgresql(item, path, tier)):
            choice.leave_out(item, reason)
        elif tier != ALL and (reason := _repeats(item, forms)):
            if pulled:
                choice.pulled.append(item)
            else:
                choice.leave_out(item, reason)
        else:
            choice.kept.append(item)
    return choice


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
    asks = any(path.startswith(tests) for tests in VENDOR_SQL.values())
    if tier != ALL and not (asks or commits(item) or marks & {"either"}):
        return "no SQL of a vendor's own"
    return ""


def _repeats(item: pytest.Item, forms: Mapping[str, Axes]) -> str:
    """Why another test of the first tier stands for this one, or ""."""
    if item.get_closest_marker("whole"):
        return "long"
    test, values = _test_of(item), _values(item)
    turns = {name: forms[test][name].index(value) for name, value in values.items()}
    for name in SPREAD:
        if name in turns and turns[name] != zlib.crc32(test.encode()) % len(forms[test][name]):
            return "told of another network"
    if item.get_closest_marker("crossed"):
        turn = turns[max(turns, key=lambda name: len(forms[test][name]))]
        if any(number != turn % len(forms[test][name]) for name, number in turns.items()):
            return "each value stands in another crossing"
    return ""


def _test_of(item: pytest.Item) -> str:
    return item.nodeid.split("[", 1)[0]


def _values(item: pytest.Item) -> dict[str, str]:
    """The parameters that make this a form of its test: all where they are crossed, else what spreads a story."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or item.get_closest_marker("every_network"):
        return {}
    crossed = item.get_closest_marker("crossed") is not None
    return {name: repr(value) for name, value in callspec.params.items() if crossed or name in SPREAD}


def _forms(items: Iterable[pytest.Item]) -> dict[str, Axes]:
    """For each test with forms its axes."""
    forms: dict[str, Axes] = {}
    for item in items:
        for name, value in _values(item).items():
            values = forms.setdefault(_test_of(item), {}).setdefault(name, [])
            if value not in values:
                values.append(value)
    return forms


def changed_files() -> list[str]:
    """Paths of what is not committed and of what no upstream has yet; of the last commit where there is no upstream."""
    found = set(_git("diff", "--name-only", "HEAD")) | set(_git("ls-files", "--others", "--exclude-standard"))
    base = _git("merge-base", "HEAD", "@{upstream}") or ["HEAD~1"]
    return sorted(found | set(_git("diff", "--name-only", base[0], "HEAD")))


def _git(*words: str) -> list[str]:
    """Lines of its answer; none where there is no git, no history or no such name."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return done.stdout.splitlines() if done.returncode == 0 else []
