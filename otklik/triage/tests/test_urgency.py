import pytest

from otklik.triage.urgency import urgency


def level(text: str, severity: int = 2, *, fast_track: bool = False) -> int:
    return urgency(text, severity, fast_track).level


@pytest.mark.parametrize(
    "text",
    [
        "Дети упали в люк",
        "Ребёнок провалился в открытый колодец",
        "Щиток в подъезде искрит",
        "ПОЖАР в соседнем доме",
        "Загорелась трава за хутором",
        "Камыш горит у самых домов",
        "Оголённые провода на детской площадке",
        "Провод оборвался и лежит на тротуаре",
        "Открытый люк возле остановки",
        "В подъезде пахнет газом",
        "Сильный запах газа",
        "Стая собак, собака покусала школьника",
        "На девочку набросилась большая собака",
        "Скорая не может проехать к дому",
        "Застряли в лифте, никто не отвечает",
        "Козырёк рухнул",
        "Качели бьёт током",
    ],
)
def test_danger_to_life_is_the_highest_level(text: str) -> None:
    found = urgency(text, 1, fast_track=False)
    assert found.level == 5
    assert "danger" in [reason for _fragment, reason in found.why]


@pytest.mark.parametrize(
    "text",
    [
        "Прорвало трубу, вода по улице",
        "Сидим без света вторые сутки",
        "Воды нет 3 дня",
        "Затопило двор",
        "Упало дерево на дорогу",
    ],
)
def test_an_emergency_and_a_long_outage_are_high(text: str) -> None:
    assert level(text) == 4


@pytest.mark.parametrize("text", ["Нет воды", "Отключили свет", "Срочно уберите ветку"])
def test_an_outage_and_a_call_for_haste_are_above_the_ordinary(text: str) -> None:
    assert level(text) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо за праздник",
        "Сломан лежачий полицейский",
        "Пожарная часть открыла двери",
        "Пожароопасный период объявлен",
        "Эвакуация автомобилей платная",
        "Проводка уже не искрит",
        "К счастью, нет пожара",
        "Свет в конце тоннеля",
        "Газон не стригут",
        "",
    ],
)
def test_ordinary_and_denied_words_raise_nothing(text: str) -> None:
    assert level(text) == 2


@pytest.mark.parametrize(
    "who", ["у меня грудной ребёнок", "в доме живёт инвалид", "бабушка, лежачая больная", "жена беременна"]
)
def test_the_vulnerable_raise_the_level_by_one(who: str) -> None:
    assert level(f"Нет воды, {who}") == 4
    assert level(f"Без света третий день, {who}") == 5
    assert level(f"Яма у дома, {who}") == 3


def test_children_raise_an_emergency_only() -> None:
    assert level("Прорвало трубу у садика, там дети") == 5
    assert level("Дети просят каток") == 2


def test_the_theme_gives_the_ground_level() -> None:
    assert [level("Здравствуйте", severity) for severity in (1, 3, 5)] == [1, 3, 5]
    assert level("Здравствуйте", 1, fast_track=True) == 3
    assert level("Здравствуйте", 4, fast_track=True) == 4


@pytest.mark.parametrize("severity", [-7, 0, 6, 100])
def test_a_severity_out_of_range_is_brought_into_it(severity: int) -> None:
    assert 1 <= level("Яма", severity) <= 5


def test_reasons_are_quoted_as_they_stand_in_the_text() -> None:
    found = urgency("Щиток ИСКРИТ,<br>у нас Инвалид!", 2, fast_track=False)
    assert found.why == (("", "severity"), ("ИСКРИТ", "danger"), ("Инвалид", "vulnerable"))


@pytest.mark.parametrize(
    "text",
    ["\x00\ud800", "собака " * 3000, "упал " * 4000, "без " * 4000, "а" * 100_000, "не " * 8000, "горит " * 3000],
)
def test_no_text_breaks_the_rules(text: str) -> None:
    assert 1 <= level(text) <= 5
