"""Whoever must have a second factor and has none reaches nothing but where it is set up, however he asks."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client, TestCase
from pytest_django import Settings

from otklik.desk.second_factor import OPEN
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Grant, Role
from tests.addresses import FullCard, addresses, full_card, signed_in, snapshot
from tests.region import PASSWORD

pytestmark = pytest.mark.django_db
SET_UP = "/accounts/2fa/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world(settings: Settings) -> FullCard:
    settings.SECOND_FACTOR = "required"
    return full_card()


def code(secret: str) -> str:
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return shown


def entered(name: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def sure(client: Client) -> None:
    """Whoever changes his sign-in says his password once more."""
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def set_up(client: Client) -> str:
    """By the forms, as people do; the secret."""
    page = client.get("/accounts/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    return secret


@pytest.mark.once
@pytest.mark.parametrize("person", ["approver", "administrator"])
def test_no_address_opens_without_it(world: FullCard, person: str) -> None:
    client, before = signed_in(world.who(person)), snapshot()
    for address, _ in addresses(world.ids):
        asked = client.get(address)
        assert (asked.status_code, asked.headers.get("Location")) == (302, SET_UP), address
        fragment = client.get(address, headers=HTMX)
        assert (fragment.status_code, fragment.headers.get("HX-Redirect")) == (403, SET_UP), address
        assert client.get(address, headers={"X-Fragment": "1"}).status_code == 403, address
        for headers in ({}, HTMX):
            answer = client.post(address, {"version": "1", "text": "x", "sure": "1"}, headers=headers)
            assert answer.status_code == 403, address
    assert snapshot() == before


def test_of_sign_in_only_what_leads_to_it_is_open(world: FullCard) -> None:
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


def test_the_password_just_said_is_not_asked_again_for_five_minutes(
    world: FullCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, page = entered("approver"), "/accounts/2fa/totp/activate/"
    assert client.get(page).status_code == 200
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "/accounts/reauthenticate/" in client.get(page)["Location"]


def test_whoever_has_one_says_the_password_again_before_a_second(world: FullCard) -> None:
    client = entered("approver")
    set_up(client)
    assert "/accounts/reauthenticate/" in client.get("/accounts/2fa/webauthn/add/")["Location"]
    sure(client)
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200


def test_tricks_with_addresses_open_nothing(world: FullCard) -> None:
    client = signed_in(world.who("approver"))
    for address in ("/accounts/2fa/../../approvals/", "/accounts/2fa/%2e%2e/approvals/", "//approvals/", "/approvals"):
        answer = client.get(address)
        assert answer.status_code in (301, 302, 404), address
        assert "Темно" not in answer.content.decode(), address
    override = client.get("/approvals/", headers={"X-HTTP-Method-Override": "POST", "X-Original-URL": SET_UP})
    assert override["Location"] == SET_UP


def test_once_it_is_set_up_the_desk_opens_and_the_journal_knows(world: FullCard) -> None:
    client = entered("approver")
    set_up(client)
    assert client.get("/approvals/").status_code == 200
    entry = Entry.objects.get(verb="user.second_factor_add")
    assert entry.actor == entry.subject == f"user:{world.who('approver').pk}"


def test_what_a_password_alone_had_opened_ends_when_it_is_set_up(world: FullCard) -> None:
    here, elsewhere = entered("approver"), entered("approver")
    set_up(here)
    assert here.get("/approvals/").status_code == 200
    assert elsewhere.get("/approvals/")["Location"].startswith("/accounts/login/")
    assert UserSession.objects.filter(user=world.who("approver")).count() == 1


def test_a_password_alone_signs_nobody_in_after_that(world: FullCard) -> None:
    secret = set_up(entered("approver"))
    client = entered("approver")
    assert "_auth_user_id" not in client.session
    assert client.get("/approvals/")["Location"].startswith("/accounts/login/")
    thief = entered("approver")
    assert client.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 302
    assert client.get("/approvals/").status_code == 200
    thief.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert "_auth_user_id" not in thief.session, "a code opens once"


def test_spare_codes_alone_are_no_second_factor(world: FullCard) -> None:
    user = world.who("approver")
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "00", "used_mask": 0})
    assert signed_in(user).get("/approvals/")["Location"] == SET_UP


def test_whoever_need_not_have_one_works_as_before(world: FullCard) -> None:
    assert signed_in(world.who("operator")).get("/queue/").status_code == 200


def test_whoever_is_made_an_approver_needs_it_from_the_next_page_on(world: FullCard) -> None:
    user = world.who("operator")
    client = signed_in(user)
    assert client.get("/queue/").status_code == 200
    Grant.objects.create(user=user, role=Role.APPROVER)
    assert client.get("/queue/")["Location"] == SET_UP


def test_everyone_may_be_asked_for_it_and_a_training_region_nobody(world: FullCard, settings: Settings) -> None:
    settings.SECOND_FACTOR = "everyone"
    assert signed_in(world.who("operator")).get("/queue/")["Location"] == SET_UP
    settings.SECOND_FACTOR = "off"
    assert signed_in(world.who("approver")).get("/approvals/").status_code == 200


def test_an_administrator_takes_it_off_and_it_has_to_be_set_up_anew(world: FullCard) -> None:
    admin, approver = world.who("administrator"), world.who("approver")
    for user in (admin, approver):
        TOTP.activate(user, generate_totp_secret())
    boss, theirs = signed_in(admin), signed_in(approver)
    assert theirs.get("/approvals/").status_code == 200
    assert boss.post(f"/admin/people/{approver.pk}/second-factor/").status_code == 302
    assert theirs.get("/approvals/")["Location"].startswith("/accounts/login/"), "his sessions are over"
    assert entered("approver").get("/approvals/")["Location"] == SET_UP
    assert Entry.objects.get(verb="user.second_factor_reset").subject == f"user:{approver.pk}"


def test_nobody_takes_his_own_off_where_he_need_not_prove_it(world: FullCard) -> None:
    admin = world.who("administrator")
    TOTP.activate(admin, generate_totp_secret())
    answer = signed_in(admin).post(f"/admin/people/{admin.pk}/second-factor/")
    assert answer["Location"] == SET_UP
    assert Authenticator.objects.filter(user=admin).exists()


def test_networks_and_citizens_are_not_asked_for_it(world: FullCard) -> None:
    client = signed_in(world.who("approver"))
    assert client.get("/s/nosuch/").status_code == 404
    assert client.post("/hooks/vk/unknown-key-of-16/").status_code == 404
    assert client.post("/accounts/logout/").status_code == 302


def test_it_costs_no_question_of_its_own(world: FullCard, django_assert_num_queries: object) -> None:
    """Beside the two that say who asks and what he may."""
    client = signed_in(world.who("approver"))
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(3):
        client.get("/approvals/")
