from otklik.lib.text import lower, tidy
from otklik.triage.kind.first_pass import worth_reading
from otklik.triage.kind.relevance import Relevance, judge, names_a_file, says_only_where_or_who
from tests.phrases import phrases

POLITE = frozenset({"здравствуйте", "добрый", "день"})


def bare(text: str) -> bool:
    tidied = tidy(text)
    return says_only_where_or_who(tidied, lower(tidied), POLITE)


def read(text: str, *, has_media: bool = False, is_reply: bool = False, author_is_ours: bool = False) -> Relevance:
    return judge(text, has_media=has_media, is_reply=is_reply, author_is_ours=author_is_ours)


NOTHING = phrases("""
    👍 | 🔥🔥🔥🔥🔥🔥 | !!! | ??? | 12 | Здравствуйте! | Добрый вечер всем | ок | Да, согласна | Ахахаха | хи-хи 🤣
    https://example.org/a/b?c=1 | [id7|Ольга], спасибо | [id7|Ольга], ок
    Натяжные потолки под ключ недорого! Бесплатный замер, звоните 8 900 000-00-00, подробности https://example.org
    Подработка без опыта, оплата сразу, доход от 3000 руб, пишите в лс, подробности на https://example.org/job
""")
SOMETHING = phrases("""
    Нет воды | яма | Темно! | +1 | Н е т  с в е т а | Садовая 14 | Спасибо за яму | Здравствуйте, кошмар | Когда?
    м. Садовая, эскалатор
    Второй месяц не привозят воду, доставка недорого не работает, заказать нельзя: 8 900 000-00-00, пишите в лс
    Прошу прекратить: под окном розыгрыш, распродажа и акция, реклама с 8 900 000-00-00 звучит до ночи
""")


def test_the_first_look_drops_what_is_certainly_nothing_and_reads_what_has_a_word_of_its_own() -> None:
    assert [text for text in ("", "👍" * 90, *NOTHING) if worth_reading(text)] == []
    assert [text for text in SOMETHING if not worth_reading(text)] == []
    for text in ("", "👍", "Здравствуйте", "ок", "Супер", "ахаха", "https://example.org/a", "спасибо"):
        assert not worth_reading(text)
        assert read(text).kind in ("noise", "thanks")


ONLY_WHERE_OR_WHO = phrases("""
    Садовая 14 | ул. Мелиораторов | Здравствуйте! Пушкина, 3а, второй подъезд | гагарина 40 кв 7 | Краснодар
    мкр Юбилейный, ул. Мира, д. 5 к. 2 | Перекрёсток Северная - Ипподромная | Угол Саперного и Короленко | пос. Зелёный
    Мария Петрова, г. Тихорецк, 8 900 000-00-00 | С уважением, Сергей Иванович | Крупской, 18!
""")
A_WORD_MORE = phrases("""
    Садовая 14 снег | Садовая 14 тоже | Садовая 14 та же история | Садовая 14? | гагарина 40 крыша | ул Садовая грязная
    На Садовой темно | САДОВАЯ 14 СОСУЛЬКИ | Крышка колодца | Старый тополь | Не горит Садовая 14 | Садовая 14, 12гр
    14 | Здравствуйте | Во дворе дома | Крыша, Пушкина 3
""")


def test_a_place_a_person_or_a_file_alone_is_bare_and_a_word_more_says_something_of_it() -> None:
    assert [text for text in ONLY_WHERE_OR_WHO if not bare(text)] == []
    assert [text for text in ("", *A_WORD_MORE) if bare(text)] == []
    for text, named in (
        *((text, True) for text in ("IMG 2041.jpg", "video_2024-01-05.mp4", "a.png b.png")),
        *((text, False) for text in ("", "скачал договор.pdf где подписать", "Пришлите фото jpg", "." * 500)),
    ):
        assert bool(names_a_file(lower(tidy(text)))) is named


KINDS = {
    "complaint": """
        Фонарь у подъезда не горит | Мусор не вывозят вторую неделю | Нет воды с утра | Света нету опять
        Когда уже почините дорогу? | Сколько можно терпеть этот шум | Прошу принять меры | Яма у школы | дорога убитая
        Подскажите, почему нет отопления? | Опять лужи по колено
        Спасибо, что опять сидим без света | Спасибо за яму у подъезда | С праздником! А воды так и нет
        Молодцы, фонари не чините, зато плитку кладёте | Поздравляю, мы снова в грязи
        Благодарим администрацию: детская площадка сломана третий месяц
        Прошу поставить светофор у школы. Спасибо | С наступающим! Просим украсить мост
        Ваше обращение передано, а лифт так и не включили | [id7|Ольга], здравствуйте! На Садовой не горит фонарь
        [id7|Ольга], здравствуйте! У нас во дворе то же самое
        [club7|Район], здравствуйте! Каток находится во дворе школы
        Ямы, Садовая 14 | Пробка на Садовой | Собаки, Садовая 14
    """,
    "question": """
        Когда откроют пляж? | Подскажите, где взять справку | Заранее спасибо, а где найти расписание?
        Будет ли салют
    """,
    "suggestion": """
        Предлагаю поставить скамейки в парке | Неплохо бы сделать велодорожку
        Прошу рассмотреть возможность установки урн
    """,
    "thanks": "Спасибо! | Спасибо большое, дорогу починили! | Благодарю за быстрый ответ | Спасибо, что убрали мусор",
}


def test_irony_courtesy_and_quotations_hide_no_kind() -> None:
    for kind in KINDS:
        assert {text: read(text).kind for text in phrases(KINDS[kind]) if read(text).kind != kind} == {}


def test_a_message_without_matter_is_noise_with_its_reason_and_reasons_are_quoted_as_they_stand() -> None:
    for reason, texts in (
        ("empty", ["", "👍👍🔥", "?!…"]),
        ("link", ["https://example.org/a"]),
        ("greeting", ["Здравствуйте!", "Доброго времени суток"]),
        ("advert", ["Скидки на окна, переходи https://example.org", "Продам гараж недорого"]),
        ("congratulation", ["С праздником, дорогие земляки!"]),
        ("echo", ["ок", "Подтверждаю полностью"]),
        ("address", ["Здравствуйте, Садовая 14"]),
        ("file", ["IMG 2041.jpg"]),
        ("official", ["Ваше сообщение передано в управляющую компанию, приносим извинения"]),
        ("official", ["[id7|Ольга], здравствуйте! Каток находится во дворе школы, вход с улицы Садовой"]),
        ("news", ["Соседи жалуются на шум. Подробности в сюжете, фото: читатель"]),
        ("withdrawn", ["Вопрос снят"]),
        ("vote", ["Голосую за первый вариант"]),
        ("advice", ["Напишите в прокуратуру"]),
        ("talk", ["Ахаха"]),
    ):
        for text in texts:
            assert (read(text).kind, read(text).why[0][1]) == ("noise", reason), text
    text = "ЗДРАВСТВУЙТЕ,<br>у нас Мусор НЕ ВЫВОЗЯТ"
    assert ("НЕ ВЫВОЗЯТ", "trouble") in read(text).why
    assert all(fragment in text for fragment, _reason in read(text).why)


def test_a_reply_may_quarrel_or_answer_our_words_are_noise_and_a_picture_or_a_doubt_is_not() -> None:
    for text, alone, in_a_reply in (
        ("Сам дурак", "complaint", "noise"),  # a quarrel between commenters
        ("Сам дурак, а света как не было, так и нет", "complaint", "complaint"),
        ("Садовая 14", "noise", "complaint"),  # may answer our question
        ("да", "noise", "complaint"),
    ):
        assert (read(text).kind, read(text, is_reply=True).kind) == (alone, in_a_reply)
    assert read("Нет воды", author_is_ours=True) == Relevance("noise", 0.95, (("", "ours"),))
    for text in ("", "👍", "Здравствуйте", "ок", "Садовая 14", "IMG 2041.jpg"):
        assert read(text, has_media=True).kind == "complaint"
    for text in ("+1", "у нас так же", "поддерживаю", "Не знаю даже", "Всё по-старому на нашей улице", "хм гм"):
        assert read(text).kind == "complaint"
        assert read(text).share <= 0.4
