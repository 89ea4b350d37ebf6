"""Our own processes as tests start them: `otklik ...` on the test's database, joined to the sandbox of the test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import httpx
from django.apps import apps
from django.db import connection

from otklik.lib.due import Due
from tests import warm
from tests.read_logs import READER, entries
from tests.sandbox.process import CONTROL_TOKEN
from tests.sandbox.town import Town

ROOT = Path(__file__).resolve().parents[1]
CLI = (sys.executable, "-m", "otklik.site.cli")
PATIENCE = 300.0  # seconds; it ends at once when a process dies, so this is for a machine that stands still
END_WITHIN = 40  # seconds; a stop takes 25 at most


def database_url() -> str:
    """The address of the test's own database."""
    wanted = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{wanted['NAME']}"
    user, password = quote(wanted["USER"], safe=""), quote(wanted["PASSWORD"], safe="")
    who = f"{user}{':' if password else ''}{password}@" if user else ""
    host = quote(wanted["HOST"], safe="") + (f":{wanted['PORT']}" if wanted["PORT"] else "")
    return f"postgresql://{who}{host}/{wanted['NAME']}"


def environment(town: Town | None = None, **more: str) -> dict[str, str]:
    """The environment of a process that works on the test's database, and with the town's sandbox if there is one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    kept |= {
        "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
        "DATABASE_URL": database_url(),
        "OTKLIK_UNDO_HOLD": "0",
        "OTKLIK_LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }
    if town is not None:
        kept["SANDBOX_PORT"] = str(town.sandbox.port)
        kept["SANDBOX_CONTROL_TOKEN"] = CONTROL_TOKEN.ljust(32, "-")
    return kept | more


def bare_environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a new installation of its own in the folder `data`, without anything of the test's."""
    ours = ("OTKLIK_", "SANDBOX_", "DATABASE_URL", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    usual = {"OTKLIK_REGION": "Краснодарский край", "OTKLIK_SETTINGS_FILE": "none", "PYTHONUNBUFFERED": "1"}
    return kept | {"OTKLIK_DATA": str(data)} | usual | more


class Process:
    """A running process; what it says goes to a file, so that no pipe is ever full."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log_path: Path) -> None:
        self.log = log_path
        with log_path.open("ab") as file:
            self.popen = warm.start(command, env, file.fileno())

    @property
    def words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def runs(self) -> bool:
        return self.popen.poll() is None

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code. Raises TimeoutExpired when it does not."""
        if self.runs:
            self.popen.send_signal(how)
        return self.popen.wait(END_WITHIN)

    def end(self) -> None:
        """For the end of a test, whatever became of it."""
        with suppress(subprocess.TimeoutExpired):
            self.stop()
        if self.runs:
            self.popen.kill()
            self.popen.wait()
        for entry in entries(self.words):
            READER.note(entry)


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str], log_path: Path) -> Iterator[Process]:
    """A process that has ended when the test goes on."""
    process = Process(command, env, log_path)
    try:
        yield process
    finally:
        process.end()


def until_seen(ready: Callable[[], bool], what: str, *watched: Process) -> None:
    """Wait for what the processes bring about; if it does not come, or one of them dies first, show their words."""
    end = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > end or not all(process.runs for process in watched):
            output = "\n".join(process.words[-8000:] for process in watched)
            raise AssertionError(f"did not happen: {what}\n{output}\nleft behind: {leftovers()}")
        time.sleep(0.02)


def status(address: str) -> int:
    """What the page there answers with; 0 where nobody answers."""
    try:
        return httpx.get(address, timeout=30, trust_env=False).status_code
    except httpx.TransportError:
        return 0


def cut_all_lines() -> int:
    """End every other session on this database of a server; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def otklik(env: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours to its end."""
    return warm.run([*CLI, *words], env)


def leftovers() -> list[str]:
    """Every row of any queue that is leased, in error or set aside: nothing of that is there after a clean stop."""
    return [
        f"{model.__name__} {row.pk}: {row.lease} {row.claims} {row.error}"
        for model in apps.get_models()
        if issubclass(model, Due)
        for row in model._default_manager.all()
        if row.lease or row.leased_until or row.claims or row.error or row.set_aside_at
    ]
