"""Every address, whoever asks: the whole policy, and nothing on any page that would need an exception from it."""

from urllib.parse import urlsplit

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver

from tests.clean import must_be_clean
from tests.region import PASSWORD
from tests.walk import OUTSIDE, World, addresses, close_file, make_world, patterns, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PEOPLE = ("operator", "executor", "approver", "head", "administrator")


@pytest.fixture
def world() -> World:
    return make_world()


def looked_at(client: Client, address: str) -> int:
    """How many of the answers to this address were pages: asked for whole, in parts, hostilely, by a wrong form."""
    asked: list[HttpResponseBase] = [
        client.get(address),
        client.get(address, headers={"X-Fragment": "1", "HX-Request": "true"}),
        client.get(address, {"q": "<script>\"'", "tab": "'><svg onload=x>"}),
    ]
    if "look" not in address:
        asked.append(client.post(address, {"text": "<b onclick=x>", "version": "x"}))
    return sum(checked(address, response) for response in asked)


def checked(address: str, response: HttpResponseBase) -> bool:
    close_file(response)
    html = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
    if html:
        must_be_clean(address, response)
    else:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'"), address
        assert response.headers["X-Content-Type-Options"] == "nosniff", address
    return html


@pytest.mark.parametrize("person", PEOPLE)
def test_no_page_of_the_desk_needs_an_exception(world: World, person: str) -> None:
    client = signed_in(world.who(person))
    pages = sum(looked_at(client, address) for address, _ in addresses(world.ids))
    assert pages > 100


def outside(world: World) -> list[str]:
    """What the walk of the desk leaves out: the pages of signing in, of citizens and of networks."""
    filled = []
    for pattern in patterns(get_resolver()):
        if not pattern.startswith(OUTSIDE) or "logout" in pattern:
            continue
        for name, value in {
            "<slug:network>": "vk", "<str:code>": "x", "<str:key>": "x", "<str:token>": "x", "<str:uidb36>": "1",
            "<row:pk>": str(world.ids["people"]), "<int:pk>": "1", "<str:provider_id>": "x", "<slug:kind>": "vk",
        }.items():  # fmt: skip
            pattern = pattern.replace(name, value)
        filled.append("/" + pattern)
    return filled


@pytest.mark.parametrize("person", ["", "executor"])
def test_no_page_outside_the_desk_needs_one_either(world: World, person: str) -> None:
    found = outside(world)
    assert len(found) > 20
    pages = 0
    for address in found:
        client = signed_in(world.who(person)) if person else Client(raise_request_exception=False)
        pages += looked_at(client, address)
    assert pages > 20


@pytest.mark.parametrize(
    "way", ["javascript:alert(1)", "https://evil.example/", "//evil.example", "\\\\evil.example", '" onfocus=x a=']
)
def test_a_way_back_leads_nowhere_but_here(world: World, way: str) -> None:
    """`next` is carried by the form of the sign-in page."""
    client = Client()
    must_be_clean("next", client.get("/accounts/login/", {"next": way}))
    told = {"login": "executor", "password": PASSWORD, "next": way}
    answer = client.post("/accounts/login/", told)
    assert answer.status_code == 302
    there = urlsplit(answer.headers["Location"])
    assert (there.scheme, there.netloc) == ("", "")
