"""The Instagram connector against the emulator over HTTP: what a citizen writes is heard, what we say is seen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from otklik.networks.base import Access, CannotTell, Deletion, Json, Photo, Place, Post, Published, Raw, Speech
from otklik.networks.errors import AuthLost, NeedsPerson, NotSupported, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from tests.meta_reading import Reading, account, address_of, hook
from tests.sandbox.meta_town import SECRET, MetaTown, build
from tests.sandbox.process import Sandbox
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
INSTAGRAM = Instagram()


@pytest.fixture
def city(sandbox: Sandbox) -> MetaTown:
    return build(sandbox)


def ours(city: MetaTown, options: dict[str, Json] | None = None) -> Access:
    return account(city, city.account, options=options)


def own(city: MetaTown) -> Reading:
    return Reading(INSTAGRAM, ours(city), "own", city.account)


def comment(city: MetaTown, text: str, **more: str) -> str:
    return city.write(text, **({"under": city.media} | more))


def reply_to(city: MetaTown, asked: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, asked, city.media, attempted_at=datetime.now(UTC))


def test_a_comment_is_heard_with_its_address_author_and_link(city: MetaTown) -> None:
    reading = own(city)
    assert reading.texts() == ["Как вам парк?"]
    address = comment(city, "Темно")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.text, heard.external_id, heard.thread, heard.parent) == ("Темно", address, city.media, city.media)
    assert (heard.author.name, heard.community, heard.own) == ("anna_p", city.account, False)
    assert heard.url == city.sandbox.base + city.thread(city.media)[1]["link"]
    assert reading.events() == []


@pytest.mark.parametrize("kind", ["page", "instagram"])
def test_either_token_reads_and_a_quiet_account_costs_one_call(city: MetaTown, kind: str) -> None:
    turns: list[str] = []
    token = city.token if kind == "page" else city.instagram
    access = replace(ours(city), tokens={kind: token, "app_secret": SECRET}, turn=turns.append)
    reading = Reading(INSTAGRAM, access, "own", city.account)
    comment(city, "Темно")
    city.write("Привет", to=city.account)
    assert set(reading.texts()) == {"Как вам парк?", "Темно", "Привет"}
    turns.clear()
    assert reading.raws() == ()
    assert turns == [kind]
    said = INSTAGRAM.publish(access, reply_to(city, comment(city, "Когда?")), "k")
    assert said.external_id in {item["address"] for item in city.thread(city.media)}
    assert all(right.ok for right in INSTAGRAM.rights(access) if "instagram_" not in right.name)


def test_who_is_told_by_name_alone_is_still_one_author(city: MetaTown) -> None:
    city.switch(**{"from": False})
    comment(city, "Темно")
    comment(city, "И сыро")
    INSTAGRAM.publish(ours(city), Speech("Видим", city.media, city.media), "k")
    heard = {event.text: event for event in own(city).events() if isinstance(event, Post)}
    assert heard["Темно"].author == heard["И сыро"].author
    assert heard["Темно"].author.external_id == "@anna_p"
    assert heard["Видим"].own


def test_edits_and_deletions_that_the_network_never_tells_are_found(city: MetaTown) -> None:
    reading = own(city)
    first, second, third = (comment(city, f"Темно {n}") for n in range(3))
    below = comment(city, "И у нас", under=third)
    reading.raws()
    city.edit(first, "Светло")
    city.delete(second)
    city.delete(below)
    heard = reading.looks(22)
    assert [event.text for event in heard if isinstance(event, Post)] == ["Светло"]
    assert {address_of(event) for event in heard if isinstance(event, Deletion)} == {second, below}


def test_a_tagging_publication_that_leaves_the_list_is_not_taken_for_deleted(city: MetaTown) -> None:
    theirs = city.sandbox.control("meta/places", name="Соседи", kind="instagram", username="sosedi")["id"]
    reading = own(city)
    tagged = city.sandbox.control("meta/texts", place=theirs, text="Спасибо @rechnoy_city")["address"]
    mine = city.sandbox.control("meta/texts", place=city.account, text="Вторая")["address"]
    reading.raws()
    city.edit(tagged, "Спасибо")
    city.delete(mine)
    assert [address_of(event) for event in reading.looks(3)] == [mine]


def test_a_busy_publication_is_read_whole_with_its_long_threads(city: MetaTown) -> None:
    reading = own(city)
    top = comment(city, "Тема")
    reading.raws()
    below = [{"under": top, "person": city.boris, "text": f"в ветке {n}"} for n in range(130)]
    beside = [{"under": city.media, "person": city.boris, "text": f"рядом {n}"} for n in range(120)]
    city.sandbox.control("meta/texts/batch", texts=below + beside)
    heard = [event for event in reading.looks(2) if isinstance(event, Post)]
    assert sorted(event.text for event in heard) == sorted(text["text"] for text in below + beside)
    assert {event.parent for event in heard if "ветке" in event.text} == {top}
    comment(city, "ещё одно", under=top)
    assert reading.texts() == ["ещё одно"]


@pytest.mark.parametrize("method", ["GET comments", "GET replies", "GET me"])
def test_nothing_is_lost_when_a_call_fails(city: MetaTown, method: str) -> None:
    reading = own(city)
    top = comment(city, "Тема")
    reading.raws()
    texts = [{"under": top, "person": city.boris, "text": f"в ветке {n}"} for n in range(130)]
    city.sandbox.control("meta/texts/batch", texts=texts)
    city.fault("http_before", method.replace("GET me", "GET"), code=502)
    heard = set()
    for _ in range(3):
        try:
            heard |= set(reading.texts())
        except RetryAt:
            continue
    assert heard == {text["text"] for text in texts}


@pytest.mark.parametrize("thread", [True, False], ids=["heard", "by a link to the comment"])
def test_a_reply_is_found_under_the_comment(city: MetaTown, thread: bool) -> None:
    asked = comment(city, "Когда починят фонарь?")
    speech = replace(reply_to(city, asked), thread=city.media if thread else "hand:somewhere")
    assert INSTAGRAM.find(ours(city), speech) is None
    said = INSTAGRAM.publish(ours(city), speech, "k")
    (shown,) = [item for item in city.thread(city.media) if item["text"] == speech.text]
    assert (shown["address"], shown["parent"], shown["official"]) == (said.external_id, asked, True)
    assert said.url == city.sandbox.base + shown["link"]
    assert INSTAGRAM.find(ours(city), speech) == said
    assert INSTAGRAM.replies(ours(city), speech) == {said.external_id}
    heard = {address_of(event): event for event in own(city).events()}[said.external_id]
    assert isinstance(heard, Post)
    assert (heard.own, heard.parent, heard.author.external_id) == (True, asked, INSTAGRAM.voice(city.account))


def test_a_reply_to_a_reply_moves_up_and_is_told_from_its_neighbours(city: MetaTown) -> None:
    top = comment(city, "Вода?")
    below = comment(city, "И у нас", under=top, person=city.boris)
    INSTAGRAM.publish(ours(city), reply_to(city, top, "Бригада выехала."), "k1")
    speech = reply_to(city, below, "Бригада выехала.")
    speech = replace(speech, seen=INSTAGRAM.replies(ours(city), speech))
    assert len(speech.seen) == 1
    assert INSTAGRAM.find(ours(city), speech) is None
    said = INSTAGRAM.publish(ours(city), speech, "k2")
    assert INSTAGRAM.find(ours(city), speech) == said
    (shown,) = [item for item in city.thread(city.media) if item["address"] == said.external_id]
    assert shown["parent"] == top
    heard = {address_of(event): event for event in own(city).events()}[said.external_id]
    assert isinstance(heard, Post)
    assert heard.parent == top


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_is_looked_up(city: MetaTown, fault: str, came: bool) -> None:
    speech = reply_to(city, comment(city, "Когда?"))
    city.fault(fault, "POST replies", code=502)
    with pytest.raises(OutcomeUnknown):
        INSTAGRAM.publish(ours(city), speech, "k")
    assert isinstance(INSTAGRAM.find(ours(city), speech), Published) is came
    assert city.texts(city.media).count(speech.text) == int(came)


@pytest.mark.parametrize(
    ("code", "kind"), [(80002, RetryAt), (190, AuthLost), (10, AuthLost), (100, Permanent), (2, OutcomeUnknown)]
)
def test_refusals_of_the_network_come_as_classes(city: MetaTown, code: int, kind: type[Exception]) -> None:
    speech = reply_to(city, comment(city, "Когда?"))
    city.fault("error", "POST replies", code=code)
    with pytest.raises(kind) as caught:
        INSTAGRAM.publish(ours(city), speech, "k")
    assert city.token not in str(caught.value)
    assert speech.text not in city.texts(city.media)


@pytest.mark.parametrize(
    "text",
    ["д" * 301, "#а #б #в #г #д", "https://a.ru https://b.ru", "ВСЁ ПОЧИНИЛИ"],
    ids=["long", "hashtags", "links", "capitals"],
)
def test_what_the_network_would_refuse_never_leaves(city: MetaTown, text: str) -> None:
    asked = comment(city, "Когда?")
    refused = city.call("POST", f"{asked[3:]}/replies", message=text)
    assert refused.json()["error"]["code"] == 100
    turns: list[str] = []
    with pytest.raises(NeedsPerson):
        INSTAGRAM.publish(replace(ours(city), turn=turns.append), reply_to(city, asked, text), "k")
    assert turns == []
    photo = replace(reply_to(city, asked), photos=(Photo("a.png", b"x", "image/png"),))
    with pytest.raises(NeedsPerson):
        INSTAGRAM.publish(ours(city), photo, "k")


def test_a_deleted_comment_cannot_be_answered_nor_found(city: MetaTown) -> None:
    asked = comment(city, "Когда?")
    city.delete(asked)
    with pytest.raises(Permanent):
        INSTAGRAM.publish(ours(city), reply_to(city, asked), "k")
    assert isinstance(INSTAGRAM.find(ours(city), reply_to(city, asked)), CannotTell)
    with pytest.raises(Permanent):
        Reading(INSTAGRAM, ours(city), "link", asked).raws()


def test_a_link_brings_the_text_alone(city: MetaTown) -> None:
    top = comment(city, "Тема")
    inside = comment(city, "Вот это", under=top)
    (item,) = [item for item in city.thread(city.media) if item["address"] == inside]
    for typed in (inside, city.sandbox.base + item["link"]):
        (heard,) = Reading(INSTAGRAM, ours(city), "link", typed).events()
        assert isinstance(heard, Post)
        assert (heard.external_id, heard.thread, heard.parent) == (inside, city.media, top)
    assert Reading(INSTAGRAM, ours(city), "link", city.media).texts() == ["Как вам парк?"]
    for kind in ("foreign", "search"):
        with pytest.raises(NotSupported):
            Reading(INSTAGRAM, ours(city), kind, "12345").raws()


def test_a_publication_of_others_that_names_us_is_heard(city: MetaTown) -> None:
    theirs = city.sandbox.control("meta/places", name="Соседи", kind="instagram", username="sosedi")["id"]
    reading = own(city)
    reading.raws()
    tagged = city.sandbox.control("meta/texts", place=theirs, text="Спасибо @rechnoy_city")["address"]
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.external_id, heard.author.external_id, heard.own) == (tagged, "@sosedi", False)
    assert "вручную" in heard.closed


def test_a_dialogue_is_heard_answered_and_looked_up(city: MetaTown) -> None:
    reading = own(city)
    reading.raws()
    address = city.write("Здравствуйте", to=city.account)
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.place, heard.external_id, heard.author.name) == (Place.DIRECT, address, "anna_p")
    speech = Speech("Ответили", heard.external_id, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    said = INSTAGRAM.publish(ours(city), speech, "k")
    assert INSTAGRAM.find(ours(city), speech) == said
    assert INSTAGRAM.replies(ours(city), speech) == {said.external_id}
    assert Reading(INSTAGRAM, ours(city), "link", address).texts() == ["Здравствуйте"]
    assert "Здравствуйте" in Reading(INSTAGRAM, ours(city), "dialogue", city.account).texts()
    with pytest.raises(NeedsPerson):  # a thousand bytes are five hundred Russian letters
        INSTAGRAM.publish(ours(city), replace(speech, text="я" * 501), "k")


def test_after_24_hours_nobody_is_written_to(city: MetaTown) -> None:
    city.sandbox.control("clock", offset=-90_000)
    address = city.write("Здравствуйте", to=city.account)
    city.sandbox.control("clock")
    with pytest.raises(Permanent, match="24"):
        INSTAGRAM.publish(ours(city), Speech("Ответ", address, address.rpartition(":")[0], direct=True), "k")


def test_another_account_behind_the_token_is_noticed(city: MetaTown) -> None:
    with pytest.raises(NeedsPerson, match="другому аккаунту"):
        Reading(INSTAGRAM, account(city, "17841400000000001"), "own", "17841400000000001").raws()


def test_the_self_check_names_what_is_missing_and_people_have_names(city: MetaTown) -> None:
    good = INSTAGRAM.rights(ours(city))
    assert all(right.ok for right in good)
    assert len(good) == 6
    assert not INSTAGRAM.rights(account(city, city.account, {}))[0].ok
    assert not INSTAGRAM.rights(account(city, city.account, {"page": city.other_token}))[0].ok
    city.write("Привет", to=city.account)
    (item,) = city.sandbox.inspect("meta/dialogue", place=city.account, person=city.anna)["items"]
    (person,) = INSTAGRAM.authors(ours(city), [item["author"], "5699999999999999", "@name"])
    assert (person.external_id, person.name) == (item["author"], "Анна Пробная")


def test_pushes_are_checked_and_give_the_addresses_that_polling_gives(city: MetaTown) -> None:
    heard: list[Raw] = []
    access = ours(city)
    polled = own(city)
    polled.raws()
    with hook(INSTAGRAM, access, heard.append) as address:
        INSTAGRAM.subscribe(access, address)
        INSTAGRAM.subscribe(access, address)
        top = comment(city, "Сообщение по вызову")
        until(lambda: len(heard) == 1, "the comment is pushed")
        (by_poll,) = polled.events()
        comment(city, "И ещё", under=top)
        city.write("Привет", to=city.account)
        said = INSTAGRAM.publish(access, reply_to(city, top), "k")
        until(lambda: len(heard) == 4, "all four are pushed")
    events = [event for raw in heard for event in INSTAGRAM.parse(raw)]
    assert [type(event) for event in events] == [Post] * 4
    first, second, third, fourth = (event for event in events if isinstance(event, Post))
    assert isinstance(by_poll, Post)
    told = ("external_id", "place", "thread", "parent", "text", "community", "own")
    assert [getattr(first, name) for name in told] == [getattr(by_poll, name) for name in told]
    assert first.author.external_id == by_poll.author.external_id
    assert (second.parent, third.place) == (top, Place.DIRECT)
    assert (fourth.own, fourth.external_id) == (True, said.external_id)


def test_subscribing_does_not_disturb_what_the_page_tells_facebook(city: MetaTown) -> None:
    heard: list[Raw] = []
    page = account(city, city.page)
    with hook(Facebook(), page, heard.append) as for_page, hook(INSTAGRAM, ours(city), heard.append) as for_account:
        Facebook().subscribe(page, for_page)
        INSTAGRAM.subscribe(ours(city), for_account)
        city.write("Здравствуйте", to=city.page)
        until(lambda: len(heard) == 1, "the Page still tells of messages")
        with pytest.raises(NeedsPerson):
            INSTAGRAM.subscribe(replace(ours(city), secret=""), for_account)
