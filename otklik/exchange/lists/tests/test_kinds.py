import pytest
from openpyxl import load_workbook

from otklik.answers.models import Template
from otklik.exchange.lists import plan
from otklik.exchange.lists.kinds import KINDS
from otklik.exchange.lists.plan import NotYours
from otklik.exchange.lists.sheet import EXAMPLE
from otklik.exchange.lists.table import template
from otklik.exchange.lists.tests.house import AT, House, fates
from otklik.networks.models import Account, Source
from otklik.people import invitations
from otklik.people.models import Agency, Grant, Role
from otklik.places.models import Place, Street
from otklik.routing.models import Rule
from tests.make import inbox, people

AGENCIES = ["Короткое название", "Полное название", "Подчиняется", "Где работает"]
USERS = ["Логин", "Фамилия", "Имя", "Отчество", "Почта", "Роль", "Ведомство", "Территория"]
RULES = ["Тема", "Где", "Ведомство", "Что названо в тексте", "Сеть", "С", "По", "Пояснение", "Исполнитель"]


def test_a_template_is_read_again_and_its_example_is_no_row(house: House) -> None:
    path = house.folder / "template.xlsx"
    for slug, kind in KINDS.items():
        path.write_bytes(template(kind))
        with pytest.raises(ValueError, match="под заголовком нет ни одной строки"):
            house.planned(slug, path)
        book = load_workbook(path)
        assert book.sheetnames == [kind.title, "Как заполнять"]
        assert str(book.worksheets[0]["A2"].value).lower().startswith(f"{EXAMPLE}:")


def test_agencies_come_with_those_above_them_whatever_the_order_and_twice_is_once(house: House) -> None:
    path = house.file(
        AGENCIES,
        ["Участок", "", "Служба", ""],
        ["Служба", "Служба воды", "Водоканал", "Сочи"],
        ["Водоканал", "МУП «Водоканал города»", "", ""],
    )
    lines = house.planned("agencies", path)
    assert fates(lines) == {2: "new", 3: "new", 4: "changed"}
    assert next(line.words for line in lines if line.number == 4) == [
        "Полное название: МУП «Водоканал» → МУП «Водоканал города»",
        "Где работает: Сочи → весь регион",
    ]
    done = house.load("agencies", path)
    assert (done.new, done.changed, done.refused) == (2, 1, [])
    below = Agency.objects.get(short_name="Участок")
    assert below.parent is not None
    assert (below.name, below.parent.short_name, below.path.count("/")) == ("Участок", "Служба", 4)
    assert house.load_again("agencies", path) == 3


def test_wrong_agencies_are_said_and_nothing_is_written(house: House) -> None:
    path = house.file(
        AGENCIES,
        ["А", "", "Б", ""],
        ["Б", "", "А", ""],
        ["водоканал", "", "", "Марс"],
        ["Водоканал", "", "", ""],
        ["Новое", "", "Никакое", ""],
    )
    assert house.words("agencies", path) == {
        2: ["столбец «Подчиняется»: ведомство оказалось бы под самим собой"],
        3: ["столбец «Подчиняется»: ведомство оказалось бы под самим собой"],
        4: ["столбец «Где работает»: такого муниципалитета нет"],
        5: ["ведомство с таким коротким названием уже есть в строке 4: оставьте одну из них"],
        6: ["столбец «Подчиняется»: такого открытого ведомства нет"],
    }
    with pytest.raises(ValueError, match="wrong rows"):
        house.load("agencies", path)
    assert Agency.objects.count() == 1


def test_an_agency_moves_under_another_and_a_missing_column_changes_nothing(house: House) -> None:
    top = people.agency("Министерство")
    house.load("agencies", house.file(["Короткое название", "Подчиняется"], ["Водоканал", "Министерство"]))
    house.water.refresh_from_db()
    assert house.water.parent == top
    assert house.water.territory == house.sochi
    assert house.load("agencies", house.file(AGENCIES[:2], ["Водоканал", ""])).same == 1


def test_users_are_invited_once_each_with_a_link_that_works(house: House) -> None:
    path = house.file(
        USERS,
        ["Ivanova.AP", "Иванова", "Анна", "Петровна", "i@example.ru", "исполнитель", "водоканал", "Сочи"],
        ["petrov", "Петров", "Пётр", "", "", "Оператор", "", ""],
    )
    assert fates(house.planned("users", path)) == {2: "new", 3: "new"}
    done = house.load("users", path)
    assert [one.user.username for one in done.invited] == ["ivanova.ap", "petrov"]
    first = done.invited[0]
    assert invitations.find(first.user.pk, first.token) == first.user
    grant = Grant.objects.get(user=first.user)
    assert (grant.role, grant.agency, grant.place) == (Role.EXECUTOR, house.water, house.sochi)
    assert house.load_again("users", path) == 2


def test_a_known_user_is_renamed_and_gets_one_more_role(house: House) -> None:
    user = people.person("petrov", Role.OPERATOR, last_name="Петров", first_name="Пётр", email="p@example.ru")
    path = house.file(["Логин", "Фамилия", "Имя", "Роль"], ["petrov", "Петров", "Павел", "руководитель"])
    assert house.planned("users", path)[0].words == ["Имя: Пётр → Павел", "прибавится роль: руководитель"]
    house.load("users", path)
    user.refresh_from_db()
    assert (user.first_name, user.email) == ("Павел", "p@example.ru")
    assert sorted(Grant.objects.filter(user=user).values_list("role", flat=True)) == [Role.HEAD, Role.OPERATOR]


def test_wrong_users_and_rules_are_said_row_by_row(house: House) -> None:
    people.person("gone", is_active=False)
    path = house.file(
        USERS,
        ["petrov", "Петров", "Пётр", "", "", "оператор", "", ""],
        ["PETROV", "Петров", "Павел", "", "", "оператор", "", ""],
        ["иванов", "Иванов", "Иван", "", "не почта", "исполнитель", "", ""],
        ["sidorov", "Сидоров", "Сидор", "", "", "исполнитель", "", ""],
        ["gone", "Ушёл", "Он", "", "", "оператор", "", ""],
    )
    assert house.words("users", path) == {
        3: ["сотрудник с этим логином уже есть в строке 2: оставьте одну из них"],
        4: [
            "столбец «Логин»: только латинские буквы, цифры, точка, дефис",
            "столбец «Почта»: это не похоже на адрес почты",
        ],
        5: ["столбец «Ведомство»: этой роли нужно ведомство"],
        6: ["этот сотрудник заблокирован: сначала разблокируйте его"],
    }
    path = house.file(
        RULES,
        ["Нет воды", "", "Водоканал", "", "", "", "", "", ""],
        ["Нет воды", "", "Водоканал", "", "", "01.10.2026", "", "", ""],
        ["Нет света", "", "Водоканал", "!!!", "", "", "", "", ""],
        ["", "", "Водоканал", "", "", "", "01.01.2026", "", "nobody"],
        ["", "Сочи", "Водоканал", "", "", "", "01.01.2026", "", ""],
    )
    assert house.words("rules", path) == {
        3: ["это же правило уже есть в строке 2: оставьте одну из них"],
        4: ["столбец «Тема»: такой темы сейчас нет", "столбец «Что названо в тексте»: здесь нет ни одного слова"],
        5: ["столбец «Исполнитель»: он не отвечает за это ведомство"],
        6: ["столбец «По»: последний день уже прошёл"],
    }


def test_rules_come_once_and_change_by_their_matter_place_and_days(house: House) -> None:
    path = house.file(
        RULES,
        ["нет воды", "Сочи", "Водоканал", "", "", "", "", "", ""],
        ["zhkh.voda", "", "Водоканал", "колонка", "ВКонтакте", "01.10.2026", "31.12.2026", "приказ", ""],
    )
    assert fates(house.planned("rules", path)) == {2: "new", 3: "new"}
    assert house.load("rules", path).new == 2
    assert house.load_again("rules", path) == 2
    people.agency("Другое")
    path = house.file(RULES, ["Нет воды", "Сочи", "Другое", "", "", "", "", "письмо", ""])
    assert house.planned("rules", path)[0].words == ["Ведомство: Водоканал → Другое", "Пояснение: пусто → письмо"]
    house.load("rules", path)
    kept = Rule.objects.values_list("agency__short_name", "note")
    assert sorted(kept) == [("Водоканал", "приказ"), ("Другое", "письмо")]


def test_a_row_refused_in_between_is_told_and_of_a_part_no_list_is_loaded(house: House) -> None:
    path = house.file([*USERS[:3], "Роль"], ["one", "А", "Б", "оператор"], ["two", "В", "Г", "оператор"])
    lines = house.planned("users", path)
    people.person("one")
    done = plan.carry_out(lines, AT)
    assert (done.new, done.refused) == (1, [(2, "это имя уже занято")])
    with pytest.raises(NotYours):
        plan.planned(KINDS["users"], [], people.person("part", Role.ADMINISTRATOR, house.water), AT)


TEMPLATES = ["Название", "Вид", "Тема", "Ведомство", "Текст"]
LINK = "https://vk.com/club77"
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


def test_wrong_templates_and_sources_are_said(house: House, account: Account) -> None:
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


@pytest.fixture
def account(house: House) -> Account:
    return inbox.account(title="Администрация", external_id="-1", sandbox=False)


def test_sources_come_once_with_their_title_and_place(house: House, account: Account) -> None:
    path = house.file(
        SOURCES,
        [LINK, "ВКонтакте", "администрация", "чужое сообщество", "Подслушано", "Сочи", "не отвечают"],
        ["нет воды", "ВКонтакте", "Администрация", "поиск по словам", "", "", ""],
    )
    assert fates(house.planned("sources", path)) == {2: "new", 3: "new"}
    assert house.load("sources", path).new == 2
    source = Source.objects.get(kind="foreign")
    assert (source.external_id, source.title, source.place) == ("77", "Подслушано", house.sochi)
    assert (source.guests_may_speak, source.url) == (False, LINK)
    assert house.load_again("sources", path) == 2


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
    streets = Street.objects.filter(place=loo).values_list("kind", "name")
    assert sorted(streets) == [("переулок", "Садовый"), ("улица", "Победы")]

    assert house.load_again("places", path) == 3


def test_wrong_places_are_said_in_the_words_of_the_file(house: House) -> None:
    path = house.file(PLACES, ["Край", "регион", "krai", "", ""], ["Лоо", "населённый пункт", "", "", "Победы"])
    [line] = house.planned("places", path)
    assert (line.number, line.words) == (3, ["выше нет строки, в которой уровень «муниципалитет»"])
    other = house.planned("places", house.file(PLACES, ["Область", "регион", "oblast", "", ""]))
    assert other[0].words[0].startswith("в базе уже другой регион: Край")
