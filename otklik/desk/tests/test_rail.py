"""The rail: whose lists stand in it, what its numbers count, where one is, and what it costs."""

import re

import pytest

from otklik.desk.models import Handover
from otklik.desk.tests.pages import FRAGMENT, assert_shows, browser_of, exactly, page_at, settling
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.people.models import User
from tests.make import cards
from tests.make.people import signed_in
from tests.make.town import Town

FIGURES = "unheard problems promises watched"
RAILS = {
    "operator": f"new person responses undelivered {FIGURES} shift duty figures surges health",
    "curator": f"new person agency responses undelivered {FIGURES} shift duty figures surges health",
    "executor": "agency problems promises watched shift duty",
    "approver": "approvals problems watched duty",
    "head": f"figures {FIGURES} duty surges",
    "auditor": f"figures {FIGURES} surges journal",
    "admin": f"new person approvals responses undelivered {FIGURES} shift duty figures surges management",
    "stranger": "",
}
HERE = re.compile(r'class="rail-link" href="([^"]+)"[^>]* aria-current="page"')


def numbers(who: User) -> dict[str, str]:
    answer = browser_of(who).get("/rail/", headers=FRAGMENT)
    assert answer.status_code == 200
    return dict(answer.json()["numbers"])


@pytest.mark.parametrize("who", RAILS)
def test_everybody_has_his_own_work_in_the_rail_first_where_his_day_begins(town: Town, who: str) -> None:
    rail = signed_in(getattr(town, who)).get("/notices/").context["rail"]
    assert [link.item.key for link in (*rail.first, *rail.rest)] == RAILS[who].split()
    assert len(rail.first) <= 5
    if rail.first:
        page = page_at(getattr(town, who), rail.first[0].item.address)
        assert HERE.findall(page) == [rail.first[0].item.address]
    menu = page_at(getattr(town, who), "/notices/").split('<div class="user-panel">')[1].split("</details>")[0]
    lists = (
        "/responses/",
        "/problems/",
        "/health/",
        "/handover/",
        "/undelivered/",
        "/unheard/",
        "/promises/",
        "/duty/",
    )
    assert_shows(menu, "/my-alerts/", "/accounts/2fa/", "/accounts/logout/", hides=lists)


def test_a_page_that_belongs_to_an_item_says_so_and_a_queue_of_another_state_to_none(town: Town) -> None:
    here = {"/queue/?tab=person": ["/queue/?tab=person"], "/queue/?tab=done": [], "/reports/": ["/situation/"]}
    here |= {"/health/": ["/health/"], "/responses/": ["/responses/"]}
    assert {address: HERE.findall(page_at(town.operator, address)) for address in here} == here
    for address in ("/health/", "/admin/people/"):
        assert HERE.findall(page_at(town.admin, address)) == ["/admin/"]


def test_numbers_are_of_what_one_sees_and_cost_one_question_for_all(town: Town) -> None:
    assert numbers(town.operator) == numbers(town.stranger) == {}
    cards.card(number=1)
    cards.card(number=2, text="Темно")
    cards.card(number=3, text="Скользко", state=State.ASSIGNED, agency=town.water, set_aside_at=clock.now())
    Handover.objects.create(giver=town.colleague, taker=town.operator, note="", at=clock.now())
    assert numbers(town.operator) == {"new": "2", "person": "1", "shift": "1"}
    assert numbers(town.colleague) == {"new": "2", "person": "1"}
    assert numbers(town.executor) == {"agency": "1"}
    assert numbers(town.other) == {}
    client = signed_in(town.operator)
    with exactly(3 + settling()):  # the session, its user with his grants, and all numbers
        client.get("/rail/", headers=FRAGMENT)
    assert signed_in(town.operator).post("/rail/").status_code == 405
