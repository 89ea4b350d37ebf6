"""`otklik work` that writes down what it has done: `python -m bench.load.worker FILE [--cprofile]`."""

import sys
from pathlib import Path

import django

django.setup()

from bench.load.seam import Seam  # noqa: E402 Django must be set up first
from otklik.site.worker import work  # noqa: E402


def main(words: list[str]) -> int:
    seam = Seam()
    seam.put_in(profile="--cprofile" in words)
    try:
        return work("")
    finally:
        seam.write(Path(words[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
