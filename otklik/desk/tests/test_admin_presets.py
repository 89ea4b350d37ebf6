"""Ready-made limits, and norms by urgency, group, place and network. What runs at a citizen's stays as it is."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.forms import confirm, seen
from otklik.desk.tests.pages import assert_shows
from otklik.journal.models import Entry
from otklik.people.models import Role
from otklik.routing import calendars, clocks
from otklik.routing.models import Deadline, Norm
from otklik.routing.presets import PRESETS, Preset
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
LIST, SEVASTOPOL = "/admin/norms/presets/", "/admin/norms/presets/nine-four/"


def limits() -> dict[int, object]:
    return dict(Deadline.objects.values_list("pk", "limit_at"))


def test_presets_are_for_an_administrator_of_the_whole_region_alone(town: Town) -> None:
    for address in (LIST, SEVASTOPOL):
        for user in (town.water_admin, town.auditor, town.operator, town.stranger):
            assert signed_in(user).get(address).status_code == 403
            assert signed_in(user).post(address, {"sure": "1"}).status_code in (403, 405)
        assert signed_in(town.admin).get(address).status_code == 200
    assert signed_in(town.admin).get(f"{LIST}nowhere/").status_code == 404
    assert not Norm.objects.exists()


def test_a_preset_says_what_changes_and_touches_no_clock_that_runs(town: Town, admin: Client) -> None:
    own = Norm.objects.create(clock="first_answer", theme=town.hole, minutes=90)
    common = Norm.objects.create(clock="first_answer", minutes=8 * 60)
    fast = Norm.objects.create(clock="first_answer", fast_track=True, minutes=60)
    town.card(at=timezone.now() - timedelta(hours=1))
    before = limits()
    asked = admin.get("/admin/norms/presets/nine/").content.decode()
    assert "Хакасия, 2021 год." in asked
    assert "Первый ответ, все остальные темы: сейчас 8 ч рабочего времени, станет 9 ч рабочего времени." in asked
    assert "Перестанет действовать: первый ответ, фасттрек, 1 ч рабочего времени." in asked
    assert "Сроки для отдельных тем, мест и сетей останутся: 1." in asked
    assert "Сроки, которые уже идут у жителей, не изменятся" in asked
    confirm(admin, "/admin/norms/presets/nine/", {})
    in_force = Norm.objects.filter(until=None)
    assert {(norm.theme_id, norm.minutes) for norm in in_force} == {(own.theme_id, 90), (None, 540)}
    assert set(Norm.objects.exclude(until=None).values_list("pk", flat=True)) == {common.pk, fast.pk}
    calendars.move_limits(0, town.admin, timezone.now())
    assert limits() == before, "nor does what is reckoned anew later"
    fresh = town.card(at=timezone.now() + timedelta(minutes=1))
    assert clocks.norm_for("first_answer", town.pipe) == (540, True)
    assert Deadline.objects.get(incident=fresh, clock="first_answer").working
    assert Entry.objects.filter(verb="norm.preset").count() == 1
    assert "действует" in admin.get(LIST).content.decode()
    assert "Эти сроки уже действуют" in admin.get("/admin/norms/presets/nine/").content.decode()


def test_of_two_who_choose_the_second_is_told(town: Town, admin: Client) -> None:
    kept = {one.name: one.value for one in admin.get(SEVASTOPOL).context["sure"].kept}
    confirm(signed_in(person("second-admin", Role.ADMINISTRATOR)), "/admin/norms/presets/day/", {})
    admin.post(SEVASTOPOL, {**kept, "sure": "1"})
    admin.post(SEVASTOPOL, {"sure": "1"})
    assert [norm.minutes for norm in Norm.objects.filter(until=None)] == [24 * 60]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.code)
def test_every_preset_can_be_chosen_after_every_other(town: Town, admin: Client, preset: Preset) -> None:
    for one in (*PRESETS, preset):
        confirm(admin, f"{LIST}{one.code}/", {})
    held = Norm.objects.filter(until=None, clock="first_answer")
    wanted = sorted(norm.minutes for norm in preset.norms if norm.clock == "first_answer")
    assert sorted(norm.minutes for norm in held) == wanted


def test_a_norm_may_ask_for_urgency_group_place_and_network(town: Town, admin: Client) -> None:
    group, village = town.pipe.group, town.village
    given = {"clock": "first_answer", "hours": "2", "minutes": ""}
    narrow = {"about": f"whole{group.pk}", "priority": "4", "place": str(village.pk), "network": "vk"}
    asked = admin.post("/admin/norms/addition/", {**given, **narrow}).content.decode()
    assert "первый ответ, группа «ЖКХ», срочность от 4, Село, ВКонтакте: 2 ч подряд." in asked
    confirm(admin, "/admin/norms/addition/", {**given, **narrow})
    confirm(admin, "/admin/norms/addition/", {**given, "about": "", "network": "ok"})
    norm = Norm.objects.get(network="vk")
    assert (norm.group, norm.priority, norm.place, norm.theme) == (group, 4, village, None)
    address = f"/admin/norms/{norm.pk}/"
    assert f'value="whole{group.pk}" selected' in admin.get(address).content.decode()
    confirm(admin, address, {**given, **narrow, "hours": "3", "seen": seen(admin, address)})
    assert Norm.objects.count() == 2
    for broken in (
        {"priority": "6"},
        {"priority": "x"},
        {"network": "nowhere"},
        {"place": "999999"},
        {"about": "whole0"},
    ):
        answer = admin.post("/admin/norms/addition/", {**given, **broken, "sure": "1"})
        assert answer.status_code == 422, broken
    assert "Более общего срока нет. Будет действовать встроенный" in admin.get(f"{address}removal/").content.decode()


def test_two_norms_that_both_fit_are_told_with_the_one_that_wins(town: Town, admin: Client) -> None:
    Norm.objects.create(clock="first_answer", theme=town.hole, minutes=90)
    Norm.objects.create(clock="first_answer", priority=4, minutes=60)
    shown = admin.get("/admin/calendars/").content.decode()
    first, second = "первый ответ, Ямы на дорогах", "первый ответ, все остальные темы, срочность от 4"
    assert f"«{first}» важнее, чем «{second}»." in shown


def test_an_agencys_clock_and_the_wait_for_an_author_are_norms_too(town: Town, admin: Client) -> None:
    assert "На вопрос автору отводится 48 ч подряд." in admin.get("/admin/calendars/").content.decode()
    for clock in ("agency", "clarification"):
        confirm(admin, "/admin/norms/addition/", {"clock": clock, "about": "", "hours": "8", "minutes": ""})
    shown = admin.get("/admin/calendars/").content.decode()
    assert_shows(shown, "Ответ ведомства, все остальные темы", "На вопрос автору отводится 8 ч подряд.")
    agency = Norm.objects.get(clock="agency")
    removal = admin.get(f"/admin/norms/{agency.pk}/removal/").content.decode()
    assert "у таких карточек не будет срока ответа ведомства" in removal
