import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.pushing import register_x as register
from tests.sandbox.pushing import subscribe_x as subscribe
from tests.sandbox.receiver import Reply, listening
from tests.sandbox.receiver import SigningReceiver as Receiver
from tests.sandbox.town import until
from tests.sandbox.x_town import SECRET, XTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
HEADER = "x-twitter-webhooks-signature"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening(Receiver(SECRET)) as receiver:
        yield receiver


@pytest.fixture
def hook(x: XTown, receiver: Receiver) -> str:
    """The number of a registered webhook that hears who names the office."""
    number = register(x, receiver)
    subscribe(x, number, "post.mention.create")
    return number


def reason(answer: Any) -> str:
    assert answer.status_code == 400
    return str(answer.json()["reason"])


def test_a_hook_is_checked_before_it_is_taken_and_its_address_too(x: XTown, receiver: Receiver) -> None:
    receiver.check = "wrong"
    assert reason(x.call("POST", "/2/webhooks", body={"url": receiver.url})) == "CrcValidationFailed"
    assert x.get("/2/webhooks") == {"data": [], "meta": {"result_count": 0}}
    receiver.check = "right"
    number = register(x, receiver)
    assert len(receiver.checks) == 2
    (there,) = x.get("/2/webhooks")["data"]
    assert (there["id"], there["url"], there["valid"]) == (number, receiver.url, True)
    assert reason(x.call("POST", "/2/webhooks", body={"url": receiver.url})) == "DuplicateUrlFailed"
    x.switch(loopback_hooks=False)  # as strict as the network
    wrong = ["http://city.example/hook", "https://city.example:8443/hook", "ftp://city.example/"]
    wrong.append("https://a.example:x/")
    for url in (*wrong, receiver.url):
        assert reason(x.call("POST", "/2/webhooks", body={"url": url})) == "UrlValidationFailed", url


def test_a_hook_is_checked_again_and_gets_nothing_while_it_fails(x: XTown, receiver: Receiver, hook: str) -> None:
    receiver.check = "redirect"
    assert x.control("checks")["outcomes"] == {hook: "wrong"}
    x.ask("пропало")
    assert reason(x.call("PUT", f"/2/webhooks/{hook}")) == "CrcValidationFailed"
    receiver.check = "right"
    assert x.call("PUT", f"/2/webhooks/{hook}").json() == {"data": {"valid": True}}
    x.ask("дошло")
    until(lambda: len(receiver.heard) == 1, "the event after the repair comes")
    assert "дошло" in receiver.events()[0]["payload"]["text"]
    receiver.check = "error"
    assert x.control("checks")["outcomes"] == {hook: "silent"}
    assert x.get("/2/webhooks")["data"][0]["valid"] is True
    receiver.check = "right"
    checked = len(receiver.checks)
    x.switch(crc_seconds=1)
    until(lambda: len(receiver.checks) > checked, "the hook is checked again")


@pytest.mark.usefixtures("hook")
def test_an_event_is_signed_over_its_bytes_and_numbered_and_an_edit_tells_it_anew(x: XTown, receiver: Receiver) -> None:
    asked = x.ask("Нет воды & света")
    until(lambda: bool(receiver.heard), "the event is pushed")
    body, headers = receiver.heard[0]
    assert headers[HEADER] == receiver.signed(body)
    (event,) = receiver.events()
    assert (event["filter"], event["tag"]) == ({"user_id": x.me}, "проба")
    assert event["payload"]["id"] == asked.removeprefix("x:")
    assert event["includes"]["users"][0]["username"] == "anna"
    receiver.heard.clear()
    x.control("texts/edit", address=asked, text="@rechnoy Когда же?")
    until(lambda: len(receiver.heard) == 1, "the edit is told")
    edited = receiver.events()[0]["payload"]
    assert edited["edit_history_tweet_ids"] == [asked.removeprefix("x:"), edited["id"]]
    receiver.heard.clear()
    for turn in range(12):
        x.ask(f"раз {turn}")
    until(lambda: len(receiver.heard) == 12, "twelve events come")
    numbers = [int(event["event_uuid"]) for event in receiver.events()]
    assert min(numbers) < 0 < max(numbers)


def test_each_kind_of_event_is_told_to_whom_it_concerns(x: XTown, receiver: Receiver) -> None:
    number = register(x, receiver)
    kinds = ("mention.create", "reply.create", "quote.create", "create", "delete")
    subscribe(x, number, *(f"post.{kind}" for kind in kinds), "dm.received", "dm.sent")
    mine = x.own()
    reply = x.text("Темно", under=mine)
    x.text("И у нас", under=reply, person=x.boris)  # a reply to a reply concerns nobody but its addressee
    x.ask("Назвала")
    x.control("quotes", person=x.anna, quoted=mine, text="Смотрите")
    x.text("Лично", to=x.me)
    x.call("POST", f"/2/dm_conversations/with/{x.anna}/messages", x.user, {"text": "И вам"})
    x.control("texts/delete", address=mine)
    until(lambda: len(receiver.heard) == 7, "seven events come")
    assert [event["event_type"] for event in receiver.events()] == [
        *("post.create", "post.reply.create", "post.mention.create", "post.quote.create"),
        *("dm.received", "dm.sent", "post.delete"),
    ]
    assert len({event["event_uuid"] for event in receiver.events()}) == 7


def test_a_subscription_is_answered_in_three_shapes_and_needs_the_users_own_token(x: XTown, receiver: Receiver) -> None:
    number = register(x, receiver)
    for kind, shape in (("post.create", "nested"), ("post.delete", "object"), ("post.mention.create", "list")):
        x.switch(subscription_shape=shape)
        body = {"event_type": kind, "filter": {"user_id": x.me}, "webhook_id": number}
        data = x.call("POST", "/2/activity/subscriptions", x.user, body).json()["data"]
        one = data[0] if shape == "list" else data["subscription"] if shape == "nested" else data
        assert one["event_type"] == kind
    there = x.get("/2/activity/subscriptions")["data"]
    assert len(there) == 3
    path = f"/2/activity/subscriptions/{there[0]['subscription_id']}"
    assert x.call("PUT", path, body={"tag": "новая"}).json()["data"]["subscription"]["tag"] == "новая"
    assert x.call("DELETE", path).json() == {"data": {"deleted": True}}
    assert x.call("DELETE", path).status_code == 404
    assert x.call("DELETE", f"/2/webhooks/{number}").json() == {"data": {"deleted": True}}
    assert x.get("/2/activity/subscriptions")["data"] == []
    number = register(x, receiver)
    body = {"event_type": "post.mention.create", "filter": {"user_id": x.me}, "webhook_id": number}
    for token in (x.bearer, x.guest_user):
        assert x.call("POST", "/2/activity/subscriptions", token, body).status_code == 403
    created = x.call("POST", "/2/activity/subscriptions", x.bearer, body | {"event_type": "post.create"})
    assert created.status_code == 200
    for wrong in ({"event_type": "post.sing"}, {"filter": {"user_id": "1"}}, {"webhook_id": "12"}, {"loud": True}):
        assert x.call("POST", "/2/activity/subscriptions", x.user, body | wrong).status_code == 400


def test_what_was_lost_is_told_once_more_and_any_event_can_be_sent(x: XTown, receiver: Receiver, hook: str) -> None:
    receiver.replies = [Reply(503)] * 4
    x.ask("пропало")
    until(lambda: x.count("pushes_given_up") == 1, "all tries are refused and the event is given up")
    now = datetime.datetime.fromtimestamp(x.sandbox.inspect("clock")["now"], datetime.UTC)
    begin, end = (now + datetime.timedelta(minutes=each) for each in (-5, 5))
    body = {"webhook_id": hook, "from_date": f"{begin:%Y%m%d%H%M}", "to_date": f"{end:%Y%m%d%H%M}"}
    assert x.call("POST", "/2/webhooks/replay", body=body).json()["data"]["job_id"]
    until(lambda: len(receiver.heard) == 5, "the lost event comes")
    assert receiver.heard[4][0] == receiver.heard[0][0]
    for wrong in ({"from_date": "1"}, {"from_date": "202613450000"}, {"webhook_id": "7"}):
        assert x.call("POST", "/2/webhooks/replay", body=body | wrong).status_code == 400
    receiver.heard.clear()
    x.control("events", body="{broken")
    x.control("events", data={"event_type": "like.create"}, signature="sha256=no")
    until(lambda: len(receiver.heard) == 2, "both come")
    (broken, headers), (_, forged) = receiver.heard
    assert (broken, headers[HEADER]) == (b"{broken", receiver.signed(b"{broken"))
    assert forged[HEADER] == "sha256=no"
