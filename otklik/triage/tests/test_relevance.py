import pytest

from otklik.triage.kind.relevance import Relevance, judge


def read(text: str, *, has_media: bool = False, is_reply: bool = False, author_is_ours: bool = False) -> Relevance:
    return judge(text, has_media=has_media, is_reply=is_reply, author_is_ours=author_is_ours)


@pytest.mark.parametrize(
    "text",
    [
        "Фонарь у подъезда не горит",
        "Мусор не вывозят вторую неделю",
        "Нет воды с утра",
        "Света нету опять",
        "Когда уже почините дорогу?",
        "Сколько можно терпеть этот шум",
        "Прошу принять меры",
        "Подскажите, почему нет отопления?",
        "Яма у школы",
        "дорога убитая",
        "Опять лужи по колено",
    ],
)
def test_what_is_wrong_is_a_complaint(text: str) -> None:
    assert read(text).kind == "complaint"


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо, что опять сидим без света",
        "Спасибо за яму у подъезда",
        "Молодцы, фонари не чините, зато плитку кладёте",
        "Благодарим администрацию: детская площадка сломана третий месяц",
        "Поздравляю, мы снова в грязи",
        "Прошу поставить светофор у школы. Спасибо",
        "С наступающим! Просим украсить мост",
        "С праздником! А воды так и нет",
    ],
)
def test_irony_and_courtesy_do_not_hide_a_complaint(text: str) -> None:
    assert read(text).kind == "complaint"


@pytest.mark.parametrize(
    "text",
    [
        "Когда откроют пляж?",
        "Подскажите, где взять справку",
        "Заранее спасибо, а где найти расписание?",
        "Будет ли салют",
    ],
)
def test_who_wants_to_know_asks_a_question(text: str) -> None:
    assert read(text).kind == "question"


@pytest.mark.parametrize(
    "text",
    [
        "Предлагаю поставить скамейки в парке",
        "Неплохо бы сделать велодорожку",
        "Прошу рассмотреть возможность установки урн",
    ],
)
def test_a_proposal_is_a_suggestion(text: str) -> None:
    assert read(text).kind == "suggestion"


@pytest.mark.parametrize(
    "text", ["Спасибо!", "Спасибо большое, дорогу починили!", "Благодарю за быстрый ответ", "Спасибо, что убрали мусор"]
)
def test_gratitude_is_thanks(text: str) -> None:
    assert read(text).kind == "thanks"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("👍👍🔥", "empty"),
        ("?!…", "empty"),
        ("https://example.org/a", "link"),
        ("Здравствуйте!", "greeting"),
        ("Доброго времени суток", "greeting"),
        ("Скидки на окна, переходи https://example.org", "advert"),
        ("Продам гараж недорого", "advert"),
        ("С праздником, дорогие земляки!", "congratulation"),
        ("ок", "echo"),
        ("Подтверждаю полностью", "echo"),
        ("Здравствуйте, Садовая 14", "address"),
        ("IMG 2041.jpg", "file"),
        ("Ваше сообщение передано в управляющую компанию, приносим извинения", "official"),
        ("[id7|Ольга], здравствуйте! Каток находится во дворе школы, вход с улицы Садовой", "official"),
        ("Соседи жалуются на шум. Подробности в сюжете, фото: читатель", "news"),
        ("Вопрос снят", "withdrawn"),
        ("Голосую за первый вариант", "vote"),
        ("Напишите в прокуратуру", "advice"),
        ("Ахаха", "talk"),
    ],
)
def test_a_message_without_matter_is_suggested_as_noise_with_its_reason(text: str, reason: str) -> None:
    found = read(text)
    assert found.kind == "noise"
    assert found.why[0][1] == reason


def test_a_quarrel_between_commenters_is_noise_but_only_in_a_reply() -> None:
    assert read("Сам дурак", is_reply=True).kind == "noise"
    assert read("Сам дурак").kind != "noise"
    assert read("Сам дурак, а света как не было, так и нет", is_reply=True).kind == "complaint"


def test_our_own_words_are_noise() -> None:
    assert read("Нет воды", author_is_ours=True) == Relevance("noise", 0.95, (("", "ours"),))


def test_who_complains_of_an_answer_is_no_official() -> None:
    assert read("Ваше обращение передано, а лифт так и не включили").kind == "complaint"


@pytest.mark.parametrize(
    "text",
    [
        "[id7|Ольга], здравствуйте! На Садовой не горит фонарь",
        "[id7|Ольга], здравствуйте! У нас во дворе то же самое",
        "[club7|Район], здравствуйте! Каток находится во дворе школы",
    ],
)
def test_who_greets_a_person_and_tells_of_trouble_is_no_official(text: str) -> None:
    assert read(text).kind == "complaint"


def test_a_bare_address_may_answer_our_question() -> None:
    assert read("Садовая 14", is_reply=True).kind == "complaint"


@pytest.mark.parametrize("text", ["Ямы, Садовая 14", "Пробка на Садовой", "Собаки, Садовая 14"])
def test_a_word_of_trouble_makes_an_address_a_complaint(text: str) -> None:
    assert read(text).kind == "complaint"


@pytest.mark.parametrize("text", ["", "👍", "Здравствуйте", "ок", "Садовая 14", "IMG 2041.jpg"])
def test_a_picture_may_say_what_the_words_do_not(text: str) -> None:
    assert read(text, has_media=True).kind == "complaint"


def test_yes_in_a_reply_may_answer_our_question() -> None:
    assert read("да", is_reply=True).kind == "complaint"
    assert read("да").kind == "noise"


@pytest.mark.parametrize(
    "text", ["+1", "у нас так же", "поддерживаю", "Не знаю даже", "Всё по-старому на нашей улице", "хм гм"]
)
def test_in_doubt_it_is_not_noise(text: str) -> None:
    found = read(text)
    assert found.kind == "complaint"
    assert found.share <= 0.4


def test_reasons_are_quoted_as_they_stand_in_the_text() -> None:
    text = "ЗДРАВСТВУЙТЕ,<br>у нас Мусор НЕ ВЫВОЗЯТ"
    assert ("НЕ ВЫВОЗЯТ", "trouble") in read(text).why
    assert all(fragment in text for fragment, _reason in read(text).why)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\ud800",
        "не " * 8000,
        "нет " * 8000,
        "а" * 100_000,
        "слово нет " * 2000,
        "[club1|" * 3000,
        "?" * 16_000,
        "не",
        "\u202e",
    ],
)
def test_no_text_breaks_the_rules(text: str) -> None:
    assert 0 < read(text).share <= 1
