"""The five measurements, each in a process of its own: Django serves one database in a process."""

import argparse
import signal
import sys
from collections.abc import Sequence

from bench.load import drain

COMMANDS = {"drain": drain}


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.load", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="what")
    for name, module in COMMANDS.items():
        one = commands.add_parser(name, help=module.__doc__, description=module.__doc__)
        module.add(one)
        one.set_defaults(run=module.run)
    given = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the database is dropped then, too
    code: int = given.run(given)
    return code


if __name__ == "__main__":
    sys.exit(main())
