"""Every address, whoever asks: the whole policy, and nothing on any page that would need an exception from it."""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver

from tests.addresses import OUTSIDE, FullCard, addresses, close_file, full_card, patterns, signed_in
from tests.clean import must_be_clean
from tests.region import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PEOPLE = ("operator", "executor", "approver", "head", "administrator")


@pytest.fixture
def full() -> FullCard:
    return full_card()


def clean_pages(client: Client, address: str) -> int:
    """How many of the answers to this address were pages: asked for whole, in parts, hostilely, by a wrong form."""
    answers: list[HttpResponseBase] = [
        client.get(address),
        client.get(address, headers={"X-Fragment": "1", "HX-Request": "true"}),
        client.get(address, {"q": "<script>\"'", "tab": "'><svg onload=x>"}),
    ]
    if "look" not in address:
        answers.append(client.post(address, {"text": "<b onclick=x>", "version": "x"}))
    return sum(is_clean_page(address, answer) for answer in answers)


def is_clean_page(address: str, response: HttpResponseBase) -> bool:
    """Whether it was a page. Fails where it is not clean."""
    close_file(response)
    html = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
    if html:
        must_be_clean(address, response)
    else:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'"), address
        assert response.headers["X-Content-Type-Options"] == "nosniff", address
    return html


@pytest.mark.parametrize("person", PEOPLE)
def test_no_page_of_the_desk_needs_an_exception(full: FullCard, person: str) -> None:
    client = signed_in(full.who(person))
    assert sum(clean_pages(client, address) for address, _ in addresses(full.ids)) > 100


def outside(full: FullCard) -> list[str]:
    """What the walk of the desk leaves out: the pages of signing in, of citizens and of networks."""
    filled = []
    for pattern in patterns(get_resolver()):
        if not pattern.startswith(OUTSIDE) or "logout" in pattern:
            continue
        for name, value in {
            "<slug:network>": "vk", "<str:code>": "x", "<str:key>": "x", "<str:token>": "x", "<str:uidb36>": "1",
            "<row:pk>": str(full.ids["people"]), "<int:pk>": "1", "<str:provider_id>": "x", "<slug:kind>": "vk",
        }.items():  # fmt: skip
            pattern = pattern.replace(name, value)
        filled.append("/" + pattern)
    return filled


@pytest.mark.parametrize("person", ["", "executor"])
def test_no_page_outside_the_desk_needs_one_either(full: FullCard, person: str) -> None:
    user = full.who(person) if person else AnonymousUser()
    assert sum(clean_pages(signed_in(user), address) for address in outside(full)) > 20


@pytest.mark.parametrize(
    "way", ["javascript:alert(1)", "https://evil.example/", "//evil.example", "\\\\evil.example", '" onfocus=x a=']
)
def test_a_way_back_leads_nowhere_but_here(full: FullCard, way: str) -> None:
    """`next` is carried by the form of the sign-in page."""
    client = Client()
    must_be_clean("next", client.get("/accounts/login/", {"next": way}))
    answer = client.post("/accounts/login/", {"login": "executor", "password": PASSWORD, "next": way})
    assert answer.status_code == 302
    there = urlsplit(answer.headers["Location"])
    assert (there.scheme, there.netloc) == ("", "")
