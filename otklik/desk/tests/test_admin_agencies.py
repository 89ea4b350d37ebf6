"""«Ведомства»: the tree, and what a change of it does to who sees which card."""

import pytest
from django.test import Client

from otklik.desk.admin.tree import rows
from otklik.desk.tests.forms import confirm, save
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people import agencies
from otklik.people.agencies import AgencyInput
from otklik.people.models import Agency, Role
from otklik.people.scope import Scope, scope_of
from otklik.places.models import Place
from otklik.routing.models import Rule
from tests.make.people import again, agency, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDING = "/admin/agencies/addition/"
LIGHTS = {"short_name": "Горсвет №1", "name": "МУП «Горсвет»", "territory": "", "parent": ""}


def at(agency: Agency, verb: str = "") -> str:
    return f"/admin/agencies/{agency.pk}/{verb}"


def test_the_tree_shows_branches_with_what_is_below_them(town: Town) -> None:
    town.executing(person("worker", Role.EXECUTOR, town.pumps))
    shown, count = rows(scope_of(town.admin), "", closed=False)
    assert [(row.agency, row.depth, row.people, row.cards) for row in shown] == [
        *((town.water, 0, 6, 1), (town.pumps, 1, 1, 1)),
        (town.roads, 0, 1, 0),
    ]
    assert count == 3
    assert [row.agency for row in rows(scope_of(town.admin), "насос", closed=False)[0]] == [town.water, town.pumps]
    assert rows(Scope(()), "", closed=True) == ([], 0)


def test_a_branch_is_managed_and_nothing_beside_it(town: Town) -> None:
    assert_shows(page_at(town.water_admin, "/admin/agencies/"), "Насосы", hides=["Дорожная служба"])
    client, under = signed_in(town.water_admin), {"parent": str(town.pumps.pk), "sure": "1"}
    for verb in ("", "parent/", "closing/", "reopening/"):
        assert client.post(at(town.roads, verb), under).status_code == 404
    assert "администратор региона" in page_at(client, at(town.water))
    assert client.post(at(town.water, "parent/"), under).status_code == 403
    assert client.post(at(town.water, "closing/")).status_code == 403
    for parent in ("", str(town.roads.pk)):
        client.post(at(town.pumps, "parent/"), {"parent": parent, "sure": "1"})
    assert reread(town.pumps).parent == town.water
    assert client.post(ADDING, LIGHTS).status_code == 422
    assert not Entry.objects.exists()


def test_an_agency_is_added_with_a_code_and_a_name_of_its_own_and_keeps_its_place(town: Town, admin: Client) -> None:
    mine = {"short_name": "  водоканал", "name": "Другой", "territory": ""}
    for answer in (admin.post(ADDING, {**mine, "parent": ""}), save(admin, at(town.pumps), mine)):
        assert_answers(answer, 422, "Открытое ведомство с таким коротким названием уже есть")
    assert not Entry.objects.exists()
    # A closed one does not take part, until it is to be opened.
    Agency.objects.filter(pk=town.roads.pk).update(active=False)
    save(admin, at(town.pumps), {**mine, "short_name": town.roads.short_name})
    assert reread(town.pumps).short_name == town.roads.short_name
    admin.post(at(town.roads, "reopening/"))
    assert not reread(town.roads).active
    for _time in range(2):
        assert admin.post(ADDING, LIGHTS).status_code == 302
        Agency.objects.filter(short_name="Горсвет №1").update(active=False)
    codes = Agency.objects.filter(short_name="Горсвет №1").values_list("code", flat=True)
    assert sorted(codes) == ["gorsvet-1", "gorsvet-1-2"]
    admin.post(ADDING, {**LIGHTS, "parent": str(town.pumps.pk), "territory": str(town.city.pk)})
    made = Agency.objects.latest("pk")
    assert (made.path, made.territory) == (f"{town.pumps.path}{made.pk}/", town.city)
    assert Entry.objects.filter(verb="agency.add").count() == 3
    street = Place.objects.create(code="s", name="Слобода", level=Place.Level.SETTLEMENT, parent=town.city)
    Agency.objects.filter(pk=town.pumps.pk).update(territory=street)
    assert admin.get(at(town.pumps)).context["form"]["territory"].value() == street.pk
    fields = {"short_name": "Насосы", "name": "Насосы вторые", "territory": str(street.pk)}
    assert save(admin, at(town.pumps), fields).status_code == 302
    assert (reread(town.pumps).name, town.pumps.territory) == ("Насосы вторые", street)


def test_a_move_says_who_gains_and_loses_sight_and_takes_the_branch_along(town: Town, admin: Client) -> None:
    leaf = agency("Бригада", "leaf", town.pumps)
    worker, roadman = person("worker", Role.EXECUTOR, leaf), person("roadman", Role.CURATOR, town.roads)
    card, address = town.executing(worker), at(town.pumps, "parent/")
    asked = admin.post(address, {"parent": str(town.roads.pk)})
    assert_answers(
        *(asked, 200, "Ведомств вместе с подчинёнными: 2, открытых карточек у них: 1."),
        *("Перестанут видеть эти карточки сотрудников: 5.", "Начнут видеть эти карточки сотрудников: 2."),
    )
    confirm(admin, address, {"parent": str(town.roads.pk)})
    assert reread(town.pumps).path == f"{town.roads.path}{town.pumps.pk}/"
    assert reread(leaf).path == f"{town.pumps.path}{leaf.pk}/"
    assert visible_to(again(worker)).get() == visible_to(again(roadman)).get() == card
    assert not visible_to(again(town.executor)).exists()
    assert Entry.objects.get(verb="agency.move").data == {"from": town.water.pk, "to": town.roads.pk}
    confirm(admin, address, {"parent": ""})
    assert (reread(town.pumps).parent, town.pumps.path) == (None, f"/{town.pumps.pk}/")
    confirm(admin, address, {"parent": str(town.water.pk)})
    assert reread(town.pumps).path == f"{town.water.path}{town.pumps.pk}/"


def test_nothing_goes_under_itself_or_its_own_child_even_if_that_came_about_since(town: Town, admin: Client) -> None:
    water, roads, now = town.water, town.roads, clock.now()
    for sure in ("", "1"):
        for parent in (water.pk, town.pumps.pk, 10**17, "x", "9" * 40):
            admin.post(at(water, "parent/"), {"parent": str(parent), "sure": sure})
    assert (reread(water).parent, water.path) == (None, f"/{water.pk}/")
    assert not Entry.objects.exists()
    agencies.move(Agency.objects.get(pk=water.pk), roads, agencies.place_seen(water), town.admin, now)
    with pytest.raises(Refused, match="inside_itself"):
        agencies.move(roads, town.pumps, agencies.place_seen(roads), town.admin, now)
    with pytest.raises(Refused, match="overtaken"):
        agencies.move(water, roads, agencies.place_seen(water), town.admin, now)
    water.refresh_from_db()
    with pytest.raises(Refused, match="same"):
        agencies.move(water, roads, agencies.place_seen(water), town.admin, now)
    assert all(Agency.objects.filter(path__endswith=f"/{one.pk}/", pk=one.pk).exists() for one in Agency.objects.all())


def test_a_tree_never_grows_deeper_than_its_paths_hold(town: Town) -> None:
    deep, now = town.pumps, clock.now()
    others = (AgencyInput("Отдел", f"Отдел {number}") for number in range(1000))
    while len(deep.path) + 12 <= 100:
        deep = agencies.add(next(others), deep, town.admin, now)
    other = agencies.add(next(others), town.roads, town.admin, now)
    with pytest.raises(Refused, match="deep"):
        agencies.add(next(others), deep, town.admin, now)
    for _step in range(8):
        other = agencies.add(next(others), other, town.admin, now)
    paths = list(Agency.objects.values_list("path", flat=True))
    with pytest.raises(Refused, match="deep"):
        agencies.move(town.water, other, agencies.place_seen(town.water), town.admin, now)
    assert list(Agency.objects.values_list("path", flat=True)) == paths


def test_an_agency_with_cards_people_rules_or_children_stays_open_and_says_why(town: Town, admin: Client) -> None:
    worker = person("worker", Role.EXECUTOR, town.pumps)
    card, rule = town.executing(worker), Rule.objects.create(agency=town.pumps, theme=town.pipe)
    address = at(town.pumps, "closing/")
    why = ("сотрудники: 1", "открытые карточки: 1", "действуют или начнут: 1", "вышестоящему: Водоканал")
    assert_answers(admin.get(address), 409, *why)
    for remove in (
        lambda: admin.post(f"/admin/grants/{worker.grants.get().pk}/removal/"),
        lambda: Incident.objects.filter(pk=card.pk).update(state="done"),
        lambda: Rule.objects.filter(pk=rule.pk).update(until="2020-01-01"),
    ):
        admin.post(address)
        assert reread(town.pumps).active
        remove()
    admin.post(address)
    assert not reread(town.pumps).active
    assert "Насосы" not in page_at(admin, "/admin/agencies/")
    assert "Насосы" in page_at(admin, "/admin/agencies/?closed=1")
    admin.post(at(town.pumps, "reopening/"))
    assert reread(town.pumps).active
    top = agency("Верх", "top")
    child = agency("Низ", "child", top)
    admin.post(at(top, "closing/"))
    assert reread(top).active
    for one in (child, top):
        admin.post(at(one, "closing/"))
    admin.get("/admin/agencies/")  # where the messages so far are read
    admin.post(at(child, "reopening/"))
    assert not reread(child).active
    assert "Сначала откройте" in page_at(admin, at(child))
