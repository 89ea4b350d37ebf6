"""Whose each page of the desk is: by role alone, whatever stands on it, and of a card by who sees it. Other people's
cards: the walk of all addresses in `tests/test_permissions.py`."""

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import FRAGMENT
from tests.make.people import signed_in
from tests.make.town import Town

EVERYBODY = frozenset(
    ("operator", "curator", "executor", "approver", "head", "admin", "water_admin", "auditor", "other", "stranger")
)
DESK = frozenset(("operator", "curator", "admin", "water_admin"))
FIGURES = DESK | {"head", "auditor"}
APPROVING = frozenset(("approver", "admin", "water_admin"))
ANSWERING = frozenset(("curator", "executor", "other"))
MANY = tuple(f"/queue/many/{act}/" for act in ("noise", "assignment", "theme", "tag", "answer", "repeat"))

PAGES: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (DESK, ("/queue/", "/queue/changes/?after=0", "/selections/", "/practice/", "/noise-checks/", *MANY)),
    (DESK, ("/undelivered/", "/responses/")),
    (DESK - {"admin", "water_admin"}, ("/incidents/addition/",)),
    (FIGURES, ("/unheard/", "/surges/", "/statistics/", "/statistics/export.csv", "/metrics/")),
    (FIGURES, ("/metrics/export.csv", "/rating/", "/situation/", "/behind/", "/map/shapes.json", "/reports/")),
    (FIGURES, (f"/reports/file/?cycle=daily&ending=pdf&day={timezone.localdate()}",)),
    (FIGURES | ANSWERING, ("/promises/", "/promises/table/")),
    (ANSWERING, ("/promises/due/", "/agency/")),
    (APPROVING, ("/approvals/", "/approvals/later/", "/approvals/news/")),
    (DESK - {"operator"}, ("/practice/everybody/",)),
    (EVERYBODY - {"stranger"}, ("/problems/", "/substitution/")),
    (EVERYBODY - {"stranger", "auditor"}, ("/tags/?q=a",)),
    (EVERYBODY, ("/find/", "/themes/", "/my-alerts/")),
    (frozenset(("admin",)), ("/reports/letterhead/", "/admin/calendars/ladder/", "/admin/start/")),
    (frozenset(("admin",)), tuple(f"/admin/start/{step}/" for step in ("region", "calendar", "mail", "network"))),
)
VERBS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (DESK, ("/queue/next/", "/selections/", "/practice/", "/undelivered/again/")),
    (DESK, tuple(f"{many}{step}/" for many in MANY for step in ("preview", "piece"))),
    (FIGURES, ("/reports/schedules/",)),
    (frozenset(("admin", "water_admin")), ("/rating/formula/",)),
    (frozenset(("admin",)), ("/reports/letterhead/", "/reports/letterhead/removal/", "/admin/calendars/ladder/")),
    (frozenset(("admin",)), ("/admin/start/mail/leaving/",)),
)
# Pages that some may open and others are told something else at: the status of whom it is tried for
CARD = {200: "operator colleague executor approver auditor admin", 404: "other stranger"}
TEMPLATES = {200: "executor operator", 403: "auditor", 404: "other stranger"}
OTHERS = {
    "/agency/distribution/": {200: "executor curator", 403: "operator auditor stranger"},
    "/handover/": {200: "operator executor", 403: "auditor stranger"},
    "/health/": {200: "operator curator admin", 403: "executor approver auditor stranger"},
    "/incidents/999999/": {404: "operator admin"},
    **{f"/incidents/{{card}}/{part}": CARD for part in ("", "thread/", "talk/", "decision/", "live/", "similar/")},
    **{f"/incidents/{{card}}/{part}/": CARD for part in ("voices", "unconfirmed", "table")},
    "/incidents/{card}/rearrangement/": {200: "operator", 403: "executor", 404: "other stranger"},
    **{f"/incidents/{{card}}/{part}/": TEMPLATES for part in ("templates", "questions")},
}


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_a_page_opens_for_those_it_is_for_and_for_nobody_else(town: Town, who: str) -> None:
    client = signed_in(getattr(town, who))
    for whose, addresses in PAGES:
        for address in addresses:
            status = client.get(address, headers=FRAGMENT).status_code
            assert status in ((200, 204) if who in whose else (403,)), address


def test_a_page_of_a_card_opens_for_whoever_sees_it_and_a_stranger_signs_in_first(town: Town) -> None:
    card = town.assigned().pk
    for page, statuses in OTHERS.items():
        address = page.format(card=card)
        for status, names in statuses.items():
            for who in names.split():
                client = signed_in(getattr(town, who))
                for headers in ({}, FRAGMENT):
                    assert client.get(address, headers=headers).status_code == status, (address, who)
    for address in (*OTHERS, *(address for _whose, addresses in PAGES for address in addresses)):
        address = address.format(card=card)
        assert Client().get(address).headers["Location"].startswith("/accounts/login/"), address
        assert Client().get(address, headers=FRAGMENT).status_code == 401, address


def test_what_is_done_there_is_refused_to_everybody_else(town: Town) -> None:
    for who in EVERYBODY:
        client = signed_in(getattr(town, who))
        for whose, addresses in VERBS:
            for address in () if who in whose else addresses:
                assert client.post(address, {"title": "Моя"}).status_code == 403, (who, address)
