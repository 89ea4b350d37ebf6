"""A small town in Telegram: a channel with its discussion, a group of its own, two people, a bot of the town and one
of an agency that sits nowhere yet."""

import dataclasses
from typing import Any

import httpx

from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox

BORIS = 7_345_678_901  # people's numbers have long outgrown 32 bits


@dataclasses.dataclass
class Bot:
    number: int
    token: str


@dataclasses.dataclass
class Town(BaseTown):
    kind = "telegram"
    channel: int
    discussion: int
    group: int
    bot: Bot
    other: Bot
    anna: str
    boris: str
    post: str

    def answer(self, method: str, token: str = "", **params: Any) -> httpx.Response:
        """A call by JSON; the whole response."""
        return self.sandbox.http.post(f"/telegram/bot{token or self.bot.token}/{method}", json=params)

    def call(self, method: str, token: str = "", **params: Any) -> Any:
        """A call that must be good; its result."""
        told = self.answer(method, token, **params).json()
        assert told["ok"] is True, told
        return told["result"]

    def refusal(self, method: str, token: str = "", **params: Any) -> tuple[int, str]:
        """A call that must be refused: code and words."""
        response = self.answer(method, token, **params)
        told = response.json()
        assert (told["ok"], told["error_code"]) == (False, response.status_code), told
        return told["error_code"], told["description"]

    def write(self, text: str, **more: Any) -> str:
        """Anna's comment under the post, or whatever else is told; its address."""
        given = {"person": self.anna} | more
        if not {"under", "place", "to"} & set(given):
            given["under"] = self.post
        return self.put(text, **given)

    def thread(self, address: str = "") -> list[dict[str, Any]]:
        """Every message of the thread, as the control API shows it."""
        return self.items("thread", address=address or self.post)

    def sit(self, place: int, who: int, status: str) -> None:
        self.control("members", place=place, who=who, status=status)

    def catch_up(self) -> None:
        """Nothing waits for the bot any more."""
        self.call("getUpdates", offset=self.call("getUpdates", offset=-1)[0]["update_id"] + 1)


def build(sandbox: Sandbox) -> Town:
    """A fresh town in a running sandbox; whatever was there before is forgotten."""
    sandbox.control("reset")
    sandbox.control("switches", network="telegram", switches={"rate_limits": False})
    told = sandbox.control("telegram/places", name="Город Речной", username="rechnoy")
    group = sandbox.control("telegram/places", name="Соседи", kind="supergroup")["id"]
    anna = sandbox.control("telegram/people", name="Анна Пробная")["id"]
    boris = sandbox.control("telegram/people", name="Борис Пробный", id=str(BORIS), handle="boris_p")["id"]
    bot = sandbox.control("telegram/tokens", kind="bot", name="Отклик", place=[told["id"], group])
    other = sandbox.control("telegram/tokens", kind="bot", name="Дорожная служба")
    post = sandbox.control("telegram/texts", place=str(told["id"]), text="Что нового?")["address"]
    return Town(
        sandbox,
        channel=told["id"],
        discussion=told["discussion"],
        group=group,
        bot=Bot(bot["id"], bot["token"]),
        other=Bot(other["id"], other["token"]),
        anna=anna,
        boris=boris,
        post=post,
    )
