import pytest

from otklik.triage.place import house


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (" 12", "12"),
        (", д.5к1 газ", "5 к1"),
        (" 12 корпус 3 литер а по", "12 к3 лит а"),
        (" 42/3 к 2 нет воды", "42/3 к2"),
        (" 5 кв 7", "5"),
        (" 33а", "33а"),
        (" 10 стр 2, свет", "10 стр2"),
        (" возле 5 дома", "5"),
        (" 3-й дом", "3"),
        (" от 10 до 40 дома", "10"),
        (" 7-9. подвал", "7"),
        (" 5 света нет", "5"),
        (", 58 график вывоза не соблюдают", "58"),
        (", 58 человек ждут", ""),
        (" 3 дня", ""),
        (" 2 лужи", ""),
        (" 5 домов", ""),
        (" 12.05 отключили", ""),
        (" 9 мая", ""),
        (" 5 этаж", ""),
        (" кв. 5", ""),
        (" 12345", ""),
        ("", ""),
    ],
)
def test_the_number_after_a_street_is_a_house_unless_it_counts_something(written: str, number: str) -> None:
    found = house.after(written, 0)
    assert (found.number if found else "") == number
    if found:
        assert written[found.start : found.end].startswith(number.split(" ", 1)[0])


@pytest.mark.parametrize(
    ("written", "number"),
    [("12-й дом на ", "12"), ("у дома номер 7 по ", "7"), ("в доме 5, ", "5"), ("школа 5 на ", ""), ("кв 5, ", "")],
)
def test_a_house_may_stand_before_its_street(written: str, number: str) -> None:
    found = house.before(written, len(written))
    assert (found.number if found else "") == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("во дворе дома 5 темно", "5"),
        ("дом 14 корпус 2", "14 к2"),
        ("перед домом 40 метров", ""),
        ("дом культуры 2", ""),
        ("посёлок, 12 дом, темно", "12"),
        ("12 домов без света", ""),
    ],
)
def test_a_house_alone_needs_its_word(written: str, number: str) -> None:
    found = house.alone(written)
    assert (found.number if found else "") == number
