"""What `make quick` runs: the tests that belong to the changed files, as many as fit into a minute."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.tiers import ROOT, changed_files

BUDGET = 60.0  # seconds of two workers' time: half of that on the clock, and as much again for their start
UNKNOWN = 0.3  # seconds; a test that has never been timed here
ALWAYS = ("tests/test_architecture.py",)
TOO_COMMON = {"", "page", "models"}
"""Words in names of modules that say nothing of what they are about."""


def choose(results: Path) -> list[str]:
    """Words for pytest: tests of the changed files, the nearest first. Prints what it does and what it leaves out.

    Style is asked first and ends it. How long a test takes is known from the last `make test`.
    """
    changed = changed_files()
    sources = [name for name in changed if name.endswith(".py") and (ROOT / name).exists()]
    if sources and subprocess.run([sys.executable, "-m", "ruff", "check", *sources], cwd=ROOT, check=False).returncode:
        sys.exit(1)
    seconds = seconds_by_file(results)
    chosen, left = fitting(nearest_first(changed), seconds, BUDGET)
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


def seconds_by_file(results: Path) -> dict[str, float]:
    """Seconds of each file of tests, as the last run of the first tier noted them."""
    notes = results / "first-sqlite-1of1.json"
    files: dict[str, float] = {}
    tests = json.loads(notes.read_text(encoding="utf-8")).get("tests", {}) if notes.exists() else {}
    for test, spent in tests.items():
        file = test.split("::", 1)[0]
        files[file] = files.get(file, 0.0) + spent
    return files


def nearest_first(changed: Sequence[str], root: Path = ROOT) -> list[str]:
    """Changed tests; what always runs; tests that are called like a changed module or import it; those beside it."""
    paths = (path for place in ("otklik", "sandbox", "tests") for path in (root / place).rglob("test_*.py"))
    tests = sorted(path.relative_to(root).as_posix() for path in paths)
    files = [*(name for name in changed if name in tests), *ALWAYS]
    modules = [Path(name) for name in changed if name.startswith(("otklik/", "sandbox/")) and "/tests/" not in name]
    texts = {name: (root / name).read_text(encoding="utf-8") for name in tests} if modules else {}
    for module in modules:
        package = _package(module, root)
        beside = [name for name in tests if name.startswith(f"{package}/tests/")]
        words = {word for part in module.with_suffix("").parts[2:] for word in re.split(r"\W|_", part)} - TOO_COMMON
        importing = _importing(module)
        files += [name for name in beside if words & set(Path(name).stem.split("_"))]
        files += sorted((name for name in tests if importing.search(texts[name])), key=lambda name: name not in beside)
        files += beside
        files += [name for name in tests if package.replace("/", ".") in texts[name]]
    return [name for name in dict.fromkeys(files) if (root / name).exists()]


def _importing(module: Path) -> re.Pattern[str]:
    """What a file says that imports this module, whole or from its package."""
    parts = [re.escape(part) for part in module.with_suffix("").parts if part != "__init__"]
    package, name = r"\.".join(parts[:-1]), parts[-1]
    return re.compile(rf"\b{package}\.{name}\b|\bfrom {package} import \(?[^)]*?\b{name}\b")


def _package(module: Path, root: Path) -> str:
    """The nearest folder above that has tests of its own."""
    return next((str(place) for place in module.parents if (root / place / "tests").is_dir()), module.parts[0])
