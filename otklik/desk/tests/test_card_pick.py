"""Search as you type: three letters are enough, the machine's and the rules' word comes first."""

import pytest
from django.test import Client

from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def options(town: Town, address: str, **fields: str | int) -> str:
    client = Client()
    client.force_login(town.operator)
    response = client.get(address, fields)
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
    page = options(town, "/agencies/", q="дор", theme=town.rule.theme_id, place=town.city.pk)
    assert page.index("Водоканал") < page.index("Дорожная служба")
    assert "по правилу: Нет холодной воды · Город Ёлкино" in page


def test_strangers_find_nothing(town: Town) -> None:
    assert Client().get("/themes/", {"q": "вод"}, headers={"X-Fragment": "1"}).status_code == 401
