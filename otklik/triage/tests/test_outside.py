"""What tells of a place that is not ours, and what only names one."""

import pytest

from otklik.triage.place.outside import Outside

OURS = Outside(["Краснодарский край", "Кубань", "Краснодар", "Сочи", "Горячий Ключ"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("У нас в Воронеже на Ленина яма", "Воронеже"),
        ("г. Тула, Мира 5: нет воды", "Тула"),
        ("В Ростовской области дороги разбиты", "Ростовской области"),
        ("Живу в Санкт-Петербурге, течёт труба", "Санкт-Петербурге"),
        ("В Нижнем Новгороде отключили воду", "Новгороде"),
        ("в городе Омске нет отопления", "Омске"),
    ],
)
def test_a_matter_elsewhere_is_told_by_its_place(text: str, place: str) -> None:
    assert OURS.find(text) == place


@pytest.mark.parametrize(
    "text",
    [
        *("В Краснодаре яма", "в Краснодарском крае бардак", "в Сочи нет света", "", "\ud800 в", "в " * 9000),
        *("Почему у нас не как в Москве?", "Хуже, чем в Москве", "Поезд из Москвы опоздал", "Напишу в Москву!"),
        *(
            "ул. Московская 5, в подъезде темно",
            "Трасса на Ростов",
            "в шахты провалился люк",
            "во Владимире пропал бас",
        ),
    ],
)
def test_our_own_places_and_what_is_only_named_are_no_reason(text: str) -> None:
    assert OURS.find(text) == ""
