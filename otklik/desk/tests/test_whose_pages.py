"""Whose each page of the desk is: by role alone, whatever stands on it. Nobody signed in, and other people's cards: the
walk of all addresses in `tests/test_permissions.py`."""

import pytest
from django.utils import timezone

from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
EVERYBODY = frozenset(
    ("operator", "curator", "executor", "approver", "head", "admin", "water_admin", "auditor", "other", "stranger")
)
DESK = frozenset(("operator", "curator", "admin", "water_admin"))
FIGURES = DESK | {"head", "auditor"}
APPROVING = frozenset(("approver", "admin", "water_admin"))
ANSWERING = frozenset(("curator", "executor", "other"))
MANY = tuple(f"/queue/many/{act}/" for act in ("noise", "assignment", "theme", "tag", "answer", "repeat"))

PAGES: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (DESK, ("/queue/", "/queue/changes/?after=0", "/selections/", "/practice/", *MANY)),
    (DESK, ("/undelivered/", "/undelivered/count/", "/responses/", "/responses/count/")),
    (FIGURES, ("/unheard/", "/unheard/count/", "/surges/", "/statistics/", "/statistics/export.csv", "/metrics/")),
    (FIGURES, ("/metrics/export.csv", "/rating/", "/situation/", "/behind/", "/map/shapes.json", "/reports/")),
    (FIGURES, (f"/reports/file/?cycle=daily&ending=pdf&day={timezone.localdate()}",)),
    (FIGURES | ANSWERING, ("/promises/", "/promises/table/")),
    (ANSWERING, ("/promises/due/",)),
    (APPROVING, ("/approvals/", "/approvals/later/", "/approvals/news/")),
    (DESK - {"operator"}, ("/practice/everybody/",)),
    (EVERYBODY - {"stranger"}, ("/problems/", "/substitution/")),
    (EVERYBODY - {"stranger", "auditor"}, ("/tags/?q=a",)),
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


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_a_page_opens_for_those_it_is_for_and_for_nobody_else(town: Town, who: str) -> None:
    client = signed_in(getattr(town, who))
    for whose, addresses in PAGES:
        for address in addresses:
            status = client.get(address, headers={"X-Fragment": "1"}).status_code
            assert status in ((200, 204) if who in whose else (403,)), address


def test_what_is_done_there_is_refused_to_everybody_else(town: Town) -> None:
    for who in EVERYBODY:
        client = signed_in(getattr(town, who))
        for whose, addresses in VERBS:
            for address in () if who in whose else addresses:
                assert client.post(address, {"title": "Моя"}).status_code == 403, (who, address)
