"""`otklik audit`: nothing lost, nothing twice, nothing by accident. What we hold against what the sandbox holds, or by
itself in a real region."""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.conf import settings

from otklik.demo.control import Control, NoSandbox
from otklik.inbox.models import Message
from otklik.lib.text import fold
from otklik.networks.models import Source
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery
from otklik.site import anchors, own_rows

Text = dict[str, Any]
"""A text as the sandbox's control API tells it."""
PRIVATE = "in some dialogue"
"""Where an answer stands that was given in private to public words: their address does not tell."""

Spot = tuple[str, str]
"""The address under which a text stands (of its dialogue, for private words), and the folded text."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer on its way. `above` are addresses under which it may come to stand instead: what stands over `under`,
    since some networks hang every reply under the first comment or the post."""

    under: str
    text: str
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """One official text that stands there; `under` is the address of the dialogue if it is `private`."""

    under: str
    text: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """Said as wanted, said more often than wanted, wanted by nobody."""

    good: int
    twice: int
    orphans: int


class _Spare:
    """Answers that do not stand right where they should, by where else they may. Each explains one text."""

    def __init__(self, wishes: Counter[Wanted], left: Counter[Spot]) -> None:
        self._left = Counter(left)
        self._near: defaultdict[Spot, list[Spot]] = defaultdict(list)
        for wish in wishes:
            for address in wish.above:
                self._near[address, wish.text].append((wish.under, wish.text))

    def take(self, reply: Standing, most: int) -> int:
        """How many of `most` such texts are explained."""
        spots = self._near[reply.under, reply.text] + (self._near[PRIVATE, reply.text] if reply.private else [])
        taken = 0
        for spot in spots:
            now = min(most - taken, self._left[spot])
            self._left[spot] -= now
            taken += now
        return taken


@dataclass(frozen=True, slots=True)
class Figures:
    """Beside a sandbox the counts speak of what it holds; history that was only loaded is not in them. By our own
    tables alone they speak of all that these hold, and what only the networks could tell is None.

    `sandbox_comments`: citizens' texts in places we read, private ones too; what was taken back before we heard of it
    is left out. `lost`: those without a message. `sent`: answers that we take for said; `absent`: those of them that do
    not stand where they should while the text that they answer does (by our own tables: no address is known).
    `idle`: approved answers that nothing will say and nobody is asked about. `twice`: answers that stand more than
    once, or that our tables or the journal tell twice of, and texts with more than one card, but for those that a
    person has split. `orphans`: official replies that no delivery of ours explains (what a community writes under its
    own post is its own affair).
    """

    sandbox_comments: int | None
    messages: int
    cards: int
    approved: int
    sent: int
    in_threads: int | None
    absent: int
    idle: int
    twice: int
    lost: int | None
    orphans: int | None

    @property
    def good(self) -> bool:
        return not (self.lost or self.absent or self.idle or self.twice or self.orphans)


@dataclass(frozen=True, slots=True)
class Findings:
    """Figures by network; `chain` is the journal's, held against what was written down elsewhere, too."""

    networks: Mapping[str, Figures]
    chain: str

    @property
    def total(self) -> Figures:
        return Figures(**{name: self._sum(name) for name in NAMES})

    def _sum(self, name: str) -> Any:
        """None where no network can tell."""
        known = [count for one in self.networks.values() if (count := getattr(one, name)) is not None]
        return sum(known) if known else None

    @property
    def good(self) -> bool:
        return self.total.good and self.chain == "ok"


NAMES = [field.name for field in fields(Figures)]


def audit(as_json: bool, beside: bool | None = None) -> int:
    """Prints what was found: `beside` a sandbox, or by our own tables, when no port is called; None: as the
    installation is a training one or a real one. Exit code 1 where something is lost, twice, unexplained or broken."""
    try:
        findings = _beside_sandbox() if (settings.MODE == "demo" if beside is None else beside) else _alone()
    except NoSandbox as nobody:
        sys.stderr.write(f"{nobody}\n")
        return 2
    if as_json:
        networks = {network: asdict(one) for network, one in findings.networks.items()}
        payload = {**asdict(findings.total), "chain": findings.chain, "networks": networks}
        sys.stdout.write(json.dumps(payload) + "\n")
    else:
        _print(findings)
    return 0 if findings.good else 1


def _print(findings: Findings) -> None:
    """A row for each figure: all networks together, then each of them."""
    columns = {"total": findings.total, **findings.networks}
    sys.stdout.write(" " * 18 + "".join(f"{title:>11}" for title in columns) + "\n")
    for name in NAMES:
        counts = [getattr(one, name) for one in columns.values()]
        sys.stdout.write(f"{name:>18}" + "".join(f"{'-' if one is None else one:>11}" for one in counts) + "\n")
    sys.stdout.write(f"{'chain':>18}{findings.chain:>11}\n")
    if findings.total.lost is None:
        sys.stdout.write("Сверено без сетей, по базе и журналу: что отмечено «-», знают только сети.\n")


def _beside_sandbox() -> Findings:
    with Control() as control:
        return look(control)


def look(control: Control) -> Findings:
    """Compare. Reads the sandbox first: what arrives while we compare is counted next time."""
    held: defaultdict[str, list[Text]] = defaultdict(list)
    for kind in sorted({network.prefix for network in NETWORKS.values()}):
        for text in control.texts(kind):
            held[text["network"]].append(text)
    return Findings({network: _compare(network, held[network]) for network in NETWORKS}, anchors.soundness())


def _alone() -> Findings:
    """What can be said without any network."""
    return Findings({network: _own(network) for network in NETWORKS}, anchors.soundness())


def _own(network: str) -> Figures:
    messages = list(own_rows.messages_of(network).values_list("pk", flat=True))
    cards, extra = own_rows.cards_of(messages)
    return Figures(
        sandbox_comments=None,
        messages=len(messages),
        cards=cards,
        approved=own_rows.approved_in(network).count(),
        sent=own_rows.sent_in(network).count(),
        in_threads=None,
        absent=own_rows.unaddressed_in(network),
        idle=own_rows.idle_in(network),
        twice=extra + own_rows.repeated_in(network),
        lost=None,
        orphans=None,
    )


def _compare(network: str, texts: list[Text]) -> Figures:
    public, private = _read(network)
    # Whoever's name stands there: in history one of ours may have spoken who has no key any more.
    sent_ids = set(own_rows.sent_in(network).values_list("sent__external_id", flat=True))
    texts = [text | {"official": text["official"] or text["address"] in sent_ids} for text in texts]
    near = [text for text in texts if (private if text["dialogue"] else public) & set(text["places"])]
    citizens = {text["address"]: text for text in near if not text["official"]}
    known = _known(network, list(citizens))
    lost = sum(not text["deleted"] for address, text in citizens.items() if address not in known)
    cards, extra = own_rows.cards_of(known.values())
    spoken = _spoken(network, texts, private)
    mine = set(known.values())
    approved, sent = own_rows.approved_in(network), own_rows.sent_in(network)
    return Figures(
        sandbox_comments=len(known) + lost,
        messages=len(known),
        cards=cards,
        approved=sum(pk in mine for pk in approved.values_list("message", flat=True)),
        sent=sum(pk in mine for pk in sent.values_list("message", flat=True)),
        in_threads=spoken.good,
        absent=_absent(network, texts),
        idle=own_rows.idle_in(network),
        twice=spoken.twice + extra,
        lost=lost,
        orphans=spoken.orphans,
    )


def _absent(network: str, texts: list[Text]) -> int:
    """Answers that we take for said, to texts that still stand, and where they should be is nothing. What a person has
    published by hand stands where his link leads, if it leads to a text."""
    parents = {text["address"]: text["parent"] for text in texts}
    standing = {text["address"] for text in texts if not text["deleted"]}
    rows = own_rows.sent_in(network).values_list("message__external_id", "sent__external_id", "sent__by_hand")
    absent = 0
    for address, there, by_hand in rows.iterator():
        whole = standing.issuperset((address, *_above(address, parents)))
        linked = by_hand is not None and there not in parents
        absent += whole and there not in standing and not linked
    return absent


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
    for piece in own_rows.pieces(addresses):
        there = Message.objects.filter(network=network, external_id__in=piece)
        known.update(there.values_list("external_id", "pk"))
    return known


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
    ancestors: list[str] = []
    while (address := parents.get(address, "")) and address not in ancestors:
        ancestors.append(address)
    return tuple(ancestors)


def compare(wanted: Iterable[Wanted], standing: Iterable[Standing], own: Set[str] = frozenset()) -> Spoken:
    """`own` are addresses under which whoever speaks needs nobody's leave: posts of officials."""
    wishes = Counter(wanted)
    exact: Counter[Spot] = Counter()
    for wish, count in wishes.items():
        exact[wish.under, wish.text] += count
    there: Counter[Standing] = Counter(standing)
    good = twice = orphans = 0
    strangers: list[tuple[Standing, int]] = []
    for reply, count in there.items():
        spot = (reply.under, reply.text)
        good += min(count, exact[spot])
        if exact[spot]:
            twice += max(count - exact[spot], 0)
            exact[spot] -= min(count, exact[spot])
        else:
            strangers.append((reply, count))
    spare = _Spare(wishes, exact)
    for reply, count in strangers:
        match_count = spare.take(reply, count)
        good += match_count
        if match_count:
            twice += count - match_count
        elif reply.under not in own:
            orphans += count
    return Spoken(good, twice, orphans)
