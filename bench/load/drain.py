"""How fast workers bring what was heard to a card with a suggestion, and what each step costs."""

import argparse
import json
import pstats
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.chaos.service import Service
from bench.load import BETWEEN, IN_VAIN, MEASURED
from bench.load.installation import (
    GIVE_UP,
    Backends,
    build_region,
    header,
    installation,
    running,
    say,
    service,
    wait_for,
)

if TYPE_CHECKING:
    from otklik.places.models import Place

SEED = 20
MOST_SHOWN = 45


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--events", type=int, default=640, help="how many messages (default 640)")
    parser.add_argument("--workers", type=int, default=1, help="how many worker processes (default 1)")
    parser.add_argument("--without-model", action="store_true", help="without the sentence model")
    parser.add_argument("--short", action="store_true", help="end with the last suggestion, whatever else is due")
    parser.add_argument(
        "--cprofile", action="store_true", help="let the thinking steps run alone, and show where their time goes"
    )
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")


def run(args: argparse.Namespace) -> int:
    with installation(args.database, model=not args.without_model) as folder:
        build_region()
        wait(args.events)
        names = [f"worker {number + 1}" for number in range(args.workers)]
        files = [folder / f"{name}.json" for name in names]
        more = ["--cprofile"] if args.cprofile else []
        workers = [
            service(name, folder, "bench.load.worker", str(file), *more)
            for name, file in zip(names, files, strict=True)
        ]
        began = time.monotonic()
        with running(*workers):
            backends = drained(workers, MEASURED if args.short else ())
            took = time.monotonic() - began
        model = "without" if args.without_model else "with"
        say(header(f"{args.events} messages, workers: {args.workers}, {model} the sentence model"))
        show([json.loads(file.read_text()) for file in files], args.events, took, backends)
        if args.cprofile:
            show_profile(files)
        failures(workers)
    return 0


def wait(events: int) -> None:
    """So many messages in four networks wait to be taken in."""
    from bench.load import events as crowd
    from bench.load.texts import texts
    from otklik.lib import clock

    crowd_messages = crowd.comments(texts(SEED, events, clock.now()), SEED)
    crowd.know_authors(crowd_messages)
    crowd.heard(crowd.accounts(place()), crowd_messages)


def place() -> "Place":
    """Where the communities stand that people write in."""
    from otklik.places.models import Place

    return Place.objects.filter(name="Краснодар").order_by("-level")[0]


def drained(workers: Sequence[Service], steps: Sequence[str] = ()) -> float:
    """Waits until nothing is due, for these steps or any. Seconds of processor time that PostgreSQL had meanwhile."""
    backends, left, since = Backends(), due(steps), time.monotonic()
    while left:
        if not all(one.runs for one in workers) or time.monotonic() > since + GIVE_UP:
            wait_for(lambda: False, f"an end of: {left}", workers, 0)
        time.sleep(0.3)
        backends.look()
        now = due(steps)
        left, since = now, (time.monotonic() if now != left else since)
    return backends.spent


def due(only: Sequence[str] = ()) -> dict[str, int]:
    """How many rows wait for each of these steps now, or for any; those that are being worked are among them."""
    from otklik.flow.steps import FLOW
    from otklik.lib import clock

    now = clock.now()
    steps = [step for step in FLOW if not only or step.name in only]
    counts = {
        step.name: step.model._default_manager.filter(due_at__lte=now, set_aside_at=None).count() for step in steps
    }
    return {name: count for name, count in counts.items() if count}


def show(worker_stats: Sequence[Mapping[str, Any]], events: int, took: float, backends: float) -> None:
    """The figures of all workers together."""
    from django.db import connection

    steps, apart = summed(worker_stats), (IN_VAIN, BETWEEN)
    seconds = max(one["last"] or 0 for one in worker_stats) - min(
        one["first"] or 0 for one in worker_stats if one["first"]
    )
    asked = sum(steps[name]["statements"] for name in MEASURED)
    every = sum(step["statements"] for name, step in steps.items() if name not in apart)
    cpu = sum(one["spent"] for one in worker_stats)
    flow = sum(steps[name]["cpu"] for name in MEASURED)
    whole = sum(step["cpu"] for name, step in steps.items() if name not in apart)
    say(
        f"{events / seconds:.1f} messages a second from the first claim to the last suggestion ({seconds:.1f} s); "
        f"the end came {took:.1f} s after the start"
    )
    say(
        f"processor time a message: {1000 * flow / events:.1f} ms in {', '.join(MEASURED)} "
        f"(that is {events / flow:.1f} messages a second of one core), {1000 * whole / events:.1f} ms in all steps, "
        f"{1000 * cpu / events:.1f} ms of the processes until the last suggestion"
    )
    rate = events / _unhindered(worker_stats)
    say(
        f"with a processor free for each thread that could run: {rate:.1f} messages a second, "
        "by the lane that takes longest"
    )
    if connection.vendor == "postgresql":
        say(f"PostgreSQL's part of a message: {1000 * backends / events:.1f} ms until that end")
    say(f"statements a message: {asked / events:.1f} in {', '.join(MEASURED)}; {every / events:.1f} in all")
    say()
    say(
        f"{'step':<16}{'rows':>7}{'turns':>7}{'CPU ms/row':>12}{'wall ms/row':>13}"
        f"{'statements/row':>16}{'statements/turn':>17}"
    )
    for name, step in steps.items():
        say(_line(name, step))


def _unhindered(worker_stats: Sequence[Mapping[str, Any]]) -> float:
    """Seconds of the busiest lane on the way to a suggestion, without those when no processor was free for it. What
    PostgreSQL's processes waited for one stays in."""
    from otklik.flow.steps import FLOW

    lanes = {step.name: step.lane for step in FLOW if step.name in MEASURED}
    busy = Counter[tuple[int, str]]()
    for number, one in enumerate(worker_stats):
        for name, lane in lanes.items():
            step = one["steps"].get(name, {"wall": 0, "ready": 0})
            busy[number, lane] += step["wall"] - step["ready"]
    return max(busy.values())


def summed(worker_stats: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """By step in the order of the flow, over all workers."""
    from otklik.flow.steps import FLOW

    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for one in worker_stats:
        for name, step in one["steps"].items():
            for column, value in step.items():
                sums[name][column] += value
    order = {step.name: number for number, step in enumerate(FLOW)}
    return defaultdict(
        lambda: defaultdict(float), sorted(sums.items(), key=lambda item: order.get(item[0], len(order)))
    )


def _line(name: str, step: Mapping[str, float]) -> str:
    rows, turns = step["rows"] or 1, step["turns"] or 1
    return (
        f"{name:<16}{step['rows']:>7.0f}{step['turns']:>7.0f}{1000 * step['cpu'] / rows:>12.2f}"
        f"{1000 * step['wall'] / rows:>13.2f}{step['statements'] / rows:>16.2f}"
        f"{step['statements'] / turns:>17.1f}"
    )


def show_profile(files: Sequence[Path]) -> None:
    say()
    stats = pstats.Stats(*(str(file.with_suffix(".profile")) for file in files))
    stats.sort_stats("cumulative").print_stats(MOST_SHOWN)
    stats.sort_stats("tottime").print_stats(MOST_SHOWN)


def failures(workers: Sequence[Service], but: Sequence[str] = ()) -> None:
    """What went wrong, where anything did: figures of a run with errors are of no use. `but` are steps that may."""
    from otklik.flow.steps import FLOW

    for step in FLOW:
        failed = step.model._default_manager.filter(failures__gt=0)
        if step.name not in but and failed.exists():
            say(f"! {step.name}: {failed.count()} rows failed: {failed[0].error[:200]}")
    for one in workers:
        words = one.log.read_text(errors="replace")
        if "Traceback" in words:
            say(f"! {one.name}: {words[-1500:]}")
