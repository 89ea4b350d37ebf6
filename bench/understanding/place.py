"""What the finder of places is worth: `python -m bench.understanding.place [--half tune|measure|all]`.

Prints precision, recall and F1 of municipality, settlement, street and house on the invented sentences beside this
file, and how many texts a second it reads. The halves are divided by a hash of the text: rules were made looking at the
failures of `tune`, and of `measure` nobody looks at a failure.
"""

import argparse
import csv
import hashlib
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.understanding.figures import wilson
from otklik.lib.text import lower
from otklik.places.gazetteer import Gazetteer, load, slug
from otklik.triage.place.finder import KnownPlace, PlaceFinder, PlaceGuess
from otklik.triage.place.streetname import KnownStreet

SENTENCES = Path(__file__).with_name("place_sentences.csv")
PARTS = ("municipality", "settlement", "street", "house")
WANTED = {"municipality": 0.97, "settlement": 0.95, "street": 0.92, "house": 0.92}


class Sentence(NamedTuple):
    """A row of the file: `place` and `community` are codes, an empty string is «not named»."""

    text: str
    community: str
    municipality: str
    settlement: str
    street: str
    house: str
    sort: str


class Reader:
    """The finder over the shipped gazetteer, with codes for its ids."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.ids = {place.code: number for number, place in enumerate(gazetteer.places, 1)}
        self.codes = {number: code for code, number in self.ids.items()}
        self.finder = finder(gazetteer, self.ids)

    def read(self, sentence: Sentence) -> PlaceGuess:
        return self.finder.find(sentence.text, community_place=self.ids.get(sentence.community))

    def parts(self, guess: PlaceGuess) -> dict[str, str]:
        """What the text names, in a form that compares; a community's place is not named."""
        named = guess.municipality_id if guess.source == "text" else None
        return {
            "municipality": self.codes.get(named or 0, ""),
            "settlement": self.codes.get(guess.settlement_id or 0, ""),
            "street": normal(guess.street),
            "house": normal(guess.house).replace(" ", ""),
        }


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when a target is missed, so that a person looks."""
    parser = argparse.ArgumentParser("python -m bench.understanding.place", description=__doc__)
    parser.add_argument("--half", choices=("tune", "measure", "all"), default="all")
    parser.add_argument("--failures", action="store_true", help="print what went wrong in the tune half")
    args = parser.parse_args(words)
    reader = Reader(load())
    chosen = [one for one in sentences() if args.half in ("all", half(one.text))]
    table = {part: score(reader, chosen, part) for part in PARTS}
    say(f"{args.half}: {len(chosen)} sentences")
    for part, (right, positives, meant) in table.items():
        say(line(part, right, positives, meant))
    say(everywhere(reader, chosen))
    if args.failures:
        for failure in failures(reader, [one for one in sentences() if half(one.text) == "tune"]):
            say(failure)
    say(speed(reader))
    return int(any(f1(*counts) < WANTED[part] for part, counts in table.items()))


def sentences() -> list[Sentence]:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [Sentence(**row) for row in csv.DictReader(file)]


def half(text: str) -> str:
    return "tune" if hashlib.sha256(text.encode()).digest()[0] % 2 else "measure"


def expected(sentence: Sentence) -> dict[str, str]:
    """As `Reader.parts`. A settlement whose municipality nothing tells is compared by its name alone."""
    inside = f"{sentence.municipality}-{slug(sentence.settlement)}" if sentence.settlement else ""
    return {
        "municipality": sentence.municipality,
        "settlement": inside,
        "street": normal(sentence.street),
        "house": normal(sentence.house).replace(" ", ""),
    }


def normal(name: str) -> str:
    """Folded words without «улица», in alphabetical order: «Курортный проспект» is «проспект Курортный»."""
    roads = [re.findall(r"[\w/-]+", part) for part in lower(name).split(" / ")]
    return " / ".join(" ".join(sorted(word for word in road if word != "улица")) for road in roads)


def score(reader: Reader, chosen: list[Sentence], part: str) -> tuple[int, int, int]:
    """How many were right, said, and there to be said."""
    pairs = [(reader.parts(reader.read(one))[part], expected(one)[part]) for one in chosen]
    right = sum(bool(meant) and guess == meant for guess, meant in pairs)
    return right, sum(bool(guess) for guess, _ in pairs), sum(bool(meant) for _, meant in pairs)


def f1(right: int, positives: int, meant: int) -> float:
    return 2 * right / (positives + meant) if positives + meant else 1.0


def line(part: str, right: int, positives: int, meant: int) -> str:
    precise, recall = wilson(right, positives), wilson(right, meant)
    return (
        f"{part:13} F1 {f1(right, positives, meant):.3f} (wanted {WANTED[part]:.2f})"
        f"  precision {right}/{positives} [{precise[0]:.3f}–{precise[1]:.3f}]"
        f"  recall {right}/{meant} [{recall[0]:.3f}–{recall[1]:.3f}]"
    )


def everywhere(reader: Reader, chosen: list[Sentence]) -> str:
    """The municipality of every text, from its community where it names none."""
    gazetteer = {place.code: place for place in load().places}
    right = positives = meant = 0
    for one in chosen:
        wanted = one.municipality or (one.community and _above(gazetteer[one.community].parent, one.community))
        got = reader.codes.get(reader.read(one).municipality_id or 0, "")
        right, positives, meant = right + bool(wanted and got == wanted), positives + bool(got), meant + bool(wanted)
    score = f1(right, positives, meant)
    return f"with communities: municipality F1 {score:.3f} ({right} right, {positives} said, {meant} meant)"


def _above(parent: str | None, code: str) -> str:
    return code if parent in (None, "krasnodarskiy-kray") else parent or code


def failures(reader: Reader, chosen: list[Sentence]) -> Iterator[str]:
    for one in chosen:
        parts, meant = reader.parts(reader.read(one)), expected(one)
        wrong = [f"{part}: «{parts[part]}», not «{meant[part]}»" for part in PARTS if parts[part] != meant[part]]
        if wrong:
            yield f"  {one.text} ({one.community})\n      {'; '.join(wrong)}"


def speed(reader: Reader) -> str:
    texts = [one.text for one in sentences()]
    joined = [" ".join(texts[(number + step) % len(texts)] for step in (0, 7, 70, 170)) for number in range(len(texts))]
    started = time.process_time()
    for text in joined:
        reader.finder.find(text)
    each = (time.process_time() - started) / len(joined)
    mean = sum(map(len, joined)) / len(joined)
    return f"speed: {each * 1000:.3f} ms a text of {mean:.0f} characters, {1 / each:.0f} texts/s on one core"


def finder(gazetteer: Gazetteer, ids: dict[str, int]) -> PlaceFinder:
    places = [
        KnownPlace(
            ids[place.code],
            place.name,
            place.level,
            place.kind,
            ids.get(place.parent or ""),
            place.population,
            place.aliases,
        )
        for place in gazetteer.places
    ]
    streets = [KnownStreet(one.name, one.kind, ids.get(one.settlement or "")) for one in gazetteer.streets]
    return PlaceFinder(places, streets)


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
