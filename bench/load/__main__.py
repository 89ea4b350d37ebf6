"""The measurements, each in a process of its own: Django serves one database in a process. Without one: all of them."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Sequence

from bench.load import burst, change, drain, idle, push, queue, seals

COMMANDS = {
    "drain": drain,
    "change": change,
    "burst": burst,
    "queue": queue,
    "push": push,
    "idle": idle,
    "seals": seals,
}
ALL = (
    "drain --events 320 --short",
    "drain --events 320 --short --workers 2 --database postgresql",
    "change --messages 1500 --changes 200",
    "burst --messages 500 --pieces 2 --changes 20",
    "queue --jobs 1000 --restart",
    "push --events 2000",
    "seals --entries 20000",
    "idle --database sqlite",
    "idle --database postgresql",
)
"""Sizes that fit into ten minutes on a machine that does nothing else."""


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when something was refused or lost, so that a person looks."""
    parser = argparse.ArgumentParser("python -m bench.load", description=__doc__)
    parser.set_defaults(run=_all)
    commands = parser.add_subparsers(metavar="what")
    for name, module in COMMANDS.items():
        one = commands.add_parser(name, help=module.__doc__, description=module.__doc__)
        module.add(one)
        one.set_defaults(run=module.run)
    args = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the database is dropped then, too
    code: int = args.run(args)
    return code


def _all(_args: argparse.Namespace) -> int:
    codes = []
    for words in ALL:
        sys.stdout.write(f"\n$ python -m bench.load {words}\n")
        sys.stdout.flush()
        codes.append(subprocess.run([sys.executable, "-m", "bench.load", *words.split()], check=False).returncode)  # noqa: S603 our own module
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
