"""Is the journal's chain whole? Checked piece by piece, so that no request runs for minutes."""

from dataclasses import dataclass

from otklik.journal import seals

PIECE = 10_000


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the check has come. `broken` is the first entry that does not fit, 0 for none yet."""

    upto: int
    last: int
    broken: int

    @property
    def over(self) -> bool:
        return bool(self.broken) or self.upto >= self.last

    @property
    def percent(self) -> int:
        return 100 if self.upto >= self.last else 100 * self.upto // max(self.last, 1)


def check(after: int, upto: int = 0) -> Checked:
    """The entries after the one with this id, about PIECE of them.

    `upto` is the last sealed entry there was when the check began: those written meanwhile wait for the next one. Each
    piece starts from the stored seal of the entry before it, which the piece before has checked.
    """
    newest = seals.newest().last
    last = min(upto, newest) if upto > 0 else newest
    place = start = seals.place_before(after)
    looked = 0
    for place, broken in seals.pieces(start):
        if broken:
            return Checked(start.last, last, broken)
        looked += place.entries
        if place.last >= last or looked >= PIECE:
            break
    return Checked(place.last, last, 0)
