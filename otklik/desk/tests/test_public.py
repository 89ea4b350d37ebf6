"""Open data: what everybody may read, in which shape, how cheaply, and what is kept back."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.conf import settings
from django.test import Client

from otklik.desk.citizen import public
from otklik.desk.citizen.public import COLUMNS, MEMORY, SCHEMA
from otklik.desk.citizen.public_facts import Counted, facts, rows, total, whole_months
from otklik.desk.head.promises import by_agency
from otklik.desk.tests.pages import assert_shows, at_most, exactly, page_at
from otklik.desk.tests.public_data import SECRET, busy, matter, month_ago, opened
from otklik.feedback.registers.models import Promise
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people.access import opened as opened_to
from otklik.people.permissions import Permission
from otklik.reports.arithmetic import Share
from otklik.reports.fold import outcomes
from otklik.reports.models import PublicFigures
from otklik.reports.promptly import yardstick
from otklik.reports.public import Terms, current, decide, seen
from otklik.reports.queries import atlas, sliced
from otklik.reports.sets import Cohort, What, real
from otklik.reports.stages import Stages
from otklik.reports.whose import Narrowing
from otklik.reports.worktime import WorkTable
from tests.clean import must_be_clean
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
PAGE, JSON, CSV = "/public/", "/public/figures.json", "/public/figures.csv"
ADDRESSES = (PAGE, JSON, CSV)


@pytest.fixture
def open_town(town: Town) -> Town:
    busy(town)
    opened()
    return town


def figures() -> Any:
    return json.loads(Client().get(JSON).content)


def test_while_it_is_off_nothing_is_there_until_an_administrator_opens_it(town: Town, admin: Client) -> None:
    assert current() == Terms(False, 5, "")
    for address in ADDRESSES:
        for client in (Client(), signed_in(town.operator), admin):
            for answer, unknown in ((client.get(address), client.get("/nothing/")), (client.head(address),) * 2):
                assert answer.status_code == unknown.status_code == 404
                assert "Такой страницы нет" in answer.content.decode() or not answer.content
        assert Client().get(address).content == Client().get("/nothing/").content
    form = {"on": "on", "least": "10", "licence": "<b>CC</b>\x00\n BY", "seen": seen(current())}
    assert admin.post("/admin/public/", form).status_code == 302
    assert (current().on, current().least) == (True, 10)
    assert "http://testserver/public/" in page_at(admin, "/admin/public/")
    for address in ADDRESSES:
        assert page_at(Client(), address)
    assert_shows(page_at(Client(), PAGE), "&lt;b&gt;CC&lt;/b&gt;", hides=["<b>CC"])
    PublicFigures.objects.create(on=False, at=clock.now())
    assert [Client().get(address).status_code for address in ADDRESSES] == [404] * 3
    for least in (0, 2, 101):
        with pytest.raises(Refused, match="least"):
            decide(Terms(True, least, ""), seen(current()), town.admin, clock.now())


def test_it_is_of_whole_months_says_no_less_than_there_is_and_names_what_is_kept_back(open_town: Town) -> None:
    body = figures()
    assert (body["total"]["cards"], body["total"]["rated"]) == (58, 28)
    hidden = dict.fromkeys(("near", "far", ""))
    towns = {one["code"]: one for one in body["municipalities"]}
    assert {code: one["cards"] for code, one in towns.items()} == {"gorod": 42, **hidden}
    assert {one["code"]: one["cards"] for one in body["groups"]} == {"homes": 40, "roads": 12, "": 6}
    assert sum(one["cards"] for one in body["months"]) == 58
    assert body["period"]["last"] < f"{clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m}-01"
    city = towns["gorod"]
    assert (city["answered"], city["median_seconds"]) == (42, 7200)
    assert (city["ended"], city["solved_percent"], city["explained_percent"]) == (42, 86, 14)
    assert (city["promises"], city["kept_percent"]) == (20, 75)
    assert (city["rated"], city["good_percent"], city["hidden"]) == (None, None, ["rated"])
    for code in hidden:
        assert {name for name, value in towns[code].items() if value is not None} == {"code", "name", "hidden"}
    # No sum gives a single hidden number away.
    for table in ("municipalities", "groups", "months"):
        for name in ("cards", "answered", "ended", "rated", "promises"):
            values = [one[name] for one in body[table]]
            assert all(value is None or value == 0 or value >= 5 for value in values), (table, name)
            assert values.count(None) != 1, (table, name)
            assert [value is None for value in values] == [name in one["hidden"] for one in body[table]]


def test_who_is_hidden_in_one_column_is_hidden_in_all_that_rest_on_it() -> None:
    """Twenty answered ones beside a hidden number of cards would say that these are not the few."""
    numbers = {"a": (100, 100), "b": (3, 3), "c": (9, 9), "d": (20, 20), "e": (30, 6)}
    keys = [(at, code, code) for at, code in enumerate(numbers, start=1)]
    counts = {at: Counted(*numbers[code]) for at, code, _name in keys}
    hidden = {row.code: row.hidden for row in rows(keys, counts, 5)}
    assert {code for code, names in hidden.items() if "cards" in names} == {"b", "c", "d"}
    assert {code for code, names in hidden.items() if "answered" in names} == {"b", "c", "d", "e"}
    assert all(not row.figures.numbers()[name] for row in rows(keys, counts, 5) for name in row.hidden)
    few_promises = total(Counted(100, 100, kept=Share(2, 3)), 5).hidden
    assert ("promises" in few_promises, "cards" in few_promises) == (True, False)


def test_they_are_the_figures_of_the_heads_pages(open_town: Town) -> None:
    """The functions that «Показатели» and «Обещания» draw from, over the same months."""
    at, zone, known = clock.now(), ZoneInfo(settings.TIME_ZONE), atlas()
    period = whole_months(at, zone)
    scope = opened_to(open_town.admin, (Permission.FIGURES,))
    here = real(sliced(scope, Narrowing(), period, known)[0])
    stick, ours = yardstick(at), facts(3, at)
    head, whole = Cohort(here, stick), ours.total.figures
    first, ends = Stages(here, WorkTable([]))["first"], outcomes(head)
    assert (whole.cards, whole.answered, whole.median) == (head.count(What.ALL), first.n, first.median)
    assert whole.good == head.share("good")
    ended = sum(ends.values())
    for outcome, share in (("solved", whole.solved), ("explained", whole.explained)):
        assert share == Share(ends[outcome], ended), outcome
    by_group = {key: Cohort(some, stick) for key, some in here.by(known.group_of_theme(here["theme"])).items()}
    names = {one.name: one.figures for one in ours.groups if not one.hidden}
    assert {known.names.group[key]: (one.count(What.ALL), one.share("good")) for key, one in by_group.items()} == {
        name: (one.cards, one.good) for name, one in names.items() if name
    }
    lines = by_agency(open_town.admin, at)
    assert whole.kept == Share(sum(one.kept.part for one in lines), sum(one.kept.n for one in lines))


def test_a_cancelled_or_running_promise_does_not_count_and_another_word_holds_at_once(open_town: Town) -> None:
    first, second = Promise.objects.order_by("pk")[:2]
    Promise.objects.filter(pk=first.pk).update(fate="cancelled")
    Promise.objects.filter(pk=second.pk).update(limit_at=clock.now() + timedelta(days=1))
    assert figures()["total"]["promises"] == 18

    def of_no_theme() -> Any:
        return next(one for one in figures()["groups"] if one["code"] == "")["cards"]

    assert of_no_theme() == 6
    opened(least=10, licence="CC0")
    assert of_no_theme() is None
    assert "CC0" in page_at(Client(), PAGE)


def test_no_text_name_or_link_gets_out_and_json_and_csv_say_the_same_under_their_names(open_town: Town) -> None:
    Incident.objects.filter(place__code="gorod").update(street="улица Мира", house="5")
    secrets = (SECRET, "Жилин", "vk.com", "/incidents/", "Мира", "Водоканал", "Исаев")
    for address in ADDRESSES:
        assert_shows(page_at(Client(), address), hides=secrets)
    response = Client().get(PAGE)
    page = must_be_clean(PAGE, response)
    assert all(not address.startswith("/") or address.startswith(PAGE) for address in page.leads)
    words = "Скрыто, потому что сообщений мало: Ближнее, Дальнее, Место не известно."
    assert_shows(response.content.decode(), "42", words, hides=["<script", "noindex"])
    assert "What people write to us" in page_at(Client(), f"{PAGE}?lang=en")
    PublicFigures.objects.create(on=True, licence="=CC BY 4.0", at=clock.now())
    body = figures()
    assert (body["schema"], body["version"], body["licence"], body["least"]) == (SCHEMA, 1, "=CC BY 4.0", 5)
    lines = list(csv.DictReader(io.StringIO(page_at(Client(), CSV))))
    assert {one["licence"] for one in lines} == {"'=CC BY 4.0"}, "no spreadsheet takes it for a formula"
    json_rows = [body["total"], *body["municipalities"], *body["groups"], *body["months"]]
    for one, other in zip(lines, json_rows, strict=True):
        assert list(other) == list(COLUMNS)
        for name in COLUMNS:
            value = " ".join(other[name]) if name == "hidden" else other[name]
            assert one[name] == ("" if value is None else str(value)), name
        assert (one["first"], one["last"]) == (body["period"]["first"], body["period"]["last"])


def test_one_copy_is_good_for_all_and_machines_of_any_site_may_read_and_ask_whether_it_is_new(open_town: Town) -> None:
    client = signed_in(open_town.admin)
    client.cookies["django_language"] = "en"
    queries = ("?lang=xx", "?lang=" + "я" * 5000, "?period=own&since=9&municipality=-1&lang=%ff", "?" + "a=1&" * 900)
    for address in ADDRESSES:
        anonymous, known = Client().get(address), client.get(address)
        assert anonymous.content == known.content
        for response in (anonymous, known):
            assert not response.cookies
            assert "Vary" not in response.headers
            assert response.headers["Cache-Control"] == "public, max-age=300"
        tag = anonymous.headers["ETag"]
        again, head = Client(headers={"If-None-Match": tag}).get(address), Client().head(address)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert (head.status_code, head.content) == (200, b"")
        assert Client().post(address).status_code == 405
        for response in (anonymous, again):
            assert response.headers.get("Access-Control-Allow-Origin") == ("*" if "figures" in address else None)
        for query in queries:
            assert Client().get(address + query).content == anonymous.content, (address, query[:40])
    assert client.get("/statistics/").status_code == 200, "elsewhere he is who he was"


def test_a_visitor_asks_once_and_nobody_of_cards_for_five_minutes(
    open_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_most(10):
        Client().get(PAGE)
    matter(open_town, month_ago())
    for address in ADDRESSES:
        with exactly(1):
            Client().get(address)
    assert figures()["total"]["cards"] == 58
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert figures()["total"]["cards"] == 59


def test_who_comes_while_they_are_made_anew_gets_the_old_ones(open_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    under, at = Terms(True, 5, ""), clock.now()
    old, came = MEMORY.edition(under, at), []

    def slowly(least: int, now: Any) -> Any:
        came.append(MEMORY.edition(under, now))
        return replace(old.facts, at=now)

    monkeypatch.setattr(public, "facts", slowly)
    assert MEMORY.edition(under, at + timedelta(minutes=6)) is not old
    assert came == [old]


def test_with_nothing_there_it_says_so_and_of_very_few_not_even_the_sum_is_told(town: Town) -> None:
    opened()
    assert "За это время сообщений не было." in page_at(Client(), PAGE)
    body = figures()
    assert (body["total"]["cards"], body["municipalities"], body["months"]) == (0, [], [])
    assert np.isfinite(body["total"]["rated"])
    matter(town, month_ago(), mark=5)
    MEMORY.forget()
    body = figures()
    assert body["total"]["cards"] is None
    assert body["total"]["hidden"] == ["answered", "cards", "ended", "promises", "rated"]
    assert "скрыто" in page_at(Client(), PAGE)
