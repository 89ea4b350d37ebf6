"""«Правила»: who may write them, and what is said before one is written."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.tests.forms import confirm, save
from otklik.desk.tests.pages import reread
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.people.models import Role
from otklik.people.scope import Refused
from otklik.routing import rules
from otklik.routing.models import Rule, Suggestion
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def given(town: Town, **changed: str) -> dict[str, str]:
    told = {"about": f"t{town.pipe.pk}", "place": "", "agency": str(town.pumps.pk)}
    return {**told, "since": "", "until": "", "note": "", **changed}


def test_rules_are_for_an_administrator_of_the_whole_region_alone(town: Town) -> None:
    rule = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    addresses = ["", "addition/", "trial/", "faults/", f"{rule.pk}/", f"{rule.pk}/ending/", f"{rule.pk}/removal/"]
    for verb in addresses:
        address = f"/admin/rules/{verb}"
        for user in (town.water_admin, town.auditor, town.operator, town.stranger):
            client = signed_in(user)
            assert client.get(address).status_code == 403
            assert client.post(address, {"sure": "1", "until": "2026-01-01"}).status_code in (403, 405)
        assert "/login/" in Client().get(address)["Location"]
        assert signed_in(town.admin).get(address).status_code == 200
    assert signed_in(town.admin).get("/admin/rules/999999/").status_code == 404
    assert not Entry.objects.exists()


def test_before_a_rule_is_added_it_is_said_which_new_cards_turn(town: Town, admin: Client) -> None:
    Rule.objects.create(agency=town.water, group=town.pipe.group)
    cards = [town.card(theme=theme, place=town.village) for theme in (town.pipe, town.pipe, town.hole)]
    Incident.objects.filter(pk__in=[card.pk for card in cards]).update(due_at=None)
    asked = admin.post("/admin/rules/addition/", given(town)).content.decode()
    assert "Новых карточек, которым предложат другое ведомство: 2." in asked
    assert f"Водоканал → Насосы: 2 (№ {cards[1].number}, № {cards[0].number})" in asked
    assert "попали бы под это правило: 2." in asked
    assert not Rule.objects.filter(agency=town.pumps).exists()
    admin.post("/admin/rules/addition/", {**given(town), "sure": "1"})
    rule = Rule.objects.get(agency=town.pumps)
    assert (rule.theme, rule.group, rule.owner) == (town.pipe, None, town.admin)
    assert Entry.objects.get(verb="rule.add").data["agency"] == town.pumps.pk
    due = set(Incident.objects.filter(due_at__isnull=False).values_list("pk", flat=True))
    assert due == {cards[0].pk, cards[1].pk}


def test_the_same_matter_place_and_time_is_refused_with_a_link_to_the_other(town: Town, admin: Client) -> None:
    today = timezone.localdate()
    other = Rule.objects.create(agency=town.water, theme=town.pipe, until=today + timedelta(days=5))
    for sure in ("", "1"):
        answer = admin.post("/admin/rules/addition/", {**given(town), "sure": sure})
        assert answer.status_code == 422
        assert f'href="/admin/rules/{other.pk}/"' in answer.content.decode()
    later = (today + timedelta(days=6)).isoformat()
    admin.post("/admin/rules/addition/", {**given(town, since=later), "sure": "1"})
    admin.post("/admin/rules/addition/", {**given(town, place=str(town.city.pk)), "sure": "1"})
    assert Rule.objects.filter(agency=town.pumps).count() == 2


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
    town: Town, admin: Client, changed: dict[str, str], said: str
) -> None:
    answer = admin.post("/admin/rules/addition/", {**given(town, **changed), "sure": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Rule.objects.exists()


def test_a_rule_is_changed_and_keeps_its_owner(town: Town, admin: Client) -> None:
    owner = person("owner", Role.ADMINISTRATOR)
    rule = Rule.objects.create(agency=town.water, theme=town.pipe, owner=owner)
    save(admin, f"/admin/rules/{rule.pk}/", given(town, note="<b>по письму</b>"))
    assert (reread(rule).agency, rule.owner, rule.note) == (town.pumps, owner, "<b>по письму</b>")
    assert "<b>по письму" not in admin.get(f"/admin/rules/{rule.pk}/").content.decode()
    assert Entry.objects.get(verb="rule.edit").data["was"] == town.water.pk
    assert "Изменено правило" in admin.get(f"/admin/rules/{rule.pk}/").content.decode()


def test_a_used_rule_is_ended_and_only_an_unused_one_is_removed(town: Town, admin: Client) -> None:
    rule = Rule.objects.create(agency=town.pumps, theme=town.pipe, since="2026-01-01")
    Suggestion.objects.create(incident=town.card(place=town.village), agency=town.pumps, rule=rule, at=timezone.now())
    answer = admin.post(f"/admin/rules/{rule.pk}/removal/", {"sure": "1"})
    assert answer.status_code == 409
    today = timezone.localdate().isoformat()
    rule.refresh_from_db()
    assert "Насосы → никому: 1" in admin.post(f"/admin/rules/{rule.pk}/ending/", {"until": today}).content.decode()
    admin.post(f"/admin/rules/{rule.pk}/ending/", {"until": "2025-12-31", "seen": rules.seen(rule), "sure": "1"})
    assert reread(rule).until is None
    confirm(admin, f"/admin/rules/{rule.pk}/ending/", {"until": today})
    assert reread(rule).until == timezone.localdate()
    fresh = Rule.objects.create(agency=town.pumps, theme=town.hole)
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
def test_a_rule_does_not_end_on_a_day_that_has_gone(town: Town, admin: Client, sure: str) -> None:
    rule = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    yesterday = timezone.localdate() - timedelta(days=1)
    for day in ("2019-01-01", yesterday.isoformat()):
        answer = admin.post(f"/admin/rules/{rule.pk}/ending/", {"until": day, "sure": sure})
        assert answer.status_code == 422
        assert "Этот день уже прошёл" in answer.content.decode()
    with pytest.raises(Refused, match="past"):
        rules.end(rule, yesterday, rules.seen(rule), town.admin, timezone.now())
    assert not Entry.objects.exists()
    # What ended long ago may still be explained.
    Rule.objects.filter(pk=rule.pk).update(until="2019-01-01")
    save(admin, f"/admin/rules/{rule.pk}/", given(town, until="2019-01-01", note="по письму"))
    assert reread(rule).note == "по письму"


def test_a_text_is_tried_and_the_rules_stand_in_their_order(town: Town, admin: Client) -> None:
    broad = Rule.objects.create(agency=town.water, group=town.pipe.group)
    narrow = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    Rule.objects.create(agency=town.roads, theme=town.hole)
    answer = admin.post("/admin/rules/trial/", {"text": "Второй день нет холодной воды <script>"}).content.decode()
    assert answer.index(f"/admin/rules/{narrow.pk}/") < answer.index(f"/admin/rules/{broad.pk}/")
    assert "Дорожная служба" not in answer
    assert "<script>" not in answer
    assert admin.post("/admin/rules/trial/", {"text": "\x00\u202e"}).status_code == 200
    assert admin.post("/admin/rules/trial/", {"text": "воды " * 40_000}).status_code == 422
    assert not Entry.objects.exists()


def test_the_list_is_narrowed_and_costs_the_same_whatever_its_size(
    town: Town, admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Rule.objects.create(agency=town.roads, theme=town.hole, place=town.village, note="по письму")
    for day in range(1, 61):
        Rule.objects.create(agency=town.pumps, theme=town.pipe, since=f"2026-01-{day % 28 + 1:02}")
    Rule.objects.create(agency=town.roads, until="2020-01-01", note="старое")
    with django_assert_max_num_queries(10):
        shown = admin.get("/admin/rules/").content.decode()
    assert "Показать ещё" in shown
    for query in ("q=ямы", "q=ПИСЬМУ", f"agency={town.roads.pk}", f"place={town.village.pk}"):
        found = admin.get(f"/admin/rules/?{query}").content.decode()
        assert "Ямы на дорогах" in found
        assert "холодной воды" not in found
        assert "01.01.2020" not in found
    assert "01.01.2020" in admin.get("/admin/rules/?state=ended").content.decode()
    assert admin.get("/admin/rules/?agency=9x&place=x&after=-5&state=zz&q=%E2%80%AE").status_code == 200
