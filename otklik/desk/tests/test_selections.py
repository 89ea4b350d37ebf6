"""«Мои подборки»: kept, pinned with counters, shared with colleagues, and harmless however their query was made."""

from django.test import Client
from django.utils import timezone

from otklik.desk.listing import MOST_COUNTED
from otklik.desk.models import Selection
from otklik.desk.operator.queue.filters import TABS, Filters
from otklik.desk.operator.queue.page import counts
from otklik.desk.operator.selections import MOST_OWN, MOST_PINNED
from otklik.desk.tests.pages import assert_answers, at_most, page_at, reread
from otklik.incidents.models import Incident
from tests.make.people import signed_in
from tests.make.town import Town


def keep(client: Client, title: str, query: str = "", **more: str) -> str:
    answer = client.post("/selections/", {"title": title, "query": query, **more}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def change(client: Client, kept: Selection, **fields: str) -> str:
    return assert_answers(client.post(f"/selections/{kept.pk}/", fields, follow=True), 200)


def chips(client: Client, query: str = "") -> dict[str, str]:
    return {chip.title: chip.cards for chip in client.get(f"/queue/?{query}").context["chips"]}


def test_a_choice_is_kept_normalised_pinned_and_counted(operator: Client, town: Town) -> None:
    town.card("Яма", theme=town.hole, agency=town.roads)
    town.card()
    assert "сохранена" in keep(operator, " Ямы ", f"group={town.hole.group_id}&evil=1&overdue=no&start={'1' * 31}")
    kept = Selection.objects.get()
    assert kept.query == f"group={town.hole.group_id}"
    assert chips(operator) == {"Ямы": "1"}
    shown = operator.get(f"/queue/?group={town.hole.group_id}")
    assert [chip.current for chip in shown.context["chips"]] == [True]
    town.card("Яма", theme=town.hole, agency=town.roads)
    body = operator.get(f"/queue/changes/?after={shown.context['revision']}&tab=done").json()
    assert body["pinned"] == {str(kept.pk): "2"}


def test_eight_can_be_pinned_within_the_limit_of_queries_and_a_ninth_cannot(operator: Client, town: Town) -> None:
    town.card()
    every = f"q=воды&group={town.pipe.group_id}&place={town.city.pk}&agency={town.water.pk}&overdue=1&mine=1"
    for number in range(MOST_PINNED + 1):
        keep(operator, f"Подборка {number}", every)
    assert Selection.objects.filter(pinned=True).count() == MOST_PINNED
    with at_most(10):
        assert len(operator.get("/queue/").context["chips"]) == MOST_PINNED
    for address in ("/queue/changes/?after=0&redraw=1&shown=1&fill=1", "/selections/"):
        with at_most(10):
            operator.get(address)
    spare = Selection.objects.get(pinned=False)
    assert "сначала открепите" in change(operator, spare, pinned="1")
    assert not reread(spare).pinned


def test_a_shared_one_shows_each_reader_his_own_numbers(operator: Client, town: Town) -> None:
    first, second = town.assigned(), town.assigned(agency=town.roads)
    keep(operator, "В работе", "tab=work", shared="1")
    keep(operator, "Тайная", "tab=work")
    assert chips(operator)["В работе"] == "2"
    curator = signed_in(town.curator)
    page = curator.get("/queue/")
    assert [one.title for one in page.context["selections"].theirs] == ["В работе"]
    assert_answers(page, 200, "Орлова М. П.")
    assert page.context["chips"] == []  # what stands above the list is one's own choice
    assert "Тайная" not in page_at(curator, "/selections/")
    keep(curator, "В работе", "tab=work")
    assert chips(curator) == {"В работе": "1"}
    for card, user in ((first, town.operator), (second, town.stranger)):
        Incident.objects.filter(pk=card.pk).update(taken_by=user, taken_at=timezone.now())
    keep(operator, "Мои", "tab=work&mine=1")
    assert [row.card.pk for row in operator.get("/queue/?tab=work&mine=1").context["rows"]] == [first.pk]
    assert chips(operator)["Мои"] == "1", "«mine» means the reader's own"


def test_ones_own_are_renamed_shared_and_deleted_and_a_name_is_used_once(operator: Client, town: Town) -> None:
    keep(operator, "Старое", "tab=done")
    kept = Selection.objects.get()
    for fields in ({"title": "Новое"}, {"shared": "1"}, {"pinned": "0"}):
        change(operator, kept, **fields)
    assert (reread(kept).title, kept.shared, kept.pinned, kept.query) == ("Новое", True, False, "tab=done")
    for address in (f"/selections/{kept.pk}/", f"/selections/{kept.pk}/removal/"):
        for user, status in ((town.curator, 404), (town.executor, 403), (town.stranger, 403)):
            client = signed_in(user)
            assert client.post(address, {"title": "Взлом"}).status_code == status, user.username
            assert client.get(address).status_code == 405
    assert reread(kept).title == "Новое"
    assert [operator.post(f"/selections/{kept.pk}/removal/").status_code for _ in range(2)] == [302, 404]
    assert not Selection.objects.exists()
    for title in ("", "   ", "\u200b\u202e"):
        assert "Назовите подборку" in keep(operator, title)
    assert not Selection.objects.exists()
    keep(operator, "Одна")
    assert "уже есть" in keep(operator, "Одна", "tab=done")
    keep(operator, "Другая")
    assert "уже есть" in change(operator, Selection.objects.get(title="Другая"), title="Одна")
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


def test_a_strange_name_or_query_is_harmless_kept_or_in_the_table(operator: Client, town: Town) -> None:
    town.card()
    for title in ("а" * 200_000, "<script>alert(1)</script>", "\u202eевсе\u200b ночью", "a\x00b"):
        keep(operator, title)
        kept = Selection.objects.latest("pk").title
        assert 0 < len(kept) <= 60
        assert "\u202e" not in kept
    for number, query in enumerate(HOSTILE):
        keep(operator, f"Моя {number}", query)
        row = {"title": f"Из таблицы {number}", "query": query[:600].replace("\x00", "")}
        Selection.objects.create(user=town.operator, **row)
        Selection.objects.update(pinned=False)
        Selection.objects.filter(title__endswith=str(number)).update(pinned=True)
        for address in ("/queue/", "/queue/changes/?after=0", "/selections/"):
            assert_answers(operator.get(address), 200, hides=["<script>alert"])
    assert "evil" not in operator.post("/selections/", {"title": "x", "query": "//evil.example"}).headers["Location"]


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
        totals = counts(town.operator, chosen, now, [chosen, work])
    assert totals.pinned == [MOST_COUNTED + 1, 0]
    assert (totals.tabs["new"], totals.urgent) == (MOST_COUNTED + 1, 2)
    assert totals.newest_urgent == Incident.objects.get(priority=5).pk
    assert counts(town.stranger, chosen, now, [chosen]).pinned == [0]
