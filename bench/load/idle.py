"""What the site and a worker cost while nothing happens, and how much memory each process has."""

import argparse
import time

from bench.load import statements
from bench.load.installation import (
    Backends,
    build_region,
    children,
    header,
    installation,
    listens,
    pss,
    running,
    say,
    service,
    spent,
    wait_for,
)

DATABASES = ("sqlite", "postgresql")
MOST_STATEMENTS, MOST_CPU = 5.0, 10.0
"""A second: of site and worker together, and milliseconds of theirs and of PostgreSQL's."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--settle", type=float, default=30, help="seconds before it is measured (default 30)")
    parser.add_argument("--seconds", type=float, default=30, help="for how long (default 30)")
    parser.add_argument("--database", choices=DATABASES, default="postgresql")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when it costs more than it may."""
    with installation(args.database) as folder:
        build_region()
        commands = {"site": "serve", "worker": "work"}
        files = {name: folder / f"{name}.statements" for name in commands}
        for file in files.values():
            statements.begin(file)
        services = [
            service(name, folder, "bench.load.counted", str(files[name]), word) for name, word in commands.items()
        ]
        with running(*services):
            wait_for(lambda: listens() and _has_worker(), "the site and the worker", services)
            time.sleep(args.settle)
            processes = {f"{one.name}, first" if one.name == "site" else one.name: one.pid for one in services}
            processes |= {f"site {number}": pid for number, pid in enumerate(children(services[0].pid), 1)}
            backends, turns = Backends(), _transactions()
            before = {name: spent(pid) for name, pid in processes.items()}
            asked = {name: statements.sent(file) for name, file in files.items()}
            began = time.monotonic()
            time.sleep(args.seconds)
            seconds = time.monotonic() - began
            say(header(f"nothing happens, measured for {seconds:.0f} s after {args.settle:.0f} s"))
            say(f"{'process':<16}{'CPU ms/s':>10}{'PSS, MB':>10}")
            took = {name: 1000 * (spent(pid) - before[name]) / seconds for name, pid in processes.items()}
            for name, pid in sorted(processes.items()):
                say(f"{name:<16}{took[name]:>10.1f}{pss(pid):>10.0f}")
            if turns is not None:
                took["PostgreSQL"] = 1000 * backends.spent / seconds
                say(f"{'PostgreSQL':<16}{took['PostgreSQL']:>10.1f}{'':>10}")
                say(f"transactions a second: {((_transactions() or 0) - turns) / seconds:.1f}")
            sent = {name: (statements.sent(file) - asked[name]) / seconds for name, file in files.items()}
            rates = ", ".join(f"{name} {value:.1f}" for name, value in sent.items())
            say(
                f"statements a second: {rates}, together {sum(sent.values()):.1f}; {sum(took.values()):.1f} ms/s in all"
            )
    return int(sum(sent.values()) > MOST_STATEMENTS or sum(took.values()) > MOST_CPU)


def _has_worker() -> bool:
    from otklik.flow.models import Worker

    return Worker.objects.exists()


def _transactions() -> int | None:
    """Of this database so far; None where nobody counts them."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
