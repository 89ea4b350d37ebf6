"""A region of the version before is upgraded while people press and citizens write: one run on one database.

The administrator does what the guide says («Обновление»): stops the site and the worker, installs the new version,
gives `otklik upgrade`, starts both. Before that he forgets an order of it, and afterwards takes the old program once
more: each has to refuse in a sentence that says what to do.
"""

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
from django.db import connection

from bench.chaos import before, count, gather, towns
from bench.chaos.before import Before
from bench.chaos.crowd import ENDED, Crowd, parts_of, words_of
from bench.chaos.plan import NETWORKS, Plan
from bench.chaos.pressing import DEEDS, People, Press, judged
from bench.chaos.service import Service
from bench.chaos.stage import Stage, answers
from otklik.answers.models import Answer
from otklik.incidents.models import Incident, Note
from otklik.journal.models import Entry, Seal
from otklik.publishing.models import Delivery

COUNT = 4
"""How many of each kind press at once."""
SHARE = 3
"""A third is written before the version before is stopped, as much while it is away, and the rest to the new one."""
PATIENCE = 300.0  # seconds without any press that ends a card, or any answer that comes to its end
CALM = 8.0  # seconds that it has to stay so
LOOKS = 0.1  # seconds between two looks of somebody who waits for the site
OUR_WORDS = {"work": "otklik upgrade", "upgrade": "Сначала остановите"}
"""What the new program says to whoever did not upgrade, or did not stop the old one first."""
OLD_WORDS = "более новая программа"


@dataclass
class Result:
    """`away` are the seconds in which nobody answered people, `steps` those of stopping, of the one command, and of
    starting. `wrong` is what is broken, in sentences; `refusals` are what programs have said that were not to start.
    `chained` and `sealed` are the journal's entries of the old kind and of today's."""

    title: str
    tallies: dict[str, count.Tally]
    pressed: list[Press]
    words: Counter[str]
    away: float
    steps: list[float]
    heard_away: int
    chained: int
    sealed: int
    refusals: dict[str, str]
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.wrong and all(one.good and not one.late for one in self.tallies.values())


class Watch:
    """Somebody who waits for the site, and looks ten times a second: since when nobody answers, and until when."""

    def __init__(self, address: str) -> None:
        self.address, self.gone_at, self.back_at = address, 0.0, 0.0
        self.answered: Counter[str] = Counter()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self.back_at:
            with httpx.Client(trust_env=False, timeout=20) as browser, suppress(httpx.TransportError):
                status = browser.get(self.address).status_code
                self.answered[f"HTTP {status}"] += 1
                self.back_at = time.monotonic() if self.gone_at and status < 500 else 0.0
                time.sleep(LOOKS)
                continue
            self.gone_at = self.gone_at or time.monotonic()
            time.sleep(LOOKS)

    @property
    def away(self) -> float:
        self._thread.join(60)
        return self.back_at - self.gone_at


def run(plan: Plan, stage: Stage, revision: str) -> Result:
    """Everything is started here; whoever made the stage ends it."""
    old = Before(revision, stage.folder, stage.logs)
    base, network = f"http://127.0.0.1:{stage.port}", f"http://127.0.0.1:{stage.sandbox_port}"
    site = f"{base}/accounts/login/"
    if stage.cluster:
        stage.start("database", ready=stage.cluster.make_database)
    stage.start("sandbox", ready=lambda: answers(f"{network}/static/sandbox.css"))
    client = httpx.Client(base_url=network, trust_env=False, timeout=20)
    process = stage.services["sandbox"].popen
    sandbox = towns.Whole(stage.sandbox_port, stage.state, Path(), process, client)  # type: ignore[arg-type]
    places = old.gathered(sandbox, plan.off)
    stage.services |= {one.name: one for one in (old.service("serve"), old.service("work"))}
    stage.services["work"] = Service("work", [sys.executable, "-m", *before.PROGRAM, "work"], {}, stage.logs)
    stage.start("serve before", ready=lambda: answers(site))
    old.listen()
    stage.start("work before", ready=lambda: True)
    comments = tuple(replace(one, kinds=("final",), words=one.number) for one in plan.comments)
    crowd = Crowd(replace(plan, comments=comments, faults=()), towns.Region(sandbox, {}, places), client)
    people = People(base, COUNT, {str(one.number + 1): words_of(one, "final") for one in comments})
    people.start()
    citizens = Citizens(crowd)
    try:
        refusals = {f"new {word} on the old database": before.refusal(word) for word in OUR_WORDS}
        if not wait(lambda: people.ended * 2 * SHARE >= len(comments), people):
            raise RuntimeError(f"the version before does not answer: {people.ended} cards, {people.words}")
        watch, written = Watch(site), len(crowd.written)
        citizens.upto *= 2
        took = [time.monotonic()]
        for name in ("serve before", "work before"):
            stage.services[name].kill(signal.SIGTERM)
        chain = _chain()
        took.append(time.monotonic())
        done = before.run("upgrade")
        took.append(time.monotonic())
        if done.returncode:
            raise RuntimeError(f"otklik upgrade: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        heard_away = len(crowd.written) - written
        stage.start("web", "work", ready=lambda: answers(site))
        away, citizens.upto = watch.away, plan.span
        took.append(time.monotonic())
        wait(lambda: _is_over(crowd, people, len(comments)), people)
    finally:
        citizens.stop()
    people.stop()
    time.sleep(CALM)
    result = Result(
        title=old.title,
        tallies=_tallies(crowd),
        pressed=people.pressed,
        words=people.words,
        away=away,
        steps=[two - one for one, two in pairwise(took)],
        heard_away=heard_away,
        chained=Entry.objects.exclude(hash="").count(),
        sealed=Entry.objects.filter(hash="").count(),
        refusals=refusals,
    )
    result.wrong += _wrong(chain, people.pressed)
    for name in ("web", "work"):
        stage.services[name].kill(signal.SIGTERM)
    audit = before.run("audit", "--no-sandbox")
    result.wrong += [f"otklik audit: {audit.stdout.strip()} {audit.stderr.strip()}"] * bool(audit.returncode)
    refusals |= {f"old {word} on the new database": old.refusal(word) for word in ("work", "serve")}
    expected = [*OUR_WORDS.values(), OLD_WORDS, OLD_WORDS]
    for (what, message), word in zip(refusals.items(), expected, strict=True):
        result.wrong += [f"{what} does not say «{word}»: {message or 'it does not refuse'}"] * (word not in message)
    return result


class Citizens:
    """They write as the plan says, whatever becomes of us; its clock stands still at `upto`."""

    def __init__(self, crowd: Crowd) -> None:
        self.upto = crowd.plan.span / SHARE
        self._crowd, self._stopped = crowd, threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def _write(self) -> None:
        load = 0.0
        while self._crowd.unwritten and not self._stopped.wait(LOOKS):
            load = min(load + LOOKS, self.upto)
            self._crowd.write(load)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


def wait(ready: Callable[[], bool], people: People) -> bool:
    """False when nothing has gone on for long. Raises what people could not go on from."""
    seen, moved_at = -1, time.monotonic()
    while not ready():
        if people.faults:
            raise people.faults[0]
        if people.ended != seen:
            seen, moved_at = people.ended, time.monotonic()
        if time.monotonic() - moved_at > PATIENCE:
            return False
        time.sleep(LOOKS)
    return True


def _is_over(crowd: Crowd, people: People, comments: int) -> bool:
    """Whether all is written, answered, and said or left to a person."""
    with closing(connection):
        moving = Delivery.objects.exclude(state__in=ENDED).filter(hold__in=gather.OF_ITSELF).exists()
        return not crowd.unwritten and people.ended >= comments and not (moving or gather.under_way())


def _chain() -> list[tuple[Any, ...]]:
    """The journal as the version before has left it."""
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT id, actor, verb, subject, incident, hash FROM journal_entry ORDER BY id")
        return list(cursor.fetchall())


def _tallies(crowd: Crowd) -> dict[str, count.Tally]:
    for answer in Answer.objects.filter(copy_of=None).select_related("reply_to"):
        crowd.wanted[answer.pk] = parts_of(answer, answer.reply_to.network, answer.reply_to.external_id)
    tallies = count.judge(gather.approved(crowd), gather.replies(crowd), gather.waiting(), under_way=gather.under_way())
    return count.with_cards(tallies, gather.cards(crowd))


def _wrong(chain: Sequence[tuple[Any, ...]], pressed: Sequence[Press]) -> list[str]:
    """The old entries, the seals on the new ones, and each press."""
    wrong = [] if _chain()[: len(chain)] == list(chain) else ["an entry of the version before has changed"]
    wrong += gather.faults_of_the_journal(lambda: None)
    first = Seal.objects.order_by("after").first()
    chained = Entry.objects.exclude(hash="").order_by("-pk").values_list("pk", flat=True).first()
    if first is None or first.after != (chained or 0):
        wrong.append("the first seal does not stand on the old chain")
    return wrong + judged(pressed, _journal(), _cards())


def _journal() -> Counter[tuple[int, str]]:
    """How often each deed is told of."""
    notes = dict(Note.objects.values_list("pk", "text"))
    deed_counts: Counter[tuple[int, str]] = Counter()
    for card, verb, data in Entry.objects.filter(incident__isnull=False).values_list("incident", "verb", "data"):
        deed = verb.removeprefix("incident.")
        if deed in DEEDS:
            deed_counts[card or 0, f"note {notes.get(data['note'])}" if deed == "note" else deed] += 1
    return deed_counts


def _cards() -> Counter[tuple[int, str]]:
    """How often it stands on the cards."""
    deed_counts = Counter((card, f"note {text}") for card, text in Note.objects.values_list("incident", "text"))
    deed_counts.update((card, "assign") for card in Incident.objects.exclude(agency=None).values_list("pk", flat=True))
    for card, state, sent_at in Answer.objects.filter(copy_of=None).values_list("incident", "state", "submitted_at"):
        deed_counts.update(Counter({(card, "draft"): 1, (card, "submit"): int(sent_at is not None)}))
        deed_counts[card, "approve"] += state == Answer.State.APPROVED
    return +deed_counts


def shown(database: str, plan: Plan, result: Result) -> str:
    steps = [f"{one:.1f}" for one in result.steps]
    fates = Counter(one.fate for one in result.pressed)
    total = sum((result.tallies.get(network, count.Tally()) for network in NETWORKS), count.Tally())
    lines = [
        f"{database}, CHAOS_SEED={plan.seed}, from {result.title}",
        f"away for people    {result.away:.1f} s: stopping {steps[0]}, otklik upgrade {steps[1]}, starting {steps[2]}",
        f"presses            {', '.join(f'{fate} {times}' for fate, times in sorted(fates.items()))}",
        f"else they saw      {', '.join(f'{word} {times}' for word, times in sorted(result.words.items()))}",
        f"journal            {result.chained} entries of the old chain, {result.sealed} since",
        f"written meanwhile  {result.heard_away}",
        *(
            f"{what}: {message.splitlines()[-1] if message else 'not refused'}"
            for what, message in result.refusals.items()
        ),
        *(f"wrong              {one}" for one in result.wrong[:20]),
    ]
    figures = ", ".join(f"{name} {getattr(total, name)}" for name in count.NAMES)
    return "\n".join([*lines, "", f"{database} {'KEPT' if result.good else 'BROKEN'}: {figures}"])
