"""Telegram through the whole product: heard by asking or by webhook it is one message and one card."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from otklik.inbox.models import Media, Message
from otklik.lib.tests.test_pictures import picture as photo
from otklik.networks.access import access_to, door
from otklik.networks.base import Speech
from otklik.networks.models import Account, RawEvent, Source, Token
from otklik.networks.registry import NETWORKS
from tests.region import build_people, listen, only_card, settle
from tests.sandbox.process import Sandbox
from tests.sandbox.telegram_town import Town, build

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SECRET = "hook-secret_for-tests"


@pytest.fixture
def city(sandbox: Sandbox) -> Town:
    return build(sandbox)


@pytest.fixture
def bot(city: Town, db: None) -> Iterator[Account]:
    """The town's bot as an account of the product, with the source that reads its stream."""
    kept, settings.SANDBOX_ADDRESS = settings.SANDBOX_ADDRESS, city.sandbox.base
    door.cache_clear()
    place = build_people()["place"]
    number = str(city.bot.number)
    told = {"title": "Отклик", "sandbox": True, "options": {"wait": 0}, "hook_secret": SECRET}
    account = Account.objects.create(network="telegram", external_id=number, **told)
    Token.objects.create(account=account, kind="bot", secret=city.bot.token, per_second=1000)
    Source.objects.create(
        network="telegram", kind="own", external_id=number, title="Отклик", account=account, place=place
    )
    yield account
    settings.SANDBOX_ADDRESS = kept
    door.cache_clear()


def reread(account: Account) -> Account:
    return Account.objects.prefetch_related("tokens").get(pk=account.pk)


def test_a_comment_becomes_one_card_and_the_post_stands_above_it(city: Town, bot: Account) -> None:
    address = city.write("Не горит фонарь 🌙 на Садовой", person=city.boris)
    listen()
    message = Message.objects.get(incidents=only_card())
    assert (message.text, message.external_id) == ("Не горит фонарь 🌙 на Садовой", address)
    assert message.author.external_id == f"tg:{city.boris}"
    post = Message.objects.get(external_id=city.post)
    assert (post.thread_id, post.own, post.text) == (message.thread_id, True, "Что нового?")


def test_a_picture_is_copied_by_the_networks_own_call(city: Town, bot: Account) -> None:
    picture = base64.b64encode(photo("JPEG")).decode()
    city.write("Яма на Садовой, 5", photos=[picture])
    listen()
    media = Media.objects.get(message__incidents=only_card())
    assert media.url.startswith("tg-file:")
    assert city.bot.token not in media.url
    with media.file.open("rb") as copied:
        assert copied.read(2) == b"\xff\xd8"


def test_what_was_polled_and_is_pushed_again_stays_one(city: Town, bot: Account) -> None:
    city.write("Не горит фонарь на Садовой")
    city.write("Не горит фонарь во дворе", to=str(city.bot.number))
    listen()
    heard = sorted(Message.objects.values_list("external_id", flat=True))
    RawEvent.objects.update(key=None)  # as if heard in another way, with other keys
    for raw in list(RawEvent.objects.all()):
        address = f"/hooks/telegram/{bot.hook_key}/?bot={city.bot.number}&posts=copies"
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        told = Client().post(address, bytes(raw.body), content_type="application/json", headers=headers)
        assert (told.status_code, told.content) == (200, b"")
    assert Source.objects.get().last_event_at is not None
    pushed = RawEvent.objects.exclude(key=None)
    assert pushed.count() == RawEvent.objects.filter(key=None).count()
    assert Client().post(f"/hooks/telegram/{bot.hook_key}/", "{}", content_type="application/json").status_code == 403
    settle()
    assert sorted(Message.objects.values_list("external_id", flat=True)) == heard
    assert len(heard) == 3


def test_our_answer_of_unknown_fate_is_heard_as_our_own(city: Town, bot: Account) -> None:
    asked = city.write("Не горит фонарь на Садовой")
    listen()
    speech = Speech("Заменили лампу.", asked, city.post, attempted_at=datetime.now(UTC))
    said = NETWORKS["telegram"].publish(access_to(reread(bot)), speech, "k")
    city.write("Спасибо", under=said.external_id)
    listen()
    ours = Message.objects.get(external_id=said.external_id)
    assert (ours.own, ours.text, ours.thread.external_id) == (True, "Заменили лампу.", city.post)
    assert Message.objects.get(text="Спасибо").parent_external_id == said.external_id


def test_an_edition_changes_the_message_and_keeps_what_was_said(city: Town, bot: Account) -> None:
    address = city.write("Не горит фонарь")
    listen()
    city.sandbox.control("telegram/texts/edit", address=address, text="Не горят два фонаря")
    listen()
    message = Message.objects.get(external_id=address)
    assert message.text == "Не горят два фонаря"
    assert [edition.text for edition in message.editions.all()] == ["Не горит фонарь"]


def test_a_refused_token_stops_the_account(city: Town, bot: Account) -> None:
    Token.objects.update(secret=f"{city.bot.number}:AArevoked-revoked-revoked-revoked")
    listen()
    stopped = Account.objects.get(pk=bot.pk)
    assert stopped.stopped_at is not None
    assert "@BotFather" in stopped.stop_reason
