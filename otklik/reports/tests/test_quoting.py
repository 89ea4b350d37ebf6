"""A citizen's words in a report: whole words, no person in them, nothing that was not there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.reports.quoting import LONGEST, quote

LEFT_OUT = re.compile(r"\[[^\]]*\]|…")


@pytest.mark.parametrize(
    ("text", "author", "gone"),
    [
        ("[id123|Анна], у нас в доме третий день нет воды", "", "Анна"),
        ("Почините дорогу у школы, пожалуйста! Ваша Жилина", "Анна Жилина", "Жилина"),
        ("Смотрите https://vk.com/anna.zhilina?w=1 на эту яму у дома", "", "zhilina"),
        ("Вот она vk.com/anna_zh, яма перед нашим домом", "", "anna_zh"),
        ("@anna.zhilina напиши им про эту яму у дома", "", "zhilina"),
        ("Нет воды, звоните: +7 (918) 123-45-67, ждём весь день", "", "123"),
        ("Нет света, пишите на anna@mail.ru, ждём весь день", "", "anna"),
        ("Нет тепла, квартира 45, третий подъезд, дети мёрзнут", "", "45"),
        ("Соседка Иванова Мария Петровна упала на этом льду", "", "Мария"),
    ],
)
def test_nobody_can_be_found_by_it(text: str, author: str, gone: str) -> None:
    told = quote(text, author)
    assert told
    assert gone not in told


def test_words_stay_whole_and_so_does_a_mask() -> None:
    told = quote("слово " * 60, "")
    assert len(told) <= LONGEST
    assert told.endswith("слово…")
    assert quote("а" * 160 + " звоните 8 918 123-45-67 в любое время", "").count("[") == quote(
        "а" * 160 + " звоните 8 918 123-45-67 в любое время", ""
    ).count("]")


def test_what_says_nothing_is_not_quoted() -> None:
    assert quote("", "") == quote("!!! ???", "") == quote("+7 918 123-45-67", "") == quote("Да", "") == ""


@given(st.text(max_size=400), st.text(max_size=30))
def test_any_text_gives_one_line_of_its_own_words(text: str, author: str) -> None:
    told = quote(text, author)
    assert len(told) <= LONGEST
    assert told == " ".join(told.split())
    for sign in LEFT_OUT.sub("", told):
        assert sign == "•" or sign == " " or sign in text
