"""The Facebook connector against the emulator over HTTP: what a citizen writes is heard, what we say is seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otklik.networks.base import Access, CannotTell, Json, Photo, Place, Post, Published, Speech
from otklik.networks.errors import AuthLost, NeedsPerson, NotSupported, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.facebook.network import Facebook
from tests.meta_reading import Reading, account, address_of
from tests.sandbox.meta_town import MetaTown, build
from tests.sandbox.process import Sandbox

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
FACEBOOK = Facebook()
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest.fixture
def city(sandbox: Sandbox) -> MetaTown:
    return build(sandbox)


def page(city: MetaTown, options: dict[str, Json] | None = None) -> Access:
    return account(city, city.page, options=options)


def own(city: MetaTown) -> Reading:
    return Reading(FACEBOOK, page(city), "own", city.page)


def reply_to(city: MetaTown, comment: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, comment, city.post, attempted_at=datetime.now(UTC))


def test_a_comment_is_heard_with_its_address_author_and_link(city: MetaTown) -> None:
    reading = own(city)
    assert reading.texts() == ["Что нового?"]
    address = city.write("Во дворе темно")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.text, heard.external_id, heard.thread) == ("Во дворе темно", address, city.post)
    assert (heard.author.external_id, heard.author.name, heard.community) == (city.anna, "Анна Пробная", city.page)
    assert heard.url == city.sandbox.base + city.thread()[1]["link"]
    assert heard.posted_at is not None
    assert abs(heard.posted_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert (heard.parent, heard.own, heard.closed) == (city.post, False, "")
    assert reading.events() == []


def test_a_quiet_page_costs_one_call(city: MetaTown) -> None:
    turns: list[str] = []
    reading = Reading(FACEBOOK, replace(page(city), turn=turns.append), "own", city.page)
    city.write("Темно")
    city.write("Здравствуйте", to=city.page)
    reading.raws()
    turns.clear()
    assert reading.raws() == ()
    assert turns == ["page"]


def test_a_visitors_post_with_a_place_and_a_mention_elsewhere_are_heard(city: MetaTown) -> None:
    reading = own(city)
    (first,) = reading.events()
    assert isinstance(first, Post)
    assert (first.own, first.latitude, first.longitude) == (True, 55.5, 37.25)
    mine = city.write("У вас яма", place=city.page)
    there = city.write("А @rechnoy молчит", place=city.other)
    heard = {address_of(event): event for event in reading.events()}
    assert set(heard) == {mine, there}
    here, mention = heard[mine], heard[there]
    assert isinstance(here, Post)
    assert isinstance(mention, Post)
    assert (here.place, here.own, here.closed) == (Place.POST, False, "")
    assert mention.community == city.other
    assert "вручную" in mention.closed


def test_a_reply_hangs_under_the_comment_and_is_found_there(city: MetaTown) -> None:
    asked = city.write("Когда починят фонарь?")
    speech = reply_to(city, asked)
    assert FACEBOOK.find(page(city), speech) is None
    said = FACEBOOK.publish(page(city), speech, "k")
    (shown,) = [item for item in city.thread() if item["text"] == speech.text]
    assert (shown["address"], shown["parent"], shown["official"]) == (said.external_id, asked, True)
    assert said.url == city.sandbox.base + shown["link"]
    assert FACEBOOK.find(page(city), speech) == said
    assert FACEBOOK.replies(page(city), speech) == {said.external_id}
    heard = {address_of(event): event for event in own(city).events()}
    ours = heard[said.external_id]
    assert isinstance(ours, Post)
    assert (ours.own, ours.parent, ours.author.external_id) == (True, asked, FACEBOOK.voice(city.page))


@pytest.mark.parametrize("reparent", [True, False])
def test_a_reply_to_a_reply_is_found_wherever_it_was_hung(city: MetaTown, reparent: bool) -> None:
    city.switch(reparent=reparent)
    top = city.write("Вода?")
    below = city.write("И у нас", under=top, person=city.boris)
    speech = reply_to(city, below, "Бригада выехала.")
    said = FACEBOOK.publish(page(city), speech, "k")
    assert FACEBOOK.find(page(city), speech) == said
    (shown,) = [item for item in city.thread() if item["text"] == speech.text]
    assert shown["parent"] == (top if reparent else below)
    heard = {address_of(event): event for event in own(city).events()}
    ours = heard[said.external_id]
    assert isinstance(ours, Post)
    assert ours.parent == shown["parent"]


def test_a_post_is_answered_and_the_answer_found(city: MetaTown) -> None:
    asked = city.write("У вас яма", place=city.page)
    speech = Speech("Засыпали.", asked, asked, attempted_at=datetime.now(UTC))
    said = FACEBOOK.publish(page(city), speech, "k")
    city.write("Спасибо", under=said.external_id)
    assert FACEBOOK.find(page(city), speech) == said


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_is_looked_up(city: MetaTown, fault: str, came: bool) -> None:
    speech = reply_to(city, city.write("Когда?"))
    city.fault(fault, "POST comments", code=502)
    with pytest.raises(OutcomeUnknown):
        FACEBOOK.publish(page(city), speech, "k")
    assert isinstance(FACEBOOK.find(page(city), speech), Published) is came
    assert city.texts().count(speech.text) == int(came)


def test_an_old_reply_with_the_same_words_is_not_taken_for_the_new_one(city: MetaTown) -> None:
    asked = city.write("Когда?")
    FACEBOOK.publish(page(city), reply_to(city, asked), "k1")
    speech = replace(reply_to(city, asked), seen=FACEBOOK.replies(page(city), reply_to(city, asked)))
    assert FACEBOOK.find(page(city), speech) is None
    said = FACEBOOK.publish(page(city), speech, "k2")
    assert FACEBOOK.find(page(city), speech) == said


def test_a_repeat_that_the_network_refuses_is_looked_up(city: MetaTown) -> None:
    city.switch(duplicates="refused")
    speech = reply_to(city, city.write("Когда?"))
    said = FACEBOOK.publish(page(city), speech, "k")
    with pytest.raises(OutcomeUnknown):
        FACEBOOK.publish(page(city), speech, "k")
    assert FACEBOOK.find(page(city), speech) == said


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((4, RetryAt), (80001, RetryAt), (613, RetryAt), (190, AuthLost), (200, AuthLost), (368, Permanent)),
        *((100, Permanent), (1, OutcomeUnknown), (2, OutcomeUnknown), (506, OutcomeUnknown), (999_999, OutcomeUnknown)),
    ],
)
def test_refusals_of_the_network_come_as_classes(city: MetaTown, code: int, kind: type[Exception]) -> None:
    speech = reply_to(city, city.write("Когда?"))
    city.fault("error", "POST comments", code=code)
    with pytest.raises(kind) as caught:
        FACEBOOK.publish(page(city), speech, "k")
    assert city.token not in str(caught.value)
    assert speech.text not in city.texts()


def test_a_used_up_budget_puts_the_token_to_rest_for_the_told_time(city: MetaTown) -> None:
    rests: list[tuple[str, timedelta]] = []
    access = replace(page(city), rest=lambda kind, time: rests.append((kind, time)))
    city.switch(usage=100, regain=23)
    with pytest.raises(RetryAt) as caught:
        FACEBOOK.publish(access, reply_to(city, city.write("Когда?")), "k")
    assert caught.value.after == timedelta(minutes=23)
    assert ("page", timedelta(minutes=23)) in rests
    rests.clear()
    city.switch(usage=85)
    Reading(FACEBOOK, access, "own", city.page).raws()
    assert rests
    assert all(time <= timedelta(seconds=10) for _, time in rests)


def test_a_deleted_comment_cannot_be_answered_nor_found(city: MetaTown) -> None:
    asked = city.write("Когда?")
    city.delete(asked)
    with pytest.raises(Permanent):
        FACEBOOK.publish(page(city), reply_to(city, asked), "k")
    assert isinstance(FACEBOOK.find(page(city), reply_to(city, asked)), CannotTell)
    with pytest.raises(Permanent):
        Reading(FACEBOOK, page(city), "link", asked).raws()


def test_where_comments_are_closed_the_text_says_so(city: MetaTown) -> None:
    asked = city.write("Когда?")
    city.sandbox.control("meta/closed", address=city.post, closed=True)
    assert all(event.closed for event in own(city).events() if isinstance(event, Post))
    with pytest.raises(Permanent):
        FACEBOOK.publish(page(city), reply_to(city, asked), "k")


def test_a_guest_reads_with_leave_and_answers_by_hand(city: MetaTown) -> None:
    guest = account(city, city.other, {"page": city.other_token})
    with pytest.raises(NeedsPerson, match="Page Public Content Access"):
        Reading(FACEBOOK, guest, "foreign", city.page).raws()
    allowed = account(city, city.other, {"page": city.other_token}, {"public_content": True})
    with pytest.raises(NeedsPerson):  # the option alone is not the network's leave
        Reading(FACEBOOK, allowed, "foreign", city.page).raws()
    rights = ["pages_read_engagement", "page_public_content_access"]
    token = city.sandbox.control("meta/tokens", kind="page", place=city.other, rights=rights)["token"]
    reading = Reading(FACEBOOK, replace(allowed, tokens={"page": token}), "foreign", f"facebook.com/{city.page}")
    assert reading.texts() == ["Что нового?"]
    named = Reading(FACEBOOK, reading.access, "foreign", "https://www.facebook.com/rechnoy/")
    assert (named.texts(), named.called) == (["Что нового?"], city.page)
    with pytest.raises(NeedsPerson, match="не разобрать"):
        Reading(FACEBOOK, reading.access, "foreign", "https://vk.com/rechnoy").raws()
    asked = city.write("Яма на Садовой")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.external_id, heard.community, heard.own) == (asked, city.page, False)
    assert "вручную" in heard.closed
    with pytest.raises(Permanent, match="вручную"):
        FACEBOOK.publish(reading.access, reply_to(city, asked), "k")


def test_a_link_brings_the_text_alone(city: MetaTown) -> None:
    top = city.write("Тема")
    inside = city.write("Вот это", under=top)
    (item,) = [item for item in city.thread() if item["address"] == inside]
    for typed in (inside, city.sandbox.base + item["link"]):
        (heard,) = Reading(FACEBOOK, page(city), "link", typed).events()
        assert isinstance(heard, Post)
        assert (heard.external_id, heard.thread, heard.parent) == (inside, city.post, top)
    assert Reading(FACEBOOK, page(city), "link", city.post).texts() == ["Что нового?"]
    with pytest.raises(NotSupported):
        Reading(FACEBOOK, page(city), "search", "яма").raws()


def test_a_dialogue_is_heard_answered_and_looked_up(city: MetaTown) -> None:
    reading = own(city)
    reading.raws()
    address = city.write("Здравствуйте", to=city.page)
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.place, heard.external_id, heard.author.name) == (Place.DIRECT, address, "Анна Пробная")
    speech = Speech("Ответили", heard.external_id, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    said = FACEBOOK.publish(page(city), speech, "k")
    assert FACEBOOK.find(page(city), speech) == said
    assert FACEBOOK.replies(page(city), speech) == {said.external_id}
    echo = [event for event in reading.looks(2) if isinstance(event, Post) and event.own]
    assert {event.external_id for event in echo} <= {said.external_id}
    assert Reading(FACEBOOK, page(city), "link", address).texts() == ["Здравствуйте"]
    assert "Здравствуйте" in Reading(FACEBOOK, page(city), "dialogue", city.page).texts()
    shown = city.sandbox.inspect("meta/dialogue", place=city.page, person=city.anna)["items"]
    assert [item["text"] for item in shown] == ["Здравствуйте", "Ответили"]


def test_after_24_hours_nobody_is_written_to(city: MetaTown) -> None:
    city.sandbox.control("clock", offset=-90_000)
    address = city.write("Здравствуйте", to=city.page)
    city.sandbox.control("clock")
    thread = address.rpartition(":")[0]
    with pytest.raises(Permanent, match="24"):
        FACEBOOK.publish(page(city), Speech("Ответ", address, thread, direct=True), "k")


def test_a_missing_right_to_messages_does_not_hide_the_posts(city: MetaTown) -> None:
    rights = ["pages_read_engagement", "pages_read_user_content"]
    token = city.sandbox.control("meta/tokens", kind="page", place=city.page, rights=rights)["token"]
    city.write("Темно")
    reading = Reading(FACEBOOK, account(city, city.page, {"page": token}), "own", city.page)
    assert set(reading.texts()) == {"Что нового?", "Темно"}


def test_a_photo_is_seen_under_the_reply(city: MetaTown) -> None:
    asked = city.write("Где?")
    speech = replace(reply_to(city, asked), photos=(Photo("a.png", PIXEL, "image/png"),))
    said = FACEBOOK.publish(page(city), speech, "k")
    heard = {address_of(event): event for event in own(city).events()}
    ours = heard[said.external_id]
    assert isinstance(ours, Post)
    assert ours.attachments[0].url.startswith(city.sandbox.base)
    with pytest.raises(NeedsPerson):
        FACEBOOK.publish(page(city), replace(speech, photos=speech.photos * 2), "k")
    with pytest.raises(NeedsPerson, match="фотографию"):
        FACEBOOK.publish(page(city), replace(speech, photos=(Photo("a.png", b"no picture", "image/png"),)), "k")


def test_the_self_check_of_a_good_account_is_green_and_names_what_is_missing(city: MetaTown) -> None:
    good = FACEBOOK.rights(page(city))
    assert all(right.ok for right in good)
    assert len(good) == 8
    dead = FACEBOOK.rights(account(city, city.page, {"page": "no-such-token"}))
    assert [right.ok for right in dead] == [False, False, False, False]
    token = city.sandbox.control("meta/tokens", kind="page", place=city.page, rights=["pages_read_engagement"])["token"]
    poor = FACEBOOK.rights(replace(page(city), tokens={**page(city).tokens, "page": token}))
    assert {right.name for right in poor if not right.ok} >= {"Чтение личных сообщений"}
    wrong = FACEBOOK.rights(replace(page(city), tokens={"page": city.token, "app_secret": "wrong"}))
    assert "Секрет приложения" in wrong[0].advice
    assert not FACEBOOK.rights(account(city, city.page, {}))[0].ok


def test_names_are_told(city: MetaTown) -> None:
    people = FACEBOOK.authors(page(city), [city.anna, city.page, "999999999", "hidden:5"])
    names = {person.external_id: (person.name, person.is_community) for person in people}
    assert names == {city.anna: ("Анна Пробная", False), city.page: ("Город Речной", True)}
