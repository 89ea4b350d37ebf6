"""Which norm a clock runs by. Values in, values out: the norms need not be in the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.routing.models import Norm

DEFAULT_MINUTES = {
    Norm.Clock.FIRST_ANSWER: (8 * 60, True),
    Norm.Clock.FINAL_ANSWER: (24 * 60, True),
}
FAST_TRACK_MINUTES = 4 * 60


@dataclass(frozen=True, slots=True)
class Allowed:
    """A norm as values: for a theme, for fast-track themes, or for all others."""

    clock: str
    theme: int | None
    fast_track: bool
    minutes: int
    working: bool


def allowed(norm: Norm) -> Allowed:
    return Allowed(norm.clock, norm.theme_id, norm.fast_track, norm.minutes, norm.working)


def pick(norms: Sequence[Allowed], clock: str, theme: int | None, fast_track: bool) -> tuple[int, bool]:
    """(minutes, working): the norm of the theme, of fast-track themes, or of all; ours where there is none."""
    mine = [one for one in norms if one.clock == clock]
    for fits in (
        lambda one: theme is not None and one.theme == theme,
        lambda one: fast_track and one.fast_track and one.theme is None,
        lambda one: not one.fast_track and one.theme is None,
    ):
        if found := next(filter(fits, mine), None):
            return found.minutes, found.working
    if clock == Norm.Clock.FIRST_ANSWER and fast_track:
        return FAST_TRACK_MINUTES, True
    return DEFAULT_MINUTES.get(Norm.Clock(clock), (8 * 60, True))
