from datetime import time

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONObject

from otklik.lib import often
from otklik.lib.address import safe_address
from otklik.lib.each import PIECE, update_each
from otklik.lib.ids import Ids
from otklik.lib.insert import insert
from otklik.lib.kept import STAND_IN, in_place, keep, keep_rows, stand_ins
from otklik.lib.often import Often
from otklik.routing.models import Calendar, Norm
from tests.make import places

NO_ADDRESSES = (
    *("", "javascript:alert(1)", "data:text/html,x", "ftp://host/file", "//host/path", "https:///path", "https://[::1"),
    *("https://user:pass@host/", "https://user@host/", "https://host:99999/", "https://host/\r\nSet-Cookie: x"),
    *("https://host/a b", 'https://host/"onclick="x', "https://host/<script>", "https://host/\u202egnp.exe"),
    "https://host/" + "a" * 2000,
)


def test_a_plain_web_address_passes_and_anything_else_is_no_address() -> None:
    for address in ("https://vk.com/wall-1_2?reply=3", "http://127.0.0.1:8100/vk/wall-1"):
        assert safe_address(address) == address
    assert [address for address in NO_ADDRESSES if safe_address(address)] == []


def test_so_many_within_the_window_and_then_when_the_first_has_left_it() -> None:
    window = Often(seconds=60)
    assert [window.wait("a", 2, now) for now in (0, 10)] == [0, 0]
    assert window.wait("a", 2, 30) == 30
    assert window.wait("a", 2, 59.5) == 0.5, "a refused ask does not count"
    assert window.wait("b", 2, 59.5) == 0
    assert window.wait("a", 2, 60) == 0
    assert window.wait("a", 2, 61) == 9
    window.forget()
    assert window.wait("a", 2, 61) == 0, "all begin anew"
    for number in range(often.MOST_KEYS + 5):
        window.wait(str(number), 1, 0)
    assert len(window._asked) <= often.MOST_KEYS, "nobody fills the memory with keys"


@pytest.mark.django_db
def test_rows_with_taken_ids_stand_beside_others_and_the_id_of_a_row_that_is_gone_is_not_given_again() -> None:
    first = Group.objects.create(name="первая")
    ids = Ids([Group])
    with transaction.atomic():
        ids.begin()
        insert(Group, [Group(pk=ids.take(Group), name=f"метка {number}") for number in range(300)])
    last = Group.objects.create(name="последняя")
    assert Group.objects.count() == 302
    assert first.pk < min(Group.objects.filter(name__startswith="метка").values_list("pk", flat=True))
    assert last.pk not in {first.pk, *Group.objects.filter(name__startswith="метка").values_list("pk", flat=True)}
    Group.objects.all().delete()
    ids = Ids([Group])
    ids.begin()
    assert ids.take(Group) > last.pk


@pytest.mark.django_db
def test_the_values_of_the_day_take_the_places_of_their_stand_ins() -> None:
    Calendar.objects.all().delete()
    made = [
        Calendar.objects.create(title=f"Календарь {hour}", opens=time(hour), special_days={"hour": hour})
        for hour in (8, 9, 10)
    ]

    def question(*ids: int) -> QuerySet[Calendar, tuple[object, ...]]:
        words = JSONObject(title="title", five=Value(5))
        chosen = Calendar.objects.filter(pk__in=ids).order_by("pk").annotate(words=words)
        return chosen.values_list("pk", "title", "opens", "special_days", "default", "words")

    kept = keep(question(STAND_IN, STAND_IN - 1))
    assert kept.ask({STAND_IN: made[0].pk, STAND_IN - 1: made[2].pk}) == list(question(made[0].pk, made[2].pk))
    assert kept.ask({STAND_IN: made[1].pk, STAND_IN - 1: made[1].pk}) == list(question(made[1].pk))
    assert kept.ask({}) == []
    (row,) = kept.ask({STAND_IN: made[1].pk})
    assert row[2:] == (time(9), {"hour": 9}, made[1].default, {"title": "Календарь 9", "five": 5})


@pytest.mark.django_db
def test_kept_rows_come_whole_with_what_is_read_along_with_them() -> None:
    themes = [places.theme(), places.theme()]
    norms = [Norm.objects.create(clock="agency", minutes=minutes, theme=themes[0]) for minutes in (5, 7)]
    norms.append(Norm.objects.create(clock="agency", minutes=9))

    def question(*ids: int) -> QuerySet[Norm]:
        chosen = Norm.objects.filter(pk__in=ids).order_by("-pk").select_related("theme__group", "place")
        return chosen.annotate(doubled=F("minutes") * 2)

    kept = keep_rows(question(*stand_ins(2)))
    for wanted in ([norms[0].pk, norms[2].pk], [norms[1].pk, 0]):
        made, django = kept.ask(in_place(wanted)), list(question(*wanted))
        for theirs, ours in zip(django, made, strict=True):
            assert vars(ours).keys() == vars(theirs).keys()
            assert {name: value for name, value in vars(ours).items() if name != "_state"} == {
                name: value for name, value in vars(theirs).items() if name != "_state"
            }
            assert vars(ours._state) == vars(theirs._state)
            assert ours.theme is None or ours.theme.group == themes[0].group


@pytest.mark.django_db
def test_each_of_many_rows_gets_its_own_numbers_and_no_other_row_any() -> None:
    theme = places.theme()
    Norm.objects.bulk_create(Norm(clock="agency", minutes=1, theme=theme) for _norm in range(PIECE + 3))
    first, second, *many, last = Norm.objects.order_by("pk").values_list("pk", flat=True)
    wanted = {pk: (pk + 5, None) for pk in many} | {first: (7, theme.pk), last + 1: (9, None)}
    update_each(Norm, ["minutes", "theme"], wanted)
    update_each(Norm, ["priority"], {last: (3,)})
    update_each(Norm, ["theme"], {})
    rows = Norm.objects.order_by("pk").values_list("pk", "minutes", "theme", "priority")
    as_before = [(second, 1, theme.pk, 0), (last, 1, theme.pk, 3)]
    assert sorted(rows) == sorted([(first, 7, theme.pk, 0), *((pk, pk + 5, None, 0) for pk in many), *as_before])
