"""How each network is told of a webhook, and what all webhooks have in common: the ground for one suite over all."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from tests.sandbox import max_town, meta_town, ok_town, telegram_town, town, x_town
from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import ConfirmingReceiver, MetaReceiver, Receiver, SigningReceiver
from tests.sandbox.town import until

VK_EVENTS = ["wall_post_new", "wall_reply_new", "wall_reply_edit", "wall_reply_delete", "wall_reply_restore"]
VK_EVENTS += ["message_new", "message_reply", "message_allow", "message_deny"]
TELEGRAM_SECRET = "s3cret_-77"


def vk_receiver(city: town.Town) -> ConfirmingReceiver:
    """A receiver that knows the community's code of confirmation."""
    return ConfirmingReceiver(city.good("groups.getCallbackConfirmationCode", group_id=city.group)["code"])


def vk_status(city: town.Town) -> str:
    """What the network thinks of the community's first server."""
    return str(city.good("groups.getCallbackServers", group_id=city.group)["items"][0]["status"])


def subscribe_vk(city: town.Town, receiver: Receiver) -> int:
    """Register the receiver and wait until the network has confirmed it; the number of the server."""
    params: dict[str, Any] = {"group_id": city.group, "url": receiver.url, "title": "Отклик", "secret_key": "s3cret"}
    server = int(city.good("groups.addCallbackServer", **params)["server_id"])
    until(lambda: vk_status(city) == "ok", "the server is confirmed")
    flags: dict[str, Any] = dict.fromkeys(VK_EVENTS, 1)
    city.good("groups.setCallbackSettings", group_id=city.group, server_id=server, **flags)
    return server


def subscribe_meta(city: meta_town.MetaTown, receiver: Receiver, kind: str = "page", **more: Any) -> Any:
    """Name the application's webhook; the JSON answer."""
    fields = "comments,mentions,messages" if kind == "instagram" else "feed,mention,messages,message_echoes"
    params = {"object": kind, "callback_url": receiver.url, "fields": fields, "verify_token": MetaReceiver.word} | more
    return city.call("POST", "app/subscriptions", city.app, **params).json()


def install_meta(city: meta_town.MetaTown, fields: str = "feed,mention,messages,message_echoes") -> None:
    """The Page chooses what the application hears."""
    answer = city.call("POST", f"{city.page}/subscribed_apps", subscribed_fields=fields)
    assert answer.json() == {"success": True}


def register_x(city: x_town.XTown, receiver: Receiver) -> str:
    """The number of the webhook."""
    answer = city.call("POST", "/2/webhooks", body={"url": receiver.url})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["id"])


def subscribe_x(city: x_town.XTown, hook: str, *kinds: str) -> None:
    for kind in kinds:
        body = {"event_type": kind, "filter": {"user_id": city.me}, "webhook_id": hook, "tag": "проба"}
        answer = city.call("POST", "/2/activity/subscriptions", city.user, body)
        assert answer.status_code == 200, answer.text


def subscribe_telegram(city: telegram_town.Town, receiver: Receiver, **more: Any) -> None:
    params: dict[str, Any] = {"url": receiver.url, "secret_token": TELEGRAM_SECRET, "drop_pending_updates": True}
    city.call("setWebhook", **params | more)


@dataclasses.dataclass(frozen=True)
class Pushing:
    """A town and a webhook that hears of it. `event` is the kind of event that `say` brings, `text` reads it again;
    `unheard` are answers that the network takes for none. `any_event` is what the control API sends as it is."""

    town: BaseTown
    receiver: Receiver
    subscribe: Callable[[], object]
    event: str
    say: Callable[[str], object]
    text: Callable[[Any], str]
    unheard: tuple[int, ...] = (201, 204, 302, 404, 500)
    any_event: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def texts(self) -> list[str]:
        return [self.text(event) for event in self.receiver.events() if event.get("type") != "confirmation"]


def _vk(sandbox: Sandbox) -> Pushing:
    city = town.build(sandbox)
    receiver = vk_receiver(city)
    gone = {"owner_id": city.wall, "id": 99, "deleter_id": city.anna, "post_id": city.post}
    return Pushing(
        *(city, receiver, lambda: subscribe_vk(city, receiver), "wall_reply_new", city.comment),
        text=lambda event: str(event["object"].get("text")),
        unheard=(200, 204, 302, 404, 500),  # 200 without "ok"
        any_event={"place": str(city.group), "type": "wall_reply_delete", "object": gone},
    )


def _ok(sandbox: Sandbox) -> Pushing:
    city, receiver = ok_town.build(sandbox), Receiver()
    return Pushing(
        *(city, receiver, lambda: city.graph_post("subscribe", {"url": receiver.url}), "MESSAGE_CREATED", city.message),
        text=lambda event: str(event.get("message", {}).get("text")),
        any_event={"place": city.group, "event": {"webhookType": "CHAT_SYSTEM", "x": [1]}},
    )


def _max(sandbox: Sandbox) -> Pushing:
    city, receiver = max_town.build(sandbox), Receiver()
    strange = {"update_type": "comment_sung", "timestamp": 1, "message": {"body": {"mid": 5}}}
    return Pushing(
        *(city, receiver, lambda: city.call("POST", "/subscriptions", json={"url": receiver.url})),
        *("comment_created", city.write),
        text=lambda event: str(event["message"]["body"].get("text")),
        any_event={"bot": city.bot, "update": strange},
    )


def _telegram(sandbox: Sandbox) -> Pushing:
    city, receiver = telegram_town.build(sandbox), Receiver()
    return Pushing(
        *(city, receiver, lambda: subscribe_telegram(city, receiver), "message", city.write),
        text=lambda event: str(event.get("message", {}).get("text")),
        unheard=(302, 403, 500),
        any_event={"bot": city.bot.number, "update": {"update_id": 5, "test": {"nobody": "knows"}}},
    )


def _meta(sandbox: Sandbox) -> Pushing:
    city, receiver = meta_town.build(sandbox), MetaReceiver()

    def subscribe() -> None:
        subscribe_meta(city, receiver)
        install_meta(city)

    return Pushing(
        *(city, receiver, subscribe, "feed", city.write),
        text=lambda event: str(event["entry"][0]["changes"][0]["value"]["message"]) if "entry" in event else "None",
        any_event={"object": "page", "body": {"nobody": "knows"}},
    )


def _x(sandbox: Sandbox) -> Pushing:
    city = x_town.build(sandbox)
    receiver = SigningReceiver(x_town.SECRET)
    kind = "post.mention.create"
    return Pushing(
        *(city, receiver, lambda: subscribe_x(city, register_x(city, receiver), kind), kind, city.ask),
        text=lambda event: str(event.get("payload", {}).get("text")).removeprefix("@rechnoy "),
        any_event={"data": {"event_type": "like.create"}},
    )


PUSHING: dict[str, Callable[[Sandbox], Pushing]] = {
    "vk": _vk,
    "ok": _ok,
    "max": _max,
    "telegram": _telegram,
    "meta": _meta,
    "x": _x,
}
