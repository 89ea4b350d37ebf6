"""Two administrators with one thing open: whoever saves second writes nothing, keeps his text, sees what stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from otklik.answers import keeping as templates
from otklik.answers.models import Template
from otklik.desk.tests.account_data import an_account
from otklik.desk.tests.forms import agreed, confirm, save, seen
from otklik.desk.tests.pages import assert_answers, page_at
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks import keeping as networks
from otklik.people import accounts, agencies
from otklik.people.models import Role
from otklik.people.scope import Refused
from otklik.routing import calendars, rules
from otklik.routing.models import Calendar, Norm, Rule
from otklik.routing.norms import Allowed
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Agreed:
    """A page that asks before it does, over `row`: what the first editor wants, and the second."""

    address: str
    row: Model
    first: dict[str, str]
    second: dict[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A form at `address` over `row`: the first editor's fields, the second's, and what the second one must read."""

    address: str
    row: Model
    stands: dict[str, str]
    first: dict[str, str]
    second: dict[str, str]
    said: str


def a_template(town: Town) -> Case:
    row = Template.objects.create(title="Починим", kind="final", text="Прежний", agency=town.pumps)
    stands = {"kind": "final", "title": "Починим", "about": "", "text": "Прежний", "agency": str(town.pumps.pk)}
    first, second = {"agency": "", "text": "Новый"}, {"title": "Скоро починим"}
    return Case(f"/admin/templates/{row.pk}/", row, stands, first, second, "Сейчас записано: Новый")


def a_rule(town: Town) -> Case:
    row = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    about = f"t{town.pipe.pk}"
    stands = {"about": about, "place": "", "agency": str(town.pumps.pk), "since": "", "until": "", "note": ""}
    first, second = {"until": "2090-12-01", "place": str(town.village.pk)}, {"note": "по письму"}
    return Case(f"/admin/rules/{row.pk}/", row, stands, first, second, "Сейчас записано: 01.12.2090")


def an_agency(town: Town) -> Case:
    stands = {"name": "Насосы", "short_name": "Насосы", "territory": ""}
    first, second = {"territory": str(town.village.pk)}, {"name": "Насосная служба"}
    said = f"Сейчас записано: {town.village.name}"
    return Case(f"/admin/agencies/{town.pumps.pk}/", town.pumps, stands, first, second, said)


def a_person(town: Town) -> Case:
    row = town.executor
    stands = {"last": row.last_name, "first": row.first_name, "patronymic": row.patronymic, "email": ""}
    first, second = {"email": "n@example.ru"}, {"patronymic": "Сергеевна"}
    return Case(f"/admin/people/{row.pk}/names/", row, stands, first, second, "Сейчас записано: n@example.ru")


def an_account_of_ours(town: Town) -> Case:
    row = an_account(town)
    stands = {"title": row.title, "agency": str(town.water.pk)}
    first, second = {"agency": ""}, {"title": "Город"}
    return Case(f"/admin/accounts/{row.pk}/", row, stands, first, second, "Сейчас записано: всего региона")


def a_norm(town: Town) -> Case:
    row = Norm.objects.create(clock="first_answer", minutes=60, working=False)
    stands = {"clock": "first_answer", "about": "", "hours": "1", "minutes": "0"}
    return Case(
        f"/admin/norms/{row.pk}/", row, stands, {"working": "on"}, {"minutes": "30"}, "Сейчас записано: отмечено"
    )


def hours(town: Town) -> Case:
    row = Calendar.objects.create(title="Рабочая неделя", default=True)
    stands = {"opens": "08:30", "closes": "17:30"}
    said = "Сейчас записано: 09:00"
    return Case("/admin/calendars/hours/", row, stands, {"opens": "09:00"}, {"closes": "18:00"}, said)


CASES = (a_template, a_rule, an_agency, a_person, an_account_of_ours, a_norm, hours)


@pytest.mark.parametrize("sure", ["", "1"])
@pytest.mark.parametrize("make", CASES)
def test_the_second_to_save_undoes_nothing_of_the_first(town: Town, make: Callable[[Town], Case], sure: str) -> None:
    case = make(town)
    first, second = signed_in(town.admin), signed_in(person("second-admin", Role.ADMINISTRATOR))
    opened = seen(second, case.address)
    assert save(first, case.address, {**case.stands, **case.first}).status_code == 302
    stands, written = read(case.row), Entry.objects.count()
    mine = {**case.stands, **case.second, "sure": sure}
    answer = second.post(case.address, {**mine, "seen": opened})
    assert_answers(answer, 409, "Сверьте поля и сохраните снова.", case.said)
    assert all(answer.context["form"][name].value() == typed for name, typed in case.second.items())
    assert (read(case.row), Entry.objects.count()) == (stands, written)
    # A form that carries no mark at all was based on nothing.
    assert second.post(case.address, mine).status_code == 409
    assert (read(case.row), Entry.objects.count()) == (stands, written)
    # He has seen it now: both changes, if that is what he wants.
    again = {**mine, **case.first, "seen": answer.context["form"]["seen"].value(), "sure": "1"}
    assert second.post(case.address, again).status_code == 302
    assert read(case.row) != stands


@pytest.mark.parametrize("make", CASES)
def test_a_save_that_changes_nothing_writes_nothing(town: Town, admin: Client, make: Callable[[Town], Case]) -> None:
    case = make(town)
    answer = save(admin, case.address, case.stands)
    assert "Ничего не изменилось." in page_at(admin, answer["Location"])
    assert not Entry.objects.exists()


def a_move(town: Town) -> Agreed:
    away, up = {"parent": str(town.roads.pk)}, {"parent": ""}
    return Agreed(f"/admin/agencies/{town.pumps.pk}/parent/", town.pumps, away, up)


def a_last_day(town: Town) -> Agreed:
    row = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    return Agreed(f"/admin/rules/{row.pk}/ending/", row, {"until": "2090-12-01"}, {"until": "2091-12-01"})


def a_retirement(town: Town) -> Agreed:
    row = town.pipe
    return Agreed(f"/admin/classifier/{row.pk}/retirement/", row, {"on": "2090-12-01"}, {"on": "2091-12-01"})


@pytest.mark.parametrize("make", [a_move, a_last_day, a_retirement])
def test_a_yes_is_to_what_the_page_told_and_to_nothing_else(town: Town, make: Callable[[Town], Agreed]) -> None:
    case = make(town)
    first, second = signed_in(town.admin), signed_in(person("second-admin", Role.ADMINISTRATOR))
    kept = agreed(second, case.address, case.second)
    confirm(first, case.address, case.first)
    stands, written = read(case.row), Entry.objects.count()
    for late in (kept, {**kept, "seen": ""}):
        answer = second.post(case.address, {**late, "sure": "1"})
        assert "Пока вы смотрели" in page_at(second, answer["Location"])
        assert (read(case.row), Entry.objects.count()) == (stands, written)
    confirm(second, case.address, case.second)
    assert read(case.row) != stands


def test_a_norm_that_was_changed_meanwhile_is_not_taken_away(town: Town) -> None:
    norm = Norm.objects.create(clock="first_answer", minutes=60, working=False)
    client, address = signed_in(town.admin), f"/admin/norms/{norm.pk}/removal/"
    kept = agreed(client, address, {})
    Norm.objects.filter(pk=norm.pk).update(minutes=90)
    answer = client.post(address, {**kept, "sure": "1"})
    assert "Пока вы смотрели" in page_at(client, answer["Location"])
    assert Norm.objects.filter(pk=norm.pk).exists()
    assert not Entry.objects.exists()
    confirm(client, address, {})
    assert not Norm.objects.exists()


def read(row: Model) -> dict[str, Any]:
    found: dict[str, Any] = type(row)._default_manager.filter(pk=row.pk).values().get()
    return {name: value for name, value in found.items() if name not in ("hook_secret", "options")}


def test_the_question_carries_what_it_was_asked_about(town: Town) -> None:
    case, client = a_rule(town), signed_in(town.admin)
    kept = agreed(client, case.address, {**case.stands, **case.second, "seen": seen(client, case.address)})
    save(client, case.address, {**case.stands, **case.first})
    assert client.post(case.address, {**kept, "sure": "1"}).status_code == 409


def test_a_limit_or_a_day_added_meanwhile_is_not_overwritten(town: Town) -> None:
    client = signed_in(town.admin)
    norm = {"clock": "first_answer", "about": "", "hours": "2", "minutes": "", "working": "on"}
    day = {"day": "2026-12-31", "hours": "5"}
    kept = [
        (address, agreed(client, address, given))
        for address, given in (("/admin/norms/addition/", norm), ("/admin/calendars/day/", day))
    ]
    Norm.objects.create(clock="first_answer", minutes=60)
    Calendar.objects.create(title="Рабочая неделя", default=True, special_days={"2026-12-31": 7})
    for (address, given), said in zip(kept, ("Сейчас записано: 1", "Сейчас записано: 7"), strict=True):
        assert_answers(client.post(address, {**given, "sure": "1"}), 409, said)
    assert Norm.objects.get().minutes == 60
    assert Calendar.objects.get().special_days == {"2026-12-31": 7}
    Norm.objects.all().delete()
    assert not Entry.objects.exists()


def test_a_limit_taken_away_meanwhile_comes_back_only_when_asked_again(town: Town) -> None:
    client = signed_in(town.admin)
    Norm.objects.create(clock="first_answer", minutes=60)
    kept = agreed(client, "/admin/norms/addition/", {"clock": "first_answer", "about": "", "hours": "2", "minutes": ""})
    Norm.objects.all().delete()
    answer = client.post("/admin/norms/addition/", {**kept, "sure": "1"})
    assert_answers(answer, 409, "этот срок убрали")
    assert not Norm.objects.exists()
    again = {**kept, "seen": answer.context["form"]["seen"].value(), "sure": "1"}
    assert client.post("/admin/norms/addition/", again).status_code == 302
    assert Norm.objects.get().minutes == 120


def test_the_verbs_themselves_compare_within_their_turn(town: Town) -> None:
    by, now, person = town.admin, clock.now(), town.executor
    account, rule, template = (make(town).row for make in (an_account_of_ours, a_rule, a_template))
    assert isinstance(rule, Rule) and isinstance(template, Template)  # noqa: PT018
    told = rules.Told(town.water, rule.theme)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: accounts.rename(person, accounts.Name("Н", "А"), "old", by, now),
        lambda: agencies.change(town.pumps, agencies.Told("Н", "Н"), "old", by, now),
        lambda: networks.change(account, networks.Told("Н"), "old", by, now),  # type: ignore[arg-type]
        lambda: rules.change(rule, told, "old", by, now),
        lambda: templates.change(template, templates.Told("Н", "final", "Н"), "old", by, now),
        lambda: calendars.set_norm(Allowed("first_answer", None, False, 60, True), "old", by, now),
        lambda: calendars.set_hours(time(9), time(18), "old", by, now),
        lambda: calendars.set_day(now.date(), 5, "old", by, now),
    )
    for late in verbs:
        with pytest.raises(Refused, match="overtaken"):
            late()
    assert not Entry.objects.exists()


def test_names_beside_a_field_are_text(town: Town) -> None:
    case: Case = a_person(town)
    first, second = signed_in(town.admin), signed_in(person("second-admin", Role.ADMINISTRATOR))
    opened = seen(second, case.address)
    save(first, case.address, {**case.stands, "patronymic": 'Ивановна & "Ко"'})
    answer = second.post(case.address, {**case.stands, "seen": opened})
    assert "Сейчас записано: Ивановна &amp; &quot;Ко&quot;" in answer.content.decode()
