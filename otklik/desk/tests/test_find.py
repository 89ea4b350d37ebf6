"""«Найти» and search as you type: who finds what, what a row shows, links, hostile queries, the queue's tabs."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.find.page import PAGE
from otklik.desk.tests.pages import assert_shows, page_at
from otklik.finding.index import index
from otklik.incidents.cards import main_message
from otklik.incidents.models import Findable, Incident, Note
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.lib.due import claim
from otklik.people.models import Grant, Role
from otklik.routing.assign import Decision, assign
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def take_in() -> None:
    """The step of the search, until nothing is due."""
    while True:
        with book.turn():
            rows = claim(Findable, timezone.now() + timedelta(seconds=1), timedelta(minutes=1), 64)
            index(rows, timezone.now())
        if not rows:
            return


def given(card: Incident, town: Town, roads: bool = False) -> Incident:
    decision = Decision(agency=town.roads if roads else town.water, theme=town.pipe, place=town.city)
    return assign(card, decision, town.operator, timezone.now())


def ids(client: Client, words: str, more: str = "") -> list[int]:
    return [row.incident.pk for row in client.get(f"/find/?q={quote(words)}{more}").context["rows"]]


def test_nothing_is_sent_to_the_search(operator: Client) -> None:
    assert operator.post("/find/", {"q": "x"}).status_code == 405


@pytest.mark.parametrize("role", Role.values)
def test_everybody_finds_what_his_grants_open(town: Town, role: str) -> None:
    mine, theirs = given(town.card("Нет воды"), town), given(town.card("Вода грязная"), town, roads=True)
    take_in()
    Grant.objects.create(user=town.stranger, role=role, agency=town.water)
    client = signed_in(town.stranger)
    assert ids(client, "вода") == [mine.pk]
    assert ids(client, f"№ {theirs.number}") == ids(client, main_message(theirs).url) == []


def test_an_operator_finds_all_and_whoever_has_no_role_nothing(operator: Client, town: Town) -> None:
    first, second = given(town.card("Нет воды"), town), town.card("Вода грязная")
    take_in()
    assert ids(operator, "вода") == [second.pk, first.pk]
    assert ids(signed_in(town.stranger), "вода") == []


def test_a_row_shows_where_the_words_stand(operator: Client, town: Town) -> None:
    card = town.card("Нет воды второй день")
    Note.objects.create(incident=card, author=town.operator, text="Звонили в <b>бойлерную</b>", at=timezone.now())
    with book.turn():
        record(card, "note", at=timezone.now(), actor=f"user:{town.operator.pk}")
    take_in()
    assert "Нет <mark>воды</mark> второй день" in page_at(operator, "/find/?q=воду")
    assert_shows(page_at(operator, "/find/?q=бойлерная"), "заметка:", "<mark>бойлерную</mark>")
    (row,) = operator.get(f"/find/?q={quote(main_message(card).author.name)}").context["rows"]
    assert row.part == "автор"


def test_markup_in_a_message_and_in_the_query_stays_text(operator: Client, town: Town) -> None:
    town.card('<img src=x onerror=alert(1)> яма & "люк"')
    take_in()
    assert "<script>alert" not in page_at(operator, f"/find/?q={quote('яма <script>alert(1)</script>')}")
    assert_shows(page_at(operator, "/find/?q=яма"), "<mark>яма</mark>", hides=["<img src=x"])


def test_a_link_that_leads_to_one_card_opens_it(operator: Client, town: Town) -> None:
    card = town.card()
    take_in()
    answer = operator.get(f"/find/?q={quote(main_message(card).url)}")
    assert answer.headers["Location"] == f"/incidents/{card.pk}/"
    nothing = page_at(operator, f"/find/?q={quote('https://vk.com/wall-9_9')}")
    assert "По этой ссылке карточек нет" in nothing


def test_what_was_not_found_says_what_to_try(operator: Client, town: Town) -> None:
    assert "Ничего не нашлось" in page_at(operator, "/find/?q=абракадабра")
    assert "Что можно написать" in page_at(operator, "/find/")


def test_pages_follow_each_other(operator: Client, town: Town) -> None:
    cards = [town.card("Нет воды").pk for _ in range(PAGE + 3)]
    take_in()
    first = operator.get("/find/?q=вода")
    seen = [row.incident.pk for row in first.context["rows"]]
    assert len(seen) == PAGE
    assert f"Больше {PAGE}, сначала новые" in first.content.decode()
    second = operator.get("/find/?" + first.context["next"])
    seen += [row.incident.pk for row in second.context["rows"]]
    assert seen == sorted(cards, reverse=True)
    assert second.context["next"] == ""


def test_what_was_found_is_counted(operator: Client, town: Town) -> None:
    for _ in range(2):
        town.card("Нет воды")
    take_in()
    assert "Нашлось: 2" in page_at(operator, "/find/?q=вода")


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=" + "%D1%8F" * 5000, "q=%22%20OR%20*%20(%20NEAR%20--", "q=%E2%80%AE%E2%80%8F", "q=x&before=-1",
     "q=x&before=99999999999999999999", "q=%ff%fe", "q=http://%5B::1", "before=5", "q=https://" + "a" * 3000],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/find/", "/queue/"])
def test_hostile_queries_are_answered(operator: Client, town: Town, query: str, path: str) -> None:
    town.card()
    take_in()
    assert operator.get(f"{path}?{query}").status_code in (200, 400)


def test_the_queue_searches_in_the_same_way_within_its_tab(operator: Client, town: Town) -> None:
    new, given_away = town.card("Яма на дороге"), given(town.card("Дорогу размыло"), town)
    take_in()

    def in_queue(query: str) -> list[int]:
        return [row.card.pk for row in operator.get(f"/queue/?{query}").context["rows"]]

    assert in_queue("q=дорогой") == [new.pk]
    assert in_queue("tab=work&q=дорогой") == [given_away.pk]
    assert in_queue(f"q={quote(main_message(new).url)}") == [new.pk]
    assert in_queue(f"q={new.number}") == [new.pk]


def test_the_box_stands_on_every_page_and_once_on_its_own(operator: Client, town: Town) -> None:
    for path in ("/queue/", "/statistics/", "/find/", "/find/?q=x"):
        assert page_at(operator, path).count('id="find-q"') == 1, path


def options(town: Town, address: str, **fields: str | int) -> str:
    response = signed_in(town.operator).get(address, fields)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("typed", ["хол", "нет хол", "ХОЛ", "жкх", "авар", "водопров", "  вод "])
def test_a_theme_is_found_by_the_beginnings_of_its_words(town: Town, typed: str) -> None:
    assert "Нет холодной воды" in options(town, "/themes/", q=typed)
    assert "Ямы" not in options(town, "/themes/", q=typed)


def test_of_themes_that_fit_the_common_ones_come_first(town: Town) -> None:
    """Three letters and Enter: what people write about, not what comes first in the alphabet."""
    rare = Theme.objects.create(group=town.hole.group, code="ship", name="Холодильники на судах")
    card = town.assigned()
    page = options(town, "/themes/", q="хол")
    assert card.theme == town.pipe
    assert page.index("Нет холодной воды") < page.index(rare.name)


@pytest.mark.parametrize("typed", ["ёлк", "елк", "гор", "город ёл"])
def test_a_place_is_found_with_and_without_yo(town: Town, typed: str) -> None:
    assert "Город Ёлкино" in options(town, "/places/", q=typed)


@pytest.mark.parametrize("typed", ["xyz", "%", "_", "'", "(" * 500])
def test_what_nobody_is_called_finds_nothing(town: Town, typed: str) -> None:
    assert "Ничего не нашлось" in options(town, "/places/", q=typed)


def test_with_nothing_typed_the_machine_names_its_themes(town: Town) -> None:
    town.card()
    page = options(town, "/themes/", verdict=Verdict.objects.get().pk)
    assert page.index("Нет холодной воды") < page.index("Ямы на дорогах")
    assert "подсказка" in page


def test_the_agency_that_the_rules_name_comes_first_with_its_rule(town: Town) -> None:
    assert town.rule.theme == town.pipe
    page = options(town, "/agencies/", q="дор", theme=town.pipe.pk, place=town.city.pk)
    assert page.index("Водоканал") < page.index("Дорожная служба")
    assert "по правилу: Нет холодной воды · Город Ёлкино" in page
