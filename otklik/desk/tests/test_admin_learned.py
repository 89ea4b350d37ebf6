"""«Чему научилась система»: which model is in force, how good it was, who may go back, and what leaves the machine."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from otklik.desk.tests.forms import confirm
from otklik.desk.tests.pages import assert_shows, reread
from otklik.journal.models import Entry
from otklik.triage.models import TrainedModel
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/learned/"


def a_model(state: str, content: bytes | None = b"x", days: int = 1) -> TrainedModel:
    now = timezone.now()
    return TrainedModel.objects.create(
        state=state,
        made_at=now - timedelta(days=days),
        made_by="machine:training",
        first_at=now - timedelta(days=60),
        last_at=now - timedelta(days=days),
        rows=1234,
        metrics={"n": 250, "first": 200, "three": 240, "first_now": 150, "three_now": 200, "trust": 0.8},
        content=content,
    )


def shown(client: Client) -> str:
    return " ".join(client.get(ADDRESS).content.decode().replace("\xa0", " ").split())


def test_it_is_for_an_administrator_of_the_whole_region_alone(town: Town) -> None:
    row = a_model("active")
    for address in (ADDRESS, f"{ADDRESS}{row.pk}/withdrawal/"):
        for user in (town.water_admin, town.auditor, town.operator, town.stranger):
            assert signed_in(user).get(address).status_code == 403
            assert signed_in(user).post(address, {"sure": "1"}).status_code in (403, 405)
        assert "/login/" in Client().get(address)["Location"]
        assert signed_in(town.admin).get(address).status_code == 200
    assert signed_in(town.admin).get(f"{ADDRESS}999999/withdrawal/").status_code == 404
    assert reread(row).state == "active"


def test_where_nothing_was_learned_the_shipped_model_is_named(admin: Client) -> None:
    assert_shows(shown(admin), "модель от ", "пока ничего", hides=["withdrawal"])


def test_the_model_in_force_is_shown_with_its_figures_and_their_interval(admin: Client) -> None:
    row = a_model("active")
    page = shown(admin)
    assert f"модель № {row.pk}, карточек: 1 234" in page
    assert "80 % (200 из 250, скорее всего 75–84 %)" in page
    assert "до неё: 60 % (150 из 250" in page
    assert "96 % (240 из 250" in page


def test_going_back_is_asked_first_and_written_into_the_journal(town: Town, admin: Client) -> None:
    before, row = a_model("replaced", days=3), a_model("active")
    address = f"{ADDRESS}{row.pk}/withdrawal/"
    assert "Отозвать модель" in admin.post(address).content.decode()
    assert not Entry.objects.filter(verb="model.withdraw").exists()
    confirm(admin, address, {})
    assert (reread(row).state, row.content, reread(before).state) == ("withdrawn", None, "active")
    entry = Entry.objects.get(verb="model.withdraw")
    assert (entry.actor, entry.subject, entry.data) == (f"user:{town.admin.pk}", f"model:{row.pk}", {"now": before.pk})
    assert "Выученная модель отозвана" in admin.get("/admin/journal/").content.decode()
    answer = admin.post(address, {"sure": "1"}, follow=True).content.decode()
    assert "уже не действует" in answer


def test_that_texts_leave_for_a_server_is_said_first(admin: Client, settings: Settings) -> None:
    for told, leaves in (("off", False), ("auto", False), ("https://who:secret@vectors.example/v1", True)):
        settings.EMBEDDINGS = told
        page = shown(admin)
        assert ("Тексты обращений уходят на сервер vectors.example" in page) is leaves
        assert "secret" not in page


def test_a_failed_run_is_said(admin: Client) -> None:
    a_model("active", days=2)
    assert "обучение не удалось" not in shown(admin)
    a_model("failed", None)
    assert "Последнее обучение не удалось" in shown(admin)


def test_the_page_costs_the_same_whatever_was_learned(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    active = a_model("active", days=90)
    for number in range(40):
        a_model("rejected", None, days=80 - number)
    with django_assert_max_num_queries(10):
        page = shown(admin)
    assert f"модель № {active.pk}," in page
