"""The processes of one run: the sandbox, the database's server, the site, two workers and one that seals, and the blows
they take."""

import math
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx

from bench.chaos.cluster import Cluster, Disk
from bench.chaos.plan import SEALER, WITHIN, WORKERS, Blow
from bench.chaos.service import Service
from tests.sandbox.process import CONTROL_TOKEN, free_port

GIVE_UP = 90.0  # seconds for a start


class Stage:
    """`folder` is thrown away at the end. All that the product keeps lies on the disk in it that fills up."""

    def __init__(self, folder: Path, database: str, blind: bool) -> None:
        folder.chmod(0o711)  # the database's server is run by somebody else where we are root
        self.folder, self.logs = folder, folder / "logs"
        self.logs.mkdir()
        self.disk = Disk(folder / "disk")
        self.state = folder / "sandbox.sqlite3"
        self.port, self.sandbox_port = free_port(), free_port()
        self.cluster = Cluster(self.disk.folder, self.logs) if database == "postgresql" else None
        self._settle_environment()
        python, env = [sys.executable, "-m"], dict(os.environ)
        network = {name: word for name, word in env.items() if name != "DJANGO_SETTINGS_MODULE"}
        network["SANDBOX_CONTROL_TOKEN"] = CONTROL_TOKEN
        sandbox_args = ["sandbox", "--port", str(self.sandbox_port), "--state", str(self.state)]
        work = [*python, "bench.chaos.worker", *["--blind"] * blind]
        made = [Service("sandbox", [*python, *sandbox_args], network, self.logs)]
        made += [Service("web", [*python, "otklik.site.cli", "serve"], env, self.logs)]
        made += [Service(name, [*work, *["--seal"] * (name == SEALER)], env, self.logs) for name in WORKERS]
        self.services = {one.name: one for one in (*made, *([self.cluster.service] if self.cluster else []))}
        self.full_until: float | None = None
        self.struck: Counter[str] = Counter()

    def _settle_environment(self) -> None:
        """Set before Django is: this process and its children are one installation."""
        data = self.disk.folder / "data"
        data.mkdir()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
            "DATABASE_URL": self.cluster.url if self.cluster else f"sqlite:///{data / 'otklik.sqlite3'}",
            "OTKLIK_DATA": str(data),
            "OTKLIK_PORT": str(self.port),
            "OTKLIK_UNDO_HOLD": "0",
            "OTKLIK_LOOK_AGAIN": "1",
            "OTKLIK_LOOK_FOR": "10",
            "OTKLIK_ANSWER_WITHIN": str(WITHIN),
            "OTKLIK_EMBEDDINGS": "off",
            "OTKLIK_READERS": "7",
            "OTKLIK_LOG_LEVEL": "INFO",
            "SANDBOX_PORT": str(self.sandbox_port),
            "PYTHONUNBUFFERED": "1",
        }

    def strike(self, blow: Blow) -> None:
        """Nothing that is down already is struck once more."""
        if blow.what == "disk":
            if self.disk.small:
                self.disk.fill()
                self.full_until = time.monotonic() + blow.down
                self.struck["disk full"] += 1
            return
        service = self.services[blow.what]
        if not service.runs:
            return
        if self.cluster and blow.what == "database":
            self.cluster.blow(blow.how)
        else:
            service.kill()
        service.again_at = time.monotonic() + blow.down
        self.struck[f"{blow.what} {'killed' if blow.how == 'kill' else 'stopped at once'}"] += 1

    def hold(self, name: str) -> None:
        """It goes and stays away until somebody starts it."""
        self.services[name].kill()
        self.services[name].again_at = math.inf

    def keep(self) -> None:
        """Mend what is to be mended by now."""
        if self.full_until is not None and time.monotonic() >= self.full_until:
            self.disk.empty()
            self.full_until = None
        for service in self.services.values():
            service.keep()

    @property
    def whole(self) -> bool:
        return self.full_until is None and all(service.runs for service in self.services.values())

    def start(self, *names: str, ready: Callable[[], bool]) -> None:
        """Start and wait. RuntimeError with its last words."""
        for name in names:
            self.services[name].start()
        end = time.monotonic() + GIVE_UP
        while not ready():
            service = next((self.services[name] for name in names if not self.services[name].runs), None)
            if service is not None or time.monotonic() > end:
                log_tail = (service or self.services[names[0]]).log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"did not start: {', '.join(names)}\n{log_tail}")
            time.sleep(0.1)

    def end(self) -> None:
        self.disk.empty()
        for service in self.services.values():
            service.kill()
        self.disk.end()


def answers(address: str) -> bool:
    """Whether something at this address answers."""
    try:
        return httpx.get(address, timeout=5, trust_env=False).status_code < 500
    except httpx.TransportError:
        return False
