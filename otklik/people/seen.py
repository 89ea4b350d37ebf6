"""What an editor saw, as a short mark, so that two who edit one thing at a time do not undo each other's work.

A form carries the mark of what it was opened on; whoever saves says it, and the verb compares it inside its turn.
"""

import hashlib
import json

from otklik.lib.refusal import Refused


def mark(*values: object) -> str:
    """16 hexadecimal digits over values: ids, codes, texts, days. A change of any of them makes another mark."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:16]


def check_seen(current_stamp: str, was_seen: str) -> None:
    """Raises Refused "overtaken" when what stands is not what the editor saw."""
    if current_stamp != was_seen:
        raise Refused("overtaken")


def before(was: dict[str, object], now: dict[str, object]) -> dict[str, object]:
    """For the journal: those of the old codes that the new ones differ from."""
    return {name: value for name, value in was.items() if now.get(name) != value}


def turned(*pairs: tuple[str, str]) -> str:
    """For an entry's free words: «old → new» of each pair that differs, a line each; a dash stands for nothing."""
    return "\n".join(f"{was or '–'} → {now or '–'}" for was, now in pairs if was != now)
