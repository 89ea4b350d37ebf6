import csv
from collections import Counter

import pytest

from bench.understanding import kind, similar
from bench.understanding.figures import shown
from bench.understanding.texts import MASKS, unmasked
from otklik.triage.similar import LIKELY


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [
        (0, 10, "0.000 (0 of 10), 95 %: 0.000–0.278"),
        (81, 263, "0.308 (81 of 263), 95 %: 0.255–0.366"),
        (0, 0, "0.000 (0 of 0), 95 %: 0.000–1.000"),
    ],
)
def test_a_share_is_shown_with_its_n_and_its_interval(k: int, n: int, expected: str) -> None:
    assert shown(k, n) == expected


def test_recall_counts_what_asks_for_something_and_the_cut_only_noise() -> None:
    pairs = Counter({("complaint", "question"): 3, ("complaint", "noise"): 1, ("thanks", "noise"): 5})
    pairs.update({("noise", "noise"): 2, ("noise", "complaint"): 4, ("suggestion", "suggestion"): 1})
    assert kind.recall(pairs) == (4, 5)
    assert kind.recall(pairs, ("complaint",)) == (3, 4)
    assert kind.cut(pairs) == (2, 6)


def test_labels_and_pairs_stand_once_and_hold_no_text() -> None:
    with kind.LABELS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {tuple(row) for row in rows} == {("file", "row", "kind", "part")}
    assert len({(row["file"], row["row"]) for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} == {*kind.KINDS, "unsure"}
    assert {row["part"] for row in rows} == {"tune", "measure"}
    with similar.PAIRS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({(row["one"], row["other"]) for row in rows}) == len(rows) >= 120
    halves = Counter((row["part"], row["label"]) for row in rows)
    assert set(halves) == {(part, label) for part in ("tune", "measure") for label in ("copy", "same", "different")}


@pytest.mark.whole
def test_the_known_pairs_are_mostly_told_and_the_others_mostly_not() -> None:
    counts = Counter((pair.known, similar.judged(pair).score >= LIKELY) for pair in similar.labelled("tune"))
    assert counts[True, True] > 2 * counts[True, False]
    assert counts[False, False] > 5 * counts[False, True]


def test_a_mask_gives_way_to_what_stands_there_in_a_message() -> None:
    assert unmasked("<name>, <phone>") == f"{MASKS['<name>']}, {MASKS['<phone>']}"


def test_without_the_texts_the_measure_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "DATA", tmp_path_factory.mktemp("none") / "data")
    assert kind.main([]) == 0
    assert capsys.readouterr().out.startswith("Skipped:")
