"""Puts the classifier that comes along into the tables: all of it or nothing, and a second time changes nothing."""

from datetime import date

from django.db import transaction

from otklik.themes import classifier
from otklik.themes.models import Classifier, Theme, ThemeGroup


def put(in_force_from: date) -> bool:
    """Whether it was not there yet. Its day is a local one."""
    data = classifier.load()
    with transaction.atomic():
        version, made = Classifier.objects.get_or_create(
            version=data.version, defaults={"in_force_from": in_force_from}
        )
        if not made:
            return False
        for group in data.groups:
            row = ThemeGroup.objects.create(classifier=version, code=group.code, name=group.name)
            Theme.objects.bulk_create(
                Theme(
                    group=row,
                    code=theme.code,
                    name=theme.name,
                    subgroup=theme.subgroup,
                    description=theme.description,
                    keywords=list(theme.keywords),
                    kind=theme.kind,
                    severity=theme.severity,
                    fast_track=theme.fast_track,
                )
                for theme in group.themes
            )
    return True
