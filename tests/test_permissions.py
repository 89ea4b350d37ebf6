"""Every address, walked as owner, colleague, other agency and stranger: what may not be seen is not there."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from otklik.incidents.models import Incident, State
from tests.walk import World, addresses, close_file, make_world, noun_of, signed_in, snapshot

pytestmark = pytest.mark.django_db
REFUSED = {403, 404}


@pytest.fixture
def world() -> World:
    return make_world()


def test_there_is_something_to_walk(world: World) -> None:
    walked = addresses(world.ids)
    assert len(walked) > 25
    assert sum(owned for _, owned in walked) > 15


def test_a_stranger_gets_no_page_and_changes_nothing(world: World) -> None:
    before, client = snapshot(), signed_in(AnonymousUser())
    for address, _ in addresses(world.ids):
        for response in (client.get(address), client.post(address)):
            assert response.status_code in {302, 401, 403, 404, 405}, address
            if response.status_code == 302:
                assert response.headers["Location"].startswith("/accounts/login/"), address
    assert snapshot() == before


@pytest.mark.parametrize("person", ["stranger", "nobody"])
def test_another_agency_finds_nothing_behind_any_id(world: World, person: str) -> None:
    before, client = snapshot(), signed_in(world.who(person))
    for address, owned in addresses(world.ids):
        if not owned:
            continue
        assert client.get(address).status_code in REFUSED | {405}, address
        assert client.post(address, {"text": "x", "mark": "5", "version": "1"}).status_code in REFUSED | {405}, address
    assert snapshot() == before


@pytest.mark.parametrize("person", ["stranger", "executor", "operator"])
def test_lists_show_only_what_the_grants_open(world: World, person: str) -> None:
    client, shown = signed_in(world.who(person)), set()
    for address, owned in addresses(world.ids):
        if not owned and "look" not in address:
            response = client.get(address)
            assert response.status_code < 500, address
            body = b"".join(response) if response.streaming else response.content
            if "Темно во дворе".encode() in body:
                shown.add(address)
    assert bool(shown) == (person != "stranger"), shown


@pytest.mark.parametrize("person", ["executor", "colleague", "operator"])
def test_owner_and_colleague_see_the_card(world: World, person: str) -> None:
    response = signed_in(world.who(person)).get(f"/incidents/{world.ids['incidents']}/")
    assert response.status_code == 200
    assert "Темно во дворе" in response.content.decode()


@pytest.mark.parametrize("person", ["executor", "colleague", "head", "operator"])
def test_only_an_approver_can_approve(world: World, person: str) -> None:
    before = snapshot()
    address = f"/answers/{world.ids['answers']}/approval/"
    assert signed_in(world.who(person)).post(address, {"version": "1"}).status_code == 403
    assert snapshot() == before


def test_an_approver_of_the_agency_can(world: World) -> None:
    address = f"/answers/{world.ids['answers']}/approval/"
    response = signed_in(world.who("approver")).post(address, {"version": "1"})
    assert response.status_code < 400
    assert Incident.objects.get(number=1).state == State.PUBLISHING


@pytest.mark.parametrize("person", ["operator", "executor", "approver", "head", "administrator", "nobody", "stranger"])
def test_no_address_answers_500_to_anybody(world: World, person: str) -> None:
    """Empty and senseless forms, ids that no database holds."""
    client = signed_in(world.who(person))
    for address, owned in addresses(world.ids):
        for data in (
            {},
            {"text": "\x00\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "version": "x" * 50},
        ):
            response = client.get(address, data)
            close_file(response)
            assert response.status_code < 500, address
        if "look" not in address:
            for given in ({}, {"text": "a\x00b", "version": "9" * 40, "agency": "1e9", "theme": "-1", "link": "x"}):
                assert client.post(address, given).status_code < 500, address
        if owned:
            huge = address.replace(f"/{world.ids[noun_of(address, world.ids)]}/", "/" + "9" * 30 + "/", 1)
            assert client.get(huge).status_code in {403, 404, 405}, huge


def test_forms_need_their_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.who("approver"))
    before = snapshot()
    for address, owned in addresses(world.ids):
        if owned:
            assert client.post(address, {"version": "1"}).status_code in {403, 405}, address
    assert snapshot() == before
