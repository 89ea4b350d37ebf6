"""What `make quick` runs: the tests that belong to the changed files, as many as fit into a minute."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.tiers import ROOT, changed_files

BUDGET = 60.0  # seconds of two workers' time: half of that on the clock, and as much again for their start
UNKNOWN = 0.3  # seconds; a test that has never been timed here
ALWAYS = ("tests/test_architecture.py",)


def choose(results: Path) -> list[str]:
    """Words for pytest: tests of the changed files, the nearest first. Prints what it does and what it leaves out.

    Style is asked first and ends it. How long a test takes is known from the last `make test`.
    """
    changed = changed_files()
    sources = [name for name in changed if name.endswith(".py") and (ROOT / name).exists()]
    if sources and subprocess.run([sys.executable, "-m", "ruff", "check", *sources], cwd=ROOT, check=False).returncode:
        sys.exit(1)
    seconds = _known(results)
    files = [file for file in dict.fromkeys(_nearest_first(changed)) if (ROOT / file).exists()]
    chosen, left = fitting(files, seconds, BUDGET)
    sys.stdout.write(f"{len(changed)} files have changed; {len(chosen)} files of tests belong to them\n")
    if left:
        sys.stdout.write(f"left to `make test`: {len(left)} files, the first {', '.join(left[:3])}\n")
    return chosen


def fitting(files: Iterable[str], seconds: Mapping[str, float], budget: float) -> tuple[list[str], list[str]]:
    """The files that fit into the budget one after the other, and those that do not; the first is taken anyway."""
    chosen: list[str] = []
    left: list[str] = []
    for file in files:
        cost = seconds.get(file, UNKNOWN)
        if chosen and cost > budget:
            left.append(file)
        else:
            chosen.append(file)
            budget -= cost
    return chosen, left


def _known(results: Path) -> dict[str, float]:
    """Seconds of each file of tests, as the last run of the first tier noted them."""
    notes = results / "first-sqlite-1of1.json"
    files: dict[str, float] = {}
    tests = json.loads(notes.read_text(encoding="utf-8")).get("tests", {}) if notes.exists() else {}
    for test, spent in tests.items():
        file = test.split("::", 1)[0]
        files[file] = files.get(file, 0.0) + spent
    return files


def _nearest_first(changed: list[str]) -> Iterable[str]:
    """Changed tests; tests that are called like a changed module or name it; those beside it; what always runs."""
    tests = sorted(
        path.relative_to(ROOT).as_posix() for place in ("otklik", "tests") for path in (ROOT / place).rglob("test_*.py")
    )
    yield from (name for name in changed if name in tests)
    yield from ALWAYS
    modules = [Path(name) for name in changed if name.startswith("otklik/") and "/tests/" not in name]
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in tests} if modules else {}
    for module in modules:
        beside = [name for name in tests if name.startswith(f"{_package(module)}/tests/")]
        words = {word for part in module.with_suffix("").parts[2:] for word in re.split(r"\W|_", part)} - {
            "",
            "page",
            "models",
        }
        yield from (name for name in beside if words & set(Path(name).stem.split("_")))
        yield from (name for name in beside if ".".join(module.with_suffix("").parts) in texts[name])
        yield from (
            name for name in tests if ".".join(module.with_suffix("").parts) in texts[name] and "browser" not in name
        )
        yield from beside


def _package(module: Path) -> str:
    """The nearest folder above that has tests of its own."""
    return next((str(place) for place in module.parents if (ROOT / place / "tests").is_dir()), "otklik")
