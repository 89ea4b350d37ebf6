"""The judge: what was approved against what stands in the networks. It believes the sandbox and the journal alone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

CANNOT_LOOK = ("telegram",)  # no bot may ask what stands there: the rest waits for a person


@dataclass(frozen=True, slots=True)
class Wanted:
    """An approved answer, or one part of it: under which address, in which words; `order` among those under the same
    address. `part` counts from 1."""

    answer: int
    network: str
    address: str
    words: str
    order: int
    part: int = 1


@dataclass(frozen=True, slots=True)
class Reply:
    """A text of ours that stands in a network; `place` grows from the oldest to the newest."""

    network: str
    parent: str
    words: str
    place: int


@dataclass
class Tally:
    """Of one network. `wrong`: texts of ours where nobody has approved them; `turned`: an answer before its promise,
    or a part before the one that comes first. `parts`: what stands once of long answers beyond their first part.
    `gone`: approved before a restore to an older copy and not again, where the network tells nothing twice.
    `late`: not there yet when nobody waited any longer, and on its way still: no promise is broken by that."""

    written: int = 0
    cards: int = 0
    approved: int = 0
    once: int = 0
    parts: int = 0
    gone: int = 0
    waits: int = 0
    late: int = 0
    never: int = 0
    twice: int = 0
    wrong: int = 0
    turned: int = 0

    @property
    def good(self) -> bool:
        return self.cards == self.written and not (self.never or self.twice or self.wrong or self.turned)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(Tally))


def judge(
    wanted: Collection[Wanted],
    replies: Sequence[Reply],
    waiting: Collection[int],
    forgotten: Collection[Wanted] = (),
    under_way: Collection[int] = (),
) -> dict[str, Tally]:
    """By network. `waiting` are answers that a person has to decide on: these may be absent where nobody can look.
    `under_way` are answers that the machine goes on with by itself.
    `forgotten` were approved before a restore and not again: they may stand once, and only where nobody can look.
    """
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    counts = Counter((one.network, one.parent, one.words) for one in replies)
    for one in wanted:
        tally, times = tallies[one.network], counts.pop((one.network, one.address, one.words), 0)
        tally.approved += one.part == 1
        tally.once += times == 1 and one.part == 1
        tally.parts += times == 1 and one.part > 1
        tally.twice += max(0, times - 1)
        may_wait = one.answer in waiting and one.network in CANNOT_LOOK
        tally.waits += times == 0 and may_wait
        tally.late += times == 0 and not may_wait and one.answer in under_way
        tally.never += times == 0 and not may_wait and one.answer not in under_way
    for one in forgotten:
        tally, times = tallies[one.network], counts.pop((one.network, one.address, one.words), 0)
        tally.twice += max(0, times - 1)
        tally.gone += one.network in CANNOT_LOOK
        tally.never += one.network not in CANNOT_LOOK
    for (network, _, _), times in counts.items():
        tallies[network].wrong += times
    for network, times in _turned([*wanted, *forgotten], replies).items():
        tallies[network].turned += times
    return dict(tallies)


def _turned(wanted: Collection[Wanted], replies: Sequence[Reply]) -> Counter[str]:
    """How many texts stand behind one that should come after them."""
    order = {(one.network, one.address, one.words): one.order for one in wanted}
    threads: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for one in sorted(replies, key=lambda one: one.place):
        known = order.get((one.network, one.parent, one.words))
        if known is not None:
            threads[one.network, one.parent].append(known)
    turned: Counter[str] = Counter()
    for (network, _), orders in threads.items():
        turned[network] += sum(before > after for before, after in pairwise(orders))
    return turned


def with_cards(tallies: dict[str, Tally], written: Mapping[tuple[str, str], int]) -> dict[str, Tally]:
    """`written` is how many cards each citizen's text, by network and address, is the main one of: one is right."""
    for (network, _), cards in written.items():
        tally = tallies.setdefault(network, Tally())
        tally.written += 1
        tally.cards += cards == 1
    return tallies
