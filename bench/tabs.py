"""What fifty open pages cost the web server: `python -m bench.tabs [--tabs 50] [--seconds 60]`.

A web server of its own over a few cards; half of the pages stand on the queue, half on a card, all of them looked at.
Each keeps its line open and asks as its script does: the pulse every two seconds, the real question when there may be
something new, the rows in sight every two minutes, «I am here» and the bell when the pulse tells of somebody or of a
notice, the numbers at the side when a card has changed. Without the pulse the former two go by the clock: every ten
seconds and once a minute. The figure is the processor time of the server's processes, by /proc, in percent of one core.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tests.sandbox.process import free_port

if TYPE_CHECKING:
    from tests.make.town import Town

EVERY, REDRAW, HERE, BELL, RAIL = 2.0, 120.0, 10.0, 60.0, 5.0
TARGET = 5.0  # percent of a core


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table. Exit code 1 when the quiet pages cost more than the promise."""
    parser = argparse.ArgumentParser("python -m bench.tabs", description=__doc__)
    parser.add_argument("--tabs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--changes", type=float, default=4.0, help="seconds between two changes of cards (default 4)")
    args = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name, ExitStack() as stack:
        base = _settle_environment(Path(name))
        town, cards = _install()
        server = stack.enter_context(_serving(base))
        rows = []
        for title, way, pause in (
            ("nobody looks", _Way(tabs=0), 0.0),
            ("without the pulse, nothing changes", _Way(args.tabs, pulse=False), 0.0),
            ("with the pulse, nothing changes", _Way(args.tabs), 0.0),
            ("with the pulse, a change now and then", _Way(args.tabs), args.changes),
        ):
            rows.append((title, *_measure(base, server, town, cards, way, args.seconds, pause)))
            _say(f"{title}: {rows[-1][1]:.1f} %")
    _print(rows, args)
    return 0 if rows[2][1] < TARGET else 1


@dataclass(frozen=True, slots=True)
class _Way:
    tabs: int
    pulse: bool = True


def _settle_environment(folder: Path) -> str:
    port = free_port()
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
        "OTKLIK_DATA": str(folder),
        "OTKLIK_PORT": str(port),
        "OTKLIK_LOG_LEVEL": "WARNING",
    }
    return f"http://127.0.0.1:{port}"


def _install() -> "tuple[Town, list[int]]":
    """A small town with a full page of new cards."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from otklik.site.safety import check_fits

    check_fits()
    from tests.make.town import make_town

    town = make_town()
    return town, [town.card(f"Нет воды, дом {number}").pk for number in range(60)]


class _serving:  # noqa: N801 read as a verb
    """The web server as a process; its number."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __enter__(self) -> int:
        from otklik.site.processes import otklik_command, start

        self.process = start(otklik_command("serve"))
        end = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.base}/accounts/login/").raise_for_status()
            except httpx.HTTPError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return self.process.pid

    def __exit__(self, *_exception: object) -> None:
        from otklik.site.processes import stop_all

        stop_all([self.process])


def _measure(
    base: str, server: int, town: "Town", cards: list[int], way: _Way, seconds: float, changes: float
) -> tuple[float, float, int]:
    """Percent of a core, requests a second, and how many of them failed."""
    session = _session(town)
    tabs = [_Tab(base, session, cards[number] if number % 2 else 0, way, number) for number in range(way.tabs)]
    stop = threading.Event()
    threads = [threading.Thread(target=tab.live, args=(stop,), daemon=True) for tab in tabs]
    if changes:
        threads.append(threading.Thread(target=_change, args=(cards, changes, stop), daemon=True))
    for thread in threads:
        thread.start()
    time.sleep(5)  # every page has asked once and is known
    asked, spent, began = sum(tab.asked for tab in tabs), _cpu(server), time.monotonic()
    time.sleep(seconds)
    took, cost = time.monotonic() - began, _cpu(server) - spent
    answered = sum(tab.asked for tab in tabs) - asked
    stop.set()
    for thread in threads:
        thread.join()
    return 100 * cost / took, answered / took, sum(tab.failed for tab in tabs)


def _session(town: "Town") -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(town.operator)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _change(cards: Sequence[int], pause: float, stop: threading.Event) -> None:
    """Notes on one card after another, as colleagues and machines leave them."""
    from otklik.incidents.models import Incident
    from otklik.incidents.workflow import record
    from otklik.journal import book
    from otklik.lib import clock

    number = 0
    while not stop.wait(pause):
        card = Incident.objects.get(pk=cards[number % len(cards)])
        number += 1
        with book.turn():
            record(card, "note", at=clock.now(), actor="machine:triage")


@dataclass(slots=True)
class _Tab:
    """One page as its script behaves. `card` 0 is the queue."""

    base: str
    session: str
    card: int
    way: _Way
    number: int
    asked: int = 0
    failed: int = 0
    cursor: str = ""
    revision: int = 0
    answer: str = "-"
    notices: str | None = None
    company: str | None = None
    cards: str | None = None
    rail_due: float = 0.0
    _client: httpx.Client = field(init=False)

    def live(self, stop: threading.Event) -> None:
        token = "a" * 32
        cookies = {"sessionid": self.session, "csrftoken": token}
        headers = {"X-Fragment": "1", "X-CSRFToken": token}
        with httpx.Client(base_url=self.base, cookies=cookies, headers=headers) as self._client:
            stop.wait(self.number * EVERY / max(self.way.tabs, 1))
            # Spread over the period, since people open pages at different times.
            share = self.number / max(self.way.tabs, 1)
            now = time.monotonic()
            due = {"look": now, "redraw": now + REDRAW * share, "here": now + HERE * share, "bell": now + BELL * share}
            while not stop.is_set():
                for name, act, every in self._acts():
                    if time.monotonic() >= due[name]:
                        act()
                        due[name] = time.monotonic() + every
                stop.wait(max(min(due[name] for name, _, _ in self._acts()) - time.monotonic(), 0.01))

    def _acts(self) -> list[tuple[str, Callable[[], None], float]]:
        acts: list[tuple[str, Callable[[], None], float]] = [("look", self._look, EVERY)]
        if not self.card:
            acts.append(("redraw", self._redraw, REDRAW))
        if not self.way.pulse:
            acts += [("bell", self._bell, BELL)] + [("here", self._here, HERE)] * bool(self.card)
        return acts

    def _look(self) -> None:
        if self.way.pulse and not self._stirs():
            return
        if self.card:
            self._card()
        else:
            self._queue()

    def _stirs(self) -> bool:
        after = self.cursor if self.card else f"{self.revision}.0"
        response = self._get("/pulse/", {"after": after, "card": str(self.card or "")})
        if response.status_code == 200:
            self.cursor = response.text or self.cursor
        notices, company = response.headers.get("X-Notices"), response.headers.get("X-Company")
        if notices is not None and notices != self.notices:
            self.notices = notices
            self._bell()
        if company is not None and company != self.company:
            self.company = company
            self._here()
        self._rail(response.headers.get("X-Cards"))
        return response.status_code != 204

    def _rail(self, cards: str | None) -> None:
        """The numbers at the side, at most once in five seconds however much changes."""
        if cards in (None, self.cards) or time.monotonic() < self.rail_due:
            return
        self.cards, self.rail_due = cards, time.monotonic() + RAIL
        self._get("/rail/", {})

    def _card(self) -> None:
        asked = {"revision": str(self.revision), "answer": self.answer}
        response = self._get(f"/incidents/{self.card}/live/", asked)
        if response.status_code == 200:
            self.revision = int(response.text.partition('data-revision="')[2].partition('"')[0])
            self.answer = response.text.partition('data-answer="')[2].partition('"')[0]

    def _queue(self, **more: str) -> None:
        response = self._get("/queue/changes/", {"after": str(self.revision), **more})
        if response.status_code == 200:
            self.revision = response.json()["revision"]

    def _redraw(self) -> None:
        """The rows in sight: a page holds fifty, and a screen fifteen of them."""
        self._queue(redraw=",".join(map(str, range(1, 16))), shown=",".join(map(str, range(1, 51))))

    def _bell(self) -> None:
        self._get("/notices/bell/", {})

    def _here(self) -> None:
        self._count(self._again(lambda: self._client.post(f"/incidents/{self.card}/presence/")))

    def _get(self, path: str, asked: dict[str, str]) -> httpx.Response:
        return self._count(self._again(lambda: self._client.get(path, params=asked)))

    def _again(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """A line that the server has just closed is opened anew, as browsers do without a word."""
        try:
            return call()
        except httpx.TransportError:
            return call()

    def _count(self, response: httpx.Response) -> httpx.Response:
        self.asked += 1
        self.failed += response.status_code not in (200, 204)
        return response


def _cpu(pid: int) -> float:
    """Seconds of processor time of a process and of those it has started."""
    tick = os.sysconf("SC_CLK_TCK")
    spent = 0.0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(entry.name) == pid or int(stat[1]) == pid:
            spent += (int(stat[11]) + int(stat[12])) / tick
    return spent


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _print(rows: Sequence[tuple[str, float, float, int]], args: argparse.Namespace) -> None:
    load = os.getloadavg()[0]
    lines = [f"{args.tabs} pages, {args.seconds:.0f} s each; {os.cpu_count()} cores, load {load:.1f}; SQLite", ""]
    lines.append(f"{'':<40}{'% of a core':>12}{'requests/s':>12}{'failed':>8}")
    lines += [f"{title:<40}{cost:>12.1f}{asked:>12.1f}{failed:>8}" for title, cost, asked, failed in rows]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
