"""A small world of Meta to play in: a Page with a post, its Instagram account, another Page, two people, tokens."""

import dataclasses
from typing import Any

import httpx

from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox

SECRET = "app-secret"  # of the application
VERSION = "v26.0"


@dataclasses.dataclass
class MetaTown(BaseTown):
    """`page` and `account` are ours, `other` a Page of somebody else. Addresses are those of the connectors."""

    kind = "meta"
    page: str
    account: str
    other: str
    anna: str
    boris: str
    post: str
    media: str
    token: str
    instagram: str
    other_token: str
    app: str

    def write(self, text: str, **more: Any) -> str:
        """Anna's words; the address. By default a comment under the Page's post."""
        where = {} if {"under", "to", "place"} & set(more) else {"under": self.post}
        return self.put(text, **({"person": self.anna} | where | more))

    def thread(self, address: str = "") -> list[dict[str, Any]]:
        """All that stands under a post, as the control API shows it."""
        return self.items("thread", address=address or self.post)

    def texts(self, address: str = "") -> list[str]:
        return [item["text"] for item in self.thread(address)]

    def call(self, verb: str, path: str, token: str = "", **params: Any) -> httpx.Response:
        """A bare call of the graph, with the Page's token unless another is named."""
        given = {"access_token": token or self.token, **params}
        way = {"params": given} if verb != "POST" else {"data": given}
        return self.sandbox.http.request(verb, f"/meta/{VERSION}/{path}", **way)  # type: ignore[arg-type]

    def code(self, verb: str, path: str, token: str = "", **params: Any) -> tuple[int, int]:
        """Code and subcode of a call that is refused."""
        answer = self.call(verb, path, token, **params)
        assert answer.status_code >= 400, answer.text
        error = answer.json()["error"]
        return error["code"], error.get("error_subcode", 0)


def build(sandbox: Sandbox) -> MetaTown:
    """A fresh world in a running sandbox; whatever was there before is forgotten."""
    sandbox.control("reset")

    def place(**given: Any) -> str:
        return str(sandbox.control("meta/places", **given)["id"])

    def token(**given: Any) -> str:
        return str(sandbox.control("meta/tokens", **given)["token"])

    def text(**given: Any) -> str:
        return str(sandbox.control("meta/texts", **given)["address"])

    page = place(name="Город Речной", username="rechnoy")
    account = place(name="Город Речной", kind="instagram", username="rechnoy_city", page=page)
    other = place(name="Дорожная служба", username="dorogi")
    anna = str(sandbox.control("meta/people", name="Анна Пробная", handle="anna_p")["id"])
    boris = str(sandbox.control("meta/people", name="Борис Пробный", handle="boris_p")["id"])
    return MetaTown(
        sandbox,
        page,
        account,
        other,
        anna,
        boris,
        post=text(place=page, text="Что нового?", lat=55.5, long=37.25),
        media=text(place=account, text="Как вам парк?"),
        app=token(kind="app", secret=SECRET),
        token=token(kind="page", place=page),
        instagram=token(kind="instagram", place=account),
        other_token=token(kind="page", place=other),
    )
