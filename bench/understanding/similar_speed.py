"""How fast and how surely a known card is found among many: `python -m bench.understanding.similar_speed [--cards N]`.

A throw-away SQLite file gets N cards of the last sixty days, half of them open, and among them the known pairs of the
half that is measured. Beside it stands the rule before this one, as if a person had set theme and place already.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.desk.database import database
from bench.understanding.figures import shown

ASKED = 300
SHOWN = 8
TARGET = 0.05


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when the promise of 50 ms at the 95th percentile is missed."""
    parser = argparse.ArgumentParser("python -m bench.understanding.similar_speed", description=__doc__)
    parser.add_argument("--cards", type=int, default=100_000, help="how many cards (default 100000)")
    asked = parser.parse_args(words)
    with (
        tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder,
        database("sqlite", Path(folder), again=False, keep=False),
    ):
        return _run(asked.cards)


def _run(cards: int) -> int:
    from django.db import connection

    from bench.understanding.similar import labelled
    from bench.understanding.similar_crowd import Crowd
    from otklik.finding.known import known_to
    from otklik.lib import clock

    began, crowd = time.perf_counter(), Crowd(clock.now())
    for done in crowd.fill(cards):
        if done % 20_000 == 0:
            _say(f"{done} cards after {time.perf_counter() - began:.0f} s")
    planted = crowd.plant([pair for pair in labelled("measure") if pair.known])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def known(incident: Any) -> list[int]:
        return [one.incident_pk for one in known_to(incident)]

    rules: dict[str, Callable[[Any], list[int]]] = {"known_to": known, "theme, place, two weeks": _today}
    highs = [_timed(title, rule, cards) for title, rule in rules.items()]
    for title, rule in rules.items():
        _ranked(title, rule, planted)
    return 1 if highs[0] > TARGET else 0


def _today(incident: Any) -> list[int]:
    """The newest cards that the desk offered before: open, of the same theme and place, two weeks old at most."""
    from datetime import timedelta

    from otklik.incidents.gathering import OVER
    from otklik.incidents.models import Incident

    if not incident.shown_theme:
        return []
    same = Incident.objects.filter(
        shown_theme=incident.shown_theme,
        shown_place=incident.shown_place,
        created_at__gte=incident.started_at - timedelta(days=14),
    )
    newest = same.exclude(pk=incident.pk).exclude(state__in=OVER).order_by("-pk")
    return list(newest.values_list("pk", flat=True)[:SHOWN])


def _timed(title: str, rule: Callable[[Any], list[int]], cards: int) -> float:
    from bench.machine import share
    from otklik.incidents.models import Incident

    asking = list(Incident.objects.filter(pk__in=range(1, cards + 1, max(cards // ASKED, 1))))
    took, worked, counts = [], [], []
    for incident in asking[:5] + asking:
        before, worked_before = time.perf_counter(), time.process_time()
        counts.append(len(rule(incident)))
        took.append(time.perf_counter() - before)
        worked.append(time.process_time() - worked_before)
    took, worked = took[5:], worked[5:]
    percentiles = " ".join(f"p{round(100 * part)} {1000 * share(took, part):.1f} ms" for part in (0.5, 0.95, 1))
    _say(
        f"{title}: {percentiles}; p95 of work {1000 * share(worked, 0.95):.1f} ms, n {len(took)}; "
        f"{sum(counts) / len(counts):.1f} cards on average"
    )
    return share(worked, 0.95)


def _ranked(title: str, rule: Callable[[Any], list[int]], planted: Sequence[tuple[int, int]]) -> None:
    from otklik.incidents.models import Incident

    first = [pk in rule(Incident.objects.get(pk=asks))[:SHOWN] for pk, asks in planted]
    _say(f"{title}: the other card of a known pair among the first {SHOWN}: {shown(sum(first), len(first))}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
