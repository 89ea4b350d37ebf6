"""What is Telegram's own, with its connector against the emulator: copies of posts, groups that grow up, webhooks, and
that nobody can look what stands there."""

import base64
import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from otklik.inbox.models import Media, Message
from otklik.lib.tests.test_pictures import picture
from otklik.networks.base import Access, Edit, Place, Post, Speech
from otklik.networks.errors import NeedsPerson, OutcomeUnknown, Permanent
from otklik.networks.models import Account, RawEvent
from tests.connectors import PIXEL, SECRET, hook, only
from tests.region import listen, only_card, settle
from tests.sandbox.telegram_town import Town
from tests.sandbox.town import until
from tests.stages import Stage
from tests.story import Way
from tests.telegram_reading import TELEGRAM, account, own, reading, reply_to

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SMALL = base64.b64encode(PIXEL).decode()
only_telegram = pytest.mark.parametrize("stage", ["telegram"], indirect=True)


def pushed(city: Town) -> Access:
    return account(city, options={"push": True})


def test_a_post_is_heard_once_by_its_copy_and_is_the_channels_own(telegram: Town) -> None:
    stream = own(telegram)
    (post,) = stream.posts()
    assert (post.text, post.place, post.external_id, post.own) == ("Что нового?", Place.POST, telegram.post, True)
    number = telegram.post.rpartition(":")[2]  # the channel and its discussion count from one number on
    assert post.url == f"{telegram.base}/rechnoy/{number}"
    address = telegram.write("Во дворе темно", person=telegram.boris, lat=55.5, long=37.25)
    *_, heard = stream.posts()
    assert heard.url == f"{telegram.base}/rechnoy/{number}?comment={address.rpartition(':')[2]}"
    assert (heard.author.url, heard.community) == (f"{telegram.base}/boris_p", f"tg:{telegram.discussion}")
    assert (heard.latitude, heard.longitude) == (55.5, 37.25)
    telegram.sandbox.control("telegram/texts/edit", address=telegram.post, text="Что нового в городе?")
    (edited,) = only(stream.events(), Edit)
    assert (edited.post.external_id, edited.post.text) == (telegram.post, "Что нового в городе?")


@pytest.mark.parametrize("told", [True, False])
def test_a_thread_has_one_address_whatever_the_comment_replies_to(telegram: Town, told: bool) -> None:
    telegram.switch(reply_to_copy=told)
    stream = own(telegram)
    first = telegram.write("Темно")
    telegram.write("И у нас", under=first, person=telegram.boris)
    telegram.write("Автобус не пришёл")
    comments = [post for post in stream.posts() if post.place is Place.COMMENT]
    assert {post.thread for post in comments} == {telegram.post}
    assert [post.parent for post in comments] == [telegram.post, first, telegram.post]


def test_another_bot_that_came_later_hears_the_same_addresses(telegram: Town) -> None:
    telegram.sit(telegram.channel, telegram.other.number, "administrator")
    streams = [own(telegram), reading(account(telegram, telegram.other))]
    address = telegram.write("Темно")
    for stream in streams:
        post, comment = stream.posts()[-2:]
        assert (post.external_id, post.text) == (telegram.post, "Что нового?")
        assert (comment.external_id, comment.thread) == (address, telegram.post)


def test_a_channel_without_a_discussion_is_said_to_have_none(telegram: Town) -> None:
    place = telegram.sandbox.control("telegram/places", name="Без обсуждения", discussion=False)["id"]
    telegram.sit(place, telegram.bot.number, "administrator")
    with pytest.raises(NeedsPerson, match="нет обсуждения"):
        reading(account(telegram), "foreign", place).raws()
    telegram.write("Тишина", person="", place=str(place))
    assert "Тишина" not in own(telegram).texts()
    stream = reading(account(telegram, options={"channel_posts": True}))
    stream.events()
    written = telegram.write("Слышно", person="", place=str(place))
    (heard,) = stream.posts()
    assert heard.external_id == written
    assert "копией" in heard.closed


def test_messages_of_a_group_that_grew_up_are_answered_by_hand(telegram: Town) -> None:
    group = telegram.sandbox.control("telegram/places", name="Подъезд", kind="group")["id"]
    telegram.sit(group, telegram.bot.number, "member")
    asked = telegram.write("Лифт стоит", place=str(group))
    grown = telegram.sandbox.control("telegram/migrate", place=group)["id"]
    with pytest.raises(NeedsPerson, match="супергруппой"):
        TELEGRAM.publish(account(telegram), reply_to(telegram, asked), "k")
    again = telegram.write("Всё ещё стоит", place=str(grown))
    said = TELEGRAM.publish(account(telegram), reply_to(telegram, again), "k")
    assert said.external_id.startswith(f"tg:{grown}:")


def test_what_is_pushed_is_what_is_polled(telegram: Town) -> None:
    telegram.switch(push_delays=[0.1, 0.1, 0.1])
    polling = own(telegram)
    with hook(TELEGRAM, pushed(telegram)) as ours:
        TELEGRAM.subscribe(ours.access, ours.url)
        TELEGRAM.subscribe(ours.access, ours.url)
        address = telegram.write("Темно", person=telegram.boris)
        telegram.sandbox.control("telegram/texts/edit", address=address, text="Очень темно")
        telegram.write("Здравствуйте", to=str(telegram.bot.number))
        until(lambda: telegram.call("getWebhookInfo")["pending_update_count"] == 0, "every event is pushed")
        pushes = ours.events()  # with what waited before the subscription
        assert SECRET.encode() not in b"".join(raw.body for raw in ours.raws)
    telegram.call("deleteWebhook")
    for raw in ours.raws:  # the same updates once more, to be polled
        telegram.sandbox.control("telegram/events", bot=telegram.bot.number, update=json.loads(raw.body))
    raws = polling.raws()
    assert [raw.key for raw in raws] == [raw.key for raw in ours.raws]
    assert [event for raw in raws for event in TELEGRAM.parse(raw)] == pushes
    kinds = [type(event) for event in pushes if not (isinstance(event, Post) and event.own)]
    assert kinds == [Post, Edit, Post]


@only_telegram
def test_a_picture_is_copied_by_the_networks_own_call(stage: Stage, asking: Way) -> None:
    photos = [base64.b64encode(picture("JPEG")).decode()]
    where = {"under": stage.under, "person": stage.anna}
    stage.sandbox.control("telegram/texts", text="Яма на Садовой, 5", photos=photos, **where)
    asking.rest()
    media = Media.objects.get(message__incidents=only_card())
    assert media.url.startswith("tg-file:")
    assert stage.keys["bot"] not in media.url
    with media.file.open("rb") as copied:
        assert copied.read(2) == b"\xff\xd8"


@only_telegram
def test_what_was_polled_and_is_pushed_again_stays_one(stage: Stage, account: Account, asking: Way) -> None:
    asking.complaint()
    stage.whisper("Не горит фонарь во дворе")
    listen()
    heard = sorted(Message.objects.values_list("external_id", flat=True))
    assert len(heard) == 3
    RawEvent.objects.update(key=None)  # as if heard in another way, with other keys
    address = f"/hooks/telegram/{account.hook_key}/"
    for raw in list(RawEvent.objects.all()):
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        where = f"{address}?bot={stage.external_id}&posts=copies"
        answer = Client().post(where, bytes(raw.body), content_type="application/json", headers=headers)
        assert (answer.status_code, answer.content) == (200, b"")
    assert RawEvent.objects.exclude(key=None).count() == RawEvent.objects.filter(key=None).count()
    assert Client().post(address, "{}", content_type="application/json").status_code == 403
    settle()
    assert sorted(Message.objects.values_list("external_id", flat=True)) == heard


def test_our_own_reply_is_known_from_the_citizens_answer_to_it(telegram: Town) -> None:
    stream = own(telegram)
    asked = telegram.write("Когда?")
    stream.events()
    telegram.fault("drop_after", "sendMessage")
    with pytest.raises(OutcomeUnknown):
        TELEGRAM.publish(account(telegram), reply_to(telegram, asked), "k")
    assert stream.events() == []  # the network does not tell us what we said
    (ours,) = [item for item in telegram.thread() if item["text"] == "Починят завтра."]
    telegram.write("Спасибо", under=ours["address"])
    evidence, thanks = stream.posts()
    assert (evidence.own, evidence.text, evidence.external_id) == (True, "Починят завтра.", ours["address"])
    assert evidence.author.external_id == TELEGRAM.voice(str(telegram.bot.number))
    assert (thanks.own, thanks.parent, thanks.thread) == (False, ours["address"], evidence.thread)


def test_dialogues_of_two_bots_with_one_person_do_not_meet(telegram: Town) -> None:
    heard = []
    for bot in (telegram.bot, telegram.other):
        telegram.write("Здравствуйте", to=str(bot.number))
        heard.append(reading(account(telegram, bot)).posts()[-1])
    assert heard[0].external_id != heard[1].external_id
    speech = Speech("Ответ", heard[0].external_id, heard[0].thread, direct=True, attempted_at=datetime.now(UTC))
    with pytest.raises(Permanent, match="другой бот"):
        TELEGRAM.publish(account(telegram, telegram.other), speech, "k")


def test_the_longest_text_is_taken_and_a_longer_one_never_leaves(telegram: Town) -> None:
    asked = telegram.write("Когда?")
    TELEGRAM.publish(account(telegram), reply_to(telegram, asked, "🌙" * 2048), "k")
    with pytest.raises(NeedsPerson, match="4097"):
        TELEGRAM.publish(account(telegram), reply_to(telegram, asked, "🌙" * 2048 + "."), "k")
    lines = telegram.sandbox.record.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["method"] for line in lines].count("sendMessage") == 1
