"""How well a card that is known already is told: `python -m bench.understanding.similar [--part tune|measure]`.

The pairs of messages are invented. What the product's recognisers think of each is all that the judgement is given.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bench.understanding.figures import shown
from otklik.lib.text import fold, lower
from otklik.places import gazetteer
from otklik.themes import classifier, wording
from otklik.triage.place.finder import KnownPlace, PlaceFinder
from otklik.triage.place.streetname import KnownStreet
from otklik.triage.similar import LIKELY, POSSIBLE, CardSketch, Likeness, compare, house_key, street_key
from otklik.triage.sketch import marks, sketch
from otklik.triage.theme.finder import KnownTheme, ThemeFinder

PAIRS = Path(__file__).with_name("similar_pairs.csv")
TODAY = 14.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the recognisers see it: codes of its theme (None where nothing was told) and of the next best ones;
    `path` are the ids of its place from the municipality down."""

    text: str
    theme: str | None
    also: tuple[str, ...]
    path: tuple[int, ...]
    street: str
    house: str


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    days: float
    same_author: bool
    one: Seen
    other: Seen

    @property
    def known(self) -> bool:
        return self.label != "different"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.understanding.similar", description=__doc__)
    parser.add_argument("--part", choices=("tune", "measure"), help="one half only (default both)")
    parser.add_argument("--wrong", action="store_true", help="show the pairs that were mistaken")
    asked = parser.parse_args(words)
    pairs = list(labelled(asked.part))
    _say(f"{len(pairs)} pairs, {sum(pair.known for pair in pairs)} of them known already")
    _report("same theme and place in two weeks:", pairs, today)
    _report("likely by the rules:", pairs, lambda pair: judged(pair).score >= LIKELY)
    _report("possible by the rules:", pairs, lambda pair: judged(pair).score >= POSSIBLE)
    if asked.wrong:
        for pair in pairs:
            likeness = judged(pair)
            if pair.known != (likeness.score >= LIKELY):
                _say(f"{pair.label} {likeness.score} {likeness.why}: {pair.one} | {pair.other}")
    return 0


def labelled(part: str | None = None) -> list[Pair]:
    """The pairs of one half or of both, with what the recognisers say."""
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if part in (None, row["part"])]
    return [
        Pair(
            row["label"],
            float(row["days"]),
            row["same_author"] == "yes",
            look(row["one"], row["community_one"]),
            look(row["other"], row["community_other"]),
        )
        for row in rows
    ]


def today(pair: Pair) -> bool:
    """The rule before this one: the same theme in the same place, within two weeks."""
    same = pair.one.theme is not None and (pair.one.theme, pair.one.path) == (pair.other.theme, pair.other.path)
    return same and pair.days <= TODAY


def judged(pair: Pair) -> Likeness:
    """What the product says of the pair."""
    now = datetime(2026, 10, 5, 9, tzinfo=UTC)
    sides = [
        CardSketch(
            at=now - timedelta(days=days),
            author=author,
            theme=seen.theme or "",
            also=seen.also,
            place=seen.path,
            street=street_key(seen.street),
            house=house_key(seen.house),
            sketch=sketch(fold(seen.text)),
            marks=marks(fold(seen.text), lower(seen.street)),
        )
        for seen, days, author in ((pair.one, pair.days, 1), (pair.other, 0.0, 1 if pair.same_author else 2))
    ]
    return compare(sides[0], sides[1], wording.differences().keys())


def look(text: str, community: str) -> Seen:
    """What the recognisers say of a message that was written in the community of this place."""
    themes, places, codes = _recognisers()
    theme_codes = tuple(classifier.load().themes[guess.theme_id].code for guess in themes.suggest(text))
    place = places.find(text, community_place=codes.index(community))
    return Seen(
        text,
        theme_codes[0] if theme_codes else None,
        theme_codes[1:],
        _path(place.place_id),
        place.street,
        place.house,
    )


def _path(place: int | None) -> tuple[int, ...]:
    """The ids from the municipality down."""
    data, codes = gazetteer.load().places, _recognisers()[2]
    ids: list[int] = []
    while place is not None and data[place].level != "region":
        ids.insert(0, place)
        parent = data[place].parent
        place = codes.index(parent) if parent else None
    return tuple(ids)


@cache
def _recognisers() -> tuple[ThemeFinder, PlaceFinder, list[str]]:
    data, known = gazetteer.load(), classifier.load()
    codes = [place.code for place in data.places]
    ids = {code: number for number, code in enumerate(codes)}
    groups = {group.code: group.name for group in known.groups}
    places = [
        KnownPlace(
            ids[one.code],
            one.name,
            one.level,
            one.kind,
            ids[one.parent] if one.parent else None,
            one.population,
            one.aliases,
        )
        for one in data.places
    ]
    streets = [KnownStreet(one.name, one.kind, ids.get(one.settlement or "")) for one in data.streets]
    themes = [
        KnownTheme(number, one.name, groups[one.group], one.description, one.keywords)
        for number, one in enumerate(known.themes)
    ]
    return ThemeFinder(themes), PlaceFinder(places, streets), codes


def _report(title: str, pairs: Sequence[Pair], rule: Callable[[Pair], bool]) -> None:
    positives = [pair for pair in pairs if rule(pair)]
    right, known = sum(pair.known for pair in positives), sum(pair.known for pair in pairs)
    _say(f"{title} precision {shown(right, len(positives))}; recall {shown(right, known)}")
    for label in ("copy", "same"):
        those = [pair for pair in pairs if pair.label == label]
        _say(f"    {label}: {shown(sum(rule(pair) for pair in those), len(those))}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
