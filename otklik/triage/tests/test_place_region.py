"""The finder over the gazetteer that comes along."""

import pytest

from otklik.places.gazetteer import load
from otklik.triage.place.finder import KnownPlace, PlaceFinder
from otklik.triage.place.streetname import KnownStreet

REGION = load()
IDS = {place.code: number for number, place in enumerate(REGION.places, 1)}
CODES = {number: code for code, number in IDS.items()}
FINDER = PlaceFinder(
    [
        KnownPlace(IDS[one.code], one.name, one.level, one.kind, IDS.get(one.parent or ""), one.population, one.aliases)
        for one in REGION.places
    ],
    [KnownStreet(one.name, one.kind, IDS.get(one.settlement or "")) for one in REGION.streets],
)


def settlement(text: str, community: str = "") -> str:
    return CODES.get(FINDER.find(text, community_place=IDS.get(community)).settlement_id or 0, "")


def test_every_settlement_is_found_by_its_postal_name() -> None:
    missed = [
        one.code
        for one in REGION.places
        if one.level == "settlement"
        and settlement(f"Пишу вам, {one.kind} {one.name}: нет воды", one.parent or "") != one.code
    ]
    assert missed == []


def test_every_stanitsa_is_found_by_its_name_alone_in_its_own_community() -> None:
    missed = [
        one.code
        for one in REGION.places
        if one.kind == "станица" and one.name.endswith("ская") and one.population >= 3000
        if settlement(f"В {one.name.removesuffix('ая')}ой нет воды", one.parent or "") != one.code
    ]
    assert missed == []


def test_every_district_is_found_by_its_name() -> None:
    missed = []
    for one in REGION.places:
        if one.level == "municipality" and one.name.endswith("район"):
            bent = one.name.replace("ий ", "ом ").replace("ой ", "ом ").replace("район", "районе")
            if FINDER.find(f"В {bent} темно").municipality_id != IDS[one.code]:
                missed.append(one.code)
    assert missed == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("г Сочи, Хостинский р-н, ул Лунная д 5", "sochi-sochi"),
        ("Лазаревский р-н, п. Лоо, ул. Лунная 1", "sochi-loo"),
        ("в Хостинском районе оползень", "sochi-hosta"),
        ("Красная Поляна, Вознесенская 12", "sochi-krasnaya-polyana"),
        ("Кропоткин стоит в пробке", "kavkazskiy-kropotkin"),
        ("в ахтарях нет автобуса", "primorsko-ahtarskiy-primorsko-ahtarsk"),
        ("Дорога Брюховецкая – Тимашевск разбита", ""),
    ],
)
def test_what_the_region_is_known_for_is_told_apart(text: str, code: str) -> None:
    assert settlement(text) == code


def test_the_town_says_whether_it_is_a_street_or_an_avenue() -> None:
    assert FINDER.find("Дзержинского, 5", community_place=IDS["krasnodar-krasnodar"]).street == "улица Дзержинского"
    assert FINDER.find("Новороссийск, Дзержинского, 5").street == "проспект Дзержинского"


@pytest.mark.parametrize(
    ("text", "street", "house"),
    [
        ("В районе Лесной, 58 график вывоза мусора не соблюдают", "улица Лесная", "58"),
        ("рядом с Лесной, 12 трубу прорвало", "улица Лесная", "12"),
        ("в районе Динской, 58 человек без воды", "", ""),
        ("возле Северской, 20 минут езды", "", ""),
        ("На Пукшина 42 нет воды", "улица Пушкина", "42"),
        ("По Пшкина у дома 30 авария", "улица Пушкина", "30"),
        ("Пукшина сегодня не видно", "", ""),
    ],
)
def test_what_stands_beside_an_address_or_has_a_slip_in_it_is_a_street(text: str, street: str, house: str) -> None:
    found = FINDER.find(text)
    assert (found.street, found.house) == (street, house)
