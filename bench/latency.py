"""How long a citizen's comment takes to a card, and an approval to the network: `python -m bench.latency [--n 100]`.

Sandbox, site and worker run as real processes on free ports, with a data folder that is thrown away. A comment is
written through the sandbox's control API; the card is looked for in the database file every few milliseconds. The
approval is a POST as the approver's browser makes it; the answer is looked for in the sandbox's own file.
"""

import argparse
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from bench.machine import share
from tests.sandbox import process
from tests.sandbox.process import free_port
from tests.sandbox.town import Town, build

if TYPE_CHECKING:
    from tests.region import Region

LOOK_EVERY = 0.004  # seconds
GIVE_UP = 180.0
OFFICIAL = "SELECT count(*) FROM vk_comment WHERE from_id < 0 AND deleted = 0"
TARGET = 2.0  # seconds at the 95th percentile
Row = tuple[str, list[float]]


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table. Exit code 1 when a target is missed, so that a person looks."""
    parser = argparse.ArgumentParser("python -m bench.latency", description=__doc__)
    parser.add_argument("--n", type=int, default=100, help="how many comments and answers (default 100)")
    count = parser.parse_args(words).n
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        sandbox = stack.enter_context(process.running(folder))
        port = _settle_environment(folder, sandbox.port)
        town = build(sandbox)
        region = _install(town)
        stack.enter_context(_running("serve"))
        stack.enter_context(_running("work"))
        _wait_for(lambda: _listens(port) and _polls(folder), "the site and the worker")
        before = os.getloadavg()[0]
        cards = _cards(town, folder, count)
        answers = _answers(region, folder, port, count)
        _print_all([*_baseline(folder, town), *cards, *answers], count, before)
    measured = [times for _, times in (cards[0], answers[0])]
    return 0 if all(share(times, 0.95) < TARGET for times in measured) else 1


def _settle_environment(folder: Path, sandbox_port: int) -> int:
    """Set before Django is: this process and its children are one installation. Returns the site's port."""
    port = free_port()
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
        "OTKLIK_DATA": str(folder),
        "OTKLIK_PORT": str(port),
        "OTKLIK_UNDO_HOLD": "0",
        "OTKLIK_LOG_LEVEL": "WARNING",
        "SANDBOX_PORT": str(sandbox_port),
    }
    return port


def _install(town: Town) -> "Region":
    """Tables, people, and the town's community read by a long poll as long as a real one."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from otklik.site.safety import check_fits

    check_fits()
    from tests.region import build as build_region

    region = build_region(town)
    region.own.options = {}
    region.own.save(update_fields=["options"])
    return region


@contextmanager
def _running(command: str) -> Iterator[None]:
    from otklik.site.processes import otklik_command, start, stop_all

    started = start(otklik_command(command))
    try:
        yield
    finally:
        stop_all([started])


def _wait_for(ready: Callable[[], object], what: str) -> float:
    """Look until it is so; returns when it was seen. RuntimeError when it does not come."""
    end = time.monotonic() + GIVE_UP
    while not ready():
        if time.monotonic() > end:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(LOOK_EVERY)
    return time.monotonic()


def _listens(port: int) -> bool:
    from otklik.site.processes import is_busy

    return is_busy("127.0.0.1", port)


def _ask(file: Path, question: str, *sql_params: object) -> int:
    """One number from a database file; a new connection each time would cost more than the question."""
    if file not in _open:
        _open[file] = sqlite3.connect(file, isolation_level=None, timeout=30)
    return int(_open[file].execute(question, sql_params).fetchone()[0])


def _reached(file: Path, question: str, number: int) -> float:
    """When the count in the file was that high."""
    return _wait_for(lambda: _ask(file, question) >= number, f"number {number} of: {question}")


_open: dict[Path, sqlite3.Connection] = {}


def _polls(folder: Path) -> bool:
    """Whether the worker holds the line: it has read the community once."""
    return bool(_ask(folder / "otklik.sqlite3", "SELECT count(*) FROM networks_source WHERE last_poll_at IS NOT NULL"))


def _cards(town: Town, folder: Path, count: int) -> list[Row]:
    """One comment at a time: until it has a card, and until the card is suggested to an agency."""
    file = folder / "otklik.sqlite3"
    seen: list[float] = []
    routed: list[float] = []
    for number in range(1, count + 1):
        began = time.monotonic()
        town.comment(f"Во дворе на Красной, {number} в Речном третий день темно, не горит фонарь")
        seen.append(_reached(file, "SELECT count(*) FROM incidents_incident", number) - began)
        routed.append(_reached(file, "SELECT count(*) FROM routing_suggestion", number) - began)
    return [("comment -> card in the database", seen), ("comment -> card with a suggestion", routed)]


def _answers(region: "Region", folder: Path, port: int, count: int) -> list[Row]:
    """One approval at a time by HTTP: until the page answers, and until the answer stands in the thread."""
    publish_times: list[float] = []
    clicked: list[float] = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as browser:
        token = _sign_in(browser)
        for number, (answer, version) in enumerate(_written(region, count), 1):
            began = time.monotonic()
            response = browser.post(
                f"/answers/{answer}/approval/", data={"version": version, "csrfmiddlewaretoken": token}
            )
            if response.status_code >= 400:
                raise RuntimeError(f"the approval was refused: {response.status_code}")
            clicked.append(time.monotonic() - began)
            publish_times.append(_reached(folder / "sandbox.sqlite3", OFFICIAL, number) - began)
    return [("approval -> answer in the thread", publish_times), ("approval -> page answered", clicked)]


def _sign_in(browser: httpx.Client) -> str:
    """The approver signs in; his CSRF token."""
    from tests.region import PASSWORD

    shown = browser.get("/accounts/login/").text
    match = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)
    token = match.group(1) if match else ""
    form = {"login": "approver", "password": PASSWORD, "csrfmiddlewaretoken": token}
    if browser.post("/accounts/login/", data=form).status_code != 302:
        raise RuntimeError("the approver cannot sign in")
    return str(browser.cookies["csrftoken"])


def _written(region: "Region", count: int) -> list[tuple[int, int]]:
    """Assign and write an answer to each card, up to the approval; (id, version) of each."""
    from otklik.answers import drafts
    from otklik.incidents.cards import main_message
    from otklik.incidents.models import Incident, Outcome
    from otklik.lib import clock
    from otklik.routing.assign import Decision, assign

    made = []
    for incident in Incident.objects.order_by("pk")[:count]:
        now = clock.now()
        card = assign(incident, Decision(region.agency, region.theme, region.place), region.operator, now)
        words = drafts.Words(
            f"Фонарь заменили, заявка {incident.number}.",
            outcome=Outcome.SOLVED,
            ground="phone",
            ground_words="Позвонили жителю",
        )
        answer = drafts.write(card, main_message(card), words, region.executor, now)
        drafts.submit(answer, region.executor, now)
        made.append((answer.pk, answer.version))
    return made


def _baseline(folder: Path, town: Town) -> list[Row]:
    """What the machine itself costs now: one commit that reaches the disk, one call to the sandbox."""
    commits, calls = [], []
    with closing(sqlite3.connect(folder / "baseline.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE line (words TEXT)")
        for _ in range(100):
            began = time.monotonic()
            db.execute("INSERT INTO line VALUES ('one row, one commit')")
            commits.append(time.monotonic() - began)
    for _ in range(100):
        began = time.monotonic()
        town.sandbox.vk("groups.getById", town.token)
        calls.append(time.monotonic() - began)
    return [("baseline: one commit with fsync", commits), ("baseline: one call to the sandbox", calls)]


def _print_all(rows: Sequence[Row], count: int, load_before: float) -> None:
    load = f"load {load_before:.2f} before, {os.getloadavg()[0]:.2f} after"
    lines = [f"{os.cpu_count()} cores, {load}; n = {count}; SQLite; milliseconds", ""]
    lines.append(f"{'':<36}{'median':>9}{'p95':>9}{'max':>9}")
    for title, times in rows:
        shown = (statistics.median(times), share(times, 0.95), max(times))
        lines.append(f"{title:<36}" + "".join(f"{1000 * value:>9.1f}" for value in shown))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
