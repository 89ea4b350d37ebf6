"""«Ведомства»: the tree, and what a change of it does to who sees which card."""

import pytest

from otklik.desk.admin.tree import rows
from otklik.desk.tests.forms import confirm, save
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
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
from tests.make.people import agency, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def again(user: User) -> User:
    """The same user without what he remembers of his grants."""
    return User.objects.get(pk=user.pk)


def test_the_tree_shows_branches_with_what_is_below_them(town: Town) -> None:
    worker = person("worker", Role.EXECUTOR, town.pumps)
    town.executing(worker)
    found, count = rows(scope_of(town.admin), "", closed=False)
    assert [(row.agency, row.depth, row.people, row.cards) for row in found] == [
        (town.water, 0, 6, 1),
        (town.pumps, 1, 1, 1),
        (town.roads, 0, 1, 0),
    ]
    assert count == 3
    assert [row.agency for row in rows(scope_of(town.admin), "насос", closed=False)[0]] == [town.water, town.pumps]
    assert rows(Scope(()), "", closed=True) == ([], 0)


def test_a_branch_is_managed_and_nothing_beside_it(town: Town) -> None:
    assert_shows(page_at(town.water_admin, "/admin/agencies/"), "Насосы", hides=["Дорожная служба"])
    client = signed_in(town.water_admin)
    roads = town.roads.pk
    for verb in ("", "parent/", "closing/", "reopening/"):
        assert client.post(f"/admin/agencies/{roads}/{verb}", {"parent": str(town.pumps.pk)}).status_code == 404
    own = f"/admin/agencies/{town.water.pk}/"
    assert "администратор региона" in page_at(client, own)
    assert client.post(f"{own}parent/", {"parent": str(town.pumps.pk), "sure": "1"}).status_code == 403
    assert client.post(f"{own}closing/").status_code == 403
    client.post(f"/admin/agencies/{town.pumps.pk}/parent/", {"parent": "", "sure": "1"})
    client.post(f"/admin/agencies/{town.pumps.pk}/parent/", {"parent": str(roads), "sure": "1"})
    assert reread(town.pumps).parent == town.water
    assert client.post("/admin/agencies/addition/", {"short_name": "Х", "name": "Х", "parent": ""}).status_code == 422
    assert not Entry.objects.exists()


def test_an_agency_is_added_with_a_code_of_its_name(town: Town) -> None:
    client, given = signed_in(town.admin), {"short_name": "Горсвет №1", "name": "МУП «Горсвет»", "territory": ""}
    for _time in range(2):
        assert client.post("/admin/agencies/addition/", {**given, "parent": ""}).status_code == 302
        Agency.objects.filter(short_name="Горсвет №1").update(active=False)
    codes = Agency.objects.filter(short_name="Горсвет №1").values_list("code", flat=True)
    assert sorted(codes) == ["gorsvet-1", "gorsvet-1-2"]
    under = {**given, "parent": str(town.pumps.pk), "territory": str(town.city.pk)}
    client.post("/admin/agencies/addition/", under)
    made = Agency.objects.latest("pk")
    assert made.path == f"{town.pumps.path}{made.pk}/"
    assert made.territory == town.city
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
def test_wrong_names_are_told_and_change_nothing(town: Town, changed: dict[str, str], said: str) -> None:
    client, given = signed_in(town.admin), {"short_name": "Н", "name": "Н", "territory": "", **changed}
    answers = [
        client.post(f"/admin/agencies/{town.pumps.pk}/", given),
        client.post("/admin/agencies/addition/", {**given, "parent": ""}),
    ]
    for answer in answers:
        assert_answers(answer, 422, said)
    assert not Entry.objects.exists()


def test_a_rename_is_text_and_goes_into_the_free_words_of_the_journal_alone(town: Town) -> None:
    given = {"short_name": "<i>Насосы</i>", "name": "Насосы\u202e вторые", "territory": str(town.village.pk)}
    save(signed_in(town.water_admin), f"/admin/agencies/{town.pumps.pk}/", given)
    assert reread(town.pumps).name == "Насосы вторые"
    assert "<i>Насосы" not in page_at(town.admin, "/admin/agencies/")
    assert Entry.objects.get().data == {"territory": town.village.pk, "before": {"territory": 0}}
    assert Reason.objects.get().text == "Насосы → <i>Насосы</i>\nНасосы → Насосы вторые"


def test_a_territory_that_the_list_does_not_offer_stays(town: Town) -> None:
    street = Place.objects.create(code="s", name="Слобода", level=Place.Level.SETTLEMENT, parent=town.city)
    Agency.objects.filter(pk=town.pumps.pk).update(territory=street)
    given = {"short_name": "Насосы", "name": "Насосы вторые", "territory": str(street.pk)}
    client, address = signed_in(town.admin), f"/admin/agencies/{town.pumps.pk}/"
    assert client.get(address).context["form"]["territory"].value() == street.pk
    assert save(client, address, given).status_code == 302
    assert (reread(town.pumps).name, town.pumps.territory) == ("Насосы вторые", street)


def test_no_two_open_agencies_share_a_short_name(town: Town) -> None:
    client, pumps = signed_in(town.admin), f"/admin/agencies/{town.pumps.pk}/"
    mine = {"short_name": "  водоканал", "name": "Другой", "territory": ""}
    for answer in (client.post("/admin/agencies/addition/", {**mine, "parent": ""}), save(client, pumps, mine)):
        assert_answers(answer, 422, "Открытое ведомство с таким коротким названием уже есть")
    assert not Entry.objects.exists()
    # A closed one does not take part, until it is to be opened.
    Agency.objects.filter(pk=town.roads.pk).update(active=False)
    save(client, pumps, {**mine, "short_name": town.roads.short_name})
    assert reread(town.pumps).short_name == town.roads.short_name
    client.post(f"/admin/agencies/{town.roads.pk}/reopening/")
    assert not reread(town.roads).active


def test_a_move_says_who_gains_and_loses_sight_and_takes_the_branch_along(town: Town) -> None:
    leaf = agency("Бригада", "leaf", town.pumps)
    worker = person("worker", Role.EXECUTOR, leaf)
    roadman = person("roadman", Role.CURATOR, town.roads)
    card = town.executing(worker)
    client, address = signed_in(town.admin), f"/admin/agencies/{town.pumps.pk}/parent/"
    asked = client.post(address, {"parent": str(town.roads.pk)}).content.decode()
    assert "Ведомств вместе с подчинёнными: 2, открытых карточек у них: 1." in asked
    assert "Перестанут видеть эти карточки сотрудников: 5." in asked
    assert "Начнут видеть эти карточки сотрудников: 2." in asked
    assert not Entry.objects.filter(verb="agency.move").exists()
    confirm(client, address, {"parent": str(town.roads.pk)})
    leaf.refresh_from_db()
    town.pumps.refresh_from_db()
    assert town.pumps.path == f"{town.roads.path}{town.pumps.pk}/"
    assert leaf.path == f"{town.pumps.path}{leaf.pk}/"
    assert visible_to(again(worker)).get() == card
    assert visible_to(again(roadman)).get() == card
    assert not visible_to(again(town.executor)).exists()
    assert Entry.objects.get(verb="agency.move").data == {"from": town.water.pk, "to": town.roads.pk}


def test_to_the_top_and_back(town: Town) -> None:
    address = f"/admin/agencies/{town.pumps.pk}/parent/"
    client = signed_in(town.admin)
    confirm(client, address, {"parent": ""})
    assert (reread(town.pumps).parent, town.pumps.path) == (None, f"/{town.pumps.pk}/")
    confirm(client, address, {"parent": str(town.water.pk)})
    assert reread(town.pumps).path == f"{town.water.path}{town.pumps.pk}/"


@pytest.mark.parametrize("sure", ["", "1"])
def test_nothing_goes_under_itself_or_its_own_child(town: Town, sure: str) -> None:
    client = signed_in(town.admin)
    for parent in (town.water.pk, town.pumps.pk, 10**17, "x", "9" * 40):
        client.post(f"/admin/agencies/{town.water.pk}/parent/", {"parent": str(parent), "sure": sure})
    assert (reread(town.water).parent, town.water.path) == (None, f"/{town.water.pk}/")
    assert not Entry.objects.exists()


def test_the_verb_itself_refuses_a_circle_that_came_about_meanwhile(town: Town) -> None:
    water, roads, now = town.water, town.roads, clock.now()
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
    others = (Told("Отдел", f"Отдел {number}") for number in range(1000))
    while len(deep.path) + 12 <= 100:
        deep = agencies.add(next(others), deep, town.admin, now)
    other = agencies.add(next(others), town.roads, town.admin, now)
    paths = list(Agency.objects.values_list("path", flat=True))
    with pytest.raises(Refused, match="deep"):
        agencies.add(next(others), deep, town.admin, now)
    for _step in range(8):
        other = agencies.add(next(others), other, town.admin, now)
    paths = list(Agency.objects.values_list("path", flat=True))
    with pytest.raises(Refused, match="deep"):
        agencies.move(town.water, other, agencies.place_seen(town.water), town.admin, now)
    assert list(Agency.objects.values_list("path", flat=True)) == paths


def test_an_agency_with_cards_people_or_rules_stays_open_and_says_why(town: Town) -> None:
    worker = person("worker", Role.EXECUTOR, town.pumps)
    card = town.executing(worker)
    rule = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    client, address = signed_in(town.admin), f"/admin/agencies/{town.pumps.pk}/closing/"
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
        assert reread(town.pumps).active
        remove()
    assert client.get(address).status_code == 200
    for _twice in range(2):
        client.post(address)
    assert not reread(town.pumps).active
    assert Entry.objects.filter(verb="agency.close").count() == 1
    assert "Насосы" not in page_at(town.admin, "/admin/agencies/")
    assert "Насосы" in page_at(town.admin, "/admin/agencies/?closed=1")
    client.post(f"/admin/agencies/{town.pumps.pk}/reopening/")
    assert reread(town.pumps).active


def test_a_parent_is_not_closed_before_its_children_nor_a_child_opened_before_it(town: Town) -> None:
    top = agency("Верх", "top")
    child = agency("Низ", "child", top)
    client = signed_in(town.admin)
    client.post(f"/admin/agencies/{top.pk}/closing/")
    assert reread(top).active
    for one in (child, top):
        client.post(f"/admin/agencies/{one.pk}/closing/")
    client.get("/admin/agencies/")  # where the messages so far are read
    client.post(f"/admin/agencies/{child.pk}/reopening/")
    assert not reread(child).active
    assert "Сначала откройте" in page_at(client, f"/admin/agencies/{child.pk}/")
