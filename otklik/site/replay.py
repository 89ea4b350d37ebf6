"""`otklik sandbox post`: the texts of a file as citizens' comments in the sandbox."""

import csv
import itertools
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from otklik.demo.control import ONLY_IN_TRAINING, Control, NoSandbox
from otklik.networks.registry import NETWORKS

LONGEST = 10_000_000
"""Characters of a value in the file."""


def replay(file: str, column: str, rate: str, limit: int, network: str) -> int:
    """Posts text by text at the given rate in this network. Exit code 2 with one sentence when it cannot."""
    match = re.fullmatch(r"(\d{1,5}(?:\.\d+)?)(?:/s)?", rate)
    if not match or float(match.group(1)) <= 0:
        return _stop(f"--rate {rate}: нужно число в секунду, например 5/s.")
    if settings.MODE != "demo":
        return _stop(ONLY_IN_TRAINING)
    try:
        with Control() as control:
            texts = itertools.islice(_texts(Path(file), column, NETWORKS[network].limits.text), limit or None)
            return _post(control, network, texts, 1 / float(match.group(1)))
    except (OSError, UnicodeDecodeError, csv.Error) as wrong:
        return _stop(f"Файл {file} не читается: {wrong}")
    except KeyError:
        return _stop(f"В файле {file} нет столбца «{column}».")
    except NoSandbox as wrong:
        return _stop(str(wrong))


def _texts(path: Path, column: str, longest: int) -> Iterator[str]:
    """Its texts without the empty ones, each no longer than the network takes."""
    before = csv.field_size_limit(LONGEST)  # the limit is the whole process's, and others count on theirs
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                text = (row[column] or "").strip()
                if text:
                    yield text[:longest]
    finally:
        csv.field_size_limit(before)


def _post(control: Control, network: str, texts: Iterator[str], gap: float) -> int:
    """Each text under the one new post of a place of that network; who writes and where is drawn."""
    rng = random.Random(1)  # noqa: S311 who writes which text is a matter of taste
    path = f"/control/{NETWORKS[network].prefix}"
    places = [one["id"] for one in control.get(f"{path}/places")["places"] if one["network"] == network]
    if not places:
        return _stop(f"В песочнице нет сообществ ({NETWORKS[network].title}): сначала запустите «make demo».")
    posts: dict[str, str] = {}
    done, began = 0, time.monotonic()
    for text in texts:
        place = rng.choice(places)
        if place not in posts:
            posts[place] = control.post(f"{path}/texts", place=place, text="О чём болит? Пишите.")["address"]
        author = f"Житель {rng.randrange(1, 2000)}"
        control.post(f"{path}/texts", under=posts[place], author=author, text=text)
        done += 1
        if done % 20 == 0:
            sys.stdout.write(f"\rнаписано {done}")
            sys.stdout.flush()
        time.sleep(max(0.0, began + done * gap - time.monotonic()))
    sys.stdout.write(f"\rнаписано {done}\n")
    return 0


def _stop(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
