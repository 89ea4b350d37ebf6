import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.whole("sqlite")
@pytest.mark.processes
def test_a_site_whose_pages_eight_people_leaf_through_holds_no_more_than_180_megabytes() -> None:
    walk = subprocess.run(
        [sys.executable, "-m", "bench.memory", "--n", "900"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "OTKLIK_DATA")},
        capture_output=True,
        text=True,
        timeout=380,
    )
    assert walk.returncode == 0, walk.stdout + walk.stderr
    assert "| serve, forked |" in walk.stdout
