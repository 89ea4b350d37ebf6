"""One run on one database: start everything, let the load and the blows come, wait for calm, count."""

import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from bench.chaos import count, gather, towns
from bench.chaos.crowd import Crowd, sign_in
from bench.chaos.plan import WORKERS, Plan
from bench.chaos.restoring import Restoring, forgotten
from bench.chaos.stage import Stage, answers
from otklik.site.safety import check_fits

PATIENCE = 150.0  # seconds after the load in which no answer has come to its end: then nobody believes in the rest
LONGEST = 1800.0  # seconds after the load that the slowest machine gets
MOST_WAITING = 30  # answers that are to be given or said
LONGEST_STEP = 0.5  # seconds of the load's clock between two looks, however long they took
PAUSE = 0.05
CALM = 4.0  # seconds that it must stay so: a call that comes late is counted, too


@dataclass
class Result:
    """`wanted` is how many answers were planned, `injected` counts the networks' faults that were met, `doubtful` the
    answers whose fate was unknown for a while; `journal` says what is wrong there, `left` what never came to its end.
    `rest` is how long all took to come to rest after the load."""

    wanted: int
    tallies: dict[str, count.Tally]
    struck: Counter[str]
    injected: Counter[str]
    pressed: Counter[str]
    falls: Counter[str]
    journal: list[str]
    left: list[str]
    doubtful: int
    seconds: float
    rest: float
    small_disk: bool

    @property
    def kept(self) -> bool:
        """No promise is broken, whatever has not come to its end yet."""
        approved = sum(one.approved for one in self.tallies.values())
        return not self.journal and approved >= self.wanted and all(one.good for one in self.tallies.values())

    @property
    def late(self) -> int:
        return sum(one.late for one in self.tallies.values())

    @property
    def good(self) -> bool:
        return self.kept and not self.late


def run(plan: Plan, stage: Stage, after: int) -> Result:
    """Everything is started here; whoever made the stage ends it. `after`: how many answers after the copy the
    installation goes back to it, 0 for never."""
    began = time.monotonic()
    crowd = _open(plan, stage)
    restoring = Restoring(stage, crowd, plan.answers, after)
    rest = _live(plan, stage, crowd, restoring)
    connection.close()
    wanted = gather.approved(crowd)
    lost, under_way = forgotten(restoring.lost, wanted), gather.under_way()
    tallies = count.judge(wanted, gather.replies(crowd), gather.waiting(), lost, under_way)
    return Result(
        wanted=plan.answers - sum(len(crowd.written[text].kinds) for text in crowd.gone()),
        tallies=count.with_cards(tallies, gather.cards(crowd)),
        struck=stage.struck,
        injected=gather.injected(crowd),
        pressed=+crowd.pressed,
        falls=Counter({service.name: service.falls for service in stage.services.values() if service.falls}),
        journal=gather.faults_of_the_journal(stage.keep),
        left=gather.left_over(),
        doubtful=gather.doubtful(),
        seconds=time.monotonic() - began,
        rest=rest,
        small_disk=stage.disk.small,
    )


def _open(plan: Plan, stage: Stage) -> Crowd:
    base, network = f"http://127.0.0.1:{stage.port}", f"http://127.0.0.1:{stage.sandbox_port}"
    if stage.cluster:
        stage.start("database", ready=stage.cluster.make_database)
    call_command("migrate", interactive=False, verbosity=0)
    check_fits()
    stage.start("sandbox", ready=lambda: answers(f"{network}/static/sandbox.css"))
    client = httpx.Client(base_url=network, trust_env=False, timeout=20)
    process = stage.services["sandbox"].popen
    sandbox = towns.Whole(stage.sandbox_port, stage.state, Path(), process, client)  # type: ignore[arg-type]
    region = towns.build(sandbox, plan.off)
    stage.start("web", ready=lambda: answers(f"{base}/accounts/login/"))
    towns.listen()
    stage.start(*WORKERS, ready=lambda: True)
    return Crowd(plan, region, sign_in(base))


def _live(plan: Plan, stage: Stage, crowd: Crowd, restoring: Restoring) -> float:
    """Until all is said and has been so for a while, or nobody believes in it any more: so long after the load.

    The load's clock stands still while too much waits: a slow machine has a longer run of the same plan, no other one.
    After the load it is waited for as long as answers come to their end.
    """
    load, seen, over_at, calm_since, blows = 0.0, time.monotonic(), 0.0, 0.0, list(plan.blows)
    ended, moved_at = 0, seen
    while not (over_at and (seen - max(over_at, moved_at) > PATIENCE or seen - over_at > LONGEST)):
        before, seen = seen, time.monotonic()
        if crowd.backlog < MOST_WAITING:
            load += min(seen - before, LONGEST_STEP)
        over_at = over_at or (seen if load >= plan.span else 0.0)
        while blows and blows[0].at <= load:
            stage.strike(blows.pop(0))
        stage.keep()
        with suppress(httpx.TransportError):  # the networks are away: later
            crowd.write(load)
        calm = _worked(crowd, restoring) and not blows and stage.whole
        if crowd.ended != ended:
            ended, moved_at = crowd.ended, seen
        calm_since = (calm_since or seen) if calm else 0.0
        if calm and seen - calm_since >= CALM:
            break
        time.sleep(PAUSE)
    return seen - over_at


def _worked(crowd: Crowd, restoring: Restoring) -> bool:
    try:
        if not restoring.down:
            crowd.work()
        restoring.step()
        return crowd.done() and restoring.over
    except (OperationalError, InterfaceError, httpx.TransportError):
        connection.close()
        return False
