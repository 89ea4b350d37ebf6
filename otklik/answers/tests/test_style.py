"""The linter of answers: what it finds, what it lets pass, and the fixes it puts in."""

import pytest

from otklik.answers.style.linter import look, mended
from otklik.answers.style.phrases import phrases
from otklik.answers.style.told import About, Level
from otklik.networks.registry import NETWORKS

GOOD = "Здравствуйте, Татьяна! Подрядчик «Кубаньдор» засыпал яму вчера, 12 мая. Асфальт положит до конца недели."
SOLVED = About(outcome="solved", name="Татьяна")


def rules(text: str, about: About = SOLVED, level: Level | None = None) -> set[str]:
    return {fault.rule for fault in look(text, about) if level in (None, fault.level) and fault.rule != "print"}


def test_an_answer_that_says_what_who_and_when_is_left_in_peace() -> None:
    assert rules(GOOD) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Здравствуйте! По этому вопросу обратитесь в управляющую компанию.",
        "Ваше обращение рассмотрено.",
        "Вопрос решается в рамках компетенции администрации района.",
        "Рекомендуем вам обратиться с письменным заявлением в отдел благоустройства.",
        "Вопрос взят на контроль.",
        "Приняты необходимые меры.",
    ],
)
def test_a_brush_off_with_nothing_else_stops(text: str) -> None:
    assert "formal" in rules(text, About(outcome="explained"), Level.STOP)


@pytest.mark.parametrize(
    "text",
    [
        GOOD + " Если фонарь погаснет снова, обращайтесь в диспетчерскую.",
        "При запахе газа звоните 104 или 112. Слесарь заменил кран сегодня утром.",
        "Мы обратились в подрядную организацию, и вчера она заменила люк.",
        "Просим обратить внимание: движение закрыто до 15 мая, мы меняем трубу.",
    ],
)
def test_a_word_of_where_to_turn_beside_a_real_answer_stops_nothing(text: str) -> None:
    assert rules(text, SOLVED, Level.STOP) == set()


def test_how_to_do_something_may_be_told_to_whoever_asks_how() -> None:
    text = "Здравствуйте, Татьяна! Записаться можно на Госуслугах или позвонить в регистратуру с 8 до 18 часов."
    assert rules(text, About(outcome="explained", solvable=False, name="Татьяна"), Level.STOP) == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Здравствуйте! Водоканал заменит трубу в ближайшее время.", "no_date"),
        ("Яма будет засыпана до 15 мая.", "no_doer"),
        ("Готово.", "empty"),
        ("Добрый вечер! Мы вчера вывезли мусор со двора.", "greeting"),
        ("Уважаемый заявитель! Мы вчера вывезли мусор со двора.", "greeting"),
        ("Здравствуйте, Татьяне! Мы вчера вывезли мусор со двора.", "wrong_name"),
        ("Мы вчера вывезли мусор, о котором Вы писала здесь.", "gender"),
        ("Мы вчера вывезли мусор. Сначала сами научитесь его не бросать.", "anger"),
        ("Мы вчера вывезли мусор СРАЗУ после сообщения.", "caps"),
        ("Мы вчера вывезли мусор. Подробности: https://clck.ru/3abcd", "link"),
        ("Мы вчера вывезли мусор по Федеральному закону от 24.06.1998 № 89-ФЗ.", "law_name"),
        ("Мы вчера вывезли мусор. Хозяин двора: Иванова Мария Петровна, звоните ей.", "personal"),
        ("Сотрудники, проводящие осмотр, выявив нарушения, допущенные подрядчиком, вчера вывезли мусор.", "chain"),
    ],
)
def test_a_fault_is_found(text: str, rule: str) -> None:
    assert rule in rules(text) - rules(text, SOLVED, Level.NOTE)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "Здравствуйте! Мы вчера вывезли мусор со двора."),
        ("", "Здравствуйте! Да, мы вчера вывезли мусор со двора."),
        ("Никита", "Здравствуйте, Никита! Мы вчера вывезли мусор со двора."),
        ("Любовь", "Любовь, здравствуйте! Мы вчера вывезли мусор со двора."),
        ("", "Да, вы правы: мы вчера вывезли мусор (и листву,)"),
        ("Александр", "Здравствуйте, Александр Петрович! Мы вчера вывезли мусор со двора."),
    ],
)
def test_a_name_as_it_stands_in_the_profile_is_right(name: str, text: str) -> None:
    assert not {"wrong_name", "gender", "greeting"} & rules(text, About(outcome="solved", name=name))


def test_who_gave_no_name_is_called_by_none() -> None:
    assert "wrong_name" in rules("Здравствуйте, Злая Белка! Мы вчера вывезли мусор.", About(outcome="solved"))


def test_another_persons_name_stops() -> None:
    assert "wrong_name" in rules("Здравствуйте, Марина! Мы вчера вывезли мусор.", SOLVED, Level.STOP)
    assert "wrong_name" in rules("Здравствуйте, Марина! Мы вчера вывезли мусор.", About(outcome="solved"))


def test_words_alone_settle_nothing_that_could_be_done() -> None:
    vague = "Здравствуйте! Специалисты изучили вопрос и дали ответ."
    assert "explained" in rules(vague, About(outcome="explained"), Level.STOP)
    honest = "Лавочку здесь не поставим: под двором проходит газовая труба, и по нормам это охранная зона."
    assert "explained" not in rules(honest, About(outcome="explained"))
    assert "explained" not in rules(vague, About(outcome="explained", solvable=False))


def test_who_was_not_helped_is_not_asked_to_rate_the_help() -> None:
    text = "Площадку в этом году не построим, денег в бюджете нет. Оцените работу администрации!"
    assert "rate_unsolved" in rules(text, About(outcome="unsolved"))
    assert "rate_unsolved" not in rules("Мы вчера починили качели. Оцените ответ!", SOLVED)


def test_an_interim_answer_names_a_day() -> None:
    assert "no_date" in rules("Мы ищем подрядчика на ремонт кровли.", About(kind="interim"), Level.STOP)
    assert "no_date" not in rules("Мы ищем подрядчика на ремонт кровли, ответим 20 мая.", About(kind="interim"))


def test_a_question_back_asks_for_what_is_not_known() -> None:
    assert "question" in rules("Мы получили ваше сообщение.", About(kind="question"))
    known = About(kind="question", complaint="На ул. Мира, 5 не горит фонарь")
    assert "question" in rules("Подскажите адрес?", known)
    assert "question" not in rules("Подскажите, какой фонарь: у подъезда или у дороги?", known)


def test_a_text_that_many_had_today_or_this_author_before_is_told() -> None:
    assert "repeated" in rules(GOOD, About(outcome="solved", name="Татьяна", same_today=20))
    assert "repeated" not in rules(GOOD, About(outcome="solved", name="Татьяна", same_today=19))
    assert "repeated" in rules(GOOD, About(outcome="solved", name="Татьяна", said_before=True))


def test_a_network_counts_in_its_own_way_and_its_no_stops() -> None:
    long = GOOD + " Мы." * 100
    assert "network" not in rules(long, About(outcome="solved", bounds=NETWORKS["instagram"].limits), Level.STOP)
    longer = GOOD + " Мы." * 400
    assert "network" in rules(longer, About(outcome="solved", bounds=NETWORKS["instagram"].limits), Level.STOP)
    assert "network" not in rules(long, About(outcome="solved", bounds=NETWORKS["vk"].limits), Level.STOP)


def test_that_an_answer_goes_out_in_parts_is_a_word_to_the_wise() -> None:
    assert "parts" in rules(GOOD, About(outcome="solved", parts=2), Level.NOTE)
    assert "parts" not in rules(GOOD, About(outcome="solved"))


def test_a_private_answer_may_hold_what_is_the_persons_own() -> None:
    text = "Мастер придёт в кв. 12 завтра к 10:00."
    assert "personal" in rules(text, SOLVED, Level.STOP)
    assert "personal" not in rules(text, About(outcome="solved", direct=True))


def test_fixes_are_put_in_without_touching_the_rest() -> None:
    text = 'Добрый вечер, Татьяне! Мы еще вчера убрали снег у дома № 5 - и на "Мира" в полном объеме.'
    fixed = mended(text, look(text, SOLVED))
    assert fixed == "Здравствуйте, Татьяна! Мы ещё вчера убрали снег у дома №\u00a05 – и на «Мира» полностью."
    assert mended(fixed, look(fixed, SOLVED)) == fixed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Иванов А. С. и С. К. Петров", "Иванов_А._С. и_С._К._Петров"),
        ("мастер А.П. Иванов", "мастер_А.П._Иванов"),
        ("потратили 12 500 рублей, привезли 1 200 300 штук", "потратили 12_500_рублей, привезли 1_200_300 штук"),
        ("школа им. Гагарина, корп. 2", "школа им._Гагарина, корп._2"),
        ("лавки, урны и т. п.", "лавки, урны и т._п."),
        ("звонили с 8 800 200 30 40 и 8 (861) 222 33 44", "звонили с 8 800 200 30 40 и 8 (861) 222 33 44"),
        ("у дома 5 А. Мы приехали", "у дома 5 А. Мы приехали"),
        ("нас 12 человек", "нас 12 человек"),
    ],
)
def test_a_line_does_not_break_where_print_holds_together(typed: str, printed: str) -> None:
    found = [fault for fault in look(typed, SOLVED) if fault.rule == "print" and fault.instead == "\u00a0"]
    assert mended(typed, found).replace("\u00a0", "_") == printed
    assert {fault.level for fault in found} <= {Level.NOTE}


def test_the_gravest_comes_first_and_every_piece_lies_within_the_text() -> None:
    text = "Добрый вечер! Ваше обращение рассмотрено, еще раз обратитесь в администрацию по ул. Мира 5."
    found = look(text, About(outcome="explained"))
    weights = [list(Level)[::-1].index(fault.level) for fault in found]
    assert weights == sorted(weights)
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in found)


def test_a_phrase_is_found_with_what_stands_between_its_words() -> None:
    held = phrases("взят* ~2 контроль", "(в|на) учёт")
    assert held.search("вопрос взят нами, главой, на контроль") is None, "three words are too many"
    assert held.search("вопрос взят, конечно, на контроль")
    assert held.search("мы берем вас на учет")
    assert held.search("взят. контроль") is None, "a phrase ends with its sentence"
    assert held.search("на учете") is None, "without a star the word is whole"


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n", "\x00\ud800", "!" * 5000, "а" * 50_000, "«" * 3000, "ул. " * 5000, "12.12." * 3000),
        *("Ё" * 3000, "\u0301" * 3000),
    ],
    ids=["empty", "blank", "no letters", "shouts", "one word", "quotes", "streets", "days", "capitals", "marks"],
)
def test_any_text_is_read(text: str) -> None:
    for fault in look(text, SOLVED):
        assert 0 <= fault.start <= fault.end <= len(text)


def test_by_the_evening_is_a_day() -> None:
    promise = About(kind="interim", name="Татьяна")
    assert "no_date" not in rules("Здравствуйте! Горсвет заменит лампу до вечера.", promise)
    assert "no_date" in rules("Здравствуйте! Горсвет заменит лампу.", promise)
