"""The VKontakte connector against the emulator over HTTP: what a citizen writes is heard, what we say is seen."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otklik.lib.http import Door
from otklik.networks.base import (
    Access,
    Deletion,
    Edit,
    Event,
    Fetched,
    Incoming,
    Json,
    Photo,
    Place,
    Post,
    Published,
    Raw,
    ReadPlace,
    Right,
    Speech,
)
from otklik.networks.errors import AuthLost, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.vk.network import VK
from tests.sandbox.process import Sandbox
from tests.sandbox.town import Town, build, until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
VKONTAKTE = VK()
SECRET = "hook-secret-for-tests"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest.fixture
def city(sandbox: Sandbox) -> Town:
    return build(sandbox)


def account(city: Town, *, group: int = 0, options: dict[str, Json] | None = None, user: bool = False) -> Access:
    """The account of the town's own community, or of the guest community."""
    group = group or city.group
    tokens = {"community": city.token if group == city.group else city.guest_token, "service": city.service}
    return Access(
        external_id=str(group),
        base=f"{city.sandbox.base}/vk",
        door=Door(bases=frozenset({city.sandbox.base})),
        turn=lambda kind: None,
        tokens=tokens | ({"user": city.admin} if user else {}),
        secret=SECRET,
        options={"wait": 0, "site": f"{city.sandbox.base}/vk", **(options or {})},
    )


class Reading:
    """A place read again and again, with the cursor kept as JSON between, as the database keeps it."""

    def __init__(self, access: Access, kind: str, external_id: str) -> None:
        self.access, self.kind, self.external_id = access, kind, external_id
        self.cursor = "{}"

    def raws(self) -> tuple[Raw, ...]:
        place = ReadPlace(self.kind, self.external_id, json.loads(self.cursor))
        found: Fetched = VKONTAKTE.fetch(self.access, place, datetime.now(UTC))
        self.cursor = json.dumps(found.cursor)
        return found.raws

    def events(self) -> list[Event]:
        return [event for raw in self.raws() for event in VKONTAKTE.parse(raw)]

    def texts(self) -> list[str]:
        return [event.text for event in self.events() if isinstance(event, Post)]


def own(city: Town) -> Reading:
    return Reading(account(city), "own", str(city.group))


def reply_to(city: Town, comment: int, text: str = "Починят завтра.") -> Speech:
    address = f"wall{city.wall}_{city.post}"
    return Speech(text, f"{address}?reply={comment}", address, attempted_at=datetime.now(UTC))


def test_a_comment_is_heard_by_long_poll_with_its_address(city: Town) -> None:
    reading = own(city)
    assert reading.texts() == ["Что нового?"]
    number = city.comment("Во дворе темно")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.text, heard.external_id) == ("Во дворе темно", f"wall{city.wall}_{city.post}?reply={number}")
    assert heard.author.external_id == f"id{city.anna}"
    assert heard.url.startswith(f"{city.sandbox.base}/vk/wall-")
    assert reading.events() == []


def test_edits_deletions_and_restorations_are_heard(city: Town) -> None:
    reading = own(city)
    number = city.comment("Темно")
    reading.raws()
    for act, given in (("edit", {"text": "Светло"}), ("delete", {}), ("restore", {})):
        city.sandbox.control(f"vk/comments/{city.wall}_{number}/{act}", **given)
    edited, deleted, restored = reading.events()
    assert isinstance(edited, Edit)
    assert edited.post.text == "Светло"
    assert isinstance(deleted, Deletion)
    assert isinstance(restored, Edit)
    assert deleted.external_id == restored.post.external_id == edited.post.external_id


@pytest.mark.parametrize("fault", ["failed1", "failed2", "failed3"])
def test_nothing_is_lost_when_the_stream_breaks(city: Town, fault: str) -> None:
    reading = own(city)
    reading.raws()
    city.comment("Написано перед обрывом")
    city.fault(fault, "longpoll")
    heard = [text for _ in range(4) for text in reading.texts()]
    assert "Написано перед обрывом" in heard


def test_a_private_message_is_not_lost_with_the_stream(city: Town) -> None:
    reading = own(city)
    reading.raws()
    city.sandbox.control("vk/messages", group_id=city.group, person_id=city.anna, text="Первое")
    assert reading.texts() == ["Первое"]
    city.sandbox.control("vk/messages", group_id=city.group, person_id=city.anna, text="Второе")
    city.fault("failed3", "longpoll")
    assert "Второе" in [text for _ in range(4) for text in reading.texts()]


def test_a_reply_hangs_under_the_comment_and_is_found_there(city: Town) -> None:
    asked = city.comment("Когда починят фонарь?")
    speech = reply_to(city, asked)
    assert VKONTAKTE.find(account(city), speech) is None
    said = VKONTAKTE.publish(account(city), speech, "delivery-1")
    (shown,) = [item for item in city.thread() if item["text"] == speech.text]
    assert said.external_id == f"wall{city.wall}_{city.post}?reply={shown['id']}"
    assert VKONTAKTE.find(account(city), speech) == said
    assert VKONTAKTE.replies(account(city), speech) == {said.external_id}


def test_the_same_key_says_it_once(city: Town) -> None:
    speech = reply_to(city, city.comment("Когда?"))
    first = VKONTAKTE.publish(account(city), speech, "delivery-1")
    assert VKONTAKTE.publish(account(city), speech, "delivery-1").external_id == first.external_id
    assert [item["text"] for item in city.thread()].count(speech.text) == 1


def test_a_reply_to_a_reply_deep_in_a_thread_is_found(city: Town) -> None:
    asked = city.comment("Вода?")
    answered = VKONTAKTE.publish(account(city), reply_to(city, asked, "Где?"), "k1")
    again = city.comment("Садовая, 5", reply_to=int(answered.external_id.split("=")[1]))
    for number in range(12):
        city.comment(f"И у нас {number}", reply_to=asked)
    speech = reply_to(city, again, "Бригада выехала.")
    said = VKONTAKTE.publish(account(city), speech, "k2")
    found = VKONTAKTE.find(account(city), speech)
    assert isinstance(found, Published)
    assert found.external_id == said.external_id
    assert VKONTAKTE.replies(account(city), speech) == {said.external_id}


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_is_looked_up_and_then_known(city: Town, fault: str, came: bool) -> None:
    speech = reply_to(city, city.comment("Когда?"))
    city.fault(fault, "wall.createComment")
    with pytest.raises(OutcomeUnknown):
        VKONTAKTE.publish(account(city), speech, "delivery-1")
    found = VKONTAKTE.find(account(city), speech)
    assert isinstance(found, Published) is came
    again = VKONTAKTE.publish(account(city), speech, "delivery-1")
    assert [item["text"] for item in city.thread()].count(speech.text) == 1
    assert not isinstance(found, Published) or again.external_id == found.external_id


def test_an_old_reply_with_the_same_words_is_not_taken_for_the_new_one(city: Town) -> None:
    asked = city.comment("Когда?")
    VKONTAKTE.publish(account(city), reply_to(city, asked), "delivery-1")
    speech = replace(reply_to(city, asked), seen=VKONTAKTE.replies(account(city), reply_to(city, asked)))
    assert VKONTAKTE.find(account(city), speech) is None
    said = VKONTAKTE.publish(account(city), speech, "delivery-2")
    found = VKONTAKTE.find(account(city), speech)
    assert isinstance(found, Published)
    assert found.external_id == said.external_id


@pytest.mark.parametrize(
    ("code", "kind"),
    [(6, RetryAt), (9, RetryAt), (14, NeedsPerson), (5, AuthLost), (213, Permanent), (10, OutcomeUnknown)],
)
def test_refusals_of_the_network_come_as_classes(city: Town, code: int, kind: type[Exception]) -> None:
    speech = reply_to(city, city.comment("Когда?"))
    city.fault("error", "wall.createComment", code=code)
    with pytest.raises(kind) as caught:
        VKONTAKTE.publish(account(city), speech, "k")
    assert city.token not in str(caught.value)
    assert speech.text not in [item["text"] for item in city.thread()]


@pytest.mark.parametrize(("code", "rested"), [(6, [("community", timedelta(seconds=1))]), (9, []), (29, [])])
def test_a_limit_of_the_key_lets_it_rest_and_a_limit_of_one_action_does_not(
    city: Town, code: int, rested: list[tuple[str, timedelta]]
) -> None:
    told: list[tuple[str, timedelta]] = []
    access = replace(account(city), rest=lambda kind, time: told.append((kind, time)))
    speech = reply_to(city, city.comment("Когда?"))
    city.fault("error", "wall.createComment", code=code)
    with pytest.raises(RetryAt):
        VKONTAKTE.publish(access, speech, "k")
    assert told == rested


def test_a_deleted_comment_cannot_be_answered(city: Town) -> None:
    asked = city.comment("Когда?")
    city.sandbox.control(f"vk/comments/{city.wall}_{asked}/delete")
    with pytest.raises(Permanent):
        VKONTAKTE.publish(account(city), reply_to(city, asked), "k")


def test_a_guest_hears_and_answers_on_another_communitys_wall(city: Town) -> None:
    guest = account(city, group=city.guest)
    reading = Reading(guest, "foreign", f"https://vk.com/club{city.group}")
    assert reading.texts() == ["Что нового?"]
    asked = city.comment("Яма на Садовой")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.author.name, heard.community) == ("Анна Пробная", f"club{city.group}")
    said = VKONTAKTE.publish(guest, reply_to(city, asked, "Засыпали."), "k")
    (ours,) = [event for event in reading.events() if isinstance(event, Post) and event.own]
    assert (ours.external_id, ours.parent) == (said.external_id, heard.external_id)
    assert reading.raws() == ()


def test_a_busy_wall_is_read_whole_with_its_long_threads(city: Town) -> None:
    reading = Reading(account(city, group=city.guest), "foreign", str(city.group))
    top = city.comment("Тема")
    place = {"owner_id": city.wall, "post_id": city.post, "person_id": city.boris}
    below = [{**place, "text": f"в ветке {n}", "reply_to": top} for n in range(130)]
    beside = [{**place, "text": f"рядом {n}"} for n in range(120)]
    city.sandbox.control("vk/batch", comments=below + beside)
    heard = set(reading.texts())
    assert heard == {"Что нового?", "Тема", *(each["text"] for each in below + beside)}
    city.comment("ещё одно", reply_to=top)
    assert "ещё одно" in reading.texts()


def test_a_link_to_a_comment_brings_that_comment_alone(city: Town) -> None:
    top = city.comment("Тема")
    inside = city.comment("Вот это", reply_to=top)
    city.comment("А это нет", reply_to=top)
    link = Reading(account(city), "link", f"https://vk.com/wall{city.wall}_{city.post}?reply={inside}&thread={top}")
    assert link.texts() == ["Что нового?", "Вот это"]


def test_posts_are_found_by_their_words_wherever_they_stand(city: Town) -> None:
    search = Reading(account(city), "search", "яма речной")
    assert search.texts() == []
    for owner, text in ((city.group, "Речной, огромная яма!"), (city.guest, "яма — Речной"), (city.guest, "Речной")):
        city.sandbox.control("vk/posts", owner_id=-owner, person_id=city.anna, text=text)
    assert sorted(search.texts()) == ["Речной, огромная яма!", "яма — Речной"]
    assert search.texts() == []
    city.sandbox.control("vk/posts", owner_id=city.wall, person_id=city.boris, text="И ещё яма, Речной")
    assert "И ещё яма, Речной" in search.texts()


def test_a_search_with_many_answers_is_read_in_pieces(city: Town) -> None:
    for number in range(1100):
        city.sandbox.control("vk/posts", owner_id=city.wall, person_id=city.anna, text=f"Потоп номер {number}")
    search = Reading(account(city), "search", "потоп")
    assert len(set(search.texts())) == 1000
    assert len({*search.texts()}) == 100


def test_a_dialogue_is_heard_answered_and_looked_up(city: Town) -> None:
    reading = own(city)
    reading.raws()
    city.sandbox.control("vk/messages", group_id=city.group, person_id=city.anna, text="Здравствуйте")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert heard.place is Place.DIRECT
    speech = Speech("Ответили", heard.external_id, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    said = VKONTAKTE.publish(account(city), speech, "delivery-1")
    (echo,) = reading.events()
    assert isinstance(echo, Post)
    assert (echo.own, echo.external_id) == (True, said.external_id)
    assert VKONTAKTE.find(account(city), speech) == said
    assert VKONTAKTE.publish(account(city), speech, "delivery-1").external_id == said.external_id
    shown = city.sandbox.inspect(f"vk/dialogues/{city.group}/{city.anna}")
    assert json.dumps(shown, ensure_ascii=False).count("Ответили") == 1


def test_who_did_not_allow_messages_gets_none(city: Town) -> None:
    speech = Speech("Ответ", "", f"vk:im:{city.group}:{city.boris}", direct=True)
    with pytest.raises(Permanent, match="не разрешил"):
        VKONTAKTE.publish(account(city), speech, "k")


def test_a_photo_is_seen_under_the_reply(city: Town) -> None:
    speech = replace(reply_to(city, city.comment("Где?")), photos=(Photo("a.png", PIXEL, "image/png"),))
    VKONTAKTE.publish(account(city, user=True), speech, "k")
    reading = Reading(account(city, options={"push": True}), "own", str(city.group))
    (ours,) = [event for event in reading.events() if isinstance(event, Post) and event.text == speech.text]
    assert ours.attachments[0].url.startswith(city.sandbox.base)


def test_the_self_check_of_a_good_account_is_green(city: Town) -> None:
    assert all(right.ok for right in VKONTAKTE.rights(account(city)))
    dead = replace(account(city), tokens={"community": "no-such-token", "service": city.service})
    assert not VKONTAKTE.rights(dead)[0].ok


def test_the_self_check_tells_whether_a_users_token_speaks_for_the_community(city: Town) -> None:
    def line(token: str) -> Right:
        access = account(city, user=True)
        checked = replace(access, tokens={**access.tokens, "user": token})
        return next(right for right in VKONTAKTE.rights(checked) if right.name == "Ключ пользователя")

    assert line(city.admin).ok
    assert not line("no-such-token").ok
    citizen = line(city.citizen)
    assert not citizen.ok
    assert "не администратор" in citizen.advice


def test_names_are_told(city: Town) -> None:
    people = VKONTAKTE.authors(account(city), [f"id{city.anna}", f"club{city.group}", "id999999999"])
    names = {person.external_id: person.name for person in people}
    assert names[f"id{city.anna}"] == "Анна Пробная"
    assert names[f"club{city.group}"] == "Город Речной"


def test_pushes_are_confirmed_checked_and_understood(city: Town) -> None:
    code = VKONTAKTE.confirmation_code(account(city))
    access = replace(account(city), confirmation=code)
    heard: list[Raw] = []
    with hook(access, heard.append) as address:
        VKONTAKTE.subscribe(access, address)
        VKONTAKTE.subscribe(access, address)
        until(lambda: _status(city) == ["ok"], "the server is confirmed, and it is one")
        number = city.comment("Сообщение по вызову")
        until(lambda: bool(heard), "the event is pushed")
    (event,) = VKONTAKTE.parse(heard[0])
    assert isinstance(event, Post)
    assert event.external_id == f"wall{city.wall}_{city.post}?reply={number}"
    assert SECRET.encode() not in heard[0].body


def _status(city: Town) -> list[str]:
    answer = city.sandbox.vk("groups.getCallbackServers", city.token, group_id=city.group)
    return [server["status"] for server in answer["response"]["items"]]


class hook:  # noqa: N801 - used as a word of the test
    """A webhook of our own that does what the product's does: 403, or the connector's answer."""

    def __init__(self, access: Access, keep: Callable[[Raw], None]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Incoming("POST", {}, {}, body)
                answer = VKONTAKTE.answer_to(request, access)
                good = VKONTAKTE.authentic(request, access)
                if good and answer.store:
                    keep(VKONTAKTE.raw(request))
                self.send_response(answer.status if good else 403)
                self.end_headers()
                self.wfile.write(answer.body if good else b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/hooks/vk/abc"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
