import pytest

from otklik.triage.place.finder import COMMUNITY, PlaceFinder, PlaceGuess
from otklik.triage.tests.district import FINDER, find, name


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("В Северской третий день нет воды", "Северская"),
        ("в северской нет воды", "Северская"),
        ("Мы из Тимашевска, помогите", "Тимашёвск"),
        ("Мы из Тимашёвска, помогите", "Тимашёвск"),
        ("в станице Павловской темно", "Павловская"),
        ("в Павловской станице темно", "Павловская"),
        ("ст. Павловская, у школы", "Павловская"),
        ("ст-ца Павловская", "Павловская"),
        ("Павловская ст-ца, клуб", "Павловская"),
        ("ст-це Павловской нужен автобус", "Павловская"),
        ("ст павловская нет света", "Павловская"),
        ("Когда Анапе вернут пляж?", "Анапа"),
        ("в п. Мостовском прорвало трубу", "Мостовской"),
        ("пос Мостовской ямы", "Мостовской"),
        ("г Горячий Ключ, свалка", "Горячий Ключ"),
        ("До Горячего Ключа не доехать", "Горячий Ключ"),
        ("х. Ленина без воды", "Ленина"),
        ("на хуторе Ленина нет связи", "Ленина"),
        ("п.Волна, нет аптеки", "Волна"),
        ("в Ильском нет газа", "Ильский"),
        ("Славянск на Кубани, когда ремонт?", "Славянск"),
        ("в славянске-на-кубани темно", "Славянск"),
        ("#Лабинск ждёт ответа", "Лабинск"),
        ("Жители ЮМР просят сквер", "Краснодар"),
        ("В Выселках закрыли баню", "Выселки"),
        ("Анапа, Витязево, нет воды", "Витязево"),
        ("[club1|Администрация Анапы], ответьте", "Анапа"),
        ("Павловская, ул. Ленина, 5", "Павловская"),
        ("в Ильском ямы на дороге", "Ильский"),
        ("Жители Павловской ждут ответа", "Павловская"),
    ],
)
def test_a_settlement_is_found_in_every_case_and_spelling(text: str, place: str) -> None:
    guess = find(text)
    assert name(guess) == place
    assert guess.share >= 0.5
    assert all(fragment in text.replace("<br>", " ") for fragment, _reason in guess.why)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("в Лабинском районе не чистят дороги", "Лабинский район"),
        ("Лабинский р-н, дорога", "Лабинский район"),
        ("лабинский р н дорога", "Лабинский район"),
        ("район Лабинский, дорога", "Лабинский район"),
        ("в Лабинском муниципальном районе", "Лабинский район"),
        ("Ленинградский муниципальный округ", "Ленинградский округ"),
        ("глава Ленинградского района молчит", "Ленинградский округ"),
        ("администрация МО Анапа", "Анапа (округ)"),
    ],
)
def test_a_municipality_is_found_by_its_district_word(text: str, place: str) -> None:
    assert name(find(text)) == place


@pytest.mark.parametrize(
    "text",
    [
        "Победа за нами, миру мир, волна протеста",
        "Лабинский водоканал молчит",
        "Советский союз строил лучше, северный ветер",
        "Это улица Северская, 5",
        "проспект Павловский, 12",
        "По улице Ставропольской ездят грузовики",
        "Ленина бы сюда, он бы навёл порядок",
        "Едем в Павловскую область",
        "с анапского шоссе",
        "жители советского времени",
        "Надежда Северская поёт",
        "Вручили А. Ильскому грамоту",
        "улицы Мира, Павловская и Красная",
        "у посёлка. Волна поднялась",
        "река Волна, санаторий Анапа",
        "выселки какие-то, а не город",
        "микрорайон Северный",
        "поздравляю с советским городом",
        "на Ленина и на Мира темно",
        "Ленина, Мира и Красная разбиты",
        "",
    ],
)
def test_words_surnames_adjectives_and_streets_are_no_places(text: str) -> None:
    assert find(text).place_id is None


def test_namesakes_without_help_are_a_weak_guess_with_the_others() -> None:
    guess = find("пос. Октябрьский, нет света")
    assert guess.share < 0.5
    assert {guess.place_id, *guess.others} == {23, 32, 41}


def test_namesakes_are_decided_by_the_district_in_the_text() -> None:
    guess = find("Ленинградский район, пос. Октябрьский, нет света")
    assert name(guess) == "Октябрьский 3"
    assert guess.share > 0.9


def test_namesakes_are_decided_by_another_settlement_in_the_text() -> None:
    assert name(find("Это в Тимашевске, точнее в посёлке Октябрьском")) == "Октябрьский 1"


def test_namesakes_are_decided_by_the_community() -> None:
    guess = find("пос. Октябрьский, нет света", "Павловская")
    assert name(guess) == "Октябрьский 2"
    assert guess.share >= 0.7
    assert ("пос. Октябрьский", "community") in guess.why
    assert set(guess.others) == {23, 41}


def test_a_silent_text_takes_the_place_of_its_community() -> None:
    guess = find("Когда уже включат свет?", "Анапа")
    assert guess == PlaceGuess(
        6, share=COMMUNITY, why=(("", "community"),), municipality_id=5, source="community", settlement_id=None
    )


def test_a_text_that_names_another_place_outweighs_the_community() -> None:
    guess = find("Это не у вас, это в Тимашевске", "Анапа")
    assert name(guess) == "Тимашёвск"


def test_a_place_within_the_community_is_surer_than_without() -> None:
    assert find("в Витязево ямы", "Анапа").share > find("в Витязево ямы").share


def test_an_unknown_community_is_no_community() -> None:
    assert FINDER.find("Когда уже включат свет?", community_place=404) == PlaceGuess()


def test_two_towns_make_each_other_doubtful() -> None:
    guess = find("Дорога в Анапе и в Лабинске разбита")
    assert name(guess) == "Анапа"
    assert guess.others == (61,)
    assert guess.share < find("Дорога в Анапе разбита").share


def test_a_road_named_by_two_towns_is_in_neither() -> None:
    assert find("Трасса Краснодар – Анапа стоит").share < 0.5


def test_the_region_alone_is_hardly_a_place() -> None:
    guess = find("По всей Кубани так")
    assert name(guess) == "край"
    assert guess.share <= 0.2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Тимошевск, нет воды", "Тимашёвск"),
        ("в лабинзке нет воды", "Лабинск"),
        ("Славенск-на-Кубани стоит в пробке", "Славянск"),
        ("TIMASHEVSK bez vody", "Тимашёвск"),
        ("Лaбинcк без воды", "Лабинск"),
        ("павловская, красная 5, темно", "Павловская"),
        ("Павловская: второй день без света", "Павловская"),
        ("За Павловской горит поле", "Павловская"),
        ("Павловская без света", "Павловская"),
        ("Северский р-н, Ставропольская, школа", "Ставропольская"),
    ],
)
def test_a_settlement_is_found_with_one_slip_and_in_latin_letters(text: str, place: str) -> None:
    assert name(find(text)) == place


@pytest.mark.parametrize(
    "text",
    [
        "Лабуду помыли",
        "Рейс Анапа - Москва отменён",
        "Трасса Краснодар–Анапа стоит",
        "ФК Краснодар проиграл",
        "Анепа",
        "ЖК Анапа",
    ],
)
def test_other_words_and_names_of_roads_and_clubs_are_no_settlements(text: str) -> None:
    assert find(text).settlement_id is None


def test_a_town_that_is_denied_yields_to_the_other() -> None:
    assert name(find("Мы не из Анапы, мы из Лабинска")) == "Лабинск"


def test_a_common_word_is_a_village_when_its_district_stands_beside_it() -> None:
    assert name(find("Советский: нет света. Тимашевский район")) == "Советский"
    assert find("Советский: нет света").settlement_id is None


def test_a_namesake_that_the_list_lacks_is_in_the_district_that_stands_beside_it() -> None:
    guess = find("х. Советский Павловского района без света")
    assert (name(guess), guess.settlement_id) == ("Павловский район", None)


def test_what_is_named_and_what_only_follows_are_told_apart() -> None:
    named = find("Это не у вас, это в Тимашевске", "Анапа")
    assert (named.municipality_id, named.settlement_id, named.source) == (20, 21, "text")
    silent = find("Когда включат свет?", "Анапа")
    assert (silent.municipality_id, silent.settlement_id, silent.source) == (5, None, "community")
    follows = find("Зиповская 5, темно")
    assert (follows.municipality_id, follows.settlement_id, follows.source) == (2, None, "street")
    district = find("в Лабинском районе не чистят дороги")
    assert (district.municipality_id, district.settlement_id, district.source) == (60, None, "text")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "Лабинский р-н, г. Лабинск, ул.Красная д 5 корп 2",
            {"municipality": "Лабинский р-н", "settlement": "г. Лабинск", "street": "ул.Красная", "house": "5 корп 2"},
        ),
        (
            "\u200bПишу  вам:<br>в  Лаби\u0301нске\n на   Kрасной,\t12 ",
            {"settlement": "Лаби\u0301нске", "street": "Kрасной", "house": "12"},
        ),
        ("дом 7 по улице Мира", {"house": "7", "street": "улице Мира"}),
        ("Вода идёт", {}),
    ],
)
def test_spans_point_into_the_text_as_it_was_written(text: str, pieces: dict[str, str]) -> None:
    assert {part: text[start:end] for part, start, end in find(text).spans} == pieces


def test_a_street_of_one_town_hints_at_the_town() -> None:
    guess = find("Зиповская 5, темно")
    assert name(guess) == "Краснодар"
    assert guess.share < 0.5


def test_a_street_of_another_town_does_not_move_the_community() -> None:
    assert name(find("Зиповская 5, темно", "Анапа")) == "Анапа"


@pytest.mark.parametrize(
    "text",
    [
        "\x00\ud800",
        "ул. " * 4000,
        "Октябрьский " * 1300,
        "Северской " * 1600,
        "Славянск-на-" * 1300,
        "д. 1 , " * 2000 + "ул. Мира",
        "1" * 16_000,
        "Краснодар — " * 1300,
        "ст-" * 5000,
        "ул. " * 30_000,
        "дом 5 корпус " * 9000,
        "на углу Мира и " * 8000,
        "Ленина/" * 15_000,
        "Тимошевск " * 12_000,
        "5-я " * 30_000,
        "\ud800\u200f" * 60_000,
        "1 2 3 " * 20_000,
        "Ё" * 120_000,
        "²½№ ул. ½",
        "ул.",
        "г.",
    ],
)
def test_no_text_breaks_the_search(text: str) -> None:
    guess = find(text, "Анапа")
    assert 0 <= guess.share <= 1
    assert len(guess.others) <= 3


def test_an_empty_region_knows_nothing() -> None:
    assert PlaceFinder([]).find("в Анапе, ул. Мира, 5").place_id is None
