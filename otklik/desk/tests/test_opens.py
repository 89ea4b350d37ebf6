"""Each figure opens its cards: every link of every page of figures is followed, and as many stand there as it says."""

import random
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.head.figures import TITLES
from otklik.desk.head.metrics import SHARES
from otklik.desk.head.question import BROKEN_DOWN
from otklik.desk.tests.pages import at_most
from otklik.feedback.models import Rating
from otklik.feedback.registers.models import Promise
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, IncidentMessage, Outcome, State
from otklik.lib import clock
from otklik.people.models import Role
from otklik.places.models import Place
from otklik.reports import score, sets
from otklik.reports.sets import What
from otklik.routing.models import Deadline
from tests.make import answers, places
from tests.make.people import agency, person, signed_in
from tests.make.town import Town
from tests.tiers import fewer

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a class="opens" href="([^"]*)" title="([^"]*)" aria-label="([^"]*)">([^<]*)</a>')
PAGES = (
    *("/situation/?period=30d", "/statistics/?period=30d", "/statistics/?period=7m&order=slow", "/rating/?period=30d"),
    *(f"/metrics/?period=7m&by={by}" for by in BROKEN_DOWN),
)
BEHIND = "/behind/?period=7m"
SOME = 5 // fewer(5)
"""The first tier follows every fifth figure."""


# A region with something in every figure: cards of two months, of every state, answered, rated, promised, repeated.
CARDS = 120
ANSWERED = (State.RATING, State.DONE, State.POSTPONED, State.IN_WORK)


@pytest.fixture
def busy(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Made by no verb: figures are to be right of whatever the columns say. No deadline passes from page to page."""
    rng, now = random.Random(7), timezone.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    village = places.place("Хутор", level=Place.Level.SETTLEMENT, parent=town.city)
    far = places.place("Дальний район", parent=town.city.parent, population=9_000)
    branch = agency("Участок", parent=town.water)
    authors = []
    for number in range(CARDS):
        card = town.card(at=now - timedelta(days=rng.choice((2, 25, 60)) * rng.random(), hours=1))
        message = main_message(card)
        authors.append(message.author)
        if number % 10 == 9:
            heard = main_message(Incident.objects.order_by("pk")[number - 1])
            IncidentMessage.objects.create(incident=card, message=heard, linked_at=now)
        if number % 3 == 0:
            type(message).objects.filter(pk=message.pk).update(author=rng.choice(authors))
        Incident.objects.filter(pk=card.pk).update(
            theme=rng.choice((town.pipe, town.pipe, town.hole, None)),
            place=rng.choice((town.city, village, far, None)),
            agency=rng.choice((town.water, branch, town.roads, None)),
            network=rng.choice(("vk", "ok")),
            kind=rng.choice(("solvable", "solvable", "unsolvable", "")),
            returns=rng.choice((0, 0, 1, 2)),
            **_course(card, rng, now),
        )
        card.refresh_from_db()
        if card.reopened:
            end = card.started_at + timedelta(hours=9)
            opening = {"clock": "second_answer", "starts_at": card.started_at, "limit_at": end}
            Deadline.objects.create(incident=card, met_at=end + timedelta(hours=number % 2), **opening)
        if rng.random() < 0.4:
            _rate(card, rng, now)
        if rng.random() < 0.6:
            _promise(card, town, rng, now)
    late = {"limit_at": now - timedelta(hours=1), "met_at": None, "cancelled_at": None}
    Deadline.objects.filter(incident__in=Incident.objects.all()[: CARDS // 3]).update(**late)
    return town


def _course(card: Incident, rng: random.Random, now: datetime) -> dict[str, object]:
    """What has become of it, as its columns tell."""
    state = rng.choice([*ANSWERED, *(one for one in State if one != State.PUBLISHING)])
    moments = {"assigned_at": None, "drafted_at": None, "first_answered_at": None, "closed_at": None}
    columns: dict[str, object] = {"state": state, **moments}
    at = card.started_at
    for name in ("assigned_at", "drafted_at", "first_answered_at", "rating_since", "closed_at"):
        at += timedelta(hours=rng.choice((0.2, 1, 6, 30)))
        if at > now or state in (State.NEW, State.NOISE) or (name != "assigned_at" and rng.random() < 0.2):
            break
        if name in ("first_answered_at", "rating_since") and state not in ANSWERED:
            break
        columns[name] = at
    if columns.get("first_answered_at"):
        columns |= {"executor_answered_at": columns["first_answered_at"], "first_answer_working_seconds": 3600}
        columns |= {"reopened": rng.choice((0, 0, 1)), "outcome": ["", *Outcome.values][card.number % 5]}
    if columns.get("drafted_at"):
        columns["sent_back"] = rng.choice((0, 0, 1, 2))
    if rng.random() < 0.1:
        columns["hard_since"] = at
    return columns


def _rate(card: Incident, rng: random.Random, now: datetime) -> None:
    for _word in range(rng.choice((1, 2))):
        mark, solved = rng.choice((None, 1, 3, 4, 5)), rng.choice(("", "yes", "partly", "no"))
        if mark or solved:
            Rating.objects.create(incident=card, mark=mark, solved=solved, at=now, origin=Rating.Origin.SURVEY)


def _promise(card: Incident, town: Town, rng: random.Random, now: datetime) -> None:
    """One or two days that were told, the last of them perhaps still to come."""
    for _day in range(rng.choice((1, 2))):
        answer = answers.answer(card, by=town.executor, at=now, kind="interim", promised_on=date(2026, 1, 1))
        limit = rng.choice((card.started_at + timedelta(hours=2), now + timedelta(days=2)))
        fate = rng.choice([*Promise.Fate.values, *[Promise.Fate.KEPT] * 8])
        columns = {"given_at": card.started_at, "limit_at": limit, "fate": fate}
        Promise.objects.create(answer=answer, incident=card, **columns)


def links(page: str) -> Iterator[tuple[str, int, str]]:
    """(address, how many cards it promises, what is shown) of each figure that opens."""
    for href, title, label, text in LINK.findall(page):
        match = re.search(r"\((\d+)\)", title)
        assert match is not None, title
        assert unescape(label).startswith(unescape(text)), "what is said aloud begins with what is shown"
        yield unescape(href), int(match[1]), unescape(text).replace("\u00a0", "")


def walk(client: Client, addresses: tuple[str, ...], every: int = 1) -> int:
    """Follows every such figure once; returns how many there were."""
    seen: dict[str, int] = {}
    for address in addresses:
        page_links = list(links(client.get(address).content.decode()))
        assert page_links, address
        for href, number, text in page_links:
            if text.isdigit():
                assert int(text) == number, (address, href)
            if href not in seen:
                seen[href] = number if len(seen) % every else whole(client, href)
            assert seen[href] == number, (address, href, text)
    return len(seen)


def whole(client: Client, address: str) -> int:
    behind = client.get(address)
    assert behind.status_code == 200, address
    return int(behind.context["whole"])


def test_every_figure_opens_as_many_cards_as_it_says_narrowed_and_of_a_part_too(busy: Town) -> None:
    assert walk(signed_in(busy.operator), PAGES, SOME) > 200
    client = signed_in(busy.operator)
    rows = {"group": busy.pipe.group, "theme": busy.pipe, "municipality": busy.city, "agency": busy.water}
    for narrowed, value in (*((name, row.pk) for name, row in rows.items()), ("network", "ok")):
        pages = (f"/{page}/?period=30d&{narrowed}={value}" for page in ("situation", "statistics", "metrics"))
        assert walk(client, tuple(pages), SOME) > 50, narrowed
    head = signed_in(person("head-of-water", Role.HEAD, busy.water, place=busy.city))
    assert walk(head, (PAGES[0], PAGES[1], "/metrics/?period=7m&by=theme"), SOME) > 50
    assert whole(head, f"{BEHIND}&what=all") < whole(client, f"{BEHIND}&what=all")


def test_every_set_has_a_title_and_a_part_and_the_rest_make_the_whole_in_ten_questions(busy: Town) -> None:
    assert set(What) <= set(TITLES)
    assert {*SHARES, *score.PARTS, "answered"} == set(sets.SHARES)
    Incident.objects.filter(pk=Incident.objects.latest("pk").pk).update(started_at=timezone.now() - timedelta(days=3))
    client = signed_in(busy.operator)
    client.get("/metrics/")
    pages = {}
    for address in (*PAGES, *(f"{BEHIND}&what={what}" for what in TITLES)):
        with at_most(10):
            pages[address] = client.get(address)
    count = {what: pages[f"{BEHIND}&what={what}"].context["whole"] for what in TITLES}
    assert [what for what in What if not count[what]] == [], "the seeded region has something behind every set"
    for part, rest, both in (
        *(("quick", "not_quick", "quick_due"), ("within_day", "late", "due_day"), ("good", "bad", "rated")),
        *(("brushed_off", "not_brushed_off", "solvable"), ("reopened", "not_reopened", "answered")),
        *(("returned", "not_returned", "all"), ("sent_back", "not_sent_back", "submitted")),
        *(("kept", "unkept", "promised"), ("all", "noise", "received")),
    ):
        assert count[part] + count[rest] == count[both], part
    # Beside a part stand the rest and the whole with their numbers.
    beside = pages[f"{BEHIND}&what=good"].context["beside"]
    assert [title for _address, title, _count, _here in beside] == [
        str(TITLES[one]) for one in ("good", "bad", "rated")
    ]
    for address, _title, number, _here in beside:
        assert whole(client, f"/behind/{address}") == number


def test_a_theme_narrows_and_charts_know_where_the_cards_of_each_point_are(busy: Town) -> None:
    client = signed_in(busy.operator)
    page = client.get(f"{BEHIND}&what=all&theme={busy.hole.pk}")
    assert page.context["among"] == [busy.hole.name]
    assert {row.incident.theme_id for row in page.context["rows"]} == {busy.hole.pk}
    everything = whole(client, f"{BEHIND}&what=all")
    for unknown in ("-1", "99999999999", "x", "1e3"):
        assert whole(client, f"{BEHIND}&what=all&theme={unknown}") == everything, unknown
    # Another group lets go of the theme.
    page = client.get(f"/statistics/?group={busy.hole.group_id}&theme={busy.pipe.pk}&period=7m")
    assert page.context["asked"].narrowing.theme == 0
    assert page.context["asked"].themes == [(busy.hole.pk, busy.hole.name)]
    trend = client.get("/situation/").context["trend"]
    at = next(at for at, count in enumerate(trend["counts"]) if count)
    assert whole(client, trend["opens"][at]) == trend["counts"][at]
    for part in client.get("/statistics/?period=30d").context["charts"]["parts"]:
        assert [bool(address) for address in part["opens"]] == [bool(value) for value in part["values"]]
