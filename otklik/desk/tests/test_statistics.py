"""The pages of figures and their table: within how many queries, whatever stands in the address line; and the cards
behind the figures of «Ситуация»: the same numbers, and only those that the reader may see."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.head.tables import in_order_of
from otklik.desk.spreadsheet import safe
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at
from otklik.incidents.models import Incident
from otklik.people.models import Agency, Role, User
from otklik.reports import cards
from otklik.reports.arithmetic import Share
from otklik.reports.fold import Line
from otklik.reports.folding import fold_all
from otklik.reports.models import MonthFolding
from otklik.reports.sets import What
from otklik.routing import extensions
from otklik.routing.models import Deadline, Extension
from tests.make.people import grant, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
PAGE, TABLE, SITUATION, BEHIND = "/statistics/", "/statistics/export.csv", "/situation/", "/behind/"


def came(user: User, query: str = "") -> str:
    """The first tile: how many have come."""
    return str(signed_in(user).get(f"{PAGE}{query}").context["tiles"][0].value)


def test_a_curator_reads_the_figures_of_his_own_agencies_only(town: Town) -> None:
    town.assigned()
    town.assigned(agency=town.roads)
    grant(town.stranger, Role.CURATOR, town.roads)
    assert came(town.stranger) == "1"
    grant(town.stranger, Role.EXECUTOR, town.water)
    assert came(town.stranger) == "1"
    before = int(came(town.auditor, "?period=today"))
    town.card(at=timezone.now())
    assert int(came(town.auditor, "?period=today")) == before + 1, "today is shown in local time"


def test_ten_queries_are_enough(town: Town) -> None:
    for _ in range(3):
        town.published()
    client = signed_in(town.auditor)
    for query in ("", "?period=7m", "?period=today", "?order=good&period=7d"):
        for page in (PAGE, TABLE):
            with at_most(10):
                assert client.get(f"{page}{query}").status_code == 200


def test_hostile_dates_get_a_plain_sentence_and_the_usual_figures_and_other_nonsense_is_no_filter(town: Town) -> None:
    client = signed_in(town.auditor)
    for query in (
        *("since=99999-01-01&until=2026-01-01", "since=2026-02-01&until=2026-01-01", "period=own"),
        *("period=own&since=%0A&until=%E2%80%AE", "since=2999-01-01&until=2999-01-02", f"since={'9' * 500}&until=1"),
    ):
        page = client.get(f"{PAGE}?{query}")
        assert_answers(page, 400, 'role="alert"')
        assert page.context["asked"].period.days == 30, query
        table = client.get(f"{TABLE}?{query}")
        assert (table.status_code, table["Content-Type"]) == (400, "text/plain; charset=utf-8"), query
    for query in (
        *("period=<script>", "group=1%20OR%201=1", "period=7d&period=7m"),
        "group=-1&municipality=999999999999999999999&agency=abc&network=%27--&order=%0A",
    ):
        page = client.get(f"{PAGE}?{query}")
        assert_answers(page, 200, hides=['<script>"'])
        assert not page.context["asked"].narrowed, query
    assert_shows(page_at(client, f"{PAGE}?period=today"), "сюда никто не писал", "?period=7m")
    assert "За это время сюда никто не писал" in page_at(client, SITUATION)


def test_a_narrowed_page_keeps_its_filters_in_every_link(town: Town) -> None:
    assert town.assigned().agency == town.water
    query = f"?agency={town.water.pk}&network=vk"
    assert came(town.auditor, query) == "1"
    links = re.findall(r'href="(\?[^"]*period=7m[^"]*)"', page_at(town.auditor, f"{PAGE}{query}"))
    assert links
    assert all(f"agency={town.water.pk}" in link and "network=vk" in link for link in links)
    row = re.search(r'<nav class="leaves".*?</nav>', page_at(town.operator, PAGE), re.DOTALL)
    assert row is not None, "all pages of figures are linked and show where one is"
    assert_shows(row[0], f'href="{SITUATION}"', f'<a href="{PAGE}" aria-current="page">')
    assert 'class="leaves"' not in page_at(town.operator, "/queue/")


def test_charts_breakdowns_and_the_table_hold_plain_numbers_and_nobodys_words(town: Town) -> None:
    card = town.assigned("Секретный текст <b>жителя</b>")
    Incident.objects.filter(pk=card.pk).update(first_answered_at=card.started_at + timedelta(hours=2))
    Agency.objects.update(short_name='<b onclick="x()">Водоканал</b>')
    page = page_at(town.auditor, PAGE)
    (chart_json,) = re.findall(r'<script id="charts" type="application/json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(chart_json)
    assert sum(sum(part["values"]) for part in data["parts"]) == 1
    assert [value for value in data["medians"] if value is not None] == [2.0]
    (line,) = re.findall(r'<th scope="row"><a href="\?[^"]*agency=[^"]*">(.*?)</a>', page)
    assert line == "&lt;b onclick=&#34;x()&#34;&gt;Водоканал&lt;/b&gt;"
    assert_shows(page, hides=["Секретный", "<b onclick"])
    town.pipe.group.name = "=cmd|' /C calc'!A0"
    town.pipe.group.save()
    town.assigned("Секретный текст")
    reply = signed_in(town.auditor).get(TABLE)
    assert reply["Content-Disposition"].startswith('attachment; filename="otklik-')
    text = assert_answers(reply, 200, "'=cmd", hides=[";=cmd", "Секретный", "Жилина"])
    assert text.startswith("\ufeffРаздел;Название;")
    formulas = ("=1+1", "+7", "-2", "@x", "\tx", "\r=1", "  =1")
    assert [cell for cell in formulas if not safe(cell).startswith("'")] == []
    assert [safe(cell) for cell in (12, None, "Дороги", "1,5", "")] == ["12", "", "Дороги", "1,5", ""]


def line_of(count: int, day: int) -> Line:
    none = Share(0, 0)
    return Line(count, count, 0, 3600, 3600, none, Share(day, count), none)


def test_nothing_is_ranked_under_ten() -> None:
    lines = [(1, line_of(9, 0)), (2, line_of(10, 5)), (3, line_of(40, 8)), (4, line_of(5, 5))]
    for order in ("day", "count"):
        assert [key for key, _line in in_order_of(order, lines)] == [3, 2, 1, 4]
    much = [(1, line_of(10, 0)), (2, line_of(500, 50)), (3, line_of(500, 450))]
    assert [key for key, _line in in_order_of("day", much)] == [2, 1, 3], "ten may be chance, five hundred are not"


def test_an_outcome_has_the_same_share_on_both_pages_and_the_bar_of_all_is_full(town: Town) -> None:
    cards = Incident.objects.filter(pk__in=[town.assigned("Нет воды").pk for _ in range(8)])
    cards.update(outcome="explained")
    Incident.objects.filter(pk=cards.earliest("pk").pk).update(outcome="solved")
    page = page_at(town.auditor, PAGE)
    bars = re.findall(r'x="([\d.]+)%"\s+width="([\d.]+)%" height="14"', page)
    assert bars == [("0.00", "12.50"), ("12.50", "87.50"), ("100.00", "0.00"), ("100.00", "0.00")]
    for text in (page, page_at(town.auditor, "/metrics/")):
        assert_shows(text, "13\u00a0%", "88\u00a0%")


def test_one_line_says_how_often_a_limit_was_to_be_extended(town: Town) -> None:
    nobody = "Продлить срок за это время никто не просил."

    def tells(words: str, query: str = "") -> bool:
        return words in page_at(town.auditor, f"{PAGE}?{query}")

    assert not tells(nobody)
    town.assigned()
    assert tells(nobody)
    cards = [town.assigned(), town.assigned(), town.assigned(agency=town.roads)]
    now = timezone.now()
    day = (now + timedelta(days=20)).date()
    asked = [extensions.ask(card, day, "Ждём насос", town.executor, now) for card in cards]
    extensions.grant(asked[0], "", town.operator, now)
    extensions.refuse(asked[1], "Не повод", town.operator, now)
    assert tells("Просили продлить срок: 3. Продлили: 1, отказали: 1, ждут решения: 1.")
    assert tells("Просили продлить срок: 1. Продлили: 0", f"agency={town.roads.pk}")
    Extension.objects.update(asked_at=now - timedelta(days=100))
    assert tells(nobody)


# «Ситуация» and the cards behind its figures.
@pytest.fixture
def busy(town: Town) -> Town:
    """Two that wait for their agency, one of them overdue; one answered; one noise; one of last week."""
    town.assigned()
    past = timezone.now() - timedelta(hours=1)
    Deadline.objects.filter(incident=town.assigned()).update(limit_at=past, met_at=None, cancelled_at=None)
    town.published()
    Incident.objects.filter(pk=town.card().pk).update(state="noise")
    old = town.assigned()
    Incident.objects.update(place=town.city, theme=town.pipe)
    Incident.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(days=10), theme=town.hole)
    return town


def test_each_tile_the_map_the_table_and_the_themes_lead_to_as_many_cards_as_they_say(busy: Town) -> None:
    client = signed_in(busy.operator)
    page = client.get(SITUATION)
    tiles = {tile.title: tile for tile in page.context["tiles"]}
    for title, number in (("Пришло", 3), ("Сейчас в работе", 3), ("Сейчас просрочено", 1)):
        assert tiles[title].value == str(number)
        behind = client.get(tiles[title].address)
        assert behind.context["whole"] == len(behind.context["rows"]) == number, title
    (row,) = page.context["towns"]
    assert (row.name, row.count.text, row.open.text, row.late.text) == (busy.city.name, "3", "3", "1")
    (place,) = page.context["map"].data["places"].values()
    expected = ["Карточек: 3 (0,60 на 10 000 жителей)", "Просрочено: 1 (0,20 на 10 000 жителей)"]
    assert (place["lines"][:2], row.per) == (expected, "0,6"), "the table has the same"
    for figure in (row.count, row.open, row.late):
        assert client.get(figure.address).context["whole"] == int(figure.text)
    (first,) = page.context["themes"]
    assert (first.name, first.count.text) == (busy.pipe.name, "3")
    assert "до этого: 0" in first.more


def test_every_set_has_a_page_of_as_many_rows_as_its_number_and_of_what_one_may_see(busy: Town) -> None:
    client, far = signed_in(busy.operator), signed_in(person("far", Role.HEAD, busy.roads))
    client.get(SITUATION)
    for address in (SITUATION, f"{BEHIND}?what=all"):
        with at_most(10):
            client.get(address)
    for what in (*What, "open", "overdue", "nonsense"):
        page = client.get(f"{BEHIND}?what={what}&period=30d")
        assert page.context["whole"] == len(page.context["rows"]), what
        assert far.get(f"{BEHIND}?what={what}&period=30d").context["whole"] == 0, what
    assert far.get(SITUATION).context["tiles"][0].value == "0"
    for query in ("period=own&since=x&until=y", "start=-5", "start=99999999", "group=1e9", "what=%00"):
        for address in (SITUATION, BEHIND):
            assert client.get(f"{address}?{query}").status_code in (200, 400)


def test_many_cards_are_turned_page_by_page(town: Town) -> None:
    for _number in range(23):
        town.card()
    client = signed_in(town.operator)
    first = client.get(f"{BEHIND}?what=all")
    second = client.get(BEHIND + first.context["next"])
    seen = [row.incident.pk for page in (first, second) for row in page.context["rows"]]
    assert len(set(seen)) == first.context["whole"] == 23
    assert second.context["next"] == ""
    assert seen == sorted(seen, reverse=True)


def test_while_cards_are_being_folded_a_page_says_how_far_that_is_and_shows_no_figure(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "MOST", 0)
    town.published()
    MonthFolding.objects.update(whole=60, left=34)
    reader = signed_in(town.head)
    report = f"/reports/file/?cycle=monthly&day={timezone.localdate()}&ending=xlsx"
    for address in (PAGE, TABLE, "/metrics/", "/rating/", SITUATION, f"{BEHIND}?what=all", report):
        answer = reader.get(address)
        shown = ("Сводки строятся: 43 %", "страница откроется сама", '<progress max="100" value="43"')
        assert_answers(answer, 503, *shown, hides=["st-tile", "Код 503", "error-find"])
        assert (answer.headers["Refresh"], answer.headers["Retry-After"]) == ("5", "5")
    fold_all(timezone.now())
    assert_shows(page_at(reader, PAGE), "st-tile")
    assert reader.get(report).status_code == 200
