import pytest

from otklik.answers.style.linter import look, mended
from otklik.answers.style.phrases import phrases
from otklik.answers.style.values import About, Level
from otklik.networks.registry import NETWORKS

GOOD = "Здравствуйте, Татьяна! Подрядчик «Кубаньдор» засыпал яму вчера, 12 мая. Асфальт положит до конца недели."
SOLVED = About(outcome="solved", name="Татьяна")


def rules(text: str, about: About = SOLVED, level: Level | None = None) -> set[str]:
    return {fault.rule for fault in look(text, about) if level in (None, fault.level) and fault.rule != "print"}


def test_an_answer_that_says_what_who_and_when_is_left_in_peace() -> None:
    assert rules(GOOD) == set()
    text = 'Добрый вечер, Татьяне! Мы еще вчера убрали снег у дома № 5 - и на "Мира" в полном объеме.'
    fixed = mended(text, look(text, SOLVED))
    assert fixed == "Здравствуйте, Татьяна! Мы ещё вчера убрали снег у дома №\u00a05 – и на «Мира» полностью."
    assert mended(fixed, look(fixed, SOLVED)) == fixed


EXPLAINED, NAMELESS = About(outcome="explained"), About(outcome="solved")
ADVICE = About(outcome="explained", solvable=False, name="Татьяна")
INTERIM, QUESTION = About(kind="interim", name="Татьяна"), About(kind="question")
ASKED = About(kind="question", complaint="На ул. Мира, 5 не горит фонарь")
INSTAGRAM = About(outcome="solved", bounds=NETWORKS["instagram"].limits)
VAGUE = "Здравствуйте! Специалисты изучили вопрос и дали ответ."
FLAT = "Мастер придёт в кв. 12 завтра к 10:00."
RATE = "Площадку в этом году не построим, денег в бюджете нет. Оцените работу администрации!"

CHAIN = "Сотрудники, проводящие осмотр, выявив нарушения, допущенные подрядчиком, вчера вывезли мусор."
HONEST = "Лавочку здесь не поставим: под двором проходит газовая труба, и по нормам это охранная зона."
FAULTS: list[tuple[str, About, Level | None, str]] = [
    # a brush-off with nothing else stops
    ("formal", EXPLAINED, Level.STOP, "Здравствуйте! По этому вопросу обратитесь в управляющую компанию."),
    ("formal", EXPLAINED, Level.STOP, "Ваше обращение рассмотрено."),
    ("formal", EXPLAINED, Level.STOP, "Вопрос решается в рамках компетенции администрации района."),
    ("formal", EXPLAINED, Level.STOP, "Рекомендуем вам обратиться с письменным заявлением в отдел благоустройства."),
    ("formal", EXPLAINED, Level.STOP, "Вопрос взят на контроль."),
    ("formal", EXPLAINED, Level.STOP, "Приняты необходимые меры."),
    ("no_date", SOLVED, None, "Здравствуйте! Водоканал заменит трубу в ближайшее время."),
    ("no_doer", SOLVED, None, "Яма будет засыпана до 15 мая."),
    ("empty", SOLVED, None, "Готово."),
    ("greeting", SOLVED, None, "Добрый вечер! Мы вчера вывезли мусор со двора."),
    ("greeting", SOLVED, None, "Уважаемый заявитель! Мы вчера вывезли мусор со двора."),
    ("wrong_name", SOLVED, None, "Здравствуйте, Татьяне! Мы вчера вывезли мусор со двора."),
    ("gender", SOLVED, None, "Мы вчера вывезли мусор, о котором Вы писала здесь."),
    ("anger", SOLVED, None, "Мы вчера вывезли мусор. Сначала сами научитесь его не бросать."),
    ("caps", SOLVED, None, "Мы вчера вывезли мусор СРАЗУ после сообщения."),
    ("link", SOLVED, None, "Мы вчера вывезли мусор. Подробности: https://clck.ru/3abcd"),
    ("law_name", SOLVED, None, "Мы вчера вывезли мусор по Федеральному закону от 24.06.1998 № 89-ФЗ."),
    ("personal", SOLVED, None, "Мы вчера вывезли мусор. Хозяин двора: Иванова Мария Петровна, звоните ей."),
    ("chain", SOLVED, None, CHAIN),
    # another person's name, and any name of somebody who gave none
    ("wrong_name", SOLVED, Level.STOP, "Здравствуйте, Марина! Мы вчера вывезли мусор."),
    ("wrong_name", NAMELESS, None, "Здравствуйте, Злая Белка! Мы вчера вывезли мусор."),
    ("wrong_name", NAMELESS, None, "Здравствуйте, Марина! Мы вчера вывезли мусор."),
    # words alone settle nothing that could be done
    ("explained", EXPLAINED, Level.STOP, VAGUE),
    ("rate_unsolved", About(outcome="unsolved"), None, RATE),
    ("no_date", INTERIM, Level.STOP, "Мы ищем подрядчика на ремонт кровли."),
    ("no_date", INTERIM, None, "Здравствуйте! Горсвет заменит лампу."),
    # a question back asks for what is not known
    ("question", QUESTION, None, "Мы получили ваше сообщение."),
    ("question", ASKED, None, "Подскажите адрес?"),
    # a text that many had today, or this author before
    ("repeated", About(outcome="solved", name="Татьяна", same_today=20), None, GOOD),
    ("repeated", About(outcome="solved", name="Татьяна", is_repeat=True), None, GOOD),
    ("network", INSTAGRAM, Level.STOP, GOOD + " Мы." * 400),
    ("parts", About(outcome="solved", parts=2), Level.NOTE, GOOD),
    ("personal", SOLVED, Level.STOP, FLAT),
]
FINE: list[tuple[str, About, str]] = [
    ("explained", EXPLAINED, HONEST),
    ("explained", About(outcome="explained", solvable=False), VAGUE),
    ("rate_unsolved", SOLVED, "Мы вчера починили качели. Оцените ответ!"),
    ("no_date", INTERIM, "Мы ищем подрядчика на ремонт кровли, ответим 20 мая."),
    ("no_date", INTERIM, "Здравствуйте! Горсвет заменит лампу до вечера."),
    ("question", ASKED, "Подскажите, какой фонарь: у подъезда или у дороги?"),
    ("repeated", About(outcome="solved", name="Татьяна", same_today=19), GOOD),
    ("network", INSTAGRAM, GOOD + " Мы." * 100),
    ("network", About(outcome="solved", bounds=NETWORKS["vk"].limits), GOOD + " Мы." * 100),
    ("parts", NAMELESS, GOOD),
    ("personal", About(outcome="solved", direct=True), FLAT),
]


@pytest.mark.parametrize(("rule", "about", "level", "text"), FAULTS)
def test_a_fault_is_found_and_is_more_than_a_note(rule: str, about: About, level: Level | None, text: str) -> None:
    assert rule in rules(text, about, level)
    assert level or rule not in rules(text, about, Level.NOTE)


@pytest.mark.parametrize(("rule", "about", "text"), FINE)
def test_what_is_no_fault_passes(rule: str, about: About, text: str) -> None:
    assert rule not in rules(text, about)


def test_a_word_of_where_to_turn_beside_a_real_answer_stops_nothing() -> None:
    for about, text in (
        (SOLVED, GOOD + " Если фонарь погаснет снова, обращайтесь в диспетчерскую."),
        (SOLVED, "При запахе газа звоните 104 или 112. Слесарь заменил кран сегодня утром."),
        (SOLVED, "Мы обратились в подрядную организацию, и вчера она заменила люк."),
        (SOLVED, "Просим обратить внимание: движение закрыто до 15 мая, мы меняем трубу."),
        # how to do something may be told to whoever asks how
        (ADVICE, "Здравствуйте, Татьяна! Записаться можно на Госуслугах или позвонить в регистратуру с 8 до 18 часов."),
    ):
        assert rules(text, about, Level.STOP) == set()


def test_a_name_as_it_stands_in_the_profile_is_right() -> None:
    for name, text in (
        ("", "Здравствуйте! Мы вчера вывезли мусор со двора."),
        ("", "Здравствуйте! Да, мы вчера вывезли мусор со двора."),
        ("Никита", "Здравствуйте, Никита! Мы вчера вывезли мусор со двора."),
        ("Любовь", "Любовь, здравствуйте! Мы вчера вывезли мусор со двора."),
        ("", "Да, вы правы: мы вчера вывезли мусор (и листву,)"),
        ("Александр", "Здравствуйте, Александр Петрович! Мы вчера вывезли мусор со двора."),
    ):
        assert not {"wrong_name", "gender", "greeting"} & rules(text, About(outcome="solved", name=name))


def test_a_line_does_not_break_where_print_holds_together() -> None:
    apart = ("звонили с 8 800 200 30 40 и 8 (861) 222 33 44", "у дома 5 А. Мы приехали", "нас 12 человек")
    held = {
        "Иванов А. С. и С. К. Петров": "Иванов_А._С. и_С._К._Петров",
        "мастер А.П. Иванов": "мастер_А.П._Иванов",
        "потратили 12 500 рублей, привезли 1 200 300 штук": "потратили 12_500_рублей, привезли 1_200_300 штук",
        "школа им. Гагарина, корп. 2": "школа им._Гагарина, корп._2",
        "лавки, урны и т. п.": "лавки, урны и т._п.",
        **{text: text for text in apart},
    }
    for typed, printed in held.items():
        faults = [fault for fault in look(typed, SOLVED) if fault.rule == "print" and fault.instead == "\u00a0"]
        assert mended(typed, faults).replace("\u00a0", "_") == printed
        assert {fault.level for fault in faults} <= {Level.NOTE}


def test_the_gravest_comes_first_and_every_piece_lies_within_the_text() -> None:
    text = "Добрый вечер! Ваше обращение рассмотрено, еще раз обратитесь в администрацию по ул. Мира 5."
    faults = look(text, About(outcome="explained"))
    weights = [list(Level)[::-1].index(fault.level) for fault in faults]
    assert weights == sorted(weights)
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in faults)


def test_a_phrase_is_found_with_what_stands_between_its_words() -> None:
    held = phrases("взят* ~2 контроль", "(в|на) учёт")
    assert held.search("вопрос взят нами, главой, на контроль") is None, "three words are too many"
    assert held.search("вопрос взят, конечно, на контроль")
    assert held.search("мы берем вас на учет")
    assert held.search("взят. контроль") is None, "a phrase ends with its sentence"
    assert held.search("на учете") is None, "without a star the word is whole"
