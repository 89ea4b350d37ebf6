"""People's pages on the wall of VK, where test_stage.py has nothing like it. The browser runs no scripts."""

import io
import re
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image

from tests.sandbox.browser import Browser
from tests.sandbox.driving import picture
from tests.sandbox.process import Sandbox
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    with httpx.Client(base_url=sandbox.base, trust_env=False, follow_redirects=True, timeout=20) as client:
        yield Browser(client)


@pytest.fixture
def wall(town: Town) -> str:
    """The path of the community's wall."""
    return f"/vk/wall{town.wall}"


def introduce(wall: str, browser: Browser, name: str = "Вера Новая") -> None:
    assert browser.post(wall, "/vk/who-am-i", name=name, next=wall).status_code == 200


def test_the_front_page_says_how_lively_a_community_is(town: Town, browser: Browser) -> None:
    town.comment("Раз")
    town.control(f"comments/{town.wall}_{town.comment('Два')}/delete")
    page = browser.get("/")
    assert "не настоящая социальная сеть" in page
    lively, quiet = page.split('<li class="card place">')[1:]
    assert "Записей: 1" in lively
    assert "Комментариев: 1" in lively
    assert re.search(r"<time [^>]*>только что</time>", lively)
    assert "Записей пока нет." in quiet
    assert re.search(r'<span class="face tone-\d square big" aria-hidden="true">ГР</span>', lively)


@pytest.mark.parametrize("name", ["favicon.svg", "check.svg", "photo.svg"])
def test_icons_are_files_of_our_own_without_scripts(browser: Browser, name: str) -> None:
    answer = browser.client.get(f"/static/{name}")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "<script" not in answer.text
    assert 'href="/static/favicon.svg"' in browser.get("/")


def test_what_one_took_back_can_be_put_back(town: Town, wall: str, browser: Browser) -> None:
    introduce(wall, browser)
    browser.post(wall, f"{wall}_{town.post}/write", text="Где урна?")
    own = f"/vk/comment{town.wall}_{town.thread()[0]['id']}"
    browser.post(wall, own, act="delete")
    assert town.thread()[0]["deleted"] is True
    browser.post(wall, own, act="restore")
    assert town.thread()[0]["deleted"] is False


def test_a_stranger_writes_at_once_under_the_offered_name_and_keeps_it(town: Town, wall: str, browser: Browser) -> None:
    write = f"{wall}_{town.post}/write"
    assert browser.post(wall, write, text="Аноним").status_code == 400
    page = browser.get(wall)
    assert "Вы пишете как: <b>Анна Пробная</b>" in page
    offered = re.search(r'<input type="hidden" name="name" value="([^"]+)">', page)
    assert offered
    browser.post(wall, write, text="Сразу", name=offered[1])
    assert [item["author_name"] for item in town.thread()] == ["Анна Пробная"]
    again = browser.get(wall)
    assert 'name="name" value="' not in again
    assert f'formaction="/vk/comment{town.wall}_{town.thread()[0]["id"]}"' in again


def test_whoever_has_introduced_himself_is_not_renamed_by_an_old_form(town: Town, wall: str, browser: Browser) -> None:
    introduce(wall, browser)
    browser.post(wall, f"{wall}_{town.post}/write", text="Это я", name="Анна Пробная")
    assert [item["author_name"] for item in town.thread()] == ["Вера Новая"]


def test_a_refused_text_makes_no_person(town: Town, wall: str, browser: Browser) -> None:
    for fields in ({"text": " "}, {"text": "Чужое", "edit": str(town.comment("Чужое"))}):
        assert browser.post(wall, f"{wall}_{town.post}/write", name="Лишний Человек", **fields).status_code == 400
    assert "Лишний Человек" not in browser.get(wall)


def test_the_way_back_never_leads_off_the_site(wall: str, browser: Browser) -> None:
    for where in ("https://example.org/", "//example.org/", "/\\example.org"):
        assert browser.post(wall, "/vk/who-am-i", name="Вера", next=where).url.path == "/"


def test_a_photo_of_a_post_is_checked_kept_and_shown(town: Town, wall: str, browser: Browser) -> None:
    introduce(wall, browser)
    evil = {"photos": ("x.png", b"<svg onload=alert(1)>", "image/png")}
    assert browser.post(wall, f"{wall}_{town.post}/write", files=evil, text="Фото").status_code == 400
    assert town.thread() == []
    photo = {"photos": ("яма.webp", picture("WEBP", 300, 200), "image/webp")}
    browser.post(wall, f"{wall}/write", files=photo, text="Вот яма")
    found = re.search(r'<img src="(/vk/photo/[^"]+)"', browser.get(wall))
    assert found
    assert Image.open(io.BytesIO(browser.client.get(found[1]).content)).size == (300, 200)
    (posted,) = town.good("wall.get", town.service, owner_id=town.wall, filter="others")["items"]
    assert posted["attachments"][0]["photo"]["sizes"][-1]["width"] == 300


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="comment-(\d+)"', page)]


def test_a_long_thread_is_folded_and_unfolds_by_twenty(town: Town, wall: str, browser: Browser) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(45)]
    page = browser.get(wall)
    for seen in (20, 40):
        assert shown(page) == numbers[-seen:]
        more = re.search(r'data-more="(\d+)">Показать ещё (\d+)<', page)
        assert more
        assert int(more[2]) == min(20, 45 - seen)
        page = browser.get(f"{wall}_{town.post}/comments?from={more[1]}")
    assert shown(page) == numbers
    assert "Показать ещё" not in page
    assert "<form" not in page


def test_an_answer_to_an_old_question_is_shown_under_it(town: Town, wall: str, browser: Browser) -> None:
    asked = town.comment("Давний вопрос")
    later = [town.comment(f"Комментарий {number}") for number in range(25)]
    answer = town.reply("Ответ", reply_to_comment=asked)["response"]["comment_id"]
    page = browser.get(wall)
    assert shown(page) == [asked, answer, *later[-19:]]
    assert "Показать ещё 6<" in page


def test_a_link_to_an_old_comment_tells_that_there_are_newer_ones(town: Town, wall: str, browser: Browser) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(120)]
    page = browser.get(f"{wall}_{town.post}?reply={numbers[20]}")
    assert shown(page) == numbers[:71]
    assert "Показать новые: 49" in page


@pytest.mark.parametrize("value", ["-1", "x", "9" * 18, "9" * 40, "²"])
def test_a_senseless_place_to_begin_from_breaks_nothing(town: Town, wall: str, browser: Browser, value: str) -> None:
    town.comment("Текст")
    answer = browser.client.get(f"{wall}_{town.post}", params={"from": value, "reply": value})
    assert answer.status_code == 200


def test_a_private_dialogue_shows_both_voices(town: Town, browser: Browser) -> None:
    page = f"/vk/im{town.group}?as={town.anna}"
    browser.post(page, f"/vk/im{town.group}/write?as={town.anna}", text="Лично вам")
    town.good("messages.send", peer_id=town.anna, random_id=1, message="И вам")
    assert re.findall(r'<article class="message (\w+)"', browser.get(page)) == ["mine", "official"]


@pytest.mark.parametrize("path", ["/vk/wall-99", "/vk/wall-1001_999", "/vk/im99", "/static/../settings.py", "/nothing"])
def test_an_unknown_address_gets_a_russian_page(town: Town, browser: Browser, path: str) -> None:
    answer = browser.client.get(path)
    assert answer.status_code == 404
    assert "Страница не найдена" in answer.text
