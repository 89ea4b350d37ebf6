"""Signs of talk that is nobody's complaint, and what takes each of them back."""

from collections.abc import Callable

import pytest

from otklik.lib.text import fold
from otklik.triage.kind import talk
from tests.phrases import phrases


def idle(text: str) -> bool:
    return talk.idle(fold(text), len(text.split())) is not None


def aside(text: str) -> bool:
    return talk.aside(fold(text), len(text.split())) is not None


def official(text: str) -> bool:
    return talk.official(fold(text)) is not None


def advert(text: str) -> bool:
    return talk.advert(fold(text), linked=False) is not None


SIGNS: dict[Callable[[str], bool], tuple[str, str]] = {
    official: (
        """
        Добрый день! Ваше обращение направлено в управляющую организацию.
        Работы завершены, приносим извинения за неудобства. | Мы работаем с подрядчиком над заменой опор
        Благодарим Вас за обращение. Двор приведён в надлежащее состояние
        Наши специалисты свяжутся с Вами в течение дня
        """,
        """
        Мне ответили: ваше обращение направлено. И всё! | Приносим извинения, а воды у меня нет
        «Благодарим за обращение» — и это ответ? | Сколько можно отписываться: ваше обращение рассмотрено
        Добрый день, на Садовой не горит фонарь
        """,
    ),
    advert: (
        """
        Натяжные потолки недорого, бесплатный замер, звоните | Продам дрова, доставка. 8 900 000-00-00
        Подработка без опыта, оплата сразу, пишите в лс
        """,
        """
        Доставка воды не приехала, 8 900 000-00-00 | Требуется врач в поселковую амбулаторию
        Кредит под строительство не дают, звоните не звоните | Звоните им, доставка, доставка, доставка
        """,
    ),
    idle: (
        """
        Ахаха | Ну и ну | Красота! | Согласна с соседкой | 🤣🤣 сказочники | Слава Богу | Не учите жить
        """,
        """
        Ахаха, опять | Ну и ну, а свет | Красота какая возле аптеки на углу | Согласна, двор ужасный | 🤣🤣 убрали
        Всё по-старому | Ого, квитанция
        """,
    ),
    aside: (
        """
        Пишите в прокуратуру | Голосую за первый вариант
        """,
        """
        Мы писали, и вы пишите в прокуратуру | Пишите в прокуратуру? А смысл | Звоните через неделю, говорят
        Ответ диспетчера: «звоните в управляющую» | За второй год ни разу не вывезли
        """,
    ),
}


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.__name__)
def test_a_sign_is_seen_and_a_word_of_matter_takes_it_back(sign: Callable[[str], bool]) -> None:
    signs, matters = SIGNS[sign]
    assert [text for text in phrases(signs) if not sign(text)] == []
    assert [text for text in phrases(matters) if sign(text)] == []


def test_news_need_two_signs_and_nobody_who_speaks_of_himself() -> None:
    assert talk.news(fold("Жители жалуются на ямы. Фото: читатель"))
    assert talk.news(fold("В нашу редакцию пришло письмо: соседи жалуются на шум"))
    assert talk.news(fold("Жители жалуются на ямы")) is None
    assert talk.news(fold("Жители жалуются, наш подписчик снял видео, а у нас дома нет воды")) is None


def test_the_same_signs_weigh_more_beside_a_link() -> None:
    text = "Скидки на окна, недорого"
    assert talk.advert(fold(text), linked=True)
    assert not advert(text)


def test_a_matter_may_be_withdrawn_in_few_words() -> None:
    assert talk.withdrawn(fold("Вопрос снят, спасибо"), 3)
    assert talk.withdrawn(fold("Мой вопрос никем не снят"), 3) is None
    assert talk.withdrawn(fold("Вопрос снят?"), 2) is None
    assert talk.withdrawn(fold("Вопрос снят, пишут, а сосульки висят над входом в садик до сих пор"), 13) is None


def test_a_short_offer_begins_with_what_it_gives() -> None:
    assert talk.offer(fold("Отдам щенка? Самовывоз"), 3)
    assert talk.offer(fold("Соседи отдают щенков, самовывоз из подвала, лай стоит"), 8) is None
    assert talk.offer(fold("Продам дом"), 2) is None
