"""Starting, watching and stopping our own processes."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from django.conf import settings

from otklik.site import env

PR_SET_PDEATHSIG = 1


def exposed_sentence(host: str) -> str:
    """Why the site must not listen there: other machines reach it, and no proxy stands before it. "" if it may."""
    try:
        here = ip_address(host).is_loopback
    except ValueError:
        here = host == "localhost"
    if here or settings.BEHIND_PROXY:
        return ""
    return (
        f"Адрес {host} виден другим машинам, а сайт открывают наружу только за прокси с TLS: поставьте его "
        "(deploy/nginx.conf) и задайте OTKLIK_BEHIND_PROXY=yes, или слушайте --host 127.0.0.1."
    )


def is_busy(host: str, port: int) -> bool:
    """Whether somebody already listens there."""
    return bool(not_free(host, port, ""))


def not_free(host: str, port: int, variable: str) -> str:
    """Why nobody can begin to listen there, and what to do; "" when it is free. `variable` holds the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            if refusal.errno == errno.EADDRINUSE:
                return (
                    f"Порт {port} занят. Освободите его или задайте другой: {variable}={port + 1} "
                    "(если он стоит и в OTKLIK_URL, то и там)."
                )
            if refusal.errno in (errno.EACCES, errno.EPERM):
                return f"Порт {port} открывает только root. Задайте больше 1023: {variable}=8000; 443 слушает прокси."
            return f"--host {host}: у этой машины нет такого адреса. Обычно это 127.0.0.1, а перед ним прокси."
    return ""


def openable(host: str, port: int) -> str:
    """The address to open in a browser of this machine where somebody listens on `host`."""
    named = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{named}:{port}"


def which_installation() -> str:
    """One line for whoever has started something: whose data it works on."""
    kind = "учебный режим" if settings.MODE == "demo" else "настоящая работа"
    base = "" if settings.DATABASE_URL.startswith("sqlite") else " и PostgreSQL"
    return f"{settings.REGION}, {kind}, данные в {settings.DATA}{base}"


def sandbox_command(host: str = "127.0.0.1", **more: str) -> tuple[list[str], dict[str, str]]:
    """The command line and environment of the sandbox's process, with `more` in that."""
    env.make_folder(settings.DATA)
    if not os.environ.get("SANDBOX_CONTROL_TOKEN"):
        settings.SANDBOX_TOKEN = env.keep(settings.SANDBOX_TOKEN, settings.SANDBOX_TOKEN_FILE)
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--host",
        host,
        "--port",
        str(settings.SANDBOX_PORT),
        "--state",
        str(settings.DATA / "sandbox.sqlite3"),
    ]
    environment = {**os.environ, "SANDBOX_CONTROL_TOKEN": settings.SANDBOX_TOKEN}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return command, environment | more


def otklik_command(*words: str) -> list[str]:
    """Our own command line in a process of its own."""
    return [sys.executable, "-m", "otklik.site.cli", *words]


def die_with_parent() -> None:
    """If the parent is killed outright, the kernel stops the child too (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl-C comes to the parent, who stops the children in order."""
    return subprocess.Popen(  # noqa: S603 our own interpreter and our own modules
        list(command),
        env=dict(environment) if environment is not None else None,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float) -> bool:
    """True as soon as somebody listens; False when the process ends first or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            return False
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def stop_all(processes: Sequence[subprocess.Popen[bytes]], seconds: float = 30) -> None:
    """SIGTERM to each in the given order, SIGKILL to whoever does not listen."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    end = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(max(end - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
