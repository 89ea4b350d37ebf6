"""Which numbers of a table are kept back, so that nothing is told of a few people, nor can be subtracted. Pure.

A table is one column of numbers whose sum is known. Whoever reads it may know this rule, too.
"""

from collections.abc import Collection, Sequence

DEFAULT_LEAST = 5
LEAST, MOST = 3, 100
"""The bounds of what an administrator may choose."""
BLUR = 3
"""So many times the least is the smallest sum that is told of numbers that are hidden."""


def kept_back(counts: Sequence[int], least: int, already: Collection[int] = ()) -> frozenset[int]:
    """The places of what is not shown: every number from 1 to `least` - 1, all of `already`, and of the others the
    smallest ones, until each of the hidden could be many numbers. 0 is nobody, and is told.

    What is hidden for its own sake and for another's must look the same to the reader. Where the sum itself is too
    small (`too_few`) all is hidden.
    """
    if too_few(sum(counts), least):
        return frozenset(at for at, count in enumerate(counts) if count or at in already)
    hidden = {at for at, count in enumerate(counts) if 0 < count < least} | set(already)
    others = sorted((count, at) for at, count in enumerate(counts) if count >= least and at not in hidden)
    while hidden and others and not _blurred([counts[at] for at in hidden], others[0][0], least):
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)


def too_few(total: int, least: int) -> bool:
    """Whether not even the sum may be shown."""
    return 0 < total < BLUR * least


def _blurred(hidden: Collection[int], smallest: int, least: int) -> bool:
    """Whether what is known of the hidden numbers leaves each of them open: their sum, that one at least is under the
    least, and that none is larger than the smallest that is shown. At either end of this there is but one way. That all
    of them are nobody may be known."""
    total = sum(hidden)
    return not total or (len(hidden) > 1 and BLUR * least <= total <= (len(hidden) - 1) * smallest - 1)
