"""«Ведомства»: the tree, and what a change of it does to who sees which card."""

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.desk.admin.tree import rows
from otklik.desk.tests.admin_data import Office, confirm, save
from otklik.desk.tests.clients import signed_in
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident
from otklik.journal.models import Entry, Reason
from otklik.lib import clock
from otklik.people import agencies
from otklik.people.agencies import Told
from otklik.people.models import Agency, Role, User
from otklik.people.scope import Refused, Scope, scope_of
from otklik.places.models import Place
from otklik.routing.models import Rule

pytestmark = pytest.mark.django_db


def page(user: User, address: str) -> str:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def again(user: User) -> User:
    """The same user without what he remembers of his grants."""
    return User.objects.get(pk=user.pk)


def test_the_tree_shows_branches_with_what_is_below_them(office: Office) -> None:
    worker = office.user("worker", Role.EXECUTOR, office.pumps)
    office.executing(worker)
    found, count = rows(scope_of(office.admin), "", closed=False)
    assert [(row.agency, row.depth, row.people, row.cards) for row in found] == [
        (office.region.water, 0, 4, 1),
        (office.pumps, 1, 1, 1),
        (office.region.roads, 0, 0, 0),
    ]
    assert count == 3
    assert [row.agency for row in rows(scope_of(office.admin), "насос", closed=False)[0]] == [
        office.region.water,
        office.pumps,
    ]
    assert rows(Scope(()), "", closed=True) == ([], 0)


def test_a_branch_is_managed_and_nothing_beside_it(office: Office) -> None:
    shown = page(office.water_admin, "/admin/agencies/")
    assert "Насосы" in shown
    assert "Дорожная служба" not in shown
    client = signed_in(office.water_admin)
    roads = office.region.roads.pk
    for verb in ("", "parent/", "closing/", "reopening/"):
        assert client.post(f"/admin/agencies/{roads}/{verb}", {"parent": str(office.pumps.pk)}).status_code == 404
    own = f"/admin/agencies/{office.region.water.pk}/"
    assert "администратор региона" in client.get(own).content.decode()
    assert client.post(f"{own}parent/", {"parent": str(office.pumps.pk), "sure": "1"}).status_code == 403
    assert client.post(f"{own}closing/").status_code == 403
    client.post(f"/admin/agencies/{office.pumps.pk}/parent/", {"parent": "", "sure": "1"})
    client.post(f"/admin/agencies/{office.pumps.pk}/parent/", {"parent": str(roads), "sure": "1"})
    office.pumps.refresh_from_db()
    assert office.pumps.parent == office.region.water
    assert client.post("/admin/agencies/addition/", {"short_name": "Х", "name": "Х", "parent": ""}).status_code == 422
    assert not Entry.objects.exists()


def test_an_agency_is_added_with_a_code_of_its_name(office: Office) -> None:
    client, given = signed_in(office.admin), {"short_name": "Горсвет №1", "name": "МУП «Горсвет»", "territory": ""}
    for _time in range(2):
        assert client.post("/admin/agencies/addition/", {**given, "parent": ""}).status_code == 302
        Agency.objects.filter(short_name="Горсвет №1").update(active=False)
    assert [agency.code for agency in Agency.objects.filter(short_name="Горсвет №1").order_by("pk")] == [
        "gorsvet-1",
        "gorsvet-1-2",
    ]
    under = {**given, "parent": str(office.pumps.pk), "territory": str(office.region.city.pk)}
    client.post("/admin/agencies/addition/", under)
    made = Agency.objects.latest("pk")
    assert made.path == f"{office.pumps.path}{made.pk}/"
    assert made.territory == office.region.city
    assert Entry.objects.filter(verb="agency.add").count() == 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"short_name": ""}, "Заполните"),
        ({"short_name": "\u200b\u202e"}, "Заполните"),
        ({"short_name": "Ы" * 200}, "не больше 120"),
        ({"name": "Ы" * 200_000}, "не больше 250"),
        ({"territory": "9" * 30}, "Такого в списке нет"),
        ({"territory": "x"}, "Такого в списке нет"),
    ],
)
def test_wrong_names_are_told_and_change_nothing(office: Office, changed: dict[str, str], said: str) -> None:
    client, given = signed_in(office.admin), {"short_name": "Н", "name": "Н", "territory": "", **changed}
    answers = [
        client.post(f"/admin/agencies/{office.pumps.pk}/", given),
        client.post("/admin/agencies/addition/", {**given, "parent": ""}),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Entry.objects.exists()


def test_a_rename_is_text_and_goes_into_the_free_words_of_the_journal_alone(office: Office) -> None:
    given = {"short_name": "<i>Насосы</i>", "name": "Насосы\u202e вторые", "territory": str(office.region.village.pk)}
    save(signed_in(office.water_admin), f"/admin/agencies/{office.pumps.pk}/", given)
    office.pumps.refresh_from_db()
    assert office.pumps.name == "Насосы вторые"
    assert "<i>Насосы" not in page(office.admin, "/admin/agencies/")
    assert Entry.objects.get().data == {"territory": office.region.village.pk, "before": {"territory": 0}}
    assert Reason.objects.get().text == "Насосы → <i>Насосы</i>\nНасосы → Насосы вторые"


def test_a_territory_that_the_list_does_not_offer_stays(office: Office) -> None:
    street = Place.objects.create(code="s", name="Слобода", level=Place.Level.SETTLEMENT, parent=office.region.city)
    Agency.objects.filter(pk=office.pumps.pk).update(territory=street)
    given = {"short_name": "Насосы", "name": "Насосы вторые", "territory": str(street.pk)}
    client, address = signed_in(office.admin), f"/admin/agencies/{office.pumps.pk}/"
    assert client.get(address).context["form"]["territory"].value() == street.pk
    assert save(client, address, given).status_code == 302
    office.pumps.refresh_from_db()
    assert (office.pumps.name, office.pumps.territory) == ("Насосы вторые", street)


def test_no_two_open_agencies_share_a_short_name(office: Office) -> None:
    client, pumps = signed_in(office.admin), f"/admin/agencies/{office.pumps.pk}/"
    mine = {"short_name": "  водоканал", "name": "Другой", "territory": ""}
    for answer in (client.post("/admin/agencies/addition/", {**mine, "parent": ""}), save(client, pumps, mine)):
        assert answer.status_code == 422
        assert "Открытое ведомство с таким коротким названием уже есть" in answer.content.decode()
    assert not Entry.objects.exists()
    # A closed one does not take part, until it is to be opened.
    Agency.objects.filter(pk=office.region.roads.pk).update(active=False)
    save(client, pumps, {**mine, "short_name": office.region.roads.short_name})
    office.pumps.refresh_from_db()
    assert office.pumps.short_name == office.region.roads.short_name
    client.post(f"/admin/agencies/{office.region.roads.pk}/reopening/")
    office.region.roads.refresh_from_db()
    assert not office.region.roads.active


def test_a_move_says_who_gains_and_loses_sight_and_takes_the_branch_along(office: Office) -> None:
    region = office.region
    leaf = Agency.objects.create(code="leaf", name="Бригада", short_name="Бригада", parent=office.pumps)
    worker = office.user("worker", Role.EXECUTOR, leaf)
    roadman = office.user("roadman", Role.CURATOR, region.roads)
    card = office.executing(worker)
    client, address = signed_in(office.admin), f"/admin/agencies/{office.pumps.pk}/parent/"
    asked = client.post(address, {"parent": str(region.roads.pk)}).content.decode()
    assert "Ведомств вместе с подчинёнными: 2, открытых карточек у них: 1." in asked
    assert "Перестанут видеть эти карточки сотрудников: 3." in asked
    assert "Начнут видеть эти карточки сотрудников: 1." in asked
    assert not Entry.objects.filter(verb="agency.move").exists()
    confirm(client, address, {"parent": str(region.roads.pk)})
    leaf.refresh_from_db()
    office.pumps.refresh_from_db()
    assert office.pumps.path == f"{region.roads.path}{office.pumps.pk}/"
    assert leaf.path == f"{office.pumps.path}{leaf.pk}/"
    assert visible_to(again(worker)).get() == card
    assert visible_to(again(roadman)).get() == card
    assert not visible_to(again(region.executor)).exists()
    assert Entry.objects.get(verb="agency.move").data == {"from": region.water.pk, "to": region.roads.pk}


def test_to_the_top_and_back(office: Office) -> None:
    address = f"/admin/agencies/{office.pumps.pk}/parent/"
    client = signed_in(office.admin)
    confirm(client, address, {"parent": ""})
    office.pumps.refresh_from_db()
    assert (office.pumps.parent, office.pumps.path) == (None, f"/{office.pumps.pk}/")
    confirm(client, address, {"parent": str(office.region.water.pk)})
    office.pumps.refresh_from_db()
    assert office.pumps.path == f"{office.region.water.path}{office.pumps.pk}/"


@pytest.mark.parametrize("sure", ["", "1"])
def test_nothing_goes_under_itself_or_its_own_child(office: Office, sure: str) -> None:
    client = signed_in(office.admin)
    for parent in (office.region.water.pk, office.pumps.pk, 10**17, "x", "9" * 40):
        client.post(f"/admin/agencies/{office.region.water.pk}/parent/", {"parent": str(parent), "sure": sure})
    office.region.water.refresh_from_db()
    assert (office.region.water.parent, office.region.water.path) == (None, f"/{office.region.water.pk}/")
    assert not Entry.objects.exists()


def test_the_verb_itself_refuses_a_circle_that_came_about_meanwhile(office: Office) -> None:
    water, roads, now = office.region.water, office.region.roads, clock.now()
    agencies.move(Agency.objects.get(pk=water.pk), roads, agencies.place_seen(water), office.admin, now)
    with pytest.raises(Refused, match="inside_itself"):
        agencies.move(roads, office.pumps, agencies.place_seen(roads), office.admin, now)
    with pytest.raises(Refused, match="overtaken"):
        agencies.move(water, roads, agencies.place_seen(water), office.admin, now)
    water.refresh_from_db()
    with pytest.raises(Refused, match="same"):
        agencies.move(water, roads, agencies.place_seen(water), office.admin, now)
    assert all(Agency.objects.filter(path__endswith=f"/{one.pk}/", pk=one.pk).exists() for one in Agency.objects.all())


def test_a_tree_never_grows_deeper_than_its_paths_hold(office: Office) -> None:
    deep, now = office.pumps, clock.now()
    others = (Told("Отдел", f"Отдел {number}") for number in range(1000))
    while len(deep.path) + 12 <= 100:
        deep = agencies.add(next(others), deep, office.admin, now)
    other = agencies.add(next(others), office.region.roads, office.admin, now)
    paths = list(Agency.objects.values_list("path", flat=True))
    with pytest.raises(Refused, match="deep"):
        agencies.add(next(others), deep, office.admin, now)
    for _step in range(8):
        other = agencies.add(next(others), other, office.admin, now)
    paths = list(Agency.objects.values_list("path", flat=True))
    with pytest.raises(Refused, match="deep"):
        agencies.move(office.region.water, other, agencies.place_seen(office.region.water), office.admin, now)
    assert list(Agency.objects.values_list("path", flat=True)) == paths


def test_an_agency_with_cards_people_or_rules_stays_open_and_says_why(office: Office) -> None:
    worker = office.user("worker", Role.EXECUTOR, office.pumps)
    card = office.executing(worker)
    rule = Rule.objects.create(agency=office.pumps, theme=office.region.pipe)
    client, address = signed_in(office.admin), f"/admin/agencies/{office.pumps.pk}/closing/"
    answer = client.get(address)
    assert answer.status_code == 409
    for words in ("сотрудники: 1", "открытые карточки: 1", "действуют или начнут: 1", "вышестоящему: Водоканал"):
        assert words in answer.content.decode()
    for remove in (
        lambda: client.post(f"/admin/grants/{worker.grants.get().pk}/removal/"),
        lambda: Incident.objects.filter(pk=card.pk).update(state="done"),
        lambda: Rule.objects.filter(pk=rule.pk).update(until="2020-01-01"),
    ):
        client.post(address)
        office.pumps.refresh_from_db()
        assert office.pumps.active
        remove()
    assert client.get(address).status_code == 200
    for _twice in range(2):
        client.post(address)
    office.pumps.refresh_from_db()
    assert not office.pumps.active
    assert Entry.objects.filter(verb="agency.close").count() == 1
    assert "Насосы" not in page(office.admin, "/admin/agencies/")
    assert "Насосы" in page(office.admin, "/admin/agencies/?closed=1")
    client.post(f"/admin/agencies/{office.pumps.pk}/reopening/")
    office.pumps.refresh_from_db()
    assert office.pumps.active


def test_a_parent_is_not_closed_before_its_children_nor_a_child_opened_before_it(office: Office) -> None:
    top = Agency.objects.create(code="top", name="Верх", short_name="Верх")
    child = Agency.objects.create(code="child", name="Низ", short_name="Низ", parent=top)
    client = signed_in(office.admin)
    client.post(f"/admin/agencies/{top.pk}/closing/")
    top.refresh_from_db()
    assert top.active
    for agency in (child, top):
        client.post(f"/admin/agencies/{agency.pk}/closing/")
    client.get("/admin/agencies/")  # where the messages so far are read
    client.post(f"/admin/agencies/{child.pk}/reopening/")
    child.refresh_from_db()
    assert not child.active
    assert "Сначала откройте" in client.get(f"/admin/agencies/{child.pk}/").content.decode()


def test_the_tree_costs_the_same_whatever_its_size(
    office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        Agency.objects.create(code=f"n{number}", name="Н", short_name=f"Н{number}", parent=office.pumps)
    client = signed_in(office.admin)
    with django_assert_max_num_queries(10):
        assert "Н59" in client.get("/admin/agencies/").content.decode()
    with django_assert_max_num_queries(10):
        assert client.get(f"/admin/agencies/{office.pumps.pk}/").status_code == 200
