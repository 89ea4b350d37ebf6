"""Draws the parts of docs/flow.md that the code knows better: `python -m otklik.site.docs`.

A drawn part stands between `<!-- drawn: NAME -->` and `<!-- end -->`; everything else in the file is written by hand.
tests/test_docs.py fails when a drawn part is older than the code.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

FLOW_MD = Path(__file__).resolve().parents[2] / "docs" / "flow.md"
_PART = re.compile(r"(?P<head><!-- drawn: (?P<name>[a-z-]+) -->\n).*?(?P<tail><!-- end -->)", re.DOTALL)


def states() -> str:
    """The diagram of MOVES: one arrow for each pair of states, with the names of all moves between the two."""
    from otklik.incidents.models import Incident, State
    from otklik.incidents.workflow import MOVES

    arrows: dict[tuple[str, str], list[str]] = {}
    for before in State:
        for verb, move in MOVES.items():
            if before in move.before:
                arrows.setdefault((before.value, move.after.value), []).append(verb)
    first = Incident._meta.get_field("state").default
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {state.value}: {state.label}" for state in State]
    lines += [f"    [*] --> {State(first).value}: open"]
    lines += [f"    {before} --> {after}: {', '.join(verbs)}" for (before, after), verbs in arrows.items()]
    return "\n".join([*lines, "```"])


def moves() -> str:
    """The table of MOVES, in the order of the code."""
    from otklik.incidents.models import State
    from otklik.incidents.workflow import MOVES
    from otklik.people.permissions import STANDING, Role

    rows = [
        (
            f"`{verb}`",
            move.title,
            ", ".join(f"`{state.value}`" for state in State if state in move.before),
            f"`{move.after.value}`",
            ", ".join(role.value for role in Role if STANDING[role] & move.permissions) or "the machine",
            "yes" if move.needs_reason else "",
        )
        for verb, move in MOVES.items()
    ]
    return _table(("move", "shown", "from", "to", "who", "reason"), rows)


def steps() -> str:
    """The table of FLOW; what a step does is the first line of its module."""
    from otklik.flow.steps import FLOW, FOREVER

    rows = [
        (
            str(number),
            f"`{step.name}`",
            f"`{step.model.__name__}`",
            _first_line(sys.modules[step.work.__module__].__doc__),
            step.lane.value,
            str(step.batch),
            f"{step.lease.total_seconds():.0f} s",
            "never set aside" if step.patience >= FOREVER else str(step.patience),
        )
        for number, step in enumerate(FLOW, start=1)
    ]
    return _table(("", "step", "row", "in its module's words", "lane", "batch", "lease", "failures in a row"), rows)


def deliveries() -> str:
    """The states of a delivery and what may hold one."""
    from otklik.publishing.models import Delivery

    state_rows = [(f"`{state.value}`", str(state.label)) for state in Delivery.State]
    held = [(f"`{hold.value}`", str(hold.label)) for hold in Delivery.Hold if hold.value]
    return f"{_table(('state', 'shown'), state_rows)}\n\n{_table(('hold', 'shown'), held)}"


def clocks() -> str:
    """The clocks that a card may carry."""
    from otklik.routing.models import Norm

    return _table(("clock", "shown"), [(f"`{clock.value}`", str(clock.label)) for clock in Norm.Clock])


def fields() -> str:
    """The register of a card's fields."""
    from otklik.incidents.fields import FIELDS

    rows = [
        (f"`{name}`", field.label, ", ".join(goes.name.lower() for goes in field.goes if goes.name))
        for name, field in FIELDS.items()
    ]
    return _table(("column", "shown as", "goes to"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "states": states,
    "moves": moves,
    "steps": steps,
    "deliveries": deliveries,
    "clocks": clocks,
    "fields": fields,
}


def redrawn(text: str) -> str:
    """The same text with every drawn part as the code has it now. Raises KeyError for a part that nobody draws."""
    from django.utils.translation import override

    def part(match: re.Match[str]) -> str:
        return f"{match['head']}{PARTS[match['name']]()}\n{match['tail']}"

    with override("ru"):
        return _PART.sub(part, text)


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().partition("\n")[0]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def main() -> int:
    """Writes docs/flow.md when something in it is old. Exit code 0."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.site.settings")
    import django

    django.setup()
    text = FLOW_MD.read_text(encoding="utf-8")
    fresh = redrawn(text)
    if fresh != text:
        FLOW_MD.write_text(fresh, encoding="utf-8")
        sys.stdout.write("docs/flow.md is drawn anew\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
