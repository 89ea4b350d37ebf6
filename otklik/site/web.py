"""The web server: gunicorn's processes with waitress inside, one process on SQLite."""

import fcntl
import gc
import os
import sys
import threading
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import get_resolver
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from otklik.lib import text
from otklik.lib.database import PromiseBroken, learn_sizes
from otklik.lib.redact import redact
from otklik.site import counting
from otklik.site.apart import Stopped, apart
from otklik.site.env import make_folder
from otklik.site.processes import exposed_sentence, not_free, openable, which_installation
from otklik.site.safety import Unsafe, check_fits, check_start, may_be_migrated
from otklik.site.server import WholeRequests
from otklik.site.waiting import stopping, when_it_answers


class OurLog(Logger):  # type: ignore[misc]
    """The server's own lines go where ours go: it quotes addresses, and an address may be a key."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Application(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from otklik.site.wsgi import application

        return application


def settle() -> None:
    """Load every page's code and the dictionary now, and let Python's collector look through none of it again: each of
    its great rounds took longer than most pages. Done before the processes fork, it is in memory once for all of them.
    """
    from otklik.site import wsgi  # noqa: F401 what it makes is kept there

    text.is_word("слово")
    get_resolver().url_patterns  # noqa: B018 reading it is what loads the pages
    gc.collect()
    gc.freeze()


def begin() -> tuple[str, str]:
    """Everything that needs the database before the first page is asked for. The keys of this installation, which were
    made up while the settings were read, or by somebody who began at the same moment."""
    check_fits()
    # Real work is begun by `otklik init`, and brought to a new version by `otklik upgrade`, which copies it first.
    if may_be_migrated():
        make_folder(settings.DATA)
        call_command("migrate", interactive=False, verbosity=0)
    check_start()
    learn_sizes()
    return settings.SECRET_KEY, settings.FORGOTTEN_KEY


def _begin_apart(stop: threading.Event) -> None:
    """By a child, as the files below: what migrations and the packing of files take of memory goes back with it."""
    settings.SECRET_KEY, settings.FORGOTTEN_KEY = apart(begin, stop)


def gather_files() -> None:
    """Into STATIC_ROOT, one process at a time: a second one that begins on the same folder takes away files that the
    first is just naming."""
    make_folder(settings.STATIC_ROOT)
    folder = os.open(settings.STATIC_ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        call_command("collectstatic", interactive=False, verbosity=0)
    finally:
        os.close(folder)


def _say_where(host: str) -> None:
    """Once somebody listens: where, and for whom."""
    here, public = openable(host, settings.PORT), settings.ADDRESS
    behind = "" if public == here else f", людям {public}"
    sys.stdout.write(f"Сайт слушает {here}{behind}. {which_installation()}.\n")
    sys.stdout.flush()


def serve(host: str) -> int:
    """Migrate, collect static files, check, and serve until stopped. Exit code 2 with one sentence when it cannot."""
    if sentence := exposed_sentence(host):
        sys.stderr.write(f"{sentence}\n")
        return 2
    if refusal := not_free(host, settings.PORT, "OTKLIK_PORT"):
        sys.stderr.write(f"{refusal}\n")
        return 2
    stop = stopping()
    try:
        if not when_it_answers(partial(_begin_apart, stop), stop):
            return 0
        apart(gather_files, stop)
    except Stopped:
        return 0
    except (PromiseBroken, Unsafe) as wrong:
        sys.stderr.write(f"{redact(str(wrong))}\n")
        return 2
    counting.begin()
    settle()
    if stop.is_set():
        return 0
    _Application(
        {
            "bind": f"[{host}]:{settings.PORT}" if ":" in host else f"{host}:{settings.PORT}",
            "worker_class": WholeRequests,
            "workers": 1 if connection.vendor == "sqlite" else max(2, os.cpu_count() or 2),
            "threads": settings.WEB_THREADS,
            "timeout": 60,
            "graceful_timeout": 5,
            # Pages ask every two seconds: longer than that, or every question opens a connection of its own.
            "keepalive": 15,
            "loglevel": "warning",
            "logger_class": OurLog,
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108 for heartbeats only
            "control_socket_disable": True,
            "when_ready": lambda _server: _say_where(host),
            "post_worker_init": lambda _worker: gc.freeze(),
        }
    ).run()
    return 0
