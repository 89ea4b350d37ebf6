"""All results as one Markdown table, and the page about it."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.faults.catalogue import Fault
from bench.faults.trial import Result

README = Path(__file__).parent / "README.md"
HEAD = """# What the tests catch

Sixty faults, such as a hurried colleague would make and a reader would miss, were written into the product by somebody
who did not know the tests. They are declared in the `.toml` files of this folder, with what a user would suffer by
each. One at a time they are put into a copy of the product, and the tests nearest to the file are run until one goes
red. What survives is put in at once, the whole tier is run, and what then goes red is tried on each alone. A test that
is red without the fault, too, has caught nothing.

    python -m bench.faults --near --tier first [--part 1/2] -- -p tests.progress --tier first
    python -m bench.faults --together --tier first -- -p tests.progress --tier first
    python -m bench.faults --table                                 # this page

`--at COMMIT` takes the product and the tests of another commit. What is learnt lies in `results.jsonl`; a run that was
cut off goes on where it was.

Five more (`seals.toml`) are about the seals of the journal and the lock of a card; they were written with the tests in
sight. What PostgreSQL alone shows is tried there, under a tier of its own name:

    export DATABASE_URL=postgresql:///otklik_test
    python -m bench.faults --near --tier postgresql FAULT -- -p tests.progress --tier first

`first` is what the first tier caught when the faults were new to it. What it let through got a test or a sharper one
since, and so measures nothing any more: a new list would. `before` is the tree whose tests were not yet halved
(a8b1445), tried on part of what `first` let through. `mended` are faults that were written anew, with the tests in
sight, when the code that they stood in had changed: `python -m bench.faults --check` names those that do not fit.
"""


def page(faults: Sequence[Fault], results: Mapping[tuple[str, str], Result]) -> str:
    """A row for each fault, a column for each tier that was run, and the sums."""
    tiers = sorted({tier for tier, _fault in results})
    if not tiers:
        return f"{HEAD}\nNo tier has been run yet.\n"
    heads = ["fault", "package", "kind", *tiers]
    rows = [
        [one.name, one.package, one.kind, *(cell(results.get((tier, one.name))) for tier in tiers)] for one in faults
    ]
    rows.append(["**caught**", "", "", *(_sum(faults, results, tier) for tier in tiers)])
    lines = [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join([HEAD, f"Run on a machine with {os.cpu_count()} cores.", "", *lines, ""])


def cell(one: Result | None) -> str:
    """By which test it was caught, or what it has survived, and how long that took."""
    if one is None:
        return "not run"
    if one.by:
        file, _colons, test = one.by.partition("::")
        return f"`{Path(file).name}::{test.replace('|', '¦')}`, {one.seconds:.0f} s"
    what = "not tried to the end" if one.words else "survived" if one.whole else "survived the nearest"
    return f"**{what}**, {one.tests} tests"


def _sum(faults: Sequence[Fault], results: Mapping[tuple[str, str], Result], tier: str) -> str:
    mine = [one for fault in faults if (one := results.get((tier, fault.name)))]
    return f"**{sum(bool(one.by) for one in mine)} of {len(mine)}**, {sum(one.seconds for one in mine) / 60:.0f} min"
