import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_axe import AXE, violations
from tests.sandbox.conftest import madeup
from tests.sandbox.process import Sandbox

__all__ = ["madeup"]
pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.enable_socket]
PLACES = {"yard": ("news", "/dvor/news"), "rope": ("rechnoy", "/rope/rechnoy"), "album": ("rechnoy", "/album/rechnoy/")}
PLACES["vk"] = ("1001", "/vk/wall-1001")


@pytest.fixture
def sandbox(madeup: Sandbox) -> Sandbox:
    """Each place has an old post and one with a question, an answer, a deleted comment and a very long word."""
    madeup.control("reset")
    for kind, (place, _) in PLACES.items():
        madeup.control(f"{kind}/places", id=place, name="Город Речной", about="О жизни города каждый день")
        write(madeup, kind, "Старое", place=place)
        post = write(madeup, kind, "Сквер открыт. Что ещё нужно?", place=place)
        asked = write(madeup, kind, "А урны?", under=post, author="Анна Пробная")
        write(madeup, kind, "Поставим в пятницу.", under=asked)
        gone = write(madeup, kind, "Зря", under=post, author="Борис Пробный")
        write(madeup, kind, "Слово" * 60, under=gone, author="Щ" * 70)
        madeup.control(f"{kind}/texts/delete", address=gone)
    return madeup


def write(sandbox: Sandbox, kind: str, text: str, **more: str) -> str:
    return str(sandbox.control(f"{kind}/texts", text=text, **more)["address"])


def texts(sandbox: Sandbox, kind: str) -> list[str]:
    post = sandbox.inspect(f"{kind}/posts", place=PLACES[kind][0])["items"][0]["address"]
    return [item["text"] for item in sandbox.inspect(f"{kind}/thread", address=post)["items"]]


@pytest.mark.parametrize("kind", ["yard", "rope", "album"])
def test_one_answers_edits_and_hears_news_without_leaving_the_page(page: Page, sandbox: Sandbox, kind: str) -> None:
    place, path = PLACES[kind]
    with page.expect_response("**/changes?seen=*"):  # the page has heard once that nothing changed
        page.goto(sandbox.base + path)
    post = page.locator("section.post").first
    asked = post.locator("article.comment").first
    asked.locator("a[data-answer]").click()
    form = page.locator("form.inline")
    expect(form.get_by_role("textbox")).to_be_focused()
    form.get_by_role("textbox").fill("И скамейки")
    form.get_by_role("button", name="Отправить").click()
    mine = post.locator("article.comment.nested", has_text="И скамейки")
    expect(mine).to_be_visible()
    mine.get_by_role("link", name="Изменить").click()
    expect(form.locator("input[type=file]")).to_have_count(0)
    form.get_by_role("textbox").fill("И две скамейки")
    form.get_by_role("button", name="Сохранить").click()
    expect(post.get_by_text("И две скамейки")).to_be_visible()
    assert "И две скамейки" in texts(sandbox, kind)
    post.locator("article", has_text="И две скамейки").get_by_role("button", name="Удалить").click()
    expect(post.get_by_text("И две скамейки")).to_have_count(0)
    expect(post.get_by_role("button", name="Восстановить")).to_have_count(0)  # these networks bring nothing back
    assert page.url == sandbox.base + path
    newest = sandbox.inspect(f"{kind}/posts", place=place)["items"][0]["address"]
    write(sandbox, kind, "Свежий ответ", under=newest)
    expect(page.locator("article.new", has_text="Свежий ответ")).to_be_visible()
    write(sandbox, kind, "Новое", place=place)
    expect(page.get_by_role("link", name=re.compile("^Есть новые .*Показать$"))).to_be_visible()


@pytest.mark.whole
def test_a_link_to_a_text_is_scrolled_to_and_stays_marked(page: Page, sandbox: Sandbox) -> None:
    post = sandbox.inspect("rope/posts", place="rechnoy")["items"][0]["address"]
    numbers = [write(sandbox, "rope", f"Ответ {number}", under=post, author="Анна Пробная") for number in range(40)]
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"{sandbox.base}/rope/rechnoy/status/{numbers[5].rpartition('/')[2]}")
    marked = page.locator("article.marked")
    expect(marked).to_contain_text("Ответ 5")
    expect(marked).to_be_in_viewport()
    write(sandbox, "rope", "Свежий", under=post)
    expect(page.locator("article.new")).to_contain_text("Свежий")
    expect(marked).to_contain_text("Ответ 5")


@pytest.mark.crossed
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_shape_fits_the_screen_and_can_be_read(browser: Browser, sandbox: Sandbox, look: str, width: int) -> None:
    if not AXE.exists():
        pytest.skip("axe is not here yet: make develop")
    write(sandbox, "yard", "Лично", to="newsbot", author="Анна Пробная")
    page = browser.new_page(
        viewport={"width": width, "height": 800}, locale="ru-RU", color_scheme="dark" if look == "dark" else "light"
    )
    paths = ["/", "/dvor/private/newsbot", *(path for _, path in PLACES.values())]
    for kind, (place, _) in PLACES.items():
        anna = str(sandbox.control(f"{kind}/people", name="Анна Пробная")["id"])
        page.context.add_cookies([{"name": f"sandbox_{kind}_person", "value": anna, "url": sandbox.base}])
        post = sandbox.inspect(f"{kind}/posts", place=place)["items"][0]["address"]
        paths.append(sandbox.inspect(f"{kind}/thread", address=post)["items"][2]["link"])
    wrong = []
    for path in paths:
        page.goto(sandbox.base + path)
        for closed in page.locator("details").all():
            closed.locator("summary").click()
        page.evaluate(AXE.read_text(encoding="utf-8"))  # as a script of the page its policy would stop it
        wrong += [f"{path} {line}" for line in violations(page)]
        across = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{path}: {across} px"] if across > width else []
    page.close()
    assert wrong == []
