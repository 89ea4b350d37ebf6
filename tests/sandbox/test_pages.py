import io
import re

import pytest
from PIL import Image

from tests.sandbox.browser import Browser
from tests.sandbox.driving import picture
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_the_front_page_says_how_lively_a_community_is(town: Town, browser: Browser) -> None:
    town.comment("Раз")
    town.control(f"comments/{town.wall}_{town.comment('Два')}/delete")
    page = browser.get("/")
    assert 'href="/static/favicon.svg"' in page
    for name in ("favicon.svg", "check.svg", "photo.svg"):
        icon = browser.client.get(f"/static/{name}")
        assert icon.headers["Content-Type"] == "image/svg+xml"
        assert "<script" not in icon.text
    assert "не настоящая социальная сеть" in page
    lively, quiet = page.split('<li class="card place">')[1:]
    assert "Записей: 1" in lively
    assert "Комментариев: 1" in lively
    assert re.search(r"<time [^>]*>только что</time>", lively)
    assert "Записей пока нет." in quiet
    assert re.search(r'<span class="face tone-\d square big" aria-hidden="true">ГР</span>', lively)


def test_a_stranger_writes_under_the_offered_name_and_keeps_it(town: Town, browser: Browser) -> None:
    write = f"{town.page}_{town.post}/write"
    assert browser.post(town.page, write, text="Аноним").status_code == 400
    page = browser.get(town.page)
    assert "Вы пишете как: <b>Анна Пробная</b>" in page
    offered = re.search(r'<input type="hidden" name="name" value="([^"]+)">', page)
    assert offered
    browser.post(town.page, write, text="Сразу", name=offered[1])
    assert [item["author_name"] for item in town.thread()] == ["Анна Пробная"]
    again = browser.get(town.page)
    assert 'name="name" value="' not in again
    assert f'formaction="/vk/comment{town.wall}_{town.thread()[0]["id"]}"' in again
    assert browser.post(town.page, "/vk/who-am-i", name="Вера Новая", next=town.page).status_code == 200
    browser.post(town.page, write, text="Это я", name="Анна Пробная")
    assert [item["author_name"] for item in town.thread()] == ["Анна Пробная", "Вера Новая"]
    own = f"/vk/comment{town.wall}_{town.thread()[1]['id']}"
    browser.post(town.page, own, act="delete")
    assert town.thread()[1]["deleted"] is True
    browser.post(town.page, own, act="restore")
    assert town.thread()[1]["deleted"] is False


def test_a_photo_is_checked_and_a_refused_text_makes_no_person(town: Town, browser: Browser) -> None:
    write = f"{town.page}_{town.post}/write"
    for fields in ({"text": " "}, {"text": "Чужое", "edit": str(town.comment("Чужое"))}):
        assert browser.post(town.page, write, name="Лишний Человек", **fields).status_code == 400
    assert "Лишний Человек" not in browser.get(town.page)
    assert browser.post(town.page, "/vk/who-am-i", name="Вера Новая", next=town.page).status_code == 200
    evil = {"photos": ("x.png", b"<svg onload=alert(1)>", "image/png")}
    assert browser.post(town.page, write, files=evil, text="Фото").status_code == 400
    assert len(town.thread()) == 1
    photo = {"photos": ("яма.webp", picture("WEBP", 300, 200), "image/webp")}
    browser.post(town.page, f"{town.page}/write", files=photo, text="Вот яма")
    match = re.search(r'<img src="(/vk/photo/[^"]+)"', browser.get(town.page))
    assert match
    assert Image.open(io.BytesIO(browser.client.get(match[1]).content)).size == (300, 200)
    (posted,) = town.good("wall.get", town.service, owner_id=town.wall, filter="others")["items"]
    assert posted["attachments"][0]["photo"]["sizes"][-1]["width"] == 300


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="comment-(\d+)"', page)]


def test_a_long_thread_is_folded_and_unfolds_by_twenty(town: Town, browser: Browser) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(45)]
    page = browser.get(town.page)
    for seen in (20, 40):
        assert shown(page) == numbers[-seen:]
        more = re.search(r'data-more="(\d+)">Показать ещё (\d+)<', page)
        assert more
        assert int(more[2]) == min(20, 45 - seen)
        page = browser.get(f"{town.page}_{town.post}/comments?from={more[1]}")
    assert shown(page) == numbers
    assert "Показать ещё" not in page
    assert "<form" not in page


def test_an_answer_to_an_old_question_is_shown_under_it(town: Town, browser: Browser) -> None:
    asked = town.comment("Давний вопрос")
    later = [town.comment(f"Комментарий {number}") for number in range(25)]
    answer = town.reply("Ответ", reply_to_comment=asked)["response"]["comment_id"]
    page = browser.get(town.page)
    assert shown(page) == [asked, answer, *later[-19:]]
    assert "Показать ещё 6<" in page


def test_a_link_to_an_old_comment_tells_that_there_are_newer_ones(town: Town, browser: Browser) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(120)]
    page = browser.get(f"{town.page}_{town.post}?reply={numbers[20]}")
    assert shown(page) == numbers[:71]
    assert "Показать новые: 49" in page


def test_a_senseless_place_to_begin_from_or_go_back_to(town: Town, browser: Browser) -> None:
    town.comment("Текст")
    for value in ("-1", "x", "9" * 18, "9" * 40, "²"):
        answer = browser.client.get(f"{town.page}_{town.post}", params={"from": value, "reply": value})
        assert answer.status_code == 200, value
    for where in ("https://example.org/", "//example.org/", "/\\example.org"):
        assert browser.post(town.page, "/vk/who-am-i", name="Вера", next=where).url.path == "/"
    for path in ("/vk/wall-99", "/vk/wall-1001_999", "/vk/im99", "/static/../settings.py", "/nothing"):
        answer = browser.client.get(path)
        assert answer.status_code == 404, path
        assert "Страница не найдена" in answer.text


def test_a_private_dialogue_shows_both_voices(town: Town, browser: Browser) -> None:
    page = f"/vk/im{town.group}?as={town.anna}"
    browser.post(page, f"/vk/im{town.group}/write?as={town.anna}", text="Лично вам")
    town.good("messages.send", peer_id=town.anna, random_id=1, message="И вам")
    assert re.findall(r'<article class="message (\w+)"', browser.get(page)) == ["mine", "official"]
