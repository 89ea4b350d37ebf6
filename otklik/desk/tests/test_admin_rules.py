"""«Правила»: who may write them, and what is said before one is written."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.tests.admin_data import Office, confirm, save
from otklik.desk.tests.clients import signed_in
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.people.models import Role
from otklik.people.scope import Refused
from otklik.routing import rules
from otklik.routing.models import Rule, Suggestion

pytestmark = pytest.mark.django_db


def given(office: Office, **changed: str) -> dict[str, str]:
    told = {"about": f"t{office.region.pipe.pk}", "place": "", "agency": str(office.pumps.pk)}
    return {**told, "since": "", "until": "", "note": "", **changed}


def test_rules_are_for_an_administrator_of_the_whole_region_alone(office: Office) -> None:
    rule = Rule.objects.create(agency=office.pumps, theme=office.region.pipe)
    addresses = ["", "addition/", "trial/", "faults/", f"{rule.pk}/", f"{rule.pk}/ending/", f"{rule.pk}/removal/"]
    for verb in addresses:
        address = f"/admin/rules/{verb}"
        for user in (office.water_admin, office.auditor, office.region.operator, office.region.stranger):
            client = signed_in(user)
            assert client.get(address).status_code == 403
            assert client.post(address, {"sure": "1", "until": "2026-01-01"}).status_code in (403, 405)
        assert "/login/" in Client().get(address)["Location"]
        assert signed_in(office.admin).get(address).status_code == 200
    assert signed_in(office.admin).get("/admin/rules/999999/").status_code == 404
    assert not Entry.objects.exists()


def test_before_a_rule_is_added_it_is_said_which_new_cards_turn(office: Office, admin: Client) -> None:
    Rule.objects.create(agency=office.region.water, group=office.region.pipe.group)
    cards = [office.region.card(), office.region.card(), office.region.card(theme=office.region.hole)]
    Incident.objects.filter(pk__in=[card.pk for card in cards]).update(due_at=None)
    asked = admin.post("/admin/rules/addition/", given(office)).content.decode()
    assert "Новых карточек, которым предложат другое ведомство: 2." in asked
    assert f"Водоканал → Насосы: 2 (№ {cards[1].number}, № {cards[0].number})" in asked
    assert "попали бы под это правило: 2." in asked
    assert not Rule.objects.filter(agency=office.pumps).exists()
    admin.post("/admin/rules/addition/", {**given(office), "sure": "1"})
    rule = Rule.objects.get(agency=office.pumps)
    assert (rule.theme, rule.group, rule.owner) == (office.region.pipe, None, office.admin)
    assert Entry.objects.get(verb="rule.add").data["agency"] == office.pumps.pk
    due = set(Incident.objects.filter(due_at__isnull=False).values_list("pk", flat=True))
    assert due == {cards[0].pk, cards[1].pk}


def test_the_same_matter_place_and_time_is_refused_with_a_link_to_the_other(office: Office, admin: Client) -> None:
    today = timezone.localdate()
    other = Rule.objects.create(agency=office.region.water, theme=office.region.pipe, until=today + timedelta(days=5))
    for sure in ("", "1"):
        answer = admin.post("/admin/rules/addition/", {**given(office), "sure": sure})
        assert answer.status_code == 422
        assert f'href="/admin/rules/{other.pk}/"' in answer.content.decode()
    later = (today + timedelta(days=6)).isoformat()
    admin.post("/admin/rules/addition/", {**given(office, since=later), "sure": "1"})
    admin.post("/admin/rules/addition/", {**given(office, place=str(office.region.city.pk)), "sure": "1"})
    assert Rule.objects.filter(agency=office.pumps).count() == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"agency": ""}, "Выберите из списка"),
        ({"agency": "9" * 40}, "Такого в списке нет"),
        ({"about": "t999"}, "Такого в списке нет"),
        ({"about": "x\x00"}, "Такого в списке нет"),
        ({"place": "-1"}, "Такого в списке нет"),
        ({"since": "вчера"}, "Это не дата"),
        ({"since": "0001-01-01"}, "Год от 2000"),
        ({"until": "2019-01-01"}, "Этот день уже прошёл"),
        ({"since": "2090-05-02", "until": "2090-05-01"}, "раньше первого"),
        ({"note": "Ы" * 200_000}, "не больше 250"),
    ],
)
def test_what_cannot_be_a_rule_is_told_beside_the_field(
    office: Office, admin: Client, changed: dict[str, str], said: str
) -> None:
    answer = admin.post("/admin/rules/addition/", {**given(office, **changed), "sure": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Rule.objects.exists()


def test_a_rule_is_changed_and_keeps_its_owner(office: Office, admin: Client) -> None:
    owner = office.user("owner", Role.ADMINISTRATOR)
    rule = Rule.objects.create(agency=office.region.water, theme=office.region.pipe, owner=owner)
    save(admin, f"/admin/rules/{rule.pk}/", given(office, note="<b>по письму</b>"))
    rule.refresh_from_db()
    assert (rule.agency, rule.owner, rule.note) == (office.pumps, owner, "<b>по письму</b>")
    assert "<b>по письму" not in admin.get(f"/admin/rules/{rule.pk}/").content.decode()
    assert Entry.objects.get(verb="rule.edit").data["was"] == office.region.water.pk
    assert "Изменено правило" in admin.get(f"/admin/rules/{rule.pk}/").content.decode()


def test_a_used_rule_is_ended_and_only_an_unused_one_is_removed(office: Office, admin: Client) -> None:
    rule = Rule.objects.create(agency=office.pumps, theme=office.region.pipe, since="2026-01-01")
    Suggestion.objects.create(incident=office.region.card(), agency=office.pumps, rule=rule, at=timezone.now())
    answer = admin.post(f"/admin/rules/{rule.pk}/removal/", {"sure": "1"})
    assert answer.status_code == 409
    today = timezone.localdate().isoformat()
    rule.refresh_from_db()
    asked = admin.post(f"/admin/rules/{rule.pk}/ending/", {"until": today}).content.decode()
    assert "Насосы → никому: 1" in asked
    admin.post(f"/admin/rules/{rule.pk}/ending/", {"until": "2025-12-31", "seen": rules.seen(rule), "sure": "1"})
    rule.refresh_from_db()
    assert rule.until is None
    confirm(admin, f"/admin/rules/{rule.pk}/ending/", {"until": today})
    rule.refresh_from_db()
    assert rule.until == timezone.localdate()
    fresh = Rule.objects.create(agency=office.pumps, theme=office.region.hole)
    admin.get(f"/admin/rules/{fresh.pk}/removal/")
    assert Rule.objects.filter(pk=fresh.pk).exists()
    for _twice in range(2):
        admin.post(f"/admin/rules/{fresh.pk}/removal/")
    assert not Rule.objects.filter(pk=fresh.pk).exists()
    assert list(Entry.objects.filter(verb__startswith="rule.").order_by("pk").values_list("verb", flat=True)) == [
        "rule.end",
        "rule.remove",
    ]


@pytest.mark.parametrize("sure", ["", "1"])
def test_a_rule_does_not_end_on_a_day_that_has_gone(office: Office, admin: Client, sure: str) -> None:
    rule = Rule.objects.create(agency=office.pumps, theme=office.region.pipe)
    yesterday = timezone.localdate() - timedelta(days=1)
    for day in ("2019-01-01", yesterday.isoformat()):
        answer = admin.post(f"/admin/rules/{rule.pk}/ending/", {"until": day, "sure": sure})
        assert answer.status_code == 422
        assert "Этот день уже прошёл" in answer.content.decode()
    with pytest.raises(Refused, match="past"):
        rules.end(rule, yesterday, rules.seen(rule), office.admin, timezone.now())
    assert not Entry.objects.exists()
    # What ended long ago may still be explained.
    Rule.objects.filter(pk=rule.pk).update(until="2019-01-01")
    save(admin, f"/admin/rules/{rule.pk}/", given(office, until="2019-01-01", note="по письму"))
    rule.refresh_from_db()
    assert rule.note == "по письму"


def test_a_text_is_tried_and_the_rules_stand_in_their_order(office: Office, admin: Client) -> None:
    region = office.region
    broad = Rule.objects.create(agency=region.water, group=region.pipe.group)
    narrow = Rule.objects.create(agency=office.pumps, theme=region.pipe)
    Rule.objects.create(agency=region.roads, theme=region.hole)
    answer = admin.post("/admin/rules/trial/", {"text": "Второй день нет холодной воды <script>"}).content.decode()
    assert answer.index(f"/admin/rules/{narrow.pk}/") < answer.index(f"/admin/rules/{broad.pk}/")
    assert "Дорожная служба" not in answer
    assert "<script>" not in answer
    assert admin.post("/admin/rules/trial/", {"text": "\x00\u202e"}).status_code == 200
    assert admin.post("/admin/rules/trial/", {"text": "воды " * 40_000}).status_code == 422
    assert not Entry.objects.exists()


def test_the_list_is_narrowed_and_costs_the_same_whatever_its_size(
    office: Office, admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    region = office.region
    Rule.objects.create(agency=region.roads, theme=region.hole, place=region.village, note="по письму")
    for day in range(1, 61):
        Rule.objects.create(agency=office.pumps, theme=region.pipe, since=f"2026-01-{day % 28 + 1:02}")
    Rule.objects.create(agency=region.roads, until="2020-01-01", note="старое")
    with django_assert_max_num_queries(10):
        shown = admin.get("/admin/rules/").content.decode()
    assert "Показать ещё" in shown
    for query in ("q=ямы", "q=ПИСЬМУ", f"agency={region.roads.pk}", f"place={region.village.pk}"):
        found = admin.get(f"/admin/rules/?{query}").content.decode()
        assert "Ямы на дорогах" in found
        assert "холодной воды" not in found
        assert "01.01.2020" not in found
    assert "01.01.2020" in admin.get("/admin/rules/?state=ended").content.decode()
    assert admin.get("/admin/rules/?agency=9x&place=x&after=-5&state=zz&q=%E2%80%AE").status_code == 200
