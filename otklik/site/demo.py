"""`otklik demo`: the whole training installation in one terminal, until Ctrl-C."""

import os
import subprocess
import sys
import threading
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from otklik.demo.control import NoSandbox
from otklik.demo.users import SignIn
from otklik.lib import clock
from otklik.lib.database import PromiseBroken
from otklik.site.apart import Stopped, apart
from otklik.site.env import make_folder
from otklik.site.preparing import VARIABLE
from otklik.site.processes import (
    exposed_sentence,
    not_free,
    otklik_command,
    sandbox_command,
    start,
    stop_all,
    wait_for_port,
)
from otklik.site.safety import Unsafe, applied, check_fits, check_start, check_training, may_be_migrated
from otklik.site.waiting import stopping

PATIENCE = 120
"""Seconds for a part to answer on its port: on a busy machine it loads for a minute. One that ends is seen at once."""


def run(fresh: bool, small: bool, host: str) -> int:
    """Exit code 2 with one sentence when it cannot start, 1 when a part of it died, 0 after a clean stop."""
    if settings.MODE != "demo":
        return _stop("OTKLIK_MODE=real: учебный регион не загружается в настоящую установку.")
    if sentence := exposed_sentence(host):
        return _stop(sentence)
    for name, where, port in (
        ("OTKLIK_PORT", host, settings.PORT),
        ("SANDBOX_PORT", "127.0.0.1", settings.SANDBOX_PORT),
    ):
        if refusal := not_free(where, port, name):
            return _stop(refusal)
    try:
        if fresh:
            check_training(applied())
            if not may_be_migrated():
                return _stop("В базе есть люди, и неизвестно, учебная ли она: сотрите её сами или дайте другую базу.")
            _forget()
        return _run(small, host)
    except Stopped:
        return 0
    except (PromiseBroken, Unsafe, NoSandbox) as wrong:
        return _stop(str(wrong))


def _run(small: bool, host: str) -> int:
    stop = stopping()
    # This and the region by a child: what they take of memory goes back, while this process stays.
    apart(_make_tables, stop)
    parts: dict[str, subprocess.Popen[bytes]] = {}
    preparing = settings.DATA / "preparing"
    preparing.touch()
    try:
        parts["песочница"] = start(*sandbox_command(SANDBOX_PREPARING="1"))
        if not wait_for_port(settings.SANDBOX_PORT, parts["песочница"], PATIENCE):
            return _stop(_why_not("Песочница не запустилась", parts["песочница"]))
        parts["сайт"] = start(otklik_command("serve", "--host", host), {**os.environ, VARIABLE: str(preparing)})
        if not wait_for_port(settings.PORT, parts["сайт"], PATIENCE):
            return _stop(_why_not("Сайт не запустился", parts["сайт"]))
        # Both answer «готовится…» until all of it is there: what somebody wrote meanwhile would be heard by nobody.
        people = apart(partial(_load, small), stop)
        preparing.unlink()
        parts["обработчик"] = start(otklik_command("work"))
        parts["жизнь"] = start([sys.executable, "-m", "otklik.demo.life"])
        _greet(people)
        return _watch(parts, stop)
    finally:
        preparing.unlink(missing_ok=True)
        # Those who write first, then the site, the sandbox last: nobody talks to what has stopped.
        stop_all([parts[name] for name in ("жизнь", "обработчик", "сайт", "песочница") if name in parts])
        sys.stdout.write("\nОстановлено.\n")


def _make_tables() -> None:
    check_fits()
    make_folder(settings.DATA)
    if may_be_migrated():
        call_command("migrate", interactive=False, verbosity=0)
    check_start()


def _load(small: bool) -> list[SignIn]:
    """The whole region; who may sign in to it."""
    from otklik.demo.load import load
    from otklik.demo.networks import connect
    from otklik.demo.users import make_users

    load(clock.now(), _progress, small)
    check_start()
    connect(settings.SANDBOX_ADDRESS, settings.SANDBOX_TOKEN)
    return make_users(clock.now())


def _why_not(what: str, process: subprocess.Popen[bytes]) -> str:
    ended = process.poll() is not None
    return f"{what}: причина выше." if ended else f"{what} за {PATIENCE // 60} минуты: машина занята. Повторите."


def _watch(parts: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> int:
    while not stop.wait(0.3):
        for name, process in parts.items():
            if process.poll() is not None:
                sys.stderr.write(f"Остановилась часть «{name}» (код {process.returncode}). Причина выше.\n")
                return 1
    return 0


def _progress(done: int, total: int) -> None:
    """A progress bar on one line."""
    filled = 30 * done // max(total, 1)
    sys.stdout.write(f"\rУчебный регион: [{'█' * filled}{'·' * (30 - filled)}] {done} из {total}")
    sys.stdout.write("\n" if done >= total else "")
    sys.stdout.flush()


def _greet(people: list[SignIn]) -> None:
    from otklik.networks.registry import NETWORKS

    off = [network.title for network in NETWORKS.values() if not network.law.read]
    lines = [
        "",
        f"Отклик:     {settings.ADDRESS}",
        f"Песочница:  {settings.SANDBOX_ADDRESS}  (пишите как житель)",
        f"  учебные {', '.join(network.title for network in NETWORKS.values())}",
        f"  Здесь включены все сети. В настоящей установке по закону выключены {', '.join(off)}.",
        "",
        "Войти как:",
    ]
    lines += [
        f"  {one.username:<12} {one.password:<14} {one.role}{f', {one.agency}' if one.agency else ''}" for one in people
    ]
    lines += ["", "Остановить: Ctrl-C", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _forget() -> None:
    """Erase the training installation's databases; keys and passwords stay."""
    connection.close()
    for name in ("otklik.sqlite3", "sandbox.sqlite3"):
        for ending in ("", "-wal", "-shm"):
            (settings.DATA / f"{name}{ending}").unlink(missing_ok=True)


def _stop(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
