"""What tests of moving share: a small region, and one step of a move each."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from otklik.answers.models import Answer
from otklik.feedback.models import Rating
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Incident
from otklik.moving import sheet_out
from otklik.moving.leaving import rows as leaving
from otklik.moving.models import Import, Imported
from otklik.moving.piece import Remarks
from otklik.moving.taking import Done, take
from otklik.moving.tests import files
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.publishing.models import Delivery, Sent
from otklik.themes.models import Classifier, Theme, ThemeGroup

MOSCOW = ZoneInfo("Europe/Moscow")


def make_region() -> Place:
    """A region with one town of each kind, one group of themes, one agency."""
    top = Place.objects.create(code="lake", level=Place.Level.REGION, name="Озёрная область")
    district = Place.objects.create(
        code="lake-d", parent=top, level=Place.Level.MUNICIPALITY, name="Озёрский муниципальный район"
    )
    Place.objects.create(code="beyond", parent=district, level=Place.Level.SETTLEMENT, name="Заречное")
    classifier = Classifier.objects.create(version="1", in_force_from="2020-01-01")
    group = ThemeGroup.objects.create(classifier=classifier, code="dorogi", name="Дороги")
    Theme.objects.create(group=group, code="dorogi.yamy", name="★ Ямы на дорогах")
    Agency.objects.create(code="town", name="Администрация Озёрска", short_name="Администрация")
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
