"""Each figure opens its cards: every link of every page of figures is followed, and as many stand there as it says."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.behind.links import PARTS
from otklik.desk.behind.words import TITLES
from otklik.desk.metrics.told import BROKEN_DOWN
from otklik.desk.metrics.words import SHARES
from otklik.desk.tests.figures_data import fill
from otklik.desk.tests.pages import at_most
from otklik.incidents.models import Incident
from otklik.people.models import Role
from otklik.reports import score
from otklik.reports.behind import What
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a class="opens" href="([^"]*)" title="([^"]*)" aria-label="([^"]*)">([^<]*)</a>')
PAGES = (
    "/situation/?period=30d",
    "/statistics/?period=30d",
    "/statistics/?period=7m&order=slow",
    "/rating/?period=30d",
    *(f"/metrics/?period=7m&by={by}" for by in BROKEN_DOWN),
)


@pytest.fixture
def busy(town: Town) -> Town:
    fill(town)
    return town


def links(page: str) -> Iterator[tuple[str, int, str]]:
    """(address, how many cards it promises, what is shown) of each figure that opens."""
    for href, title, label, text in LINK.findall(page):
        told = re.search(r"\((\d+)\)", title)
        assert told is not None, title
        assert unescape(label).startswith(unescape(text)), "what is said aloud begins with what is shown"
        yield unescape(href), int(told[1]), unescape(text).replace("\u00a0", "")


def walk(client: Client, addresses: tuple[str, ...]) -> int:
    """Follows each figure once; returns how many there were."""
    seen: dict[str, int] = {}
    for address in addresses:
        found = list(links(client.get(address).content.decode()))
        assert found, address
        for href, number, text in found:
            if text.isdigit():
                assert int(text) == number, (address, href)
            if href not in seen:
                behind = client.get(href)
                assert behind.status_code == 200
                seen[href] = behind.context["whole"]
            assert seen[href] == number, (address, href, text)
    return len(seen)


def test_every_figure_of_every_page_opens_as_many_cards_as_it_says(busy: Town) -> None:
    assert walk(signed_in(busy.operator), PAGES) > 200


@pytest.mark.parametrize("narrowed", ["group", "theme", "municipality", "agency", "network"])
def test_so_does_a_page_that_is_narrowed(busy: Town, narrowed: str) -> None:
    group, theme, municipality, agency = busy.pipe.group_id, busy.pipe.pk, busy.city.pk, busy.water.pk
    values = {"group": group, "theme": theme, "municipality": municipality, "agency": agency, "network": "ok"}
    query = f"?period=30d&{narrowed}={values[narrowed]}"
    pages = tuple(f"/{page}/{query}" for page in ("situation", "statistics", "metrics"))
    assert walk(signed_in(busy.operator), pages) > 50


def test_whoever_sees_a_part_opens_a_part(busy: Town) -> None:
    user = person("head-of-water", Role.HEAD, busy.water, place=busy.city)
    assert walk(signed_in(user), (PAGES[0], PAGES[1], "/metrics/?period=7m&by=theme")) > 50
    everybody = signed_in(busy.operator).get("/behind/?what=all&period=7m").context["whole"]
    assert signed_in(user).get("/behind/?what=all&period=7m").context["whole"] < everybody


def test_every_set_has_a_title_and_every_share_its_two_sets() -> None:
    assert set(What) <= set(TITLES)
    assert set(SHARES) | set(score.PARTS) == set(PARTS)
    assert {what for pair in PARTS.values() for what in pair} <= set(What)


def test_the_seeded_region_has_something_behind_every_set(busy: Town) -> None:
    client = signed_in(busy.operator)
    empty = [what for what in What if not client.get(f"/behind/?what={what}&period=7m").context["whole"]]
    assert empty == []


def test_a_part_and_the_rest_make_the_whole(busy: Town) -> None:
    client = signed_in(busy.operator)

    def count(what: str) -> int:
        return int(client.get(f"/behind/?what={what}&period=7m").context["whole"])

    for part, rest, whole in (
        ("quick", "not_quick", "quick_due"),
        ("within_day", "late", "due_day"),
        ("good", "bad", "rated"),
        ("brushed_off", "not_brushed_off", "solvable"),
        ("reopened", "not_reopened", "answered"),
        ("returned", "not_returned", "all"),
        ("sent_back", "not_sent_back", "submitted"),
        ("kept", "unkept", "promised"),
        ("all", "noise", "received"),
    ):
        assert count(part) + count(rest) == count(whole), part


def test_beside_a_part_stand_the_rest_and_the_whole_with_their_numbers(busy: Town) -> None:
    client = signed_in(busy.operator)
    page = client.get("/behind/?what=good&period=7m")
    assert [title for _address, title, _count, _here in page.context["beside"]] == [
        str(TITLES[what]) for what in ("good", "bad", "rated")
    ]
    for address, _title, number, _here in page.context["beside"]:
        assert client.get(f"/behind/{address}").context["whole"] == number


def test_a_theme_narrows_and_stands_at_the_head(busy: Town) -> None:
    page = signed_in(busy.operator).get(f"/behind/?what=all&period=7m&theme={busy.hole.pk}")
    assert page.context["among"] == [busy.hole.name]
    assert {row.incident.theme_id for row in page.context["rows"]} == {busy.hole.pk}


def test_a_theme_that_there_is_not_is_no_filter(busy: Town) -> None:
    client = signed_in(busy.operator)
    everything = client.get("/behind/?what=all&period=7m").context["whole"]
    for theme in ("-1", "99999999999", "x", "1e3"):
        assert client.get(f"/behind/?what=all&period=7m&theme={theme}").context["whole"] == everything, theme


def test_another_group_lets_go_of_the_theme(busy: Town) -> None:
    page = signed_in(busy.operator).get(f"/statistics/?group={busy.hole.group_id}&theme={busy.pipe.pk}&period=7m")
    assert page.context["asked"].narrowing.theme == 0
    assert page.context["asked"].themes == [(busy.hole.pk, busy.hole.name)]


def test_charts_know_where_the_cards_of_each_point_are(busy: Town) -> None:
    client = signed_in(busy.operator)
    trend = client.get("/situation/").context["trend"]
    at = next(at for at, count in enumerate(trend["counts"]) if count)
    assert client.get(trend["opens"][at]).context["whole"] == trend["counts"][at]
    charts = client.get("/statistics/?period=30d").context["charts"]
    for part in charts["parts"]:
        assert [bool(address) for address in part["opens"]] == [bool(value) for value in part["values"]]


def test_they_cost_at_most_ten_queries(busy: Town) -> None:
    Incident.objects.filter(pk=Incident.objects.latest("pk").pk).update(started_at=timezone.now() - timedelta(days=3))
    client = signed_in(busy.operator)
    client.get("/metrics/")
    for address in (*PAGES, *(f"/behind/?period=7m&what={what}" for what in TITLES)):
        with at_most(10):
            client.get(address)
