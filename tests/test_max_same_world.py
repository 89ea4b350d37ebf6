"""MAX through the whole of the inbox: what is pushed, polled and read again is one message with one history."""

import json
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from otklik.inbox.models import Message
from otklik.networks.access import access_to, door
from otklik.networks.base import Speech
from otklik.networks.models import Account, RawEvent, Source, Token
from otklik.networks.registry import NETWORKS
from tests.max_account import SECRET
from tests.region import build_people, listen
from tests.sandbox.max_town import MaxTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
HOOK = "a-long-unguessable-key"


@pytest.fixture
def source(max_town: MaxTown, db: None) -> Iterator[Source]:
    """The town's bot as an account of a training installation."""
    kept = settings.SANDBOX_ADDRESS
    settings.SANDBOX_ADDRESS = max_town.sandbox.base
    door.cache_clear()
    build_people()
    account = Account.objects.create(
        network="max",
        external_id=str(max_town.bot),
        title="Приёмная",
        sandbox=True,
        hook_key=HOOK,
        hook_secret=SECRET,
        options={"wait": 0, "channels": [max_town.channel]},
    )
    Token.objects.create(account=account, kind="bot", secret=max_town.token, per_second=1000)
    yield Source.objects.create(network="max", kind="own", external_id=str(max_town.bot), title="Свои", account=account)
    settings.SANDBOX_ADDRESS = kept
    door.cache_clear()


def hear(looks: int = 3) -> None:
    for _ in range(looks):
        listen()


def texts() -> list[tuple[str, str, bool]]:
    shown = Message.objects.order_by("posted_at", "pk")
    return [(message.text, message.author.external_id, message.own) for message in shown]


def test_a_comment_pushed_polled_and_read_again_is_one_message(max_town: MaxTown, source: Source) -> None:
    address = max_town.write("Темно во дворе 🌙 & <b>холодно</b>")
    (told,) = max_town.call("GET", "/updates", timeout=0, types="comment_created").json()["updates"]
    for secret, status in (("forged", 403), (SECRET, 200), (SECRET, 200)):
        headers = {"X-Max-Bot-Api-Secret": secret}
        body = json.dumps(told)
        answer = Client().post(f"/hooks/max/{HOOK}/", body, content_type="application/json", headers=headers)
        assert answer.status_code == status
    assert RawEvent.objects.count() == 1
    hear()
    message = Message.objects.get(external_id=address)
    assert message.text == "Темно во дворе 🌙 & <b>холодно</b>"
    assert message.thread.external_id == max_town.post
    assert [text for text, _, _ in texts()] == ["Что нового?", message.text]
    max_town.edit(address, "Уже светло")
    hear()
    message.refresh_from_db()
    assert (message.text, message.deleted_at) == ("Уже светло", None)
    max_town.delete(address)
    hear()
    message.refresh_from_db()
    assert message.deleted_at is not None


@pytest.mark.parametrize("shown_as", ["bot", "channel"])
def test_our_own_answer_comes_back_as_ours(max_town: MaxTown, source: Source, shown_as: str) -> None:
    max_town.switch(bot_comments_as=shown_as, echo=True)
    asked = max_town.write("Когда?")
    access = access_to(Account.objects.prefetch_related("tokens").get(pk=source.account_id))
    NETWORKS["max"].publish(access, Speech("Завтра.", asked, max_town.post), "k")
    hear()
    author = f"max:user:{max_town.bot}" if shown_as == "bot" else f"max:chat:{max_town.channel}"
    assert texts()[-1] == ("Завтра.", author, True)
    assert Message.objects.get(text="Завтра.").parent_external_id == asked
    assert not Message.objects.get(text="Когда?").own


def test_a_removal_without_its_post_deletes_that_comment_and_no_other(max_town: MaxTown, source: Source) -> None:
    max_town.switch(post_id="null")
    hear()
    first, second = max_town.write("Первый"), max_town.write("Второй")
    max_town.write("Другая запись", place=max_town.channel, person="")
    hear()
    max_town.delete(first)
    hear()
    gone = Message.objects.filter(deleted_at__isnull=False).values_list("external_id", flat=True)
    assert list(gone) == [first]
    assert Message.objects.filter(external_id=second, deleted_at=None).exists()
