"""«Мои подборки»: kept, pinned with counters, shared with colleagues, and harmless however their query was made."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.models import Selection
from otklik.desk.queue.counts import MOST_COUNTED, counts
from otklik.desk.queue.filters import TABS, Filters
from otklik.desk.selections.page import MOST_OWN
from otklik.desk.selections.shown import MOST_PINNED
from otklik.desk.tests.queue_data import Region
from otklik.incidents.models import Incident
from otklik.people.models import Grant, Role, User
from otklik.routing.assign import Decision, assign


@pytest.fixture
def colleague(region: Region) -> User:
    user = User.objects.create_user("second", last_name="Иванова", first_name="Мария", patronymic="Петровна")
    Grant.objects.create(user=user, role=Role.CURATOR, agency=region.water)
    return user


def keep(client: Client, title: str, query: str = "", **more: str) -> str:
    answer = client.post("/selections/", {"title": title, "query": query, **more}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def chips(client: Client, query: str = "") -> dict[str, str]:
    return {chip.title: chip.cards for chip in client.get(f"/queue/?{query}").context["chips"]}


def test_a_choice_is_kept_normalised_pinned_and_counted(client: Client, region: Region) -> None:
    region.card("Яма", theme=region.hole, agency=region.roads)
    region.card()
    client.force_login(region.operator)
    said = keep(client, " Ямы ", f"group={region.hole.group_id}&evil=1&overdue=no&start={'1' * 31}")
    assert "сохранена" in said
    assert Selection.objects.get().query == f"group={region.hole.group_id}"
    assert chips(client) == {"Ямы": "1"}
    current = client.get(f"/queue/?group={region.hole.group_id}").context["chips"]
    assert [chip.current for chip in current] == [True]


def test_the_counters_come_with_the_changes(client: Client, region: Region) -> None:
    client.force_login(region.operator)
    keep(client, "Все")
    kept = Selection.objects.get()
    revision = client.get("/queue/").context["revision"]
    region.card()
    told = client.get(f"/queue/changes/?after={revision}&tab=done").json()
    assert told["pinned"] == {str(kept.pk): "1"}


def test_a_page_with_eight_pinned_ones_keeps_the_limit_of_queries(
    client: Client, region: Region, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    region.card()
    client.force_login(region.operator)
    every = f"q=воды&group={region.pipe.group_id}&place={region.city.pk}&agency={region.water.pk}&overdue=1&mine=1"
    for number in range(MOST_PINNED + 3):
        keep(client, f"Подборка {number}", every)
    assert Selection.objects.filter(pinned=True).count() == MOST_PINNED
    with django_assert_max_num_queries(10):
        assert len(client.get("/queue/").context["chips"]) == MOST_PINNED
    with django_assert_max_num_queries(10):
        client.get("/queue/changes/?after=0&redraw=1&shown=1&fill=1")
    with django_assert_max_num_queries(10):
        client.get("/selections/")


def test_a_shared_one_shows_each_reader_his_own_numbers(client: Client, region: Region, colleague: User) -> None:
    for agency in (region.water, region.roads):
        assign(region.card(), Decision(agency, region.pipe, region.city), region.operator, timezone.now())
    client.force_login(region.operator)
    keep(client, "В работе", "tab=work", shared="1")
    keep(client, "Тайная", "tab=work")
    assert chips(client)["В работе"] == "2"
    client.force_login(colleague)
    page = client.get("/queue/")
    assert [one.title for one in page.context["selections"].theirs] == ["В работе"]
    assert "Operator М." in page.content.decode()
    assert page.context["chips"] == []  # what stands above the list is one's own choice
    assert "Тайная" not in client.get("/selections/").content.decode()
    keep(client, "В работе", "tab=work")
    assert chips(client) == {"В работе": "1"}


def test_mine_in_a_shared_one_means_the_readers_own(client: Client, region: Region) -> None:
    first, second = region.card(), region.card()
    Incident.objects.filter(pk=first.pk).update(taken_by=region.operator, taken_at=timezone.now())
    Incident.objects.filter(pk=second.pk).update(taken_by=region.stranger, taken_at=timezone.now())
    client.force_login(region.operator)
    keep(client, "Мои", "mine=1")
    assert [row.card.pk for row in client.get("/queue/?mine=1").context["rows"]] == [first.pk]
    assert chips(client) == {"Мои": "1"}


def test_ones_own_are_renamed_shared_unpinned_and_deleted(client: Client, region: Region) -> None:
    client.force_login(region.operator)
    keep(client, "Старое", "tab=done")
    pk = Selection.objects.get().pk
    client.post(f"/selections/{pk}/", {"title": "Новое"})
    client.post(f"/selections/{pk}/", {"shared": "1"})
    client.post(f"/selections/{pk}/", {"pinned": "0"})
    kept = Selection.objects.get()
    assert (kept.title, kept.shared, kept.pinned, kept.query) == ("Новое", True, False, "tab=done")
    client.post(f"/selections/{pk}/removal/")
    assert not Selection.objects.exists()
    assert client.post(f"/selections/{pk}/removal/").status_code == 404


def test_of_another_nothing_can_be_changed_shared_or_not(client: Client, region: Region, colleague: User) -> None:
    client.force_login(region.operator)
    keep(client, "Общая", shared="1")
    pk = Selection.objects.get().pk
    for address in (f"/selections/{pk}/", f"/selections/{pk}/removal/"):
        client.force_login(colleague)
        assert client.post(address, {"title": "Взлом"}).status_code == 404
        assert client.get(address).status_code == 405
        for user in (region.executor, region.stranger):
            client.force_login(user)
            assert client.post(address, {"title": "Взлом"}).status_code == 403
        client.logout()
        assert client.post(address).status_code == 302
    assert Selection.objects.get().title == "Общая"


def test_the_list_is_for_the_desk(client: Client, region: Region) -> None:
    assert client.get("/selections/").status_code == 302
    for user in (region.executor, region.stranger):
        client.force_login(user)
        assert client.get("/selections/").status_code == 403
        assert client.post("/selections/", {"title": "Моя"}).status_code == 403
    assert not Selection.objects.exists()


@pytest.mark.parametrize("title", ["", "   ", "\u200b\u202e"])
def test_a_selection_needs_a_name(client: Client, region: Region, title: str) -> None:
    client.force_login(region.operator)
    assert "Назовите подборку" in keep(client, title)
    assert not Selection.objects.exists()


@pytest.mark.parametrize("title", ["а" * 200_000, "<script>alert(1)</script>", "\u202eевсе\u200b ночью", "a\x00b"])
def test_a_strange_name_is_kept_as_one_short_harmless_line(client: Client, region: Region, title: str) -> None:
    client.force_login(region.operator)
    keep(client, title)
    kept = Selection.objects.get().title
    assert 0 < len(kept) <= 60
    assert "\u202e" not in kept
    for address in ("/queue/", "/selections/"):
        assert "<script>alert" not in client.get(address).content.decode()


def test_a_name_is_used_once_and_there_is_an_end_to_them(client: Client, region: Region) -> None:
    client.force_login(region.operator)
    keep(client, "Одна")
    assert "уже есть" in keep(client, "Одна", "tab=done")
    keep(client, "Другая")
    second = Selection.objects.get(title="Другая")
    answer = client.post(f"/selections/{second.pk}/", {"title": "Одна"}, follow=True)
    assert "уже есть" in answer.content.decode()
    Selection.objects.bulk_create(Selection(user=region.operator, title=str(n), query="") for n in range(MOST_OWN))
    assert "Удалите ненужную" in keep(client, "Лишняя")


HOSTILE = [
    "tab=../etc&group=-1&place=99999999999999999999",
    "q=" + "%D1%8F" * 5000,
    "q=%27)%20OR%201=1--&network=vk'--",
    "%ff%00&q=%00",
    "mine=да&overdue=&&&==",
    "agency=٣&start=" + "9" * 31,
]


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hand_made_query_is_harmless_kept_or_in_the_table(client: Client, region: Region, query: str) -> None:
    region.card()
    client.force_login(region.operator)
    keep(client, "Моя", query)
    Selection.objects.create(user=region.operator, title="Из таблицы", query=query[:600].replace("\x00", ""))
    assert client.get("/queue/").status_code == 200
    assert client.get("/queue/changes/?after=0").status_code == 200
    assert client.get("/selections/").status_code == 200
    assert "evil" not in client.post("/selections/", {"title": "x", "query": "//evil.example"}).headers["Location"]


def test_an_eighth_pin_is_the_last(client: Client, region: Region) -> None:
    client.force_login(region.operator)
    for number in range(MOST_PINNED + 1):
        keep(client, f"Подборка {number}")
    spare = Selection.objects.get(pinned=False)
    answer = client.post(f"/selections/{spare.pk}/", {"pinned": "1"}, follow=True)
    assert "сначала открепите" in answer.content.decode()
    spare.refresh_from_db()
    assert not spare.pinned


def test_counting_is_one_query_and_stops(region: Region, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        region.card(priority=3 + number)
    now = timezone.now()
    Incident.objects.bulk_create(
        Incident(number=100_000 + number, started_at=now, created_at=now) for number in range(MOST_COUNTED + 50)
    )
    chosen, work = Filters(tab=TABS["new"]), Filters(tab=TABS["work"])
    region.operator.grants.all()
    with django_assert_max_num_queries(2):
        found = counts(region.operator, chosen, now, [chosen, work])
    assert found.pinned == [MOST_COUNTED + 1, 0]
    assert (found.tabs["new"], found.urgent) == (MOST_COUNTED + 1, 2)
    assert found.newest_urgent == Incident.objects.get(priority=5).pk
    assert counts(region.stranger, chosen, now, [chosen]).pinned == [0]
