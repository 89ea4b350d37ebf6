"""The file of an act in a real browser: chosen is sent, with the words; a refused one leaves them where they are."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from otklik.answers.models import ActFile, Answer
from otklik.people.models import User
from tests.make.town import make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def test_an_act_is_chosen_refused_attached_saved_and_removed(
    page: Page, live_server: LiveServer, sign_in: Callable[[Page, User], None], settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    town = make_town()
    card = town.assigned()
    sign_in(page, town.executor)
    page.goto(f"{live_server.url}/incidents/{card.pk}/")
    page.locator("textarea[name=text]").fill("Вчера рабочие горсвета заменили лампу.")
    page.get_by_text("Решено", exact=True).click()
    chooser = page.locator("[data-acts]")
    expect(chooser).to_be_hidden()
    page.locator("[name=proof]").select_option("act")
    expect(chooser).to_be_visible()
    expect(page.get_by_role("button", name="Приложить")).to_be_hidden()
    chooser.set_input_files(files=[file("акт.pdf", b"<script>")])
    expect(page.locator("form[data-editor] .refusal")).to_contain_text("Это не акт")
    chooser.set_input_files(files=[file("Акт № 7.pdf", PDF), file("Акт № 8.pdf", PDF)])
    expect(page.locator("#r-answer .acts a")).to_have_text(["Акт № 7.pdf", "Акт № 8.pdf"])
    expect(page.locator("[name=proof]")).to_have_value("act")
    with page.expect_download() as saved:
        page.locator("#r-answer .acts a").first.click()
    assert saved.value.suggested_filename == "Акт № 7.pdf"
    # Enter in the note presses the first button of the form, which takes nothing away.
    page.locator("[name=proof_words]").fill("Акт № 7")
    with page.expect_response("**/acts/"):
        page.locator("[name=proof_words]").press("Enter")
    assert ActFile.objects.count() == 2
    page.get_by_role("button", name="Убрать акт Акт № 8.pdf").click()
    expect(page.locator("#r-answer .acts a")).to_have_text(["Акт № 7.pdf"])
    page.get_by_role("button", name="На согласование").click()
    expect(page.locator("#r-answer h2")).to_have_text("На согласовании")
    expect(page.locator("#r-answer .acts a")).to_have_text(["Акт № 7.pdf"])
    assert Answer.objects.get().ground_words == "Акт № 7"
