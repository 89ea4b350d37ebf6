"""`otklik sandbox post`: the texts of a file as citizens' comments in the sandbox."""

import csv
import itertools
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from otklik.demo.control import Control, NoSandbox

csv.field_size_limit(10_000_000)


def replay(file: str, column: str, rate: str, limit: int) -> int:
    """Posts text by text at the given rate. Exit code 2 with one sentence when it cannot."""
    found = re.fullmatch(r"(\d{1,5}(?:\.\d+)?)(?:/s)?", rate)
    if not found or float(found.group(1)) <= 0:
        return _stop(f"--rate {rate}: нужно число в секунду, например 5/s.")
    try:
        with Control() as control:
            return _post(control, _texts(Path(file), column), 1 / float(found.group(1)), limit)
    except (OSError, UnicodeDecodeError, csv.Error) as wrong:
        return _stop(f"Файл {file} не читается: {wrong}")
    except KeyError:
        return _stop(f"В файле {file} нет столбца «{column}».")
    except NoSandbox as wrong:
        return _stop(str(wrong))


def _texts(path: Path, column: str) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            text = (row[column] or "").strip()
            if text:
                yield text[:16_000]


def _post(control: Control, texts: Iterator[str], gap: float, limit: int) -> int:
    rng = random.Random(1)  # noqa: S311 who writes which text is a matter of taste
    walls = list(control.get("/control/vk/communities")["communities"])
    if not walls:
        return _stop("В песочнице нет сообществ: сначала запустите «make demo».")
    posts: dict[int, int] = {}
    done, began = 0, time.monotonic()
    for text in itertools.islice(texts, limit or None):
        owner = rng.choice(walls)["owner_id"]
        if owner not in posts:
            posts[owner] = control.post("/control/vk/posts", owner_id=owner, text="О чём болит? Пишите.")["post_id"]
        author = f"Житель {rng.randrange(1, 2000)}"
        control.post("/control/vk/comments", owner_id=owner, post_id=posts[owner], author=author, text=text)
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
