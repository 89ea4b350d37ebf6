"""An administrator's long form over a session that ends in the middle of it."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.answers.models import Template
from otklik.people.models import User
from tests.make.town import make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(page: Page, user: User, back_to: str) -> None:
    """The form of sign-in, which stands in the way."""
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", "pass-word-1")  # as every user of the town has it
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url(back_to)


def save_signed_out(page: Page, address: str, field: str, text: str) -> None:
    """The session ends while somebody types."""
    page.goto(address)
    page.locator(f"[name={field}]").fill(text)
    Session.objects.all().delete()
    page.get_by_role("button", name="Сохранить").click()


def test_what_was_typed_is_there_again_after_signing_in(
    page: Page, live_server: LiveServer, sign_in: Callable[[Page, User], None]
) -> None:
    admin = make_town().admin
    template = Template.objects.create(title="Вода есть", text="Воду дали.")
    address = f"{live_server.url}/admin/templates/{template.pk}/"
    sign_in(page, admin)
    save_signed_out(page, address, "text", "Воду дали в среду.")
    enter(page, admin, address)
    expect(page.locator("[name=text]")).to_have_value("Воду дали в среду.")
    expect(page.locator(".note-toast")).to_contain_text("Вернули")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Записано")).to_be_visible()
    template.refresh_from_db()
    assert template.text == "Воду дали в среду."
    page.goto(address)
    expect(page.get_by_text("Вернули")).to_have_count(0)  # it is over, and the form is what is recorded


def test_what_a_colleague_has_changed_meanwhile_is_not_undone_by_it(
    page: Page, live_server: LiveServer, sign_in: Callable[[Page, User], None]
) -> None:
    admin = make_town().admin
    template = Template.objects.create(title="Вода есть", text="Воду дали.")
    address = f"{live_server.url}/admin/templates/{template.pk}/"
    sign_in(page, admin)
    save_signed_out(page, address, "title", "Вода снова есть")
    Template.objects.filter(pk=template.pk).update(text="Воду дали в среду.")
    enter(page, admin, address)
    expect(page.locator("[name=title]")).to_have_value("Вода снова есть")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сейчас записано: Воду дали в среду.")).to_be_visible()
    template.refresh_from_db()
    assert (template.title, template.text) == ("Вода есть", "Воду дали в среду.")


def test_what_got_through_does_not_come_back_over_a_later_sign_in(
    page: Page, live_server: LiveServer, sign_in: Callable[[Page, User], None]
) -> None:
    admin = make_town().admin
    template = Template.objects.create(title="Вода есть", text="Воду дали.")
    address = f"{live_server.url}/admin/templates/{template.pk}/"
    sign_in(page, admin)
    page.goto(address)
    page.locator("[name=text]").fill("Воду дали в среду.")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Записано")).to_be_visible()
    Template.objects.filter(pk=template.pk).update(text="Воду дали в четверг.")
    Session.objects.all().delete()
    page.goto(address)
    enter(page, admin, address)
    expect(page.locator("[name=text]")).to_have_value("Воду дали в четверг.")
