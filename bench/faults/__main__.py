"""See the package: `--check`, `--near`, `--together` or `--table`."""

import argparse
import sys
from collections.abc import Sequence

from bench.faults import __doc__ as about
from bench.faults import table, trial
from bench.faults.catalogue import Fault, catalogue, objections


def main(words: Sequence[str]) -> int:
    """Exit code 1 when a declaration is wrong or a fault survived, 2 when there is no such fault."""
    faults = catalogue()
    mark = words.index("--") if "--" in words else len(words)
    args = _arguments(words[:mark])
    tier = trial.Tier(args.tier, args.at, tuple(words[mark + 1 :]))
    if args.check:
        wrong = objections(faults)
        sys.stdout.write("".join(f"{sentence}\n" for sentence in wrong) or f"{len(faults)} faults fit the product.\n")
        return 1 if wrong else 0
    if args.near or args.together:
        return _run(args, faults, tier)
    page = table.page(faults, trial.results())
    table.README.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 0


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m bench.faults", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    for name in ("check", "near", "together", "table"):
        what.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--tier", default="first", help="a name for the tests that are run (first)")
    parser.add_argument("--at", default="HEAD", help="the commit whose product and tests are taken (HEAD)")
    parser.add_argument("--part", default="1/1", help="which part of the faults to try, as in 1/2")
    parser.add_argument("--again", action="store_true", help="try those, too, that have a result")
    parser.add_argument("faults", nargs="*", help="names of faults; all when there are none")
    return parser.parse_args(words)


def _run(args: argparse.Namespace, faults: Sequence[Fault], tier: trial.Tier) -> int:
    part, parts = (int(number) for number in args.part.split("/"))
    if strange := set(args.faults) - {one.name for one in faults}:
        sys.stderr.write(f"No such fault: {', '.join(sorted(strange))}\n")
        return 2
    mine = [one for one in faults if one.name in args.faults] if args.faults else list(faults[part - 1 :: parts])
    known = trial.results()
    if args.near:
        trial.near(tier, [one for one in mine if args.again or (tier.name, one.name) not in known], _say)
    else:
        survived = [one for one in mine if (result := known.get((tier.name, one.name))) and not result.by]
        trial.together(tier, [one for one in survived if args.again or not known[tier.name, one.name].whole], _say)
    known = trial.results()
    return 0 if all(known[tier.name, one.name].by for one in mine if (tier.name, one.name) in known) else 1


def _say(one: trial.Result) -> None:
    """How far it is, for whoever waits; and what pytest said where it came to no end."""
    sys.stderr.write(f"{one.fault}: {table.cell(one)} {one.words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
