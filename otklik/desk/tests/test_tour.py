"""The first-day tour: told once to whoever works on the page, and again when asked for."""

import pytest

from otklik.desk.models import Tour
from otklik.desk.tests.pages import at_most
from otklik.desk.tour.seen import mark_seen
from otklik.desk.tour.steps import TOURS
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}


@pytest.mark.parametrize(
    ("who", "page"), [("operator", "/queue/"), ("executor", "/agency/"), ("approver", "/approvals/")]
)
def test_everybody_is_shown_the_page_of_his_own_work(town: Town, who: str, page: str) -> None:
    client = signed_in(getattr(town, who))
    told = client.get("/tour/", {"page": page}, headers=FRAGMENT)
    assert told.status_code == 200
    assert told.content.decode().count("data-step") == len(TOURS[page])
    for other in set(TOURS) - {page}:
        assert client.get("/tour/", {"page": other}, headers=FRAGMENT).status_code == 204


def test_a_tour_that_was_closed_never_comes_back_by_itself(town: Town) -> None:
    client = signed_in(town.operator)
    assert client.post("/tour/seen/", {"page": "/queue/"}).status_code == 204
    assert client.post("/tour/seen/", {"page": "/queue/"}).status_code == 204
    assert client.get("/tour/", {"page": "/queue/"}).status_code == 204
    assert signed_in(town.colleague).get("/tour/", {"page": "/queue/"}).status_code == 200


def test_it_is_told_again_when_asked_for_from_any_page(town: Town) -> None:
    client = signed_in(town.operator)
    mark_seen(town.operator)
    answer = client.post("/tour/again/", {"page": "/incidents/1/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/queue/")
    assert client.get("/tour/", {"page": "/queue/"}).status_code == 200


def test_made_up_pages_are_not_remembered(town: Town) -> None:
    client = signed_in(town.operator)
    for page in ("", "/queue", "https://evil.example/", "x" * 200_000, "\u202e/queue/", "/health/"):
        assert client.post("/tour/seen/", {"page": page}).status_code == 204, page[:30]
        assert client.post("/tour/again/", {"page": page}).headers["Location"] == "/queue/", page[:30]
        assert Tour.objects.get(user=town.operator).seen == []
    assert [client.get(f"/tour/{verb}/").status_code for verb in ("seen", "again")] == [405, 405]


def test_somebody_without_a_section_is_told_nothing(town: Town) -> None:
    client = signed_in(town.auditor)
    assert client.get("/tour/", {"page": "/queue/"}).status_code == 204
    assert client.post("/tour/again/", {"page": "/queue/"}).headers["Location"] == "/"
    assert not Tour.objects.exists()


def test_the_tour_asks_little(town: Town) -> None:
    client = signed_in(town.operator)
    with at_most(4):
        assert client.get("/tour/", {"page": "/queue/"}, headers=FRAGMENT).status_code == 200
