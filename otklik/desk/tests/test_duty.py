"""«График дежурств» and «Принял»: who may edit, who may accept, and what opening a card does not do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.alerts.models import Alert, Chase, Duty
from otklik.desk.tests.pages import assert_shows
from otklik.incidents.models import Incident
from otklik.people.models import Grant, Role, User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


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


def test_an_administrator_puts_somebody_on_duty_and_takes_him_off(town: Town) -> None:
    client = signed_in(town.admin)
    assert client.post("/duty/", form(town.operator)).status_code == 302
    duty = Duty.objects.get()
    assert "Орлова" in client.get("/duty/?days=28").content.decode()
    assert client.post("/duty/", form(town.operator)).status_code == 409
    assert client.post(f"/duties/{duty.pk}/removal/").status_code == 302
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
    assert "Поставить дежурство" not in client.get("/duty/").content.decode()
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
    assert "Принял" in client.get(f"/incidents/{card.pk}/").content.decode()
    assert Chase.objects.get().confirmed_at is None
    client.get(f"/incidents/{card.pk}/call/confirmation/")
    assert Chase.objects.get().confirmed_at is None
    assert client.post(f"/incidents/{card.pk}/call/confirmation/").status_code == 302
    assert_shows(client.get(f"/incidents/{card.pk}/").content.decode(), "принял", hides=["call/confirmation"])


def test_only_whoever_was_called_and_sees_the_card_may_accept(town: Town) -> None:
    card = urgent(town, town.operator)
    assert signed_in(town.colleague).post(f"/incidents/{card.pk}/call/confirmation/").status_code == 403
    assert signed_in(town.other).post(f"/incidents/{card.pk}/call/confirmation/").status_code == 404
    assert Chase.objects.get().confirmed_at is None
