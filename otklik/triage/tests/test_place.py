from otklik.triage.place.finder import COMMUNITY, PlaceFinder, PlaceGuess
from otklik.triage.tests.district import FINDER, find, name
from tests.phrases import phrases

NAMED = {
    "Северская": "В Северской третий день нет воды | в северской нет воды",
    "Тимашёвск": "Мы из Тимашевска, помогите | Мы из Тимашёвска, помогите",
    "Павловская": """
        в станице Павловской темно | в Павловской станице темно | ст. Павловская, у школы | ст-ца Павловская
        Павловская ст-ца, клуб | ст-це Павловской нужен автобус | ст павловская нет света | Павловская, ул. Ленина, 5
        Жители Павловской ждут ответа
    """,
    "Анапа": "Когда Анапе вернут пляж? | [club1|Администрация Анапы], ответьте",
    "Мостовской": "в п. Мостовском прорвало трубу | пос Мостовской ямы",
    "Горячий Ключ": "г Горячий Ключ, свалка | До Горячего Ключа не доехать",
    "Ленина": "х. Ленина без воды | на хуторе Ленина нет связи",
    "Волна": "п.Волна, нет аптеки",
    "Ильский": "в Ильском нет газа | в Ильском ямы на дороге",
    "Славянск": "Славянск на Кубани, когда ремонт? | в славянске-на-кубани темно",
    "Лабинск": "#Лабинск ждёт ответа",
    "Краснодар": "Жители ЮМР просят сквер",
    "Выселки": "В Выселках закрыли баню",
    "Витязево": "Анапа, Витязево, нет воды",
}
GUESSED = {
    # a municipality by its district word
    "Лабинский район": """
        в Лабинском районе не чистят дороги | Лабинский р-н, дорога | лабинский р н дорога
        район Лабинский, дорога | в Лабинском муниципальном районе
    """,
    "Ленинградский округ": "Ленинградский муниципальный округ | глава Ленинградского района молчит",
    "Анапа (округ)": "администрация МО Анапа",
    # one slip, and Latin letters
    "Тимашёвск": "Тимошевск, нет воды | TIMASHEVSK bez vody",
    "Лабинск": "в лабинзке нет воды | Лaбинcк без воды | Мы не из Анапы, мы из Лабинска",
    "Славянск": "Славенск-на-Кубани стоит в пробке",
    "Павловская": """
        павловская, красная 5, темно | Павловская: второй день без света | За Павловской горит поле
        Павловская без света
    """,
    # decided by what stands beside it
    "Ставропольская": "Северский р-н, Ставропольская, школа",
    "Октябрьский 1": "Это в Тимашевске, точнее в посёлке Октябрьском",
    "Советский": "Советский: нет света. Тимашевский район",
}
NOWHERE = phrases("""
    Победа за нами, миру мир, волна протеста | Лабинский водоканал молчит | Это улица Северская, 5
    Советский союз строил лучше, северный ветер | проспект Павловский, 12 | По улице Ставропольской ездят грузовики
    Ленина бы сюда, он бы навёл порядок | Едем в Павловскую область | с анапского шоссе | жители советского времени
    Надежда Северская поёт | Вручили А. Ильскому грамоту | улицы Мира, Павловская и Красная | у посёлка. Волна поднялась
    река Волна, санаторий Анапа | выселки какие-то, а не город | микрорайон Северный | поздравляю с советским городом
    на Ленина и на Мира темно | Ленина, Мира и Красная разбиты
""")
NO_SETTLEMENT = phrases("""
    Лабуду помыли | Рейс Анапа - Москва отменён | Трасса Краснодар–Анапа стоит | ФК Краснодар проиграл | Анепа
    ЖК Анапа | Советский: нет света
""")


def test_a_settlement_is_found_in_every_spelling_and_a_place_by_its_district_or_with_one_slip() -> None:
    for place in NAMED:
        for text in phrases(NAMED[place]):
            guess = find(text)
            assert name(guess) == place, text
            assert guess.share >= 0.5, text
            assert all(fragment in text for fragment, _reason in guess.why), text
    for place in GUESSED:
        assert {text: name(find(text)) for text in phrases(GUESSED[place]) if name(find(text)) != place} == {}


def test_words_surnames_adjectives_roads_clubs_and_streets_are_no_places() -> None:
    assert {text: name(find(text)) for text in NOWHERE if find(text).place_id is not None} == {}
    assert {text: name(find(text)) for text in NO_SETTLEMENT if find(text).settlement_id is not None} == {}
    assert find("").place_id is None


def test_namesakes_are_decided_by_the_district_or_the_community_whose_place_a_silent_text_takes() -> None:
    guess = find("пос. Октябрьский, нет света")
    assert (guess.share < 0.5, {guess.place_id, *guess.others}) == (True, {23, 32, 41})
    guess = find("Ленинградский район, пос. Октябрьский, нет света")
    assert (name(guess), guess.share > 0.9) == ("Октябрьский 3", True)
    guess = find("пос. Октябрьский, нет света", "Павловская")
    assert (name(guess), guess.share >= 0.7, set(guess.others)) == ("Октябрьский 2", True, {23, 41})
    assert ("пос. Октябрьский", "community") in guess.why
    # A namesake that the list lacks is in the district that stands beside it.
    guess = find("х. Советский Павловского района без света")
    assert (name(guess), guess.settlement_id) == ("Павловский район", None)
    guess = find("Когда уже включат свет?", "Анапа")
    assert guess == PlaceGuess(
        6, share=COMMUNITY, why=(("", "community"),), municipality_id=5, source="community", settlement_id=None
    )
    assert FINDER.find("Когда уже включат свет?", community_place=404) == PlaceGuess(), "an unknown one is none"
    assert PlaceFinder([]).find("в Анапе, ул. Мира, 5").place_id is None, "an empty region knows nothing"
    assert find("в Витязево ямы", "Анапа").share > find("в Витязево ямы").share, "within the community it is surer"


def test_two_towns_make_each_other_doubtful_and_what_is_named_and_what_follows_differ() -> None:
    guess = find("Дорога в Анапе и в Лабинске разбита")
    assert (name(guess), guess.others) == ("Анапа", (61,))
    assert guess.share < find("Дорога в Анапе разбита").share
    assert find("Трасса Краснодар – Анапа стоит").share < 0.5, "a road named by two towns is in neither"
    guess = find("По всей Кубани так")
    assert (name(guess), guess.share <= 0.2) == ("край", True)
    guess = find("Зиповская 5, темно")
    assert (name(guess), guess.share < 0.5) == ("Краснодар", True)
    assert name(find("Зиповская 5, темно", "Анапа")) == "Анапа"
    for text, community, place in (
        ("Это не у вас, это в Тимашевске", "Анапа", (20, 21, "text")),  # outweighs the community
        ("Когда включат свет?", "Анапа", (5, None, "community")),
        ("Зиповская 5, темно", "", (2, None, "street")),
        ("в Лабинском районе не чистят дороги", "", (60, None, "text")),
    ):
        guess = find(text, community)
        assert (guess.municipality_id, guess.settlement_id, guess.source) == place


def test_spans_point_into_the_text_as_it_was_written() -> None:
    for text, pieces in (
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
    ):
        assert {part: text[start:end] for part, start, end in find(text).spans} == pieces
