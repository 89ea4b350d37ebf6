"""The printed table: a row for each network, what was done to them all, and one line of totals."""

from collections import Counter

from bench.chaos.count import NAMES, Tally
from bench.chaos.plan import NETWORKS, Plan
from bench.chaos.run import Result

TITLES = {
    "parts": "more parts",
    "gone": "gone by restore",
    "waits": "waits for person",
    "late": "not in time",
    "wrong": "wrong place",
    "turned": "wrong order",
}


def shown(plan: Plan, database: str, result: Result) -> str:
    titles = [TITLES.get(name, name) for name in NAMES]
    took = f"{result.seconds:.0f} s, of which {result.rest:.0f} after the load"
    lines = [f"{database}, CHAOS_SEED={plan.seed}: {took}; the networks' clock is off by {plan.off:+d} s", ""]
    lines.append(f"{'':<12}" + "".join(f"{title:>{len(title) + 2}}" for title in titles))
    for network in NETWORKS:
        tally = result.tallies.get(network, Tally())
        cells = zip(titles, (getattr(tally, name) for name in NAMES), strict=True)
        lines.append(f"{network:<12}" + "".join(f"{value:>{len(title) + 2}}" for title, value in cells))
    lines += ["", f"{'blows':<22}{_counts(result.struck)}"]
    if not result.small_disk:
        lines.append(f"{'disk full':<22}skipped: only root can make a small disk here")
    lines.append(f"{'networks faults':<22}{_counts(result.injected)}")
    lines.append(f"{'the person pressed':<22}{_counts(result.pressed)}")
    lines.append(f"{'fell by themselves':<22}{_counts(result.falls)}")
    lines.append(f"{'fate unknown a while':<22}{result.doubtful} answers")
    lines += [f"{'not at its end':<22}{one}" for one in result.left[:10]]
    lines.append(f"{'journal':<22}{'; '.join(result.journal[:5]) or 'whole'}")
    return "\n".join([*lines, "", _total(database, result)])


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing"


def _total(database: str, result: Result) -> str:
    total = sum(result.tallies.values(), Tally())
    figures = ", ".join(f"{TITLES.get(name, name)} {getattr(total, name)}" for name in NAMES)
    verdict = "BROKEN" if not result.kept else "LATE" if result.late else "KEPT"
    return f"{database} {verdict}: planned {result.wanted}, {figures}"
