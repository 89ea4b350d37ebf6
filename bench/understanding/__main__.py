"""Everything that is measured of understanding, one after the other: `make bench-understanding`."""

import sys

from bench.understanding import (
    by_writer,
    cold,
    first_pass,
    kind,
    learn,
    personal,
    place,
    similar,
    similar_speed,
    speed,
    urgency,
)
from bench.understanding.data import DATA

PARTS = (
    ("Themes without labels of one's own", cold.main),
    ("Danger and kind, by writers never seen", by_writer.main),
    ("Kind", lambda: kind.main(["--part", "measure"])),
    ("First look at the raw stream", first_pass.main),
    ("Place", lambda: place.main(["--half", "measure"])),
    ("Urgency", lambda: urgency.main(["measure"])),
    ("Personal data", lambda: personal.main(["measure"])),
    ("Known already", lambda: similar.main(["--part", "measure"])),
    ("Known already among 100 000 cards", lambda: similar_speed.main([])),
    ("Speed and memory", lambda: speed.main([])),
    ("Learning from labels", lambda: learn.main([])),
)


def main() -> int:
    """Exit code 1 when a part says that it missed its promise."""
    if not DATA.is_dir():
        sys.stdout.write(f"The texts are not here ({DATA}): only what needs none of them is measured.\n")
    codes = []
    for title, part in PARTS:
        sys.stdout.write(f"\n== {title}\n")
        sys.stdout.flush()
        codes.append(part())
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
