import json
from pathlib import Path

import numpy as np
import pytest

from otklik.themes import classifier
from otklik.triage.theme import learning
from otklik.triage.theme.features import BUCKETS, features
from otklik.triage.theme.fitting import fit_words, matrix, rarity, weighed_rows
from otklik.triage.theme.linear import Linear, standard
from otklik.triage.theme.model import SHIPPED, Model, ModelError, Near, load, shipped

HOLES = [f"яма на дороге {word}" for word in ["глубокая", "опасная", "большая", "старая", "новая", "страшная"]]
DARK = [f"не горит фонарь {word}" for word in ["совсем", "опять", "давно", "вечером", "снова", "вторую", "неделю"]]
TEXTS = [*HOLES, *DARK]
LABELS = ["holes"] * len(HOLES) + ["dark"] * len(DARK)


def seen(texts: list[str], vectors: bool = False) -> learning.Seen:
    chance = np.random.default_rng(1)
    rows = len(texts)
    meant = np.array([[1.0, 0.1, 0] if "яма" in text else [0.1, 1.0, 0] for text in texts], np.float32)
    return learning.Seen(
        texts,
        meant + chance.normal(0, 0.05, (rows, 3)).astype(np.float32) if vectors else None,
        chance.normal(0, 1, (rows, 5)).astype(np.float32),
        chance.normal(0, 1, (rows, 5)).astype(np.float32),
    )


def test_features_are_buckets_in_order_each_once_and_digits_are_alike() -> None:
    assert [text for text in ("", "👍👍", "\x00", "…!?", " ") if len(features(text)[0])] == []
    buckets, counts = features("дом 5 дом 7")
    assert (buckets[:-1] < buckets[1:]).all()
    assert buckets.max() < BUCKETS
    assert len(buckets) == len(counts)
    assert counts.max() > 1, "«дом» stands twice"
    assert (features("дом 5")[0] == features("дом 7")[0]).all()


def test_words_are_learned_and_one_text_scores_as_many_do() -> None:
    rows = matrix(TEXTS)
    rare = rarity((rows, 1.0))
    numbers = np.array([LABELS.index(label) // len(HOLES) for label in LABELS])
    model = fit_words(rows, numbers, 2, rare)
    single = np.array([model.scores(features(text)) for text in TEXTS])
    many = weighed_rows(rows, model) + model.bias
    assert np.abs(single - many).max() < 1e-3
    assert (single.argmax(axis=1) == numbers).all()


def test_weights_in_bytes_lose_nothing_that_shows_and_equal_scores_say_nothing() -> None:
    chance = np.random.default_rng(2)
    model = Linear(
        bias=np.zeros(3, np.float32),
        words=chance.integers(-127, 127, (BUCKETS, 3)).astype(np.int8),
        scale=np.ones(3, np.float32),
        rarity=np.ones(BUCKETS, np.float32),
    )
    buckets, counts = features("яма на дороге")
    expected = (counts / np.linalg.norm(counts)) @ model.words[buckets].astype(np.float32)  # type: ignore[index]
    assert np.allclose(model.scores((buckets, counts)), expected, atol=1e-3)
    assert abs(float(standard(np.array([1, 2, 3], np.float32)).mean())) < 1e-6
    assert (standard(np.full(4, 7, np.float32)) == 0).all()


@pytest.mark.parametrize("vectors", [False, True])
def test_labels_are_learned_and_shares_sum_to_one(vectors: bool) -> None:
    with pytest.raises(ValueError, match="nothing to tell apart"):
        learning.fit(seen(HOLES), ["holes"] * len(HOLES), np.arange(len(HOLES)), "", {})
    sample = seen(TEXTS, vectors)
    model = learning.fit(sample, LABELS, np.arange(len(TEXTS)), "here", {})
    for row, text in enumerate(TEXTS):
        vector = None if sample.vectors is None else sample.vectors[row]
        opinion = sample.opinions[row] if vectors else sample.plain[row]
        shares = learning.shares(model, features(text), vector, opinion)
        assert float(shares.sum()) == pytest.approx(1, abs=1e-3)
        assert model.labels[int(shares.argmax())] == LABELS[row]
    assert model.embedder == ("here" if vectors else "")


def test_near_copies_are_never_on_both_sides_and_the_nearest_messages_of_a_theme_count() -> None:
    groups = np.array([0, 0, 0, 1, 1, 2, 3, 3])
    for train, test in learning.folds(groups):
        assert not set(groups[train]) & set(groups[test])
    vectors = np.array([[127, 0], [0, 127], [90, 90]], np.int8)
    near = Near(vectors, np.array([0, 1, 3], np.int32))
    scores = near.nearness(np.array([1, 0], np.float32), 5)
    assert scores[0] == pytest.approx(1, abs=0.01)
    assert scores[1] == pytest.approx((0 + 0.7071) / 2, abs=0.01)


def test_a_model_comes_back_from_its_file_as_it_was_and_one_of_another_format_is_refused(tmp_path: Path) -> None:
    path, lessons = tmp_path / "model.npz", seen(TEXTS, vectors=True)
    model = learning.fit(lessons, LABELS, np.arange(len(TEXTS)), "here", {"rows_of": "2026"})
    model.save(path)
    again = load(path)
    assert (again.labels, again.embedder, again.facts["rows_of"]) == (model.labels, "here", "2026")
    before, after = (
        learning.shares(one, features(TEXTS[3]), lessons.vectors[3], lessons.opinions[3])  # type: ignore[index]
        for one in (model, again)
    )
    assert np.allclose(before, after, atol=0.01)
    shares = learning.shares(again, features(TEXTS[0]), None, lessons.plain[0])
    assert again.labels[int(shares.argmax())] == "holes"
    content = path.read_bytes()
    for broken in (b"", b"PK\x03\x04", b"not a model", b"\x93NUMPY", content[:-100]):
        path.write_bytes(broken)
        with pytest.raises(ModelError, match=r"model\.npz"):
            load(path)
    with pytest.raises(ModelError, match=r"absent\.npz"):
        load(tmp_path / "absent.npz")
    Model(labels=("a", "b"), parts={"words": Linear(bias=np.zeros(2, np.float32))}).save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as file:
        arrays = {name: file[name] for name in file.files}
    about = json.loads(arrays["about"].tobytes()) | {"format": 99}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.savez(tmp_path / "other.npz", **arrays)
    with pytest.raises(ModelError, match="another format"):
        load(tmp_path / "other.npz")


def test_the_shipped_model_is_small_knows_the_classifier_and_holds_no_text() -> None:
    model, themes = shipped(), classifier.load()
    assert SHIPPED.stat().st_size <= 10_000_000
    assert set(model.labels) == {theme.code for theme in themes.themes}
    assert set(model.groups) == {group.code for group in themes.groups}
    with np.load(SHIPPED) as file:
        assert {str(file[name].dtype) for name in file.files} <= {"int8", "int32", "float16", "uint8"}
        assert "яма" not in file["about"].tobytes().decode()
