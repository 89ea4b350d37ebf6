"""An administrator's long form over a session that ends in the middle of it."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.answers.models import Template
from otklik.people.models import User
from tests.browser.editor import Show
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def template(town: Town) -> Template:
    return Template.objects.create(title="Вода есть", text="Воду дали.")


@pytest.fixture
def address(page: Page, town: Town, template: Template, show: Show, live_server: LiveServer) -> str:
    """Of the template's form, which the administrator has opened."""
    path = f"/admin/templates/{template.pk}/"
    show(page, town.admin, path)
    return f"{live_server.url}{path}"


@pytest.fixture
def enter(page: Page, address: str) -> Callable[[], None]:
    """Fills the form of sign-in, which stands in the way."""

    def sign_in_again() -> None:
        page.fill("[name=login]", User.objects.get(username="admin").username)
        page.fill("[name=password]", "pass-word-1")  # as every user of the town has it
        page.get_by_role("button", name="Войти").click()
        page.wait_for_url(address)

    return sign_in_again


def save(page: Page, field: str, text: str) -> None:
    page.locator(f"[name={field}]").fill(text)
    page.get_by_role("button", name="Сохранить").click()


def test_what_was_typed_is_there_again_after_signing_in(
    page: Page, template: Template, address: str, enter: Callable[[], None]
) -> None:
    Session.objects.all().delete()
    save(page, "text", "Воду дали в среду.")
    enter()
    expect(page.locator("[name=text]")).to_have_value("Воду дали в среду.")
    expect(page.locator(".note-toast")).to_contain_text("Вернули")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Записано")).to_be_visible()
    template.refresh_from_db()
    assert template.text == "Воду дали в среду."
    page.goto(address)
    expect(page.get_by_text("Вернули")).to_have_count(0)  # it is over, and the form is what is recorded


@pytest.mark.whole
def test_what_a_colleague_has_changed_meanwhile_is_not_undone_by_it(
    page: Page, template: Template, enter: Callable[[], None]
) -> None:
    Session.objects.all().delete()
    save(page, "title", "Вода снова есть")
    Template.objects.filter(pk=template.pk).update(text="Воду дали в среду.")
    enter()
    expect(page.locator("[name=title]")).to_have_value("Вода снова есть")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сейчас записано: Воду дали в среду.")).to_be_visible()
    template.refresh_from_db()
    assert (template.title, template.text) == ("Вода есть", "Воду дали в среду.")


def test_what_got_through_does_not_come_back_over_a_later_sign_in(
    page: Page, template: Template, address: str, enter: Callable[[], None]
) -> None:
    save(page, "text", "Воду дали в среду.")
    expect(page.get_by_text("Записано")).to_be_visible()
    Template.objects.filter(pk=template.pk).update(text="Воду дали в четверг.")
    Session.objects.all().delete()
    page.goto(address)
    enter()
    expect(page.locator("[name=text]")).to_have_value("Воду дали в четверг.")
