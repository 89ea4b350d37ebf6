"""What an author's reply says of the answer and of the problem: two questions, never made out of each other."""

import pytest

from otklik.feedback.reading import NO, PARTLY, YES, read

SAID = [
    # whether the problem is solved
    ("Решили, спасибо", YES, 5),
    ("Всё починили", YES, None),
    ("вопрос решён", YES, None),
    ("Подтверждаю, приехали и починили.", YES, None),
    ("Не только починили, но и убрали за собой", YES, None),
    ("Если решили, то хорошо", "", None),
    ("Не решили", NO, None),
    ("Вопрос так и не решён", NO, None),
    ("Вопрос не был решён", NO, None),
    ("Яму не заделали, никто не приехал", NO, None),
    ("До сих пор темно", NO, None),
    ("Воды до сих пор нет", NO, None),
    ("До сих пор всё работает", "", None),
    ("Ничего не изменилось", NO, None),
    ("Починили, но через день опять сломалось", NO, None),
    ("Нельзя сказать, что починили", NO, None),
    ("Сами всё убрали", "", None),
    ("Обещали и не сделали", NO, None),
    ("Частично", PARTLY, None),
    ("Сделали только половину двора", PARTLY, None),
    ("Убрали не до конца", PARTLY, None),
    ("Не везде починили", PARTLY, None),
    ("Почти решили", PARTLY, None),
    ("Наполовину сделали, угол так и не тронули", NO, None),
    ("Решили отписаться", "", None),
    ("Когда-нибудь решат", "", None),
    ("Обещают сделать в мае", "", None),
    # how good the answer is
    ("5", "", 5),
    ("4!", "", 4),
    ("5+", "", 5),
    ("3 из 5", "", 3),
    ("Ставлю 4", "", 4),
    ("Ставлю вам два", "", 2),
    ("Оценка 2, и то много", "", 2),
    ("твёрдая четвёрка", "", 4),
    ("За ответ на троечку", "", 3),
    ("Отписка", "", 1),
    ("Позор, врёте людям", "", 1),
    ("Спасибо за ответ!", "", 5),
    ("Молодцы, оперативно", "", 5),
    # both, each by itself
    ("Починили, ставлю 3", YES, 3),
    ("Не решили, но за вежливость 5 из 5", NO, 5),
    ("Частично решили, оценка 4", PARTLY, 4),
    ("Спасибо, но так и не убрали", NO, None),
    ("Это отписка, ничего не сделали", NO, 1),
    ("Спасибо, быстро ответили, но яма так и не засыпана", NO, None),
    # irony
    ("Спасибо, что снег не чистите!", NO, 1),
    ("Ага, спасибо", "", 1),
    ("Ага, решили они", "", 1),
    ("Спасибо за ничего", "", 1),
    ("Спасибо, что починили, уже не ждали", YES, 5),
    ("Спасибо вам, опять темно", NO, 1),
    # questions and what tells nothing
    ("А вы точно решили?", "", None),
    ("Починили??", "", None),
    ("Когда уберёте?", "", None),
    ("Вы это починили? Нет, не починили.", NO, None),
    ("Спасибо. А когда сделаете соседний двор?", "", 5),
    ("Дом 5, подъезд 3", "", None),
    ("Живу на улице Мира, 4", "", None),
    ("Темно у дома 5 на остановке", "", None),
    ("Ок", "", None),
    ("", "", None),
    ("👍", "", None),
    ("\x00\ud800", "", None),
]


@pytest.mark.parametrize(("text", "solved", "mark"), SAID, ids=[text[:40] or "nothing" for text, _, _ in SAID])
def test_each_question_is_read_by_itself(text: str, solved: str, mark: int | None) -> None:
    told = read(text)
    assert (told.solved, told.mark) == (solved, mark)
    assert bool(told.why) == bool(solved or mark)


def test_the_words_that_told_are_named() -> None:
    assert read("Спасибо, всё починили").why == ("спасибо", "починили")


@pytest.mark.parametrize("unit", ["не ", "спасибо что ", "решили ", "5 ", "до сих пор ", "оценка ", "сами "])
def test_a_long_text_is_read_in_time_that_grows_with_its_length(unit: str) -> None:
    read(unit * 20_000)
