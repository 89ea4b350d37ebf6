"""`otklik serve` or `otklik work` that counts its statements: `python -m bench.load.counted FILE serve`."""

import sys
from pathlib import Path

from bench.load import statements
from otklik.site import cli

if __name__ == "__main__":
    statements.count_into(Path(sys.argv[1]))
    sys.exit(cli.main(sys.argv[2:]))
