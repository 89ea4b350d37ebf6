import pytest

from otklik.networks.models import Source
from otklik.places.models import Place
from otklik.themes.models import Theme
from tests.make import inbox, places


@pytest.fixture
def source(db: None) -> Source:
    return inbox.source(title="Подслушано Ёлкино")


@pytest.fixture
def town(db: None) -> Place:
    return places.place("Ёлкино", parent=places.place("Край", level=Place.Level.REGION))


@pytest.fixture
def holes(db: None) -> Theme:
    return places.theme("Ямы")
