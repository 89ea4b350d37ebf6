"""A small town in MAX: a channel with a post, a second channel, two people, a bot that administrates the first."""

from typing import Any

import httpx

from tests.sandbox.base_town import TownWithPost
from tests.sandbox.process import Sandbox


class MaxTown(TownWithPost):
    """Made anew: whatever was in the sandbox before is forgotten."""

    kind = "max"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        sandbox.control("reset")
        self.switch(rate_limits=False)
        self.channel = int(self.control("places", name="Город Речной", link="rechnoy", about="Новости города")["id"])
        self.other = int(self.control("places", name="Дорожная служба", link="dorogi")["id"])
        self.anna = self.control("people", name="Анна Пробная")["id"]
        self.boris: str = self.control("people", name="Борис Пробный")["id"]
        ours = self.control("tokens", kind="bot", name="Приёмная города", place=self.channel)
        theirs = self.control("tokens", kind="bot", name="Приёмная дорог", place=self.other)
        self.post = self.put("Что нового?", place=self.channel)
        self.bot: int = ours["bot"]
        self.token: str = ours["token"]
        self.other_bot: int = theirs["bot"]
        self.other_token: str = theirs["token"]

    @property
    def post_mid(self) -> str:
        return self.post.rpartition(":")[2]

    def texts(self, address: str = "") -> list[str]:
        return [item["text"] for item in self.thread(address) if not item["deleted"]]

    def dialogue(self, person: str = "") -> Any:
        return self.items("dialogue", place=self.bot, person=person or self.anna)

    def admit(self, bot: int, channel: int, *rights: str) -> None:
        """The bot becomes an administrator with these rights; none: the usual ones."""
        fields = {"bot": bot, "place": channel} | ({"rights": list(rights)} if rights else {})
        self.control("tokens", kind="bot", **fields)

    def call(self, method: str, path: str, *, token: str = "", json: Any = None, **query: Any) -> httpx.Response:
        """One call of the Bot API as the town's bot."""
        headers = {"Authorization": token or self.token}
        return self.sandbox.http.request(method, f"/max{path}", params=query, json=json, headers=headers)

    def outcome(self, method: str, path: str, *, token: str = "", json: Any = None, **query: Any) -> tuple[int, str]:
        """Status and code of a call; no code where it is good."""
        answer = self.call(method, path, token=token, json=json, **query)
        return answer.status_code, str(answer.json().get("code", ""))


build = MaxTown
