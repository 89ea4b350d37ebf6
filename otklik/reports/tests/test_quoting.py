import re

from hypothesis import given
from hypothesis import strategies as st

from otklik.reports.quoting import LONGEST, quote

LEFT_OUT = re.compile(r"\[[^\]]*\]|…")


NAMED = [
    ("[id123|Анна], у нас в доме третий день нет воды", "", "Анна"),
    ("Почините дорогу у школы, пожалуйста! Ваша Жилина", "Анна Жилина", "Жилина"),
    ("Смотрите https://vk.com/anna.zhilina?w=1 на эту яму у дома", "", "zhilina"),
    ("Вот она vk.com/anna_zh, яма перед нашим домом", "", "anna_zh"),
    ("@anna.zhilina напиши им про эту яму у дома", "", "zhilina"),
    ("Нет воды, звоните: +7 (918) 123-45-67, ждём весь день", "", "123"),
    ("Нет света, пишите на anna@mail.ru, ждём весь день", "", "anna"),
    ("Нет тепла, квартира 45, третий подъезд, дети мёрзнут", "", "45"),
    ("Соседка Иванова Мария Петровна упала на этом льду", "", "Мария"),
]


def test_nobody_can_be_found_by_it_and_words_and_masks_stay_whole() -> None:
    for text, author, gone in NAMED:
        quotation = quote(text, author)
        assert quotation, text
        assert gone not in quotation
    whole, masked = quote("слово " * 60, ""), quote("а" * 155 + " родилась 12.03.1985, ждём весь день", "")
    assert len(whole) <= LONGEST
    assert whole.endswith("слово…")
    assert masked.count("[") == masked.count("]")
    assert quote("", "") == quote("!!! ???", "") == quote("+7 918 123-45-67", "") == quote("Да", "") == ""


@given(st.text(max_size=400), st.text(max_size=30))
def test_any_text_gives_one_line_of_its_own_words(text: str, author: str) -> None:
    quotation = quote(text, author)
    assert len(quotation) <= LONGEST
    assert quotation == " ".join(quotation.split())
    for sign in LEFT_OUT.sub("", quotation):
        assert sign == "•" or sign == " " or sign in text
