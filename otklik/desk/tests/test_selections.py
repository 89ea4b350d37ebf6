"""«Мои подборки»: kept, pinned with counters, shared with colleagues, and harmless however their query was made."""

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.models import Selection
from otklik.desk.queue.counts import MOST_COUNTED, counts
from otklik.desk.queue.filters import TABS, Filters
from otklik.desk.selections.page import MOST_OWN
from otklik.desk.selections.shown import MOST_PINNED
from otklik.desk.tests.pages import at_most, reread
from otklik.incidents.models import Incident
from otklik.routing.assign import Decision, assign
from tests.make.people import signed_in
from tests.make.town import Town


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def keep(client: Client, title: str, query: str = "", **more: str) -> str:
    answer = client.post("/selections/", {"title": title, "query": query, **more}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def chips(client: Client, query: str = "") -> dict[str, str]:
    return {chip.title: chip.cards for chip in client.get(f"/queue/?{query}").context["chips"]}


def test_a_choice_is_kept_normalised_pinned_and_counted(operator: Client, town: Town) -> None:
    town.card("Яма", theme=town.hole, agency=town.roads)
    town.card()
    said = keep(operator, " Ямы ", f"group={town.hole.group_id}&evil=1&overdue=no&start={'1' * 31}")
    assert "сохранена" in said
    assert Selection.objects.get().query == f"group={town.hole.group_id}"
    assert chips(operator) == {"Ямы": "1"}
    current = operator.get(f"/queue/?group={town.hole.group_id}").context["chips"]
    assert [chip.current for chip in current] == [True]


def test_the_counters_come_with_the_changes(operator: Client, town: Town) -> None:
    keep(operator, "Все")
    kept = Selection.objects.get()
    revision = operator.get("/queue/").context["revision"]
    town.card()
    told = operator.get(f"/queue/changes/?after={revision}&tab=done").json()
    assert told["pinned"] == {str(kept.pk): "1"}


def test_a_page_with_eight_pinned_ones_keeps_the_limit_of_queries(operator: Client, town: Town) -> None:
    town.card()
    every = f"q=воды&group={town.pipe.group_id}&place={town.city.pk}&agency={town.water.pk}&overdue=1&mine=1"
    for number in range(MOST_PINNED + 3):
        keep(operator, f"Подборка {number}", every)
    assert Selection.objects.filter(pinned=True).count() == MOST_PINNED
    with at_most(10):
        assert len(operator.get("/queue/").context["chips"]) == MOST_PINNED
    for address in ("/queue/changes/?after=0&redraw=1&shown=1&fill=1", "/selections/"):
        with at_most(10):
            operator.get(address)


def test_a_shared_one_shows_each_reader_his_own_numbers(client: Client, town: Town) -> None:
    for agency in (town.water, town.roads):
        assign(town.card(), Decision(agency, town.pipe, town.city), town.operator, timezone.now())
    client.force_login(town.operator)
    keep(client, "В работе", "tab=work", shared="1")
    keep(client, "Тайная", "tab=work")
    assert chips(client)["В работе"] == "2"
    client.force_login(town.curator)
    page = client.get("/queue/")
    assert [one.title for one in page.context["selections"].theirs] == ["В работе"]
    assert "Орлова М. П." in page.content.decode()
    assert page.context["chips"] == []  # what stands above the list is one's own choice
    assert "Тайная" not in client.get("/selections/").content.decode()
    keep(client, "В работе", "tab=work")
    assert chips(client) == {"В работе": "1"}


def test_mine_in_a_shared_one_means_the_readers_own(operator: Client, town: Town) -> None:
    first, second = town.card(), town.card()
    Incident.objects.filter(pk=first.pk).update(taken_by=town.operator, taken_at=timezone.now())
    Incident.objects.filter(pk=second.pk).update(taken_by=town.stranger, taken_at=timezone.now())
    keep(operator, "Мои", "mine=1")
    assert [row.card.pk for row in operator.get("/queue/?mine=1").context["rows"]] == [first.pk]
    assert chips(operator) == {"Мои": "1"}


def test_ones_own_are_renamed_shared_unpinned_and_deleted(operator: Client, town: Town) -> None:
    keep(operator, "Старое", "tab=done")
    pk = Selection.objects.get().pk
    operator.post(f"/selections/{pk}/", {"title": "Новое"})
    operator.post(f"/selections/{pk}/", {"shared": "1"})
    operator.post(f"/selections/{pk}/", {"pinned": "0"})
    kept = Selection.objects.get()
    assert (kept.title, kept.shared, kept.pinned, kept.query) == ("Новое", True, False, "tab=done")
    operator.post(f"/selections/{pk}/removal/")
    assert not Selection.objects.exists()
    assert operator.post(f"/selections/{pk}/removal/").status_code == 404


def test_of_another_nothing_can_be_changed_shared_or_not(client: Client, town: Town) -> None:
    client.force_login(town.operator)
    keep(client, "Общая", shared="1")
    pk = Selection.objects.get().pk
    for address in (f"/selections/{pk}/", f"/selections/{pk}/removal/"):
        for user, status in ((town.curator, 404), (town.executor, 403), (town.stranger, 403)):
            client.force_login(user)
            assert client.post(address, {"title": "Взлом"}).status_code == status, user.username
            assert client.get(address).status_code == 405
    assert Selection.objects.get().title == "Общая"


def test_a_selection_needs_a_name(operator: Client, town: Town) -> None:
    for title in ("", "   ", "\u200b\u202e"):
        assert "Назовите подборку" in keep(operator, title)
    assert not Selection.objects.exists()


@pytest.mark.parametrize("title", ["а" * 200_000, "<script>alert(1)</script>", "\u202eевсе\u200b ночью", "a\x00b"])
def test_a_strange_name_is_kept_as_one_short_harmless_line(operator: Client, town: Town, title: str) -> None:
    keep(operator, title)
    kept = Selection.objects.get().title
    assert 0 < len(kept) <= 60
    assert "\u202e" not in kept
    for address in ("/queue/", "/selections/"):
        assert "<script>alert" not in operator.get(address).content.decode()


def test_a_name_is_used_once_and_there_is_an_end_to_them(operator: Client, town: Town) -> None:
    keep(operator, "Одна")
    assert "уже есть" in keep(operator, "Одна", "tab=done")
    keep(operator, "Другая")
    second = Selection.objects.get(title="Другая")
    answer = operator.post(f"/selections/{second.pk}/", {"title": "Одна"}, follow=True)
    assert "уже есть" in answer.content.decode()
    Selection.objects.bulk_create(Selection(user=town.operator, title=str(n), query="") for n in range(MOST_OWN))
    assert "Удалите ненужную" in keep(operator, "Лишняя")


HOSTILE = [
    "tab=../etc&group=-1&place=99999999999999999999",
    "q=" + "%D1%8F" * 5000,
    "q=%27)%20OR%201=1--&network=vk'--",
    "%ff%00&q=%00",
    "mine=да&overdue=&&&==",
    "agency=٣&start=" + "9" * 31,
]


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hand_made_query_is_harmless_kept_or_in_the_table(operator: Client, town: Town, query: str) -> None:
    town.card()
    keep(operator, "Моя", query)
    Selection.objects.create(user=town.operator, title="Из таблицы", query=query[:600].replace("\x00", ""))
    for address in ("/queue/", "/queue/changes/?after=0", "/selections/"):
        assert operator.get(address).status_code == 200, address
    assert "evil" not in operator.post("/selections/", {"title": "x", "query": "//evil.example"}).headers["Location"]


def test_an_eighth_pin_is_the_last(operator: Client, town: Town) -> None:
    for number in range(MOST_PINNED + 1):
        keep(operator, f"Подборка {number}")
    spare = Selection.objects.get(pinned=False)
    answer = operator.post(f"/selections/{spare.pk}/", {"pinned": "1"}, follow=True)
    assert "сначала открепите" in answer.content.decode()
    assert not reread(spare).pinned


def test_counting_is_one_query_and_stops(town: Town) -> None:
    for number in range(3):
        town.card(priority=3 + number)
    now = timezone.now()
    Incident.objects.bulk_create(
        Incident(number=100_000 + number, started_at=now, created_at=now) for number in range(MOST_COUNTED + 50)
    )
    chosen, work = Filters(tab=TABS["new"]), Filters(tab=TABS["work"])
    town.operator.grants.all()
    with at_most(2):
        found = counts(town.operator, chosen, now, [chosen, work])
    assert found.pinned == [MOST_COUNTED + 1, 0]
    assert (found.tabs["new"], found.urgent) == (MOST_COUNTED + 1, 2)
    assert found.newest_urgent == Incident.objects.get(priority=5).pk
    assert counts(town.stranger, chosen, now, [chosen]).pinned == [0]
