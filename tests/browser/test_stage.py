"""The pages common to all networks, in a real browser: three made-up networks of three shapes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.process import Sandbox, running

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.enable_socket]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
PLACES = {"yard": ("news", "/dvor/news"), "rope": ("rechnoy", "/rope/rechnoy"), "album": ("rechnoy", "/album/rechnoy/")}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("madeup"), "tests.sandbox.madeup") as started:
        yield started


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    """Each place has an old post and one with a question, an answer, a deleted comment and a very long word."""
    process.control("reset")
    process.control("vk/places", id="1001", name="Город Речной")
    for kind, place in [(kind, place) for kind, (place, _) in PLACES.items()] + [("vk", "1001")]:
        if kind != "vk":
            process.control(f"{kind}/places", id=place, name="Речной", about="О жизни города каждый день")
        write(process, kind, "Старое", place=place)
        post = write(process, kind, "Сквер открыт. Что ещё нужно?", place=place)
        asked = write(process, kind, "А урны?", under=post, author="Анна Пробная")
        write(process, kind, "Поставим в пятницу.", under=asked)
        gone = write(process, kind, "Зря", under=post, author="Борис Пробный")
        write(process, kind, "Слово" * 60, under=gone, author="Щ" * 70)
        process.control(f"{kind}/texts/delete", address=gone)
    return process


def write(sandbox: Sandbox, kind: str, text: str, **more: str) -> str:
    return str(sandbox.control(f"{kind}/texts", text=text, **more)["address"])


def texts(sandbox: Sandbox, kind: str) -> list[str]:
    post = sandbox.inspect(f"{kind}/posts", place=PLACES[kind][0])["items"][0]["address"]
    return [item["text"] for item in sandbox.inspect(f"{kind}/thread", address=post)["items"]]


@pytest.mark.parametrize("kind", ["yard", "rope", "album"])
def test_one_answers_changes_and_takes_back_without_leaving_the_page(page: Page, sandbox: Sandbox, kind: str) -> None:
    path = PLACES[kind][1]
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


@pytest.mark.whole
@pytest.mark.parametrize("kind", ["yard", "rope", "album"])
def test_news_come_by_themselves(page: Page, sandbox: Sandbox, kind: str) -> None:
    place, path = PLACES[kind]
    with page.expect_response("**/changes?seen=*"):  # the page has heard once that nothing changed
        page.goto(sandbox.base + path)
    post = sandbox.inspect(f"{kind}/posts", place=place)["items"][0]["address"]
    write(sandbox, kind, "Свежий ответ", under=post)
    expect(page.locator("article.new")).to_contain_text("Свежий ответ")
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
def test_every_shape_fits_the_screen_and_breaks_no_rule_of_accessibility(
    browser: Browser, sandbox: Sandbox, look: str, width: int
) -> None:
    if not AXE.exists():
        pytest.skip("axe is not here yet: make develop")
    write(sandbox, "yard", "Лично", to="newsbot", author="Анна Пробная")
    page = browser.new_page(
        viewport={"width": width, "height": 800}, locale="ru-RU", color_scheme="dark" if look == "dark" else "light"
    )
    paths = ["/", "/dvor/private/newsbot", "/vk/wall-1001", *(path for _, path in PLACES.values())]
    for kind in ("vk", *PLACES):
        anna = str(sandbox.control(f"{kind}/people", name="Анна Пробная")["id"])
        page.context.add_cookies([{"name": f"sandbox_{kind}_person", "value": anna, "url": sandbox.base}])
    for kind, (place, _) in PLACES.items():
        post = sandbox.inspect(f"{kind}/posts", place=place)["items"][0]["address"]
        paths.append(sandbox.inspect(f"{kind}/thread", address=post)["items"][2]["link"])
    wrong = []
    for path in paths:
        page.goto(sandbox.base + path)
        for closed in page.locator("details").all():
            closed.locator("summary").click()
        page.evaluate(AXE.read_text(encoding="utf-8"))  # as a script of the page its policy would stop it
        for one in page.evaluate(RUN, RULES)["violations"]:
            wrong += [f"{path} {one['id']}: {node['html'][:120]} {node['failureSummary']}" for node in one["nodes"]]
        across = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{path}: {across} px"] if across > width else []
    page.close()
    assert wrong == []
