"""«Классификатор»: who keeps it, what is said before a theme changes or goes, and that nothing is lost by it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers.models import Template
from otklik.desk.tests.forms import confirm
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry, Reason
from otklik.routing.models import Deadline, Norm, Rule
from otklik.themes import keeping, keywords
from otklik.themes.models import Classifier, Theme, ThemeGroup
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def given(theme: Theme, **changed: str) -> dict[str, str]:
    """The theme's form as its page sends it, but for what is changed."""
    theme.refresh_from_db()
    told = {
        "name": theme.name,
        "kind": theme.kind,
        "severity": str(theme.severity),
        "keywords": ", ".join(theme.keywords),
        "seen": keeping.seen(theme),
    }
    return {**told, **({"fast_track": "on"} if theme.fast_track else {}), **changed}


def new(within: ThemeGroup, **changed: str) -> dict[str, str]:
    told = {"group": str(within.pk), "name": "Собаки", "code": "dogs", "kind": "solvable", "severity": "3"}
    return {**told, "keywords": "стая собак, Ёжик", **changed}


def page(client: Client, theme: Theme, verb: str = "") -> str:
    return page_at(client, f"/admin/classifier/{theme.pk}/{verb}")


def test_groups_come_with_what_hangs_on_them(town: Town, admin: Client) -> None:
    for state in (State.IN_WORK, State.IN_WORK, State.DONE):
        Incident.objects.filter(pk=town.card().pk).update(theme=town.pipe, state=state)
    Rule.objects.create(agency=town.water, group=town.pipe.group)
    Rule.objects.create(agency=town.water, theme=town.pipe, until=timezone.localdate() - timedelta(days=1))
    Template.objects.create(title="Починим", text="Т", group=town.pipe.group)
    rows = admin.get("/admin/classifier/").context["rows"]
    homes = next(row for row in rows if row.group == town.pipe.group)
    assert (homes.themes, homes.cards, homes.rules, homes.templates) == (1, 2, 2, 1)
    inside = admin.get(f"/admin/classifier/?group={town.pipe.group_id}")
    (row,) = inside.context["rows"]
    assert (row.theme, row.cards, row.rules, row.templates) == (town.pipe, 2, 1, 0)
    assert "правил 1, шаблонов 1" in inside.content.decode()


@pytest.mark.parametrize("asked", ["ХОЛОДНОЙ", "жкх вод", "бювет", "water", "нет\u200b холодной"])
def test_a_theme_is_found_by_name_group_code_and_keyword(town: Town, admin: Client, asked: str) -> None:
    Theme.objects.filter(pk=town.pipe.pk).update(keywords=["бювет"])
    answer = admin.get("/admin/classifier/", {"q": asked})
    assert [row.theme for row in answer.context["rows"]] == [town.pipe]


@pytest.mark.parametrize("asked", ["\x07", "<b>x</b>" * 50, "ы" * 5000, "%_'\"", "\u202eабв"])
def test_a_strange_search_finds_nothing_or_all_and_breaks_nothing(admin: Client, asked: str) -> None:
    answer = admin.get("/admin/classifier/", {"q": asked, "group": "9" * 40, "state": asked})
    assert answer.status_code == 200
    assert b"<b>x" not in answer.content


def test_before_a_theme_changes_it_is_said_what_names_it(town: Town, admin: Client) -> None:
    pipe = town.pipe
    Incident.objects.filter(pk=town.card().pk).update(theme=pipe, state=State.IN_WORK)
    town.card()
    Template.objects.create(title="Починим", text="Т", theme=pipe)
    Norm.objects.create(clock="first_answer", theme=pipe, minutes=60)
    data = given(pipe, name="Нет <b>воды</b>", severity="4", keywords="Бювет,  нет воды; нет воды\nвсё сухо")
    asked = admin.post(f"/admin/classifier/{pipe.pk}/", data).content.decode()
    assert "Открытых карточек с этой темой: 1." in asked
    assert "подсказала машина: 1." in asked
    assert "Правил: 1, шаблонов: 1, своих сроков ответа: 1." in asked
    assert "Тяжесть: была 2, станет 4." in asked
    assert "Новые ключевые слова: бювет, нет воды, все сухо." in asked
    assert "<b>воды" not in asked
    assert reread(pipe).name == "Нет холодной воды"
    assert admin.post(f"/admin/classifier/{pipe.pk}/", {**data, "sure": "1"}).status_code == 302
    pipe.refresh_from_db()
    assert (pipe.name, pipe.severity, pipe.keywords) == ("Нет <b>воды</b>", 4, ["бювет", "нет воды", "все сухо"])
    entry = Entry.objects.get(verb="theme.edit")
    assert (entry.subject, entry.actor) == (f"theme:{pipe.pk}", f"user:{town.admin.pk}")
    assert "Нет холодной воды → Нет" in Reason.objects.get(entry=entry).text
    assert_shows(page(admin, pipe), "Изменена тема", hides=["<b>воды"])


def test_a_change_that_is_none_writes_nothing(town: Town, admin: Client) -> None:
    data = given(town.pipe)
    assert "Вы ничего не изменили" in admin.post(f"/admin/classifier/{town.pipe.pk}/", data).content.decode()
    admin.post(f"/admin/classifier/{town.pipe.pk}/", {**data, "sure": "1"})
    assert not Entry.objects.filter(verb="theme.edit").exists()


@pytest.mark.parametrize("sure", ["", "1"])
def test_who_comes_second_sees_what_the_first_wrote_and_keeps_his_own(town: Town, admin: Client, sure: str) -> None:
    pipe = town.pipe
    mine = given(pipe, keywords="моё слово")
    theirs = given(pipe, keywords="их слово")
    admin.post(f"/admin/classifier/{pipe.pk}/", {**theirs, "sure": "1"})
    answer = admin.post(f"/admin/classifier/{pipe.pk}/", {**mine, "sure": sure})
    assert_answers(answer, 409, "Сейчас записано: их слово", "моё слово</textarea>")
    assert reread(pipe).keywords == ["их слово"]
    again = {**mine, "seen": answer.context["form"]["seen"].value(), "sure": "1"}
    assert admin.post(f"/admin/classifier/{pipe.pk}/", again).status_code == 302
    assert reread(pipe).keywords == ["мое слово"]


def test_the_fast_track_moves_running_limits_and_no_start(town: Town, admin: Client) -> None:
    pipe = town.pipe
    late, fresh = town.card(), town.card(at=timezone.now() - timedelta(minutes=30))
    Incident.objects.filter(pk__in=[late.pk, fresh.pk]).update(theme=pipe, state=State.IN_WORK)
    Norm.objects.create(clock="first_answer", fast_track=True, minutes=120, working=False)
    Norm.objects.create(clock="first_answer", minutes=600, working=False)
    for card in (late, fresh):
        limit_at = card.started_at + timedelta(minutes=600)
        Deadline.objects.filter(incident=card, clock="first_answer").update(limit_at=limit_at, working=False)
    data = given(pipe, fast_track="on")
    asked = admin.post(f"/admin/classifier/{pipe.pk}/", data).content.decode()
    assert "Тема попадёт в фасттрек." in asked
    assert "Изменится срок у карточек: 2, из них сразу станут просроченными: 1." in asked
    admin.post(f"/admin/classifier/{pipe.pk}/", {**data, "sure": "1"})
    for card in (late, fresh):
        clock = Deadline.objects.get(incident=card, clock="first_answer")
        assert clock.starts_at == card.started_at
        assert clock.limit_at == card.started_at + timedelta(minutes=120)


def test_a_theme_of_its_own_norm_keeps_its_limits_whatever_the_fast_track(town: Town, admin: Client) -> None:
    pipe = town.pipe
    for clock in ("first_answer", "final_answer"):
        Norm.objects.create(clock=clock, theme=pipe, minutes=600, working=False)
    card = town.card()
    before = list(Deadline.objects.filter(incident=card).values_list("limit_at", flat=True))
    asked = admin.post(f"/admin/classifier/{pipe.pk}/", given(pipe, fast_track="on")).content.decode()
    assert "Ни у одной карточки, которой идёт срок, он не изменится." in asked
    assert list(Deadline.objects.filter(incident=card).values_list("limit_at", flat=True)) == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " \u200b "}, "Заполните"),
        ({"name": "Ы" * 251}, "не больше 250"),
        ({"kind": "letter"}, "Такого в списке нет"),
        ({"severity": "9" * 30}, "Такого в списке нет"),
        ({"severity": "0"}, "Такого в списке нет"),
        ({"keywords": "Ы" * 200_000}, "не больше 4000"),
        ({"keywords": "раз два три четыре"}, "до трёх слов"),
        ({"keywords": "ы" * 61}, "до трёх слов"),
        ({"keywords": ",".join(f"слово{number}" for number in range(keywords.MOST + 1))}, "не больше 100 слов"),
    ],
)
def test_what_cannot_be_a_theme_is_told_beside_the_field(
    town: Town, admin: Client, changed: dict[str, str], said: str
) -> None:
    group = town.pipe.group
    for address, data in (
        (f"/admin/classifier/{town.pipe.pk}/", given(town.pipe, **changed)),
        ("/admin/classifier/addition/", new(group, **changed)),
    ):
        assert_answers(admin.post(address, {**data, "sure": "1"}), 422, said)
    assert not Entry.objects.exists()


def test_odd_signs_in_keywords_do_no_harm(town: Town, admin: Client) -> None:
    pipe = town.pipe
    strange = given(pipe, keywords="\u202eвода\x00, <script>alert(1)</script>, \u200b, ,;\n", seen=keeping.seen(pipe))
    answer = admin.post(f"/admin/classifier/{pipe.pk}/", strange)
    assert answer.status_code in (200, 422)
    assert b"<script>alert" not in answer.content


def test_a_new_theme_gets_its_groups_code_and_may_be_chosen_at_once(town: Town, admin: Client) -> None:
    group = town.pipe.group
    assert admin.get(f"/admin/classifier/addition/?group={group.pk}").context["form"]["group"].value() == group.pk
    assert admin.post("/admin/classifier/addition/", new(group)).status_code == 302
    made = Theme.objects.get(name="Собаки")
    assert (made.code, made.group, made.severity) == ("homes.dogs", group, 3)
    assert made.keywords == ["стая собак", "ежик"]
    assert made.retired_on is None
    assert Entry.objects.get(verb="theme.add").data["group"] == group.pk
    assert "Собаки" in page_at(admin, "/admin/rules/addition/")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code": "DOGS", "name": "Другие"}, "Такой код уже есть"),
        ({"code": "homes.dogs", "name": "Другие"}, "Такой код уже есть"),
        ({"code": "cats", "name": "«собаки»"}, "с таким названием"),
        ({"code": "собаки"}, "только латинские"),
        ({"code": "a--b"}, "только латинские"),
        ({"code": "../x"}, "только латинские"),
        ({"code": "a" * 78}, "вместе с кодом группы"),
        ({"code": ""}, "Заполните"),
        ({"group": ""}, "Выберите из списка"),
        ({"group": "9" * 40}, "Такого в списке нет"),
    ],
)
def test_a_code_and_a_name_are_one_themes_own(town: Town, admin: Client, changed: dict[str, str], said: str) -> None:
    group = town.pipe.group
    admin.post("/admin/classifier/addition/", new(group))
    assert_answers(admin.post("/admin/classifier/addition/", new(group, **changed)), 422, said)
    assert Theme.objects.filter(group=group).count() == 2
    taken = admin.post(f"/admin/classifier/{town.pipe.pk}/", given(town.pipe, name="СОБАКИ", sure="1"))
    assert taken.status_code == 422


def test_another_version_may_have_the_same_code(town: Town, admin: Client) -> None:
    admin.post("/admin/classifier/addition/", new(town.pipe.group))
    other = Classifier.objects.create(version="next", in_force_from=timezone.localdate() + timedelta(days=90))
    group = ThemeGroup.objects.create(classifier=other, code="homes", name="ЖКХ")
    assert admin.post("/admin/classifier/addition/", new(group)).status_code == 302
    assert "next" in page_at(admin, "/admin/classifier/")


def test_a_theme_goes_from_a_day_on_and_what_names_it_stays(town: Town, admin: Client) -> None:
    pipe, today = town.pipe, timezone.localdate()
    Incident.objects.filter(pk=town.card().pk).update(theme=pipe, state=State.IN_WORK)
    rule = town.rule
    address, ahead = f"/admin/classifier/{pipe.pk}/retirement/", today + timedelta(days=30)
    asked = admin.post(address, {"on": ahead.isoformat()}).content.decode()
    assert f"Не предлагать с {ahead:%d.%m.%Y}." in asked
    assert "Открытых карточек с этой темой: 1." in asked
    assert "Правил: 1, шаблонов: 0" in asked
    assert reread(pipe).retired_on is None
    confirm(admin, address, {"on": ahead.isoformat()})
    assert "будет выведена с" in page(admin, pipe)
    confirm(admin, address, {"on": today.isoformat()})
    assert reread(pipe).retired_on == today
    assert Rule.objects.filter(pk=rule.pk).exists()
    assert Incident.objects.filter(theme=pipe).count() == 1
    # What has gone already does not go again on another day.
    confirm(admin, address, {"on": ahead.isoformat()})
    assert reread(pipe).retired_on == today
    assert Entry.objects.filter(verb="theme.retire").count() == 2
    assert pipe.name not in page_at(admin, "/admin/templates/addition/")


@pytest.mark.parametrize("day", ["", "вчера", "0001-01-01", "99999-01-01", "past"])
def test_a_day_that_is_none_or_past_is_refused(town: Town, admin: Client, day: str) -> None:
    on = (timezone.localdate() - timedelta(days=1)).isoformat() if day == "past" else day
    answer = admin.post(f"/admin/classifier/{town.pipe.pk}/retirement/", {"on": on, "sure": "1"})
    assert answer.status_code == 422
    assert reread(town.pipe).retired_on is None
    today = timezone.localdate()
    with pytest.raises(keeping.Refused):
        keeping.retire(town.pipe.pk, today - timedelta(days=1), "", today, "user:1", timezone.now())


def test_a_retired_theme_comes_back_once(town: Town, admin: Client) -> None:
    pipe, address = town.pipe, f"/admin/classifier/{town.pipe.pk}/return/"
    Theme.objects.filter(pk=pipe.pk).update(retired_on=timezone.localdate())
    assert "Вернуть тему" in admin.post(address).content.decode()
    assert Theme.objects.filter(pk=pipe.pk, retired_on__isnull=False).exists()
    for _twice in range(2):
        assert admin.post(address, {"sure": "1"}).status_code == 302
    assert reread(pipe).retired_on is None
    assert Entry.objects.filter(verb="theme.return").count() == 1
    assert "Тема возвращена в классификатор" in page(admin, pipe)
