import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.answers.models import Template
from tests.browser.editor import Show
from tests.make.people import PASSWORD
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def save(page: Page, field: str, text: str) -> None:
    page.locator(f"[name={field}]").fill(text)
    page.get_by_role("button", name="Сохранить").click()


def test_a_form_outlives_its_session(page: Page, town: Town, show: Show, live_server: LiveServer) -> None:
    template = Template.objects.create(title="Вода есть", text="Воду дали.")
    address = f"{live_server.url}/admin/templates/{template.pk}/"

    def enter() -> None:
        page.fill("[name=login]", town.admin.username)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Войти").click()
        page.wait_for_url(address)

    show(page, town.admin, f"/admin/templates/{template.pk}/")
    Session.objects.all().delete()
    save(page, "text", "Воду дали в среду.")
    enter()
    expect(page.locator("[name=text]")).to_have_value("Воду дали в среду.")
    expect(page.locator(".note-toast")).to_contain_text("Вернули")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Записано")).to_be_visible()
    assert Template.objects.get(pk=template.pk).text == "Воду дали в среду."
    page.goto(address)
    expect(page.get_by_text("Вернули")).to_have_count(0)  # it is over, and the form is what is recorded

    save(page, "text", "Воду дали в пятницу.")
    expect(page.get_by_text("Записано")).to_be_visible()
    Template.objects.filter(pk=template.pk).update(text="Воду дали в четверг.")
    Session.objects.all().delete()
    page.goto(address)
    enter()
    expect(page.locator("[name=text]")).to_have_value("Воду дали в четверг.")  # what got through does not come back

    Session.objects.all().delete()
    save(page, "title", "Вода снова есть")
    Template.objects.filter(pk=template.pk).update(text="Воду дали в субботу.")
    enter()
    expect(page.locator("[name=title]")).to_have_value("Вода снова есть")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сейчас записано: Воду дали в субботу.")).to_be_visible()
    template.refresh_from_db()
    assert (template.title, template.text) == ("Вода есть", "Воду дали в субботу.")
