"""Ids that are taken before their rows are written."""

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from otklik.lib.ids import Ids
from otklik.lib.insert import insert


@pytest.mark.django_db
def test_rows_that_are_written_with_taken_ids_stand_beside_those_that_took_theirs_from_the_database() -> None:
    first = Group.objects.create(name="первая")
    ids = Ids([Group])
    with transaction.atomic():
        ids.begin()
        insert(Group, [Group(pk=ids.take(Group), name=f"метка {number}") for number in range(300)])
    last = Group.objects.create(name="последняя")
    assert Group.objects.count() == 302
    assert first.pk < min(Group.objects.filter(name__startswith="метка").values_list("pk", flat=True))
    assert last.pk not in {first.pk, *Group.objects.filter(name__startswith="метка").values_list("pk", flat=True)}


@pytest.mark.django_db
def test_an_id_of_a_row_that_is_gone_is_not_given_again() -> None:
    gone = Group.objects.create(name="была").pk
    Group.objects.all().delete()
    ids = Ids([Group])
    ids.begin()
    assert ids.take(Group) > gone
