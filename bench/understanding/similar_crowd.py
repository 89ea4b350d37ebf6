"""A database with many open and recent cards, and some known pairs among them, for `similar_speed.py`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.db import transaction

from bench.desk.sample import Sample, samples
from bench.understanding.similar import Pair, Seen
from otklik.demo.region import load_reference
from otklik.finding.sketches import draw, remember
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.lib.text import fold
from otklik.places import gazetteer
from otklik.places.models import Place
from otklik.themes.models import Theme
from otklik.triage.models import Verdict

PIECE = 500
DAYS = 60
WRITERS = 3
"""Of how many cards one has an author who has written before."""


class Crowd:
    """Writes cards piece by piece, each with one message, a verdict and its sketch."""

    def __init__(self, now: datetime) -> None:
        load_reference(now, lambda _done, _total: None)
        self.now = now
        self.rng = Random(11)  # noqa: S311 a seeded generator, not cryptography
        self.thread = Thread.objects.create(network="vk", external_id="wall-1_1")
        self.numbers = count(1)
        self.themes = dict(Theme.objects.values_list("code", "pk"))
        self.places = dict(Place.objects.values_list("code", "pk"))
        self.codes = [place.code for place in gazetteer.load().places]

    def fill(self, cards: int) -> Iterator[int]:
        """Half of them open; yields how many are there."""
        piece: list[Sample] = []
        for number, sample in enumerate(samples(self.rng, cards, self.now), start=1):
            piece.append(replace(sample, at=self.now - timedelta(days=self.rng.random() * DAYS)))
            if len(piece) == PIECE or number == cards:
                self._write(piece, [None] * len(piece))
                piece = []
                yield number

    def plant(self, pairs: Sequence[Pair]) -> list[tuple[int, int]]:
        """Ids of the cards of each pair, the second of which asks."""
        id_pairs = []
        for pair in pairs:
            ones = self._write([self._sample(pair.one, pair.days)], [None])
            author = Incident.objects.get(pk=ones[0]).messages.get().author_id if pair.same_author else None
            id_pairs.append((ones[0], self._write([self._sample(pair.other, 0)], [author])[0]))
        return id_pairs

    def _sample(self, seen: Seen, days: float) -> Sample:
        place = self.places[self.codes[seen.path[-1]]] if seen.path else 0
        theme = self.themes.get(seen.theme or "", 0)
        at = self.now - timedelta(days=days)
        return Sample(seen.text, "", at, theme, "", place, 0, seen.street, seen.house, "")

    def _write(self, piece: Sequence[Sample], authors: Sequence[int | None]) -> list[int]:
        with transaction.atomic():
            messages = Message.objects.bulk_create(
                self._message(one, author) for one, author in zip(piece, authors, strict=True)
            )
            cards = Incident.objects.bulk_create(self._card(one) for one in piece)
            IncidentMessage.objects.bulk_create(
                IncidentMessage(incident=card, message=message, main=True, linked_at=self.now)
                for card, message in zip(cards, messages, strict=True)
            )
            Verdict.objects.bulk_create(
                self._verdict(one, message) for one, message in zip(piece, messages, strict=True)
            )
            remember(draw([card.pk for card in cards], self.now), self.now)
        return [card.pk for card in cards]

    def _message(self, sample: Sample, author: int | None) -> Message:
        number = next(self.numbers)
        if author is None:
            written = self.rng.randint(1, number) if self.rng.randrange(WRITERS) == 0 else number
            who, _ = Author.objects.get_or_create(network="vk", external_id=f"id{written}")
            author = who.pk
        return Message(
            network="vk",
            external_id=f"wall-1_1?reply={number}",
            place=Message.Place.COMMENT,
            thread=self.thread,
            author_id=author,
            text=sample.text,
            folded=fold(sample.text),
            posted_at=sample.at,
            captured_at=sample.at,
        )

    def _card(self, sample: Sample) -> Incident:
        is_open = self.rng.random() < 0.5 or not sample.agency
        return Incident(
            number=next(self.numbers) + 10_000_000,
            state=State.IN_WORK if is_open else State.DONE,
            guessed_theme_id=sample.theme or None,
            guessed_place_id=sample.place or None,
            started_at=sample.at,
            created_at=sample.at,
            closed_at=None if is_open else self.now,
        )

    def _verdict(self, sample: Sample, message: Message) -> Verdict:
        return Verdict(
            message=message,
            at=sample.at,
            kind="complaint",
            theme_id=sample.theme or None,
            themes=[{"id": sample.theme, "share": 0.8, "why": []}] if sample.theme else [],
            place_id=sample.place or None,
            street=sample.street,
            house=sample.house,
        )
