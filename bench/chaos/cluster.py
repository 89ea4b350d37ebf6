"""A disk that can fill up, and a PostgreSQL cluster of our own: made in a scratch folder, killed and started again."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from bench.chaos.service import Service, as_user
from tests.sandbox.process import free_port

SIZE = "320m"  # a fresh cluster takes 40 MB, its log up to 96
NAME = "otklik"
FAST = ("max_wal_size=96MB", "min_wal_size=32MB", "shared_buffers=64MB", "max_connections=100")
CLONE_NEWNS = 0x00020000
HELPERS = ("nobody", "postgres")  # who runs the server where we are root: PostgreSQL refuses to


class CannotStart(Exception):
    """A sentence for whoever started the run."""


class Disk:
    """The folder that the product's data lies in. Only root may make it a small disk of its own.

    This process and its children alone see that one, and it is gone with the last of them, however they end.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        small = ("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=711", NAME)
        self.small = _see_mounts_alone() and _run(*small, folder)

    def fill(self) -> None:
        """Until not a byte fits any more."""
        try:
            with (self.folder / "filler").open("wb", buffering=0) as file:
                while file.write(b"\0" * 65536):
                    pass
        except OSError:
            pass  # that was the point

    def empty(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)

    def end(self) -> None:
        if self.small:
            _run("umount", "-l", self.folder)


class Cluster:
    """The server as a service that can be killed; `url` is its one database's address."""

    def __init__(self, folder: Path, logs: Path) -> None:
        """In this folder, which whoever runs the server (`HELPERS`) must be able to enter. Raises CannotStart."""
        self.bin, self.helper = _programs(), _helper()
        self.data = folder / "postgresql"
        self.port = free_port()
        self.url = f"postgresql://{NAME}@127.0.0.1:{self.port}/{NAME}"
        self.data.mkdir(mode=0o700)
        if self.helper:
            shutil.chown(self.data, self.helper)
        log_path = logs / "initdb.log"
        made = self._call(
            log_path, "initdb", "-D", self.data, "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        if made.wait(60):
            raise CannotStart(f"initdb failed: {log_path.read_text()[-500:]}")
        options = [word for option in FAST for word in ("-c", option)]
        command = [self.bin / "postgres", "-D", self.data, "-p", self.port, "-h", "127.0.0.1", "-k", "", *options]
        self.service = Service("database", [str(word) for word in command], {}, logs, user=self.helper)

    def make_database(self) -> bool:
        """False while the server does not answer yet."""
        command = [self.bin / "createdb", "-h", "127.0.0.1", "-p", self.port, "-U", NAME, NAME]
        return _run(*command)

    def blow(self, how: str) -> None:
        """Outright, or as `pg_ctl stop -m immediate` does it: either way it comes back by its log."""
        self.service.kill(signal.SIGKILL if how == "kill" else signal.SIGQUIT)

    def _call(self, log_path: Path, program: str, *words: object) -> subprocess.Popen[bytes]:
        command = [str(word) for word in (self.bin / program, *words)]
        with log_path.open("ab") as file:
            return subprocess.Popen(  # noqa: S603 programs of this machine
                command, stdout=file, stderr=subprocess.STDOUT, cwd="/", **as_user(self.helper)
            )


def _see_mounts_alone() -> bool:
    if os.geteuid() != 0 or sys.platform != "linux" or ctypes.CDLL(None).unshare(CLONE_NEWNS) != 0:
        return False
    return _run("mount", "--make-rprivate", "/")


def _helper() -> str:
    """Nobody's name where we may be the server's owner ourselves."""
    return next(filter(_known, HELPERS)) if os.geteuid() == 0 else ""


def _known(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def _programs() -> Path:
    """Where initdb and postgres are. Raises CannotStart."""
    folders = [Path(shutil.which("initdb") or "/nowhere").parent, *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    for folder in reversed(folders):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise CannotStart("There is no PostgreSQL here (initdb, postgres): only SQLite can be tried")


def _run(*command: object) -> bool:
    words = [str(word) for word in command]
    return subprocess.run(words, check=False, capture_output=True, timeout=30).returncode == 0  # noqa: S603
