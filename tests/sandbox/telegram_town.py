"""A small town in Telegram: a channel with its discussion, a group of its own, two people, a bot of the town and one
of an agency that sits nowhere yet."""

import dataclasses
from typing import Any

import httpx

from tests.sandbox.base_town import TownWithPost
from tests.sandbox.process import Sandbox

BORIS = 7_345_678_901  # people's numbers have long outgrown 32 bits


def number(address: str) -> int:
    """Of the message at an address."""
    return int(address.rpartition(":")[2])


@dataclasses.dataclass
class Bot:
    number: int
    token: str


class Town(TownWithPost):
    """Made anew: whatever was in the sandbox before is forgotten."""

    kind = "telegram"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        sandbox.control("reset")
        self.switch(rate_limits=False)
        city: dict[str, int] = self.control("places", name="Город Речной", username="rechnoy")
        self.channel, self.discussion = city["id"], city["discussion"]
        self.group: int = self.control("places", name="Соседи", kind="supergroup")["id"]
        self.anna = self.control("people", name="Анна Пробная")["id"]
        self.boris: str = self.control("people", name="Борис Пробный", id=str(BORIS), handle="boris_p")["id"]
        bot = self.control("tokens", kind="bot", name="Отклик", place=[self.channel, self.group])
        other = self.control("tokens", kind="bot", name="Дорожная служба")
        self.bot, self.other = (Bot(each["id"], each["token"]) for each in (bot, other))
        self.post = self.put("Что нового?", place=str(self.channel))

    def answer(self, method: str, token: str = "", **params: Any) -> httpx.Response:
        """A call by JSON; the whole response."""
        return self.sandbox.http.post(f"/telegram/bot{token or self.bot.token}/{method}", json=params)

    def call(self, method: str, token: str = "", **params: Any) -> Any:
        """A call that must be good; its result."""
        body = self.answer(method, token, **params).json()
        assert body["ok"] is True, body
        return body["result"]

    def refusal(self, method: str, token: str = "", **params: Any) -> tuple[int, str]:
        """A call that must be refused: code and words."""
        response = self.answer(method, token, **params)
        body = response.json()
        assert (body["ok"], body["error_code"]) == (False, response.status_code), body
        return body["error_code"], body["description"]

    def sit(self, place: int, who: int, status: str) -> None:
        self.control("members", place=place, who=who, status=status)

    def grown_group(self) -> tuple[int, int]:
        """The number of a small group with the bot in it, and of the supergroup that it has become."""
        group: int = self.control("places", name="Подъезд", kind="group")["id"]
        self.sit(group, self.bot.number, "member")
        return group, self.control("migrate", place=group)["id"]

    def catch_up(self) -> None:
        """Nothing waits for the bot any more."""
        self.call("getUpdates", offset=self.call("getUpdates", offset=-1)[0]["update_id"] + 1)


build = Town
