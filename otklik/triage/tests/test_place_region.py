"""The finder over the gazetteer that comes along."""

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


def test_every_settlement_stanitsa_and_district_is_found_by_its_name() -> None:
    texts = {}
    for one in REGION.places:
        if one.level == "settlement":
            texts[f"Пишу вам, {one.kind} {one.name}: нет воды", one.parent or ""] = one.code
        if one.kind == "станица" and one.name.endswith("ская") and one.population >= 3000:
            texts[f"В {one.name.removesuffix('ая')}ой нет воды", one.parent or ""] = one.code
    assert {text: code for text, code in texts.items() if settlement(*text) != code} == {}
    districts = {}
    for one in REGION.places:
        if one.level == "municipality" and one.name.endswith("район"):
            bent = one.name.replace("ий ", "ом ").replace("ой ", "ом ").replace("район", "районе")
            districts[f"В {bent} темно"] = IDS[one.code]
    assert {text: one for text, one in districts.items() if FINDER.find(text).municipality_id != one} == {}


def test_what_the_region_is_known_for_and_streets_beside_an_address_or_with_a_slip_are_told_apart() -> None:
    for text, code in (
        ("г Сочи, Хостинский р-н, ул Лунная д 5", "sochi-sochi"),
        ("Лазаревский р-н, п. Лоо, ул. Лунная 1", "sochi-loo"),
        ("в Хостинском районе оползень", "sochi-hosta"),
        ("Красная Поляна, Вознесенская 12", "sochi-krasnaya-polyana"),
        ("Кропоткин стоит в пробке", "kavkazskiy-kropotkin"),
        ("в ахтарях нет автобуса", "primorsko-ahtarskiy-primorsko-ahtarsk"),
        ("Дорога Брюховецкая – Тимашевск разбита", ""),
    ):
        assert settlement(text) == code
    assert FINDER.find("Дзержинского, 5", community_place=IDS["krasnodar-krasnodar"]).street == "улица Дзержинского"
    assert FINDER.find("Новороссийск, Дзержинского, 5").street == "проспект Дзержинского"
    for text, street, house in (
        ("В районе Лесной, 58 график вывоза мусора не соблюдают", "улица Лесная", "58"),
        ("рядом с Лесной, 12 трубу прорвало", "улица Лесная", "12"),
        ("в районе Динской, 58 человек без воды", "", ""),
        ("возле Северской, 20 минут езды", "", ""),
        ("На Пукшина 42 нет воды", "улица Пушкина", "42"),
        ("По Пшкина у дома 30 авария", "улица Пушкина", "30"),
        ("Пукшина сегодня не видно", "", ""),
    ):
        guess = FINDER.find(text)
        assert (guess.street, guess.house) == (street, house)
