"""Odnoklassniki in the product itself: what the connector hears becomes messages, once, with their edits and ends."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.networks.access import access_to, door
from otklik.networks.models import Account, RawEvent, Source, Token
from otklik.networks.registry import NETWORKS
from tests.region import build_people, listen, settle
from tests.sandbox.ok_town import OkTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PUSHED = {
    "sender": {"user_id": "user:5", "name": "Анна Пробная"},
    "recipient": {"chat_id": "chat:C1"},
    "message": {"text": "Не горит фонарь", "mid": "mid:C1.2", "seq": 2**53 + 1},
    "timestamp": 1_790_000_000_000,
}


@pytest.fixture
def account(ok_town: OkTown, db: None) -> Iterator[Account]:
    """The town's own group as an account with a source, in a region that has people and rules."""
    kept = settings.SANDBOX_ADDRESS
    settings.SANDBOX_ADDRESS = ok_town.sandbox.base
    door.cache_clear()
    people = build_people()
    made = Account.objects.create(network="ok", external_id=ok_town.group, title="Город Речной", sandbox=True)
    keys = {"application_key": ok_town.application_key, "secret_key": ok_town.secret_key}
    for kind, secret in {**keys, "access": ok_town.access, "group": ok_town.bot}.items():
        Token.objects.create(account=made, kind=kind, secret=secret, per_second=1000)
    Source.objects.create(
        network="ok",
        kind=Source.Kind.OWN,
        external_id=ok_town.group,
        title="Город Речной",
        account=made,
        place=people["place"],
        due_at=clock.now(),
    )
    yield made
    settings.SANDBOX_ADDRESS = kept
    door.cache_clear()


def message(address: str) -> Message:
    return Message.objects.get(network="ok", external_id=address)


def test_a_complaint_becomes_a_card_and_its_edits_and_its_end_are_kept(ok_town: OkTown, account: Account) -> None:
    complaint = ok_town.comment("Во дворе не горит фонарь, темно")
    listen()
    heard = message(complaint)
    assert (heard.text, heard.own, heard.place) == ("Во дворе не горит фонарь, темно", False, "comment")
    assert heard.author.name == "Анна Пробная"
    assert Incident.objects.count() == 1
    assert message(ok_town.topic).own
    ok_town.edit(complaint, "Во дворе не горит фонарь на столбе 5")
    for _ in range(21):
        listen()
    assert message(complaint).text == "Во дворе не горит фонарь на столбе 5"
    ok_town.delete(complaint)
    listen()
    assert message(complaint).deleted_at is not None
    assert Incident.objects.count() == 1


def test_our_answer_comes_back_as_ours_and_opens_no_card(ok_town: OkTown, account: Account) -> None:
    ok_town.rest(
        "discussions.addDiscussionComment",
        entityId=ok_town.topic_number,
        entityType="GROUP_TOPIC",
        comment="Не горит фонарь? Сообщите адрес",
        as_admin="true",
    )
    listen()
    assert [heard.own for heard in Message.objects.filter(place="comment")] == [True]
    assert Incident.objects.count() == 0


def test_a_quiet_look_stores_nothing(ok_town: OkTown, account: Account) -> None:
    ok_town.comment("Во дворе темно")
    ok_town.message("Здравствуйте")
    listen()
    before = RawEvent.objects.count()
    listen()
    assert RawEvent.objects.count() == before


def test_a_pushed_message_is_taken_once_and_a_forged_one_is_not(ok_town: OkTown, account: Account) -> None:
    hook = f"/hooks/ok/{account.hook_key}/"
    answers = [Client().post(f"{hook}?gid={account.external_id}", PUSHED, "application/json") for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b""), (200, b"")]
    settle()
    heard = message("ok:chat:C1?mid=C1.2")
    assert (heard.text, heard.place, heard.author.external_id) == ("Не горит фонарь", "direct", "user:5")
    assert heard.thread.community == f"group:{account.external_id}"
    assert Client().post(f"{hook}?gid=1", PUSHED, "application/json").status_code == 403
    assert Client().post(hook, b"{", "application/json").status_code == 403
    assert Client().post("/hooks/ok/guess/", PUSHED, "application/json").status_code == 404
    assert RawEvent.objects.filter(network="ok", origin="push").count() == 1


def test_an_account_checks_itself_through_the_product(ok_town: OkTown, account: Account) -> None:
    assert [right.name for right in NETWORKS["ok"].rights(access_to(account)) if not right.ok] == []
