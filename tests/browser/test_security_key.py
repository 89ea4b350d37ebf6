from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from otklik.journal.models import Entry
from tests.make.people import PASSWORD
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(settings: Settings, town: Town) -> Town:
    settings.SECOND_FACTOR = "required"
    return town


@pytest.fixture
def key(page: Page) -> Iterator[CDPSession]:
    """Chromium's own key, plugged in: it is touched whenever a page asks."""
    session = page.context.new_cdp_session(page)
    plug_in(session, hasUserVerification=True, isUserVerified=True)
    yield session
    session.detach()


def plug_in(session: CDPSession, **more: bool) -> None:
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True, **more}
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def at(server: LiveServer, path: str) -> str:
    """By name: a key is bound to a name, and an address of figures has none."""
    return f"http://localhost:{server.thread.port}{path}"


def sign_in(page: Page, server: LiveServer, name: str) -> None:
    page.goto(at(server, "/accounts/login/"))
    page.fill("#id_login", name)
    page.fill("#id_password", PASSWORD)
    page.click("button:has-text('Войти')")


def test_a_key_is_set_up_and_opens_the_desk(page: Page, live_server: LiveServer, town: Town, key: CDPSession) -> None:
    sign_in(page, live_server, "approver")
    expect(page.get_by_text("обязателен второй фактор")).to_be_visible()
    page.click("text=Добавить ключ")
    expect(page.locator("#id_name")).to_have_value("Ключ 1")
    page.click("button:has-text('Добавить')")
    expect(page.get_by_text("Ключ добавлен")).to_be_visible()
    assert Authenticator.objects.filter(user=town.approver, type="webauthn").count() == 1
    assert Entry.objects.get(verb="user.second_factor_add").data == {"kind": "webauthn"}
    page.goto(at(live_server, "/approvals/"))
    expect(page).to_have_url(at(live_server, "/approvals/"))

    page.context.clear_cookies()
    sign_in(page, live_server, "approver")
    page.goto(at(live_server, "/approvals/"))
    expect(page.get_by_role("heading")).to_have_text("Второй фактор")
    page.click("button:has-text('Войти ключом')")
    expect(page.get_by_role("heading", name="Второй фактор")).to_have_count(0)
    page.goto(at(live_server, "/approvals/"))
    expect(page).to_have_url(at(live_server, "/approvals/"))


@pytest.mark.whole
def test_a_key_of_somebody_else_opens_nothing(page: Page, live_server: LiveServer, town: Town, key: CDPSession) -> None:
    # A press that came first was sent without a key's word, and «Ключ не подошёл» came back.
    held: list[Route] = []
    page.route("**/security_key*.js", lambda route: held.append(route))
    sign_in(page, live_server, "approver")
    with page.expect_request("**/security_key*.js"):
        page.goto(at(live_server, "/accounts/2fa/webauthn/add/"), wait_until="commit")
    button = page.locator("button:has-text('Добавить')")
    expect(button).to_be_disabled()
    held[0].continue_()
    page.unroute("**/security_key*.js")
    button.click()
    expect(page.get_by_text("Ключ добавлен")).to_be_visible()
    key.send("WebAuthn.disable")
    plug_in(key)
    page.context.clear_cookies()
    sign_in(page, live_server, "approver")
    page.click("button:has-text('Войти ключом')")
    expect(page.get_by_text("Ключ не ответил")).to_be_visible()
    page.goto(at(live_server, "/approvals/"))
    expect(page.get_by_role("heading")).to_have_text("Второй фактор")
