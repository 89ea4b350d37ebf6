"""A small town in MAX: a channel with a post, a second channel, two people, a bot that administrates the first."""

import dataclasses
from typing import Any

import httpx

from tests.sandbox.process import Sandbox


@dataclasses.dataclass
class MaxTown:
    sandbox: Sandbox
    channel: int
    other: int
    anna: str
    boris: str
    post: str
    bot: int
    token: str
    other_bot: int
    other_token: str

    @property
    def base(self) -> str:
        return f"{self.sandbox.base}/max"

    @property
    def post_mid(self) -> str:
        return self.post.rpartition(":")[2]

    def write(self, text: str, **more: Any) -> str:
        """Anna's comment under the post, or whatever else is told; its address."""
        given = {"text": text, "under": self.post, "person": self.anna} | more
        if "to" in more or "place" in more:
            del given["under"]
        return str(self.sandbox.control("max/texts", **given)["address"])

    def edit(self, address: str, text: str) -> None:
        self.sandbox.control("max/texts/edit", address=address, text=text)

    def delete(self, address: str) -> None:
        self.sandbox.control("max/texts/delete", address=address)

    def thread(self, address: str = "") -> list[dict[str, Any]]:
        """The post and all under it as people see them."""
        shown: list[dict[str, Any]] = self.sandbox.inspect("max/thread", address=address or self.post)["items"]
        return shown

    def texts(self, address: str = "") -> list[str]:
        return [item["text"] for item in self.thread(address) if not item["deleted"]]

    def dialogue(self, person: str = "") -> list[dict[str, Any]]:
        told = self.sandbox.inspect("max/dialogue", place=self.bot, person=person or self.anna)
        shown: list[dict[str, Any]] = told["items"]
        return shown

    def admit(self, bot: int, channel: int, *rights: str) -> None:
        """The bot becomes an administrator with these rights; none: the usual ones."""
        given = {"bot": bot, "place": channel} | ({"rights": list(rights)} if rights else {})
        self.sandbox.control("max/tokens", kind="bot", **given)

    def fault(self, kind: str, method: str, **more: Any) -> None:
        self.sandbox.control("faults", network="max", kind=kind, method=method, **more)

    def switch(self, **values: Any) -> None:
        self.sandbox.control("switches", network="max", switches=values)

    def call(self, method: str, path: str, *, token: str = "", json: Any = None, **query: Any) -> httpx.Response:
        """One call of the Bot API as the town's bot."""
        headers = {"Authorization": token or self.token}
        return self.sandbox.http.request(method, f"/max{path}", params=query, json=json, headers=headers)

    def pushes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sandbox.inspect("max/pushes")["pushes"]
        return found


def build(sandbox: Sandbox) -> MaxTown:
    """A fresh town in a running sandbox; whatever was there before is forgotten."""
    sandbox.control("reset")
    sandbox.control("switches", network="max", switches={"rate_limits": False})
    channel = int(sandbox.control("max/places", name="Город Речной", link="rechnoy", about="Новости города")["id"])
    other = int(sandbox.control("max/places", name="Дорожная служба", link="dorogi")["id"])
    anna = sandbox.control("max/people", name="Анна Пробная")["id"]
    boris = sandbox.control("max/people", name="Борис Пробный")["id"]
    ours = sandbox.control("max/tokens", kind="bot", name="Приёмная города", place=channel)
    theirs = sandbox.control("max/tokens", kind="bot", name="Приёмная дорог", place=other)
    post = sandbox.control("max/texts", place=channel, text="Что нового?")["address"]
    return MaxTown(
        sandbox,
        channel,
        other,
        anna,
        boris,
        post,
        bot=ours["bot"],
        token=ours["token"],
        other_bot=theirs["bot"],
        other_token=theirs["token"],
    )
