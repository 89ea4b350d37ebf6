"""`make test` (the first tier), `make test-all` (everything on both databases), `make quick` (what has changed).

`--part 2/4` runs a piece of a tier; other words go to pytest. What came of a run is kept in var/tests, where
`tests/release.py` and the next `make quick` read it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests import quick, scratch
from tests.chromium import find_chromium
from tests.release import product
from tests.tiers import ALL, BOTH, DOCUMENTS, FIRST, QUICK, ROOT

PARALLEL = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadscope"]
"""One more than there are cores: processes and pages are waited for. What stays together on one, conftest.py says."""
PLACES = ("postgresql:///postgres", "postgresql://postgres@127.0.0.1/postgres")
RESULTS = ROOT / "var" / "tests"
COUNTS = ROOT / "tests" / "counts.toml"
NO_POSTGRESQL = "PostgreSQL: нет сервера на локальном сокете. Взять: apt install postgresql, или TEST_DATABASE_URL"
NO_CHROMIUM = "браузерные проверки: нет Chromium. Взять: apt install chromium-headless-shell или chromium"


@dataclass(frozen=True)
class Asked:
    """What was asked for on the command line, and whether both databases are there."""

    tier: str
    part: str
    words: list[str]
    both: bool = False

    @property
    def is_whole(self) -> bool:
        """Nothing was chosen by hand: the numbers of tests are those of the tier."""
        return not self.words and self.part == "1/1"


def find_postgresql() -> str:
    """The address to test on: TEST_DATABASE_URL, or a server on the local socket; "" when there is neither."""
    database_url = os.environ.get("TEST_DATABASE_URL", "")
    for address in [database_url] if database_url else PLACES:
        try:
            with psycopg.connect(address, connect_timeout=3):
                return address
        except psycopg.Error:
            continue
    return ""


def environment(folder: Path, database: str, both: bool) -> dict[str, str]:
    """Of pytest: files of a run in one folder, bytecode beside the packages, the database asked for."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
    }
    own = {"TMPDIR": str(folder), "PYTHONPYCACHEPREFIX": str(ROOT / ".venv" / "bytecode")}
    return kept | own | ({"DATABASE_URL": database} if database else {}) | ({BOTH: "1"} if both else {})


def run(asked: Asked, database: str) -> bool:
    """One run of pytest; prints how long it took and keeps what came of it. Whether it is green."""
    name = "postgresql" if database else "sqlite"
    notes = RESULTS / f"{asked.tier}-{name}-{asked.part.replace('/', 'of')}.json"
    notes.parent.mkdir(parents=True, exist_ok=True)
    notes.unlink(missing_ok=True)
    chosen = ["-p", "tests.progress", "--tier", asked.tier, "--part", asked.part, f"--notes={notes}"]
    parallel = [] if any(word.startswith("-n") for word in asked.words) else PARALLEL
    _say(f"\n== {name}, tier «{asked.tier}», part {asked.part}")
    folder = scratch.folder()
    began = time.monotonic()
    try:
        command = [sys.executable, "-m", "pytest", *parallel, *chosen, *asked.words]
        code = subprocess.run(command, env=environment(folder, database, asked.both), cwd=ROOT, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wall = time.monotonic() - began
    report = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    alone = "-alone" if asked.tier == FIRST and not asked.both else ""
    counted = not asked.is_whole or _is_counted(f"{asked.tier}-{name}{alone}", report)
    _say(f"== {name}: {'ok' if code == 0 else f'failed ({code})'}, {wall:.0f} s")
    more = {"green": code == 0 and counted, "wall": wall, "whole": not asked.words, "product": product()}
    notes.write_text(json.dumps(report | more | {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}), encoding="utf-8")
    return code == 0 and counted


def _is_counted(name: str, report: dict[str, Any]) -> bool:
    """Whether as many tests ran as are known: a test that is silently not collected any more is a fault."""
    known = tomllib.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}
    number = report.get("kept")
    _say(f"== {name}: {number} tests of the tier, {known.get(name)} are known")
    if number == known.get(name):
        return True
    if "OTKLIK_TEST_COUNT" in os.environ:
        lines = (f"{key} = {value}\n" for key, value in sorted({**known, name: number}.items()))
        COUNTS.write_text("# How many tests each tier has; OTKLIK_TEST_COUNT=1 make test writes it.\n" + "".join(lines))
        return True
    _say(f"The number is not the one in {COUNTS.relative_to(ROOT)}: if you meant it, write it by OTKLIK_TEST_COUNT=1.")
    return False


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m tests.run")
    parser.add_argument("--all", action="store_true", help="the second tier: everything, on both databases")
    parser.add_argument("--quick", action="store_true", help="what belongs to the changed files, under a minute")
    parser.add_argument("--documents", action="store_true", help="what holds documents to the code, for `make check`")
    parser.add_argument("--part", default="1/1", help="a piece of the tier: 2/4")
    args, words = parser.parse_known_args(argv)
    if args.quick:
        chosen = quick.choose(RESULTS)
        return 0 if not chosen or run(Asked(QUICK, "1/1", [*chosen, *words]), "") else 1
    if args.documents:
        return 0 if run(Asked(QUICK, "1/1", ["-n0", *DOCUMENTS]), "") else 1
    address = find_postgresql()
    asked = Asked(ALL if args.all else FIRST, args.part, words, both=bool(address))
    missing = {"postgresql": "" if address else NO_POSTGRESQL, "chromium": "" if find_chromium() else NO_CHROMIUM}
    green = [run(asked, database) for database in ("", address)[: 2 if address else 1]]
    for sentence in filter(None, missing.values()):
        _say(f"Пропущено: {sentence}")
    if any(missing.get(name) for name in os.environ.get("OTKLIK_TEST_REQUIRE", "").split()):
        _say("Здесь требуется всё: пропуск считается ошибкой.")
        return 1
    return 0 if all(green) else 1


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
