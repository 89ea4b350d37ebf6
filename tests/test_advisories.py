import gzip
import json
import os
import re
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
ADVISORY = {
    "id": 1,
    "url": "https://advisories.example/1",
    "title": FAULT["summary"],
    "severity": "high",
    "vulnerable_versions": "*",
}


def answer(faulty: str, request: Incoming) -> tuple[int, str, bytes]:
    """As somebody who knows one fault of one package."""
    if request.headers.get("content-encoding") == "gzip":  # as npm asks about all of its packages at once
        known = json.loads(gzip.decompress(request.body))
        advisories = {faulty: [ADVISORY]} if faulty in known else {}
        return 200, "application/json", json.dumps(advisories).encode()
    if request.method == "GET":
        return 200, "application/json", json.dumps({"name": faulty, "versions": {}}).encode()
    named = json.loads(request.body)["package"]["name"]
    return 200, "application/json", json.dumps({"vulns": [FAULT]} if named == faulty else {}).encode()


def run_check(address: str, *words: str, npm: str = "") -> subprocess.CompletedProcess[str]:
    """Both services stand at this address, or that of npm at another."""
    command = [sys.executable, "setup/advisories.py", *words, "-s", "osv", "--osv-url", address]
    asked = os.environ | {"npm_config_registry": npm or address, "npm_config_fetch_retries": "0"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100, env=asked)


@pytest.mark.whole
def test_a_known_fault_stops_the_check_and_one_that_nobody_could_ask_about_stops_a_release() -> None:
    away = f"http://127.0.0.1:{free_port()}/"
    for faulty in ("whitenoise", "echarts"):
        with serving(partial(answer, faulty)) as address:
            done = run_check(f"{address}/")
        assert done.returncode == 1, done.stdout
        line, *_ = [line for line in done.stdout.splitlines() if line.startswith("Уязвимость")]
        assert f"Уязвимость: {faulty} " in line
        assert ("исправлено: 99.1" if faulty == "whitenoise" else "A door that does not close") in line
    with serving(partial(answer, "nobody")) as address:
        for words in ((), ("--release",)):
            done = run_check(f"{address}/", *words)
            assert (done.returncode, done.stdout.count("уязвимостей: 0")) == (0, 3), done.stdout
        for words, code, begins in (((), 0, "Внимание"), (("--release",), 1, "Выпустить нельзя")):
            done = run_check(f"{address}/", *words, npm=away)
            assert (done.returncode, done.stdout.count("уязвимостей: 0")) == (code, 2), done.stdout
            assert done.stdout.splitlines()[-1].startswith(f"{begins}: известные уязвимости НЕ проверены (package-lock")
    for words, code in (((), 0), (("--release",), 1)):
        done = run_check(away, *words)
        (line,) = done.stdout.splitlines()
        assert (done.returncode, "НЕ проверены (requirements/run.txt, " in line) == (code, True), done.stdout


def test_what_learning_needs_is_asked_about_with_what_tests_need_and_runs_with_what_is_there() -> None:
    def locked(name: str) -> set[str]:
        return set(re.findall(r"(?m)^[a-z]\S*==[^\\\n]*", (ROOT / "requirements" / f"{name}.txt").read_text()))

    run, training, develop = map(locked, ("run", "training", "develop"))
    assert training <= develop
    assert {one for one in training if one.startswith("numpy==")} <= run
    assert not {one.partition("==")[0] for one in run} & {"scikit-learn", "scipy"}


def test_a_release_asks_about_advisories_before_anything_is_built() -> None:
    release_rule = (ROOT / "Makefile").read_text().partition("\nrelease:")[2].split("\n\n")[0]
    assert release_rule.index("setup/advisories.py --release") < release_rule.index("setup/bundle.py")
