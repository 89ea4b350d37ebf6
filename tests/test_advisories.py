"""Known faults of the locked packages: the real tool asks a service that a test plays, or that is not there."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.processes import ROOT
from tests.sandbox.process import free_port

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
FAULT = {
    "id": "OTKLIK-2026-1",
    "summary": "A door that does not close",
    "affected": [
        {
            "package": {"name": "whitenoise", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}],
        }
    ],
}


@contextmanager
def service(faulty: str) -> Iterator[str]:
    """The address of somebody who knows one fault of one package."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told: dict[str, Any] = {"vulns": [FAULT]} if asked["package"]["name"] == faulty else {}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asked(address: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "setup/advisories.py", "-s", "osv", "--osv-url", address]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)


def test_a_known_fault_stops_the_check_and_says_where_it_is_mended() -> None:
    with service("whitenoise") as address:
        done = asked(address)
    assert done.returncode == 1, done.stdout
    assert "Уязвимость: whitenoise" in done.stdout
    assert "OTKLIK-2026-1, исправлено: 99.1" in done.stdout


def test_packages_without_a_fault_pass_and_are_counted() -> None:
    with service("nobody") as address:
        done = asked(address)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("уязвимостей: 0") == 2


def test_a_service_that_is_not_there_is_passed_over_in_one_sentence() -> None:
    done = asked(f"http://127.0.0.1:{free_port()}/")
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    assert line.startswith("Пропущено: известные уязвимости")
