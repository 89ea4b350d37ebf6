import pytest
from playwright.sync_api import Page, expect

from otklik.answers.models import Answer
from otklik.desk.models import Presence
from otklik.incidents.models import Incident, Note
from otklik.work.models import Notice
from tests.browser.editor import Show, text_of, wait_for_server
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]


@pytest.mark.whole("postgresql")
def test_they_see_each_other_come_write_and_go(page: Page, second: Page, town: Town, show: Show) -> None:
    where = f"/incidents/{town.assigned().pk}/"
    show(page, town.executor, where)
    expect(page.locator(".here-line")).to_be_empty()
    before = page.locator(".tags").bounding_box()
    show(second, town.operator, where)
    expect(second.locator(".here-line")).to_have_text("Исаев М. П. смотрит")
    expect(page.locator(".here-line")).to_have_text("Орлова М. П. смотрит")
    assert page.locator(".tags").bounding_box() == before  # the line has had its place from the start
    page.locator("textarea[name=text]").fill("Пишу ответ")
    expect(second.locator(".here-line")).to_have_text("Исаев М. П. пишет ответ")
    second.close()
    expect(page.locator(".here-line")).to_be_empty()
    assert [presence.user for presence in Presence.objects.all()] == [town.executor]


def test_both_write_the_answer_and_no_word_is_lost(page: Page, second: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    where = f"/incidents/{card.pk}/"
    show(page, town.executor, where)
    show(second, town.colleague, where)
    page.locator("textarea[name=text]").fill("Текст исполнителя")
    second.locator("textarea[name=text]").fill("Текст оператора")
    late, writer = _late_one(page, second)
    mine, theirs = late.locator("[data-mine]").inner_text(), late.locator("[data-theirs]").inner_text()
    assert {mine, theirs} == {"Текст исполнителя", "Текст оператора"}
    assert Answer.objects.get().text == theirs
    assert text_of(late) == mine
    expect(late.locator("[data-line]")).to_contain_text("Не сохранено")
    expect(late.locator("[data-saved]")).to_be_hidden()
    late.get_by_role("button", name="Показать").click()  # what has changed, and both texts are still there
    expect(late.locator("[data-theirs]")).to_have_text(theirs)
    assert text_of(late) == mine
    late.get_by_role("button", name="Оставить мой").click()
    expect(late.locator("[data-both]")).to_have_count(0)
    expect(late.locator("[data-saved]")).to_contain_text("сохранено")
    wait_for_server(late, mine)
    assert Answer.objects.get().text == mine
    # The first writer keeps his words on his page, and is told whose text stands now as soon as he goes on.
    assert text_of(writer) == theirs
    writer.locator("textarea[name=text]").press_sequentially("!")
    expect(writer.locator("[data-theirs]")).to_have_text(mine)
    writer.get_by_role("button", name="Оставить мой").click()
    wait_for_server(writer, f"{theirs}!")
    assert Answer.objects.get().text == f"{theirs}!"
    assert Incident.objects.get(pk=card.pk).state == "in_work"


@pytest.mark.whole
def test_tags_and_calls_need_no_mouse_and_the_bell_is_heard(page: Page, town: Town, show: Show, second: Page) -> None:
    card = town.assigned()
    show(page, town.operator, f"/incidents/{card.pk}/")
    field = page.locator("[data-tags]")
    field.click()
    for number, word in enumerate(("двор", "дети"), 1):
        page.keyboard.type(word)
        page.keyboard.press("Enter")
        expect(page.locator(".tag")).to_have_count(number)
        expect(page.locator("[data-tags]")).to_be_focused()
    page.get_by_role("button", name="Снять метку дети").click()
    expect(page.locator(".tag")).to_have_count(1)
    assert [tag.name for tag in card.tags.all()] == ["двор"]
    area = page.locator("#note-text")
    area.press_sequentially("@")
    expect(page.locator("#call-options [data-pk]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#call-options")).to_be_hidden()
    expect(area).to_be_focused()
    assert page.url.endswith(f"/incidents/{card.pk}/")
    area.fill("")
    area.press_sequentially("Гляньте, @иса")
    expect(page.locator("#call-options [data-pk]")).to_have_count(1)
    area.press("Enter")
    assert area.input_value() == "Гляньте, @Исаев М. П. "
    expect(page.locator("#call-options")).to_be_hidden()
    area.press_sequentially("пожалуйста")
    page.get_by_role("button", name="Оставить заметку").click()
    expect(page.locator("mark.call")).to_have_text("@Исаев М. П.")
    assert Notice.objects.get().user == town.executor
    show(second, town.executor, "/agency/")
    expect(second.locator(".bell-count")).to_have_text("1")
    second.locator("#bell").click()
    expect(second.locator(".told-text")).to_have_text("Гляньте, @Исаев М. П. пожалуйста")
    expect(second.locator(".bell-count")).to_have_count(0)
    second.get_by_role("link", name=f"№ {card.number}").click()
    expect(second.locator(f"#note-{Note.objects.get().pk}")).to_be_visible()
    page.get_by_role("button", name="Удалить").click()
    expect(page.locator(".note")).to_have_count(0)
    assert not Note.objects.exists()


def _late_one(one: Page, other: Page) -> tuple[Page, Page]:
    """Whose save came second: he has both texts before him."""
    for _ in range(100):
        for late, writer in ((one, other), (other, one)):
            if late.locator("[data-both]").count():
                return late, writer
        one.wait_for_timeout(100)
    raise AssertionError("nobody was shown both texts")
