import time

import pytest

from otklik.triage.personal.finder import MASKS, control, find, luhn, mask


def pieces(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find(text)]


@pytest.mark.parametrize(
    "number",
    [
        "8 (938) 111-22-33",
        "+7 938 111 22 33",
        "89381112233",
        "8938 111 22 33",
        "938-111-22-33",
        "8(86155)4-17-29",
        "(86155) 4-17-29",
        "８９３８１１１２２３３",
        "893⑧1112233",
        "8938О112233",
        "89\u200b381112233",
        "8 9 3 8 1 1 1 2 2 3 3",
        "+375 29 111-22-33",
    ],
)
def test_a_phone_is_known_however_it_is_written(number: str) -> None:
    assert pieces(f"Звоните {number}, жду") == [("phone", number)]


def test_two_phones_in_a_row_are_both_known() -> None:
    assert mask("89381112233/89381112244, 8(938)1112255,8(938)1112266") == "[телефон]/[телефон], [телефон],[телефон]"


@pytest.mark.parametrize("said", ["тел. 4-17-29", "Домашний: 4-17-29", "звоните 255-17-29"])
def test_a_short_number_is_a_phone_beside_the_word(said: str) -> None:
    assert [kind for kind, _piece in pieces(said)] == ["phone"]


@pytest.mark.parametrize(
    "text",
    [
        "Дома 4-17-29 по Речной",
        "Выделили 89 381 112 рублей, а потом 9 381 112 233 руб.",
        "Участок 23:43:0111222:333",
        "Закон 131-ФЗ от 06.10.2003",
        "С 8:00 до 17:30, 8 марта закрыто",
        "45.035111, 38.975222",
        "Дело А32-11122/2022, заявка № 89381112233",
        "лицевой счёт 893811122334",
        "Горячая линия 8-800-100-20-30 и 112",
        "https://example.ru/89381112233",
    ],
)
def test_other_numbers_are_no_phones(text: str) -> None:
    assert pieces(text) == []


def test_numbers_of_cards_and_papers() -> None:
    assert pieces("На карту 4000 0012 3456 7899, паспорт 03 07 № 111222") == [
        ("card", "4000 0012 3456 7899"),
        ("passport", "03 07 № 111222"),
    ]
    assert pieces("СНИЛС 112-233-445 95 и инн 500100732259") == [("snils", "112-233-445 95"), ("inn", "500100732259")]
    assert pieces("Номер 112-233-445 95") == [("snils", "112-233-445 95")]
    assert pieces("Номер 112-233-445 96, код 4000001234567890, инн 5001007322") == []


def test_check_digits() -> None:
    assert luhn([int(sign) for sign in "4000001234567899"])
    assert not luhn([int(sign) for sign in "4000001234567898"])
    assert control([int(sign) for sign in "11223344595"])
    assert not control([int(sign) for sign in "11223344594"])


def test_addresses_of_mail_as_written_and_as_spoken() -> None:
    assert pieces("Пишите: zhitel.7@primer.ru.") == [("email", "zhitel.7@primer.ru")]
    assert pieces("zhitel собака primer точка ru") == [("email", "zhitel собака primer точка ru")]
    assert pieces("Собака primer точка кормления") == []


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("Речная 3, кв. 41", "41"),
        ("в 41-й квартире", "41"),
        ("квартиру № 41 топит", "41"),
        ("кв41 холодно", "41"),
        ("в 41 квартире 5 человек", "41"),
    ],
)
def test_a_flat_is_its_number(text: str, flat: str) -> None:
    assert pieces(text) == [("flat", flat)]


@pytest.mark.parametrize(
    "text",
    ["120 кв. метров", "дом на 41 квартир", "в 3 квартиры не дали", "3 кв. 2024 года", "в квартире 15 градусов"],
)
def test_areas_quarters_and_counts_are_no_flats(text: str) -> None:
    assert pieces(text) == []


def test_a_day_of_birth_is_a_day_beside_the_word() -> None:
    assert pieces("Мама 03.02.1951 г.р.") == [("birth", "03.02.1951")]
    assert pieces("03.02.1951 г. рождения") == [("birth", "03.02.1951")]
    assert pieces("родился 3 февраля 2019 года") == [("birth", "3 февраля 2019")]
    assert pieces("Заявление от 03.02.2024, дом 1951 года") == []


@pytest.mark.parametrize(
    "name",
    [
        "Соколова Анна Игоревна",
        "соколова анна игоревна",
        "Анна Игоревна Соколова",
        "АННА ИГОРЕВНА",
        "Соколовой Анне Игоревне",
        "Соколова А. И.",
        "А.И. Соколова",
        "Соколова А И",
        "Анна Соколова",
        "Соколова Анна",
        "Гасанов Мурад Асланович",
        "Coкoлoвa Aннa Игopeвнa",
    ],
)
def test_a_full_name_in_any_order_case_and_alphabet(name: str) -> None:
    assert pieces(f"Живёт тут {name}, помогите") == [("name", name)]


@pytest.mark.parametrize(
    "text",
    [
        "улица Юрия Гагарина",
        "на ул. Ивана Франко",
        "проспект Вячеслава Кленова, 8",
        "школа имени А. С. Пушкина",
        "парк им. Олега Петровича Кленова",
        "памятник Александру Александровичу",
        "Анна, спасибо!",
        "Надежда умирает последней",
        "и т. д. и т. п. Завтра",
        "И. о. главы молчит",
        "Станица Ивановская",
    ],
)
def test_streets_schools_and_first_names_are_no_full_names(text: str) -> None:
    assert pieces(text) == []


def test_who_works_at_a_school_is_somebody() -> None:
    assert pieces("директор школы Орлова Нина Ивановна") == [("name", "Орлова Нина Ивановна")]


def test_masking_leaves_the_rest_as_it_was() -> None:
    text = "Соколова А.И.,\n\nкв. 4\u200b1,  тел. 8-938-111-22-33\ud800"
    assert mask(text) == "[имя],\n\nкв. [номер],  тел. [телефон]\ud800"
    assert mask(text, {"phone"}) == text.replace("8-938-111-22-33", "[телефон]")
    assert mask(mask(text)) == mask(text)
    assert mask(" ".join(MASKS.values())) == " ".join(MASKS.values())


@pytest.mark.parametrize(
    "text",
    [
        "\x00\ud800",
        "8 938 " * 20_000,
        "1 " * 60_000,
        "a.b@" * 30_000,
        "Иван Иванович " * 8000,
        "И. " * 40_000,
        "(861) " * 20_000,
        "паспорт 03 05 " * 8000,
        "w" * 119_000 + "@",
        "\u0301" * 120_000,
        "Ё\u200b" * 60_000,
        "Ё-" * 60_000,
        "Ё" * 60 + " Ё" * 20_000,
        "\u202e8938" * 20_000,
    ],
)
def test_no_text_breaks_it_or_takes_long(text: str) -> None:
    began = time.process_time()
    mask(text)
    assert time.process_time() - began < 2
