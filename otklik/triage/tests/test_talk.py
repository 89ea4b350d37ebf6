from collections.abc import Callable

from otklik.lib.text import fold
from otklik.triage.kind import talk
from tests.phrases import phrases

# Whether it is a sign, texts with it, and texts with a word of matter that takes it back.
SIGNS: dict[str, tuple[Callable[[str], object], str, str]] = {
    "official": (
        lambda text: talk.official(fold(text)),
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
    "advert": (
        lambda text: talk.advert(fold(text), linked=False),
        """
        Натяжные потолки недорого, бесплатный замер, звоните | Продам дрова, доставка. 8 900 000-00-00
        Подработка без опыта, оплата сразу, пишите в лс
        """,
        """
        Доставка воды не приехала, 8 900 000-00-00 | Требуется врач в поселковую амбулаторию
        Кредит под строительство не дают, звоните не звоните | Звоните им, доставка, доставка, доставка
        """,
    ),
    "idle": (
        lambda text: talk.idle(fold(text), len(text.split())),
        "Ахаха | Ну и ну | Красота! | Согласна с соседкой | 🤣🤣 сказочники | Слава Богу | Не учите жить",
        """
        Ахаха, опять | Ну и ну, а свет | Красота какая возле аптеки на углу | Согласна, двор ужасный | 🤣🤣 убрали
        Всё по-старому | Ого, квитанция
        """,
    ),
    "aside": (
        lambda text: talk.aside(fold(text), len(text.split())),
        "Пишите в прокуратуру | Голосую за первый вариант",
        """
        Мы писали, и вы пишите в прокуратуру | Пишите в прокуратуру? А смысл | Звоните через неделю, говорят
        Ответ диспетчера: «звоните в управляющую» | За второй год ни разу не вывезли
        """,
    ),
}


def test_a_sign_is_seen_and_a_word_of_matter_takes_it_back() -> None:
    for name, (sign, signs, matters) in SIGNS.items():
        assert [text for text in phrases(signs) if sign(text) is None] == [], name
        assert [text for text in phrases(matters) if sign(text) is not None] == [], name


def test_news_need_two_signs_a_matter_may_be_withdrawn_and_an_offer_begins_with_what_it_gives() -> None:
    news = ("Жители жалуются на ямы. Фото: читатель", "В нашу редакцию пришло письмо: соседи жалуются на шум")
    none = ("Жители жалуются на ямы", "Жители жалуются, наш подписчик снял видео, а у нас дома нет воды")
    assert [text for text in news if not talk.news(fold(text))] == []
    assert [text for text in none if talk.news(fold(text))] == []
    assert talk.advert(fold("Скидки на окна, недорого"), linked=True), "a sign weighs more beside a link"
    assert talk.advert(fold("Скидки на окна, недорого"), linked=False) is None
    assert talk.withdrawn(fold("Вопрос снят, спасибо"), 3)
    assert talk.withdrawn(fold("Мой вопрос никем не снят"), 3) is None
    assert talk.withdrawn(fold("Вопрос снят?"), 2) is None
    assert talk.withdrawn(fold("Вопрос снят, пишут, а сосульки висят над входом в садик до сих пор"), 13) is None
    assert talk.offer(fold("Отдам щенка? Самовывоз"), 3)
    assert talk.offer(fold("Соседи отдают щенков, самовывоз из подвала, лай стоит"), 8) is None
    assert talk.offer(fold("Продам дом"), 2) is None
