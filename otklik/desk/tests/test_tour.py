"""The first-day tour: told once to whoever works on the page, and again when asked for."""

import pytest
from django.test import Client

from otklik.desk.models import Tour
from otklik.desk.tests.pages import at_most
from otklik.desk.tour import TOURS
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def tour(client: Client, page: str = "/queue/") -> tuple[int, int]:
    """The status, and how many steps there are."""
    answer = client.get("/tour/", {"page": page}, headers={"X-Fragment": "1"})
    return answer.status_code, answer.content.decode().count("data-step")


def test_everybody_is_shown_the_page_of_his_own_work(town: Town) -> None:
    for user, own in ((town.operator, "/queue/"), (town.executor, "/agency/"), (town.approver, "/approvals/")):
        client = signed_in(user)
        for page in TOURS:
            assert tour(client, page) == ((200, len(TOURS[page])) if page == own else (204, 0))
    client = signed_in(town.auditor)
    assert tour(client) == (204, 0)
    assert client.post("/tour/again/", {"page": "/queue/"}).headers["Location"] == "/"
    assert not Tour.objects.exists(), "somebody without a section is told nothing"


def test_a_closed_tour_comes_back_only_when_asked_for_and_made_up_pages_are_nothing(town: Town) -> None:
    client = signed_in(town.operator)
    for page in ("", "/queue", "https://evil.example/", "x" * 200_000, "\u202e/queue/", "/health/"):
        assert client.post("/tour/seen/", {"page": page}).status_code == 204, page[:30]
        assert client.post("/tour/again/", {"page": page}).headers["Location"] == "/queue/", page[:30]
        assert Tour.objects.get(user=town.operator).seen == []
    assert [client.get(f"/tour/{verb}/").status_code for verb in ("seen", "again")] == [405, 405]
    with at_most(4):
        assert tour(client)[0] == 200
    for _twice in range(2):
        assert client.post("/tour/seen/", {"page": "/queue/"}).status_code == 204
    assert (tour(client)[0], tour(signed_in(town.colleague))[0]) == (204, 200)
    answer = client.post("/tour/again/", {"page": "/incidents/1/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/queue/")
    assert tour(client)[0] == 200
