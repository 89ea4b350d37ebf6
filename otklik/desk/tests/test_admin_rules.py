"""«Правила» and «Согласование»: what is said before one is written, what cannot be, and which would hold."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers import policy_keeping
from otklik.answers.models import ApprovalPolicy
from otklik.desk.tests.forms import confirm, save, seen
from otklik.desk.tests.pages import assert_answers, journal_verbs, page_at, reread
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from otklik.people.scope import Refused
from otklik.routing import rules
from otklik.routing.models import Rule, Suggestion
from tests.make.people import person
from tests.make.town import Town

pytestmark = pytest.mark.django_db
POLICY = "/admin/policies/addition/"


def given(town: Town, **changed: str) -> dict[str, str]:
    told = {"about": f"t{town.pipe.pk}", "place": "", "agency": str(town.pumps.pk)}
    return {**told, "since": "", "until": "", "note": "", **changed}


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
        assert_answers(answer, 422, f'href="/admin/rules/{other.pk}/"')
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
    assert_answers(admin.post("/admin/rules/addition/", {**given(town, **changed), "sure": "1"}), 422, said)
    assert not Rule.objects.exists()


def test_a_rule_is_changed_and_keeps_its_owner(town: Town, admin: Client) -> None:
    owner = person("owner", Role.ADMINISTRATOR)
    rule = Rule.objects.create(agency=town.water, theme=town.pipe, owner=owner)
    save(admin, f"/admin/rules/{rule.pk}/", given(town, note="<b>по письму</b>"))
    assert (reread(rule).agency, rule.owner, rule.note) == (town.pumps, owner, "<b>по письму</b>")
    assert "<b>по письму" not in page_at(admin, f"/admin/rules/{rule.pk}/")
    assert Entry.objects.get(verb="rule.edit").data["was"] == town.water.pk
    assert "Изменено правило" in page_at(admin, f"/admin/rules/{rule.pk}/")


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
    assert journal_verbs(verb__startswith="rule.") == ["rule.end", "rule.remove"]


@pytest.mark.parametrize("sure", ["", "1"])
def test_a_rule_does_not_end_on_a_day_that_has_gone(town: Town, admin: Client, sure: str) -> None:
    rule = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    yesterday = timezone.localdate() - timedelta(days=1)
    for day in ("2019-01-01", yesterday.isoformat()):
        answer = admin.post(f"/admin/rules/{rule.pk}/ending/", {"until": day, "sure": sure})
        assert_answers(answer, 422, "Этот день уже прошёл")
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


def test_the_list_is_narrowed_to_what_is_asked_for(town: Town, admin: Client) -> None:
    Rule.objects.create(agency=town.roads, theme=town.hole, place=town.village, note="по письму")
    Rule.objects.create(agency=town.pumps, theme=town.pipe)
    Rule.objects.create(agency=town.roads, until="2020-01-01", note="старое")
    for query in ("q=ямы", "q=ПИСЬМУ", f"agency={town.roads.pk}", f"place={town.village.pk}"):
        found = page_at(admin, f"/admin/rules/?{query}")
        assert "Ямы на дорогах" in found
        assert "холодной воды" not in found
        assert "01.01.2020" not in found
    assert "01.01.2020" in page_at(admin, "/admin/rules/?state=ended")
    assert admin.get("/admin/rules/?agency=9x&place=x&after=-5&state=zz&q=%E2%80%AE").status_code == 200


@pytest.fixture
def writer(town: Town) -> User:
    return person("writer", Role.EXECUTOR, town.water)


def policy(town: Town, **changed: str) -> dict[str, str]:
    told = {"about": f"t{town.pipe.pk}", "person": "", "agency": "", "steps": "2"}
    return {**told, "since": "", "until": "", "note": "", **changed}


def test_a_policy_is_written_changed_and_ended_and_the_journal_tells_it(
    town: Town, admin: Client, writer: User
) -> None:
    assert admin.post(POLICY, policy(town, note="по <b>письму</b>")).status_code == 302
    kept = ApprovalPolicy.objects.get()
    assert (kept.theme, kept.steps, kept.owner) == (town.pipe, 2, town.admin)
    address = f"/admin/policies/{kept.pk}/"
    changed = policy(town, person=str(writer.pk), steps="0", agency=str(town.pumps.pk), note="по <b>письму</b>")
    assert save(admin, address, changed).status_code == 302
    today = timezone.localdate()
    ended = admin.post(f"{address}ending/", {"until": today.isoformat(), "seen": seen(admin, f"{address}ending/")})
    assert ended.status_code == 302
    assert (reread(kept).person, kept.steps, kept.agency, kept.until) == (writer, 0, town.pumps, today)
    assert list(Entry.objects.values_list("verb", flat=True)) == ["policy.add", "policy.edit", "policy.end"]
    page = page_at(admin, address)
    assert "Кто согласует: двое по очереди → без согласования" in page
    assert "Какого ведомства: весь регион → Насосы" in page
    assert "Указан последний день порядка согласования" in page
    assert "<b>письму" not in page
    assert f"{town.pipe.name} · Насосы · Writer" in page_at(admin, "/admin/journal/")


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
    assert_answers(admin.post(POLICY, policy(town, **changed)), 422, said)
    assert not ApprovalPolicy.objects.exists()


def test_nobody_is_trusted_with_every_theme(town: Town, admin: Client, writer: User) -> None:
    told = policy(town, about="", person=str(writer.pk), steps="0")
    assert admin.post(POLICY, told).status_code == 422
    with pytest.raises(Refused):
        policy_keeping.add(policy_keeping.Told(steps=0, person=writer), town.admin, timezone.now())


def test_only_who_prepares_answers_is_offered(town: Town, admin: Client, writer: User) -> None:
    blocked = person("blocked", Role.EXECUTOR, town.water)
    User.objects.filter(pk=blocked.pk).update(is_active=False)
    for user in (town.auditor, blocked):
        assert admin.post(POLICY, policy(town, person=str(user.pk))).status_code == 422
    assert admin.post(POLICY, policy(town, person=str(writer.pk))).status_code == 302


def test_the_same_matter_writer_and_agency_is_refused_with_a_link_to_the_other(town: Town, admin: Client) -> None:
    today = timezone.localdate()
    other = ApprovalPolicy.objects.create(theme=town.pipe, steps=1, until=today + timedelta(days=5))
    assert_answers(admin.post(POLICY, policy(town)), 422, f'href="/admin/policies/{other.pk}/"')
    later = (today + timedelta(days=6)).isoformat()
    assert admin.post(POLICY, policy(town, since=later)).status_code == 302
    assert admin.post(POLICY, policy(town, agency=str(town.pumps.pk))).status_code == 302
    assert ApprovalPolicy.objects.filter(steps=2).count() == 2


def test_whoever_saves_second_writes_nothing(town: Town, admin: Client) -> None:
    kept = ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
    address = f"/admin/policies/{kept.pk}/"
    mark, ending = seen(admin, address), seen(admin, f"{address}ending/")
    ApprovalPolicy.objects.filter(pk=kept.pk).update(steps=1)
    late = admin.post(address, {**policy(town, note="моё"), "seen": mark})
    assert_answers(late, 409, "Сейчас записано: один согласующий")
    admin.post(f"{address}ending/", {"until": timezone.localdate().isoformat(), "seen": ending})
    assert (reread(kept).steps, kept.note, kept.until) == (1, "", None)
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
