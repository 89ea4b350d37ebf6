"""A small town on X: the account of an office, the account of a second office, two people, all kinds of tokens."""

from typing import Any

import httpx

from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox

SECRET = "consumer-secret-for-tests-0001"
PROBLEMS = "https://api.x.com/2/problems/"


class XTown(BaseTown):
    """Made anew: whatever was in the sandbox before is forgotten."""

    kind = "x"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        sandbox.control("reset")
        self.switch(push_delays=[0.1, 0.1, 0.1])
        self.me: str = self.control("places", name="Город Речной", handle="rechnoy")["id"]
        self.guest: str = self.control("places", name="Дорожная служба", handle="dorogi")["id"]
        self.anna: str = self.control("people", name="Анна Пробная", handle="anna")["id"]
        self.boris: str = self.control("people", name="Борис Пробный", handle="boris")["id"]
        self.token("consumer_secret", token=SECRET)
        self.bearer = self.new_token("bearer")
        self.user, self.guest_user = (self.new_token("user", place=each) for each in (self.me, self.guest))

    def call(self, verb: str, path: str, token: str = "", body: Any = None, **query: Any) -> httpx.Response:
        """A call of the API; the raw answer."""
        headers = {"Authorization": f"Bearer {token or self.bearer}"}
        return self.sandbox.http.request(verb, f"/x{path}", headers=headers, params=query, json=body)

    def refusal(self, verb: str, path: str, token: str = "", body: Any = None, **query: Any) -> tuple[int, str]:
        """Status and type of a call that is refused."""
        answer = self.call(verb, path, token, body, **query)
        assert answer.headers["content-type"].startswith("application/problem+json")
        return answer.status_code, str(answer.json()["type"]).removeprefix(PROBLEMS)

    def post(self, token: str = "", **body: Any) -> int:
        """The office writes; the status."""
        return self.call("POST", "/2/tweets", token or self.user, body).status_code

    def get(self, path: str, token: str = "", **query: Any) -> Any:
        answer = self.call("GET", path, token, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def text(self, text: str, **more: Any) -> str:
        """Anna's text, or somebody else's; its address."""
        return self.put(text, **({"person": self.anna} | more))

    def ask(self, text: str = "Когда починят фонарь?", **more: Any) -> str:
        """Anna names the office."""
        return self.text(f"@rechnoy {text}", **more)

    def own(self, text: str = "Что нового?") -> str:
        """A text of the office itself."""
        return self.put(text, place=self.me)

    def reply(self, to: str, text: str, token: str = "") -> httpx.Response:
        """The office's reply through the API."""
        body = {"text": text, "reply": {"in_reply_to_tweet_id": to.removeprefix("x:")}}
        return self.call("POST", "/2/tweets", token or self.user, body)

    def thread(self, address: str) -> Any:
        return self.items("thread", address=address)

    def token(self, kind: str, **more: Any) -> Any:
        return self.control("tokens", kind=kind, **more)


build = XTown
