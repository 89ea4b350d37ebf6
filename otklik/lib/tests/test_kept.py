"""A question that is kept answers as the one that is put together anew."""

from datetime import time

import pytest
from django.db.models import Value
from django.db.models.functions import JSONObject

from otklik.lib.kept import STAND_IN, keep
from otklik.routing.models import Calendar

pytestmark = pytest.mark.django_db


def test_the_values_of_the_day_take_the_places_of_their_stand_ins() -> None:
    Calendar.objects.all().delete()
    made = [
        Calendar.objects.create(title=f"Календарь {hour}", opens=time(hour), special_days={"hour": hour})
        for hour in (8, 9, 10)
    ]
    columns = ("pk", "title", "opens", "special_days", "default")

    def rows(ids: list[int]) -> list[tuple[object, ...]]:
        asked = (
            Calendar.objects.filter(pk__in=ids).order_by("pk").annotate(told=JSONObject(title="title", five=Value(5)))
        )
        return list(asked.values_list(*columns, "told"))

    told = JSONObject(title="title", five=Value(5))
    stand_ins = [STAND_IN, STAND_IN - 1]
    question = Calendar.objects.filter(pk__in=stand_ins).order_by("pk").annotate(told=told)
    kept = keep(question.values_list(*columns, "told"))
    assert kept.ask({STAND_IN: made[0].pk, STAND_IN - 1: made[2].pk}) == rows([made[0].pk, made[2].pk])
    assert kept.ask({STAND_IN: made[1].pk, STAND_IN - 1: made[1].pk}) == rows([made[1].pk])
    assert kept.ask({}) == []
    (row,) = kept.ask({STAND_IN: made[1].pk})
    assert row[2:5] == (time(9), {"hour": 9}, made[1].default)
    assert row[5] == {"title": "Календарь 9", "five": 5}
