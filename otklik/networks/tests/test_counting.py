from datetime import timedelta

import pytest

from otklik.networks.base import Limits
from otklik.networks.counting import LINK, Counting, length, objections

LINK_WEIGHT = 23
ANY = Limits(text=50, direct_text=100, photos=2, direct_photos=0, photo_bytes=1)


@pytest.mark.parametrize(
    ("text", "signs", "utf16", "utf8"),
    [
        *(("", 0, 0, 0), ("Свет дали", 9, 9, 17), ("ok", 2, 2, 2), ("👋", 1, 2, 4), ("👨‍👩‍👧", 5, 8, 18)),
        *(("\ud800", 1, 1, 3), ("é", 1, 1, 2)),
    ],
)
def test_signs_halves_and_bytes_are_counted_each_in_its_way(text: str, signs: int, utf16: int, utf8: int) -> None:
    assert length(text, Counting.CHARACTERS) == signs
    assert length(text, Counting.UTF16) == utf16
    assert length(text, Counting.BYTES) == utf8


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Hello, world! 👋", 16),
        ("Здравствуйте, бригада выехала.", 30),
        ("«Ёлка» – №1…", 14),  # the number sign and the dots are heavy, the quotes and the dash are not
        ("漢字", 4),
        ("한국어", 6),
        ("Привет漢", 8),
        ("café", 4),
        ("cafe\u0301", 4),  # composed before it is counted
        ("и\u0306", 1),
        ("@citizen да", 11),  # a name that somebody writes counts
        *(("© 2026", 6), ("12#*", 4)),  # not shown as a picture: no emoji
    ],
)
def test_a_sign_of_the_near_scripts_weighs_one_and_of_the_far_ones_two(text: str, weight: int) -> None:
    assert length(text, Counting.WEIGHTED) == weight


@pytest.mark.parametrize(
    "emoji",
    [
        *("👾", "🙋🏽", "👨‍🎤", "👨‍👩‍👧‍👦", "❤️", "☎️", "✅", "⌚", "‼️", "ℹ️", "↔️", "▶️", "〰️", "㊗️"),
        *("🇷🇺", "1️⃣", "#️⃣", "🏴‍☠️", "🏳️‍🌈", "👩‍❤️‍💋‍👩", "👩🏽‍⚕️", "🐦‍⬛", "🙂‍↔️", "🧑🏿‍🦽‍➡️", "©️", "™️"),
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_an_emoji_weighs_two_whatever_it_is_made_of(emoji: str) -> None:
    assert length(emoji, Counting.WEIGHTED) == 2
    assert length(f"да{emoji}{emoji} нет", Counting.WEIGHTED) == 10


@pytest.mark.parametrize(
    ("text", "links", "rest"),
    [
        *(("https://example.com", 1, 0), ("https://example.com/very/long/path?of=things&and=more", 1, 0)),
        *(("http://a.ru/путь", 1, 0), ("gosuslugi.ru", 1, 0), ("www.город.рф/приём", 1, 0)),
        *(("Подробнее: https://a.ru/1.", 1, 12), ("(см. https://a.ru/1)", 1, 6)),
        *(("https://a.ru/1 и https://b.ru/2", 2, 3), ("https://a.ru/1, b.ru", 2, 2)),
        *(("почта priem@gorod.ru", 0, 20), ("ул.Садовая, г.Москва", 0, 20), ("Сделано.Спасибо", 0, 15)),
        ("файл.txt", 0, 8),
    ],
)
def test_any_link_weighs_twenty_three_and_what_ends_the_sentence_is_outside(text: str, links: int, rest: int) -> None:
    assert len(LINK.findall(text)) == links
    assert length(text, Counting.WEIGHTED) == links * LINK_WEIGHT + rest


LONG = ["а\u0301" * 60_000, "http://" * 20_000, "a." * 60_000, "👨\u200d" * 40_000, "https://" + "." * 90_000]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_a_text_meant_to_take_long_does_not(text: str) -> None:
    assert length(text, Counting.WEIGHTED) > 0


def test_a_text_is_counted_for_its_place_and_what_the_network_does_not_take_is_objected_to() -> None:
    assert objections("Сделали.", ANY, direct=False, photos=2) == []
    assert objections("я" * 100, ANY, direct=True) == []
    assert objections("я" * 51, ANY, direct=False) == ["Текст длиннее, чем берёт сеть: 51 из 50. Сократите его."]
    weighed = Limits(280, 10_000, 0, 0, 1, counting=Counting.WEIGHTED)
    assert objections("я" * 257 + " https://example.com/" + "a" * 300, weighed, direct=False) == [
        "Текст длиннее, чем берёт сеть: 281 из 280. Сократите его."
    ]
    assert objections("я" * 256 + " https://example.com/" + "a" * 300, weighed, direct=False) == []
    assert objections("漢" * 5_001, weighed, direct=True) == []
    limits = Limits(50, 10, 0, 0, 1, direct_counting=Counting.BYTES)
    assert objections("привет", limits, direct=False) == []
    assert objections("привет", limits, direct=True) == ["Текст длиннее, чем берёт сеть: 12 из 10. Сократите его."]
    assert objections("да", ANY, direct=False, photos=3) == ["Фотографий больше, чем берёт сеть: оставьте не больше 2."]
    assert objections("да", ANY, direct=True, photos=1) == ["Эта сеть не берёт фотографий к ответу: уберите их."]
    strict = Limits(500, 500, 0, 0, 1, links=0, hashtags=1, mentions=False, shouting=False)
    assert objections("Подробнее: a.ru", strict, direct=False) == ["Сеть не берёт ссылок в ответе: уберите."]
    assert objections("#раз #два", strict, direct=False) == ["Хештегов больше, чем берёт сеть: оставьте не больше 1."]
    assert objections("Спасибо, @anna", strict, direct=False) == ["Сеть не берёт упоминаний через @: уберите."]
    assert objections("ВСЁ СДЕЛАЛИ", strict, direct=False) == ["Сеть не берёт текста из одних заглавных букв."]
    assert objections("ЖЭК", strict, direct=False) == []
    tagged = Limits(500, 500, 0, 0, 1, cashtags=1)
    assert objections("$ABC и $BRK.B", tagged, direct=False) == [
        "Биржевых знаков вида $ABC больше, чем берёт сеть: оставьте не больше 1."
    ]
    assert objections("$ABC за 5$, не $100", tagged, direct=False) == []
    assert objections("$ABC $DEF", tagged, direct=True) == []
    one = Limits(500, 500, 0, 0, 1, links=1, direct_window=timedelta(days=1))
    assert objections("a.ru b.ru", one, direct=False) == ["Сеть берёт одну ссылку."]
    assert objections("a.ru", one, direct=False) == []
