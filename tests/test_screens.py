"""Every address of the desk that shows a page is among the screens, so that a new page is looked over like the others.

Whatever is no screen is asked with GET by everybody there is. It has to answer that it takes POST alone, or
with something that is no page: a fragment, a file, a table. Where nobody gets so far, the reason stands in APART.
"""

import re
from collections.abc import Mapping

import pytest
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import get_resolver, resolve

from tests.addresses import patterns
from tests.screens import SCREENS
from tests.screens.region import FullRegion, of_town

pytestmark = [pytest.mark.django_db, pytest.mark.once]
APART = {
    "api/": "programs ask it, nobody opens it",
    "hooks/": "networks push to it, nobody opens it",
    "accounts/confirm-email/": "the same page as at «email»",
    "accounts/password/reset/<path:key>": "the same page as at «reset»",
    "accounts/2fa/recovery-codes/download/": "a file",
    "accounts/2fa/authenticate/": "the screen «sign-in-code» stands there, on its way from the password",
    "accounts/login/code/confirm/": "codes by mail are not in use: everybody is sent away",
    "accounts/oidc/": "off to the organisation's provider and back from it; shut without one",
    "accounts/3rdparty/": "words: this is no way in",
    "accounts/social/": "allauth's old addresses of the same: they lead there",
    "admin/": "the first page of the list at the side",
    "language/": "the switch of the language: back to where one was",
    "queue/many/": "forms in a dialog of the queue, which are the «many-» screens; without scripts, the queue",
    "answers/<row:pk>/photos/<row:photo_pk>/": "a picture",
    "answers/<row:pk>/acts/<row:act_pk>/": "a file",
    "answers/<row:pk>/flaws/": "a part of the card",
    "incidents/<row:pk>/pictures/<row:media_pk>/": "a picture",
    "incidents/<row:pk>/problem/": "a part of the card, and else the way to the problem",
    "deliveries/<row:pk>/picture/": "a picture",
    "incidents/<row:pk>/outside-photos/<row:shot_pk>/": "a picture",
    "o/<str:key>/pictures/<row:media_pk>/": "a picture",
    "inquiries/<row:pk>/pictures/<row:media_pk>/": "a picture",
    "incidents/<row:pk>/new-day/": "on to the form about the card's promise",
    "reports/file/": "a file, or the page of reports with what was wrong",
    "reports/letterhead/": "a file",
    "incidents/<row:pk>/upload/": "how much of a picture has come",
}


@pytest.fixture
def region() -> FullRegion:
    return of_town()


@pytest.fixture
def clients(region: FullRegion) -> list[Client]:
    """Everybody of the screens, signed in, and somebody who is not."""
    clients = [Client(raise_request_exception=False) for _someone in range(len(region.people) + 1)]
    for client, user in zip(clients, region.people.values(), strict=False):
        client.force_login(user)
    return clients


def routes_of_screens(ids: Mapping[str, object]) -> set[str]:
    return {str(resolve(screen.at(ids).partition("?")[0]).route) for screen in SCREENS}


def filled(route: str, ids: Mapping[str, object]) -> str:
    """An address of the route: of the card in work where it is about a card, and else of whatever has the number 1."""
    of_card = route.replace("incidents/<row:pk>", f"incidents/{ids['in_work']}")
    return "/" + re.sub(r"<\w+:\w+>|\(\?P<\w+>.*?\)|[$^]", lambda blank: "1" * (len(blank[0]) > 1), of_card)


def is_page(response: HttpResponseBase) -> bool:
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return html and isinstance(response, HttpResponse) and b"<html" in response.content[:500]


def what_is_there(address: str, clients: list[Client]) -> str:
    """ "page", "none" when it is surely no page, or "unknown" when nobody got so far."""
    kind = "unknown"
    for client in clients:
        answer = client.get(address)
        if answer.status_code == 405:  # whoever asks
            return "none"
        if answer.status_code < 400 and is_page(answer):
            return "page"
        kind = "none" if answer.status_code < 300 else kind
    return kind


def test_each_page_is_a_screen_and_one_that_is_not_would_be_noticed(region: FullRegion, clients: list[Client]) -> None:
    addresses = (filled(route, region.ids) for route in patterns(get_resolver()) if not route.startswith(tuple(APART)))
    # A route that stands before this one may have taken its address: it answers in truth.
    answering = {str(resolve(address).route) for address in addresses} - routes_of_screens(region.ids)
    others = {route: filled(route, region.ids) for route in answering if not route.startswith(tuple(APART))}
    kinds = {route: what_is_there(address, clients) for route, address in others.items()}
    assert {route: kind for route, kind in kinds.items() if kind != "none"} == {}, "a line in tests/screens or in APART"
    assert what_is_there("/find/", clients) == "page"
    assert what_is_there("/tags/", clients) == "none"
    assert what_is_there("/undo/", clients) == "none"
    assert what_is_there(f"/incidents/{region.ids['new']}/pictures/1/", clients) == "unknown"


def test_what_stands_apart_is_there_and_each_screen_has_a_name_and_a_title_of_its_own(region: FullRegion) -> None:
    known = list(patterns(get_resolver()))
    assert [route for route in APART if not any(one.startswith(route) for one in known)] == []
    assert routes_of_screens(region.ids) & APART.keys() == set()
    assert len({screen.name for screen in SCREENS}) == len({screen.title for screen in SCREENS}) == len(SCREENS)
