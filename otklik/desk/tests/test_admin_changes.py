"""What the journal tells of reference data: which thing, what it was, what it became, and the way to it."""

import csv
import io

import pytest
from django.test import Client

from otklik.answers.models import Template
from otklik.desk.admin.journal_words import Line
from otklik.desk.tests.account_data import an_account
from otklik.desk.tests.forms import confirm, save, seen
from otklik.desk.tests.pages import page_at
from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import Agency, Role
from otklik.routing.models import Calendar, Norm, Rule
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def newest(client: Client, verb: str) -> Line:
    found: list[Line] = client.get(f"/admin/journal/?verb={verb}").context["lines"]
    return found[0]


def test_a_rule_is_named_with_what_changed_in_it(town: Town, admin: Client) -> None:
    rule = Rule.objects.create(agency=town.water, theme=town.pipe, note="по звонку")
    given = {"about": f"g{town.pipe.group_id}", "place": str(town.village.pk), "agency": str(town.pumps.pk)}
    dates = {"since": "2090-01-02", "until": "", "note": "по письму"}
    assert save(admin, f"/admin/rules/{rule.pk}/", {**given, **dates}).status_code == 302
    line = newest(admin, "rule.edit")
    group, village = town.pipe.group.name, town.village.name
    assert line.changes == [
        f"О чём: {town.pipe.name} → {group}",
        f"Где: весь регион → {village}",
        "Чьё это: Водоканал → Насосы",
        "Действует с: не указано → 02.01.2090",
    ]
    assert (line.about, line.link) == (f"{group} · {village} → Насосы", f"/admin/rules/{rule.pk}/")
    assert line.words == "по звонку → по письму"
    shown = page_at(admin, "/admin/journal/")
    assert f'<a class="chip ad-about" href="/admin/rules/{rule.pk}/">{line.about}</a>' in shown
    assert "Чьё это: Водоканал → Насосы" in page_at(admin, f"/admin/rules/{rule.pk}/")
    Agency.objects.filter(pk=town.pumps.pk).update(short_name="Насосы и К")
    confirm(admin, f"/admin/rules/{rule.pk}/ending/", {"until": "2090-05-01"})
    assert newest(admin, "rule.end").changes == ["Последний день: без срока → 01.05.2090"]
    admin.post(f"/admin/rules/{rule.pk}/removal/")
    removed = newest(admin, "rule.remove")
    assert removed.changes[0] == f"{group} · {village} → Насосы и К"
    assert (removed.about, removed.link) == ("", "")


def test_a_template_tells_its_former_title_owner_and_lines(town: Town, admin: Client) -> None:
    template = Template.objects.create(title="Починим", kind="final", text="Первая\nВторая")
    given = {"kind": "first", "title": "Скоро", "about": f"t{town.pipe.pk}", "text": "Первая\nТретья"}
    save(admin, f"/admin/templates/{template.pk}/", {**given, "agency": str(town.pumps.pk)})
    line = newest(admin, "template.edit")
    assert line.changes == [
        "Вид ответа: Итоговый ответ → Первый ответ",
        f"О чём: любая тема → {town.pipe.name}",
        "Чей: для всех ведомств → Насосы",
    ]
    assert line.words == "Починим → Скоро\n− Вторая\n+ Третья"
    admin.post(f"/admin/templates/{template.pk}/removal/", {"sure": "1"})
    assert newest(admin, "template.remove").words == "Скоро"


def test_agencies_accounts_and_themes_tell_both_sides(town: Town, admin: Client) -> None:
    village, account = town.village, an_account(town)
    address = f"/admin/agencies/{town.pumps.pk}/"
    save(admin, address, {"short_name": "Насосы 2", "name": "Насосы", "territory": str(village.pk)})
    line = newest(admin, "agency.edit")
    assert (line.changes, line.words) == ([f"Где работает: весь регион → {village.name}"], "Насосы → Насосы 2")
    assert line.link == address
    save(admin, f"/admin/accounts/{account.pk}/", {"title": "Голос", "agency": ""})
    line = newest(admin, "account.edit")
    assert line.changes == ["Чей это голос: Водоканал → всего региона"]
    assert line.words == "Город отвечает → Голос"
    pipe = town.pipe
    theme = {"name": pipe.name, "kind": pipe.kind, "severity": "5", "keywords": ", ".join(pipe.keywords)}
    save(admin, f"/admin/classifier/{pipe.pk}/", theme)
    assert f"Тяжесть: {pipe.severity} → 5" in newest(admin, "theme.edit").changes


def test_limits_and_hours_tell_both_sides(town: Town, admin: Client) -> None:
    norm = Norm.objects.create(clock="final_answer", minutes=63 * 60)
    address = f"/admin/norms/{norm.pk}/"
    given = {"clock": "final_answer", "about": "", "hours": "62", "minutes": "", "working": "on"}
    confirm(admin, address, {**given, "seen": seen(admin, address)})
    line = newest(admin, "norm.edit")
    assert line.what == "Изменён срок: итоговый ответ, все остальные темы"
    assert line.changes == ["63 ч рабочего времени → 62 ч рабочего времени"]
    assert (line.about, line.link) == ("Срок", address)
    assert line.changes[0] in page_at(admin, address)
    confirm(admin, f"{address}removal/", {})
    assert newest(admin, "norm.remove").changes == ["62 ч рабочего времени"]
    Calendar.objects.create(title="Рабочая неделя", default=True, special_days={"2026-12-31": 7.5})
    hours = {"opens": "09:00", "closes": "18:00", "seen": seen(admin, "/admin/calendars/hours/")}
    confirm(admin, "/admin/calendars/hours/", hours)
    assert newest(admin, "calendar.edit").changes == ["08:30–17:30 → 09:00–18:00"]
    confirm(admin, "/admin/calendars/day/", {"day": "2026-12-31", "hours": "0"})
    line = newest(admin, "calendar.edit")
    assert line.changes == ["31.12.2026: рабочих часов 7,5 → выходной"]
    assert line.link == "/admin/calendars/"


def test_a_grant_tells_its_place(town: Town, admin: Client) -> None:
    given = {"role": Role.OPERATOR, "agency": "", "place": str(town.village.pk), "sure": "1"}
    admin.post(f"/admin/people/{town.executor.pk}/grants/", given)
    assert newest(admin, "grant.give").what.endswith(f"оператор, все ведомства, {town.village.name}")


def test_who_may_not_open_a_thing_gets_no_way_to_it(town: Town, admin: Client) -> None:
    save(admin, f"/admin/agencies/{town.pumps.pk}/", {"short_name": "Н", "name": "Н", "territory": ""})
    assert newest(signed_in(town.auditor), "agency.edit").link == ""
    assert "/admin/agencies/" not in page_at(town.auditor, "/admin/journal/")


@pytest.mark.parametrize(
    ("verb", "data", "told"),
    [
        ("rule.edit", {"agency": 0, "theme": 0, "group": 0, "place": 0, "since": "", "until": "", "was": 0}, []),
        ("rule.remove", {"agency": 999}, ["Чьё это: № 999"]),
        ("rule.end", {"until": "2026-01-02"}, ["Последний день: 02.01.2026"]),
        ("template.edit", {"kind": "final", "theme": 0, "group": 0, "agency": 0}, []),
        ("template.remove", {"kind": "final"}, []),
        ("agency.edit", {"territory": 999}, []),
        ("account.edit", {"agency": 999}, []),
        ("theme.edit", {"kind": "solvable", "severity": 2, "fast": False, "keywords": 1}, []),
        ("norm.edit", {"was": 60, "clock": "first_answer", "minutes": 120}, ["1 ч подряд → 2 ч подряд"]),
        ("norm.edit", {}, []),
        ("norm.apply", {"moved": 3, "last": 9}, ["Сроков: 3."]),
        ("calendar.edit", {"opens": 510, "closes": 1050}, ["08:30–17:30"]),
        ("calendar.edit", {"day": "2026-12-31", "hours": -1}, ["31.12.2026: как в производственном календаре"]),
        ("account.key", {"kind": "community"}, ["Ключ сообщества."]),
        ("account.key", {"kind": "no-such"}, []),
    ],
)  # fmt: skip
def test_entries_of_former_days_tell_what_they_know(
    town: Town, admin: Client, verb: str, data: dict[str, object], told: list[str]
) -> None:
    with book.turn():
        kind = verb.partition(".")[0]
        book.write(at=clock.now(), actor=f"user:{town.admin.pk}", verb=verb, subject=f"{kind}:999", data=data)
    assert newest(admin, verb).changes == told


def test_the_table_tells_the_change_too(town: Town, admin: Client) -> None:
    norm = Norm.objects.create(clock="final_answer", minutes=60)
    confirm(admin, f"/admin/norms/{norm.pk}/removal/", {})
    answer = admin.get("/admin/journal/export/?verb=norm.remove")
    whole = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(whole[1:]), delimiter=";"))
    assert rows[1][3] == "Убран срок: итоговый ответ, все остальные темы; 1 ч рабочего времени"
