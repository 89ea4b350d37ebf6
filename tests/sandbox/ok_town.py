"""A small town in Odnoklassniki: a group with a topic, another group, two people, all kinds of tokens."""

import hashlib
from typing import Any

from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox


class OkTown(BaseTown):
    """Made anew: whatever was in the sandbox before is forgotten."""

    kind = "ok"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        sandbox.control("reset")
        self.group: str = self.control("places", name="Город Речной", shortname="rechnoy")["id"]
        self.other: str = self.control("places", name="Соседи Речного", shortname="sosedi")["id"]
        self.anna: str = self.control("people", name="Анна Пробная")["id"]
        self.boris: str = self.control("people", name="Борис Пробный")["id"]
        self.topic = self.put("Что нового?", place=self.group)
        access: dict[str, str] = self.control("tokens", kind="access", place=self.group, author="Вера Админова")
        self.application_key, self.secret_key = access["application_key"], access["secret_key"]
        self.access = access["token"]
        self.bot = self.new_token("group", place=self.group)
        self.other_access = self.new_token("access", place=self.other, author="Глеб Админов")
        self.citizen = self.new_token("access", person=self.anna)

    @property
    def topic_number(self) -> str:
        return self.topic.rpartition(":")[2]

    def comment(self, text: str, under: str = "", **more: Any) -> str:
        """Anna's comment under the topic, or somebody else's anywhere; its address."""
        return self.put(text, **({"under": under or self.topic, "person": self.anna} | more))

    def message(self, text: str, **more: Any) -> str:
        """Anna's private message to the group; its address."""
        return self.put(text, **({"to": self.group, "person": self.anna} | more))

    def thread(self, address: str = "") -> Any:
        """The topic and every comment under it, or a dialogue, as the control API shows them."""
        return self.items("thread", address=address or self.topic)

    def rest(self, method: str, token: str = "", **params: Any) -> Any:
        """A signed POST; the JSON answer."""
        form = {"application_key": self.application_key, "method": method}
        form |= {name: str(value) for name, value in params.items()}
        token = token or self.access
        form |= {"sig": self.sign(form, token), "access_token": token}
        response = self.sandbox.http.post("/ok/fb.do", data=form)
        assert response.status_code == 200
        return response.json()

    def sign(self, form: dict[str, str], token: str) -> str:
        return _md5("".join(f"{name}={form[name]}" for name in sorted(form)) + _md5(token + self.secret_key))

    def graph(self, path: str, token: str = "", **query: Any) -> Any:
        """GET of the Bot API."""
        response = self.sandbox.http.get(f"/ok/graph/me/{path}", params={"access_token": token or self.bot, **query})
        assert response.status_code == 200
        return response.json()

    def graph_post(self, path: str, body: Any, token: str = "") -> Any:
        """POST to the Bot API."""
        response = self.sandbox.http.post(
            f"/ok/graph/me/{path}",
            params={"access_token": token or self.bot},
            json=body,
            headers={"Content-Type": "application/json;charset=utf-8"},
        )
        assert response.status_code == 200
        return response.json()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


build = OkTown
