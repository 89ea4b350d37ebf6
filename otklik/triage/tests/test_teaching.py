from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from otklik.triage.theme import learning
from otklik.triage.theme.embedding import Vectors
from otklik.triage.theme.finder import KnownTheme, ThemeFinder
from otklik.triage.theme.fitting import matrix
from otklik.triage.theme.model import Model
from otklik.triage.theme.teaching import (
    MOST_A_THEME,
    Material,
    Score,
    TooFew,
    better,
    copies,
    held_back,
    newest,
    score,
    teach,
)

DAY = datetime(2026, 3, 1, tzinfo=UTC)
WATER = KnownTheme(1, "Вода", "Дом", keywords=("нет воды",), code="home.water")
ROOF = KnownTheme(2, "Крыши", "Дом", keywords=("течёт крыша",), code="home.roof")
DOGS = KnownTheme(3, "Собаки", "Животные", keywords=("стая собак",), code="pets.dogs")
THEMES = [WATER, ROOF, DOGS]
TEXTS = ["Нет воды с утра", "Течёт крыша у нас", "Стая собак у школы", "Воды нет вторые сутки", "Собак развелось"]


class Lengths:
    """A sentence model that knows nothing but how long a text is."""

    name = "lengths"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([[len(text) / 100, 0.01] for text in texts], np.float32)


def learned(labels: Sequence[str], embedder: Lengths | None = None, trust: float = 0.8) -> Model:
    heed = ThemeFinder(THEMES, None, embedder).lessons(TEXTS)
    vectors = embedder.embed(TEXTS) if embedder else None
    seen = learning.Seen(TEXTS, vectors, heed.opinions, heed.plain)
    metadata = {"trust": trust, "heard": [theme.code for theme in THEMES]}
    return learning.fit(seen, labels, np.arange(len(TEXTS)), "lengths", metadata)


LABELS = ["home.roof", "home.water", "pets.dogs", "home.roof", "pets.dogs"]


def shares(finder: ThemeFinder, text: str) -> dict[int, float]:
    return {guess.theme_id: guess.share for guess in finder.suggest(text, n=9)}


def test_what_was_learned_speaks_as_loud_as_it_is_trusted_and_groups_are_the_sums_of_their_themes() -> None:
    text = "Нет воды с утра"
    alone = shares(ThemeFinder(THEMES), text)
    half, most = (shares(ThemeFinder(THEMES, learned=learned(LABELS, trust=one)), text) for one in (0.5, 0.9))
    assert alone[1] > alone.get(2, 0)
    assert most[1] < half[1] < alone[1]
    assert most[2] > half[2] > alone.get(2, 0)
    assert shares(ThemeFinder(THEMES, learned=learned(LABELS, trust=0)), text) == pytest.approx(alone)
    assert sum(most.values()) <= 1.001
    finder = ThemeFinder(THEMES, learned=learned(LABELS, trust=1))
    groups = {guess.group: guess.share for guess in finder.opinions([text])[0].groups}
    by_theme = shares(finder, text)
    assert groups["Дом"] == pytest.approx(by_theme[1] + by_theme[2], abs=0.001)


def test_a_theme_that_is_new_is_heard_by_its_words_and_one_that_is_gone_takes_nothing() -> None:
    new = KnownTheme(4, "Лужи", "Дом", keywords=("лужа",), code="home.pool")
    finder = ThemeFinder([DOGS, new, WATER], learned=learned(LABELS, trust=0.5))
    assert shares(finder, "Лужа у подъезда")[4] > 0.05
    shares_by_theme = shares(finder, "Течёт крыша")
    assert 2 not in shares_by_theme
    assert sum(shares_by_theme.values()) == pytest.approx(0.5, abs=0.1)


def test_without_its_sentence_model_the_words_learned_speak() -> None:
    model = learned(LABELS, Lengths())
    assert {"words", "meaning", "opinion", "plain"} <= set(model.parts)
    with_it = ThemeFinder(THEMES, None, Lengths(), learned=model)
    without = ThemeFinder(THEMES, learned=model)

    class Other(Lengths):
        name = "others"

    assert shares(ThemeFinder(THEMES, None, Other(), learned=model), TEXTS[0]) == shares(without, TEXTS[0])
    assert shares(with_it, TEXTS[0]) != shares(without, TEXTS[0])


def test_many_at_once_are_judged_as_one_by_one() -> None:
    model = learned(LABELS, trust=1)
    heed = ThemeFinder(THEMES).lessons(TEXTS)
    rows = learning.many(model, learning.Seen(TEXTS, None, heed.opinions, heed.plain))
    one = shares(ThemeFinder(THEMES, learned=model), TEXTS[2])
    expected = {theme.id: rows[2][model.labels.index(theme.code)] for theme in THEMES}
    assert one == pytest.approx(expected, abs=0.001)


def test_near_copies_have_one_number_and_the_newest_fifth_is_held_back_in_whole_groups() -> None:
    texts = [
        "Третий день нет воды на улице Мира, 5, сколько можно ждать ремонта",
        "Третий день нет воды на улице Мира, 17, сколько можно ждать ремонта!",
        *("Собаки бегают у школы стаями и пугают детей", "", ""),
    ]
    copy_numbers = copies(matrix(texts))
    assert copy_numbers[0] == copy_numbers[1]
    assert len({int(copy_numbers[0]), int(copy_numbers[2]), int(copy_numbers[3]), int(copy_numbers[4])}) == 4
    assert len(copies(matrix([]))) == 0
    at = [DAY + timedelta(days=number) for number in range(10)]
    rest, held = held_back(np.arange(10), at)
    assert held.tolist() == [8, 9]
    assert sorted([*rest, *held]) == list(range(10))
    # The copy of an old text is as old as that.
    groups = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 0])
    assert held_back(groups, at)[1].tolist() == [7, 8]
    # A group that does not fit whole stays on the side of what is learned.
    assert held_back(np.array([0, 1, 2, 3, 4, 5, 6, 7, 7, 7]), at)[1].tolist() == []
    assert held_back(np.arange(10), at, since=at[8])[1].tolist() == [9]


def test_a_model_is_better_if_right_as_often_and_less_surprised_and_the_newest_lessons_count() -> None:
    now = Score(100, 60, 80, 1.5)
    assert better(Score(100, 60, 70, 1.4), now)
    assert not better(Score(100, 59, 90, 1.0), now)
    assert not better(Score(100, 70, 90, 1.5), now)
    assert score(np.zeros((3, 4), np.float32), np.array([0, 1, 2]))[:3] == (3, 0, 0), "nothing suggested is never right"
    assert score(np.eye(3, dtype=np.float32), np.array([0, 1, 0]))[:3] == (3, 2, 2)
    at = [DAY + timedelta(minutes=number) for number in range(MOST_A_THEME + 3)]
    assert newest(["a"] * (MOST_A_THEME + 1) + ["b", "b"], at) == list(range(1, MOST_A_THEME + 3))
    nothing = np.zeros((0, 3), np.float32)
    with pytest.raises(TooFew, match="мало: 0"):
        teach(Material(learning.Seen([], None, nothing, nothing), [], [], ["a"], nothing, nothing), "", {})
