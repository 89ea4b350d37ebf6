import json
import subprocess
import sys
from functools import partial

import pytest

from otklik.networks.base import Incoming
from tests.connectors import serving
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


def answer(faulty: str, request: Incoming) -> tuple[int, str, bytes]:
    """As somebody who knows one fault of one package."""
    named = json.loads(request.body)["package"]["name"]
    return 200, "application/json", json.dumps({"vulns": [FAULT]} if named == faulty else {}).encode()


def run_check(address: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "setup/advisories.py", "-s", "osv", "--osv-url", address]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)


@pytest.mark.whole
def test_a_known_fault_stops_the_check_and_a_service_that_is_not_there_is_passed_over() -> None:
    with serving(partial(answer, "whitenoise")) as address:
        done = run_check(f"{address}/")
    assert done.returncode == 1, done.stdout
    assert "Уязвимость: whitenoise" in done.stdout
    assert "OTKLIK-2026-1, исправлено: 99.1" in done.stdout
    with serving(partial(answer, "nobody")) as address:
        done = run_check(f"{address}/")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("уязвимостей: 0") == 2
    done = run_check(f"http://127.0.0.1:{free_port()}/")
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    assert line.startswith("Пропущено: известные уязвимости")
