"""What an installation takes on disk: `python -m bench.environment [FOLDER] [--biggest 10]`.

FOLDER is a tree that `make setup` has built; without it, this one's. Packages are those of its `requirements/run.txt`,
so that a developer's environment gives the figures of one that only runs. Prints, in MB (2^20 bytes), what `.venv`
takes of the disk, those packages together, and the largest of them; beside each its own tests and its byte code.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePath
from typing import NamedTuple

from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
MB = 2**20
TESTS = {"test", "tests"}


class Package(NamedTuple):
    """Bytes of its files; of them those in folders of tests, and byte code elsewhere."""

    name: str
    whole: int
    tests: int
    code: int


def packages(tree: Path) -> list[Package]:
    """Those that the tree's lock file names and its environment has, the largest first."""
    locked = set(re.findall(r"(?m)^([a-zA-Z0-9._-]+)(?:\[[^]]*\])?==", (tree / "requirements" / "run.txt").read_text()))
    wanted = {canonicalize_name(name) for name in locked}
    places = [str(place) for place in (tree / ".venv" / "lib").glob("python3.*/site-packages")]
    present = {canonicalize_name(one.name): one for one in distributions(path=places)}
    return sorted((_measured(name, present[name]) for name in wanted & set(present)), key=lambda one: -one.whole)


def _measured(name: str, distribution: Distribution) -> Package:
    whole = tests = code = 0
    for file in distribution.files or ():
        path = Path(str(distribution.locate_file(file)))
        if path.is_file():
            size = path.stat().st_size
            whole += size
            tests += size if TESTS & set(PurePath(file).parts) else 0
            code += size if file.suffix == ".pyc" and not TESTS & set(PurePath(file).parts) else 0
    return Package(name, whole, tests, code)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--biggest", type=int, default=10)
    options = parser.parse_args(words)
    measured = packages(options.folder)
    whole = Package("all", *(sum(sizes) for sizes in zip(*(one[1:] for one in measured), strict=True)))
    blocks = sum(path.lstat().st_blocks for path in (options.folder / ".venv").rglob("*"))
    sys.stdout.write(f".venv: {blocks * 512 / MB:.0f} MB of the disk; bytes of its {len(measured)} packages:\n")
    sys.stdout.write(f"{'':24} {'MB':>7} {'tests':>7} {'byte code':>10}\n")
    for one in (whole, *measured[: options.biggest]):
        sizes = (one.whole / MB, one.tests / MB, one.code / MB)
        sys.stdout.write(f"{one.name:24} {sizes[0]:7.1f} {sizes[1]:7.1f} {sizes[2]:10.1f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
