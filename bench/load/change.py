"""How long a change of a card's state takes four people at once, while two workers drain what came in, and without."""

import argparse
import os
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from bench.load import MEASURED, statements
from bench.load.drain import SEED, due, failures, place
from bench.load.installation import (
    build_region,
    children,
    header,
    installation,
    listens,
    pss,
    running,
    say,
    service,
    wait_for,
)
from bench.load.lines import Took, at_once
from bench.machine import share

PEOPLE = {"assignment": "oper", "work": "gorhoz", "draft": "gorhoz", "submission": "gorhoz", "approval": "sogl"}
"""Each change of a card in its turn, and who makes it."""
AGENCY = "krasnodar-gorhoz"
refused = Counter[int]()
"""By status."""
_looking_up = threading.Semaphore(8)
"""Not everybody at once: the server has so many lines, and they are for the site."""
TEXT = "Здравствуйте! Бригада выезжала вчера, причину устранили. Если что-то повторится, напишите нам ещё раз."
FINAL = {"kind": "final", "outcome": "solved", "proof": "phone", "proof_words": "Позвонили жителю"}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cards", type=int, default=3000, help="how many cards there are, many alike (default 3000)")
    parser.add_argument("--messages", type=int, default=5000, help="how many the workers drain (default 5000)")
    parser.add_argument("--changes", type=int, default=400, help="how many changes with and without (default 400)")
    parser.add_argument("--clients", type=int, default=4, help="how many people at once (default 4)")
    parser.add_argument("--workers", type=int, default=2, help="how many worker processes (default 2)")
    parser.add_argument("--without-model", action="store_true", help="the workers do without the sentence model")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when a change was refused."""
    with installation(args.database, model=not args.without_model) as folder:
        passwords = build_region()
        cards = deque(prepare(args))
        file, port = folder / "statements", int(os.environ["OTKLIK_PORT"])
        statements.begin(file)
        site = service("site", folder, "bench.load.counted", str(file), "serve")
        workers = [
            service(f"worker {number + 1}", folder, "bench.load.worker", str(folder / f"{number}.json"))
            for number in range(args.workers)
        ]
        with running(site):
            wait_for(listens, "the site", [site])
            people = People.several(port, passwords, args.clients)
            rows = {"workers stopped": changes(people, cards, args.changes, file)}
            _wait_more(args.messages)
            before = due(MEASURED)
            with running(*workers):
                wait_for(lambda: due(MEASURED) != before, "a worker to begin", workers)
                began, waiting = time.monotonic(), _undone()
                rows["workers draining"] = changes(people, cards, args.changes, file)
                done, seconds = waiting - _undone(), time.monotonic() - began
            say(header(f"{args.changes} changes by {args.clients} people, {args.workers} workers"))
            good = _show(rows)
            say(f"meanwhile the workers took in {done} of {waiting} messages, {done / seconds:.1f} a second")
            if refused:
                say("refused: " + ", ".join(f"{status} {count} times" for status, count in sorted(refused.items())))
            say(f"the site's memory, MB: {', '.join(f'{pss(pid):.0f}' for pid in (site.pid, *children(site.pid)))}")
            failures(workers, ("send",))  # there is no network to say it in
    return int(not good)


def prepare(args: argparse.Namespace) -> list[int]:
    """Thousands of cards as they lie there, and enough new ones with suggestions for the changes; ids of these."""
    from django.conf import settings

    from bench.load import events as crowd
    from bench.load.texts import texts
    from bench.understanding.similar_crowd import Crowd
    from otklik.flow.loop import turn_once
    from otklik.flow.steps import FLOW
    from otklik.incidents.models import Incident
    from otklik.lib import clock

    for _ in Crowd(clock.now()).fill(args.cards):
        pass
    known = set(Incident.objects.values_list("pk", flat=True))
    count = 2 * (args.changes // len(PEOPLE) + args.clients)
    crowd_messages = crowd.comments(texts(SEED + 1, count + count // 2, clock.now()), SEED)
    crowd.know_authors(crowd_messages)
    crowd.heard(crowd.accounts(place()), crowd_messages)
    with_model, settings.EMBEDDINGS = settings.EMBEDDINGS, "off"
    for name in MEASURED:
        step = next(step for step in FLOW if step.name == name)
        while turn_once(step):
            pass
    settings.EMBEDDINGS = with_model
    fresh = Incident.objects.filter(state="new").exclude(pk__in=known).order_by("pk")
    return list(fresh.values_list("pk", flat=True))


def _wait_more(messages: int) -> None:
    """Further messages, by other people under other addresses, wait to be taken in."""
    from bench.load import events as crowd
    from bench.load.texts import texts
    from otklik.lib import clock
    from otklik.networks.models import Account

    voices = {one.network: one for one in Account.objects.all()}
    crowd_messages = crowd.comments(texts(SEED + 2, messages, clock.now()), SEED + 1, first=100_000)
    crowd.know_authors(crowd_messages)
    crowd.heard(voices, crowd_messages)


def _undone() -> int:
    return due(MEASURED[:1]).get(MEASURED[0], 0)


class People:
    """Everybody who is needed for a card, each at a browser of his own."""

    def __init__(self, browsers: Mapping[str, httpx.Client]) -> None:
        self.browsers = browsers

    @classmethod
    def several(cls, port: int, passwords: Mapping[str, str], count: int) -> "list[People]":
        """Each of them has signed in once: whoever does so two hundred times in a minute is stopped."""
        names = sorted(set(PEOPLE.values()))
        cookies = {name: _signed_in(port, name, passwords[name]).cookies for name in names}
        return [cls({name: _browser(port, cookies[name]) for name in names}) for _ in range(count)]

    def press(self, change: str, card: int) -> Took:
        """What stands on the page that the person has open is looked up past the site."""
        from django.db import connection

        browser = self.browsers[PEOPLE[change]]
        with _looking_up:
            path, form = _form(change, card)
            connection.close()
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        began = time.monotonic()
        answer = browser.post(path, data=form)
        if answer.status_code >= 400:
            refused[answer.status_code] += 1
        return Took(change, time.monotonic() - began, answer.status_code < 400)


def _browser(port: int, cookies: httpx.Cookies | None = None) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False, cookies=cookies)


def _signed_in(port: int, name: str, password: str) -> httpx.Client:
    browser = _browser(port)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/accounts/login/").text)
    form = {"login": name, "password": password, "csrfmiddlewaretoken": token.group(1) if token else ""}
    if browser.post("/accounts/login/", data=form).status_code != 302:
        raise RuntimeError(f"{name} cannot sign in")
    return browser


def _form(change: str, card: int) -> tuple[str, dict[str, Any]]:
    from otklik.answers.models import Answer
    from otklik.incidents.models import Incident
    from otklik.people.models import Agency

    if change == "assignment":
        incident_row = Incident.objects.values("state", "agency", "guessed_theme", "guessed_place").get(pk=card)
        agency = Agency.objects.values_list("pk", flat=True).get(code=AGENCY)
        seen = f"{incident_row['state']}.{incident_row['agency'] or 0}"
        decided = {"theme": incident_row["guessed_theme"] or "", "place": incident_row["guessed_place"] or place().pk}
        return f"/incidents/{card}/assignment/", {"seen": seen, "agency": agency, **decided}
    answer = Answer.objects.filter(incident=card).order_by("-pk").values("pk", "version").first()
    version = answer["version"] if answer else 0
    if change == "approval" and answer:
        return f"/answers/{answer['pk']}/approval/", {"version": version, "despite": "Так задумано"}
    words = {} if change == "work" else {"text": TEXT, "version": version}
    return f"/incidents/{card}/{change}/", {**words, **(FINAL if change == "submission" else {})}


def changes(people: Sequence[People], cards: deque[int], count: int, file: Path) -> "Row":
    """So many changes, each of them on cards of his own."""
    each = [[cards.popleft() for _ in range(count // len(PEOPLE) // len(people))] for _ in people]
    before = statements.sent(file)

    def work(part: Sequence[tuple[People, list[int]]]) -> list[Took]:
        return [one.press(change, card) for one, mine in part for card in mine for change in PEOPLE]

    took, seconds = at_once(work, list(zip(people, each, strict=True)), len(people))
    return Row(took, seconds, statements.sent(file) - before)


class Row:
    def __init__(self, took: list[Took], seconds: float, asked: int) -> None:
        self.took, self.seconds, self.asked = took, seconds, asked


def _show(rows: Mapping[str, Row]) -> bool:
    """Whether all changes were made."""
    heads = ("a second", "p50, ms", "p95, ms", "p99, ms", "statements", "refused")
    say(f"{'':<30}{'changes':>9}" + "".join(f"{head:>12}" for head in heads))
    for title, row in rows.items():
        _line(title, row.took, f"{len(row.took) / row.seconds:.1f}", f"{row.asked / len(row.took):.1f}")
        for change in PEOPLE:
            _line(f"  {change}", [one for one in row.took if one.what == change], "", "")
    return all(one.good for row in rows.values() for one in row.took)


def _line(title: str, took: Sequence[Took], rate: str, asked: str) -> None:
    times = [one.seconds for one in took]
    shares = "".join(f"{1000 * share(times, part):>12.1f}" for part in (0.5, 0.95, 0.99))
    refused = sum(not one.good for one in took)
    say(f"{title:<30}{len(took):>9}{rate:>12}{shares}{asked:>12}{refused:>12}")
