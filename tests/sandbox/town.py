"""A small town to play in: one community with a post, a guest community, two people, all kinds of tokens."""

import time
from collections.abc import Callable
from typing import Any

from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox


def refusal(answer: Any) -> int:
    """The number of a method's refusal; 0 when there is none."""
    return int(answer["error"]["error_code"]) if "error" in answer else 0


class Town(BaseTown):
    """Made anew: whatever was in the sandbox before is forgotten."""

    kind = "vk"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        sandbox.control("reset")
        self.switch(rate_limits=False)
        self.group: int = self.control("communities", name="Город Речной", screen_name="rechnoy")["id"]
        self.guest: int = self.control("communities", name="Дорожная служба", screen_name="dorogi")["id"]
        self.anna: int = self.control("people", name="Анна Пробная")["id"]
        self.boris: int = self.control("people", name="Борис Пробный")["id"]
        place = {"lat": 55.5, "long": 37.25}
        self.post: int = self.control("posts", owner_id=self.wall, text="Что нового?", **place)["post_id"]
        self.token, self.guest_token = (self.new_token("group", holder=each) for each in (self.group, self.guest))
        self.service = self.new_token("service")
        self.admin = self.new_token("user", holder=self.boris, admin_of=[self.group, self.guest])
        self.citizen = self.new_token("user", holder=self.anna)

    @property
    def wall(self) -> int:
        return -self.group

    @property
    def page(self) -> str:
        """The path of the wall that people see."""
        return f"/vk/wall{self.wall}"

    def comment(self, text: str, **more: Any) -> int:
        """Anna's comment under the post, or somebody else's; its id."""
        fields = {"owner_id": self.wall, "post_id": self.post, "person_id": self.anna, "text": text} | more
        return int(self.sandbox.control("vk/comments", **fields)["comment_id"])

    def reply(self, message: str, **more: Any) -> Any:
        """The community's answer through the API; the whole JSON."""
        params = {"owner_id": self.wall, "post_id": self.post, "from_group": self.group, "message": message} | more
        return self.sandbox.vk("wall.createComment", self.token, **params)

    def thread(self) -> Any:
        """Every comment under the post, as the control API shows it."""
        return self.inspect(f"threads/{self.wall}_{self.post}")["comments"]

    def long_poll(self, *events: str) -> dict[str, str]:
        """Switch it on for these events alone; its server."""
        flags: dict[str, Any] = dict.fromkeys(events, 1)
        self.good("groups.setLongPollSettings", group_id=self.group, enabled=1, **flags)
        return dict(self.good("groups.getLongPollServer", group_id=self.group))

    def call(self, method: str, token: str = "", /, **params: Any) -> Any:
        """A call with the community's token or another; the whole JSON."""
        return self.sandbox.vk(method, token or self.token, **params)

    def good(self, method: str, token: str = "", /, **params: Any) -> Any:
        """A call that must be good; what it answers."""
        return self.call(method, token, **params)["response"]

    def code(self, method: str, token: str = "", /, **params: Any) -> int:
        return refusal(self.call(method, token, **params))


build = Town


def until(ready: Callable[[], bool], what: str, within: float = 60.0) -> None:
    """Wait for a condition that other threads bring about."""
    deadline = time.monotonic() + within
    while not ready():
        assert time.monotonic() < deadline, f"did not happen: {what}"
        time.sleep(0.02)
