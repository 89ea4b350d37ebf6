"""The frame: navigation by role, the first page, the look, sign-in, and pages for what went wrong."""

from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from otklik.desk import errors
from otklik.desk.tests.pages import assert_answers, exactly
from otklik.flow.models import Worker
from otklik.networks.models import Account
from otklik.people.models import Role
from tests.make.people import person, signed_in
from tests.make.town import Town

FIRST_PAGES = {
    Role.OPERATOR: "/queue/",
    Role.CURATOR: "/queue/",
    Role.EXECUTOR: "/agency/",
    Role.APPROVER: "/approvals/",
    Role.HEAD: "/situation/",
    Role.AUDITOR: "/situation/",
    Role.ADMINISTRATOR: "/queue/",
}


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def test_everybody_begins_where_his_work_is(town: Town) -> None:
    assert set(FIRST_PAGES) == set(Role)
    for role, first in FIRST_PAGES.items():
        assert signed_in(person(role=role, agency=town.water)).get("/").headers["Location"] == first, role


def test_whoever_has_no_role_is_told_whom_to_ask(client: Client, town: Town) -> None:
    client.force_login(town.stranger)
    page = client.get("/")
    assert_answers(page, 200, "администратора")
    assert 'href="/queue/"' not in page.content.decode()


def test_links_are_only_for_whom_they_are(operator: Client, town: Town) -> None:
    assert_answers(operator.get("/queue/"), 200, 'href="/situation/"', hides=('href="/agency/"', 'href="/approvals/"'))


def test_the_frame_says_that_it_is_for_training_and_that_nobody_works(operator: Client, town: Town) -> None:
    assert_answers(operator.get("/queue/"), 200, "УЧЕБНЫЙ РЕЖИМ", "Рабочий процесс не запущен")
    now = timezone.now()
    Worker.objects.create(name="w", started_at=now, seen_at=now)
    Account.objects.update(sandbox=False)
    assert_answers(operator.get("/queue/"), 200, hides=("УЧЕБНЫЙ РЕЖИМ", "Рабочий процесс не запущен"))
    Worker.objects.update(seen_at=now - timedelta(seconds=60))
    assert "Рабочий процесс не запущен" in operator.get("/queue/").content.decode()


def test_the_frame_costs_one_query_beside_user_and_grants(client: Client, town: Town) -> None:
    client.force_login(town.stranger)
    with exactly(4):  # session, user, grants, and the frame's own
        client.get("/")


def test_the_look_is_kept_on_the_user(operator: Client) -> None:
    for chosen, shown in (("dark", "dark"), ("light", "light"), ("", "auto"), ("pink", "auto")):
        answer = operator.post("/look/", {"look": chosen, "next": "//evil.example/"})
        assert answer.headers["Location"] == "/"
        assert f'data-bs-theme="{shown}"' in operator.get("/queue/").content.decode()


def test_signing_in_leads_to_the_page_one_wanted(client: Client, town: Town) -> None:
    wanted = client.get("/queue/?tab=work").headers["Location"]
    assert "Имя для входа" in client.get(wanted).content.decode()
    given = {"login": "operator", "password": "pass-word-1", "next": "/queue/?tab=work"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/queue/?tab=work"


def test_a_wrong_password_is_answered_in_words_and_keeps_the_name(client: Client, town: Town) -> None:
    page = client.post("/accounts/login/", {"login": '"><b>x', "password": "wrong"}).content.decode()
    assert 'role="alert"' in page
    assert "<b>x" not in page
    assert "&quot;&gt;&lt;b&gt;x" in page


def test_signing_out_asks_first(operator: Client, town: Town) -> None:
    assert "Выйти из «Отклика»?" in operator.get("/accounts/logout/").content.decode()
    operator.post("/accounts/logout/")
    assert operator.get("/").status_code == 302


def test_the_second_factor_has_pages_of_our_look(operator: Client, town: Town) -> None:
    assert_answers(operator.get("/accounts/2fa/"), 200, "bare-card")


@pytest.fixture
def asked() -> HttpRequest:
    return RequestFactory().get("/somewhere/")


def test_error_pages_need_no_database(asked: HttpRequest) -> None:
    # Without the `db` fixture any query raises.
    for answer, status in (
        (errors.bad_request(asked, ValueError()), 400),
        (errors.denied(asked, PermissionError()), 403),
        (errors.not_found(asked, LookupError()), 404),
        (errors.failed(asked), 500),
        (errors.csrf_failure(asked, "no cookie"), 403),
    ):
        assert_answers(answer, status, f"Код {status}")


def test_a_script_gets_its_error_as_json() -> None:
    answer = errors.denied(RequestFactory().get("/", headers={"Accept": "application/json"}), PermissionError())
    assert answer.headers["Content-Type"] == "application/json"


def test_what_a_page_needs_is_named_in_its_head_and_only_there(operator: Client, town: Town) -> None:
    for address in ("/queue/", f"/incidents/{town.card().pk}/", "/find/", "/statistics/"):
        head, _, body = operator.get(address).content.decode().partition("</head>")
        assert "desk/css/find" in head, address
        assert "desk/js/find" in head, address
        assert "<link" not in body, address
        assert "<script src=" not in body, address
    assert "desk/js/find" not in Client().get("/accounts/login/").content.decode()
