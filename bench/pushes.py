"""How many events networks can push at once: `python -m bench.pushes [--seconds 10] [--lines 16]`.

The site runs as its real processes on a free port, on SQLite or on the empty database that DATABASE_URL names. Two
processes keep so many lines open and push one event of VKontakte after the other down each; what counts is what was
acknowledged, and all of it must be in the database at the end. The processor's time is that of the site alone, without
the database's server.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.latency import _listens, _running, _wait_for
from tests.sandbox.process import free_port

GROUP, SECRET = 12, "the-secret-of-the-hook"
SENDERS = 2


def main(words: Sequence[str] | None = None) -> int:
    """Prints the figures. Exit code 1 when something that was acknowledged is not in the database."""
    parser = argparse.ArgumentParser("python -m bench.pushes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="how long (default 10)")
    parser.add_argument("--lines", type=int, default=16, help="how many lines at once (default 16)")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        port = _settle(Path(folder))
        path = _install()
        with _running("serve"):
            _wait_for(lambda: _listens(port), "the site")
            _push(port, path, 0, 2, 1.0)  # whatever is made once is made
            kept, spent = _kept(), _spent()
            with ProcessPoolExecutor(SENDERS, get_context("spawn")) as pool:
                lines, seconds = max(asked.lines // SENDERS, 1), asked.seconds
                each = [pool.submit(_push, port, path, number, lines, seconds) for number in range(1, SENDERS + 1)]
                acknowledged = sum(one.result() for one in each)
            kept, spent = _kept() - kept, _spent() - spent
    rate, cost = acknowledged / asked.seconds, 1000 * spent / max(acknowledged, 1)
    sys.stdout.write(
        f"acknowledged {acknowledged}, {rate:.0f} a second; in the database {kept}; {cost:.2f} ms of processor each\n"
    )
    return 0 if kept >= acknowledged else 1


def _settle(folder: Path) -> int:
    """Before Django is set up; the site's port."""
    port = free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
        "OTKLIK_DATA": str(folder),
        "OTKLIK_PORT": str(port),
        "OTKLIK_LOG_LEVEL": "WARNING",
    }
    return port


def _install() -> str:
    """Tables and one community with a hook; the hook's path."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from otklik.site.safety import check_fits
    from tests.make import inbox

    check_fits()
    voice = inbox.account("vk", str(GROUP), hook_secret=SECRET, options={"push": True})
    inbox.source(voice, f"-{GROUP}")
    return f"/hooks/vk/{voice.hook_key}/"


def _kept() -> int:
    from otklik.networks.models import RawEvent

    return RawEvent.objects.count()


def _spent() -> float:
    """Seconds of processor that the site's processes have taken."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            if b"serve" in (file.parent / "cmdline").read_bytes() and _is_ours(file.parent):
                ticks += sum(int(number) for number in file.read_text().rpartition(")")[2].split()[11:13])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def _is_ours(process: Path) -> bool:
    return f"OTKLIK_PORT={os.environ['OTKLIK_PORT']}".encode() in (process / "environ").read_bytes().split(b"\0")


def _push(port: int, path: str, sender: int, lines: int, seconds: float) -> int:
    """How many events were acknowledged down so many lines."""
    end, done = time.monotonic() + seconds, [0] * lines

    def one(line: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as wire, wire.makefile("rb") as answers:
            while time.monotonic() < end:
                wire.sendall(_request(path, f"{sender}-{line}-{done[line]}"))
                length = 0
                if b" 200 " not in answers.readline():
                    raise RuntimeError("an event was refused")
                while (header := answers.readline()) != b"\r\n":
                    name, _, value = header.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                answers.read(length)
                done[line] += 1

    threads = [threading.Thread(target=one, args=(line,)) for line in range(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def _request(path: str, number: str) -> bytes:
    thing = {"id": 1, "post_id": 5, "owner_id": -GROUP, "from_id": 7, "text": f"Нет воды, {number}", "date": 1790000000}
    event = {"type": "wall_reply_new", "group_id": GROUP, "secret": SECRET, "event_id": number, "object": thing}
    body = json.dumps(event).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


if __name__ == "__main__":
    sys.exit(main())
