"""See the package: `--check`, `--map`, `--run` or `--table`."""

import argparse
import sys
from collections.abc import Sequence

from bench.faults import __doc__ as about
from bench.faults import lines, table, trial
from bench.faults.catalogue import Fault, catalogue, objections


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when a declaration is wrong or a fault survived, 2 when there is no such fault or no map; of `--map`
    pytest's own."""
    given, faults = _arguments(words), catalogue()
    if given.check:
        wrong = objections(faults)
        sys.stdout.write("".join(f"{sentence}\n" for sentence in wrong) or f"{len(faults)} faults fit the product.\n")
        return 1 if wrong else 0
    if given.map:
        return lines.make_map(given.tier, given.words, faults)
    if given.run:
        return _run(given, faults)
    page = table.page(faults, trial.results())
    table.README.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 0


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m bench.faults", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    for name in ("check", "map", "run", "table"):
        what.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--tier", default="all", help="a name for the tests that are run (all)")
    parser.add_argument("--part", default="1/1", help="which part of the faults to run, as in 1/2")
    parser.add_argument("--again", action="store_true", help="run those, too, that have a result")
    parser.add_argument("words", nargs="*", help="after --run names of faults; after --map -- the words of pytest")
    return parser.parse_args(words)


def _run(given: argparse.Namespace, faults: Sequence[Fault]) -> int:
    part, parts = (int(number) for number in given.part.split("/"))
    if strange := set(given.words) - {one.name for one in faults}:
        sys.stderr.write(f"No such fault: {', '.join(sorted(strange))}\n")
        return 2
    mine = [one for one in faults if one.name in given.words] if given.words else faults[part - 1 :: parts]
    there = {} if given.again else trial.results()
    try:
        trial.run(given.tier, [one for one in mine if (given.tier, one.name) not in there], _say)
    except FileNotFoundError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    found = trial.results()
    return 0 if all(found[given.tier, one.name].by for one in mine) else 1


def _say(one: trial.Result) -> None:
    """How far it is, for whoever waits; and what pytest said where it came to no end."""
    sys.stderr.write(f"{one.fault}: {table.cell(one)} {one.words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
