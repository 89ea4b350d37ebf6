"""Upgrades and restores that pull their own plug: `python -m tests.kill_keeping [back | restore FILE] POINT`.

They die by SIGKILL as soon as they reach the point; without a word before it it is an upgrade. The database comes from
the environment.
"""

import os
import signal
import sys
from pathlib import Path

import django

django.setup()

from otklik.site.restore import Asked, restore  # noqa: E402 Django must be set up first
from otklik.site.upgrade import back, upgrade  # noqa: E402


def main(words: list[str], point: str) -> int:
    def probe(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    if words[:1] == ["restore"]:
        return restore(Asked(Path(words[1]), over=True), probe)
    return back(probe) if words else upgrade(probe)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:-1], sys.argv[-1]))
