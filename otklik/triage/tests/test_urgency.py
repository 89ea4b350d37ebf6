from otklik.triage.urgency.dangers import RULES
from otklik.triage.urgency.level import priority, urgency
from otklik.triage.urgency.words import WORDS
from tests.phrases import phrases

LEVELS = {
    # danger to life, also beside something that takes another danger back, and in Latin letters
    3: """
        Ребёнок провалился в открытый колодец | Щиток в подъезде искрит | ПОЖАР в соседнем доме
        Загорелась трава за хутором | Оголённые провода на детской площадке | Провод оборвался и лежит на тротуаре
        В подъезде пахнет газом | На девочку набросилась большая собака | Скорая не может проехать к дому
        Козырёк рухнул | Качели бьёт током | Жить не хочу | Отключили свет, а мама на ИВЛ
        Пожар потушили, но провод искрит | В прошлом году горел чердак. Сейчас горит квартира
        Это не учения, горит школа | Чуть не ударило током от качелей | пaхнeт гaзoм в пoдъeздe
    """,
    # dangerous soon
    2: """
        Открытый люк возле остановки | Собака покусала школьника | Застряли в лифте, никто не отвечает
        Батареи холодные, на улице -17 | Столб накренился и вот-вот упадёт | Сломала руку на льду
        Чуть не сбило велосипедиста
    """,
    # what hits many, and a fear of a danger to come
    1: """
        Нет воды | Отключили свет | Прорвало трубу, вода по улице | Затопило двор | Упало дерево на дорогу
        Боимся, что загорится дом или рухнет крыша | А если пожар? | Есть риск взрыва газа
        Камыш у дома периодически горит | Берёза может упасть на гараж
    """,
    # figures of speech, the past and what is played
    0: """
        Спасибо за праздник | Пожарная часть открыла двери | Эвакуация автомобилей платная | Проводка уже не искрит
        К счастью, нет пожара | Свет в конце тоннеля | Газон не стригут | Горят сроки, а дом так и не сдан
        Подъезд сдали, взрыв эмоций | Пожар быстро потушили | Смотрели фильм, там дом горит
        В 2009 году загорелся дом на углу, теперь там сквер. В прошлом году горели и гаражи
        На учениях загорелось здание, все спаслись
    """,
}


def level(text: str) -> int:
    return urgency(text).level


def test_a_text_is_as_dangerous_as_what_it_tells_of_and_somebody_weak_makes_an_outage_worse() -> None:
    for number in LEVELS:
        assert {text: level(text) for text in phrases(LEVELS[number]) if level(text) != number} == {}
    for who in ("у меня грудничок", "в доме живёт инвалид", "бабушка лежачая", "и маленький ребёнок"):
        assert level(f"Нет воды, {who}") == 2
        assert level(f"Яма у дома, {who}") == 0


def test_the_reasons_are_pieces_as_they_were_written_in_the_order_of_the_rules() -> None:
    text = "Срочно! Щиток\u200b ИСКРИТ,<br>и воды нет. Го\u200bрит наш До\u0301м"
    judgement = urgency(text)
    assert judgement.why == (("ИСКРИТ", "current"), ("Го\u200bрит наш До\u0301м", "fire"), ("воды нет", "outage"))
    assert [text[start:end] for start, end in judgement.spans] == [piece for piece, _reason in judgement.why]
    assert urgency("Покрасьте лавочку").why == ()
    equal = [reason for _piece, reason in urgency("Ребёнок провалился в люк").why]
    assert equal == sorted(equal, key=[rule.reason for rule in RULES].index) == ["child", "injury", "pit"]


def test_the_priority_is_the_theme_raised_by_the_danger() -> None:
    assert [priority(0, severity, fast_track=False) for severity in (1, 2, 3, 4, 5)] == [1, 2, 3, 4, 5]
    assert [priority(level, 1, fast_track=False) for level in (0, 1, 2, 3)] == [1, 3, 4, 5]
    assert priority(1, 4, fast_track=False) == 4
    assert [priority(0, severity, fast_track=True) for severity in (1, 4)] == [3, 4]
    assert [priority(0, 5, fast_track=True, sure=share) for share in (0, 0.2, 0.5, 1)] == [2, 3, 4, 5]
    assert [priority(0, 1, fast_track=True, sure=share) for share in (0, 0.4, 0.6)] == [2, 2, 3]
    assert all(1 <= priority(0, severity, fast_track=False) <= 5 for severity in (-7, 0, 6, 100))


def test_every_word_of_a_rule_is_in_the_list_and_every_list_is_used() -> None:
    asked = {name for rule in RULES for name in (*rule.words, *rule.unless)}
    ours = {"denies", "almost", "over", "ago", "long_ago", "solved", "now", "drill", "news", "other", "land", "joke"}
    ours |= {"fear", "may", "habit", "was", "weak", "little"}
    assert asked | ours == set(WORDS)
