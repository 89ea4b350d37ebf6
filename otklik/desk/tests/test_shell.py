"""The frame: navigation by role, the first page, the look, sign-in, and pages for what went wrong."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from otklik.desk import errors, shell
from otklik.desk.head.problems import page as problems_page
from otklik.desk.tests.pages import assert_answers, assert_shows, exactly, page_at
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
OPENED_BY_A_LINK = {"survey.html", "page.html"}  # where nobody is signed in
TRAINING, STOPPED = "УЧЕБНЫЙ РЕЖИМ", "Рабочий процесс не запущен"


def test_everybody_begins_where_his_work_is_and_whoever_has_no_role_is_told_whom_to_ask(town: Town) -> None:
    assert set(FIRST_PAGES) == set(Role)
    for role, first in FIRST_PAGES.items():
        assert signed_in(person(role=role, agency=town.water)).get("/").headers["Location"] == first, role
    client = signed_in(town.stranger)
    with exactly(4):  # session, grants, user, since he has none, and the frame's own
        page = client.get("/")
    assert_answers(page, 200, "администратора", hides=('href="/queue/"',))


def test_every_form_carries_its_token_and_says_that_it_brings_files() -> None:
    for path in Path(errors.__file__).parent.rglob("*.html"):
        for form in re.findall(r"<form\b.*?(?:</form>|\Z)", path.read_text(encoding="utf-8"), re.DOTALL):
            posts = 'method="post"' in form and "data-preview" not in form and path.name not in OPENED_BY_A_LINK
            assert "csrf" in form or not posts, (path, form)
            assert 'enctype="multipart/form-data"' in form or 'type="file"' not in form, (path, form)


def test_the_frame_says_what_it_is_for_keeps_a_look_and_names_what_a_page_needs(operator: Client, town: Town) -> None:
    links = ('href="/agency/"', 'href="/approvals/"')
    write = "написать как житель"
    assert_shows(page_at(operator, "/queue/"), TRAINING, write, STOPPED, 'href="/situation/"', hides=links)
    now = timezone.now()
    Worker.objects.create(name="w", started_at=now, seen_at=now)
    Account.objects.update(sandbox=False)
    assert_shows(page_at(operator, "/queue/"), hides=(TRAINING, STOPPED))
    Worker.objects.update(seen_at=now - timedelta(seconds=60))
    assert STOPPED in page_at(operator, "/queue/")
    for chosen, shown in (("dark", "dark"), ("light", "light"), ("", "auto"), ("pink", "auto")):
        assert operator.post("/look/", {"look": chosen, "next": "//evil.example/"}).headers["Location"] == "/"
        assert f'data-bs-theme="{shown}"' in page_at(operator, "/queue/")
    for address in ("/queue/", f"/incidents/{town.card().pk}/", "/find/", "/statistics/"):
        head, _, body = page_at(operator, address).partition("</head>")
        assert_shows(head, "desk/css/find", "desk/js/find")
        assert_shows(body, hides=["<link", "<script src="])


def test_signing_in_leads_to_the_page_one_wanted_and_signing_out_asks_first(client: Client, town: Town) -> None:
    wanted = client.get("/queue/?tab=work").headers["Location"]
    assert_shows(page_at(client, wanted), "Имя для входа", hides=["desk/js/find"])
    wrong = client.post("/accounts/login/", {"login": '"><b>x', "password": "wrong"})
    assert_answers(wrong, 200, 'role="alert"', "&quot;&gt;&lt;b&gt;x", hides=["<b>x"])
    form = {"login": "operator", "password": "pass-word-1", "next": "/queue/?tab=work"}
    assert client.post("/accounts/login/", form).headers["Location"] == "/queue/?tab=work"
    assert "bare-card" in page_at(client, "/accounts/2fa/")
    assert "Выйти из «Отклика»?" in page_at(client, "/accounts/logout/")
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_error_pages_need_no_database_and_a_script_gets_its_error_as_json() -> None:
    # Without the `db` fixture any query raises.
    asked: HttpRequest = RequestFactory().get("/somewhere/")
    for answer, status in (
        (errors.bad_request(asked, ValueError()), 400),
        (errors.denied(asked, PermissionError()), 403),
        (errors.not_found(asked, LookupError()), 404),
        (errors.failed(asked), 500),
        (errors.csrf_failure(asked, "no cookie"), 403),
    ):
        assert_answers(answer, status, f"Код {status}")
    answer = errors.denied(RequestFactory().get("/", headers={"Accept": "application/json"}), PermissionError())
    assert answer.headers["Content-Type"] == "application/json"


def test_an_error_page_keeps_the_rail_the_search_and_the_way_back_of_who_is_signed_in(town: Town) -> None:
    strict, here = Client(enforce_csrf_checks=True), "http://testserver/agency/?whose=mine"
    strict.force_login(town.executor)
    large, form = b"q=" + b"x" * 5_000_000, "application/x-www-form-urlencoded"
    browser: dict[str, Any] = {"headers": {"Accept": "text/html", "Referer": here}}
    pages = {
        403: strict.get("/admin/people/", **browser),
        404: strict.get("/incidents/999999/", **browser),
        405: strict.get("/look/", **browser),
        413: signed_in(town.executor).post("/look/", large, form, **browser),
    }
    for status, answer in pages.items():
        assert_answers(answer, status, 'class="rail"', 'action="/find/"', f'href="{here}"', f"Код {status}")
    assert pages[405].headers["Allow"] == "POST"
    assert_answers(strict.post("/look/", **browser), 403, "Страница устарела", 'class="rail"', f'href="{here}"')
    for elsewhere in ("https://evil.example/", "javascript:alert(1)", "http://testserver/no-such-page/"):
        answer = strict.get("/no-such-page/", headers={"Referer": elsewhere})
        assert_answers(answer, 404, 'class="rail"', hides=["Вернуться", "evil"])
    assert_answers(Client().get("/no-such-page/", **browser), 404, "bare-card", "Вернуться", hides=['class="rail"'])


def test_what_broke_is_told_in_the_frame_and_bare_where_the_frame_breaks_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(town.operator)
    client.raise_request_exception = False
    monkeypatch.setattr(problems_page, "page_of", lambda *_: 1 / 0)
    assert_answers(client.get("/problems/"), 500, "Номер ошибки", 'class="rail"')
    monkeypatch.setattr(shell, "rail_for", lambda *_, **_more: 1 / 0)
    assert_answers(client.get("/problems/"), 500, "Номер ошибки", "bare-card")
