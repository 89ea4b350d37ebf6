import pytest

from otklik.triage.kind.first_pass import worth_reading
from otklik.triage.kind.relevance import judge


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "🔥🔥🔥🔥🔥🔥",
        "!!!",
        "???",
        "12",
        "Здравствуйте!",
        "Добрый вечер всем",
        "ок",
        "Да, согласна",
        "Ахахаха",
        "хи-хи 🤣",
        "https://example.org/a/b?c=1",
        "[id7|Ольга], спасибо",
        "[id7|Ольга], ок",
        "👍" * 90,
        "Натяжные потолки под ключ недорого! Бесплатный замер, звоните 8 900 000-00-00, подробности https://example.org",
        "Подработка без опыта, оплата сразу, доход от 3000 руб, пишите в лс, подробности на https://example.org/job",
    ],
)
def test_what_is_certainly_nothing_is_dropped(text: str) -> None:
    assert not worth_reading(text)


@pytest.mark.parametrize(
    "text",
    [
        "Нет воды",
        "яма",
        "Темно!",
        "+1",
        "Н е т  с в е т а",
        "Садовая 14",
        "Спасибо за яму",
        "Здравствуйте, кошмар",
        "Когда?",
        "м. Садовая, эскалатор",
        "Второй месяц не привозят воду, доставка недорого не работает, заказать нельзя: 8 900 000-00-00, пишите в лс",
        "Прошу прекратить: под окном розыгрыш, распродажа и акция, реклама с 8 900 000-00-00 звучит до ночи",
    ],
)
def test_what_has_a_word_of_its_own_is_read(text: str) -> None:
    assert worth_reading(text)


@pytest.mark.parametrize("text", ["", "👍", "Здравствуйте", "ок", "Супер", "ахаха", "https://example.org/a", "спасибо"])
def test_nothing_is_dropped_that_the_rules_would_call_a_complaint(text: str) -> None:
    assert not worth_reading(text)
    assert judge(text, has_media=False, is_reply=False, author_is_ours=False).kind in ("noise", "thanks")


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "\ud800",
        "\u202e",
        "а" * 120_000,
        "👍" * 120_000,
        "[id1|" * 20_000,
        "[id1|" * 12,
        "8 900 " * 20_000,
        "://" * 40_000,
    ],
)
def test_any_text_at_all_may_be_asked(text: str) -> None:
    assert worth_reading(text) in (True, False)
