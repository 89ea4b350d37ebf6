"""What tests of moving share: a small region, and one step of a move each."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from otklik.answers.models import Answer
from otklik.exchange.moving import sheet_out
from otklik.exchange.moving.leaving import rows as leaving
from otklik.exchange.moving.models import Import, Imported
from otklik.exchange.moving.piece import Remarks
from otklik.exchange.moving.taking import Done, take
from otklik.exchange.moving.tests import files
from otklik.feedback.models import Rating
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Incident
from otklik.places.models import Place
from otklik.publishing.models import Delivery, Sent
from tests.make import people, places

MOSCOW = ZoneInfo("Europe/Moscow")


def make_region() -> Place:
    """A region with one town of each kind, one group of themes, one agency."""
    top = places.place("Озёрная область", level=Place.Level.REGION)
    district = places.place("Озёрский муниципальный район", parent=top)
    places.place("Заречное", level=Place.Level.SETTLEMENT, parent=district)
    places.theme("★ Ямы на дорогах", "dorogi.yamy", of=places.group("Дороги", "dorogi"))
    people.agency("Администрация Озёрска", "town", short_name="Администрация")
    return top


def taken(path: Path, zone: ZoneInfo = MOSCOW) -> tuple[Done, list[str]]:
    """What has become of it, and the codes of what was odd."""
    heard: list[Remarks] = []
    done = take(path, zone, heard.extend, lambda *_: None)
    return done, sorted(odd.code for remarks in heard for odd in remarks.odd)


def brought(tmp_path: Path, *rows: dict[str, Any], name: str = "a.xlsx") -> tuple[Done, list[str]]:
    return taken(files.sheet(tmp_path / name, *rows))


def out(tmp_path: Path, *, masked: bool = False, name: str = "out.xlsx") -> Path:
    sheet_out.write(tmp_path / name, leaving(Incident.objects.all(), masked=masked))
    return tmp_path / name


def wipe() -> None:
    """Another installation: nothing is there."""
    Imported.objects.all().delete()
    Import.objects.all().delete()
    for model in (Rating, Sent, Delivery, Answer, Incident, Message):
        model._default_manager.all().delete()
    Thread.objects.all().delete()
    Author.objects.all().delete()
