"""Thousands write nearly the same about one accident: what a message costs as they grow more, and who waits."""

import argparse
import json
import os
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from bench.load import MEASURED, statements
from bench.load.change import People, Row, changes, prepare
from bench.load.drain import SEED, drained, failures, summed
from bench.load.installation import build_region, header, installation, listens, running, say, service, wait_for
from bench.machine import share

COSTLY = (*MEASURED, "index", "problems")
TEXTS = (
    "На улице Красной у дома 122 прорвало трубу, вода хлещет прямо на дорогу, воды нет во всём квартале с шести утра.",
    "Красная 122: порыв водопровода, фонтан из-под асфальта, весь квартал сидит без воды, бригады до сих пор нет!",
    "Здравствуйте! На Красной, 122 авария на водопроводе, заливает подвал, а в квартирах ни капли. Когда починят?",
)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--messages", type=int, default=5000, help="how many write (default 5000)")
    parser.add_argument("--pieces", type=int, default=5, help="in how many pieces they come (default 5)")
    parser.add_argument("--changes", type=int, default=60, help="what people change meanwhile, a piece (default 60)")
    parser.add_argument("--clients", type=int, default=4, help="how many people at once (default 4)")
    parser.add_argument("--workers", type=int, default=1, help="how many worker processes (default 1)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when a change was refused, or those who wrote did not come to one problem."""
    args.cards, whole = 300, args.changes * args.pieces
    with installation(args.database, model=False) as folder:
        passwords = build_region()
        cards = deque(prepare(argparse.Namespace(cards=args.cards, changes=whole, clients=args.clients)))
        known = _newest()
        file, port = folder / "statements", int(os.environ["OTKLIK_PORT"])
        statements.begin(file)
        site = service("site", folder, "bench.load.counted", str(file), "serve")
        with running(site):
            wait_for(listens, "the site", [site])
            people = People.several(port, passwords, args.clients)
            say(header(f"{args.messages} about one accident, workers: {args.workers}, no sentence model"))
            _head()
            good = True
            for number, texts in enumerate(_pieces(args.messages, args.pieces)):
                good &= _piece(number, texts, args, folder, people, cards, file)
        return int(not (_gathered(known, args.messages) and good))


def _pieces(messages: int, pieces: int) -> Iterator[list[str]]:
    from otklik.demo.texts import near_copy

    rng = Random(SEED)  # noqa: S311 a seeded generator, not cryptography
    each = messages // pieces
    for _ in range(pieces):
        yield [near_copy(rng, rng.choice(TEXTS)) for _ in range(each)]


def _piece(
    number: int,
    texts: Sequence[str],
    args: argparse.Namespace,
    folder: Path,
    people: Sequence[People],
    cards: deque[int],
    file: Path,
) -> bool:
    """Whether every change was made."""
    _wait(texts, 200_000 + number * len(texts))
    names = [f"worker {number}-{one}" for one in range(args.workers)]
    workers = [service(name, folder, "bench.load.worker", str(folder / f"{name}.json")) for name in names]
    began = time.monotonic()
    with running(*workers), ThreadPoolExecutor(1) as beside:
        pressing = beside.submit(changes, people, cards, args.changes, file)
        drained(workers, COSTLY)  # what was approved meanwhile does not leave: there is no network
        took = time.monotonic() - began
        pressed: Row = pressing.result()
    totals = summed([json.loads((folder / f"{name}.json").read_text()) for name in names])
    _show(number, len(texts), took, totals, pressed)
    failures(workers, ("send",))
    return all(one.good for one in pressed.took)


def _wait(texts: Sequence[str], first: int) -> None:
    """Each by somebody else, and all of them wait to be taken in."""
    from bench.load import events as crowd
    from otklik.networks.models import Account

    voices = {one.network: one for one in Account.objects.all()}
    crowd_messages = crowd.comments(texts, SEED + first, first=first)
    crowd.know_authors(crowd_messages)
    crowd.heard(voices, crowd_messages)


def _head() -> None:
    steps = "".join(f"{name:>11}" for name in COSTLY)
    say(f"{'':<8}{'messages':>9}{'seconds':>9}{steps}   (CPU ms a row){'':2}{'changes':>9}{'p50, ms':>9}{'p95, ms':>9}")


def _show(number: int, count: int, took: float, totals: Mapping[str, Mapping[str, float]], pressed: Row) -> None:
    steps = "".join(f"{1000 * totals[name]['cpu'] / (totals[name]['rows'] or 1):>11.2f}" for name in COSTLY)
    times = [one.seconds for one in pressed.took]
    shares = "".join(f"{1000 * share(times, part):>9.1f}" for part in (0.5, 0.95))
    say(f"piece {number + 1:<2}{count:>9}{took:>9.1f}{steps}{'':19}{len(times):>9}{shares}")


def _newest() -> int:
    from otklik.incidents.models import Incident

    return int(Incident.objects.order_by("-pk").values_list("pk", flat=True)[0])


def _gathered(known: int, messages: int) -> bool:
    """Whether nearly all of them stand in one problem; how many, and what was suggested for them."""
    from otklik.incidents.models import Incident

    fresh: Any = Incident.objects.filter(pk__gt=known)
    problems = Counter(fresh.values_list("problem", flat=True))
    apart = problems.pop(None, 0)
    themes = Counter(fresh.values_list("guessed_theme__name", flat=True)).most_common(2)
    agencies = Counter(fresh.values_list("guessed_agency__name", flat=True)).most_common(2)
    most = max(problems.values(), default=0)
    say(f"cards: {fresh.count()}; problems: {len(problems)}, the largest has {most}; in none: {apart}")
    say(f"suggested theme: {_most(themes)}; agency: {_most(agencies)}")
    return most >= 0.9 * messages


def _most(counted: Sequence[tuple[Any, int]]) -> str:
    return ", ".join(f"{name or 'none'} {count}" for name, count in counted)
