"""A small town in MAX: a channel with a post, a second channel, two people, a bot that administrates the first."""

import dataclasses
from typing import Any

import httpx

from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox


@dataclasses.dataclass
class MaxTown(BaseTown):
    kind = "max"
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
    def post_mid(self) -> str:
        return self.post.rpartition(":")[2]

    def write(self, text: str, **more: Any) -> str:
        """Anna's comment under the post, or whatever else is told; its address."""
        given = {"under": self.post, "person": self.anna} | more
        if "to" in more or "place" in more:
            del given["under"]
        return self.put(text, **given)

    def thread(self, address: str = "") -> list[dict[str, Any]]:
        """The post and all under it as people see them."""
        return self.items("thread", address=address or self.post)

    def texts(self, address: str = "") -> list[str]:
        return [item["text"] for item in self.thread(address) if not item["deleted"]]

    def dialogue(self, person: str = "") -> list[dict[str, Any]]:
        return self.items("dialogue", place=self.bot, person=person or self.anna)

    def admit(self, bot: int, channel: int, *rights: str) -> None:
        """The bot becomes an administrator with these rights; none: the usual ones."""
        given = {"bot": bot, "place": channel} | ({"rights": list(rights)} if rights else {})
        self.control("tokens", kind="bot", **given)

    def call(self, method: str, path: str, *, token: str = "", json: Any = None, **query: Any) -> httpx.Response:
        """One call of the Bot API as the town's bot."""
        headers = {"Authorization": token or self.token}
        return self.sandbox.http.request(method, f"/max{path}", params=query, json=json, headers=headers)

    def outcome(self, method: str, path: str, *, token: str = "", json: Any = None, **query: Any) -> tuple[int, str]:
        """Status and code of a call; no code where it is good."""
        answer = self.call(method, path, token=token, json=json, **query)
        return answer.status_code, str(answer.json().get("code", ""))


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
