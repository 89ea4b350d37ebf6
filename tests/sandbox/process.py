"""A real sandbox process on a free port, for tests that speak to a network over HTTP."""

import contextlib
import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx

ROOT = pathlib.Path(__file__).parents[2]
CONTROL_TOKEN = "control-for-tests"
START_WITHIN = 300.0  # seconds; a loaded machine may be slow, and a process that ends is noticed at once


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclasses.dataclass
class Sandbox:
    """One running sandbox. `state` and `record` are files that outlive a restart."""

    port: int
    state: pathlib.Path
    record: pathlib.Path
    process: subprocess.Popen[bytes]
    http: httpx.Client

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def control(self, path: str, **fields: Any) -> Any:
        """POST to the control API; the JSON answer."""
        return self._answer(self.http.post(f"/control/{path}", json=fields, headers={"X-Sandbox-Token": CONTROL_TOKEN}))

    def inspect(self, path: str, **query: Any) -> Any:
        """GET from the control API."""
        return self._answer(self.http.get(f"/control/{path}", params=query, headers={"X-Sandbox-Token": CONTROL_TOKEN}))

    def refused(self, path: str, **fields: Any) -> str:
        """Why the control API does not do this."""
        response = self.http.post(f"/control/{path}", json=fields, headers={"X-Sandbox-Token": CONTROL_TOKEN})
        assert response.status_code == 400, response.text
        return str(response.json()["error"])

    def _answer(self, response: httpx.Response) -> Any:
        assert response.status_code == 200, response.text
        return response.json()

    def vk(self, method: str, token: str, **params: Any) -> Any:
        """Call a VK method with a form; the whole JSON answer."""
        response = self.http.post(f"/vk/method/{method}", data={"access_token": token, "v": "5.199", **params})
        assert response.status_code == 200
        return response.json()

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End the process and wait for it; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(20)

    def restart(self) -> None:
        """Start again on the same port with the same state."""
        self.process = launch(self.port, self.state, self.record)
        await_ready(self)


def launch(port: int, state: pathlib.Path, record: pathlib.Path, module: str = "sandbox") -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SANDBOX_CONTROL_TOKEN": CONTROL_TOKEN, "SANDBOX_RECORD": str(record)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, "-m", module, "--port", str(port), "--state", str(state)], cwd=ROOT, env=environment
    )


def await_ready(sandbox: Sandbox) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        assert sandbox.process.poll() is None, "the sandbox ended before it was ready"
        with contextlib.suppress(httpx.TransportError):
            if sandbox.http.get("/static/sandbox.css").status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError("the sandbox did not start in time")


@contextlib.contextmanager
def running(folder: pathlib.Path, module: str = "sandbox") -> Iterator[Sandbox]:
    """A sandbox with an empty state in `folder`, stopped at the end. `module` is what is started."""
    port = free_port()
    state, record = folder / "sandbox.sqlite3", folder / "answers.jsonl"
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
        sandbox = Sandbox(port, state, record, launch(port, state, record, module), client)
        try:
            await_ready(sandbox)
            yield sandbox
        finally:
            sandbox.stop(signal.SIGTERM)
