"""Places and themes."""

from itertools import count

from django.utils import timezone

from otklik.places.models import Place
from otklik.themes.models import Classifier, Theme, ThemeGroup

_NUMBERS = count(1)


def place(name: str = "", code: str = "", level: str = Place.Level.MUNICIPALITY, **more: object) -> Place:
    number = next(_NUMBERS)
    return Place.objects.create(code=code or f"place-{number}", name=name or f"Место {number}", level=level, **more)


def classifier(version: str = "t", **more: object) -> Classifier:
    """In force from today."""
    return Classifier.objects.create(version=version, **{"in_force_from": timezone.localdate(), **more})


def group(name: str = "ЖКХ", code: str = "", of: Classifier | None = None) -> ThemeGroup:
    """Of the last classifier there is, or of a new one."""
    whole = of or Classifier.objects.last() or classifier()
    return ThemeGroup.objects.create(classifier=whole, code=code or f"group-{next(_NUMBERS)}", name=name)


def theme(name: str = "Нет холодной воды", code: str = "", of: ThemeGroup | None = None, **more: object) -> Theme:
    """Of the last group there is, or of a new one."""
    whole = of or ThemeGroup.objects.last() or group()
    return Theme.objects.create(group=whole, code=code or f"theme-{next(_NUMBERS)}", name=name, **more)
