import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.privacy.masking import Person, mask, mask_in, secrets_in
from tests.tiers import fewer

HER = Person("912345678", "Ждана Перепёлкина", frozenset({"zhdana_pp"}), frozenset({"8 (918) 555-01-42", "J@mail.ru"}))
SHORT = Person("5", "Анна", frozenset({"an"}))


def test_near_her_every_word_of_her_goes_and_elsewhere_the_sure_ones() -> None:
    for near, text, left in (
        (True, "Ждана, воду дали", "[имя], воду дали"),
        (True, "Позвонили Жданой Перепелкиной", "Позвонили [имя] [имя]"),
        (True, "ПЕРЕПЁЛКИНА сказала", "[имя] сказала"),
        (True, "перепёлкиной ждане", "[имя] [имя]"),
        (True, "[id912345678|Ждана], ответили", "[имя], ответили"),
        (True, "@id912345678 (Ждана) писала", "[имя] писала"),
        (True, "[id700|Пётр], ответили", "[id700|Пётр], ответили"),
        (True, "https://m.vk.com/zhdana_pp?w=1 и vk.com/id912345678", "[ссылка]?w=1 и [ссылка]"),
        (True, "zhdana_pp2 и 9123456789", "zhdana_pp2 и 9123456789"),
        (True, "звоните +79185550142 или 8-861-200-00-01", "звоните [телефон] или 8-861-200-00-01"),
        (True, "почта j@mail.ru", "почта [почта]"),
        (True, "", ""),
        # elsewhere namesakes stay
        (False, "Ждана Сергеевна ответила", "Ждана Сергеевна ответила"),
        (False, "О том же Перепёлкина Ждана, 8 918 5550142", "О том же [имя] [имя], [телефон]"),
        (False, "Перепёлкиной, Ждане", "[имя], [имя]"),
        (False, "zhdana_pp писала", "[имя] писала"),
        (
            False,
            "Перепёлкина Ж. П., Ж.П. Перепелкиной и Перепёлкина И.И.",
            "[имя] Ж. П., Ж.П. [имя] и Перепёлкина И.И.",
        ),
        (False, "Ждана П. и перепёлкина", "Ждана П. и перепёлкина"),
    ):
        assert mask(text, HER, near=near) == left


def test_a_street_keeps_the_name_that_it_shares_with_somebody() -> None:
    her = Person(name="Мира Садовая")
    text = "Мира, на улице Мира и на ул. Садовой темно, Мира Садовая права"
    assert mask(text, her, near=True) == "[имя], на улице Мира и на ул. Садовой темно, [имя] [имя] права"


def test_small_letters_are_a_name_where_no_ordinary_word_is_written_so_and_two_letters_are_enough() -> None:
    cold = Person(name="Надежда Мороз")
    assert mask("с надеждой ждём мороза, а Надежда Мороз молчит", cold, near=True).count("[имя]") == 2
    assert mask("мороза", cold.by_surname, near=True) == "мороза"
    assert (cold.by_surname.name, Person(name="Анна Ким").by_surname.name) == ("Мороз", "Ким")
    assert mask("Спросите Ли, знает ли", Person(name="Анна Ли"), near=True) == "Спросите [имя], знает ли"


def test_what_a_database_looks_for_meets_whatever_would_be_taken_out_in_json_too() -> None:
    look = re.compile(HER.pattern)
    for text in (
        "ЖДАНЫ ПЕРЕПЕЛКИНОЙ",
        "перепёлкина ждана",
        "+79185550142",
        "8-918-555 01 42",
        "j@MAIL.ru",
        "vk.com/Zhdana_PP",
    ):
        assert mask(text, HER, near=False) != text
        assert look.search(text), text
        assert look.search(json.dumps({"text": text})), text
    assert Person(name="Анна").pattern == ""


def test_short_numbers_and_nicks_take_nothing_away_keys_of_json_stay_and_all_values_are_read() -> None:
    assert mask("дом 5, an и id5", SHORT, near=True) == "дом 5, an и [имя]"
    payload = {"Ждана": ["Ждана", 5, {"x": "Перепёлкина"}]}
    assert mask_in(payload, HER, near=True) == {"Ждана": ["[имя]", 5, {"x": "[имя]"}]}
    assert secrets_in(["Звоните 8 (918) 555-01-42", ""]) == {"8 (918) 555-01-42"}


@settings(max_examples=fewer(60))
@given(st.text(max_size=300))
def test_any_text_at_all_is_taken(text: str) -> None:
    for near in (True, False):
        once = mask(text, HER, near=near)
        assert mask(once, HER, near=near) == once
