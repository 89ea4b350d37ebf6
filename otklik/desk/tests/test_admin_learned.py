"""What the machine learned and how far people agree with it: shares with their n, what leaves, and the way back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otklik.desk.tests.forms import confirm
from otklik.desk.tests.pages import assert_shows, page_at, reread
from otklik.journal.models import Entry
from otklik.routing.assign import Decision, assign
from otklik.themes.models import Theme
from otklik.themes.wording import differences
from otklik.triage.models import TrainedModel
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/learned/"
AGREEMENT = "/admin/classifier/agreement/"


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
    return " ".join(page_at(client, ADDRESS).replace("\xa0", " ").split())


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
    assert "Выученная модель отозвана" in page_at(admin, "/admin/journal/")
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


def decide(town: Town, theme: Theme, times: int = 1) -> None:
    for _ in range(times):
        assign(town.card(), Decision(town.water, theme, town.city), town.operator, timezone.now())


def test_the_share_stands_with_its_n_and_its_interval(town: Town) -> None:
    assert "считать не из чего" in page_at(town.admin, AGREEMENT)
    decide(town, town.pipe, 7)
    decide(town, town.hole, 3)
    told = "первая подошла в 7 из 10, скорее всего 40–89\u00a0%. Одна из трёх подошла в 10 из 10"
    assert told in page_at(town.admin, AGREEMENT)
    assert told in page_at(town.auditor, "/statistics/")


def test_what_was_taken_for_what_leads_to_both_themes(town: Town) -> None:
    one, two = next(iter(differences()))
    Theme.objects.filter(pk=town.pipe.pk).update(code=one)
    Theme.objects.filter(pk=town.hole.pk).update(code=two)
    decide(town, town.hole, 2)
    answer = signed_in(town.admin).get(AGREEMENT)
    (pair,) = answer.context["pairs"]
    assert (pair.guessed, pair.chosen, pair.count) == (town.pipe, town.hole, 2)
    page = answer.content.decode()
    assert f'href="/admin/classifier/{town.pipe.pk}/"' in page
    assert f'href="/admin/classifier/{town.hole.pk}/"' in page
    assert differences()[one, two] in page


def test_where_all_agree_that_is_said(town: Town) -> None:
    decide(town, town.pipe)
    assert "ни разу не приняла" in page_at(town.admin, AGREEMENT)


@pytest.mark.parametrize("days", ["30", "365", "0", "-1", "9" * 40, "abc", "\x07", ""])
def test_whatever_days_are_asked_for_a_page_comes(town: Town, admin: Client, days: str) -> None:
    decide(town, town.hole)
    assert admin.get(AGREEMENT, {"days": days}).status_code == 200
