"""Who opens which page of the desk: one table. A stranger is sent to sign in, or told so where only a part is asked."""

import pytest
from django.test import Client

from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
CARD = {200: "operator colleague executor approver auditor admin", 404: "other stranger"}
TEMPLATES = {200: "executor operator", 403: "auditor", 404: "other stranger"}
PAGES = {
    "/agency/": {200: "executor other curator", 403: "operator stranger"},
    "/agency/distribution/": {200: "executor curator", 403: "operator auditor stranger"},
    "/approvals/": {200: "approver admin", 403: "executor operator stranger"},
    "/find/": {200: "operator executor stranger"},
    "/themes/": {200: "operator"},
    "/handover/": {200: "operator executor", 403: "auditor stranger"},
    "/health/": {200: "operator curator admin", 403: "executor approver auditor stranger"},
    "/noise-checks/": {200: "operator", 403: "executor"},
    "/incidents/999999/": {404: "operator admin"},
    "/incidents/addition/": {200: "operator", 403: "executor auditor"},
    "/my-alerts/": {200: "executor operator"},
    "/incidents/{card}/": CARD,
    **{f"/incidents/{{card}}/{part}/": CARD for part in ("thread", "talk", "decision", "live")},
    **{f"/incidents/{{card}}/{part}/": TEMPLATES for part in ("templates", "questions")},
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_whom_it_is_meant(town: Town, page: str) -> None:
    address = page.format(card=town.assigned().pk)
    expected = {who: status for status, names in PAGES[page].items() for who in names.split()}
    for headers in ({}, FRAGMENT):
        found = {who: signed_in(getattr(town, who)).get(address, headers=headers).status_code for who in expected}
        assert found == expected
    assert Client().get(address).headers["Location"].startswith("/accounts/login/")
    assert Client().get(address, headers=FRAGMENT).status_code == 401
