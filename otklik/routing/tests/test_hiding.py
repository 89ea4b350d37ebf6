"""What leaves the house of a citizen's words: the matter stays, whatever tells of a person goes."""

import pytest

from otklik.routing.hiding import hide


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Темно на улице Мира, 5, звоните +7 918 123-45-67", "Темно на улице Мира, 5, звоните [телефон]"),
        ("Пишите на anna@example.ru", "Пишите на [почта]"),
        ("Мира, 5, кв. 12: течёт кран", "Мира, 5, кв. [номер]: течёт кран"),
        ("Вот моя страница https://vk.com/id12 и vk.com/anna", "Вот моя страница [ссылка] и [ссылка]"),
        ("[id12|Анна Жилина], вы видели? @id12 (Аня)", "[имя], вы видели? [имя]"),
        ("Я, Жилина Анна Петровна, прошу", "Я, [имя], прошу"),
    ],
)
def test_what_tells_of_a_person_is_hidden_and_the_matter_stays(said: str, left: str) -> None:
    assert hide(said) == left


def test_a_signature_with_the_name_of_the_profile_is_hidden() -> None:
    assert hide("Нет воды. С уважением, Жилина", "Анна Жилина") == "Нет воды. С уважением, [имя]"
    assert hide("нет воды у анны жилиной", "Анна Жилина") == "нет воды у анны жилиной"


def test_a_street_that_is_called_like_the_author_stays() -> None:
    assert hide("На улице Мира, 5 темно", "Мира Котова") == "На улице Мира, 5 темно"
