from otklik.finding.fragment import fragment
from otklik.finding.words import MOST_ASKED, MOST_BYTES, asked, keys
from otklik.lib.text import fold

HOSTILE = [
    *("", " \t\n", '" OR * ( NEAR -- \x00', "'; DROP TABLE finding_words; --", "((((((", '"""', "' & ' | ! <-> :*"),
    *("NEAR(вода яма, 2)", "words:вода", "-вода +яма ^яма яма*", "--", "-", "AND OR NOT", "a\\b%_c"),
    *("\u202eадов\u202c \u200b\u200f", "\ud800вода", "вода " * 1250, "я" * 5000, "...,,,!!!", "🙂🙂 вода"),
    "İstanbul ǅ ﬁ ½ ²",
]


def meets(text: str, words: str) -> bool:
    """Whether a card with the text has all of the words, as the table would say it."""
    there = keys(fold(text))
    return all(
        there & set(one.forms) or (one.prefix and any(key.startswith(one.word) for key in there))
        for one in asked(words)
    )


FORMS = {
    "Когда отремонтируют дороги?": "дорогой",
    "над дорогой висит провод": "дороги",
    "Ёлка упала": "елки",
    "елка упала": "ЁЛКУ",
    "Славянск-на-Кубани": "славянск",
    "живу в Славянске-на-Кубани": "славянск-на-кубани",
    "Нет воды третий день": "воды нет день",
    "дом 5а": "5а",
    "Приказ А-123/45": "а 123 45",
    "мусор не вывозят": "мусо",
    "Wi-Fi в парке": "wi-fi",
    "улица Кирова 61а": "ул. Кирова, 61а",
    "на Кирова 61а темно": "улица Кирова, д. 61а",
    "Ленина 15": "пр-кт Ленина, дом 15",
    "ул. Первомайская, 33": "улица Первомайская 33",
    "темно на улице": "улица",
    "дом снесли": "дом",
    "ул": "ул",
}
NOT_THERE = {
    "Нет воды": "нет света",
    "дорога": "дом",
    "мусор": "му",
    "мусор лежит": "мусо лежит",
    "вода": "светлая",
    "улица Мира 5": "ул. Кирова, 5",
}


def test_a_word_is_found_in_any_form_and_what_is_not_there_is_not() -> None:
    assert {text: words for text, words in FORMS.items() if not meets(text, words)} == {}
    assert {text: words for text, words in NOT_THERE.items() if meets(text, words)} == {}


def test_no_more_words_are_asked_for_than_a_person_types_and_a_text_without_end_gives_a_bounded_number() -> None:
    assert [one.word for one in asked("яма на улице")] == ["яма", "улице"], "little words only where they stand alone"

    assert [one.word for one in asked("не на")] == ["не", "на"]
    assert len(asked(" ".join(f"слово{number}" for number in range(500)))) <= MOST_ASKED
    assert all(form.isalnum() for words in HOSTILE for one in asked(words) for form in one.forms)
    endless = " ".join(f"щъ{number:x}ыхр{number}" for number in range(100_000))
    word_keys = keys(endless)
    assert sum(len(word.encode()) for word in word_keys) <= MOST_BYTES
    assert len(word_keys) > 1000


def test_the_fragment_shows_and_marks_the_words_and_is_else_the_beginning_of_any_text() -> None:
    text = "Добрый день! " * 30 + "Во дворе третий день <b>нет воды</b>, " + "и никто не едет. " * 30
    shown = fragment(text, asked("воды нет"))
    assert shown.met == 2
    assert [run.text for run in shown.runs if run.is_match] == ["нет", "воды"]
    whole = "".join(run.text for run in shown.runs)
    assert (whole[0], whole[-1], len(whole) < 320) == ("…", "…", True)
    shown = fragment("Темно во дворе", asked("вода"))
    assert (shown.met, "".join(run.text for run in shown.runs)) == (0, "Темно во дворе")
    for text in (*HOSTILE, "x" * 100_000, "а б " * 50_000):
        assert len("".join(run.text for run in fragment(text, asked("вода яма")).runs)) <= 400, text[:20]
