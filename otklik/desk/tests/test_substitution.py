"""«Замещение» on its page: one's own, an administrator's people, and what the deputy then sees and does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.tests.pages import assert_answers
from otklik.journal.models import Entry
from otklik.people.models import Substitution, User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def form(deputy: User, /, **more: object) -> dict[str, object]:
    today = timezone.localdate()
    return {"deputy": deputy.pk, "since": str(today), "until": str(today + timedelta(days=3))} | more


def test_the_deputy_sees_the_cards_and_acts_for_the_absent_one(town: Town) -> None:
    answer = town.submitted()
    address = f"/incidents/{answer.incident_id}/"
    assert signed_in(town.other).get(address).status_code == 404
    assert signed_in(town.approver).post("/substitution/", form(town.other)).status_code == 302
    client = signed_in(town.other)
    assert_answers(client.get(address), 200, "Вы замещаете:", "Соколова")
    assert client.post(f"/answers/{answer.pk}/approval/", {"version": answer.version}).status_code < 400
    entry = Entry.objects.get(verb="incident.approve")
    assert (entry.actor, entry.data["for"]) == (f"user:{town.other.pk}", town.approver.pk)
    assert "(за: Соколова" in client.get(f"{address}talk/", headers={"X-Fragment": "1"}).content.decode()


def test_the_absent_one_calls_it_off_and_nobody_else_can(town: Town) -> None:
    signed_in(town.approver).post("/substitution/", form(town.other))
    ending = f"/substitutions/{Substitution.objects.get().pk}/ending/"
    for user in (town.other, town.colleague):
        assert signed_in(user).post(ending).status_code == 404
    assert signed_in(town.approver).post(ending).status_code == 302
    assert "Вы замещаете:" not in signed_in(town.other).get("/agency/").content.decode()


def test_only_an_administrator_sets_it_for_another(town: Town) -> None:
    given = form(town.other, absent=town.approver.pk)
    for user, status in ((town.operator, 403), (town.other, 403), (town.admin, 302)):
        assert signed_in(user).post("/substitution/", given).status_code == status, user.username
    assert Substitution.objects.get().absent == town.approver


def test_a_form_that_makes_no_sense_is_refused(town: Town) -> None:
    for bad in ({"since": ""}, {"until": "x" * 99}, {"deputy": "-1"}, {"until": "2001-01-01"}):
        assert signed_in(town.operator).post("/substitution/", form(town.other, **bad)).status_code == 409, bad
    assert not Substitution.objects.exists()
