"""What each tier runs: representatives in the first, everything in the second, and on PostgreSQL what differs there."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import quick, release
from tests.tiers import ALL, FIRST, OWN, QUICK, ROOT, TIER, VENDOR_SQL, choose, differs_on_postgresql, fewer, some

SQL = re.compile(r"connection\.vendor|(?:connection|line)\.cursor\(|RawSQL\(|select_for_update\(")
STORIES = """
import pytest

@pytest.mark.parametrize("stage", ["vk", "ok", "max"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_story(stage, number): pass

@pytest.mark.every_network
@pytest.mark.parametrize("stage", ["vk", "ok", "max"])
def test_the_whole_story(stage): pass

@pytest.mark.crossed
@pytest.mark.parametrize("mode", ["kept", "lost"])
@pytest.mark.parametrize("point", ["a", "b", "c"])
def test_a_kill(point, mode): pass

@pytest.mark.alike
@pytest.mark.parametrize("order", ["up", "down"])
@pytest.mark.parametrize("edge", ["in", "out"])
def test_forms(order, edge): pass

@pytest.mark.whole
def test_long(): pass

@pytest.mark.django_db(transaction=True)
@pytest.mark.whole("postgresql")
def test_long_there(): pass

@pytest.mark.django_db
def test_rows(): pass

@pytest.mark.django_db(transaction=True)
def test_locks(): pass

@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(8))
def test_commits(number): pass

@pytest.mark.django_db
@pytest.mark.once
def test_a_look(): pass
"""
CHOOSE = """
import json
import sys
import pytest
from tests.tiers import choose, path_of

class Chooser:
    def pytest_collection_modifyitems(self, items):
        kinds = [(tier, vendor, []) for tier in ("first", "all") for vendor in ("sqlite", "postgresql")]
        kinds += [("first", "changed", [path_of(items[0])])]
        choices = {(tier, vendor): choose(items, tier, vendor, changed) for tier, vendor, changed in kinds}
        names = {" ".join(key): [item.name for item in (*one.kept, *one.pulled)] for key, one in choices.items()}
        for vendor in ("sqlite", "postgresql"):
            names[f"both {vendor}"] = [item.name for item in choose(items, "first", vendor, [], both=True).kept]
        print(json.dumps(names))

pytest.main(["-s", "--co", "-p", "no:terminal", "-p", "no:cacheprovider", sys.argv[1]], plugins=[Chooser()])
"""


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Names of the stories chosen for each tier and vendor, as a pytest of its own collects them."""
    file = tmp_path_factory.mktemp("stories") / "test_stories.py"
    file.write_text(STORIES, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", CHOOSE, file], cwd=ROOT, capture_output=True, text=True, check=True)
    names: dict[str, list[str]] = json.loads(done.stdout)
    return names


def test_the_first_tier_keeps_one_network_of_each_story_and_each_value_of_a_crossing(
    chosen: dict[str, list[str]],
) -> None:
    names = chosen["first sqlite"]
    story = [name for name in names if name.startswith("test_a_story")]
    assert len(story) == 2, "one network, both numbers"
    assert len({name.rpartition("-")[2] for name in story}) == 1
    assert len([name for name in names if name.startswith("test_the_whole_story")]) == 3
    assert [name for name in names if name.startswith("test_a_kill")] == [
        "test_a_kill[a-kept]",
        "test_a_kill[b-lost]",
        "test_a_kill[c-kept]",
    ]
    assert len([name for name in names if name.startswith("test_forms")]) == 1
    assert "test_long" not in names
    assert {"test_rows", "test_locks", "test_a_look", "test_long_there"} <= set(names)


def test_the_second_tier_keeps_everything_and_a_changed_file_runs_whole_in_the_first(
    chosen: dict[str, list[str]],
) -> None:
    everything = chosen["all sqlite"]
    assert len(everything) == 6 + 3 + 6 + 4 + 5 + 8
    assert sorted(chosen["first changed"]) == sorted(everything)


def test_postgresql_has_what_differs_there_and_the_second_tier_all_that_asks_it(chosen: dict[str, list[str]]) -> None:
    commits = [f"test_commits[{number}]" for number in range(8)]
    assert chosen["first postgresql"] == ["test_locks", *commits]
    assert chosen["all postgresql"] == ["test_rows", "test_long_there", "test_locks", *commits]


def test_where_both_databases_are_there_what_commits_is_told_on_one_of_them(chosen: dict[str, list[str]]) -> None:
    here, there = set(chosen["both sqlite"]), set(chosen["both postgresql"])
    assert not here & there
    assert here | there == set(chosen["first sqlite"]) | {"test_locks"}
    assert all(any(name.startswith("test_commits") for name in names) for names in (here, there))


def test_tests_of_the_emulators_wait_for_a_change_of_the_emulators() -> None:
    def kept(*changed: str) -> int:
        choice = choose([item], FIRST, "sqlite", changed)
        return len(choice.kept) + len(choice.pulled)

    item: Any = SimpleNamespace(nodeid="tests/sandbox/test_control.py::test_x", get_closest_marker=lambda _name: None)
    assert kept("otklik/desk/gate.py") == 0
    for place in ("sandbox/serve.py", "tests/sandbox/town.py", "requirements/run.txt"):
        assert kept(place) == 1, place


def test_in_the_first_tier_a_fifth_of_the_examples_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    for tier, number in ((ALL, 100), (FIRST, 20), (QUICK, 20)):
        monkeypatch.setenv(TIER, tier)
        assert fewer(100) == number, tier
        assert len(some(range(10))) == number // 10, tier
    assert fewer(3) == 1


def test_postgresql_reads_files_that_commit_ask_in_its_sql_or_tell_stories() -> None:
    assert differs_on_postgresql(ROOT / "tests" / "test_flow.py")
    assert differs_on_postgresql(ROOT / "otklik" / "journal" / "tests" / "test_book.py")
    assert not differs_on_postgresql(ROOT / "otklik" / "triage" / "tests" / "test_talk.py")


def test_each_place_with_sql_of_a_vendor_has_tests_that_run_on_both_databases() -> None:
    without = []
    for path in (ROOT / "otklik").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        apart = "/tests/" in name or "/migrations/" in name
        if not apart and SQL.search(path.read_text(encoding="utf-8")) and not name.startswith(tuple(VENDOR_SQL)):
            without.append(name)
    assert without == [], "name their tests in VENDOR_SQL of tests/tiers.py"


@pytest.mark.parametrize("table", [VENDOR_SQL, OWN])
def test_the_tables_of_tiers_name_what_is_there(table: dict[str, tuple[str, ...]]) -> None:
    for place, tests in table.items():
        assert (ROOT / place).exists(), place
        for test in tests:
            assert (ROOT / test).exists() or list((ROOT / test).parent.glob(f"{Path(test).name}*.py")), test


def test_a_release_asks_for_every_part_on_both_databases_of_this_very_product(tmp_path: Path) -> None:
    def keep(name: str, **more: object) -> None:
        result = {"green": True, "whole": True, "product": "p1", **more}
        (tmp_path / f"{name}.json").write_text(json.dumps(result), encoding="utf-8")

    keep("all-sqlite-1of1")
    keep("all-postgresql-1of2")
    assert [fault.split(":")[0] for fault in release.missing(tmp_path, "p1")] == ["postgresql"]
    for wrong in ({"green": False}, {"whole": False}, {"product": "p0"}):
        keep("all-postgresql-2of2", **wrong)
        assert len(release.missing(tmp_path, "p1")) == 1, wrong
    keep("all-postgresql-2of2")
    assert release.missing(tmp_path, "p1") == []
    assert len(release.missing(tmp_path, "p2")) == 2


def test_what_fits_into_a_minute_is_the_nearest_and_the_first_is_taken_anyway() -> None:
    seconds = {"near": 100.0, "far": 10.0, "farther": 1.0}
    assert quick.fitting(["near", "far"], seconds, 60.0) == (["near"], ["far"])
    assert quick.fitting(["far", "near", "farther"], seconds, 60.0) == (["far", "farther"], ["near"])
