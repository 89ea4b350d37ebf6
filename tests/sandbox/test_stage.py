import re

import pytest

from sandbox.registry import NETWORKS
from tests.sandbox.browser import Browser
from tests.sandbox.driving import picture
from tests.sandbox.process import Sandbox

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
EVIL = "<script>alert('1')</script> \"><img src=x onerror=alert(2)> {{ 7|add:7 }} {% load %} & \u202eо\u200b"
PHOTO = {"photos": ("яма.png", picture("PNG", 300, 200), "image/png")}
PAGES = {"yard": "/dvor/news", "rope": "/rope/rechnoy", "album": "/album/rechnoy"}
SHOWN = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &quot;&gt;&lt;img src=x onerror=alert(2)&gt;"


@pytest.fixture
def sandbox(madeup: Sandbox) -> Sandbox:
    """Each network with one place; the yard has one more, where people may post."""
    madeup.control("reset")
    madeup.control("yard/places", id="news", name="Двор на Садовой", about="Объявления")
    madeup.control("yard/places", id="open", name="Открытый двор")
    madeup.control("rope/places", id="rechnoy", name="Речной")
    madeup.control("album/places", id="rechnoy", name="Речной в снимках")
    return madeup


def write(sandbox: Sandbox, kind: str, text: str, **more: str) -> str:
    return str(sandbox.control(f"{kind}/texts", text=text, **more)["address"])


def thread(sandbox: Sandbox, kind: str, address: str) -> list[dict[str, object]]:
    items: list[dict[str, object]] = sandbox.inspect(f"{kind}/thread", address=address)["items"]
    return items


def number(address: str) -> str:
    return address.rpartition("/")[2]


def mark(address: str) -> str:
    return address.replace("/", "-")


def test_every_network_has_its_own_words_and_look_and_a_place_may_too(sandbox: Sandbox, browser: Browser) -> None:
    taken = [network.stage.accent for network in NETWORKS if network.stage]
    assert len(taken) == len(set(taken)), "every network has a colour of its own"
    page = browser.get("/")
    for shown in ("Учебная ВКонтакте", "Учебный двор", "Учебная верёвка", "Учебный альбом"):
        assert shown in page
    assert 'href="/dvor/news"' in page
    assert 'href="/rope/rechnoy/messages"' in page
    assert page.count("Написать лично") == 3  # the album answers nobody in private
    write(sandbox, "rope", "Что нового?", place="rechnoy")
    feed, channel = browser.get("/rope/rechnoy"), browser.get("/dvor/open")
    assert '<body class="look-feed accent-ink"' in feed
    assert "Новый пост" in feed
    assert 'placeholder="Ваш ответ"' in feed
    assert re.search(r'<textarea name="text" rows="3"[^>]*>@rechnoy </textarea>', feed)
    assert '<body class="look-channel accent-sea"' in channel
    assert "Сообщений пока нет." in channel
    sandbox.control("album/places", id="listone", name="Первый список")
    front = browser.get("/")
    sections = re.findall(r'<section id="album[^"]*" class="network ([^"]+)">\s*<h2>([^<]+)</h2>', front)
    assert sections == [("accent-clay look-wall", "Учебные списки"), ("accent-plum look-photos", "Учебный альбом")]
    page = browser.get("/album/listone/")
    assert '<body class="look-wall accent-clay"' in page
    assert "Учебные списки · Список" in page
    assert '<body class="look-photos accent-plum"' in browser.get("/album/rechnoy/")


@pytest.mark.parametrize(("kind", "root"), [("yard", "/dvor/open"), ("rope", "/rope/rechnoy")])
def test_a_citizen_posts_answers_edits_and_takes_back(sandbox: Sandbox, browser: Browser, kind: str, root: str) -> None:
    assert browser.post(root, f"/{root.split('/')[1]}/who-am-i", name="Вера Новая", next=root).url.path == root
    browser.post(root, f"{root}/write", text="Вот яма", files=PHOTO)
    (post,) = sandbox.inspect(f"{kind}/posts", place=root.split("/")[2])["items"]
    assert (post["author_name"], post["text"], len(post["photos"])) == ("Вера Новая", "Вот яма", 1)
    seen = browser.post(root, f"{post['link']}/write", text="Где урна?")
    asked = thread(sandbox, kind, post["address"])[1]
    assert f'id="comment-{mark(str(asked["address"]))}"' in seen.text
    assert seen.headers["X-Marked"] == mark(str(asked["address"]))
    reply_address = write(sandbox, kind, "Поставим.", under=str(asked["address"]))
    browser.post(root, f"{post['link']}/write", text="Спасибо!", answer=mark(reply_address))
    browser.post(root, f"{post['link']}/write", text="Где же урна?", edit=mark(str(asked["address"])))
    items = thread(sandbox, kind, post["address"])
    assert [(item["text"], item["parent"], item["official"]) for item in items[1:]] == [
        ("Где же урна?", post["address"], False),
        ("Поставим.", asked["address"], True),
        ("Спасибо!", reply_address, False),
    ]
    browser.post(root, f"{post['link']}/post", act="edit", text="Вот большая яма")
    assert "Вот большая яма" in browser.get(root)
    browser.post(root, str(asked["link"]), act="delete")
    assert "Комментарий удалён." in browser.get(root)
    browser.post(root, f"{post['link']}/post", act="delete")
    assert "Вот большая яма" not in browser.get(root)
    assert browser.client.get(post["link"]).status_code == 404


@pytest.mark.parametrize("kind", PAGES)
def test_the_link_of_a_text_opens_its_post_marked(sandbox: Sandbox, browser: Browser, kind: str) -> None:
    post = write(sandbox, kind, "Пост", place=PAGES[kind].rpartition("/")[2])
    asked = write(sandbox, kind, "Вопрос", under=post, author="Анна Пробная")
    reply_address = write(sandbox, kind, "Ответ", under=asked)
    for item in thread(sandbox, kind, post):
        page = browser.get(str(item["link"]))
        marked = re.findall(r'<article class="comment[^"]* marked[^"]*" id="comment-([^"]+)"', page)
        assert marked == ([] if item["address"] == post else [mark(str(item["address"]))])
        fragment = re.search(r'data-comments="([^"]+)"', page)
        assert fragment
        again = browser.get(fragment[1].replace("&amp;", "&"))
        assert len(re.findall(r"<article", again)) == 2
        assert (" marked" in again) == bool(marked)
    official = rf'<article class="comment nested official" id="comment-{mark(reply_address)}"'
    assert re.search(official, browser.get(PAGES[kind]))


def test_a_deep_conversation_stands_under_its_first_comment(sandbox: Sandbox, browser: Browser) -> None:
    above = post = write(sandbox, "rope", "Пост", place="rechnoy")
    other = write(sandbox, "rope", "Другое", under=post, author="Борис Пробный")
    for name in ("Анна", "Вера", "Галя", "Дина"):
        above = write(sandbox, "rope", f"Говорит {name}", under=above, author=f"{name} Пробная")
    page = browser.get(f"/rope/rechnoy/status/{number(post)}")
    assert re.findall(r'<article class="comment( nested)?" id="comment-([^"]+)"', page)[0] == ("", mark(other))
    assert re.findall(r"в ответ: (\w+)", page) == ["Вера", "Галя"]


def test_hostile_texts_are_shown_as_they_are(sandbox: Sandbox, browser: Browser) -> None:
    for kind, wall in PAGES.items():
        place = wall.rpartition("/")[2]
        sandbox.control(f"{kind}/places", id=place, name=EVIL, about=EVIL)
        post = write(sandbox, kind, EVIL, place=place)
        comment = write(sandbox, kind, EVIL, under=post, author=EVIL[:80])
        write(sandbox, kind, EVIL, under=comment, author="Анна Пробная")
        for path in ("/", wall, str(thread(sandbox, kind, comment)[1]["link"])):
            page = browser.get(path)
            assert SHOWN in page
            assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)|<img src=x|\son[a-z]+=\"", page)
            assert "{{ 7|add:7 }}" in page
    write(sandbox, "yard", EVIL, to="newsbot", author=EVIL[:80])
    browser.post("/dvor/news", "/dvor/who-am-i", name=EVIL[:80])
    assert SHOWN in browser.get("/dvor/private/newsbot")


def test_every_page_carries_a_strict_policy_and_nothing_inline(sandbox: Sandbox, browser: Browser) -> None:
    write(sandbox, "album", "Снимок", place="rechnoy")
    for path in ("/", "/dvor/news", "/rope/rechnoy", "/album/rechnoy", "/dvor/private/newsbot"):
        answer = browser.client.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=\"/static/)", answer.text), path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text), path
        ids = re.findall(r'\sid="([^"]+)"', answer.text)
        assert len(ids) == len(set(ids)), path


def test_a_deleted_text_leaves_its_answers_and_a_closed_post_takes_none(sandbox: Sandbox, browser: Browser) -> None:
    post = write(sandbox, "yard", "Пост", place="news")
    gone = write(sandbox, "yard", "Тайна", under=post, author="Анна Пробная")
    lonely = write(sandbox, "yard", "Одна", under=post, author="Анна Пробная")
    write(sandbox, "yard", "Ответ на тайну", under=gone, author="Борис Пробный")
    for address in (gone, lonely):
        sandbox.control("yard/texts/delete", address=address)
    page = browser.get("/dvor/news")
    assert "Тайна" not in page
    assert page.count("Комментарий удалён.") == 1
    assert "Ответ на тайну" in page
    path = f"/dvor/news/{number(post)}/write"
    assert browser.post("/dvor/news", path, text="Поздно", name="Вера", answer=mark(gone)).status_code == 404
    post = write(sandbox, "yard", "Молчим", place="news")
    page = browser.get("/dvor/news")
    assert "Обсуждение закрыто." in page
    assert f'id="form-{mark(post)}"' not in page
    refusal = browser.post("/dvor/news", f"/dvor/news/{number(post)}/write", text="А я скажу", name="Вера Новая")
    assert (refusal.status_code, refusal.text) == (400, "Обсуждение закрыто.")
    assert len(thread(sandbox, "yard", post)) == 1
    assert "Вера Новая" not in browser.get("/dvor/news")


def test_people_post_only_where_they_may_and_only_what_they_may(sandbox: Sandbox, browser: Browser) -> None:
    refusal = browser.post("/dvor/open", "/dvor/open/write", text="Дайте рубль", name="Лишний Человек")
    assert (refusal.status_code, refusal.text) == (400, "О деньгах здесь не пишут.")
    assert "Лишний Человек" not in browser.get("/dvor/open")
    assert "Новое сообщение" in browser.get("/dvor/open")
    assert "Новое сообщение" not in browser.get("/dvor/news")
    assert browser.post("/dvor/news", "/dvor/news/write", text="И я", name="Вера").status_code == 400
    assert sandbox.inspect("yard/posts", place="news")["items"] == []
    post = write(sandbox, "yard", "Пост", place="news")
    page = browser.get("/dvor/news")
    assert 'type="file"' not in page
    action = f"/dvor/news/{number(post)}/write"
    refusal = browser.post("/dvor/news", action, text="Вот", name="Вера", files=PHOTO)
    assert (refusal.status_code, refusal.text) == (400, "Снимки сюда не добавляют.")
    assert len(thread(sandbox, "yard", post)) == 1
    assert browser.client.post("/dvor/open/write", data={"text": "Подделка"}).status_code == 403
    assert browser.client.post("/dvor/who-am-i", data={"name": "Подделка"}).status_code == 403
    assert sandbox.inspect("yard/posts", place="open")["items"] == []


def test_one_is_somebody_in_one_network_alone_and_never_the_place_itself(sandbox: Sandbox, browser: Browser) -> None:
    browser.post("/dvor/open", "/dvor/who-am-i", name="Вера Новая")
    assert set(browser.client.cookies) == {"sandbox_csrf", "sandbox_yard_person"}
    assert "Вы пишете как: <b>Вера Новая</b>" in browser.get("/dvor/news")
    assert "Вы пишете как: <b>Анна Пробная</b>" in browser.get("/rope/rechnoy")
    browser.post("/rope/rechnoy", "/rope/who-am-i", name="Игорь Иной")
    assert "Вы пишете как: <b>Вера Новая</b>" in browser.get("/dvor/news")
    browser.client.cookies.set("sandbox_yard_person", "nobody")
    assert "Вы пишете как: <b>Анна Пробная</b>" in browser.get("/dvor/news")
    sandbox.control("rope/people", id="rechnoy", name="Речной официальный")
    page = browser.get("/rope/rechnoy?as=rechnoy")
    assert "Вы пишете как: <b>Анна Пробная</b>" in page
    assert "Речной официальный" not in page
    browser.client.cookies.set("sandbox_rope_person", "rechnoy")
    assert browser.post("/rope/rechnoy", "/rope/rechnoy/write", text="Мы решили").status_code == 400


def test_nobody_changes_what_another_or_the_place_wrote(sandbox: Sandbox, browser: Browser) -> None:
    post = write(sandbox, "rope", "Пост", place="rechnoy")
    theirs = write(sandbox, "rope", "Чужое", under=post, author="Анна Пробная")
    browser.post("/rope/rechnoy", "/rope/who-am-i", name="Вера Новая")
    path = f"/rope/rechnoy/status/{number(post)}"
    for action, fields in (
        (f"{path}/write", {"text": "Моё", "edit": mark(theirs)}),
        (f"/rope/rechnoy/status/{number(theirs)}", {"act": "delete"}),
        (f"{path}/post", {"act": "delete"}),
    ):
        assert browser.post("/rope/rechnoy", action, **fields).status_code == 400
    assert [(item["text"], item["deleted"]) for item in thread(sandbox, "rope", post)] == [
        ("Пост", False),
        ("Чужое", False),
    ]


def test_a_private_dialogue_goes_both_ways_and_belongs_to_one_person(sandbox: Sandbox, browser: Browser) -> None:
    page = "/dvor/private/newsbot"
    assert "Переписки пока нет." in browser.get(page)
    seen = browser.post(page, f"{page}/write", text="Лично вам", name="Вера Новая")
    assert re.findall(r'<article class="message (\w+)"', seen.text) == ["mine"]
    assert "Лично вам" in browser.get(f"{page}/messages")
    browser.post(page, "/dvor/who-am-i", name="Игорь Иной")
    assert "Лично вам" not in browser.get(page)
    for nothing in ("/album/rechnoy/messages", "/dvor/news/messages", "/dvor/news/comments"):
        assert browser.client.get(nothing).status_code == 404
    anna = sandbox.control("yard/people", name="Анна Пробная")["id"]
    write(sandbox, "yard", "Лично от Анны", to="newsbot", person=anna)
    browser.post("/dvor/news", "/dvor/who-am-i", name="Вера Новая")
    page = f"/dvor/private/newsbot/{anna}"
    assert "Лично от Анны" in browser.get(page)
    assert "Вы пишете как: <b>Анна Пробная</b>" in browser.get(page)
    browser.post(page, f"{page}/write", text="И ещё", name="Чужое Имя")
    messages = sandbox.inspect("yard/dialogue", place="newsbot", person=anna)["items"]
    assert [item["text"] for item in messages] == ["Лично от Анны", "И ещё"]
    assert "Вы пишете как: <b>Вера Новая</b>" in browser.get("/dvor/news")
    page = "/rope/rechnoy/messages"
    assert "Личные сообщения" in browser.get(page)
    browser.post(page, f"{page}/write", text="Лично вам", name="Вера Новая")
    assert "<article" in browser.get(f"{page}/messages")


def test_an_open_page_asks_cheaply_and_hears_of_every_change(sandbox: Sandbox, browser: Browser) -> None:
    post = write(sandbox, "yard", "Пост", place="news")
    known = browser.client.get("/dvor/news/changes").json()
    assert known["newest"] == mark(post)
    assert browser.client.get("/dvor/news/changes", params={"seen": known["seen"]}).json() == {"seen": known["seen"]}
    versions = [known["posts"][mark(post)]]

    def look() -> None:
        body = browser.client.get("/dvor/news/changes", params={"seen": known["seen"]}).json()
        versions.append(body["posts"][mark(post)])

    comment = write(sandbox, "yard", "Раз", under=post, author="Анна Пробная")
    look()
    sandbox.control("yard/texts/edit", address=comment, text="Два")
    look()
    sandbox.control("yard/texts/delete", address=comment)
    look()
    assert versions == sorted(set(versions))
    assert browser.client.get(f"/dvor/news/{number(post)}/changes").json()["posts"] == {mark(post): versions[-1]}


def test_older_posts_are_found_page_by_page_though_all_are_of_one_second(sandbox: Sandbox, browser: Browser) -> None:
    sandbox.control("clock", fixed=1_800_000_000)
    posts = [{"text": f"Пост {number}.", "place": "rechnoy"} for number in range(45)]
    sandbox.control("rope/texts/batch", texts=posts)
    path, seen = "/rope/rechnoy", []
    while path:
        page = browser.get(path)
        seen += re.findall(r'<p class="text">(Пост \d+\.)</p>', page)
        older = re.search(r'href="([^"]+)">Более старые посты', page)
        path = older[1] if older else ""
    assert seen == [item["text"] for item in reversed(posts)]


NOWHERE = ["/dvor", "/dvor/", "/yard/news", "/dvor/nothing", "/dvor/news/999", "/dvor/news/9007199254741007/x"]
NOWHERE += ["/rope/rechnoy/status/1", "/rope/nobody/messages", "/album/none/p/1", "/dvor/news/write", "/dvor/%00"]
NOWHERE += ["/dvor/private/none/messages", "/dvor/private/newsbot/99", "/dvor/private/news"]


def test_an_unknown_address_gets_a_russian_page_unless_an_api_takes_it(sandbox: Sandbox, browser: Browser) -> None:
    for path in NOWHERE:
        answer = browser.client.get(path)
        assert answer.status_code == 404, path
        assert "Страница не найдена" in answer.text
        if not path.endswith("write"):
            assert browser.client.post(path, json={}).status_code == 404, path
        assert browser.client.delete(path).status_code == 404, path
    assert "<textarea" in browser.get("/rope/rechnoy")
    for method in ("GET", "POST", "DELETE"):
        answer = browser.client.request(method, "/rope/2/tweets")
        assert (answer.status_code, answer.json()) == (404, {"error": "no method 2/tweets"})
