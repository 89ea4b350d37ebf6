"""What each tier runs: representatives in the first, everything in the second, and on PostgreSQL what differs there."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import quick, release
from tests.tiers import ALL, FIRST, OWN, ROOT, VENDOR_SQL

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

@pytest.mark.whole
def test_long(): pass

@pytest.mark.django_db
def test_rows(): pass

@pytest.mark.django_db(transaction=True)
def test_locks(): pass

@pytest.mark.django_db
@pytest.mark.once
def test_a_look(): pass
"""
CHOOSE = """
import sys
import pytest
from tests.tiers import choose, path_of

class Chooser:
    def pytest_collection_modifyitems(self, items):
        changed = [path_of(items[0])] if "changed" in sys.argv else []
        choice = choose(items, sys.argv[2], sys.argv[3], changed)
        print(*(item.name for item in (*choice.kept, *choice.pulled)), sep="\\n")

pytest.main(["-s", "--co", "-p", "no:terminal", "-p", "no:cacheprovider", sys.argv[1]], plugins=[Chooser()])
"""


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("stories") / "test_stories.py"
    file.write_text(STORIES, encoding="utf-8")
    return file


def chosen(stories: Path, *words: str) -> list[str]:
    """Names of the stories chosen for this tier and vendor, as a pytest of its own collects them."""
    command = [sys.executable, "-c", CHOOSE, str(stories), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_first_tier_keeps_one_network_of_each_story_and_each_value_of_a_crossing(stories: Path) -> None:
    names = chosen(stories, FIRST, "sqlite")
    story = [name for name in names if name.startswith("test_a_story")]
    assert len(story) == 2, "one network, both numbers"
    assert len({name.rpartition("-")[2] for name in story}) == 1
    assert len([name for name in names if name.startswith("test_the_whole_story")]) == 3
    assert [name for name in names if name.startswith("test_a_kill")] == [
        "test_a_kill[a-kept]",
        "test_a_kill[b-lost]",
        "test_a_kill[c-kept]",
    ]
    assert "test_long" not in names
    assert {"test_rows", "test_locks", "test_a_look"} <= set(names)


def test_the_second_tier_keeps_everything_and_a_changed_file_runs_whole_in_the_first(stories: Path) -> None:
    everything = chosen(stories, ALL, "sqlite")
    assert len(everything) == 6 + 3 + 6 + 4
    assert sorted(chosen(stories, FIRST, "sqlite", "changed")) == sorted(everything)


@pytest.mark.parametrize(("tier", "names"), [(FIRST, ["test_locks"]), (ALL, ["test_rows", "test_locks"])])
def test_postgresql_has_what_differs_there_and_the_second_tier_all_that_asks_it(
    stories: Path, tier: str, names: list[str]
) -> None:
    assert chosen(stories, tier, "postgresql") == names


def test_each_place_with_sql_of_a_vendor_has_tests_that_run_on_both_databases() -> None:
    without = []
    for path in (ROOT / "otklik").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        apart = "/tests/" in name or "/migrations/" in name or name.startswith("otklik/sandbox/")
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
