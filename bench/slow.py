"""Which web server answers while a crowd is slow on purpose: `python -m bench.slow [--callers 1000] [--seconds 30]`.

The product's own pages behind each server, one process with eight threads, over SQLite, without a proxy. A third of the
crowd sends its headers a byte every four seconds, a third a form, a third takes a script of a megabyte so; whoever is
let go comes again. Meanwhile somebody signs in, again and again: the page of signing in, each time over a line of its
own, and has ten seconds of patience. Servers that are not installed are left out (`pip install granian a2wsgi`).
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.sandbox.process import free_port
from tests.slow_clients import Crowd

LARGE = "/static/vendor/echarts.min.js"
PATIENCE = 10.0
APPLICATION = "otklik.site.wsgi:application"
SERVERS = {
    "otklik serve": ("otklik", "-m otklik.site.cli serve"),
    "gunicorn gthread": ("gunicorn", "-m gunicorn -k gthread --threads 8 --keep-alive 15 -b 127.0.0.1:{port} {ours}"),
    "waitress": (
        "waitress",
        "-m waitress --threads=8 --connection-limit=4000 --asyncore-use-poll --listen=127.0.0.1:{port} {ours}",
    ),
    "granian": ("granian", "-m granian --interface wsgi --blocking-threads 8 --port {port} {ours}"),
    "uvicorn h11 a2wsgi": ("a2wsgi", "-m bench.slow behind {port}"),
}
"""What has to be installed, and how Python starts it."""


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table. Exit code 1 when our own server left a request unanswered."""
    parser = argparse.ArgumentParser("python -m bench.slow", description=__doc__)
    parser.add_argument("--callers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--only", default="", help="one server by its name")
    args = parser.parse_args(words)
    good = True
    _say(f"{'server':<20}{'answered':>12}{'p50 ms':>9}{'p95 ms':>9}{'quiet p50':>11}{'still here':>12}{'let go':>8}")
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name:
        for title in [title for title in SERVERS if args.only in ("", title)]:
            if importlib.util.find_spec(SERVERS[title][0]) is None:
                _say(f"{title:<20} is not installed")
                continue
            row, whole = _measure(title, Path(name), args.callers, args.seconds)
            _say(f"{title:<20}{row}")
            good = good and (whole or title != "otklik serve")
    return 0 if good else 1


def _measure(title: str, data: Path, callers: int, seconds: float) -> tuple[str, bool]:
    with _serving(title, data) as port:
        quiet = _ask(port, 3.0)
        with Crowd(port, callers, LARGE).calling() as crowd:
            spans = _ask(port, seconds)
            here, let_go = crowd.here, crowd.let_go
    good = sorted(span for span in spans if span is not None)
    p50, p95 = (1000 * good[int(len(good) * part)] if good else 0.0 for part in (0.5, 0.95))
    calm = 1000 * sorted(span or PATIENCE for span in quiet)[len(quiet) // 2]
    counted = f"{len(good)} of {len(spans)}"
    return f"{counted:>12}{p50:>9.0f}{p95:>9.0f}{calm:>11.0f}{here:>12}{let_go:>8}", len(good) == len(spans)


def _ask(port: int, seconds: float) -> list[float | None]:
    """How long each page took; None for one that did not come."""
    spans: list[float | None] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        spans.append(_page(port))
        time.sleep(0.2)
    return spans


def _page(port: int) -> float | None:
    began = time.monotonic()
    try:
        with httpx.Client(trust_env=False, timeout=PATIENCE) as browser:
            good = browser.get(f"http://127.0.0.1:{port}/accounts/login/").status_code == 200
    except httpx.TransportError:
        return None
    return time.monotonic() - began if good else None


@contextmanager
def _serving(title: str, data: Path) -> Iterator[int]:
    port = free_port()
    ours = {"OTKLIK_DATA": str(data), "OTKLIK_SETTINGS_FILE": "none", "OTKLIK_PORT": str(port)}
    env = {**os.environ, **ours, "DJANGO_SETTINGS_MODULE": "otklik.site.settings"}
    words = SERVERS[title][1].format(port=port, ours=APPLICATION).split()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *words], env=env, stdout=quiet, stderr=quiet)  # noqa: S603 the above
    try:
        end = time.monotonic() + 600
        while _page(port) is None:
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{title} does not start: {' '.join(words)}")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _uvicorn(port: int) -> None:
    import a2wsgi
    import uvicorn

    from otklik.site.wsgi import application

    uvicorn.run(a2wsgi.WSGIMiddleware(application, workers=8), port=port, http="h11", log_level="error")


if __name__ == "__main__":
    if sys.argv[1:2] == ["behind"]:
        _uvicorn(int(sys.argv[2]))
    sys.exit(main())
