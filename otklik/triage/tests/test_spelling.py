from otklik.triage.place import house
from otklik.triage.place.declension import forms, gender, nominative
from otklik.triage.slips import Slips, one_slip
from tests.phrases import phrases

CASES = phrases("""
    северская северской северскую | мостовской мостовском мостовского | ильский ильском | белозерный белозерного
    лазаревское лазаревском | краснодар краснодаром | тамань тамани | анапа анапу | выселки выселок | садки садков
    гулькевичи гулькевичах | витязево витязеве | псебай псебае | агой агое | сочи | лоо | туапсе | я | ой | 120
""")


def test_a_name_has_the_cases_that_people_write_and_adjectives_show_gender_and_nominative() -> None:
    assert {cases for cases in CASES if {*cases.split()} - {*forms(cases.split()[0])}} == set()
    assert "" in forms("")
    assert not forms("северская") & forms("северский"), "the feminine and the masculine do not meet"
    words = {"северская": "feminine", "ильский": "masculine", "красное": "neuter", "анапа": None}
    assert {word: gender(word) for word in words} == words
    streets = {"красной": "красная", "садовую": "садовая", "ленина": "ленина"}
    assert {word: nominative(word, "feminine") for word in streets} == streets
    assert [nominative(word, "masculine") for word in ("коротком", "садовому")] == ["короткий", "садовый"]


NAMES = ("тимашевск", "кропоткин", "ейск", "северская", "северской", "северский")
SLIPS = {
    "тимашевск": "тимошевск тимашевс тимашшевск тиамшевск тимшаевск",
    "кропоткин": "кропоткен",
    "северская": "северскя северскоя",
    "": "тимшоевск тимашевск тимошевс симашевск еск " + "т" * 1000,
}


def test_one_slip_is_forgiven_in_a_long_word_and_two_are_not() -> None:
    known = Slips((form, "Северская" if form in ("северская", "северской") else form) for form in NAMES)
    for meant, written in SLIPS.items():
        assert {one: known.meant(one) for one in written.split() if known.meant(one) != meant} == {}, meant
    assert known.meant("") == ""
    assert Slips([("николаевка", "Николаевка"), ("николаевна", "Николаевна")]).meant("николаевса") == "", "of neither"
    assert not one_slip("абвгд", "абгвк"), "two places that differ are two slips"
    assert one_slip("абвгд", "абгвд")


def number(building: house.House | None) -> str:
    return building.number if building else ""


def test_the_number_beside_a_street_is_a_house_unless_it_counts_and_one_alone_needs_its_word() -> None:
    houses = {" 12": "12", ", д.5к1 газ": "5 к1", " 12 корпус 3 литер а по": "12 к3 лит а", " 3-й дом": "3"}
    houses |= {" 5 кв 7": "5", " 33а": "33а", " 10 стр 2, свет": "10 стр2", " возле 5 дома": "5"}
    houses |= {" 42/3 к 2 нет воды": "42/3 к2", " от 10 до 40 дома": "10", " 7-9. подвал": "7", " 5 света нет": "5"}
    houses |= {", 58 график вывоза не соблюдают": "58"}
    counts = (", 58 человек ждут", " 3 дня", " 2 лужи", " 5 домов", " 12.05 отключили", " 9 мая", " 5 этаж", " кв. 5")
    for written, meant in {**houses, **dict.fromkeys((*counts, " 12345", ""), "")}.items():
        read = house.after(written, 0)
        assert number(read) == meant, written
        assert read is None or written[read.start : read.end].startswith(meant.split(" ", 1)[0]), written
    before = {"12-й дом на ": "12", "у дома номер 7 по ": "7", "в доме 5, ": "5", "школа 5 на ": "", "кв 5, ": ""}
    assert {written: number(house.before(written, len(written))) for written in before} == before
    alone = {"во дворе дома 5 темно": "5", "дом 14 корпус 2": "14 к2", "посёлок, 12 дом, темно": "12"}
    alone |= dict.fromkeys(("перед домом 40 метров", "дом культуры 2", "12 домов без света"), "")
    assert {written: number(house.alone(written)) for written in alone} == alone
