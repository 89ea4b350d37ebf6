"""Who gets in to which page of «Управление»: whoever does not is refused everywhere, and looking changes nothing."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from django.utils.html import escape

from otklik.desk.tests import kinds
from otklik.desk.tests.pages import assert_shows, page_at
from otklik.journal.models import Entry
from otklik.notify.hooks.models import Call
from otklik.people.models import Role, User
from otklik.routing.models import AgencyCalendar, Calendar
from tests.addresses import patterns
from tests.make.inbox import message
from tests.make.journal import an_act
from tests.make.people import grant, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
NOBODYS_ID = 999_999
KINDS = {"<slug:code>": "nine-four", "<slug:step>": "mail", "lists/<slug:kind>": "lists/users", "<slug:kind>": "vk"}
POSTED = {"sure": "1", "until": "2090-01-01", "on": "2090-01-01", "name": "x", "agency": "", "reason": "x", "table": ""}

# By the beginning of an address: who gets in. Everything else is the region's administrator's.
ANY_ADMINISTRATOR = {"admin", "water_admin", "administrator of a place"}
READERS = {"admin", "auditor"}
LET_IN = {
    **dict.fromkeys(("people", "grants", "agencies", "templates"), ANY_ADMINISTRATOR),
    "journal": READERS,
    "privacy": READERS,
    "forgetting": READERS,
}
PEOPLE = ("admin", "water_admin", "auditor", "operator", "curator", "executor", "approver", "head", "stranger")


SHOWING = ("admin", "water_admin", "auditor", "operator", "administrator of a place")
"""Of each kind of right one person; the second tier asks as the others, too."""
NEWCOMERS: dict[str, Callable[[Town], User]] = {
    "administrator of a place": lambda town: person(role=Role.ADMINISTRATOR, place=town.city),
    "auditor of an agency": lambda town: person(role=Role.AUDITOR, agency=town.water),
    "somebody with a made role": lambda town: grant(person(), Role.OPERATOR, made=kinds.a_role(town)).user,
}


def rows(town: Town) -> dict[str, Model]:
    """One of everything that an address names, by the noun before its id."""
    now, hook = timezone.now(), kinds.a_hook(town)
    AgencyCalendar.objects.create(agency=town.pumps, calendar=Calendar.objects.create(title="Насосы"))
    call = {"uid": hook.uid, "entry": 1, "kind": "card.new", "body": "{}", "made_at": now, "until": now}
    return {
        "people": town.executor,
        "grants": town.executor.grants.get(),
        "agencies": town.pumps,
        "roles": kinds.a_role(town, "Своя"),
        "programs": kinds.a_program(town),
        "rules": kinds.a_rule(town),
        "policies": kinds.a_policy(town),
        "templates": kinds.a_template(town),
        "classifier": town.pipe,
        "learned": kinds.a_model(town),
        "norms": kinds.a_norm(town),
        "accounts": town.account,
        "sources": town.source,
        "hooks": hook,
        "forgetting": message().author,
        "acts": an_act(),
        "calls": Call.objects.create(subscription=hook, **call),
    }


def addresses(ids: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Every address of the section, as its pattern and filled in."""
    for pattern in patterns(get_resolver()):
        if not pattern.startswith("admin/") or pattern == "admin/":
            continue
        filled = pattern
        for hole, kind in KINDS.items():
            filled = filled.replace(hole, kind)
        before = pattern.partition("/<row:pk>")[0].rpartition("/")[2]
        yield pattern.removeprefix("admin/"), "/" + filled.replace("<row:pk>", str(ids.get(before, "")))


def let_in(pattern: str, who: str) -> bool:
    return who in next((people for beginning, people in LET_IN.items() if pattern.startswith(beginning)), {"admin"})


def values_of(things: dict[str, Model]) -> list[dict[str, Any]]:
    return [type(one)._default_manager.filter(pk=one.pk).values().get() for one in things.values()]


@pytest.mark.parametrize(
    "who", [one if one in SHOWING else pytest.param(one, marks=pytest.mark.whole) for one in (*PEOPLE, *NEWCOMERS)]
)
def test_a_page_opens_for_whom_it_is_meant_and_refuses_everybody_else(town: Town, who: str) -> None:
    things = rows(town)
    client = signed_in(NEWCOMERS[who](town) if who in NEWCOMERS else getattr(town, who))
    before, written = values_of(things), Entry.objects.count()
    for pattern, address in addresses({noun: one.pk for noun, one in things.items()}):
        opened = client.get(address, {"sure": "1"})
        b"".join(opened)  # a table that streams is made while it is read
        if let_in(pattern, who):
            assert opened.status_code in {200, 404, 405, 409}, address
            continue
        statuses = {opened.status_code, client.post(address, POSTED).status_code}
        assert statuses <= {403, 405}, address
        assert 403 in statuses, address
    assert values_of(things) == before
    assert Entry.objects.exclude(verb="export.take").count() == written


def test_a_stranger_signs_in_first_a_form_needs_its_token_and_a_made_up_id_is_none(town: Town, admin: Client) -> None:
    things = rows(town)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.admin)
    before, written = values_of(things), Entry.objects.count()
    for _pattern, address in addresses({noun: one.pk for noun, one in things.items()}):
        for outside in (Client().get(address), Client().post(address, POSTED)):
            assert outside.status_code == 405 or outside["Location"].startswith("/accounts/login/"), address
        assert Client().get(address, headers={"X-Fragment": "1"}).status_code in {401, 405}, address
        assert strict.post(address, POSTED).status_code in {403, 405}, address
    assert (values_of(things), Entry.objects.count()) == (before, written)
    for pattern, address in addresses(dict.fromkeys(things, NOBODYS_ID)):
        if "<row:pk>" in pattern:
            statuses = {admin.get(address).status_code, admin.post(address, POSTED).status_code}
            assert statuses <= {404, 405}, address
            assert 404 in statuses, address


def test_the_section_leads_everybody_only_where_he_gets_in(town: Town) -> None:
    lists = {address for pattern, address in addresses(dict.fromkeys(rows(town), 1)) if pattern.count("/") == 1}
    for who, start in (("admin", "/admin/people/"), ("water_admin", "/admin/people/"), ("auditor", "/admin/journal/")):
        client = signed_in(getattr(town, who))
        assert client.get("/admin/").headers["Location"] == start
        menu = page_at(client, start)
        for address in lists:
            if f'href="{address}"' in menu:
                assert let_in(address.removeprefix("/admin/"), who), (who, address)
        assert (f'href="{start}"' in menu, 'href="/admin/accounts/"' in menu) == (True, who == "admin")
    side = signed_in(town.admin).get("/health/").context["admin_pages"]
    groups = ["Люди и права", "Маршруты и сроки", "Сети", "Слова", "Связи", "Работа системы"]
    assert [str(group) for group, _pages in groupby(side, lambda page: page.group)] == groups
    assert "Состояние" in {str(page.title) for page in side if page.group == groups[-1]}
    assert_shows(page_at(town.admin, "/health/"), *(str(escape(page.words)) for page in side))
    assert "Управление" in page_at(town.admin, "/queue/")
    assert "Управление" not in page_at(town.operator, "/queue/")
    assert '"/admin/journal/"' in page_at(town.auditor, "/statistics/")
