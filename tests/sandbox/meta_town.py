"""A small world of Meta to play in: a Page with a post, its Instagram account, another Page, two people, tokens."""

from typing import Any

import httpx

from tests.sandbox.base_town import TownWithPost
from tests.sandbox.process import Sandbox

SECRET = "app-secret"  # of the application
VERSION = "v26.0"


class MetaTown(TownWithPost):
    """Made anew: whatever was in the sandbox before is forgotten.

    `page` and `account` are ours, `other` a Page of somebody else. Addresses are those of the connectors.
    """

    kind = "meta"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        sandbox.control("reset")
        self.page = self.new_place("Город Речной", username="rechnoy")
        self.account = self.new_place("Город Речной", kind="instagram", username="rechnoy_city", page=self.page)
        self.other = self.new_place("Дорожная служба", username="dorogi")
        self.anna = str(self.control("people", name="Анна Пробная", handle="anna_p")["id"])
        self.boris = str(self.control("people", name="Борис Пробный", handle="boris_p")["id"])
        self.post = self.put("Что нового?", place=self.page, lat=55.5, long=37.25)
        self.media = self.put("Как вам парк?", place=self.account)
        self.token, self.other_token = (self.new_token("page", place=each) for each in (self.page, self.other))
        self.instagram = self.new_token("instagram", place=self.account)
        self.app = self.new_token("app", secret=SECRET)

    def new_place(self, name: str, **fields: str) -> str:
        return str(self.control("places", name=name, **fields)["id"])

    def texts(self, address: str = "") -> list[str]:
        return [item["text"] for item in self.thread(address)]

    def call(self, verb: str, path: str, token: str = "", **params: Any) -> httpx.Response:
        """A bare call of the graph, with the Page's token unless another is named."""
        arguments = {"access_token": token or self.token, **params}
        way = {"params": arguments} if verb != "POST" else {"data": arguments}
        return self.sandbox.http.request(verb, f"/meta/{VERSION}/{path}", **way)  # type: ignore[arg-type]

    def code(self, verb: str, path: str, token: str = "", **params: Any) -> tuple[int, int]:
        """Code and subcode of a call that is refused."""
        answer = self.call(verb, path, token, **params)
        assert answer.status_code >= 400, answer.text
        error = answer.json()["error"]
        return error["code"], error.get("error_subcode", 0)


build = MetaTown
