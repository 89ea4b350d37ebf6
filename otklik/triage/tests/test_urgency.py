import time

import pytest

from otklik.triage.urgency.dangers import RULES
from otklik.triage.urgency.level import priority, urgency
from otklik.triage.urgency.words import WORDS


def level(text: str) -> int:
    return urgency(text).level


@pytest.mark.parametrize(
    "text",
    [
        "Ребёнок провалился в открытый колодец",
        "Щиток в подъезде искрит",
        "ПОЖАР в соседнем доме",
        "Загорелась трава за хутором",
        "Оголённые провода на детской площадке",
        "Провод оборвался и лежит на тротуаре",
        "В подъезде пахнет газом",
        "На девочку набросилась большая собака",
        "Скорая не может проехать к дому",
        "Козырёк рухнул",
        "Качели бьёт током",
        "Жить не хочу",
        "Отключили свет, а мама на ИВЛ",
    ],
)
def test_danger_to_life_is_the_highest_level(text: str) -> None:
    assert level(text) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Открытый люк возле остановки",
        "Собака покусала школьника",
        "Застряли в лифте, никто не отвечает",
        "Батареи холодные, на улице -17",
        "Столб накренился и вот-вот упадёт",
        "Сломала руку на льду",
    ],
)
def test_what_is_dangerous_soon_is_the_second(text: str) -> None:
    assert level(text) == 2


@pytest.mark.parametrize(
    "text", ["Нет воды", "Отключили свет", "Прорвало трубу, вода по улице", "Затопило двор", "Упало дерево на дорогу"]
)
def test_what_hits_many_is_the_first(text: str) -> None:
    assert level(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо за праздник",
        "Пожарная часть открыла двери",
        "Эвакуация автомобилей платная",
        "Проводка уже не искрит",
        "К счастью, нет пожара",
        "Свет в конце тоннеля",
        "Газон не стригут",
        "Горят сроки, а дом так и не сдан",
        "Подъезд сдали, взрыв эмоций",
        "В 2009 году загорелся дом на углу, теперь там сквер. В прошлом году горели и гаражи",
        "Пожар быстро потушили",
        "Смотрели фильм, там дом горит",
        "На учениях загорелось здание, все спаслись",
        "",
    ],
)
def test_figures_of_speech_the_past_and_what_is_played_raise_nothing(text: str) -> None:
    assert level(text) == 0


def test_a_danger_beside_something_that_takes_another_back_stays_a_danger() -> None:
    assert level("Пожар потушили, но провод искрит") == 3
    assert level("В прошлом году горел чердак. Сейчас горит квартира") == 3
    assert level("Это не учения, горит школа") == 3
    assert level("Чуть не ударило током от качелей") == 3


def test_a_fear_is_a_danger_to_come() -> None:
    assert level("Боимся, что загорится дом или рухнет крыша") == 1
    assert level("А если пожар?") == 1
    assert level("Есть риск взрыва газа") == 1
    assert level("Камыш у дома периодически горит") == 1
    assert level("Берёза может упасть на гараж") == 1
    assert level("Чуть не сбило велосипедиста") == 2


@pytest.mark.parametrize("who", ["у меня грудничок", "в доме живёт инвалид", "бабушка лежачая", "и маленький ребёнок"])
def test_somebody_weak_makes_an_outage_worse_and_a_hole_does_not_care(who: str) -> None:
    assert level(f"Нет воды, {who}") == 2
    assert level(f"Яма у дома, {who}") == 0


def test_the_reasons_are_pieces_as_they_were_written_with_their_places() -> None:
    text = "Срочно! Щиток\u200b ИСКРИТ,<br>и воды нет. Го\u200bрит наш До\u0301м"
    found = urgency(text)
    assert found.why == (("ИСКРИТ", "current"), ("Го\u200bрит наш До\u0301м", "fire"), ("воды нет", "outage"))
    assert [text[start:end] for start, end in found.spans] == [piece for piece, _reason in found.why]


def test_equal_reasons_stand_in_the_order_of_the_rules_in_every_process() -> None:
    found = [reason for _piece, reason in urgency("Ребёнок провалился в люк").why]
    order = [rule.reason for rule in RULES]
    assert found == sorted(found, key=order.index)
    assert found == ["child", "injury", "pit"]


def test_latin_letters_hide_no_danger() -> None:
    assert level("пaхнeт гaзoм в пoдъeздe") == 3


def test_an_ordinary_text_has_no_reasons() -> None:
    assert urgency("Покрасьте лавочку").why == ()


def test_the_priority_is_the_theme_raised_by_the_danger() -> None:
    assert [priority(0, severity, fast_track=False) for severity in (1, 2, 3, 4, 5)] == [1, 2, 3, 4, 5]
    assert [priority(level, 1, fast_track=False) for level in (0, 1, 2, 3)] == [1, 3, 4, 5]
    assert priority(1, 4, fast_track=False) == 4
    assert priority(0, 1, fast_track=True) == 3
    assert priority(0, 4, fast_track=True) == 4
    assert [priority(0, 5, fast_track=True, sure=share) for share in (0, 0.2, 0.5, 1)] == [2, 3, 4, 5]
    assert [priority(0, 1, fast_track=True, sure=share) for share in (0, 0.4, 0.6)] == [2, 2, 3]


@pytest.mark.parametrize("severity", [-7, 0, 6, 100])
def test_a_severity_out_of_range_is_brought_into_it(severity: int) -> None:
    assert 1 <= priority(0, severity, fast_track=False) <= 5


def test_every_word_of_a_rule_is_in_the_list_and_every_list_is_used() -> None:
    asked = {name for rule in RULES for name in (*rule.words, *rule.unless)}
    ours = {"denies", "almost", "over", "ago", "long_ago", "solved", "now", "drill", "news", "other", "land", "joke"}
    ours |= {"fear", "may", "habit", "was", "weak", "little"}
    assert asked | ours == set(WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\ud800",
        "собака " * 17_000,
        "без " * 30_000,
        "а" * 120_000,
        "горит дом если " * 8000,
        "нет воды ребёнок упал " * 5000,
        "😀" * 120_000,
        "\u0301" * 120_000,
        "-15 " * 30_000,
    ],
)
def test_no_text_breaks_the_rules_or_takes_long(text: str) -> None:
    began = time.process_time()
    assert 0 <= level(text) <= 3
    assert time.process_time() - began < 2
