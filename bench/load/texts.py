"""What many people write in a few hours, by seed: complaints, chatter, near copies and one burst main of many."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from otklik.demo.texts import near_copy, noise, thanks
from otklik.demo.texts.stream import stream
from tests import burst_texts

NEAR, BURST, CHATTER = 0.12, 0.08, 0.1
"""Of all texts: those written nearly the same again, those about one burst main, and those that ask for nothing."""


def texts(seed: int, count: int, now: datetime) -> list[str]:
    """No two alike, in an order that mixes all kinds."""
    rng = Random(seed)  # noqa: S311 a seeded generator, not cryptography
    alone: dict[str, None] = {}
    for text in _texts(rng, count, now):
        alone.setdefault(text, None)
        if len(alone) == count:
            break
    unique_texts = list(alone)
    rng.shuffle(unique_texts)
    return unique_texts


def _texts(rng: Random, count: int, now: datetime) -> Iterator[str]:
    """Without an end: generators repeat themselves, and more is told until enough are different."""
    seeds = iter(range(rng.randrange(1_000_000), 10_000_000))
    burst: list[str] = []
    while True:
        complaints = [one.text.body for one in stream(rng, max(count, 10), now - timedelta(days=212))]
        for text in complaints:
            chance = rng.random()
            if chance < CHATTER:
                yield rng.choice((noise, thanks))(rng)
            elif chance < CHATTER + BURST:
                burst = burst or [one.text for one in burst_texts.burst(next(seeds))]
                yield burst.pop()
            else:
                yield text
                if rng.random() < NEAR / (1 - CHATTER - BURST - NEAR):
                    yield near_copy(rng, text)
