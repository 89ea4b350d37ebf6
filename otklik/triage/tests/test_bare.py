import pytest

from otklik.lib.text import lower, tidy
from otklik.triage.kind.bare import names_a_file, says_only_where_or_who

POLITE = frozenset({"здравствуйте", "добрый", "день"})


def bare(text: str) -> bool:
    tidied = tidy(text)
    return says_only_where_or_who(tidied, lower(tidied), POLITE)


@pytest.mark.parametrize(
    "text",
    [
        "Садовая 14",
        "ул. Мелиораторов",
        "Здравствуйте! Пушкина, 3а, второй подъезд",
        "гагарина 40 кв 7",
        "мкр Юбилейный, ул. Мира, д. 5 к. 2",
        "Перекрёсток Северная - Ипподромная",
        "Угол Саперного и Короленко",
        "Краснодар",
        "пос. Зелёный",
        "Мария Петрова, г. Тихорецк, 8 900 000-00-00",
        "С уважением, Сергей Иванович",
        "Крупской, 18!",
    ],
)
def test_a_place_or_a_person_alone_is_bare(text: str) -> None:
    assert bare(text)


@pytest.mark.parametrize(
    "text",
    [
        "Садовая 14 снег",
        "Садовая 14 тоже",
        "Садовая 14 та же история",
        "Садовая 14?",
        "гагарина 40 крыша",
        "ул Садовая грязная",
        "На Садовой темно",
        "САДОВАЯ 14 СОСУЛЬКИ",
        "Крышка колодца",
        "Старый тополь",
        "Не горит Садовая 14",
        "Садовая 14, 12гр",
        "14",
        "Здравствуйте",
        "",
        "Во дворе дома",
        "Крыша, Пушкина 3",
    ],
)
def test_a_word_more_says_something_of_it(text: str) -> None:
    assert not bare(text)


@pytest.mark.parametrize("text", ["IMG 2041.jpg", "video_2024-01-05.mp4", "a.png b.png"])
def test_a_file_is_named(text: str) -> None:
    assert names_a_file(lower(tidy(text)))


@pytest.mark.parametrize("text", ["", "скачал договор.pdf где подписать", "Пришлите фото jpg", "." * 500])
def test_a_text_with_a_file_in_it_is_more_than_a_file(text: str) -> None:
    assert not names_a_file(lower(tidy(text)))
