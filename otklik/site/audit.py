"""`otklik audit`: what the sandbox holds against what we hold. Nothing lost, nothing twice, nothing by accident."""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from otklik.answers.models import Answer
from otklik.demo.control import Control, NoSandbox
from otklik.inbox.models import Message
from otklik.incidents.models import IncidentMessage
from otklik.journal import book
from otklik.lib.text import fold
from otklik.networks.models import Source
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery
from otklik.site.spoken import PRIVATE, Spoken, Standing, Wanted, compare

PIECE = 500
Text = dict[str, Any]
"""A text as the sandbox's control API tells it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts speak of what the sandbox holds; history that was only loaded is not in them.

    `sandbox_comments`: citizens' texts in places we read, private ones too; what was taken back before we heard of it
    is left out. `lost`: those without a message. `twice`: answers that stand more than once, and texts with more than
    one card. `orphans`: official replies that no delivery of ours explains (what a community writes under its own post
    is its own affair).
    """

    sandbox_comments: int
    messages: int
    cards: int
    approved: int
    in_threads: int
    twice: int
    lost: int
    orphans: int

    @property
    def good(self) -> bool:
        return not (self.lost or self.twice or self.orphans)


@dataclass(frozen=True, slots=True)
class Found:
    """Figures by network; `chain` is the journal's."""

    networks: Mapping[str, Figures]
    chain: str

    @property
    def total(self) -> Figures:
        return Figures(*(sum(getattr(one, name) for one in self.networks.values()) for name in NAMES))

    @property
    def good(self) -> bool:
        return self.total.good and self.chain == "ok"


NAMES = [field.name for field in fields(Figures)]


def audit(as_json: bool) -> int:
    """Prints what was found. Exit code 1 where something is lost, twice, unexplained or broken."""
    try:
        with Control() as control:
            found = look(control)
    except NoSandbox as nobody:
        sys.stderr.write(f"{nobody}\n")
        return 2
    if as_json:
        networks = {network: asdict(one) for network, one in found.networks.items()}
        told = {**asdict(found.total), "chain": found.chain, "networks": networks}
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        _print(found)
    return 0 if found.good else 1


def _print(found: Found) -> None:
    """A row for each figure: all networks together, then each of them."""
    columns = {"total": found.total, **found.networks}
    sys.stdout.write(" " * 18 + "".join(f"{title:>11}" for title in columns) + "\n")
    for name in NAMES:
        row = "".join(f"{getattr(one, name):>11}" for one in columns.values())
        sys.stdout.write(f"{name:>18}{row}\n")
    sys.stdout.write(f"{'chain':>18}{found.chain:>11}\n")


def look(control: Control) -> Found:
    """Compare. Reads the sandbox first: what arrives while we compare is counted next time."""
    held: defaultdict[str, list[Text]] = defaultdict(list)
    for kind in sorted({network.prefix for network in NETWORKS.values()}):
        for text in control.texts(kind):
            held[text["network"]].append(text)
    networks = {network: _compare(network, held[network]) for network in NETWORKS}
    broken = book.broken_at()
    return Found(networks, "ok" if broken is None else f"broken at {broken}")


def _compare(network: str, texts: list[Text]) -> Figures:
    public, private = _read(network)
    near = [text for text in texts if (private if text["dialogue"] else public) & set(text["places"])]
    citizens = {text["address"]: text for text in near if not text["official"]}
    known = _known(network, list(citizens))
    lost = sum(not text["deleted"] for address, text in citizens.items() if address not in known)
    cards = _cards(list(known.values()))
    spoken = _spoken(network, texts, private)
    return Figures(
        sandbox_comments=len(known) + lost,
        messages=len(known),
        cards=len(cards),
        approved=_approved(network, set(known.values())),
        in_threads=spoken.good,
        twice=spoken.twice + sum(count - 1 for count in cards.values()),
        lost=lost,
        orphans=spoken.orphans,
    )


def _read(network: str) -> tuple[set[str], set[str]]:
    """Where we read: the sandbox's ids of places, and of those whose dialogues are ours."""
    public: set[str] = set()
    private: set[str] = set()
    whole = (Source.Kind.OWN, Source.Kind.FOREIGN, Source.Kind.DIALOGUE)
    for source in Source.objects.filter(network=network, kind__in=whole, active=True).select_related("account"):
        if source.kind != Source.Kind.FOREIGN:
            private.add(source.account.external_id)
        if source.kind != Source.Kind.DIALOGUE:
            number = re.search(r"-?\d+$", source.external_id, re.ASCII)
            public.add(number[0] if number else source.external_id)
        if source.kind == Source.Kind.OWN:
            public.add(source.account.external_id)
    return public, private


def _known(network: str, addresses: list[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for start in range(0, len(addresses), PIECE):
        piece = Message.objects.filter(network=network, external_id__in=addresses[start : start + PIECE])
        known.update(piece.values_list("external_id", "pk"))
    return known


def _cards(messages: list[int]) -> Counter[int]:
    """How many cards have each of these messages as their main one."""
    cards: Counter[int] = Counter()
    for start in range(0, len(messages), PIECE):
        piece = IncidentMessage.objects.filter(message__in=messages[start : start + PIECE], main=True)
        cards.update(piece.values_list("message", flat=True))
    return cards


def _approved(network: str, messages: set[int]) -> int:
    """How many approved answers go to these texts; one in parts counts as often as it has parts."""
    approved = Delivery.objects.filter(answer__state=Answer.State.APPROVED, message__network=network)
    return sum(pk in messages for pk in approved.values_list("message", flat=True))


def _spoken(network: str, texts: list[Text], ours: set[str]) -> Spoken:
    """Our deliveries against the official texts that still stand: replies anywhere, and words in our dialogues."""
    standing = [
        Standing(text["dialogue"] or text["parent"], fold(text["text"]), private=bool(text["dialogue"]))
        for text in texts
        if text["official"] and not text["deleted"]
        if (ours & set(text["places"]) if text["dialogue"] else text["parent"])
    ]
    posts = {text["address"] for text in texts if text["official"] and not text["parent"]}
    return compare(_wanted(network, {text["address"]: text["parent"] for text in texts}), standing, posts)


def _wanted(network: str, parents: Mapping[str, str]) -> Iterable[Wanted]:
    rows = Delivery.objects.filter(message__network=network).values_list(
        "message__external_id", "message__place", "message__thread__external_id", "direct", "text"
    )
    for address, place, thread, direct, text in rows.iterator():
        if place == Message.Place.DIRECT:
            yield Wanted(thread, fold(text))
        else:
            yield Wanted(address, fold(text), (PRIVATE,) if direct else _above(address, parents))


def _above(address: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """What this text stands under, up to the post."""
    found: list[str] = []
    while (address := parents.get(address, "")) and address not in found:
        found.append(address)
    return tuple(found)
