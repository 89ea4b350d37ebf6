from otklik.triage.personal.finder import MASKS, control, find, luhn, mask
from tests.phrases import phrases


def pieces(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find(text)]


PHONES = phrases("""
    8 (938) 111-22-33 | +7 938 111 22 33 | 89381112233 | 8938 111 22 33 | 938-111-22-33 | 8(86155)4-17-29
    (86155) 4-17-29 | ８９３８１１１２２３３ | 893⑧1112233 | 8938О112233 | 8 9 3 8 1 1 1 2 2 3 3 | +375 29 111-22-33
""")
NAMES = phrases("""
    Соколова Анна Игоревна | соколова анна игоревна | Анна Игоревна Соколова | АННА ИГОРЕВНА | Соколовой Анне Игоревне
    Соколова А. И. | А.И. Соколова | Соколова А И | Анна Соколова | Соколова Анна | Гасанов Мурад Асланович
    Coкoлoвa Aннa Игopeвнa
""")
NO_PERSON_S = phrases("""
    Дома 4-17-29 по Речной | Выделили 89 381 112 рублей, а потом 9 381 112 233 руб. | Участок 23:43:0111222:333
    Закон 131-ФЗ от 06.10.2003 | С 8:00 до 17:30, 8 марта закрыто | 45.035111, 38.975222 | лицевой счёт 893811122334
    Дело А32-11122/2022, заявка № 89381112233 | Горячая линия 8-800-100-20-30 и 112 | https://example.ru/89381112233
    120 кв. метров | дом на 41 квартир | в 3 квартиры не дали | 3 кв. 2024 года | в квартире 15 градусов
    улица Юрия Гагарина | на ул. Ивана Франко | проспект Вячеслава Кленова, 8 | школа имени А. С. Пушкина
    парк им. Олега Петровича Кленова | памятник Александру Александровичу | Анна, спасибо! | Надежда умирает последней
    и т. д. и т. п. Завтра | И. о. главы молчит | Станица Ивановская | Собака primer точка кормления
    Заявление от 03.02.2024, дом 1951 года | Номер 112-233-445 96, код 4000001234567890, инн 5001007322
""")


def test_what_is_a_persons_is_found_however_it_is_written() -> None:
    for kind, around, written in (
        *(("phone", "Звоните {}, жду", number) for number in (*PHONES, "89\u200b381112233")),
        *(("name", "Живёт тут {}, помогите", name) for name in NAMES),
        ("name", "директор школы {}", "Орлова Нина Ивановна"),
        *(("flat", around, "41") for around in ("Речная 3, кв. {}", "в {}-й квартире", "квартиру № {} топит")),
        *(("flat", around, "41") for around in ("кв{} холодно", "в {} квартире 5 человек")),
        *(("birth", around, "03.02.1951") for around in ("Мама {} г.р.", "{} г. рождения")),
        ("birth", "родился {} года", "3 февраля 2019"),
        *(("email", "Пишите: {}.", "zhitel.7@primer.ru"), ("email", "{}", "zhitel собака primer точка ru")),
        ("snils", "Номер {}", "112-233-445 95"),
    ):
        assert pieces(around.format(written)) == [(kind, written)]


def test_counts_papers_streets_and_first_names_are_nobodys_and_a_short_number_needs_its_word() -> None:
    assert {text: pieces(text) for text in NO_PERSON_S if pieces(text)} == {}
    for text in ("тел. 4-17-29", "Домашний: 4-17-29", "звоните 255-17-29"):
        assert [kind for kind, _piece in pieces(text)] == ["phone"], text
    assert mask("89381112233/89381112244, 8(938)1112255,8(938)1112266") == "[телефон]/[телефон], [телефон],[телефон]"


def test_numbers_of_cards_and_papers_have_check_digits_and_masking_leaves_the_rest_as_it_was() -> None:
    cards = pieces("На карту 4000 0012 3456 7899, паспорт 03 07 № 111222")
    assert cards == [("card", "4000 0012 3456 7899"), ("passport", "03 07 № 111222")]
    assert pieces("СНИЛС 112-233-445 95 и инн 500100732259") == [("snils", "112-233-445 95"), ("inn", "500100732259")]
    for right, number in ((luhn, "4000001234567899"), (control, "11223344595")):
        digits = [int(sign) for sign in number]
        assert (right(digits), right([*digits[:-1], digits[-1] - 1])) == (True, False), number
    text = "Соколова А.И.,\n\nкв. 4\u200b1,  тел. 8-938-111-22-33\ud800"
    assert mask(text) == "[имя],\n\nкв. [номер],  тел. [телефон]\ud800"
    assert mask(text, {"phone"}) == text.replace("8-938-111-22-33", "[телефон]")
    assert mask(mask(text)) == mask(text)
    assert mask(" ".join(MASKS.values())) == " ".join(MASKS.values())
