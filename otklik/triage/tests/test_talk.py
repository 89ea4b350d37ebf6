import pytest

from otklik.lib.text import fold
from otklik.triage.kind import talk


def idle(text: str) -> bool:
    return talk.idle(fold(text), len(text.split())) is not None


def aside(text: str) -> bool:
    return talk.aside(fold(text), len(text.split())) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Добрый день! Ваше обращение направлено в управляющую организацию.",
        "Работы завершены, приносим извинения за неудобства.",
        "Благодарим Вас за обращение. Двор приведён в надлежащее состояние",
        "Наши специалисты свяжутся с Вами в течение дня",
        "Мы работаем с подрядчиком над заменой опор",
    ],
)
def test_an_official_answers_somebody(text: str) -> None:
    assert talk.official(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "Мне ответили: ваше обращение направлено. И всё!",
        "Приносим извинения, а воды у меня нет",
        "«Благодарим за обращение» — и это ответ?",
        "Сколько можно отписываться: ваше обращение рассмотрено",
        "Добрый день, на Садовой не горит фонарь",
    ],
)
def test_a_citizen_who_quotes_an_answer_is_a_citizen(text: str) -> None:
    assert talk.official(fold(text)) is None


def test_news_need_two_signs_and_nobody_who_speaks_of_himself() -> None:
    assert talk.news(fold("Жители жалуются на ямы. Фото: читатель"))
    assert talk.news(fold("В нашу редакцию пришло письмо: соседи жалуются на шум"))
    assert talk.news(fold("Жители жалуются на ямы")) is None
    assert talk.news(fold("Жители жалуются, наш подписчик снял видео, а у нас дома нет воды")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Натяжные потолки недорого, бесплатный замер, звоните",
        "Продам дрова, доставка. 8 900 000-00-00",
        "Подработка без опыта, оплата сразу, пишите в лс",
    ],
)
def test_an_advert_has_several_signs(text: str) -> None:
    assert talk.advert(fold(text), linked=False)


@pytest.mark.parametrize(
    "text",
    [
        "Доставка воды не приехала, 8 900 000-00-00",
        "Требуется врач в поселковую амбулаторию",
        "Кредит под строительство не дают, звоните не звоните",
        "Звоните им, доставка, доставка, доставка",
    ],
)
def test_a_word_of_trade_makes_no_advert(text: str) -> None:
    assert talk.advert(fold(text), linked=False) is None


def test_the_same_signs_weigh_more_beside_a_link() -> None:
    text = fold("Скидки на окна, недорого")
    assert talk.advert(text, linked=True)
    assert talk.advert(text, linked=False) is None


def test_a_matter_may_be_withdrawn_in_few_words() -> None:
    assert talk.withdrawn(fold("Вопрос снят, спасибо"), 3)
    assert talk.withdrawn(fold("Мой вопрос никем не снят"), 3) is None
    assert talk.withdrawn(fold("Вопрос снят?"), 2) is None
    assert talk.withdrawn(fold("Вопрос снят, пишут, а сосульки висят над входом в садик до сих пор"), 13) is None


@pytest.mark.parametrize(
    "text",
    [
        "Ахаха",
        "Ну и ну",
        "Красота!",
        "Согласна с соседкой",
        "🤣🤣 сказочники",
        "Слава Богу",
        "Не учите жить",
    ],
)
def test_talk_is_short_and_has_no_matter(text: str) -> None:
    assert idle(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ахаха, опять",
        "Ну и ну, а свет",
        "Красота какая возле аптеки на углу",
        "Согласна, двор ужасный",
        "🤣🤣 убрали",
        "Всё по-старому",
        "Ого, квитанция",
    ],
)
def test_a_word_of_matter_makes_it_more_than_talk(text: str) -> None:
    assert not idle(text)


def test_advice_among_neighbours_is_no_complaint_of_the_adviser() -> None:
    assert aside("Пишите в прокуратуру")
    assert not aside("Мы писали, и вы пишите в прокуратуру")
    assert not aside("Пишите в прокуратуру? А смысл")
    assert not aside("Ответ диспетчера: «звоните в управляющую»")
    assert not aside("Звоните через неделю, говорят")


def test_a_vote_is_no_matter() -> None:
    assert aside("Голосую за первый вариант")
    assert not aside("За второй год ни разу не вывезли")


def test_a_short_offer_begins_with_what_it_gives() -> None:
    assert talk.offer(fold("Отдам щенка? Самовывоз"), 3)
    assert talk.offer(fold("Соседи отдают щенков, самовывоз из подвала, лай стоит"), 8) is None
    assert talk.offer(fold("Продам дом"), 2) is None


@pytest.mark.parametrize(
    "text", ["", "\x00\ud800", "ха" * 50_000, "а" * 100_000, "пишите " * 9000, "фото " * 9000, "8 9" * 9000]
)
def test_no_text_breaks_the_rules(text: str) -> None:
    folded = fold(text)
    for linked in (True, False):
        talk.advert(folded, linked=linked)
    talk.official(folded), talk.news(folded), talk.withdrawn(folded, 3), talk.idle(folded, 3), talk.aside(folded, 3)
