"""«Календари»: hours, days, norms and ready-made limits; whose limit moves is said before, and no start ever does."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.admin.year import months
from otklik.desk.tests.forms import confirm, seen
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at
from otklik.journal.models import Entry
from otklik.people.models import Role
from otklik.routing import calendars, clocks
from otklik.routing.models import Calendar, Deadline, Extension, Norm
from otklik.routing.presets import PRESETS, Preset
from otklik.themes.models import Theme
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
LIST, SEVASTOPOL = "/admin/norms/presets/", "/admin/norms/presets/nine-four/"


def first_answer(**changed: str) -> dict[str, str]:
    return {"clock": "first_answer", "about": "", "hours": "2", "minutes": "", **changed}


def test_a_norm_says_whose_limit_moves_and_then_moves_it(town: Town, admin: Client) -> None:
    card = town.card(at=timezone.now() - timedelta(hours=3))
    before = Deadline.objects.get(incident=card, clock="first_answer")
    asked = admin.post("/admin/norms/addition/", first_answer()).content.decode()
    assert "первый ответ, все остальные темы: 2 ч подряд." in asked
    assert "Изменится срок у карточек: 1, из них сразу станут просроченными: 1." in asked
    assert not Norm.objects.exists()
    confirm(admin, "/admin/norms/addition/", first_answer())
    after = Deadline.objects.get(pk=before.pk)
    assert after.limit_at == card.started_at + timedelta(hours=2)
    assert (after.starts_at, after.working) == (before.starts_at, False)
    assert after.due_at == after.limit_at - clocks.WARN_BEFORE
    assert Norm.objects.get().minutes == 120
    confirm(admin, "/admin/norms/addition/", first_answer(hours="30"))
    assert Norm.objects.get().minutes == 1800
    assert Deadline.objects.get(pk=before.pk).limit_at == card.started_at + timedelta(hours=30)
    verbs = list(Entry.objects.exclude(verb__startswith="incident.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["norm.add", "norm.apply", "norm.edit", "norm.apply"]


def test_what_is_met_missed_cancelled_or_granted_stays(town: Town, admin: Client) -> None:
    now = timezone.now()
    for stamp in ("met_at", "missed_at", "cancelled_at"):
        Deadline.objects.filter(incident=town.card()).update(**{stamp: now})
    granted = town.card()
    Extension.objects.create(
        incident=granted, state="granted", until=date(2030, 1, 1), asked_by=town.admin, asked_at=now
    )
    limits = dict(Deadline.objects.exclude(incident=granted).values_list("pk", "limit_at"))
    final = Deadline.objects.get(incident=granted, clock="final_answer")
    confirm(admin, "/admin/norms/addition/", first_answer())
    confirm(admin, "/admin/norms/addition/", first_answer(clock="final_answer"))
    assert dict(Deadline.objects.exclude(incident=granted).values_list("pk", "limit_at")) == limits
    assert Deadline.objects.get(pk=final.pk).limit_at == final.limit_at
    assert not Deadline.objects.get(incident=granted, clock="first_answer").working


def test_limits_move_piece_by_piece_and_never_twice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "PIECE", 2)
    for _card in range(3):
        town.card()
    Norm.objects.create(clock="first_answer", minutes=77, working=False)
    Norm.objects.create(clock="final_answer", minutes=88, working=False)
    after, moved, pieces = 0, 0, 0
    while True:
        piece = calendars.move_limits(after, town.admin, timezone.now())
        after, moved, pieces = piece.last, moved + piece.moved, pieces + 1
        if not piece.left:
            break
    assert (moved, pieces) == (6, 3)
    assert calendars.move_limits(0, town.admin, timezone.now()).moved == 0
    assert Entry.objects.filter(verb="norm.apply").count() == 3


def test_a_norm_is_taken_away(town: Town, admin: Client) -> None:
    norm = Norm.objects.create(clock="first_answer", minutes=60, working=False)
    card = town.card()
    address = f"/admin/norms/{norm.pk}/removal/"
    assert_shows(page_at(admin, address), "Изменится срок у карточек: 1", ">Убрать</button>")
    admin.post(address)
    assert Norm.objects.exists()
    confirm(admin, address, {})
    assert admin.post(address, {"sure": "1"}).status_code == 404
    assert Deadline.objects.get(incident=card, clock="first_answer").working


def removal_of(admin: Client, norm: Norm) -> str:
    return page_at(admin, f"/admin/norms/{norm.pk}/removal/")


def test_a_removal_says_truly_what_will_hold(town: Town, admin: Client) -> None:
    make = Norm.objects.create
    common = make(clock="first_answer", minutes=60)
    asked = removal_of(admin, common)
    assert "Более общего срока нет. Будет действовать встроенный: 8 ч рабочего времени." in asked
    assert "Для фасттрека тоже встроенный: 4 ч рабочего времени." in asked
    fast = make(clock="first_answer", fast_track=True, minutes=30, working=False)
    assert "фасттрека" not in removal_of(admin, common)
    assert "более общий срок: все остальные темы, 1 ч рабочего времени." in removal_of(admin, fast)
    own = make(clock="first_answer", theme=town.pipe, minutes=90)
    assert "более общий срок: все остальные темы, 1 ч рабочего времени." in removal_of(admin, own)
    Theme.objects.filter(pk=town.pipe.pk).update(fast_track=True)
    assert "более общий срок: фасттрек, 30 мин подряд." in removal_of(admin, own)
    final = make(clock="final_answer", minutes=60)
    assert_shows(removal_of(admin, final), "встроенный: 24 ч рабочего времени.", hides=["фасттрека"])


def test_built_in_limits_stand_on_the_page_while_they_hold(town: Town, admin: Client) -> None:
    def shown() -> list[tuple[int, str, str]]:
        return [(one.pk, one.title, one.spent) for one in admin.get("/admin/calendars/").context["norms"]]

    final = (0, "итоговый ответ, все остальные темы", "24 ч рабочего времени")
    fast = (0, "первый ответ, фасттрек", "4 ч рабочего времени")
    assert shown() == [(0, "первый ответ, все остальные темы", "8 ч рабочего времени"), fast, final]
    assert "встроенный" in page_at(admin, "/admin/calendars/")
    common = Norm.objects.create(clock="first_answer", minutes=60)
    assert shown() == [(common.pk, "первый ответ, все остальные темы", "1 ч рабочего времени"), final]
    Norm.objects.create(clock="final_answer", minutes=60)
    assert all(pk for pk, _title, _spent in shown())


def test_a_limit_that_is_there_is_told_before_it_is_replaced(town: Town, admin: Client) -> None:
    norm = Norm.objects.create(clock="first_answer", minutes=60)
    words = "первый ответ, все остальные темы: сейчас 1 ч рабочего времени, станет 2 ч подряд."
    assert words in admin.post("/admin/norms/addition/", first_answer()).content.decode()
    address = f"/admin/norms/{norm.pk}/"
    assert words in admin.post(address, first_answer(seen=seen(admin, address))).content.decode()
    # Out of the form of one norm another one is written: what stands is told of that one.
    other = first_answer(clock="final_answer", seen=seen(admin, address))
    assert "итоговый ответ, все остальные темы: 2 ч подряд." in admin.post(address, other).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hours": "0", "minutes": "0"}, "ноль минут"),
        ({"hours": "9" * 5000}, "от 0 до 2000"),
        ({"hours": "-1"}, "от 0 до 2000"),
        ({"minutes": "60"}, "от 0 до 59"),
        ({"clock": "promise"}, "Такого в списке нет"),
        ({"about": "t999"}, "Такого в списке нет"),
        ({"about": f"g{1}"}, "Такого в списке нет"),
    ],
)
def test_what_cannot_be_a_norm_is_told(admin: Client, changed: dict[str, str], said: str) -> None:
    assert_answers(admin.post("/admin/norms/addition/", first_answer(**changed, sure="1")), 422, said)
    assert not Norm.objects.exists()


def test_hours_and_days_change_the_calendar(town: Town, admin: Client) -> None:
    person("second-admin", Role.ADMINISTRATOR)
    wrong = admin.post("/admin/calendars/hours/", {"opens": "18:00", "closes": "09:00", "sure": "1"})
    assert wrong.status_code == 422
    for hours in ("25", "-1", "x", "1" * 300):
        day = {"day": "2026-12-31", "hours": hours, "sure": "1"}
        assert admin.post("/admin/calendars/day/", day).status_code == 422
    assert not Calendar.objects.exists()
    nine = {"opens": "09:00", "closes": "18:00", "seen": seen(admin, "/admin/calendars/hours/")}
    asked = admin.post("/admin/calendars/hours/", nine).content.decode()
    assert_shows(asked, "Рабочий день: 09:00–18:00.", "Сейчас: 08:30–17:30.")
    assert not Calendar.objects.exists()
    admin.post("/admin/calendars/hours/", {**nine, "sure": "1"})
    confirm(admin, "/admin/calendars/day/", {"day": "2026-12-31", "hours": "0"})
    confirm(admin, "/admin/calendars/day/", {"day": "2026-12-30", "hours": "5"})
    kept = Calendar.objects.get()
    assert (kept.default, kept.opens, kept.closes) == (True, time(9), time(18))
    assert kept.special_days == {"2026-12-30": 5, "2026-12-31": 0}
    assert_shows(page_at(admin, "/admin/calendars/?year=2026"), "30 работаем 5 ч", "31 выходной")
    asked = admin.post("/admin/calendars/day/", {"day": "2026-12-31", "hours": ""}).content.decode()
    assert_shows(asked, "31.12.2026: как в производственном календаре.", "Сейчас: выходной.")
    confirm(admin, "/admin/calendars/day/", {"day": "2026-12-31", "hours": ""})
    assert Calendar.objects.get().special_days == {"2026-12-30": 5}
    assert Entry.objects.filter(verb="calendar.edit").count() == 4


def test_a_year_tells_holidays_and_short_days(town: Town) -> None:
    november = months(clocks.work_week(), 2026)[10]
    assert november.worked == 20
    assert [words for words, _own in november.days] == ["3 работаем 8 ч", "4 выходной"]


def limits() -> dict[int, object]:
    return dict(Deadline.objects.values_list("pk", "limit_at"))


def test_a_preset_says_what_changes_and_touches_no_clock_that_runs(town: Town, admin: Client) -> None:
    own = Norm.objects.create(clock="first_answer", theme=town.hole, minutes=90)
    common = Norm.objects.create(clock="first_answer", minutes=8 * 60)
    fast = Norm.objects.create(clock="first_answer", fast_track=True, minutes=60)
    town.card(at=timezone.now() - timedelta(hours=1))
    before = limits()
    asked = page_at(admin, "/admin/norms/presets/nine/")
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
    assert "действует" in page_at(admin, LIST)
    assert "Эти сроки уже действуют" in page_at(admin, "/admin/norms/presets/nine/")


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
    assert f'value="whole{group.pk}" selected' in page_at(admin, address)
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
    assert "Более общего срока нет. Будет действовать встроенный" in page_at(admin, f"{address}removal/")


def test_two_norms_that_both_fit_are_told_with_the_one_that_wins(town: Town, admin: Client) -> None:
    Norm.objects.create(clock="first_answer", theme=town.hole, minutes=90)
    Norm.objects.create(clock="first_answer", priority=4, minutes=60)
    shown = page_at(admin, "/admin/calendars/")
    first, second = "первый ответ, Ямы на дорогах", "первый ответ, все остальные темы, срочность от 4"
    assert f"«{first}» важнее, чем «{second}»." in shown


def test_an_agencys_clock_and_the_wait_for_an_author_are_norms_too(town: Town, admin: Client) -> None:
    assert "На вопрос автору отводится 48 ч подряд." in page_at(admin, "/admin/calendars/")
    for clock in ("agency", "clarification"):
        confirm(admin, "/admin/norms/addition/", {"clock": clock, "about": "", "hours": "8", "minutes": ""})
    shown = page_at(admin, "/admin/calendars/")
    assert_shows(shown, "Ответ ведомства, все остальные темы", "На вопрос автору отводится 8 ч подряд.")
    agency = Norm.objects.get(clock="agency")
    assert "у таких карточек не будет срока ответа ведомства" in page_at(admin, f"/admin/norms/{agency.pk}/removal/")
