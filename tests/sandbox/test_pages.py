"""People's pages: what a citizen sees and can do in a browser without scripts."""

import io
import re
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image

from tests.sandbox.browser import Browser
from tests.sandbox.process import Sandbox
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    with httpx.Client(base_url=sandbox.base, trust_env=False, follow_redirects=True, timeout=20) as client:
        yield Browser(client)


def introduce(town: Town, browser: Browser, name: str = "Вера Новая") -> str:
    wall = f"/vk/wall{town.wall}"
    assert browser.post(wall, "/vk/who-am-i", name=name, next=wall).status_code == 200
    return wall


def test_the_front_page_lists_communities_and_says_what_it_is(town: Town, browser: Browser) -> None:
    page = browser.get("/")
    assert "Учебная ВКонтакте" in page
    assert "не настоящая социальная сеть" in page
    assert f'href="/vk/wall{town.wall}"' in page


def test_the_front_page_says_how_lively_a_community_is(town: Town, browser: Browser) -> None:
    town.comment("Раз")
    town.sandbox.control(f"vk/comments/{town.wall}_{town.comment('Два')}/delete")
    page = browser.get("/")
    lively, quiet = page.split('<li class="card place">')[1:]
    assert "Записей: 1" in lively
    assert "Комментариев: 1" in lively
    assert re.search(r"<time [^>]*>только что</time>", lively)
    assert "Записей пока нет." in quiet
    assert re.search(r'<span class="face tone-\d square big" aria-hidden="true">ГР</span>', lively)


@pytest.mark.parametrize("name", ["favicon.svg", "check.svg", "photo.svg"])
def test_icons_are_files_of_our_own_without_scripts(town: Town, browser: Browser, name: str) -> None:
    answer = browser.client.get(f"/static/{name}")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "<script" not in answer.text
    assert 'href="/static/favicon.svg"' in browser.get("/")


def test_pages_carry_a_strict_policy_and_nothing_inline(town: Town, browser: Browser) -> None:
    town.comment("Текст")
    for path in ("/", f"/vk/wall{town.wall}", f"/vk/wall{town.wall}_{town.post}", f"/vk/im{town.group}?as={town.anna}"):
        answer = browser.client.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=\"/static/)", answer.text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_texts_are_shown_escaped(town: Town, browser: Browser) -> None:
    town.comment("<script>alert(1)</script> & \u200b🕳️")
    page = browser.get(f"/vk/wall{town.wall}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; \u200b🕳️" in page


def test_a_citizen_writes_answers_changes_and_takes_back(town: Town, browser: Browser) -> None:
    wall = introduce(town, browser)
    action = f"{wall}_{town.post}/write"
    browser.post(wall, action, text="Где урна?")
    mine = town.thread()[0]
    assert (mine["author_name"], mine["text"]) == ("Вера Новая", "Где урна?")
    town.reply("Поставим.", reply_to_comment=mine["id"])
    answer = town.thread()[1]
    browser.post(wall, action, text="Спасибо!", answer=str(answer["id"]))
    browser.post(wall, action, text="Где же урна?", edit=str(mine["id"]))
    assert [(item["text"], item["parent"]) for item in town.thread()] == [
        ("Где же урна?", 0),
        ("Поставим.", mine["id"]),
        ("Спасибо!", answer["id"]),
    ]
    own = f"/vk/comment{town.wall}_{mine['id']}"
    browser.post(wall, own, act="delete")
    assert town.thread()[0]["deleted"] is True
    assert "Комментарий удалён." in browser.get(wall)
    browser.post(wall, own, act="restore")
    assert town.thread()[0]["deleted"] is False


def test_nobody_changes_what_another_wrote(town: Town, browser: Browser) -> None:
    theirs = town.comment("Чужое")
    wall = introduce(town, browser)
    refusals = [
        browser.post(wall, f"{wall}_{town.post}/write", text="Моё", edit=str(theirs)),
        browser.post(wall, f"/vk/comment{town.wall}_{theirs}", act="delete"),
        browser.post(wall, f"{wall}_{town.post}/post", act="delete"),
    ]
    assert [answer.status_code for answer in refusals] == [400, 400, 400]
    assert [(item["text"], item["deleted"]) for item in town.thread()] == [("Чужое", False)]


def test_a_form_without_its_token_is_refused(town: Town, browser: Browser) -> None:
    wall = introduce(town, browser)
    assert browser.client.post(f"{wall}_{town.post}/write", data={"text": "Подделка"}).status_code == 403
    assert town.thread() == []


def test_a_stranger_must_name_himself_first(town: Town, browser: Browser) -> None:
    wall = f"/vk/wall{town.wall}"
    assert browser.post(wall, f"{wall}_{town.post}/write", text="Аноним").status_code == 400
    assert town.thread() == []


def test_a_stranger_writes_at_once_under_the_offered_name_and_keeps_it(town: Town, browser: Browser) -> None:
    wall = f"/vk/wall{town.wall}"
    page = browser.get(wall)
    assert "Вы пишете как: <b>Анна Пробная</b>" in page
    offered = re.search(r'<input type="hidden" name="name" value="([^"]+)">', page)
    assert offered
    browser.post(wall, f"{wall}_{town.post}/write", text="Сразу", name=offered[1])
    assert [item["author_name"] for item in town.thread()] == ["Анна Пробная"]
    again = browser.get(wall)
    assert 'name="name" value="' not in again
    assert f'formaction="/vk/comment{town.wall}_{town.thread()[0]["id"]}"' in again


def test_whoever_has_introduced_himself_is_not_renamed_by_an_old_form(town: Town, browser: Browser) -> None:
    wall = introduce(town, browser)
    browser.post(wall, f"{wall}_{town.post}/write", text="Это я", name="Анна Пробная")
    assert [item["author_name"] for item in town.thread()] == ["Вера Новая"]


def test_a_refused_text_makes_no_person(town: Town, browser: Browser) -> None:
    wall = f"/vk/wall{town.wall}"
    for fields in ({"text": " "}, {"text": "Чужое", "edit": str(town.comment("Чужое"))}):
        assert browser.post(wall, f"{wall}_{town.post}/write", name="Лишний Человек", **fields).status_code == 400
    assert "Лишний Человек" not in browser.get(wall)


def test_the_way_back_never_leads_off_the_site(town: Town, browser: Browser) -> None:
    for where in ("https://example.org/", "//example.org/", "/\\example.org"):
        assert browser.post(f"/vk/wall{town.wall}", "/vk/who-am-i", name="Вера", next=where).url.path == "/"


def test_a_post_with_a_photo_is_written_changed_and_deleted(town: Town, browser: Browser) -> None:
    wall = introduce(town, browser)
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "brown").save(out, "WEBP")
    photo = {"photos": ("яма.webp", out.getvalue(), "image/webp")}
    browser.post(wall, f"{wall}/write", files=photo, text="Вот яма")
    page = browser.get(wall)
    found = re.search(r'<img src="(/vk/photo/[^"]+)"', page)
    assert found
    assert Image.open(io.BytesIO(browser.client.get(found[1]).content)).size == (300, 200)
    posted = town.sandbox.vk("wall.get", town.service, owner_id=town.wall, filter="others")["response"]["items"][0]
    assert posted["attachments"][0]["photo"]["sizes"][-1]["width"] == 300
    own = f"{wall}_{posted['id']}/post"
    browser.post(wall, own, act="edit", text="Вот большая яма")
    assert "Вот большая яма" in browser.get(wall)
    browser.post(wall, own, act="delete")
    assert "Вот большая яма" not in browser.get(wall)


def test_a_file_that_is_no_picture_is_refused(town: Town, browser: Browser) -> None:
    wall = introduce(town, browser)
    evil = {"photos": ("x.png", b"<svg onload=alert(1)>", "image/png")}
    assert browser.post(wall, f"{wall}_{town.post}/write", files=evil, text="Фото").status_code == 400
    assert town.thread() == []


def test_an_official_answer_stands_out_and_a_link_marks_it(town: Town, browser: Browser) -> None:
    asked = town.comment("Вопрос")
    number = town.reply("Ответ", reply_to_comment=asked)["response"]["comment_id"]
    page = browser.get(f"/vk/wall{town.wall}_{town.post}?reply={number}")
    found = re.search(rf'<article class="([^"]*)" id="comment-{number}">', page)
    assert found
    assert {"official", "marked", "nested"} <= set(found[1].split())
    assert "официальный ответ" in page
    assert "Город Речной" in page


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="comment-(\d+)"', page)]


def test_a_long_thread_is_folded_and_unfolds_by_twenty(town: Town, browser: Browser) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(45)]
    page = browser.get(f"/vk/wall{town.wall}")
    for seen in (20, 40):
        assert shown(page) == numbers[-seen:]
        more = re.search(r'data-more="(\d+)">Показать ещё (\d+)<', page)
        assert more
        assert int(more[2]) == min(20, 45 - seen)
        page = browser.get(f"/vk/wall{town.wall}_{town.post}/comments?from={more[1]}")
    assert shown(page) == numbers
    assert "Показать ещё" not in page


def test_an_answer_to_an_old_question_is_shown_under_it(town: Town, browser: Browser) -> None:
    asked = town.comment("Давний вопрос")
    later = [town.comment(f"Комментарий {number}") for number in range(25)]
    answer = town.reply("Ответ", reply_to_comment=asked)["response"]["comment_id"]
    page = browser.get(f"/vk/wall{town.wall}")
    assert shown(page) == [asked, answer, *later[-19:]]
    assert "Показать ещё 6<" in page


def test_a_link_to_an_old_comment_tells_that_there_are_newer_ones(town: Town, browser: Browser) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(120)]
    page = browser.get(f"/vk/wall{town.wall}_{town.post}?reply={numbers[20]}")
    assert shown(page) == numbers[:71]
    assert "Показать новые: 49" in page


@pytest.mark.parametrize("value", ["-1", "x", "9" * 18, "9" * 40, "²"])
def test_a_senseless_place_to_begin_from_breaks_nothing(town: Town, browser: Browser, value: str) -> None:
    town.comment("Текст")
    answer = browser.client.get(f"/vk/wall{town.wall}_{town.post}", params={"from": value, "reply": value})
    assert answer.status_code == 200


def test_the_fragment_and_its_version_tell_of_news(town: Town, browser: Browser) -> None:
    wall = f"/vk/wall{town.wall}"
    before = browser.client.get(f"{wall}/changes").json()["posts"][str(town.post)]
    number = town.comment("Свежее")
    assert browser.client.get(f"{wall}/changes").json()["posts"][str(town.post)] > before
    fragment = browser.get(f"{wall}_{town.post}/comments")
    assert f'id="comment-{number}"' in fragment
    assert "<form" not in fragment


def test_a_private_dialogue_goes_both_ways(town: Town, browser: Browser) -> None:
    page = f"/vk/im{town.group}?as={town.anna}"
    browser.post(page, f"/vk/im{town.group}/write?as={town.anna}", text="Лично вам")
    town.sandbox.vk("messages.send", town.token, peer_id=town.anna, random_id=1, message="И вам")
    seen = browser.get(page)
    assert seen.index("Лично вам") < seen.index("И вам")
    assert re.findall(r'<article class="message (\w+)"', seen) == ["mine", "official"]


@pytest.mark.parametrize("path", ["/vk/wall-99", "/vk/wall-1001_999", "/vk/im99", "/static/../settings.py", "/nothing"])
def test_an_unknown_address_gets_a_russian_page(town: Town, browser: Browser, path: str) -> None:
    answer = browser.client.get(path)
    assert answer.status_code == 404
    assert "Страница не найдена" in answer.text
