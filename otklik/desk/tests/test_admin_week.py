"""Working days, lunch and zone of the region; calendars of agencies. Bad input is refused with a sentence."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.forms import seen
from otklik.desk.tests.pages import assert_answers, page_at
from otklik.journal.models import Entry, Reason
from otklik.people.models import Agency
from otklik.routing.models import AgencyCalendar, Calendar, Deadline, Norm
from otklik.routing.weeks import weeks_now
from tests.make.town import Town

pytestmark = pytest.mark.django_db
WEEK, OWN = "/admin/calendars/week/", "/admin/calendars/agencies/"


def days(**changed: Any) -> dict[str, Any]:
    usual = {"weekdays": list("01234"), "lunch_from": "", "lunch_to": "", "holidays": "on", "zone": "Europe/Moscow"}
    return {**usual, **changed}


def hours(**changed: Any) -> dict[str, Any]:
    return {"opens": "09:00", "closes": "18:00", **days(**changed)}


def confirm(client: Client, address: str, given: dict[str, Any]) -> str:
    """Be asked, say yes; what was asked."""
    asked = client.post(address, {**given, "seen": seen(client, address)})
    kept: dict[str, list[str]] = {}
    for one in asked.context["sure"].kept:
        kept.setdefault(one.name, []).append(str(one.value))
    assert client.post(address, {**kept, "sure": "1"}).status_code == 302
    return asked.content.decode()


def test_days_and_lunch_say_whose_limit_moves_and_move_it(town: Town, admin: Client) -> None:
    Norm.objects.create(clock="first_answer", minutes=8 * 60)
    friday = timezone.localtime().replace(2026, 7, 3, 12, 0, 0, 0)
    card = town.card(at=friday)
    asked = confirm(admin, WEEK, days(weekdays=list("012345"), lunch_from="13:00", lunch_to="14:00"))
    assert "Станет: пн–сб, обед 13:00–14:00, с праздниками России." in asked
    assert "Сейчас: пн–пт, без обеда, с праздниками России." in asked
    assert "Изменится срок у карточек: 1" in asked
    kept = Calendar.objects.get()
    assert (kept.weekdays, kept.holidays, kept.zone) == ([0, 1, 2, 3, 4, 5], True, "Europe/Moscow")
    moved = Deadline.objects.get(incident=card, clock="first_answer")
    assert (moved.starts_at, moved.limit_at) == (friday, friday.replace(day=4, hour=12))
    shown = page_at(admin, "/admin/calendars/?year=2026")
    assert "пн–сб, обед 13:00–14:00, с праздниками России" in shown
    assert "4 работаем" not in shown, "a Saturday of six working days is nothing to tell"
    assert "пн–сб" in Reason.objects.get(entry__verb="calendar.week").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weekdays": []}, "Отметьте хотя бы один день"),
        ({"weekdays": ["7"]}, "Такого в списке нет"),
        ({"weekdays": ["x" * 5000]}, "Такого в списке нет"),
        ({"lunch_from": "13:00"}, "Укажите и начало, и конец обеда."),
        ({"lunch_to": "13:00"}, "Укажите и начало, и конец обеда."),
        ({"lunch_from": "07:00", "lunch_to": "08:00"}, "Обед должен быть внутри рабочего дня: 08:30–17:30."),
        ({"lunch_from": "17:00", "lunch_to": "18:00"}, "Обед должен быть внутри рабочего дня: 08:30–17:30."),
        ({"lunch_from": "08:30", "lunch_to": "17:30"}, "Обед должен быть внутри рабочего дня: 08:30–17:30."),
        ({"lunch_from": "14:00", "lunch_to": "13:00"}, "Обед должен быть внутри рабочего дня: 08:30–17:30."),
        ({"lunch_from": "25:00", "lunch_to": "13:00"}, "Это не время."),
        ({"zone": "Europe/Nowhere"}, "Такого в списке нет"),
        ({"zone": "../etc/passwd"}, "Такого в списке нет"),
    ],
)
def test_a_week_that_makes_no_sense_is_refused_with_a_sentence(
    town: Town, admin: Client, changed: dict[str, Any], said: str
) -> None:
    assert_answers(admin.post(WEEK, {**days(**changed), "seen": seen(admin, WEEK), "sure": "1"}), 422, said)
    assert not Calendar.objects.exists()


def test_hours_do_not_leave_lunch_outside(town: Town, admin: Client) -> None:
    confirm(admin, WEEK, days(lunch_from="13:00", lunch_to="14:00"))
    address = "/admin/calendars/hours/"
    answer = admin.post(address, {"opens": "13:30", "closes": "20:00", "seen": seen(admin, address), "sure": "1"})
    assert "Обед 13:00–14:00 не помещается в такой день." in answer.content.decode()
    assert answer.status_code == 422
    asked = admin.post(address, {"opens": "08:00", "closes": "00:00", "seen": seen(admin, address)}).content.decode()
    assert "Рабочий день: 08:00–24:00." in asked


def test_an_agency_has_a_calendar_of_its_own_and_so_have_those_below(town: Town, admin: Client) -> None:
    water = town.water
    round_the_clock = {"opens": "00:00", "closes": "00:00", "weekdays": list("0123456"), "holidays": ""}
    asked = confirm(admin, f"{OWN}addition/", {"agency": str(water.pk), **hours(**round_the_clock)})
    assert "Водоканал: 00:00–24:00, пн–вс, без обеда, праздники рабочие." in asked
    assert "Так же считается всем, кто ниже и своего календаря не имеет: 1." in asked
    assert "Сроки, которые уже идут, не изменятся." in asked
    assert weeks_now().of(Agency.objects.get(pk=town.pumps.pk)).usual_day == 24 * 3600
    twice = admin.post(f"{OWN}addition/", {"agency": str(water.pk), **hours()})
    assert "У этого ведомства календарь уже есть" in twice.content.decode()
    confirm(admin, f"{OWN}{water.pk}/", hours(lunch_from="13:00", lunch_to="14:00"))
    assert Calendar.objects.count() == AgencyCalendar.objects.count() == 1
    assert weeks_now().of(water).usual_day == 8 * 3600
    assert "Водоканал" in page_at(admin, "/admin/calendars/")
    address = f"{OWN}{water.pk}/removal/"
    kept = admin.post(address).context["sure"].kept
    assert admin.post(address, {"sure": "1", "seen": "old"}).status_code == 302
    assert AgencyCalendar.objects.exists(), "it was another one that was looked at"
    admin.post(address, {"sure": "1", **{one.name: one.value for one in kept}})
    assert not Calendar.objects.exists()
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == ["calendar.own"] * 2 + ["calendar.remove"]


def test_two_who_edit_one_calendar_do_not_undo_each_other(town: Town, admin: Client) -> None:
    for address, given in ((WEEK, days()), (f"{OWN}{town.water.pk}/", hours())):
        opened = seen(admin, address)
        confirm(admin, address, {**given, "weekdays": list("0123")})
        late = admin.post(address, {**given, "weekdays": list("01"), "seen": opened, "sure": "1"})
        assert_answers(late, 409, "Сейчас записано: пн, вт, ср, чт")


def test_a_calendar_by_which_nobody_works_is_told_and_never_searched(town: Town, admin: Client) -> None:
    Calendar.objects.create(title="Рабочая неделя", default=True, weekdays=[])
    at = timezone.now() - timedelta(hours=1)
    card = town.card(at=at)
    assert Deadline.objects.get(incident=card, clock="first_answer").limit_at == card.created_at + timedelta(hours=8)
    assert "По этому календарю никто никогда не работает" in page_at(admin, "/admin/calendars/")


def test_an_agency_has_days_of_its_own_that_move_no_running_clock(town: Town, admin: Client) -> None:
    water = town.water
    address = f"{OWN}{water.pk}/days/"
    assert admin.get(address).status_code == 404, "it has no calendar of its own yet"
    confirm(admin, f"{OWN}{water.pk}/", hours())
    running = list(Deadline.objects.order_by("pk").values_list("pk", "limit_at"))
    saturday = {"day": "2026-12-05", "hours": "6", "seen": seen(admin, address)}
    assert admin.post(address, saturday).status_code == 302
    assert weeks_now().of(water).day_hours(date(2026, 12, 5)) == 6
    assert "5 декабря 2026" in page_at(admin, address)
    late = admin.post(address, saturday | {"hours": "7"})
    assert late.status_code == 409, "the days are not those that were seen"
    assert admin.post(address, saturday | {"hours": "7", "seen": seen(admin, address)}).status_code == 302
    assert admin.post(address, saturday | {"hours": "", "seen": seen(admin, address)}).status_code == 302
    assert Calendar.objects.get(agency_links__agency=water).special_days == {}
    told = Entry.objects.filter(verb="calendar.own_day").order_by("pk").values_list("data__hours", flat=True)
    assert list(told) == [6, 7, -1]
    assert list(Deadline.objects.order_by("pk").values_list("pk", "limit_at")) == running
    for wrong in ({"day": "5 декабря"}, {"day": "1999-01-01"}, {"hours": "25"}, {"hours": "-1"}):
        assert admin.post(address, saturday | wrong | {"seen": seen(admin, address)}).status_code == 422
