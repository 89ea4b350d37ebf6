"""A small town in Odnoklassniki: a group with a topic, another group, two people, all kinds of tokens."""

import dataclasses
import hashlib
from typing import Any

from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import Sandbox


@dataclasses.dataclass
class OkTown(BaseTown):
    kind = "ok"
    group: str
    other: str
    anna: str
    boris: str
    topic: str
    application_key: str
    secret_key: str
    access: str
    bot: str
    other_access: str
    citizen: str

    @property
    def topic_number(self) -> str:
        return self.topic.rpartition(":")[2]

    def comment(self, text: str, under: str = "", **more: Any) -> str:
        """Anna's comment under the topic, or somebody else's anywhere; its address."""
        return self.put(text, **({"under": under or self.topic, "person": self.anna} | more))

    def message(self, text: str, **more: Any) -> str:
        """Anna's private message to the group; its address."""
        return self.put(text, **({"to": self.group, "person": self.anna} | more))

    def thread(self, address: str = "") -> list[dict[str, Any]]:
        """The topic and every comment under it, or a dialogue, as the control API shows them."""
        return self.items("thread", address=address or self.topic)

    def rest(self, method: str, token: str = "", **given: Any) -> Any:
        """A signed POST; the JSON answer."""
        form = {"application_key": self.application_key, "method": method}
        form |= {name: str(value) for name, value in given.items()}
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


def build(sandbox: Sandbox) -> OkTown:
    """A fresh town in a running sandbox; whatever was there before is forgotten."""
    sandbox.control("reset")
    group = sandbox.control("ok/places", name="Город Речной", shortname="rechnoy")["id"]
    other = sandbox.control("ok/places", name="Соседи Речного", shortname="sosedi")["id"]
    anna = sandbox.control("ok/people", name="Анна Пробная")["id"]
    boris = sandbox.control("ok/people", name="Борис Пробный")["id"]
    topic = sandbox.control("ok/texts", place=group, text="Что нового?")["address"]
    access = sandbox.control("ok/tokens", kind="access", place=group, author="Вера Админова")
    other_access = sandbox.control("ok/tokens", kind="access", place=other, author="Глеб Админов")
    citizen = sandbox.control("ok/tokens", kind="access", person=anna)
    bot = sandbox.control("ok/tokens", kind="group", place=group)
    return OkTown(
        sandbox,
        group,
        other,
        anna,
        boris,
        topic,
        application_key=access["application_key"],
        secret_key=access["secret_key"],
        access=access["token"],
        bot=bot["token"],
        other_access=other_access["token"],
        citizen=citizen["token"],
    )
