import re
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.answers.parts import Step, cut, joined, objections, plan, unmarked
from otklik.networks.base import Limits
from otklik.networks.counting import LINK, Counting, length
from otklik.networks.registry import NETWORKS

BOUNDS = Limits(60, 60, 2, 2, 1)
FAMILY = "👩‍👩‍👧‍👦"
WORDS = st.sampled_from(
    [
        *("фонарь", "заменили.", "Мастер", "приедет", "завтра!", "ул.", "№\u00a05", "е\u0301", "\ud83d", "(1/3)"),
        *(FAMILY, "🇷🇺", "1️⃣", "https://example.ru/а?б=1,2", "vk.com/wall-1_2", "д" * 20),
    ]
)
GAPS = st.sampled_from([" ", "\n", "\n\n", "  ", "\t"])
TEXTS = st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=40).map(lambda pairs: "".join(map("".join, pairs)))
COUNTINGS = st.sampled_from(list(Counting))
# A busy machine is no fault of the texts.
often = settings(suppress_health_check=[HealthCheck.too_slow])


def words_of(text: str) -> list[str]:
    return [word for word in re.split(r"[ \t\n]+", text) if word]


@often
@given(TEXTS, st.integers(30, 400), COUNTINGS, st.integers(1, 9))
def test_nothing_is_lost_and_every_part_fits(text: str, most: int, counted: Counting, parts: int) -> None:
    cuts = cut(text, most, counted, parts)
    assert cuts == cut(text, most, counted, parts)
    assert len(cuts) <= parts
    assert all(length(part, counted) <= most and cut(part, most, counted, parts) == (part,) for part in cuts)
    if cuts:
        assert words_of(joined(cuts)) == words_of(text)
        assert [link for part in cuts for link in LINK.findall(unmarked(part))] == LINK.findall(text), "links are whole"
    else:
        assert length(text, counted) > most
    if len(cuts) > 1:
        assert [part.rsplit(" ", 1)[1] for part in cuts] == [f"({n}/{len(cuts)})" for n in range(1, len(cuts) + 1)]
        assert len(set(cuts)) == len(cuts), "two parts alike could not be told apart in the network"


@often
@given(st.text(max_size=600), st.integers(10, 100), COUNTINGS, st.integers(1, 9))
def test_any_text_at_all_is_cut_to_size_or_not_at_all(text: str, most: int, counted: Counting, parts: int) -> None:
    cuts = cut(text, most, counted, parts)
    assert len(cuts) <= parts
    assert all(length(part, counted) <= most for part in cuts)
    assert "".join(joined(cuts).split() if cuts else []) == ("".join(text.split()) if cuts else "")


def test_a_short_answer_stays_whole_and_a_long_one_is_cut_at_the_best_place() -> None:
    assert cut(" Фонарь горит. ", 60, Counting.CHARACTERS, 4) == (" Фонарь горит. ",)
    assert plan("Фонарь горит.", BOUNDS, direct=False, photos=1) == (Step("Фонарь горит.", photos=True),)
    text = "Мы проверили линию на Садовой.\nЗаменили. Фонарь горит с вечера. Спасибо, что сказали."
    assert cut(text, 60, Counting.CHARACTERS, 4)[0] == "Мы проверили линию на Садовой. (1/2)"
    text = "Мы проверили линию на улице Садовой. Кабель старый и его будут менять в сентябре"
    assert cut(text, 60, Counting.CHARACTERS, 4)[0] == "Мы проверили линию на улице Садовой. (1/2)"
    sentence = "Мастер придёт в ваш дом. "
    fine = cut(sentence * 6, 60, Counting.CHARACTERS, 4)
    close = cut(sentence * 6, 60, Counting.CHARACTERS, 3)
    assert len(fine) == 3 == len(close)
    text = "Ветер. " + "слово " * 16
    assert len(cut(text, 60, Counting.CHARACTERS, 2)) == 2


def test_what_does_not_fit_is_refused_with_its_figures_and_a_network_is_asked_of_each_part() -> None:
    text = "слово " * 60
    assert cut(text, 60, Counting.CHARACTERS, 4) == ()
    for words, bounds, figures in (
        (text, BOUNDS, ", и по частям: 360, а можно 4 раза по 60"),
        ("я" * 61, BOUNDS, ": 61 из 60"),
        (text, replace(BOUNDS, parts=1), ": 360 из 60"),
    ):
        objection = f"Текст длиннее, чем берёт сеть{figures}. Сократите его."
        assert objections(words, bounds, direct=False) == [objection]
    assert objections("слово " * 20, BOUNDS, direct=False) == []
    one_link = replace(BOUNDS, links=1)
    text = "Мы заменили фонарь на улице. Подробно: example.ru/a\n" + "И ещё в соседнем дворе, читайте: example.ru/b"
    assert objections(text, one_link, direct=False) == []
    both = "Читайте: example.ru/a и example.ru/b " + "слово " * 10
    assert objections(both, one_link, direct=False) == ["Сеть берёт одну ссылку."]


def test_photos_go_with_the_first_part_and_after_words_too_long_for_a_caption() -> None:
    assert [step.photos for step in plan("слово " * 15, BOUNDS, direct=False, photos=1)] == [True, False]
    bounds = replace(BOUNDS, caption=20)
    assert plan("Фонарь горит.", bounds, direct=False, photos=2) == (Step("Фонарь горит.", photos=True),)
    long = "Фонарь горит с самого вечера."
    assert plan(long, bounds, direct=False, photos=2) == (Step(long, photos=False), Step("", photos=True))
    refusal = "Фотографий больше, чем берёт сеть: оставьте не больше 2."
    assert objections(long, bounds, direct=False, photos=3) == [refusal]


def test_every_network_says_a_text_that_is_a_little_too_long_in_two() -> None:
    for network in NETWORKS.values():
        text = "Фонарь горит. " * (network.limits.text // 14 + 2)
        assert len(plan(text, network.limits, direct=False)) == 2, network.kind
        assert objections(text, network.limits, direct=False) == [], network.kind
