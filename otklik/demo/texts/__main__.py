"""Figures and samples of the generator: `python -m otklik.demo.texts --count 16000 --seed 1 --describe`."""

import argparse
import json
import sys
from datetime import UTC, datetime
from random import Random

from otklik.demo.texts.describe import describe
from otklik.demo.texts.stream import stream


def main() -> None:
    parser = argparse.ArgumentParser(description="Texts of the demonstration region.")
    parser.add_argument("--count", type=int, default=16_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--describe", action="store_true", help="print figures of the whole set")
    parser.add_argument("--sample", type=int, default=0, help="print so many texts of the set")
    chosen = parser.parse_args()
    rng = Random(chosen.seed)
    samples = stream(rng, chosen.count, datetime(2026, 4, 1, tzinfo=UTC))
    if chosen.describe:
        figures = describe([(sample.theme, sample.text.body) for sample in samples])
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    for sample in rng.sample(samples, min(chosen.sample, len(samples))):
        text = sample.text
        mark = "says" if text.says_theme else "hint"
        sys.stdout.write(f"--- {sample.when:%d.%m} {sample.theme[:60]} [{text.kind}, {mark}, {text.mood:+d}]\n")
        sys.stdout.write(f"{text.body}\n")


if __name__ == "__main__":
    main()
