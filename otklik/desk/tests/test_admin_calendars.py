"""«Календари»: hours, days, norms and ready-made limits; whose limit moves is said before, and no start ever does."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.admin.calendars import months
from otklik.desk.tests.forms import agreed, confirm, seen
from otklik.desk.tests.kinds import WEEK
from otklik.desk.tests.pages import assert_answers, assert_shows, journal_verbs, page_at, reread
from otklik.journal.models import Entry, Reason
from otklik.people.models import Agency, Role
from otklik.routing import calendars, clocks
from otklik.routing.models import AgencyCalendar, Calendar, Deadline, Extension, Norm
from otklik.routing.presets import PRESETS
from otklik.routing.weeks import weeks_now
from otklik.themes.models import Theme
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDING, LIST, SEVASTOPOL = "/admin/norms/addition/", "/admin/norms/presets/", "/admin/norms/presets/nine-four/"
PAGE, OF_AGENCIES = "/admin/calendars/", "/admin/calendars/agencies/"


def first_answer(**changed: str) -> dict[str, str]:
    return {"clock": "first_answer", "about": "", "hours": "2", "minutes": "", **changed}


def limits() -> dict[int, object]:
    return dict(Deadline.objects.values_list("pk", "limit_at"))


def test_a_norm_says_whose_limit_moves_and_then_moves_it(town: Town, admin: Client) -> None:
    card = town.card(at=timezone.now() - timedelta(hours=3))
    before = Deadline.objects.get(incident=card, clock="first_answer")
    moves = "Изменится срок у карточек: 1, из них сразу станут просроченными: 1."
    assert_answers(admin.post(ADDING, first_answer()), 200, "первый ответ, все остальные темы: 2 ч подряд.", moves)
    assert not Norm.objects.exists()
    confirm(admin, ADDING, first_answer())
    after = Deadline.objects.get(pk=before.pk)
    assert after.limit_at == card.started_at + timedelta(hours=2)
    assert (after.starts_at, after.working) == (before.starts_at, False)
    assert after.due_at == after.limit_at - clocks.WARN_BEFORE
    assert Norm.objects.get().minutes == 120
    confirm(admin, ADDING, first_answer(hours="30"))
    assert Norm.objects.get().minutes == 1800
    assert reread(after).limit_at == card.started_at + timedelta(hours=30)
    assert journal_verbs(incident=None) == ["norm.add", "norm.apply", "norm.edit", "norm.apply"]


def test_what_is_met_missed_cancelled_or_granted_stays(town: Town, admin: Client) -> None:
    now = timezone.now()
    for stamp in ("met_at", "missed_at", "cancelled_at"):
        Deadline.objects.filter(incident=town.card()).update(**{stamp: now})
    granted = town.card()
    asked = {"state": "granted", "until": date(2030, 1, 1), "asked_by": town.admin, "asked_at": now}
    Extension.objects.create(incident=granted, **asked)
    kept = dict(Deadline.objects.exclude(incident=granted, clock="first_answer").values_list("pk", "limit_at"))
    for clock in ("first_answer", "final_answer"):
        confirm(admin, ADDING, first_answer(clock=clock))
    assert {pk: limit for pk, limit in limits().items() if pk in kept} == kept
    assert not Deadline.objects.get(incident=granted, clock="first_answer").working


def test_limits_move_piece_by_piece_and_never_twice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "PIECE", 2)
    for _card in range(3):
        town.card()
    for clock, minutes in (("first_answer", 77), ("final_answer", 88)):
        Norm.objects.create(clock=clock, minutes=minutes, working=False)
    after, left, moved = 0, 1, list[int]()
    while left:
        piece = calendars.move_limits(after, town.admin, timezone.now())
        after, left, moved = piece.last, piece.left, [*moved, piece.moved]
    assert (sum(moved), len(moved)) == (6, 3)
    assert calendars.move_limits(0, town.admin, timezone.now()).moved == 0
    assert Entry.objects.filter(verb="norm.apply").count() == 3


def test_a_removal_moves_the_limits_and_says_truly_what_will_hold(town: Town, admin: Client) -> None:
    make = Norm.objects.create

    def removal_of(norm: Norm) -> str:
        return page_at(admin, f"/admin/norms/{norm.pk}/removal/")

    by_the_wall = make(clock="first_answer", minutes=60, working=False)
    card, address = town.card(), f"/admin/norms/{by_the_wall.pk}/removal/"
    assert "Изменится срок у карточек: 1" in removal_of(by_the_wall)
    confirm(admin, address, {})
    assert admin.post(address, {"sure": "1"}).status_code == 404
    assert Deadline.objects.get(incident=card, clock="first_answer").working
    common = make(clock="first_answer", minutes=60)
    assert_shows(
        *(removal_of(common), "Более общего срока нет. Будет действовать встроенный: 8 ч рабочего времени."),
        "Для фасттрека тоже встроенный: 4 ч рабочего времени.",
    )
    fast = make(clock="first_answer", fast_track=True, minutes=30, working=False)
    assert "фасттрека" not in removal_of(common)
    own = make(clock="first_answer", theme=town.pipe, minutes=90)
    for norm in (fast, own):
        assert "более общий срок: все остальные темы, 1 ч рабочего времени." in removal_of(norm)
    Theme.objects.filter(pk=town.pipe.pk).update(fast_track=True)
    assert "более общий срок: фасттрек, 30 мин подряд." in removal_of(own)
    final = make(clock="final_answer", minutes=60)
    assert_shows(removal_of(final), "встроенный: 24 ч рабочего времени.", hides=["фасттрека"])


def test_built_in_limits_stand_on_the_page_while_they_hold(town: Town, admin: Client) -> None:
    def shown() -> list[tuple[int, str, str]]:
        return [(one.pk, one.title, one.spent) for one in admin.get(PAGE).context["norms"]]

    final = (0, "итоговый ответ, все остальные темы", "24 ч рабочего времени")
    fast = (0, "первый ответ, фасттрек", "4 ч рабочего времени")
    half = "половина срока первого ответа: %s рабочего времени"
    again = (0, "повторный ответ, все остальные темы", half % "4 ч"), (0, "повторный ответ, фасттрек", half % "2 ч")
    assert shown() == [(0, "первый ответ, все остальные темы", "8 ч рабочего времени"), fast, final, *again]
    assert_shows(page_at(admin, PAGE), "встроенный", "На вопрос жителю отводится 48 ч подряд.")
    common = Norm.objects.create(clock="first_answer", minutes=60)
    spent = "1 ч рабочего времени"
    assert shown() == [
        *((common.pk, "первый ответ, все остальные темы", spent), final),
        (0, "повторный ответ, все остальные темы", half % "30 мин"),
    ]
    for clock in ("final_answer", "second_answer"):
        Norm.objects.create(clock=clock, minutes=60)
    assert all(pk for pk, _title, _spent in shown())
    for clock in ("agency", "clarification"):
        confirm(admin, ADDING, first_answer(clock=clock, hours="8"))
    words = ("Ответ ведомства, все остальные темы", "На вопрос жителю отводится 8 ч подряд.")
    assert_shows(page_at(admin, PAGE), *words)
    agency = Norm.objects.get(clock="agency")
    assert "у таких карточек не будет срока ответа ведомства" in page_at(admin, f"/admin/norms/{agency.pk}/removal/")


def test_a_limit_that_is_there_is_told_before_it_is_replaced(town: Town, admin: Client) -> None:
    address = f"/admin/norms/{Norm.objects.create(clock='first_answer', minutes=60).pk}/"
    mark, words = (
        seen(admin, address),
        "первый ответ, все остальные темы: сейчас 1 ч рабочего времени, станет 2 ч подряд.",
    )
    for where in (ADDING, address):
        assert_answers(admin.post(where, first_answer(seen=mark)), 200, words)
    # Out of the form of one norm another one is written: what stands is told of that one.
    other = admin.post(address, first_answer(clock="final_answer", seen=mark))
    assert_answers(other, 200, "итоговый ответ, все остальные темы: 2 ч подряд.")


def test_a_norm_may_ask_for_urgency_group_place_and_network(town: Town, admin: Client) -> None:
    group, village = town.pipe.group, town.village
    narrow = {"about": f"whole{group.pk}", "priority": "4", "place": str(village.pk), "network": "vk"}
    words = "первый ответ, группа «ЖКХ», срочность от 4, Село, ВКонтакте: 2 ч подряд."
    assert_answers(admin.post(ADDING, first_answer(**narrow)), 200, words)
    confirm(admin, ADDING, first_answer(**narrow))
    confirm(admin, ADDING, first_answer(network="ok"))
    norm = Norm.objects.get(network="vk")
    assert (norm.group, norm.priority, norm.place, norm.theme) == (group, 4, village, None)
    address = f"/admin/norms/{norm.pk}/"
    assert f'value="whole{group.pk}" selected' in page_at(admin, address)
    confirm(admin, address, first_answer(**narrow, seen=seen(admin, address)) | {"hours": "3"})
    assert Norm.objects.count() == 2
    assert "Более общего срока нет. Будет действовать встроенный" in page_at(admin, f"{address}removal/")
    # Of two that both fit the page tells the one that wins.
    Norm.objects.create(clock="first_answer", theme=town.hole, minutes=90)
    Norm.objects.create(clock="first_answer", priority=4, minutes=60)
    first, second = "первый ответ, Ямы на дорогах", "первый ответ, все остальные темы, срочность от 4"
    assert f"«{first}» важнее, чем «{second}»." in page_at(admin, PAGE)


def test_hours_and_days_change_the_calendar(town: Town, admin: Client) -> None:
    hours, day = f"{PAGE}hours/", f"{PAGE}day/"
    for wrong in ("25", "-1", "x", "1" * 300):
        assert admin.post(day, {"day": "2026-12-31", "hours": wrong, "sure": "1"}).status_code == 422
    nine = {"opens": "09:00", "closes": "18:00", "seen": seen(admin, hours)}
    assert_answers(admin.post(hours, nine), 200, "Рабочий день: 09:00–18:00.", "Сейчас: 08:30–17:30.")
    assert not Calendar.objects.exists()
    admin.post(hours, {**nine, "sure": "1"})
    confirm(admin, day, {"day": "2026-12-31", "hours": "0"})
    confirm(admin, day, {"day": "2026-12-30", "hours": "5"})
    kept = Calendar.objects.get()
    assert (kept.default, kept.opens, kept.closes) == (True, time(9), time(18))
    assert kept.special_days == {"2026-12-30": 5, "2026-12-31": 0}
    assert_shows(page_at(admin, f"{PAGE}?year=2026"), "30 работаем 5 ч", "31 выходной")
    as_usual = {"day": "2026-12-31", "hours": ""}
    words = ("31.12.2026: как в производственном календаре.", "Сейчас: выходной.")
    assert_answers(admin.post(day, as_usual), 200, *words)
    confirm(admin, day, as_usual)
    assert Calendar.objects.get().special_days == {"2026-12-30": 5}
    assert Entry.objects.filter(verb="calendar.edit").count() == 4
    november = months(clocks.work_week(), 2026)[10]
    assert november.worked == 20
    assert [words for words, _own in november.days] == ["3 работаем 8 ч", "4 выходной"]


def test_a_preset_says_what_changes_and_touches_no_clock_that_runs(town: Town, admin: Client) -> None:
    own = Norm.objects.create(clock="first_answer", theme=town.hole, minutes=90)
    common = Norm.objects.create(clock="first_answer", minutes=8 * 60)
    fast = Norm.objects.create(clock="first_answer", fast_track=True, minutes=60)
    town.card(at=timezone.now() - timedelta(hours=1))
    before, nine = limits(), f"{LIST}nine/"
    assert_shows(
        *(page_at(admin, nine), "Хакасия, 2021 год.", "Сроки, которые уже идут у жителей, не изменятся"),
        "Первый ответ, все остальные темы: сейчас 8 ч рабочего времени, станет 9 ч рабочего времени.",
        "Повторный ответ, все остальные темы: 4 ч 30 мин рабочего времени.",
        "Перестанет действовать: первый ответ, фасттрек, 1 ч рабочего времени.",
        "Сроки для отдельных тем, мест и сетей останутся: 1.",
    )
    confirm(admin, nine, {})
    in_force = Norm.objects.filter(until=None)
    assert {(norm.theme_id, norm.minutes) for norm in in_force} == {(own.theme_id, 90), (None, 540), (None, 270)}
    assert set(Norm.objects.exclude(until=None).values_list("pk", flat=True)) == {common.pk, fast.pk}
    calendars.move_limits(0, town.admin, timezone.now())
    assert limits() == before, "nor does what is reckoned anew later"
    fresh = town.card(at=timezone.now() + timedelta(minutes=1))
    assert clocks.norm_for("first_answer", town.pipe) == (540, True)
    assert Deadline.objects.get(incident=fresh, clock="first_answer").working
    assert Entry.objects.filter(verb="norm.preset").count() == 1
    assert "действует" in page_at(admin, LIST)
    assert "Эти сроки уже действуют" in page_at(admin, nine)


def test_every_preset_follows_every_other_and_of_two_who_choose_the_second_is_told(town: Town, admin: Client) -> None:
    kept = {one.name: one.value for one in admin.get(SEVASTOPOL).context["sure"].kept}
    confirm(signed_in(person("second-admin", Role.ADMINISTRATOR)), f"{LIST}day/", {})
    admin.post(SEVASTOPOL, {**kept, "sure": "1"})
    admin.post(SEVASTOPOL, {"sure": "1"})
    assert [norm.minutes for norm in Norm.objects.filter(until=None)] == [24 * 60, 12 * 60]
    for preset in [one for last in PRESETS for one in (*PRESETS, last)]:
        confirm(admin, f"{LIST}{preset.code}/", {})
        wanted = sorted(norm.minutes for norm in preset.norms if norm.clock == "first_answer")
        for clock, minutes in (("first_answer", wanted), ("second_answer", [one // 2 for one in wanted])):
            assert sorted(norm.minutes for norm in Norm.objects.filter(until=None, clock=clock)) == minutes


# Days and lunch of the region, and calendars that agencies have of their own.
def agree(client: Client, address: str, fields: dict[str, Any]) -> str:
    """Be asked, say yes; what was asked. What is ticked is sent along as a list."""
    asked = client.post(address, {**fields, "seen": seen(client, address)})
    kept: dict[str, list[str]] = {}
    for one in asked.context["sure"].kept:
        kept.setdefault(one.name, []).append(str(one.value))
    assert client.post(address, {**kept, "sure": "1"}).status_code == 302
    return asked.content.decode()


def own(**changed: Any) -> dict[str, Any]:
    return {"opens": "09:00", "closes": "18:00", **WEEK, **changed}


def test_days_and_lunch_say_whose_limit_moves_and_move_it(town: Town, admin: Client) -> None:
    Norm.objects.create(clock="first_answer", minutes=8 * 60)
    friday = timezone.localtime().replace(2026, 7, 3, 12, 0, 0, 0)
    card, lunch = town.card(at=friday), {"lunch_from": "13:00", "lunch_to": "14:00"}
    asked = agree(admin, f"{PAGE}week/", {**WEEK, **lunch, "weekdays": list("012345")})
    assert_shows(
        *(asked, "Станет: пн–сб, обед 13:00–14:00, с праздниками России.", "Изменится срок у карточек: 1"),
        "Сейчас: пн–пт, без обеда, с праздниками России.",
    )
    kept = Calendar.objects.get()
    assert (kept.weekdays, kept.holidays, kept.zone) == ([0, 1, 2, 3, 4, 5], True, "Europe/Moscow")
    moved = Deadline.objects.get(incident=card, clock="first_answer")
    assert (moved.starts_at, moved.limit_at) == (friday, friday.replace(day=4, hour=12))
    shown = page_at(admin, f"{PAGE}?year=2026")
    assert "пн–сб, обед 13:00–14:00, с праздниками России" in shown
    assert "4 работаем" not in shown, "a Saturday of six working days is nothing to tell"
    assert "пн–сб" in Reason.objects.get(entry__verb="calendar.week").text
    hours, mark = f"{PAGE}hours/", seen(admin, f"{PAGE}hours/")
    late = admin.post(hours, {"opens": "13:30", "closes": "20:00", "seen": mark, "sure": "1"})
    assert_answers(late, 422, "Обед 13:00–14:00 не помещается в такой день.")
    midnight = admin.post(hours, {"opens": "08:00", "closes": "00:00", "seen": mark})
    assert_answers(midnight, 200, "Рабочий день: 08:00–24:00.")


def test_an_agency_and_those_below_have_a_calendar_and_days_of_their_own(town: Town, admin: Client) -> None:
    water, adding = town.water, f"{OF_AGENCIES}addition/"
    round_the_clock = {"opens": "00:00", "closes": "00:00", "weekdays": list("0123456"), "holidays": ""}
    asked = agree(admin, adding, {"agency": str(water.pk), **own(**round_the_clock)})
    assert_shows(
        *(asked, "Водоканал: 00:00–24:00, пн–вс, без обеда, праздники рабочие."),
        "Так же считается всем, кто ниже и своего календаря не имеет: 1.",
        "Сроки, которые уже идут, не изменятся.",
    )
    assert weeks_now().of(Agency.objects.get(pk=town.pumps.pk)).usual_day == 24 * 3600
    twice = admin.post(adding, {"agency": str(water.pk), **own()})
    assert "У этого ведомства календарь уже есть" in twice.content.decode()
    agree(admin, f"{OF_AGENCIES}{water.pk}/", own(lunch_from="13:00", lunch_to="14:00"))
    assert Calendar.objects.count() == AgencyCalendar.objects.count() == 1
    assert weeks_now().of(water).usual_day == 8 * 3600
    assert "Водоканал" in page_at(admin, PAGE)
    removal = f"{OF_AGENCIES}{water.pk}/removal/"
    admin.post(removal, {**agreed(admin, removal, {}), "sure": "1"})
    assert not Calendar.objects.exists()
    assert not AgencyCalendar.objects.exists()
    assert journal_verbs() == ["calendar.own"] * 2 + ["calendar.remove"]
    address = f"{OF_AGENCIES}{water.pk}/days/"
    assert admin.get(address).status_code == 404, "it has no calendar of its own yet"
    agree(admin, f"{OF_AGENCIES}{water.pk}/", own())
    running, saturday, opened = limits(), {"day": "2026-12-05", "hours": "6"}, seen(admin, address)

    def press(**changed: str) -> int:
        return admin.post(address, {**saturday, "seen": seen(admin, address), **changed}).status_code

    assert press() == 302
    assert weeks_now().of(water).day_hours(date(2026, 12, 5)) == 6
    assert "5 декабря 2026" in page_at(admin, address)
    assert press(hours="7", seen=opened) == 409, "the days are not those that were seen"
    assert [press(hours="7"), press(hours="")] == [302, 302]
    assert Calendar.objects.get(agency_links__agency=water).special_days == {}
    entry_hours = Entry.objects.filter(verb="calendar.own_day").order_by("pk").values_list("data__hours", flat=True)
    assert list(entry_hours) == [6, 7, -1]
    assert limits() == running
    for wrong in ({"day": "5 декабря"}, {"day": "1999-01-01"}, {"hours": "25"}, {"hours": "-1"}):
        assert press(**wrong) == 422


def test_a_calendar_by_which_nobody_works_is_told_and_never_searched(town: Town, admin: Client) -> None:
    Calendar.objects.create(title="Рабочая неделя", default=True, weekdays=[])
    card = town.card(at=timezone.now() - timedelta(hours=1))
    assert Deadline.objects.get(incident=card, clock="first_answer").limit_at == card.created_at + timedelta(hours=8)
    assert "По этому календарю никто никогда не работает" in page_at(admin, PAGE)
