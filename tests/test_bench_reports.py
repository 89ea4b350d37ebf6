import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.reports.measure import Row
from bench.reports.table import lines, missed

ROOT = Path(__file__).resolve().parents[1]


def row(**more: float) -> Row:
    defaults = {"title": "page: 30 days", "middle": 0.1, "high": 0.2, "work": 0.1, "queries": 10, "megabytes": 1.0}
    return Row(**(defaults | more))  # type: ignore[arg-type]


def test_a_promise_is_missed_by_time_and_by_queries_and_not_by_a_cold_process() -> None:
    assert not missed([row()])
    assert missed([row(), row(high=0.3)])
    assert missed([row(queries=11)])
    assert not missed([row(high=9.0, target=False)])
    assert [line.endswith("!") for line in lines([row(), row(high=0.3)])] == [False, False, True]


@pytest.mark.whole
@pytest.mark.processes
def test_the_bench_of_figures_runs_to_its_end(tmp_path: Path) -> None:
    process = subprocess.run(
        [
            *(sys.executable, "-m", "bench.reports", "--cards", "200", "--database", "sqlite", "--n", "1"),
            *("--baseline", "1", "--only", "curator", "--folder", str(tmp_path / "bench")),
        ],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "OTKLIK_DATA")},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert "200 cards in" in process.stdout, process.stderr
    assert "page: 5 years, a curator's" in process.stdout
