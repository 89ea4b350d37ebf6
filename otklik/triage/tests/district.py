"""A small made-up choice of places and streets for the tests of place and street."""

from otklik.triage.place.finder import KnownPlace, PlaceFinder, PlaceGuess
from otklik.triage.place.streetname import KnownStreet

PLACES = {
    "край": KnownPlace(1, "Краснодарский край", "region", "край", None, 0, ("Кубань",)),
    "Краснодар (округ)": KnownPlace(2, "Краснодар", "municipality", "городской округ", 1, 900_000),
    "Краснодар": KnownPlace(3, "Краснодар", "settlement", "город", 2, 900_000, ("ЮМР", "Прикубанский округ")),
    "Северный": KnownPlace(4, "Северный", "settlement", "посёлок", 2, 2000),
    "Анапа (округ)": KnownPlace(5, "Анапа", "municipality", "городской округ", 1, 80_000),
    "Анапа": KnownPlace(6, "Анапа", "settlement", "город", 5, 80_000),
    "Витязево": KnownPlace(7, "Витязево", "settlement", "село", 5, 8000),
    "Анапская": KnownPlace(8, "Анапская", "settlement", "станица", 5, 16_000),
    "Северский район": KnownPlace(10, "Северский район", "municipality", "район", 1, 120_000),
    "Северская": KnownPlace(11, "Северская", "settlement", "станица", 10, 24_000),
    "Ильский": KnownPlace(12, "Ильский", "settlement", "посёлок городского типа", 10, 24_000),
    "Ставропольская": KnownPlace(13, "Ставропольская", "settlement", "станица", 10, 1500),
    "Тимашевский район": KnownPlace(20, "Тимашевский район", "municipality", "район", 1),
    "Тимашёвск": KnownPlace(21, "Тимашёвск", "settlement", "город", 20, 52_000),
    "Советский": KnownPlace(22, "Советский", "settlement", "посёлок", 20, 1200),
    "Октябрьский 1": KnownPlace(23, "Октябрьский", "settlement", "посёлок", 20, 900),
    "Павловский район": KnownPlace(30, "Павловский район", "municipality", "район", 1),
    "Павловская": KnownPlace(31, "Павловская", "settlement", "станица", 30, 31_000),
    "Октябрьский 2": KnownPlace(32, "Октябрьский", "settlement", "посёлок", 30, 1500),
    "Ленина": KnownPlace(33, "Ленина", "settlement", "хутор", 30, 5000),
    "Октябрьский 3": KnownPlace(41, "Октябрьский", "settlement", "посёлок", 40, 1000),
    "Ленинградский округ": KnownPlace(
        40, "Ленинградский округ", "municipality", "округ", 1, 0, ("Ленинградский район",)
    ),
    "Горячий Ключ": KnownPlace(51, "Горячий Ключ", "settlement", "город", 50, 40_000),
    "Горячий Ключ (округ)": KnownPlace(50, "Горячий Ключ", "municipality", "городской округ", 1, 60_000),
    "Лабинский район": KnownPlace(60, "Лабинский район", "municipality", "район", 1),
    "Лабинск": KnownPlace(61, "Лабинск", "settlement", "город", 60, 57_000),
    "Мостовской": KnownPlace(71, "Мостовской", "settlement", "посёлок городского типа", 70, 25_000),
    "Мостовский район": KnownPlace(70, "Мостовский район", "municipality", "район", 1),
    "Темрюкский район": KnownPlace(80, "Темрюкский район", "municipality", "район", 1),
    "Волна": KnownPlace(81, "Волна", "settlement", "посёлок", 80, 1500),
    "Славянск": KnownPlace(91, "Славянск-на-Кубани", "settlement", "город", 90, 66_000),
    "Славянский район": KnownPlace(90, "Славянский район", "municipality", "район", 1),
    "Выселки": KnownPlace(96, "Выселки", "settlement", "станица", 95, 19_000),
    "Выселковский район": KnownPlace(95, "Выселковский район", "municipality", "район", 1),
}
STREETS = [
    *(KnownStreet(name) for name in ("Красная", "Ленина", "Мира", "Советская", "40 лет Победы", "Восточная")),
    KnownStreet("Короткий", "переулок"),
    KnownStreet("Зиповская", "улица", 3),
    KnownStreet("Писателя Знаменского", "проспект", 3),
]
FINDER = PlaceFinder(list(PLACES.values()), STREETS)


def find(text: str, community: str = "") -> PlaceGuess:
    return FINDER.find(text, community_place=PLACES[community].id if community else None)


def name(guess: PlaceGuess) -> str:
    return next((key for key, place in PLACES.items() if place.id == guess.place_id), "")
