import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client, TestCase
from pytest_django import DjangoAssertNumQueries, Settings

from otklik.desk.second_factor import OPEN
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Grant, Role
from tests.addresses import FullCard, addresses, full_card, signed_in, snapshot
from tests.region import PASSWORD
from tests.tiers import some

pytestmark = pytest.mark.django_db
SET_UP = "/accounts/2fa/"
FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture
def world(settings: Settings) -> FullCard:
    settings.SECOND_FACTOR = "required"
    return full_card()


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def entered(name: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def set_up(client: Client) -> str:
    """By the forms, as people do; the secret."""
    secret = str(client.get("/accounts/2fa/totp/activate/").context["form"].secret)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    return secret


@pytest.mark.once
def test_no_address_opens_without_it(world: FullCard) -> None:
    client, before = signed_in(world.who("administrator")), snapshot()
    for address, _ in some(addresses(world.ids)):
        asked = client.get(address)
        assert (asked.status_code, asked.headers.get("Location")) == (302, SET_UP), address
        assert client.post(address, {"version": "1", "text": "x", "sure": "1"}).status_code == 403, address
    assert snapshot() == before


def test_a_part_of_a_page_sends_the_whole_page_to_set_it_up(world: FullCard) -> None:
    client = signed_in(world.who("approver"))
    for address in ("/approvals/", "/queue/", f"/incidents/{world.ids['incidents']}/"):
        fragment = client.get(address, headers=FRAGMENT)
        assert (fragment.status_code, fragment.headers.get("X-Set-Up")) == (403, SET_UP), address
        assert client.post(address, {"version": "1"}, headers=FRAGMENT).status_code == 403, address


def test_of_sign_in_only_what_leads_to_it_is_open(world: FullCard, monkeypatch: pytest.MonkeyPatch) -> None:
    client, came_long_ago = entered("approver"), signed_in(world.who("approver"))
    for shut in ("password/change/", "sessions/", "email/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/"):
        assert client.get(f"/accounts/{shut}")["Location"] == SET_UP, shut
    page = client.get(SET_UP).content.decode()
    assert "обязателен второй фактор" in page
    assert "Вернуться к работе" not in page
    for way in ("totp/activate/", "webauthn/add/"):
        assert client.get(f"/accounts/2fa/{way}").status_code == 200
        assert "/accounts/reauthenticate/" in came_long_ago.get(f"/accounts/2fa/{way}")["Location"]
    assert {"mfa_index", "account_logout"} <= OPEN
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "/accounts/reauthenticate/" in client.get("/accounts/2fa/totp/activate/")["Location"], "after five minutes"


def test_tricks_with_addresses_and_spare_codes_alone_open_nothing(world: FullCard) -> None:
    user = world.who("approver")
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "00", "used_mask": 0})
    client = signed_in(user)
    for address in ("/accounts/2fa/../../approvals/", "/accounts/2fa/%2e%2e/approvals/", "//approvals/", "/approvals"):
        answer = client.get(address)
        assert answer.status_code in (301, 302, 404), address
        assert "Темно" not in answer.content.decode(), address
    override = client.get("/approvals/", headers={"X-HTTP-Method-Override": "POST", "X-Original-URL": SET_UP})
    assert override["Location"] == SET_UP


def test_once_it_is_set_up_the_desk_opens_and_a_password_alone_opens_nothing_any_more(world: FullCard) -> None:
    here, elsewhere = entered("approver"), entered("approver")
    secret = set_up(here)
    assert here.get("/approvals/").status_code == 200
    entry = Entry.objects.get(verb="user.second_factor_add")
    assert entry.actor == entry.subject == f"user:{world.who('approver').pk}"
    assert elsewhere.get("/approvals/")["Location"].startswith("/accounts/login/")
    assert UserSession.objects.filter(user=world.who("approver")).count() == 1
    assert "/accounts/reauthenticate/" in here.get("/accounts/2fa/webauthn/add/")["Location"], "before a second one"
    assert here.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert here.get("/accounts/2fa/webauthn/add/").status_code == 200
    client = entered("approver")
    assert "_auth_user_id" not in client.session
    assert client.get("/approvals/")["Location"].startswith("/accounts/login/")
    thief = entered("approver")
    assert client.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 302
    assert client.get("/approvals/").status_code == 200
    thief.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert "_auth_user_id" not in thief.session, "a code opens once"


def test_whoever_is_made_an_approver_needs_it_from_the_next_page_on(world: FullCard, settings: Settings) -> None:
    user = world.who("operator")
    client = signed_in(user)
    assert client.get("/queue/").status_code == 200, "whoever need not have one works as before"
    Grant.objects.create(user=user, role=Role.APPROVER)
    assert client.get("/queue/")["Location"] == SET_UP
    settings.SECOND_FACTOR = "off"
    assert client.get("/queue/").status_code == 200, "in a training region it is asked of nobody"
    settings.SECOND_FACTOR = "everyone"
    assert signed_in(world.who("executor")).get("/queue/")["Location"] == SET_UP


def test_an_administrator_takes_it_off_and_it_has_to_be_set_up_anew(world: FullCard) -> None:
    admin, approver = world.who("administrator"), world.who("approver")
    for user in (admin, approver):
        TOTP.activate(user, generate_totp_secret())
    boss, theirs = signed_in(admin), signed_in(approver)
    assert theirs.get("/approvals/").status_code == 200
    assert boss.post(f"/admin/people/{admin.pk}/second-factor/")["Location"] == SET_UP, "nobody takes off his own"
    assert Authenticator.objects.filter(user=admin).exists()
    assert boss.post(f"/admin/people/{approver.pk}/second-factor/").status_code == 302
    assert theirs.get("/approvals/")["Location"].startswith("/accounts/login/"), "his sessions are over"
    assert entered("approver").get("/approvals/")["Location"] == SET_UP
    assert Entry.objects.get(verb="user.second_factor_reset").subject == f"user:{approver.pk}"


def test_networks_and_citizens_are_not_asked_for_it_and_it_costs_no_query(
    world: FullCard, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(world.who("approver"))
    with django_assert_num_queries(2):  # these say who asks and what he may
        client.get("/approvals/")
    assert client.get("/s/nosuch/").status_code == 404
    assert client.post("/hooks/vk/unknown-key-of-16/").status_code == 404
    assert client.post("/accounts/logout/").status_code == 302
