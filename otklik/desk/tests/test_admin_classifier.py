"""«Классификатор»: who keeps it, what is said before a theme changes or goes, and that nothing is lost by it; what the
machine learned and how far people agree with it: shares with their n, what leaves, and the way back."""

import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otklik.answers.models import Template
from otklik.desk.tests.forms import confirm
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.lib.refusal import Refused
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Deadline, Norm, Rule
from otklik.themes import keeping
from otklik.themes.models import Classifier, Theme, ThemeGroup
from otklik.themes.wording import differences
from otklik.triage.models import TrainedModel
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
PAGE, ADDING, LEARNED = "/admin/classifier/", "/admin/classifier/addition/", "/admin/learned/"
AGREEMENT = "/admin/classifier/agreement/"


def theme_form(theme: Theme, **changed: str) -> dict[str, str]:
    """The theme's form as its page sends it, but for what is changed."""
    theme.refresh_from_db()
    fields = {"name": theme.name, "kind": theme.kind, "severity": str(theme.severity), "seen": keeping.seen(theme)}
    fields["keywords"] = ", ".join(theme.keywords)
    return {**fields, **({"fast_track": "on"} if theme.fast_track else {}), **changed}


def new(within: ThemeGroup, **changed: str) -> dict[str, str]:
    fields = {"group": str(within.pk), "name": "Собаки", "code": "dogs", "kind": "solvable", "severity": "3"}
    return {**fields, "keywords": "стая собак, Ёжик", **changed}


def at(theme: Theme, verb: str = "") -> str:
    return f"{PAGE}{theme.pk}/{verb}"


def test_groups_show_what_hangs_on_them_and_themes_are_found_by_every_name(town: Town, admin: Client) -> None:
    for state in (State.IN_WORK, State.IN_WORK, State.DONE):
        Incident.objects.filter(pk=town.card().pk).update(theme=town.pipe, state=state)
    Rule.objects.create(agency=town.water, group=town.pipe.group)
    Rule.objects.create(agency=town.water, theme=town.pipe, until=timezone.localdate() - timedelta(days=1))
    Template.objects.create(title="Починим", text="Т", group=town.pipe.group)
    homes = next(row for row in admin.get(PAGE).context["rows"] if row.group == town.pipe.group)
    assert (homes.themes, homes.cards, homes.rules, homes.templates) == (1, 2, 2, 1)
    inside = admin.get(f"{PAGE}?group={town.pipe.group_id}")
    (row,) = inside.context["rows"]
    assert (row.theme, row.cards, row.rules, row.templates) == (town.pipe, 2, 1, 0)
    assert "правил 1, шаблонов 1" in inside.content.decode()
    Theme.objects.filter(pk=town.pipe.pk).update(keywords=["бювет"])
    for asked in ("ХОЛОДНОЙ", "жкх вод", "бювет", "water", "нет\u200b холодной"):
        assert [row.theme for row in admin.get(PAGE, {"q": asked}).context["rows"]] == [town.pipe], asked
    for asked in ("\x07", "<b>x</b>" * 50, "ы" * 5000, "%_'\"", "\u202eабв"):
        assert_answers(admin.get(PAGE, {"q": asked, "group": "9" * 40, "state": asked}), 200, hides=["<b>x"])


def test_before_a_theme_changes_it_is_said_what_names_it(town: Town, admin: Client) -> None:
    pipe = town.pipe
    Incident.objects.filter(pk=town.card().pk).update(theme=pipe, state=State.IN_WORK)
    town.card()
    Template.objects.create(title="Починим", text="Т", theme=pipe)
    Norm.objects.create(clock="first_answer", theme=pipe, minutes=60)
    data = theme_form(pipe, name="Нет <b>воды</b>", severity="4", keywords="Бювет,  нет воды; нет воды\nвсё сухо")
    assert_answers(
        *(admin.post(at(pipe), data), 200, "Открытых карточек с этой темой: 1.", "подсказала машина: 1."),
        *("Правил: 1, шаблонов: 1, своих сроков ответа: 1.", "Тяжесть: была 2, станет 4."),
        "Новые ключевые слова: бювет, нет воды, все сухо.",
        hides=["<b>воды"],
    )
    assert reread(pipe).name == "Нет холодной воды"
    assert admin.post(at(pipe), {**data, "sure": "1"}).status_code == 302
    assert (reread(pipe).name, pipe.severity) == ("Нет <b>воды</b>", 4)
    assert pipe.keywords == ["бювет", "нет воды", "все сухо"]
    assert Entry.objects.get(verb="theme.edit").subject == f"theme:{pipe.pk}"
    assert "Вы ничего не изменили" in admin.post(at(pipe), theme_form(pipe)).content.decode()
    answer = admin.post(at(pipe), theme_form(pipe, keywords="\u202eвода\x00, <script>alert(1)</script>, \u200b, ,;\n"))
    assert answer.status_code in (200, 422)
    assert b"<script>alert" not in answer.content


def test_the_fast_track_moves_running_limits_and_no_start(town: Town, admin: Client) -> None:
    pipe = town.pipe
    cards = town.card(), town.card(at=timezone.now() - timedelta(minutes=30))
    Incident.objects.update(theme=pipe, state=State.IN_WORK)
    Norm.objects.create(clock="first_answer", fast_track=True, minutes=120, working=False)
    Norm.objects.create(clock="first_answer", minutes=600, working=False)
    for card in cards:
        limit_at = card.started_at + timedelta(minutes=600)
        Deadline.objects.filter(incident=card, clock="first_answer").update(limit_at=limit_at, working=False)
    data = theme_form(pipe, fast_track="on")
    words = "Изменится срок у карточек: 2, из них сразу станут просроченными: 1."
    assert_answers(admin.post(at(pipe), data), 200, "Тема попадёт в фасттрек.", words)
    admin.post(at(pipe), {**data, "sure": "1"})
    for card in cards:
        clock = Deadline.objects.get(incident=card, clock="first_answer")
        assert (clock.starts_at, clock.limit_at) == (card.started_at, card.started_at + timedelta(minutes=120))


def test_a_theme_of_its_own_norm_keeps_its_limits_whatever_the_fast_track(town: Town, admin: Client) -> None:
    for clock in ("first_answer", "final_answer"):
        Norm.objects.create(clock=clock, theme=town.pipe, minutes=600, working=False)
    card = town.card()
    before = list(Deadline.objects.filter(incident=card).values_list("limit_at", flat=True))
    asked = admin.post(at(town.pipe), theme_form(town.pipe, fast_track="on"))
    assert_answers(asked, 200, "Ни у одной карточки, которой идёт срок, он не изменится.")
    assert list(Deadline.objects.filter(incident=card).values_list("limit_at", flat=True)) == before


def test_a_new_theme_gets_its_groups_code_and_may_be_chosen_at_once(town: Town, admin: Client) -> None:
    group = town.pipe.group
    assert admin.get(f"{ADDING}?group={group.pk}").context["form"]["group"].value() == group.pk
    assert admin.post(ADDING, new(group)).status_code == 302
    made = Theme.objects.get(name="Собаки")
    assert (made.code, made.group, made.severity) == ("homes.dogs", group, 3)
    assert (made.keywords, made.retired_on) == (["стая собак", "ежик"], None)
    assert Entry.objects.get(verb="theme.add").data["group"] == group.pk
    assert "Собаки" in page_at(admin, "/admin/rules/addition/")
    # A code and a name are one theme's own.
    for changed, expected in (
        ({"code": "DOGS", "name": "Другие"}, "Такой код уже есть"),
        ({"code": "homes.dogs", "name": "Другие"}, "Такой код уже есть"),
        ({"code": "cats", "name": "«собаки»"}, "с таким названием"),
    ):
        assert_answers(admin.post(ADDING, new(group, **changed)), 422, expected)
    assert Theme.objects.filter(group=group).count() == 2
    assert admin.post(at(town.pipe), theme_form(town.pipe, name="СОБАКИ", sure="1")).status_code == 422
    # Another version may have the same.
    other = Classifier.objects.create(version="next", in_force_from=timezone.localdate() + timedelta(days=90))
    assert admin.post(ADDING, new(ThemeGroup.objects.create(classifier=other, code="homes"))).status_code == 302
    assert "next" in page_at(admin, PAGE)


def test_a_theme_goes_from_a_day_to_come_on_what_names_it_stays_and_it_comes_back(town: Town, admin: Client) -> None:
    today = timezone.localdate()
    past = today - timedelta(days=1)
    for day in ("", "вчера", "0001-01-01", "99999-01-01", past.isoformat()):
        assert admin.post(at(town.pipe, "retirement/"), {"on": day, "sure": "1"}).status_code == 422, day
    with pytest.raises(Refused):
        keeping.retire(town.pipe.pk, past, "", today, "user:1", timezone.now())
    assert reread(town.pipe).retired_on is None
    pipe, today, rule = town.pipe, timezone.localdate(), town.rule
    Incident.objects.filter(pk=town.card().pk).update(theme=pipe, state=State.IN_WORK)
    address, ahead = at(pipe, "retirement/"), today + timedelta(days=30)
    words = ("Открытых карточек с этой темой: 1.", "Правил: 1, шаблонов: 0")
    assert_answers(admin.post(address, {"on": ahead.isoformat()}), 200, f"Не предлагать с {ahead:%d.%m.%Y}.", *words)
    confirm(admin, address, {"on": ahead.isoformat()})
    assert "будет выведена с" in page_at(admin, at(pipe))
    confirm(admin, address, {"on": today.isoformat()})
    assert reread(pipe).retired_on == today
    assert Rule.objects.filter(pk=rule.pk).exists()
    assert Incident.objects.filter(theme=pipe).count() == 1
    # What has gone already does not go again on another day.
    confirm(admin, address, {"on": ahead.isoformat()})
    assert reread(pipe).retired_on == today
    assert Entry.objects.filter(verb="theme.retire").count() == 2
    assert pipe.name not in page_at(admin, "/admin/templates/addition/")
    admin.post(at(pipe, "return/"), {"sure": "1"})
    assert reread(pipe).retired_on is None
    assert "Тема возвращена в классификатор" in page_at(admin, at(pipe))


# What the machine learned of it.
def a_model(state: str, content: bytes | None = b"x", days: int = 1) -> TrainedModel:
    now = timezone.now()
    made = {"made_at": now - timedelta(days=days), "made_by": "machine:training", "content": content, "rows": 1234}
    of = {"first_at": now - timedelta(days=60), "last_at": now - timedelta(days=days)}
    metrics = {"n": 250, "first": 200, "three": 240, "first_now": 150, "three_now": 200, "trust": 0.8}
    return TrainedModel.objects.create(state=state, metrics=metrics, **made, **of)


def learned(client: Client) -> str:
    return " ".join(page_at(client, LEARNED).replace("\xa0", " ").split())


def test_the_model_in_force_its_figures_failures_and_who_gets_texts_are_told(admin: Client, settings: Settings) -> None:
    assert_shows(learned(admin), "модель от ", "пока ничего", hides=["withdrawal"])
    row = a_model("active", days=2)
    assert_shows(
        *(learned(admin), f"модель № {row.pk}, карточек: 1 234", "80 % (200 из 250, скорее всего 75–84 %)"),
        *("до неё: 60 % (150 из 250", "96 % (240 из 250"),
        hides=["обучение не удалось"],
    )
    a_model("failed", None)
    assert "Последнее обучение не удалось" in learned(admin)
    for setting, leaves in (("off", False), ("auto", False), ("https://who:secret@vectors.example/v1", True)):
        settings.EMBEDDINGS = setting
        page = learned(admin)
        assert ("Тексты обращений уходят на сервер vectors.example" in page) is leaves
        assert "secret" not in page


def test_an_installation_that_cannot_learn_says_so(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_shows(learned(admin), "Каждую ночь система учится заново", hides=["make training"])
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert_shows(learned(admin), "Здесь система не учится", "make training", hides=["Каждую ночь"])


def test_the_way_back_is_to_the_model_before_it(town: Town, admin: Client) -> None:
    before, row = a_model("replaced", days=3), a_model("active")
    address = f"{LEARNED}{row.pk}/withdrawal/"
    confirm(admin, address, {})
    assert (reread(row).state, row.content, reread(before).state) == ("withdrawn", None, "active")
    entry = Entry.objects.get(verb="model.withdraw")
    assert (entry.subject, entry.data) == (f"model:{row.pk}", {"now": before.pk})
    assert_answers(admin.post(address, {"sure": "1"}, follow=True), 200, "уже не действует")


def decide(town: Town, theme: Theme, times: int = 1) -> None:
    for _ in range(times):
        assign(town.card(), Decision(town.water, theme, town.city), town.operator, timezone.now())


def test_the_share_stands_with_its_n_and_what_was_taken_for_what_leads_to_both_themes(town: Town) -> None:
    one, two = next(iter(differences()))
    Theme.objects.filter(pk=town.pipe.pk).update(code=one)
    Theme.objects.filter(pk=town.hole.pk).update(code=two)
    assert "считать не из чего" in page_at(town.admin, AGREEMENT)
    decide(town, town.pipe, 7)
    assert "ни разу не приняла" in page_at(town.admin, AGREEMENT)
    decide(town, town.hole, 3)
    expected = "первая подошла в 7 из 10, скорее всего 40–89\u00a0%. Одна из трёх подошла в 10 из 10"
    assert expected in page_at(town.auditor, "/statistics/")
    answer = signed_in(town.admin).get(AGREEMENT)
    (pair,) = answer.context["pairs"]
    assert (pair.guessed, pair.chosen, pair.count) == (town.pipe, town.hole, 3)
    ways = (f'href="{at(theme)}"' for theme in (town.pipe, town.hole))
    assert_answers(answer, 200, expected, *ways, differences()[one, two])
    for days in ("30", "365", "0", "-1", "9" * 40, "abc", "\x07", ""):
        assert signed_in(town.admin).get(AGREEMENT, {"days": days}).status_code == 200, days
