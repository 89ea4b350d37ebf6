import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urljoin, urlsplit
from zlib import crc32

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver

from tests.addresses import (
    OUTSIDE,
    FullCard,
    addresses,
    close_file,
    full_card,
    openers,
    patterns,
    signed_in,
    whoever_opens,
)
from tests.clean import Page, must_be_clean
from tests.region import PASSWORD
from tests.tiers import some

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PEOPLE = ("operator", "executor", "approver", "head", "administrator", "nobody", "stranger")
FRAGMENT = {"X-Fragment": "1"}
HOSTILE_QUERY = {"q": "<script>\"'", "tab": "'><svg onload=x>", "text": "\ufffe", "version": "x" * 50}
HOSTILE_FORMS: tuple[dict[str, str], ...] = (
    {},
    {"text": "<b onclick=x>", "version": "x"},
    {"text": "a\x00b", "version": "9" * 40, "agency": "1e9", "theme": "-1", "link": "x"},
)


@pytest.fixture
def full() -> FullCard:
    return full_card()


def clean_pages(client: Client, address: str) -> int:
    """How many answers to this address are pages: asked hostilely, for a part, by empty and by senseless forms. None of
    them may be a fault of the site's own."""
    headers = FRAGMENT if crc32(address.encode()) % 2 else {}
    ways: list[Callable[[], HttpResponseBase]] = [partial(client.get, address, HOSTILE_QUERY, headers=headers)]
    if "look" not in address:
        ways += [partial(client.post, address, form) for form in HOSTILE_FORMS]
    answers = [ask() for ask in ways]
    assert max(answer.status_code for answer in answers) < 500, address
    return sum(clean_page(address, answer) is not None for answer in answers)


def clean_page(address: str, response: HttpResponseBase) -> Page | None:
    """None where it is no page. Fails where it is not clean."""
    close_file(response)
    if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
        return must_be_clean(address, response)
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'"), address
    assert response.headers["X-Content-Type-Options"] == "nosniff", address
    return None


def leads_somewhere(client: Client, lead: str) -> bool:
    response = client.get(lead)
    close_file(response)
    return response.status_code in (200, 302, 409)  # which says what has to be done first


def walk(full: FullCard, clients: list[Client]) -> int:
    """Every address as whoever may open it, hostilely, too. How many pages there were."""
    pages, openers_of, leads = 0, dict[str, Client](), {client: set[str]() for client in clients}
    walked = [address for address, _ in addresses(full.ids)]
    for address in walked:
        for client in clients:
            response = client.get(address)
            page = clean_page(address, response)
            pages += page is not None
            if response.status_code < 400:
                openers_of[address] = client
                leads[client] |= {urljoin(address, lead).partition("#")[0] for lead in (page.leads if page else ())}
                break
    for client, seen in leads.items():  # before any form has changed what they lead to
        assert dead_links(client, set(some(sorted(seen)))) == set()
    for address in some(walked):
        pages += clean_pages(openers_of.get(address) or whoever_opens(address, clients), address)
    return pages


def dead_links(client: Client, leads: set[str]) -> set[str]:
    ours = [lead for lead in sorted(leads) if lead.startswith("/") and "logout" not in lead]
    kinds = {re.sub("=[^&]*", "", lead): lead for lead in ours}  # of those that differ in a value one is enough
    return {lead for lead in kinds.values() if not leads_somewhere(client, lead)}


def test_no_page_of_the_desk_fails_needs_an_exception_or_leads_nowhere(full: FullCard) -> None:
    assert walk(full, openers(full)) > 300


@pytest.mark.whole
@pytest.mark.parametrize("person", PEOPLE)
def test_nor_does_one_for_anybody_else(full: FullCard, person: str) -> None:
    assert walk(full, [signed_in(full.who(person))]) > 100


def outside(full: FullCard) -> list[str]:
    """What the walk of the desk leaves out: the pages of signing in, of citizens and of networks."""
    filled = ["/no-such-page/"]
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


def test_a_nul_in_an_address_is_refused_by_a_clean_page(full: FullCard) -> None:
    answer = signed_in(full.who("operator")).get("/find/", {"q": "a\x00b"})
    assert answer.status_code == 400
    must_be_clean("/find/", answer)


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
