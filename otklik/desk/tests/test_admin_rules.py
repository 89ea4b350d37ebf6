"""«Правила», «Согласование» and «Шаблоны»: what is said before one is written, what cannot be, and which would hold."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers import policy_keeping
from otklik.answers.models import ApprovalPolicy, Template
from otklik.desk.tests.forms import confirm, save, seen
from otklik.desk.tests.pages import assert_answers, assert_shows, journal_verbs, page_at, reread
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib.refusal import Refused
from otklik.people.models import Role, User
from otklik.routing import rules
from otklik.routing.models import Rule, Suggestion
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDING, POLICY, TEMPLATE = (f"/admin/{kind}/addition/" for kind in ("rules", "policies", "templates"))


def rule_form(town: Town, **changed: str) -> dict[str, str]:
    fields = {"about": f"t{town.pipe.pk}", "place": "", "agency": str(town.pumps.pk)}
    return {**fields, "since": "", "until": "", "note": "", **changed}


def test_before_a_rule_is_added_it_is_said_which_new_cards_turn(town: Town, admin: Client) -> None:
    Rule.objects.create(agency=town.water, group=town.pipe.group)
    cards = [town.card(theme=theme, place=town.village) for theme in (town.pipe, town.pipe, town.hole)]
    Incident.objects.filter(pk__in=[card.pk for card in cards]).update(due_at=None)
    asked, fields = admin.post(ADDING, rule_form(town)), {**rule_form(town), "sure": "1"}
    turned = f"Водоканал → Насосы: 2 (№ {cards[1].number}, № {cards[0].number})"
    words = ("Новых карточек, которым предложат другое ведомство: 2.", "попали бы под это правило: 2.")
    assert_answers(asked, 200, turned, *words)
    assert not Rule.objects.filter(agency=town.pumps).exists()
    admin.post(ADDING, fields)
    rule = Rule.objects.get(agency=town.pumps)
    assert (rule.theme, rule.group, rule.owner) == (town.pipe, None, town.admin)
    assert Entry.objects.get(verb="rule.add").data["agency"] == town.pumps.pk
    assert set(Incident.objects.filter(due_at__isnull=False).values_list("pk", flat=True)) == {cards[0].pk, cards[1].pk}


def test_the_same_matter_place_and_time_is_refused_with_a_link_to_the_other(town: Town, admin: Client) -> None:
    today = timezone.localdate()
    later = (today + timedelta(days=6)).isoformat()
    other = Rule.objects.create(agency=town.water, theme=town.pipe, until=today + timedelta(days=5))
    for sure in ("", "1"):
        assert_answers(admin.post(ADDING, rule_form(town, sure=sure)), 422, f'href="/admin/rules/{other.pk}/"')
    admin.post(ADDING, rule_form(town, since=later, sure="1"))
    admin.post(ADDING, rule_form(town, place=str(town.city.pk), sure="1"))
    assert Rule.objects.filter(agency=town.pumps).count() == 2
    policy = ApprovalPolicy.objects.create(theme=town.pipe, steps=1, until=today + timedelta(days=5))
    assert_answers(admin.post(POLICY, policy_form(town)), 422, f'href="/admin/policies/{policy.pk}/"')
    assert admin.post(POLICY, policy_form(town, since=later)).status_code == 302
    assert admin.post(POLICY, policy_form(town, agency=str(town.pumps.pk))).status_code == 302
    assert ApprovalPolicy.objects.filter(steps=2).count() == 2


def test_a_rule_is_changed_ended_on_a_day_to_come_and_removed_while_unused(town: Town, admin: Client) -> None:
    owner, yesterday = person("owner", Role.ADMINISTRATOR), timezone.localdate() - timedelta(days=1)
    rule = Rule.objects.create(agency=town.water, theme=town.pipe, owner=owner)
    address = f"/admin/rules/{rule.pk}/"
    for day in ("2019-01-01", yesterday.isoformat()):
        for sure in ("", "1"):
            assert_answers(admin.post(f"{address}ending/", {"until": day, "sure": sure}), 422, "Этот день уже прошёл")
    with pytest.raises(Refused, match="past"):
        rules.end(rule, yesterday, rules.seen(rule), town.admin, timezone.now())
    assert not Entry.objects.exists()
    # What ended long ago may still be explained.
    Rule.objects.filter(pk=rule.pk).update(until="2019-01-01")
    save(admin, address, rule_form(town, until="2019-01-01", note="по письму"))
    assert (reread(rule).agency, rule.owner, rule.note) == (town.pumps, owner, "по письму")
    assert "Изменено правило" in page_at(admin, address)
    rule, today = Rule.objects.create(agency=town.pumps, theme=town.pipe, since="2026-01-01"), timezone.localdate()
    Suggestion.objects.create(incident=town.card(place=town.village), agency=town.pumps, rule=rule, at=timezone.now())
    address = f"/admin/rules/{rule.pk}/"
    assert admin.post(f"{address}removal/", {"sure": "1"}).status_code == 409
    until = {"until": today.isoformat()}
    assert_answers(admin.post(f"{address}ending/", until), 200, "Насосы → никому: 1")
    admin.post(f"{address}ending/", {"until": "2025-12-31", "seen": rules.seen(reread(rule)), "sure": "1"})
    assert reread(rule).until is None
    confirm(admin, f"{address}ending/", until)
    assert reread(rule).until == today


def test_the_list_is_narrowed_and_a_text_that_is_tried_names_the_rules_in_order(town: Town, admin: Client) -> None:
    Rule.objects.create(agency=town.roads, theme=town.hole, place=town.village, note="по письму")
    Rule.objects.create(agency=town.pumps, theme=town.pipe)
    Rule.objects.create(agency=town.roads, until="2020-01-01", note="старое")
    for query in ("q=ямы", "q=ПИСЬМУ", f"agency={town.roads.pk}", f"place={town.village.pk}"):
        assert_shows(page_at(admin, f"/admin/rules/?{query}"), "Ямы на дорогах", hides=["холодной воды", "01.01.2020"])
    assert "01.01.2020" in page_at(admin, "/admin/rules/?state=ended")
    assert page_at(admin, "/admin/rules/?agency=9x&place=x&after=-5&state=zz&q=%E2%80%AE")
    broad = Rule.objects.create(agency=town.water, group=town.pipe.group)
    narrow = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    Rule.objects.create(agency=town.roads, theme=town.hole)
    answer = admin.post("/admin/rules/trial/", {"text": "Второй день нет холодной воды <script>"}).content.decode()
    assert answer.index(f"/admin/rules/{narrow.pk}/") < answer.index(f"/admin/rules/{broad.pk}/")
    assert_shows(answer, hides=["Дорожная служба", "<script>"])
    for text, status in (("\x00\u202e", 200), ("воды " * 40_000, 422)):
        assert admin.post("/admin/rules/trial/", {"text": text}).status_code == status
    assert not Entry.objects.exists()


# How many agree to an answer.
@pytest.fixture
def writer(town: Town) -> User:
    return person("writer", Role.EXECUTOR, town.water)


def policy_form(town: Town, **changed: str) -> dict[str, str]:
    fields = {"about": f"t{town.pipe.pk}", "person": "", "agency": "", "steps": "2"}
    return {**fields, "since": "", "until": "", "note": "", **changed}


def test_a_policy_is_written_changed_and_ended_as_the_journal_tells(town: Town, admin: Client, writer: User) -> None:
    assert admin.post(POLICY, policy_form(town)).status_code == 302
    kept, today = ApprovalPolicy.objects.get(), timezone.localdate()
    assert (kept.theme, kept.steps, kept.owner) == (town.pipe, 2, town.admin)
    address = f"/admin/policies/{kept.pk}/"
    ending = {"until": today.isoformat(), "seen": seen(admin, f"{address}ending/")}
    changed = policy_form(town, person=str(writer.pk), steps="0", agency=str(town.pumps.pk))
    assert save(admin, address, changed).status_code == 302
    admin.post(f"{address}ending/", ending)
    assert reread(kept).until is None, "it is another one that was looked at"
    assert admin.post(f"{address}ending/", {**ending, "seen": seen(admin, f"{address}ending/")}).status_code == 302
    assert (reread(kept).person, kept.steps, kept.agency, kept.until) == (writer, 0, town.pumps, today)
    assert journal_verbs() == ["policy.add", "policy.edit", "policy.end"]
    words = ("двое по очереди → без согласования", "Указан последний день порядка согласования")
    assert_shows(page_at(admin, address), *words)
    assert f"{town.pipe.name} · Насосы · Writer" in page_at(admin, "/admin/journal/")


def test_only_writers_are_trusted_and_it_is_told_which_policy_holds(town: Town, admin: Client, writer: User) -> None:
    ApprovalPolicy.objects.create(steps=1)
    ApprovalPolicy.objects.create(agency=town.water, steps=2)
    ApprovalPolicy.objects.create(theme=town.pipe, person=writer, steps=0)
    trial = "/admin/policies/trial/"
    asked = {"about": f"t{town.pipe.pk}", "person": str(writer.pk), "agency": str(town.pumps.pk)}
    wider = "уступит: его тема шире"
    fits = admin.post(trial, asked).context["fits"]
    assert [(one.policy.steps, one.loses) for one in fits] == [(0, ""), (2, wider), (1, wider)]
    ApprovalPolicy.objects.all().delete()
    assert_answers(admin.post(trial, asked), 200, "согласует один человек")
    assert admin.post(trial, {"about": "t0"}).status_code == 422
    blocked = person("blocked", Role.EXECUTOR, town.water, is_active=False)
    wrong = [policy_form(town, person=str(user.pk)) for user in (town.auditor, blocked)]
    for fields in (*wrong, policy_form(town, about="", person=str(writer.pk), steps="0")):
        assert admin.post(POLICY, fields).status_code == 422
    with pytest.raises(Refused):
        policy_keeping.add(policy_keeping.PolicyInput(steps=0, person=writer), town.admin, timezone.now())
    assert admin.post(POLICY, policy_form(town, person=str(writer.pk))).status_code == 302


# Words to begin an answer with.
def template_form(**changed: str) -> dict[str, str]:
    fields = {
        "kind": "final",
        "title": "Починим",
        "about": "",
        "agency": "",
        "text": "{обращение} Починим.",
        "card": "",
    }
    return {**fields, **changed}


def test_an_agencys_administrator_keeps_his_own_templates_and_sees_no_others(town: Town) -> None:
    mine, common, alien = (
        Template.objects.create(title=title, text="Текст", agency=agency)
        for title, agency in (("Про насосы", town.pumps), ("Общий", None), ("Про дороги", town.roads))
    )
    client = signed_in(town.water_admin)
    assert_shows(page_at(client, "/admin/templates/"), "Про насосы", hides=["Общий", "Про дороги"])
    for other in (common, alien):
        for verb in ("", "removal/"):
            assert client.post(f"/admin/templates/{other.pk}/{verb}", template_form(sure="1")).status_code == 404
    address = f"/admin/templates/{mine.pk}/"
    for agency in ("", str(town.roads.pk)):
        assert client.post(TEMPLATE, template_form(agency=agency)).status_code == 422
        assert client.post(address, template_form(agency=agency)).status_code == 422
    assert save(client, address, template_form(agency=str(town.pumps.pk))).status_code == 302
    assert journal_verbs() == ["template.edit"]


def test_a_look_at_a_template_saves_nothing_and_one_owner_has_one_title_of_a_kind(town: Town, admin: Client) -> None:
    card, text = town.card(), "{обращение}\n<i>{место}</i> {незнакомое}"
    for number in ("", f"№ {card.number}"):
        shown = admin.post(TEMPLATE, template_form(text=text, show="1", card=number))
        assert_answers(shown, 200, "Анна, здравствуйте!", "<mark>{незнакомое}</mark>", hides=["<i>{"])
    for number in ("999999", "x", "9" * 12):
        assert_answers(admin.post(TEMPLATE, template_form(show="1", card=number)), 422, "Такой карточки вы не видите")
    # Another agency's card is not looked into.
    own = template_form(show="1", card=str(card.number), agency=str(town.pumps.pk))
    assert signed_in(town.water_admin).post(TEMPLATE, own).status_code == 422
    assert not Template.objects.exists()
    text = "{ Имя }, {АДРЕС}: {обращение} {место} {дата} {срок} {ведомство}"
    assert admin.post(TEMPLATE, template_form(about=f"g{town.pipe.group_id}", text=text)).status_code == 302
    first, other = Template.objects.get(), Template.objects.create(title="Иначе", kind="final", text="Т")
    assert (first.group, first.theme, first.agency) == (town.pipe.group, None, None)
    assert first.text == text, "holes are known in any case and with blanks"
    for answer in (
        admin.post(TEMPLATE, template_form(title="починим ")),
        save(admin, f"/admin/templates/{other.pk}/", template_form()),
    ):
        assert_answers(answer, 422, "Шаблон этого вида с таким названием здесь уже есть")
    assert journal_verbs(incident=None) == ["template.add"]
    assert admin.post(TEMPLATE, template_form(kind="question")).status_code == 302
    assert admin.post(TEMPLATE, template_form(agency=str(town.pumps.pk))).status_code == 302
    assert save(admin, f"/admin/templates/{first.pk}/", template_form(text="Другой")).status_code == 302
    admin.post(TEMPLATE, template_form(kind="survey", text="Оцените нас: {link}"))
    survey = Template.objects.get(kind="survey")
    assert "последний текст опроса" in page_at(admin, f"/admin/templates/{survey.pk}/removal/")
