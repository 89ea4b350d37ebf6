"""A small town to play in: one community with a post, a guest community, two people, all kinds of tokens."""

import dataclasses
import time
from collections.abc import Callable
from typing import Any

from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox


@dataclasses.dataclass
class Town(BaseTown):
    kind = "vk"
    group: int
    guest: int
    anna: int
    boris: int
    post: int
    token: str
    guest_token: str
    service: str
    admin: str
    citizen: str

    @property
    def wall(self) -> int:
        return -self.group

    def comment(self, text: str, **more: Any) -> int:
        """Anna's comment under the post, or somebody else's; its id."""
        given = {"owner_id": self.wall, "post_id": self.post, "person_id": self.anna, "text": text} | more
        return int(self.sandbox.control("vk/comments", **given)["comment_id"])

    def reply(self, message: str, **more: Any) -> Any:
        """The community's answer through the API; the whole JSON."""
        given = {"owner_id": self.wall, "post_id": self.post, "from_group": self.group, "message": message} | more
        return self.sandbox.vk("wall.createComment", self.token, **given)

    def thread(self) -> list[dict[str, Any]]:
        """Every comment under the post, as the control API shows it."""
        shown: list[dict[str, Any]] = self.sandbox.inspect(f"vk/threads/{self.wall}_{self.post}")["comments"]
        return shown

    def call(self, method: str, token: str = "", /, **params: Any) -> Any:
        """A call with the community's token or another; the whole JSON."""
        return self.sandbox.vk(method, token or self.token, **params)

    def good(self, method: str, token: str = "", /, **params: Any) -> Any:
        """A call that must be good; what it answers."""
        return self.call(method, token, **params)["response"]

    def code(self, method: str, token: str = "", /, **params: Any) -> int:
        """The number of the refusal; 0 when there is none."""
        answer = self.call(method, token, **params)
        return int(answer["error"]["error_code"]) if "error" in answer else 0


def build(sandbox: Sandbox) -> Town:
    """A fresh town in a running sandbox; whatever was there before is forgotten."""
    sandbox.control("reset")
    sandbox.control("switches", network="vk", switches={"rate_limits": False})
    group = sandbox.control("vk/communities", name="Город Речной", screen_name="rechnoy")["id"]
    guest = sandbox.control("vk/communities", name="Дорожная служба", screen_name="dorogi")["id"]
    anna = sandbox.control("vk/people", name="Анна Пробная")["id"]
    boris = sandbox.control("vk/people", name="Борис Пробный")["id"]
    post = sandbox.control("vk/posts", owner_id=-group, text="Что нового?", lat=55.5, long=37.25)["post_id"]

    def token(kind: str, holder: int = 0, admin_of: tuple[int, ...] = ()) -> str:
        return str(sandbox.control("vk/tokens", kind=kind, holder=holder, admin_of=list(admin_of))["token"])

    return Town(
        sandbox,
        group,
        guest,
        anna,
        boris,
        post,
        token=token("group", group),
        guest_token=token("group", guest),
        service=token("service"),
        admin=token("user", boris, (group, guest)),
        citizen=token("user", anna),
    )


def until(ready: Callable[[], bool], what: str, within: float = 60.0) -> None:
    """Wait for a condition that other threads bring about."""
    deadline = time.monotonic() + within
    while not ready():
        assert time.monotonic() < deadline, f"did not happen: {what}"
        time.sleep(0.02)
