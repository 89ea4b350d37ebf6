"""Where nobody is on duty. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """From `start` up to and without `end`; aware."""

    start: datetime
    end: datetime


def gaps(within: Span, covered: Iterable[Span]) -> list[Span]:
    """The parts of `within` that no span covers, in their order, none empty and no two that touch."""
    free_spans, at = [], within.start
    for span in sorted(covered):
        if span.start > at:
            free_spans.append(Span(at, min(span.start, within.end)))
        at = max(at, span.end)
        if at >= within.end:
            break
    else:
        free_spans.append(Span(at, within.end))
    return [span for span in free_spans if span.start < span.end]
