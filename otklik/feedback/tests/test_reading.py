"""What an author's reply says of the answer and of the problem: two questions, never made out of each other."""

import pytest

from otklik.feedback.reading import NO, PARTLY, YES, read
from tests.phrases import phrases

REPLIES: dict[tuple[str, int | None], str] = {
    # whether the problem is solved
    (YES, None): """
        Всё починили | вопрос решён | Подтверждаю, приехали и починили. | Не только починили, но и убрали за собой
    """,
    (NO, None): """
        Не решили | Вопрос так и не решён | Вопрос не был решён | Яму не заделали, никто не приехал | До сих пор темно
        Воды до сих пор нет | Ничего не изменилось | Починили, но через день опять сломалось
        Нельзя сказать, что починили | Обещали и не сделали | Наполовину сделали, угол так и не тронули
        Спасибо, но так и не убрали | Спасибо, быстро ответили, но яма так и не засыпана
        Вы это починили? Нет, не починили.
    """,
    (PARTLY, None): """
        Частично | Сделали только половину двора | Убрали не до конца | Не везде починили | Почти решили
    """,
    # how good the answer is; irony is no praise
    ("", 5): "5 | 5+ | Спасибо за ответ! | Молодцы, оперативно | Спасибо. А когда сделаете соседний двор?",
    ("", 4): "4! | Ставлю 4 | твёрдая четвёрка",
    ("", 3): "3 из 5 | За ответ на троечку",
    ("", 2): "Ставлю вам два | Оценка 2, и то много",
    ("", 1): "Отписка | Позор, врёте людям | Ага, спасибо | Ага, решили они | Спасибо за ничего",
    # both, each by itself
    (YES, 5): "Решили, спасибо | Спасибо, что починили, уже не ждали",
    (YES, 3): "Починили, ставлю 3",
    (NO, 5): "Не решили, но за вежливость 5 из 5",
    (PARTLY, 4): "Частично решили, оценка 4",
    (NO, 1): """
        Это отписка, ничего не сделали | Спасибо, что снег не чистите! | Спасибо вам, опять темно
    """,
    # conditions, promises, questions and numbers that are no marks
    ("", None): """
        Если решили, то хорошо | До сих пор всё работает | Сами всё убрали | Решили отписаться | Когда-нибудь решат
        Обещают сделать в мае | А вы точно решили? | Починили?? | Когда уберёте? | Дом 5, подъезд 3
        Живу на улице Мира, 4 | Темно у дома 5 на остановке | Ок | 👍
    """,
}


@pytest.mark.parametrize(("solved", "mark"), REPLIES)
def test_each_question_is_read_by_itself(solved: str, mark: int | None) -> None:
    for text in phrases(REPLIES[solved, mark]):
        reading = read(text)
        assert (reading.solved, reading.mark) == (solved, mark), text
        assert bool(reading.why) == bool(solved or mark), text


def test_the_words_that_say_it_are_named_and_no_words_say_nothing() -> None:
    assert read("Спасибо, всё починили").why == ("спасибо", "починили")
    assert [(read(text).solved, read(text).mark) for text in ("", "\x00\ud800")] == [("", None)] * 2
