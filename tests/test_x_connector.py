"""The X connector hears in the emulator over HTTP what a citizen writes."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from otklik.networks.base import (
    Access,
    CannotTell,
    Deletion,
    Edit,
    Incoming,
    Place,
    Post,
    Raw,
)
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from tests.sandbox.process import Sandbox
from tests.sandbox.town import until
from tests.sandbox.x_town import SECRET, XTown, build
from tests.x_account import NETWORK, Reading, account, address, one, own, reply_to

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def town(sandbox: Sandbox) -> XTown:
    return build(sandbox)


def test_a_mention_is_heard_with_its_address_its_author_and_its_picture(town: XTown) -> None:
    reading = own(town)
    assert reading.texts() == []
    asked = town.ask("Во дворе темно & страшно, см. https://ya.ru/x", lat=55.5, long=37.25)
    heard = one(reading.events())
    assert heard.text == "@rechnoy Во дворе темно & страшно, см. https://ya.ru/x"
    assert (heard.external_id, heard.thread, heard.place) == (asked, asked, Place.POST)
    assert (heard.author.external_id, heard.author.name) == (town.anna, "Анна Пробная")
    assert (heard.latitude, heard.longitude, heard.community, heard.closed) == (55.5, 37.25, town.me, "")
    assert heard.url == f"{town.base}/anna/status/{asked.removeprefix('x:')}"
    assert [each.url for each in heard.attachments] == ["https://ya.ru/x"]
    assert reading.raws() == ()


def test_replies_are_heard_at_any_depth_of_our_own_conversation(town: XTown) -> None:
    reading = own(town)
    mine = town.own()
    first = town.text("Темно", under=mine)
    second = town.text("И у нас", under=first, person=town.boris)
    heard = {event.external_id: event for event in reading.events() if isinstance(event, Post)}
    assert set(heard) == {mine, first, second}
    assert heard[mine].own
    assert (heard[first].place, heard[first].parent, heard[first].thread) == (Place.COMMENT, mine, mine)
    assert (heard[second].parent, heard[second].thread) == (first, mine)


def test_a_reply_that_does_not_name_us_is_heard_by_its_conversation(town: XTown) -> None:
    reading = own(town)
    mine = town.own()
    first = town.text("Темно", under=mine)
    reading.events()
    body = {"text": "А где?", "reply": {"in_reply_to_tweet_id": first[2:], "exclude_reply_user_ids": [town.me]}}
    boris = town.token("user", person=town.boris)["token"]
    town.switch(access="enterprise")
    assert town.call("POST", "/2/tweets", boris, body).status_code == 201
    assert one(reading.events()).text == "@anna А где?"


def test_an_edit_is_an_edit_of_the_same_text_and_the_answer_goes_to_the_newest(town: XTown) -> None:
    reading = own(town)
    asked = town.ask("Темно")
    reading.raws()
    town.sandbox.control("x/texts/edit", address=asked, text="@rechnoy Светло")
    (heard,) = reading.events()
    assert isinstance(heard, Edit)
    assert (heard.post.external_id, heard.post.text) == (asked, "@rechnoy Светло")
    assert heard.post.edited_at is not None
    assert heard.post.url.endswith(newest_of(town, asked))
    said = NETWORK.publish(account(town), reply_to(asked), "k")
    raw = town.get("/2/tweets", ids=said.external_id[2:], **{"tweet.fields": "referenced_tweets"})["data"][0]
    assert raw["referenced_tweets"] == [{"type": "replied_to", "id": newest_of(town, asked)}]
    assert NETWORK.find(account(town), reply_to(asked)) == said


def newest_of(town: XTown, asked: str) -> str:
    return str(town.get("/2/tweets", ids=asked[2:])["data"][0]["edit_history_tweet_ids"][-1])


def test_a_reply_to_an_older_version_is_found_as_ours_under_the_text(town: XTown) -> None:
    asked = town.ask("Темно")
    said = NETWORK.publish(account(town), reply_to(asked), "k")
    town.sandbox.control("x/texts/edit", address=asked, text="@rechnoy Светло")
    assert NETWORK.find(account(town), reply_to(asked)) == said
    assert NETWORK.replies(account(town), reply_to(asked)) == {said.external_id}


def test_a_deletion_is_heard_when_looking_again_is_asked_for(town: XTown) -> None:
    reading = own(town, recheck_minutes=1)
    asked, other = town.ask("Темно"), town.ask("Холодно")
    assert len(reading.events()) == 2
    town.sandbox.control("x/texts/delete", address=asked)
    reading.later += timedelta(minutes=2)
    gone = [event for event in reading.events() if isinstance(event, Deletion)]
    assert [event.external_id for event in gone] == [asked]
    reading.later += timedelta(minutes=2)
    assert [event for event in reading.events() if isinstance(event, Deletion)] == []
    assert json.loads(reading.cursor)["recent"] == [other[2:]]


def test_more_than_a_page_is_read_whole(town: XTown) -> None:
    reading = own(town, dm=False)
    town.ask("самое первое")
    reading.raws()
    texts = [{"person": town.anna, "text": f"@rechnoy вопрос {number}"} for number in range(260)]
    town.sandbox.control("x/texts/batch", texts=texts)
    assert set(reading.texts()) >= {f"@rechnoy вопрос {number}" for number in range(260)}
    town.ask("ещё один")
    assert "@rechnoy ещё один" in reading.texts()


def test_the_first_reading_brings_the_recent_and_not_years(town: XTown) -> None:
    for ago, number in ((7200, 60), (3600, 100)):
        town.sandbox.control("clock", offset=-ago)
        texts = [{"person": town.anna, "text": f"@rechnoy {ago} {turn}"} for turn in range(number)]
        town.sandbox.control("x/texts/batch", texts=texts)
    town.sandbox.control("clock")
    reading = own(town, dm=False)
    assert reading.texts() == sorted(f"@rechnoy 3600 {turn}" for turn in range(100))
    assert reading.raws() == ()


def test_nothing_is_lost_when_a_limit_cuts_a_reading_in_the_middle(town: XTown) -> None:
    reading = own(town, dm=False)
    town.ask("самое первое")
    reading.raws()
    texts = [{"person": town.anna, "text": f"@rechnoy вопрос {number}"} for number in range(130)]
    town.sandbox.control("x/texts/batch", texts=texts)
    town.fault("error", "getUsersMentions", code=503)
    with pytest.raises(RetryAt):
        reading.raws()
    town.fault("error", "searchPostsRecent", code=429)
    cut = reading.fetched()  # the mentions came, the search did not
    assert timedelta(minutes=14) < cut.again_in
    heard = {
        event.text for raw in (*cut.raws, *reading.raws()) for event in NETWORK.parse(raw) if isinstance(event, Post)
    }
    assert heard >= {f"@rechnoy вопрос {number}" for number in range(130)}
    town.sandbox.control("x/texts/batch", texts=[{**text, "text": f"{text['text']}!"} for text in texts])
    town.fault("http_after", "getUsersMentions", code=502, count=1)
    with pytest.raises(RetryAt):
        reading.raws()
    assert set(reading.texts()) >= {f"@rechnoy вопрос {number}!" for number in range(130)}


def test_a_quiet_search_goes_on_after_a_week(town: XTown) -> None:
    reading = Reading(account(town), "search", "фонарь")
    town.text("Фонарь погас")
    assert reading.texts() == ["Фонарь погас"]
    town.sandbox.control("clock", offset=8 * 24 * 3600)
    assert reading.raws() == ()
    town.text("Фонарь снова погас")
    assert reading.texts() == ["Фонарь снова погас"]
    assert reading.raws() == ()
    town.sandbox.control("clock")


def test_a_search_finds_words_and_says_who_cannot_be_answered(town: XTown) -> None:
    reading = Reading(account(town), "search", '("нет света" OR фонарь) -from:dorogi')
    town.text("Опять нет света")
    town.text("Про слонов")
    found = one(reading.events())
    assert found.text == "Опять нет света"
    assert "только тем, кто упомянул" in found.closed
    with pytest.raises(Permanent, match="только тем, кто упомянул"):
        NETWORK.publish(account(town), reply_to(found.external_id), "k")
    town.switch(access="enterprise")
    free = Reading(account(town, access="enterprise"), "search", "света")
    assert one(free.events()).closed == ""
    assert NETWORK.publish(account(town, access="enterprise"), reply_to(found.external_id), "k")


def test_a_query_that_the_network_does_not_understand_is_a_persons_business(town: XTown) -> None:
    for query in ("is:reply", "", "слово " * 200):
        with pytest.raises(NeedsPerson):
            Reading(account(town), "search", query).raws()


def test_a_guest_hears_another_account_and_may_answer_only_who_named_it(town: XTown) -> None:
    reading = Reading(account(town, guest=True), "foreign", "https://x.com/rechnoy")
    assert (reading.events(), reading.called) == ([], town.me)
    mine = town.own()
    plain = town.text("Яма на Садовой", under=mine)
    naming = town.text("@dorogi и вы посмотрите", under=mine)
    heard = {event.external_id: event for event in reading.events() if isinstance(event, Post)}
    assert set(heard) == {mine, plain, naming}
    assert {event.community for event in heard.values()} == {town.me}
    assert heard[plain].closed
    assert heard[naming].closed == ""
    with pytest.raises(Permanent):
        NETWORK.publish(account(town, guest=True), reply_to(plain), "k")
    said = NETWORK.publish(account(town, guest=True), reply_to(naming, thread=mine), "k")
    again = one(reading.events())
    assert (again.external_id, again.own) == (said.external_id, True)


def test_a_link_brings_the_newest_version_and_says_what_is_gone(town: XTown) -> None:
    asked = town.ask("Темно")
    town.sandbox.control("x/texts/edit", address=asked, text="@rechnoy Светло")
    for link in (asked, f"https://x.com/anna/status/{asked[2:]}", f"{town.base}/i/status/{asked[2:]}"):
        (event,) = Reading(account(town), "link", link).events()
        assert isinstance(event, Edit)
        assert (event.post.external_id, event.post.text) == (asked, "@rechnoy Светло")
    town.sandbox.control("x/texts/delete", address=asked)
    with pytest.raises(Permanent):
        Reading(account(town), "link", asked).raws()
    hidden = town.ask("Секрет")
    town.sandbox.control("x/users", id=town.anna, protected=True)
    with pytest.raises(Permanent, match="закрыта"):
        Reading(account(town), "link", hidden).raws()
    with pytest.raises(NeedsPerson):
        Reading(account(town), "link", "https://x.com/anna").raws()


def test_both_spellings_are_understood(town: XTown) -> None:
    town.switch(spelling="post")
    mine = town.own()
    under = town.text("Темно", under=mine)
    town.sandbox.control("x/texts/edit", address=town.ask("раз"), text="@rechnoy два")
    for spelling in ("tweet", "post"):
        found = own(town, spelling=spelling).events()
        heard = {address(event): event for event in found}
        assert set(heard) >= {mine, under}
        reply = heard[under]
        assert isinstance(reply, Post)
        assert (reply.parent, reply.author.name) == (mine, "Анна Пробная")
        assert [type(event) for event in found].count(Edit) == 1
    said = NETWORK.publish(account(town, spelling="post"), reply_to(under, thread=mine), "k")
    assert NETWORK.find(account(town, spelling="post"), reply_to(under, thread=mine)) == said


def test_the_self_check_of_a_good_account_is_green(town: XTown) -> None:
    assert all(right.ok for right in NETWORK.rights(account(town)))
    dead = replace(account(town), tokens={"bearer": "no", "user": "no", "consumer_secret": SECRET})
    assert [right.ok for right in NETWORK.rights(dead)] == [False, False, False, True, True]
    foreign = replace(account(town), tokens={**account(town).tokens, "user": town.guest_user})
    assert "другому аккаунту" in NETWORK.rights(foreign)[1].advice
    weak = town.token("user", place=town.me, scopes="tweet.read users.read tweet.write")["token"]
    assert not NETWORK.rights(replace(account(town), tokens={"bearer": town.bearer, "user": weak}))[2].ok
    bare = replace(account(town), tokens={})
    assert not any(right.ok for right in NETWORK.rights(bare)[:3])


@pytest.mark.parametrize("kind", ["bearer", "user", "consumer_secret"])
def test_each_key_can_be_tried_alone_as_it_is_when_it_is_given(town: XTown, kind: str) -> None:
    access = account(town)
    without = NETWORK.rights(replace(access, tokens={}))
    alone = replace(access, tokens={kind: access.tokens[kind]})
    assert [right for right in NETWORK.rights(alone) if not right.ok and right not in without] == []
    NETWORK.authors(alone, [NETWORK.voice(access.external_id)])


def test_names_are_told(town: XTown) -> None:
    people = NETWORK.authors(account(town), [town.anna, town.me, "999999999999", "nobody"])
    assert {person.external_id: person.name for person in people} == {
        town.anna: "Анна Пробная",
        town.me: "Город Речной",
    }
    assert NETWORK.authors(replace(account(town), tokens={"consumer_secret": SECRET}), [town.me]) == []


def test_who_may_not_look_cannot_tell(town: XTown) -> None:
    bare = replace(account(town), tokens={"consumer_secret": SECRET})
    assert isinstance(NETWORK.find(bare, reply_to("x:12")), CannotTell)
    assert NETWORK.replies(bare, reply_to("x:12")) == frozenset()


@pytest.mark.parametrize("shape", ["nested", "object", "list"])
def test_pushes_are_checked_understood_and_name_the_same_texts_as_polling(town: XTown, shape: str) -> None:
    town.switch(subscription_shape=shape)
    access = account(town, push=True)
    heard: list[Raw] = []
    with hook(access, heard.append) as place:
        NETWORK.subscribe(access, place)
        NETWORK.subscribe(access, place)
        assert len(town.get("/2/webhooks")["data"]) == 1
        assert len(town.get("/2/activity/subscriptions")["data"]) == 7
        mine = town.own()
        reply = town.text("Темно", under=mine)
        asked = town.ask("Когда?")
        town.sandbox.control("x/texts/edit", address=asked, text="@rechnoy Когда же?")
        direct = town.text("Лично", to=town.me)
        until(lambda: len(heard) == 5, "five events are pushed")
        town.sandbox.control("x/texts/delete", address=mine)
        until(lambda: len(heard) == 6, "the deletion is pushed")
    pushed = [event for raw in heard for event in NETWORK.parse(raw)]
    assert [address(event) for event in pushed] == [mine, reply, asked, asked, direct, mine]
    assert [type(event) for event in pushed] == [Post, Post, Post, Edit, Post, Deletion]
    assert all(event.closed == "" for event in pushed if isinstance(event, Post))
    polled = own(town, push=True).events()
    assert {address(event) for event in polled} == {reply, asked, direct}
    assert {raw.key for raw in heard} == {raw.key for raw in heard if raw.key}


def test_a_forged_push_is_not_heard(town: XTown) -> None:
    access = account(town)
    heard: list[Raw] = []
    with hook(access, heard.append) as place:
        NETWORK.subscribe(access, place)
        town.sandbox.control("x/events", data={"event_type": "post.delete"}, signature="sha256=no")
        town.sandbox.control("x/events", body="{broken")
        until(lambda: bool(heard), "the well signed one is kept, however broken")
    assert [raw.body for raw in heard] == [b"{broken"]
    assert NETWORK.parse(heard[0]) == []


def test_a_hook_that_cannot_prove_itself_is_a_persons_business(town: XTown) -> None:
    wrong = replace(account(town), tokens={**account(town).tokens, "consumer_secret": "another"})
    with hook(wrong, lambda raw: None) as place, pytest.raises(NeedsPerson, match="секрет"):
        NETWORK.subscribe(wrong, place)
    with pytest.raises(NeedsPerson):
        NETWORK.subscribe(replace(account(town), tokens={"bearer": town.bearer}), "https://a.example/")
    weak = town.token("user", place=town.me, scopes="tweet.read users.read tweet.write")["token"]
    access = replace(account(town), tokens={**account(town).tokens, "user": weak})
    with hook(access, lambda raw: None) as place, pytest.raises(NeedsPerson, match=r"dm\.received, dm\.sent"):
        NETWORK.subscribe(access, place)


class hook:  # noqa: N801 - used as a word of the test
    """A webhook of our own that does what the product's does: 403, or the connector's answer."""

    def __init__(self, access: Access, keep: Callable[[Raw], None]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(Incoming("GET", dict(parse_qsl(urlsplit(self.path).query)), {}, b""))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self._answer(Incoming("POST", {}, headers, body))

            def _answer(self, request: Incoming) -> None:
                answer = NETWORK.answer_to(request, access)
                good = NETWORK.authentic(request, access)
                if good and answer.store:
                    keep(NETWORK.raw(request))
                self.send_response(answer.status if good else 403)
                self.end_headers()
                self.wfile.write(answer.body if good else b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/hooks/x/abc"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
