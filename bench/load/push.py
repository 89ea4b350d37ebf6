"""How many events a second the networks can push to the site, each believed and stored before it is answered."""

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

from bench.load import statements
from bench.load.drain import place
from bench.load.installation import (
    Backends,
    build_region,
    children,
    header,
    installation,
    running,
    say,
    service,
    spent,
    wait_for,
)
from bench.load.lines import Line, Took, at_once
from bench.machine import share

if TYPE_CHECKING:
    from bench.load.events import Comment
    from otklik.networks.models import Account

SEED = 30
WARM = 80


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--events", type=int, default=3000, help="how many events (default 3000)")
    parser.add_argument("--clients", type=int, default=8, help="over how many lines at once (default 8)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when an event was refused, or is not there."""
    with installation(args.database) as folder:
        build_region()
        from bench.load import events as crowd
        from bench.load.texts import texts
        from otklik.lib import clock
        from otklik.networks.models import RawEvent

        voices = crowd.accounts(place())
        every = crowd.comments(texts(SEED, args.events + WARM, clock.now()), SEED)
        requests = [_request(voices, network, one) for network, one in zip(cycle(voices), every, strict=False)]
        file, port = folder / "statements", int(os.environ["OTKLIK_PORT"])
        statements.begin(file)
        site = service("site", folder, "bench.load.counted", str(file), "serve")
        with running(site):
            wait_for(lambda: _answers(port), "the site", [site])
            at_once(lambda part: _push(port, part), requests[:WARM], args.clients)
            backends, before, own = Backends(), _of_site(site.pid), time.process_time()
            asked = statements.sent(file)
            took, seconds = at_once(lambda part: _push(port, part), requests[WARM:], args.clients)
            asked, own = statements.sent(file) - asked, time.process_time() - own
            cost = _of_site(site.pid) - before
            say(header(f"{args.events} signed events over {args.clients} lines, {len(children(site.pid))} processes"))
            _show(took, seconds, [cost, backends.spent, own], asked)
        stored = RawEvent.objects.count()
        say(f"stored: {stored} of {len(requests)}")
        return int(stored != len(requests) or not all(one.good for one in took))


def _request(voices: "Mapping[str, Account]", network: str, one: "Comment") -> tuple[str, bytes]:
    """The bytes of the push, with the network's own headers."""
    from django.urls import reverse

    from bench.load.events import push

    incoming = push(network, one)
    path = reverse("hook", args=[network, voices[network].hook_key])
    fields = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(incoming.body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**fields, **incoming.headers}.items())
    return network, f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + incoming.body


def _push(port: int, requests: Sequence[tuple[str, bytes]]) -> list[Took]:
    line, took = Line(port), []
    for network, request in requests:
        began = time.monotonic()
        status = line.ask(request)
        took.append(Took(network, time.monotonic() - began, status == 200))
    return took


def _answers(port: int) -> bool:
    try:
        return Line(port).ask(b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") == 200
    except OSError:
        return False


def _of_site(pid: int) -> float:
    return sum(spent(one) for one in (pid, *children(pid)))


def _show(took: Sequence[Took], seconds: float, cost: Sequence[float], asked: int) -> None:
    count = len(took)
    site, backends, own = (1000 * one / count for one in cost)
    say(f"{count / seconds:.0f} events a second ({seconds:.1f} s); {sum(not one.good for one in took)} refused")
    say(
        f"processor time an event: site {site:.2f} ms (that is {1000 / site:.0f} a second of one core), "
        f"PostgreSQL {backends:.2f} ms, whoever pushes {own:.2f} ms; statements an event: {asked / count:.2f}"
    )
    say(f"{'ms':<12}{'events':>8}{'p50':>8}{'p95':>8}{'p99':>8}")
    for network in ("", *sorted({one.what for one in took})):
        times = [one.seconds for one in took if network in ("", one.what)]
        shares = "".join(f"{1000 * share(times, part):>8.1f}" for part in (0.5, 0.95, 0.99))
        say(f"{network or 'all':<12}{len(times):>8}{shares}")
