"""`otklik audit`: what the sandbox holds against what we hold. Nothing lost, nothing twice, nothing by accident."""

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from otklik.answers.models import Answer
from otklik.demo.control import Control, NoSandbox
from otklik.inbox.models import Message
from otklik.incidents.models import IncidentMessage
from otklik.journal import book
from otklik.lib.text import fold
from otklik.publishing.models import Delivery

NETWORK = "vk"
PIECE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """The counts speak of what the sandbox holds; history that was only loaded is not in them.

    `lost`: citizens' comments without a message. `twice`: answers that stand more than once, and comments with more
    than one card. `orphans`: official replies to a comment that no delivery of ours explains (what a community writes
    under its own post is its own affair). `chain`: the journal's.
    """

    sandbox_comments: int
    messages: int
    cards: int
    approved: int
    in_threads: int
    twice: int
    lost: int
    orphans: int
    chain: str

    @property
    def good(self) -> bool:
        return not (self.lost or self.twice or self.orphans) and self.chain == "ok"


def audit(as_json: bool) -> int:
    """Prints what was found. Exit code 1 where something is lost, twice, unexplained or broken."""
    try:
        with Control() as control:
            found = look(control)
    except NoSandbox as nobody:
        sys.stderr.write(f"{nobody}\n")
        return 2
    if as_json:
        sys.stdout.write(json.dumps(asdict(found)) + "\n")
    else:
        for name, value in asdict(found).items():
            sys.stdout.write(f"{name:>18}  {value}\n")
    return 0 if found.good else 1


def look(control: Control) -> Found:
    """Compare. Reads the sandbox first: what arrives while we compare is counted next time."""
    officials = list(control.comments("officials"))
    addresses = [comment["address"] for comment in control.comments("citizens")]
    known = _known(addresses)
    cards = _cards(list(known.values()))
    twice, orphans, in_threads = _spoken(officials)
    broken = book.broken_at()
    return Found(
        sandbox_comments=len(addresses),
        messages=len(known),
        cards=len(cards),
        approved=_approved(set(known.values())),
        in_threads=in_threads,
        twice=twice + sum(count - 1 for count in cards.values()),
        lost=len(addresses) - len(known),
        orphans=orphans,
        chain="ok" if broken is None else f"broken at {broken}",
    )


def _known(addresses: list[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for start in range(0, len(addresses), PIECE):
        piece = Message.objects.filter(network=NETWORK, external_id__in=addresses[start : start + PIECE])
        known.update(piece.values_list("external_id", "pk"))
    return known


def _cards(messages: list[int]) -> Counter[int]:
    """How many cards have each of these messages as their main one."""
    cards: Counter[int] = Counter()
    for start in range(0, len(messages), PIECE):
        piece = IncidentMessage.objects.filter(message__in=messages[start : start + PIECE], main=True)
        cards.update(piece.values_list("message", flat=True))
    return cards


def _approved(messages: set[int]) -> int:
    """How many approved answers go under these comments."""
    approved = Delivery.objects.filter(answer__state=Answer.State.APPROVED, direct=False, message__network=NETWORK)
    return sum(pk in messages for pk in approved.values_list("message", flat=True))


def _spoken(officials: list[dict[str, Any]]) -> tuple[int, int, int]:
    """(said twice, said by nobody, said once as approved) among the official comments that still stand."""
    wanted: Counter[tuple[str, str]] = Counter()
    for delivery in Delivery.objects.filter(message__network=NETWORK).select_related("message").iterator():
        wanted[delivery.message.external_id, fold(delivery.text)] += 1
    standing: Counter[tuple[str, str]] = Counter()
    for comment in officials:
        if not comment["deleted"] and comment["parent"]:
            under = comment["address"].rpartition("=")[0] + f"={comment['parent']}"
            standing[under, fold(comment["text"])] += 1
    twice = sum(max(count - wanted[key], 0) for key, count in standing.items() if wanted[key])
    orphans = sum(count for key, count in standing.items() if not wanted[key])
    return twice, orphans, sum(min(count, wanted[key]) for key, count in standing.items() if wanted[key])
