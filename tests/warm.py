"""Real processes of ours without Python's start: a warm process has imported what they need, and forks one each time.

A fork is a process like any other: it can be killed, opens its own connections, and nothing of it comes back. It has
the environment and the settings that it is given: no module of the product reads one while it is imported (a test of
the architecture). Python's own start takes seconds, a fork some thirty milliseconds; `OTKLIK_TEST_WARM=off` takes it.

Used from tests as `start(command, env, …)` and `run(command, env)`; `python -m tests.warm ADDRESS` is the warm process.
"""

import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryFile, mkdtemp
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 100_000  # bytes of one request
Json = dict[str, Any]


class Started:
    """A running fork, with the part of `subprocess.Popen` that tests use."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.returncode: int | None = None
        self.pid = int(line.recv(LIMIT))

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self.returncode = int(self._line.recv(LIMIT) or b"-9")
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Process = Started | subprocess.Popen[bytes]


def start(command: Sequence[str], env: Mapping[str, str], out: int, err: int | None = None) -> Process:
    """`python -m MODULE …` in a session of its own, with these file descriptors as its output."""
    python, flag, module, *words = command
    assert (python, flag) == (sys.executable, "-m"), "only modules of ours are started warm"
    err = out if err is None else err
    if os.environ.get("OTKLIK_TEST_WARM") == "off":
        return subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.connect(_warm())
    socket.send_fds(line, [json.dumps({"module": module, "words": words, "env": dict(env)}).encode()], [out, err])
    return Started(line)


def run(command: Sequence[str], env: Mapping[str, str], timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """To its end, as `subprocess.run(…, capture_output=True, text=True)`."""
    with TemporaryFile() as out, TemporaryFile() as err:
        process = start(command, env, out.fileno(), err.fileno())
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        words = [_whole(file.fileno()) for file in (out, err)]
        return subprocess.CompletedProcess(list(command), code, *words)


def _whole(number: int) -> str:
    return os.pread(number, os.fstat(number).st_size, 0).decode(errors="replace")


@cache
def _warm() -> str:
    """The address of this process's own warm process, which ends with it."""
    address = Path(mkdtemp(prefix="warm-")) / "address"
    command = [sys.executable, "-um", "tests.warm", str(address)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.site.settings"}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE)
    while not address.exists():
        assert process.poll() is None, "the warm process has ended"
        time.sleep(0.01)
    atexit.register(process.communicate)
    return str(address)


def import_all() -> None:
    """All that a process of ours may need, under whatever settings this one has."""
    import django

    django.setup()
    for name in ("docx", "otklik.flow.worker", "otklik.site.cli", "otklik.site.urls", "reportlab.platypus"):
        import_module(name)


def forget_settings() -> None:
    """The next who asks for a setting reads the environment anew."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    sys.modules.pop("otklik.site.settings")
    settings._wrapped = empty
    vars(connections)["_settings"] = None
    del connections.settings
    del connections["default"]


def serve(address: str) -> None:
    """Fork for each line that comes, until the tests have ended: the pipe closes. Nobody finds the address before it
    answers."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(f"{address}.new")
    listener.listen(16)
    os.rename(f"{address}.new", address)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while select.select([listener.fileno(), 0], [], [])[0] == [listener.fileno()]:
        line = listener.accept()[0]
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            become(line)
            os._exit(0)
        line.close()


def become(line: socket.socket) -> None:
    """One process: fork it, name its number, wait for its end, tell its code."""
    message, files, _flags, _address = socket.recv_fds(line, LIMIT, 2)
    wanted = json.loads(message)
    child = os.fork()
    if child == 0:
        line.close()
        os.environ.clear()
        os.environ.update(wanted["env"])
        _run_as_main(wanted["module"], wanted["words"], files)
    for number in files:
        os.close(number)
    line.send(b"%d" % child)
    _pid, status = os.waitpid(child, 0)
    with suppress(BrokenPipeError):
        line.send(b"%d" % os.waitstatus_to_exitcode(status))


def _run_as_main(module: str, words: list[str], files: list[int]) -> None:
    code = 1
    os.setsid()
    for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, files[0]), (2, files[1])):
        os.dup2(file, number)
        os.close(file)
    sys.argv = [module, *words]
    sys.modules.pop(module, None)  # imported ahead; here it begins
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    import_all()
    forget_settings()
    serve(sys.argv[1])
