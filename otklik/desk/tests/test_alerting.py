"""«Мои оповещения», «График дежурств» and «Принял»: one's own and nobody else's, and who may edit or accept."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otklik.alerts.models import Alert, Chase, Duty, Ear, Talk, Trouble, Wishes
from otklik.desk.tests.pages import assert_shows, page_at
from otklik.incidents.models import Incident
from otklik.people.models import Grant, Role, User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def told(user: User, card: Incident, **more: object) -> Alert:
    number = Alert.objects.count() + 1
    return Alert.objects.create(user=user, kind="overdue", incident=card, entry=number, at=timezone.now(), **more)


def page(user: User, address: str = "/notices/") -> str:
    return page_at(user, address)


def test_an_alert_stands_among_the_notices_and_in_the_bell_until_it_was_seen(town: Town) -> None:
    card = town.assigned()
    alert = told(town.executor, card)
    told(town.executor, card, desk=False)
    assert '<span class="bell-count">1</span>' in page(town.executor, "/agency/")
    assert_shows(page(town.executor), f"№ {card.number}", "Срок вышел")
    assert "Срок вышел" not in page(town.colleague)
    signed_in(town.colleague).post("/notices/seen/", {"alerts": alert.pk})
    assert "bell-count" in page(town.executor)
    signed_in(town.executor).post("/notices/seen/", {"alerts": alert.pk})
    assert "bell-count" not in page(town.executor)


def test_an_alert_about_a_card_that_one_may_not_see_tells_nothing_of_it(town: Town) -> None:
    card = town.assigned()
    told(town.other, card)
    assert_shows(page(town.other), "её не видно", hides=[f"№ {card.number}"])


def test_what_is_chosen_is_kept_and_what_nobody_may_miss_stays(town: Town) -> None:
    ticks = dict.fromkeys(("warned-mail", "urgent-desk", "nonsense-mail"), "1")
    given = ticks | {"quiet_from": "22:30", "quiet_until": "07:00"}
    assert signed_in(town.executor).post("/my-alerts/", given).status_code == 302
    wishes = Wishes.objects.get(user=town.executor)
    assert wishes.chosen["warned"] == ["mail"]
    assert wishes.chosen["overdue"] == []
    assert not {"urgent", "system", "nonsense"} & set(wishes.chosen)
    assert 'value="22:30"' in page(town.executor, "/my-alerts/")


@pytest.mark.parametrize("typed", ["", "25:00", "x" * 500, "12:00+03:00x", "\x00"])
def test_a_time_that_is_none_is_said_and_nothing_is_kept(town: Town, typed: str) -> None:
    answer = signed_in(town.executor).post("/my-alerts/", {"quiet_from": typed, "quiet_until": "07:00"})
    assert answer.status_code == 409
    assert not Wishes.objects.exists()


def test_a_code_is_shown_once_and_kept_as_a_digest(town: Town, settings: Settings) -> None:
    settings.ALERTS_BOT = "max"
    shown = signed_in(town.executor).post("/my-alerts/chat/").content.decode()
    code = shown.split("<code>")[1].split("</code>")[0]
    talk = Talk.objects.get(user=town.executor)
    assert len(code) == 10
    assert code not in talk.code
    assert code not in page(town.executor, "/my-alerts/")
    assert Ear.objects.get().network == "max"


def test_parting_takes_ones_own_chat_and_nobody_elses(town: Town) -> None:
    for number, user in enumerate((town.executor, town.other)):
        Talk.objects.create(user=user, chat=str(number + 1), linked_at=timezone.now())
    signed_in(town.executor).post("/my-alerts/chat/removal/")
    assert [talk.user for talk in Talk.objects.all()] == [town.other]


def test_without_a_bot_in_the_settings_there_is_no_code(town: Town) -> None:
    signed_in(town.executor).post("/my-alerts/chat/")
    assert not Talk.objects.exists()


def test_a_way_that_is_closed_stands_on_the_page_of_health(town: Town) -> None:
    Trouble.objects.create(channel="bot", since=timezone.now(), error="Ключ бота не подходит")
    assert "Ключ бота не подходит" in page(town.admin, "/health/")
    assert "посмотрите" in page(town.admin, "/queue/")


def form(user: User, /, **more: object) -> dict[str, object]:
    first, last = (timezone.localtime() + timedelta(hours=number) for number in (1, 9))
    told = {"user": user.pk, "starts": f"{first:%Y-%m-%dT%H:%M}", "ends": f"{last:%Y-%m-%dT%H:%M}", "place": "1"}
    return told | more


def urgent(town: Town, user: User) -> Incident:
    card, now = town.assigned(), timezone.now()
    Incident.objects.filter(pk=card.pk).update(priority=5)
    Chase.objects.create(kind="urgent", incident=card, entry=1, since=now, called=user)
    Alert.objects.create(user=user, kind="urgent", incident=card, entry=1, at=now)
    return card


def test_an_administrator_puts_somebody_on_duty_and_takes_him_off(town: Town, admin: Client) -> None:
    assert admin.post("/duty/", form(town.operator)).status_code == 302
    duty = Duty.objects.get()
    assert "Орлова" in page_at(admin, "/duty/?days=28")
    assert admin.post("/duty/", form(town.operator)).status_code == 409
    assert admin.post(f"/duties/{duty.pk}/removal/").status_code == 302
    assert not Duty.objects.exists()


def test_a_curator_of_an_agency_edits_its_roster_and_not_the_regions(town: Town) -> None:
    Grant.objects.create(user=town.colleague, role=Role.CURATOR, agency=town.water)
    Grant.objects.filter(user=town.colleague, role=Role.OPERATOR).delete()
    client = signed_in(town.colleague)
    assert client.post("/duty/", form(town.executor, agency=town.water.pk)).status_code == 302
    assert client.post("/duty/", form(town.executor)).status_code == 403
    assert client.post("/duty/", form(town.executor, agency=town.roads.pk)).status_code == 403
    regional = Duty.objects.create(user=town.operator, starts_at=timezone.now(), ends_at=timezone.now() + timedelta(1))
    assert client.post(f"/duties/{regional.pk}/removal/").status_code == 403


def test_an_executor_looks_and_does_not_edit(town: Town) -> None:
    client = signed_in(town.executor)
    assert "Поставить дежурство" not in page_at(client, "/duty/")
    assert client.post("/duty/", form(town.operator)).status_code == 403


@pytest.mark.parametrize(
    "bad", [{"starts": ""}, {"starts": "x" * 999}, {"ends": "9999-99-99T99:99"}, {"user": "-1"}, {"user": "9" * 40}]
)
def test_a_form_that_makes_no_sense_is_refused(town: Town, bad: dict[str, str]) -> None:
    assert signed_in(town.admin).post("/duty/", form(town.operator, **bad)).status_code == 409
    assert not Duty.objects.exists()


@pytest.mark.parametrize("query", ["from=x&days=x", "from=0001-01-01", "from=9999-12-31&days=28", "days=-5"])
def test_any_address_line_shows_a_table(town: Town, query: str) -> None:
    assert signed_in(town.executor).get(f"/duty/?{query}").status_code == 200


def test_opening_the_card_confirms_nothing_and_one_press_does(town: Town) -> None:
    card = urgent(town, town.operator)
    client = signed_in(town.operator)
    assert "Принял" in page_at(client, f"/incidents/{card.pk}/")
    assert Chase.objects.get().confirmed_at is None
    client.get(f"/incidents/{card.pk}/call/confirmation/")
    assert Chase.objects.get().confirmed_at is None
    assert client.post(f"/incidents/{card.pk}/call/confirmation/").status_code == 302
    assert_shows(page_at(client, f"/incidents/{card.pk}/"), "принял", hides=["call/confirmation"])


def test_only_whoever_was_called_and_sees_the_card_may_accept(town: Town) -> None:
    card = urgent(town, town.operator)
    assert signed_in(town.colleague).post(f"/incidents/{card.pk}/call/confirmation/").status_code == 403
    assert signed_in(town.other).post(f"/incidents/{card.pk}/call/confirmation/").status_code == 404
    assert Chase.objects.get().confirmed_at is None
