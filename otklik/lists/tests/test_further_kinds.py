"""Templates, sources and places by list."""

import pytest

from otklik.answers.models import Template
from otklik.lists.tests.house import House, fates
from otklik.networks.models import Account, Source
from otklik.places.models import Place, Street
from tests.make import inbox

TEMPLATES = ["Название", "Вид", "Тема", "Ведомство", "Текст"]
SOURCES = ["Адрес", "Сеть", "Аккаунт", "Что это", "Название", "Где живут их люди", "Гости"]
PLACES = ["Название", "Уровень", "Код", "Где находится", "Улицы"]


def test_templates_come_once_and_their_text_keeps_its_lines(house: House) -> None:
    path = house.file(
        TEMPLATES,
        ["Срок", "Итоговый ответ", "Нет воды", "Водоканал", "{обращение}\nВоду дадут {срок}."],
        ["Опрос", "ссылка на опрос", "", "", "Оцените ответ: {link}"],
    )
    assert house.load("templates", path).new == 2
    kept = Template.objects.get(title="Срок")
    assert (kept.text, kept.theme, kept.agency) == ("{обращение}\nВоду дадут {срок}.", house.theme, house.water)
    assert house.load_again("templates", path) == 2
    path = house.file(TEMPLATES[:2] + TEMPLATES[3:], ["Срок", "Итоговый ответ", "Водоканал", "Иначе."])
    assert house.planned("templates", path)[0].words == ["другой текст"]
    house.load("templates", path)
    kept.refresh_from_db()
    assert (kept.text, kept.theme) == ("Иначе.", house.theme)


def test_wrong_templates_are_said(house: House) -> None:
    path = house.file(
        TEMPLATES,
        ["А", "Итоговый ответ", "", "", "{неведомое}"],
        ["Б", "Ссылка на опрос", "", "", "Оцените"],
        ["В", "Итоговый ответ", "", "", "Текст"],
        ["в", "Итоговый ответ", "", "", "Текст"],
    )
    words = house.words("templates", path)
    assert words[2] == ["столбец «Текст»: таких полей нет: {неведомое}"]
    assert words[3] == ["столбец «Текст»: в тексте опроса нет места для ссылки: {link}"]
    assert words[5] == ["шаблон с таким названием, видом и ведомством уже есть в строке 4: оставьте одну из них"]


@pytest.fixture
def account(house: House) -> Account:
    return inbox.account(title="Администрация", external_id="-1", sandbox=False)


def test_sources_come_once_with_their_title_and_place(house: House, account: Account) -> None:
    path = house.file(
        SOURCES,
        [
            "https://vk.com/club77",
            "ВКонтакте",
            "администрация",
            "чужое сообщество",
            "Подслушано",
            "Сочи",
            "не отвечают",
        ],
        ["нет воды", "ВКонтакте", "Администрация", "поиск по словам", "", "", ""],
    )
    assert fates(house.planned("sources", path)) == {2: "new", 3: "new"}
    assert house.load("sources", path).new == 2
    source = Source.objects.get(kind="foreign")
    assert (source.external_id, source.title, source.place) == ("77", "Подслушано", house.sochi)
    assert (source.guests_may_speak, source.url) == (False, "https://vk.com/club77")
    assert house.load_again("sources", path) == 2


def test_wrong_sources_are_said(house: House, account: Account) -> None:
    path = house.file(
        SOURCES,
        ["!!!", "ВКонтакте", "Администрация", "чужое сообщество", "", "", ""],
        ["vk.com/club7", "ВКонтакте", "Никто", "чужое сообщество", "", "", ""],
        ["vk.com/club8", "ВКонтакте", "Администрация", "чужое сообщество", "", "", ""],
        ["https://vk.com/club8", "ВКонтакте", "Администрация", "чужое сообщество", "", "", ""],
    )
    words = house.words("sources", path)
    assert words[2] == ["столбец «Адрес»: не разобрать: нужен адрес сообщества в этой сети"]
    assert words[3] == ["столбец «Аккаунт»: такого аккаунта в этой сети нет"]
    assert words[5] == ["этот источник уже есть в строке 4: оставьте одну из них"]


def test_places_are_loaded_whole_and_twice_is_once(house: House) -> None:
    path = house.file(
        PLACES,
        ["Край", "регион", "krai", "", ""],
        ["Сочи", "муниципалитет", "sochi", "", ""],
        ["Лоо", "Населённый пункт", "", "Сочи", "ул Победы|пер Садовый"],
    )
    assert fates(house.planned("places", path))[4] == "new"
    done = house.load("places", path)
    assert (done.new, done.refused) == (1, [])
    loo = Place.objects.get(name="Лоо")
    assert sorted(Street.objects.filter(place=loo).values_list("kind", "name")) == [
        ("переулок", "Садовый"),
        ("улица", "Победы"),
    ]
    assert house.load_again("places", path) == 3


def test_wrong_places_are_said_in_the_words_of_the_file(house: House) -> None:
    path = house.file(PLACES, ["Край", "регион", "krai", "", ""], ["Лоо", "населённый пункт", "", "", "Победы"])
    [line] = house.planned("places", path)
    assert (line.number, line.words) == (3, ["выше нет строки, в которой уровень «муниципалитет»"])
    other = house.planned("places", house.file(PLACES, ["Область", "регион", "oblast", "", ""]))
    assert other[0].words[0].startswith("в базе уже другой регион: Край")
