"""Start the sandbox: `python -m sandbox --port 8100 --state var/sandbox.sqlite3`."""

import argparse
import os
import pathlib
import sys

from sandbox import serve


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Учебные социальные сети")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--host", default="127.0.0.1", help="адрес, на котором слушать")
    parser.add_argument("--state", type=pathlib.Path, default=pathlib.Path("var/sandbox.sqlite3"))
    return parser.parse_args()


def _run() -> int:
    arguments = _arguments()
    token = os.environ.get("SANDBOX_CONTROL_TOKEN", "")
    try:
        serve.main(arguments.port, arguments.state, host=arguments.host, control_token=token)
    except serve.CannotStart as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_run())
