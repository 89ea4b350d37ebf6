"""The faults as they are written down, and what must be true of them. Changes nothing."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMBER = 65
KINDS = frozenset(
    {
        "guard",  # a check is gone
        "comparison",  # it is turned, or «and» is «or»
        "scope",  # a query gives more than it should
        "outcome",  # a failure counts as done, the unknown as absent, or nothing is tried again
        "clock",  # UTC instead of the region's
        "paging",  # one row too many, or too few
        "journal",  # an entry is not written
        "lock",  # two at once undo each other's work
        "mask",  # what was hidden is shown
        "cache",  # something old is kept
        "template",  # a page shows the wrong thing, or its form does not work
        "script",  # something in the browser does nothing
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """`old` stands exactly once in `file` and becomes `new`; `harm` is what a user would suffer by it."""

    name: str
    file: str
    kind: str
    old: str
    new: str
    harm: str

    @property
    def package(self) -> str:
        return self.file.removeprefix("otklik/").split("/")[0]

    def put_into(self, text: str) -> str:
        """The text of the file with the fault in it. Raises ValueError when `old` does not stand there once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: what is to be changed stands {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)


def catalogue(folder: Path = Path(__file__).parent) -> list[Fault]:
    """All faults, in the order of the files. Raises TypeError for a key that is missing or strange."""
    files = sorted(folder.glob("*.toml"))
    return [Fault(**row) for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["fault"]]


def objections(faults: Sequence[Fault], root: Path = ROOT) -> list[str]:
    """What is wrong with them, a sentence each; [] when they fit the product under `root`."""
    wrong = [] if len(faults) == NUMBER else [f"there are {len(faults)} faults, not {NUMBER}"]
    wrong += [f"{name}: two faults have this name" for name, n in Counter(one.name for one in faults).items() if n > 1]
    wrong += [f"{one.name}: no such kind: {one.kind}" for one in faults if one.kind not in KINDS]
    wrong += [f"{package}: it has no fault" for package in sorted(packages(root) - {one.package for one in faults})]
    for one in faults:
        try:
            text = one.put_into((root / one.file).read_text(encoding="utf-8"))
            if one.file.endswith(".py"):
                compile(text, one.file, "exec")
        except (OSError, ValueError) as error:
            wrong.append(str(error))
        except SyntaxError as error:
            wrong.append(f"{one.name}: {error}")
    return wrong


def packages(root: Path = ROOT) -> set[str]:
    """The packages that the layers of pyproject.toml name, and the sandbox, which stands apart from them."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(one["layers"] for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return {"sandbox", *(name.strip().removeprefix("otklik.") for line in layers for name in line.split("|"))}
