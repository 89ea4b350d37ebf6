"""The Telegram connector against the emulator over HTTP: what a citizen writes is heard, what we say is seen."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from otklik.networks.base import Edit, MediaKind, Place, Post
from otklik.networks.errors import NeedsPerson, NotSupported, Permanent
from tests.sandbox import telegram_schema
from tests.sandbox.process import Sandbox
from tests.sandbox.telegram_town import Town, build
from tests.telegram_reading import TELEGRAM, Reading, account, only, own, reply_to

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
SMALL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"  # base64 of PIXEL
)


@pytest.fixture
def city(sandbox: Sandbox) -> Iterator[Town]:
    sandbox.record.unlink(missing_ok=True)
    yield build(sandbox)
    if telegram_schema.PRESENT:
        telegram_schema.check_answers(sandbox.record)


def test_a_comment_is_heard_under_its_post_with_its_address(city: Town) -> None:
    reading = own(city)
    (post,) = reading.posts()
    assert (post.text, post.place, post.external_id, post.own) == ("Что нового?", Place.POST, city.post, True)
    number = city.post.rpartition(":")[2]  # the channel and its discussion count from one number on
    assert post.url == f"{city.base}/rechnoy/{number}"
    address = city.write("Во дворе темно")
    *_, heard = reading.posts()
    assert (heard.text, heard.external_id) == ("Во дворе темно", address)
    assert (heard.place, heard.thread, heard.parent) == (Place.COMMENT, city.post, city.post)
    assert (heard.author.external_id, heard.author.name) == (f"tg:{city.anna}", "Анна Пробная")
    assert heard.community == f"tg:{city.discussion}"
    assert heard.url == f"{city.base}/rechnoy/{number}?comment={address.rpartition(':')[2]}"
    assert reading.events() == []


@pytest.mark.parametrize("told", [True, False])
def test_a_thread_has_one_address_whatever_the_comment_replies_to(city: Town, told: bool) -> None:
    city.switch(reply_to_copy=told)
    reading = own(city)
    first = city.write("Темно")
    city.write("И у нас", under=first, person=city.boris)
    city.write("Автобус не пришёл")
    heard = [post for post in reading.posts() if post.place is Place.COMMENT]
    assert {post.thread for post in heard} == {city.post}
    assert [post.parent for post in heard] == [city.post, first, city.post]


def test_a_bot_that_came_later_learns_the_post_from_the_first_comment(city: Town) -> None:
    city.sit(city.channel, city.other.number, "administrator")
    reading = Reading(account(city, city.other), "own", str(city.other.number))
    city.write("Темно")
    post, comment = reading.posts()
    assert (post.external_id, post.text) == (city.post, "Что нового?")
    assert comment.thread == post.external_id


def test_two_bots_hear_one_message_under_one_address(city: Town) -> None:
    city.sit(city.channel, city.other.number, "administrator")
    readings = [own(city), Reading(account(city, city.other), "own", str(city.other.number))]
    address = city.write("Темно")
    assert [reading.posts()[-1].external_id for reading in readings] == [address, address]


def test_an_edition_is_heard_and_a_deletion_is_not_told(city: Town) -> None:
    reading = own(city)
    address = city.write("Темно")
    reading.events()
    city.sandbox.control("telegram/texts/edit", address=address, text="Светло")
    edited = reading.events()[-1]
    assert isinstance(edited, Edit)
    assert (edited.post.text, edited.post.external_id) == ("Светло", address)
    assert edited.post.edited_at is not None
    city.sandbox.control("telegram/texts/delete", address=address)
    assert reading.events() == []


def test_an_edited_post_is_heard_as_its_copy(city: Town) -> None:
    reading = own(city)
    reading.events()
    city.sandbox.control("telegram/texts/edit", address=city.post, text="Что нового в городе?")
    (edited,) = reading.events()
    assert isinstance(edited, Edit)
    assert (edited.post.external_id, edited.post.text) == (city.post, "Что нового в городе?")


def test_what_was_read_but_not_stored_is_read_again(city: Town) -> None:
    reading = own(city)
    city.write("Написано перед обрывом")
    before = reading.cursor
    first = reading.texts()
    reading.cursor = before  # the transaction was rolled back
    assert reading.texts() == first
    assert reading.texts() == []


@pytest.mark.parametrize("fault", ["drop_after", "http_after", "drop_before", "slow"])
def test_nothing_is_lost_when_the_stream_breaks(city: Town, fault: str) -> None:
    reading = own(city)
    reading.events()
    city.write("Написано перед обрывом")
    city.fault(fault, "getUpdates", seconds=0.1)
    heard = reading.until("Написано перед обрывом")
    assert "Написано перед обрывом" in heard


def test_a_busy_stream_is_read_whole(city: Town) -> None:
    reading = own(city)
    given = [{"text": f"сообщение {n}", "person": city.anna, "under": city.post} for n in range(230)]
    city.sandbox.control("telegram/texts/batch", texts=given)
    heard = [text for _ in range(4) for text in reading.texts()]
    assert {each["text"] for each in given} <= set(heard)


def test_an_album_is_one_text_with_all_its_pictures(city: Town) -> None:
    reading = own(city)
    reading.events()
    address = city.write("Свалка за домом", photos=[SMALL, SMALL, SMALL])
    assert reading.events() == []  # it may still be coming in
    *_, heard = reading.posts()
    assert (heard.text, heard.external_id) == ("Свалка за домом", address)
    assert [file.kind for file in heard.attachments] == [MediaKind.PHOTO] * 3
    assert reading.events() == []
    city.write("Дальше")
    assert reading.texts()[-1] == "Дальше"


def test_a_picture_is_fetched_by_the_connector_and_its_address_holds_no_token(city: Town) -> None:
    reading = own(city)
    city.write("Яма", photos=[SMALL])
    *_, heard = reading.posts()
    (file,) = heard.attachments
    assert file.url.startswith("tg-file:")
    assert city.bot.token.partition(":")[2] not in file.url
    assert TELEGRAM.media(account(city), file.url)[:3] == b"\xff\xd8\xff"
    with pytest.raises(Permanent):
        TELEGRAM.media(account(city, city.other), file.url)


def test_a_place_on_the_map_is_heard(city: Town) -> None:
    reading = own(city)
    city.write("Здесь яма", lat=55.5, long=37.25)
    *_, heard = reading.posts()
    assert (heard.latitude, heard.longitude) == (55.5, 37.25)


def test_nameless_administrators_and_the_channel_are_the_place_itself(city: Town) -> None:
    reading = Reading(account(city, options={"own_voices": [city.channel]}), "own", str(city.bot.number))
    address = city.write("Темно")
    reading.events()
    city.write("Разберёмся", person="", under=address)
    city.write("Ещё новость", person="")
    city.write("Правила группы", person="", place=str(city.discussion))
    voices = [post for post in reading.posts() if post.external_id != city.post]
    assert [post.own for post in voices] == [True, True, True]
    assert all(post.author.is_community for post in voices)


def test_privacy_mode_hides_what_is_not_for_the_bot(city: Town) -> None:
    shy = city.sandbox.control("telegram/tokens", kind="bot", privacy=True, place=city.group, status="member")
    reading = Reading(account(city, number=shy["id"], token=shy["token"]), "own", str(shy["id"]))
    city.write("Не для бота", place=str(city.group))
    city.write("/start", place=str(city.group))
    assert reading.texts() == ["/start"]


def test_somebodys_chat_says_whether_it_can_be_heard(city: Town) -> None:
    guest = account(city, city.other)
    for name in (str(city.group), f"tg:{city.group}"):
        with pytest.raises(NeedsPerson, match="Чат не открыть"):
            Reading(guest, "foreign", name).raws()
    with pytest.raises(NeedsPerson, match="обсуждение"):
        Reading(guest, "foreign", "https://t.me/rechnoy").raws()
    city.sit(city.group, city.other.number, "member")
    assert Reading(guest, "foreign", str(city.group)).raws() == ()
    assert Reading(account(city), "foreign", "@rechnoy").raws() == ()
    city.sandbox.control("telegram/tokens", kind="bot", id=city.other.number, privacy=True)
    with pytest.raises(NeedsPerson, match="не все сообщения"):
        Reading(guest, "foreign", str(city.group)).raws()
    city.sit(city.group, city.other.number, "administrator")
    assert Reading(guest, "foreign", str(city.group)).raws() == ()


def test_a_channel_without_a_discussion_is_said_to_have_none(city: Town) -> None:
    told = city.sandbox.control("telegram/places", name="Без обсуждения", discussion=False)
    city.sit(told["id"], city.bot.number, "administrator")
    with pytest.raises(NeedsPerson, match="нет обсуждения"):
        Reading(account(city), "foreign", str(told["id"])).raws()
    written = city.write("Тишина", person="", place=str(told["id"]))
    assert "Тишина" not in own(city).texts()
    reading = Reading(account(city, options={"channel_posts": True}), "own", str(city.bot.number))
    reading.events()
    written = city.write("Слышно", person="", place=str(told["id"]))
    (heard,) = reading.posts()
    assert heard.external_id == written
    assert "копией" in heard.closed


def test_the_network_cannot_be_asked_for_a_link_or_searched(city: Town) -> None:
    for kind in ("link", "search", "dialogue"):
        with pytest.raises(NotSupported):
            Reading(account(city), kind, "https://t.me/c/1/2").raws()


def test_a_group_that_grows_up_is_followed_and_its_old_messages_are_answered_by_hand(city: Town) -> None:
    group = city.sandbox.control("telegram/places", name="Подъезд", kind="group")["id"]
    city.sit(group, city.bot.number, "member")
    reading = own(city)
    reading.events()
    asked = city.write("Лифт стоит", place=str(group))
    assert [post.external_id for post in reading.posts()] == [asked]
    grown = city.sandbox.control("telegram/migrate", place=group)["id"]
    assert reading.events() == []
    with pytest.raises(NeedsPerson, match="супергруппой"):
        TELEGRAM.publish(account(city), reply_to(city, asked), "k")
    watched = Reading(account(city), "foreign", str(group))
    watched.raws()
    assert json.loads(watched.cursor) == {"chat": grown}
    again = city.write("Всё ещё стоит", place=str(grown))
    assert [post.external_id for post in reading.posts()] == [again]
    assert TELEGRAM.publish(account(city), reply_to(city, again), "k").external_id.startswith(f"tg:{grown}:")


def test_the_self_check_of_a_good_account_is_green_and_of_a_bad_one_says_why(city: Town) -> None:
    assert all(right.ok for right in TELEGRAM.rights(account(city)))
    dead = replace(account(city), tokens={"bot": f"{city.bot.number}:AAno-such-token-in-this-town-000"})
    assert "не действует" in TELEGRAM.rights(dead)[0].advice
    assert "Не задан" in TELEGRAM.rights(replace(dead, tokens={}))[0].advice
    swapped = replace(account(city), tokens={"bot": city.other.token})
    assert "другому боту" in TELEGRAM.rights(swapped)[0].advice
    city.sandbox.control("telegram/tokens", kind="bot", id=city.bot.number, privacy=True)
    (shy,) = [right for right in TELEGRAM.rights(account(city)) if not right.ok]
    assert "setprivacy" in shy.advice


def test_names_are_told(city: Town) -> None:
    city.write("Темно")
    ids = [f"tg:{city.anna}", f"tg:{city.channel}", f"tg:{city.bot.number}", "tg:999999999", "nonsense"]
    names = {person.external_id: person.name for person in TELEGRAM.authors(account(city), ids)}
    assert names == {ids[0]: "Анна Пробная", ids[1]: "Город Речной", ids[2]: "Отклик"}


def test_every_post_of_the_stream_says_who_wrote_it(city: Town) -> None:
    reading = own(city)
    city.write("Раз", person=city.boris)
    heard = only(reading.events(), Post)[-1]
    assert heard.author.url == f"{city.base}/boris_p"
    assert heard.author.external_id == f"tg:{city.boris}"
