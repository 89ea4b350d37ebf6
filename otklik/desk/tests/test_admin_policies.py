"""«Управление → Согласование»: who may write it, what cannot be written, and what would hold."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.answers import policy_keeping
from otklik.answers.models import ApprovalPolicy
from otklik.desk.tests.forms import save, seen
from otklik.desk.tests.pages import reread
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from otklik.people.scope import Refused
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDITION = "/admin/policies/addition/"


@pytest.fixture
def writer(town: Town) -> User:
    return person("writer", Role.EXECUTOR, town.water)


def given(town: Town, **changed: str) -> dict[str, str]:
    told = {"about": f"t{town.pipe.pk}", "person": "", "agency": "", "steps": "2"}
    return {**told, "since": "", "until": "", "note": "", **changed}


def test_policies_are_for_an_administrator_of_the_whole_region_alone(town: Town) -> None:
    policy = ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
    for verb in ("", "addition/", "trial/", f"{policy.pk}/", f"{policy.pk}/ending/"):
        address = f"/admin/policies/{verb}"
        for user in (town.water_admin, town.auditor, town.operator, town.stranger):
            client = signed_in(user)
            assert client.get(address).status_code == 403
            assert client.post(address, {"until": "2026-01-01"}).status_code in (403, 405)
        assert "/login/" in Client().get(address)["Location"]
        assert signed_in(town.admin).get(address).status_code == 200
    assert signed_in(town.admin).get("/admin/policies/999999/").status_code == 404
    assert not Entry.objects.exists()


def test_a_policy_is_written_changed_and_ended_and_the_journal_tells_it(
    town: Town, admin: Client, writer: User
) -> None:
    assert admin.post(ADDITION, given(town, note="по <b>письму</b>")).status_code == 302
    policy = ApprovalPolicy.objects.get()
    assert (policy.theme, policy.steps, policy.owner) == (town.pipe, 2, town.admin)
    address = f"/admin/policies/{policy.pk}/"
    changed = given(town, person=str(writer.pk), steps="0", agency=str(town.pumps.pk), note="по <b>письму</b>")
    assert save(admin, address, changed).status_code == 302
    today = timezone.localdate()
    ended = admin.post(f"{address}ending/", {"until": today.isoformat(), "seen": seen(admin, f"{address}ending/")})
    assert ended.status_code == 302
    assert (reread(policy).person, policy.steps, policy.agency, policy.until) == (writer, 0, town.pumps, today)
    assert list(Entry.objects.values_list("verb", flat=True)) == ["policy.add", "policy.edit", "policy.end"]
    page = admin.get(address).content.decode()
    assert "Кто согласует: двое по очереди → без согласования" in page
    assert "Какого ведомства: весь регион → Насосы" in page
    assert "Указан последний день порядка согласования" in page
    assert "<b>письму" not in page
    assert f"{town.pipe.name} · Насосы · Writer" in admin.get("/admin/journal/").content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"steps": ""}, "Выберите из списка"),
        ({"steps": "3"}, "Такого в списке нет"),
        ({"steps": "-1"}, "Такого в списке нет"),
        ({"steps": "0"}, "только названный человек"),
        ({"about": "t999"}, "Такого в списке нет"),
        ({"about": "x\x00"}, "Такого в списке нет"),
        ({"agency": "9" * 40}, "Такого в списке нет"),
        ({"person": "-1"}, "Такого в списке нет"),
        ({"since": "вчера"}, "Это не дата"),
        ({"until": "2019-01-01"}, "Этот день уже прошёл"),
        ({"since": "2090-05-02", "until": "2090-05-01"}, "раньше первого"),
        ({"note": "Ы" * 200_000}, "не больше 250"),
    ],
)
def test_what_cannot_be_a_policy_is_told_beside_the_field(
    town: Town, admin: Client, changed: dict[str, str], said: str
) -> None:
    answer = admin.post(ADDITION, given(town, **changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ApprovalPolicy.objects.exists()


def test_nobody_is_trusted_with_every_theme(town: Town, admin: Client, writer: User) -> None:
    told = given(town, about="", person=str(writer.pk), steps="0")
    assert admin.post(ADDITION, told).status_code == 422
    with pytest.raises(Refused):
        policy_keeping.add(policy_keeping.Told(steps=0, person=writer), town.admin, timezone.now())


def test_only_who_prepares_answers_is_offered(town: Town, admin: Client, writer: User) -> None:
    blocked = person("blocked", Role.EXECUTOR, town.water)
    User.objects.filter(pk=blocked.pk).update(is_active=False)
    for user in (town.auditor, blocked):
        assert admin.post(ADDITION, given(town, person=str(user.pk))).status_code == 422
    assert admin.post(ADDITION, given(town, person=str(writer.pk))).status_code == 302


def test_the_same_matter_writer_and_agency_is_refused_with_a_link_to_the_other(town: Town, admin: Client) -> None:
    today = timezone.localdate()
    other = ApprovalPolicy.objects.create(theme=town.pipe, steps=1, until=today + timedelta(days=5))
    refused = admin.post(ADDITION, given(town))
    assert refused.status_code == 422
    assert f'href="/admin/policies/{other.pk}/"' in refused.content.decode()
    later = (today + timedelta(days=6)).isoformat()
    assert admin.post(ADDITION, given(town, since=later)).status_code == 302
    assert admin.post(ADDITION, given(town, agency=str(town.pumps.pk))).status_code == 302
    assert ApprovalPolicy.objects.filter(steps=2).count() == 2


def test_whoever_saves_second_writes_nothing(town: Town, admin: Client) -> None:
    policy = ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
    address = f"/admin/policies/{policy.pk}/"
    mark, ending = seen(admin, address), seen(admin, f"{address}ending/")
    ApprovalPolicy.objects.filter(pk=policy.pk).update(steps=1)
    late = admin.post(address, {**given(town, note="моё"), "seen": mark})
    assert late.status_code == 409
    assert "Сейчас записано: один согласующий" in late.content.decode()
    admin.post(f"{address}ending/", {"until": timezone.localdate().isoformat(), "seen": ending})
    assert (reread(policy).steps, policy.note, policy.until) == (1, "", None)
    assert not Entry.objects.exists()


def test_it_is_told_which_policy_would_hold_and_why_the_others_would_not(
    town: Town, admin: Client, writer: User
) -> None:
    ApprovalPolicy.objects.create(steps=1)
    ApprovalPolicy.objects.create(agency=town.water, steps=2)
    ApprovalPolicy.objects.create(theme=town.pipe, person=writer, steps=0)
    asked = {"about": f"t{town.pipe.pk}", "person": str(writer.pk), "agency": str(town.pumps.pk)}
    page = admin.post("/admin/policies/trial/", asked)
    assert [one.policy.steps for one in page.context["fits"]] == [0, 2, 1]
    assert [one.loses for one in page.context["fits"]] == [*("", "уступит: его тема шире", "уступит: его тема шире")]
    ApprovalPolicy.objects.all().delete()
    assert "согласует один человек" in admin.post("/admin/policies/trial/", asked).content.decode()
    assert admin.post("/admin/policies/trial/", {"about": "t0"}).status_code == 422


def test_the_list_asks_one_query_whatever_its_length(
    town: Town, admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    today = timezone.localdate()
    for number in range(60):
        ApprovalPolicy.objects.create(theme=town.pipe, steps=2, note=str(number))
    ApprovalPolicy.objects.create(theme=town.hole, steps=2, until=today - timedelta(days=1))
    with django_assert_max_num_queries(10):
        page = admin.get("/admin/policies/")
    assert len(page.context["policies"]) == 50
    rest = admin.get(f"/admin/policies/{page.context['next']}")
    assert len(rest.context["policies"]) == 10
    assert len(admin.get("/admin/policies/?state=ended").context["policies"]) == 1
    assert admin.get("/admin/policies/?state=<x>&after=-9").status_code == 200
