"""What the processes hold: `python -m bench.memory [--n 3000] [--most 180] [--whole]`.

A demonstration of its own, small or whole, on free ports. Several people go through its pages at once, as chance leads
them, and then ask for every kind of report. Memory is PSS (/proc/<pid>/smaps_rollup): what two processes share counts
half for each. Linux only. Exit code 1 when a process of the site ever held more than `--most`.
"""

import argparse
import html
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.sandbox.process import free_port

PEOPLE = ("oper", "curator", "sogl", "glava", "audit", "admin")
PAGES = (
    *(
        "/queue/",
        "/queue/?tab=done",
        "/queue/?tab=work",
        "/find/?q=вода",
        "/find/?q=атопление",
        "/notices/",
        "/agency/",
    ),
    *(
        "/agency/",
        "/approvals/",
        "/responses/",
        "/problems/",
        "/promises/",
        "/watched/",
        "/duty/",
        "/handover/",
        "/surges/",
    ),
    *("/statistics/", "/statistics/?period=7m", "/situation/?period=30d", "/metrics/?period=7m", "/rating/?period=7m"),
    *("/behind/?what=late", "/reports/", "/health/", "/practice/", "/rail/", "/pulse/", "/pulse/"),
)
LINK = re.compile(r'(?:href|data-load)="(/[^"#]*)"')
AWAY = re.compile(r"logout|/static/|^//|/accounts/")
PATIENCE = 1800
Held = dict[int, float]


class Part(NamedTuple):
    """One process of the demonstration."""

    pid: int
    title: str


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser("python -m bench.memory", description=__doc__)
    parser.add_argument("--n", type=int, default=3000, help="how many pages are asked for (default 3000)")
    parser.add_argument("--people", type=int, default=8, help="how many ask at once (default 8)")
    parser.add_argument("--most", type=float, default=180.0, help="MB a process of the site may hold (default 180)")
    parser.add_argument("--whole", action="store_true", help="seven months of history; takes minutes to make")
    args = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name:
        base = _settle_environment(Path(name))
        from otklik.site.processes import otklik_command, start, stop_all

        demo = start(otklik_command("demo", *([] if args.whole else ["--small"])))
        try:
            _until_made(demo, base)
            crowd = _Crowd(base, args.people)
            parts = _parts(demo.pid)
            columns = {"at the start": _held(parts)}
            for share in (0.25, 0.5, 1.0):
                crowd.walk(int(args.n * share))
                columns[f"after {crowd.asked} pages"] = _held(parts)
            crowd.reports()
            columns["after reports"] = _held(parts)
        finally:
            stop_all([demo])
    _print(parts, columns)
    most = max(held[part.pid] for part in parts if part.title.startswith("serve") for held in columns.values())
    return int(most > args.most)


def _settle_environment(folder: Path) -> str:
    port = free_port()
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
        "OTKLIK_SETTINGS_FILE": "none",
        "OTKLIK_DATA": str(folder),
        "OTKLIK_PORT": str(port),
        "SANDBOX_PORT": str(free_port()),
        "OTKLIK_LOG_LEVEL": "ERROR",
    }
    return f"http://127.0.0.1:{port}"


def _until_made(demo: "subprocess.Popen[bytes]", base: str) -> None:
    """RuntimeError when it does not come."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and demo.poll() is None:
        try:
            if httpx.get(f"{base}/accounts/login/", timeout=30, trust_env=False).status_code == 200:
                time.sleep(20)  # the worker loads its models
                return
        except httpx.TransportError:
            pass
        time.sleep(1)
    raise RuntimeError("the demonstration did not begin")


class _Crowd:
    """People who ask at once. Whatever they are answered is an answer: not every page is everybody's."""

    def __init__(self, base: str, number: int) -> None:
        import django

        django.setup()
        from django.db import connection
        from django.test import Client

        from otklik.people.models import User

        self._base, self._number, self.asked = base, number, 0
        self._cookies: list[dict[str, str]] = []
        for user in User.objects.filter(username__in=PEOPLE).order_by("pk"):
            client = Client()
            client.force_login(user)
            self._cookies.append({name: one.value for name, one in client.cookies.items()})
        connection.close()

    def walk(self, until: int) -> None:
        """So many pages in all since the beginning."""
        threads = [threading.Thread(target=self._walk, args=(one, until)) for one in range(self._number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _walk(self, number: int, until: int) -> None:
        rng, known = random.Random(number * 1_000_000 + until), list(PAGES)  # noqa: S311 a seeded generator
        with self._http(number) as http:
            while self.asked < until:
                self.asked += 1
                answer = http.get(rng.choice(PAGES if rng.random() < 0.4 else known))
                links = [html.unescape(one) for one in LINK.findall(answer.text)]
                known = [*known, *(one for one in links if not AWAY.search(one))][-400:]

    def reports(self) -> None:
        """Every kind of file, by each of them."""
        day = time.strftime("%Y-%m-%d")
        for number in range(len(self._cookies)):
            with self._http(number) as http:
                for cycle in ("daily", "weekly", "monthly"):
                    for ending in ("pdf", "docx", "xlsx"):
                        http.get(f"/reports/file/?cycle={cycle}&day={day}&ending={ending}")

    def _http(self, number: int) -> httpx.Client:
        cookies = self._cookies[number % len(self._cookies)]
        return httpx.Client(base_url=self._base, cookies=cookies, timeout=300, trust_env=False)


def _parts(demo: int) -> list[Part]:
    """The demonstration's own process and all that came of it."""
    above: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            above[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    parts, ours = [Part(demo, "demo")], {demo}
    for pid in sorted(above):
        if above[pid] in ours:
            ours.add(pid)
            line = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            words = [word.decode() for word in line if word]
            known = [word for word in words if word in ("serve", "work", "sandbox") or word.startswith("otklik.")]
            title = "sandbox" if "sandbox" in known else known[-1] if known else "?"
            parts.append(Part(pid, f"{title}, forked" if above[pid] != demo else title))
    return parts


def _held(parts: Sequence[Part]) -> Held:
    """Megabytes."""
    held = {}
    for part in parts:
        smaps = Path(f"/proc/{part.pid}/smaps_rollup").read_text()
        pss = re.search(r"^Pss:\s+(\d+) kB", smaps, re.MULTILINE)
        held[part.pid] = int(pss[1]) / 1024 if pss else 0.0
    return held


def _print(parts: Sequence[Part], columns: dict[str, Held]) -> None:
    lines = [f"| MB (PSS) | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    lines += [f"| {one.title} | {' | '.join(f'{held[one.pid]:.0f}' for held in columns.values())} |" for one in parts]
    lines += [f"| all | {' | '.join(f'{sum(held.values()):.0f}' for held in columns.values())} |"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
