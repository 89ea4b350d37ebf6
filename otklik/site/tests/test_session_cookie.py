"""Answers come in any order: which of them may take the cookie of a session away."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from otklik.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(User.objects.create_user("oper", "oper@example.org", "x" * 20))
    return client


def test_an_answer_to_an_old_session_leaves_the_cookie_of_a_new_one_alone(signed_in: Client) -> None:
    Session.objects.all().delete()
    answer = signed_in.get("/queue/changes/", headers={"X-Fragment": "1"})
    assert answer.status_code == 401
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_signing_out_takes_the_cookie_away(signed_in: Client) -> None:
    answer = signed_in.post("/accounts/logout/")
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert not Session.objects.exists()
