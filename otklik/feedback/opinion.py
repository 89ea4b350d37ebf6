"""What somebody said of an answer, checked. Pure."""

from dataclasses import dataclass

MOST_REASON = 1000
SOLVED = ("yes", "partly", "no")
SATISFIED_FROM = 4


@dataclass(frozen=True, slots=True)
class Opinion:
    """How good the answer is (`mark` 1 to 5), whether the problem is `solved` («yes», «partly», «no»), and why in words
    of one's own. Either of the two may be empty (None, ""), but not both: ValueError, as for whatever else is neither.
    """

    mark: int | None = None
    solved: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if self.mark is not None and not 1 <= self.mark <= 5:
            raise ValueError(f"a mark is 1 to 5, not {self.mark}")
        if self.solved not in ("", *SOLVED):
            raise ValueError(f"solved is one of {SOLVED}, not {self.solved!r}")
        if self.mark is None and not self.solved:
            raise ValueError("one of the two questions must be answered")
        if len(self.reason) > MOST_REASON:
            raise ValueError(f"a reason has {MOST_REASON} characters at most")


def good(mark: int | None, solved: str) -> bool:
    """Whether neither of the two answers complains: a mark of 4 or 5 or none, solved or unsaid."""
    return (mark is None or mark >= SATISFIED_FROM) and solved in ("", "yes")
