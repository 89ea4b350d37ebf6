"""What a town can do in every network, by the control API that all networks share."""

import dataclasses
from typing import Any, ClassVar

from tests.sandbox.process import Sandbox


@dataclasses.dataclass
class BaseTown:
    """A town in one network. `kind` is the network's name in the sandbox."""

    kind: ClassVar[str]
    sandbox: Sandbox

    @property
    def base(self) -> str:
        return f"{self.sandbox.base}/{self.kind}"

    def control(self, path: str, **fields: Any) -> Any:
        return self.sandbox.control(f"{self.kind}/{path}", **fields)

    def inspect(self, path: str, **query: Any) -> Any:
        return self.sandbox.inspect(f"{self.kind}/{path}", **query)

    def refused(self, path: str, **fields: Any) -> str:
        """Why the control API does not do this."""
        return self.sandbox.refused(f"{self.kind}/{path}", **fields)

    def new_token(self, kind: str, **fields: Any) -> str:
        return str(self.control("tokens", kind=kind, **fields)["token"])

    def put(self, text: str, **fields: Any) -> str:
        """A text as somebody writes it; its address."""
        return str(self.control("texts", text=text, **fields)["address"])

    def edit(self, address: str, text: str) -> None:
        self.control("texts/edit", address=address, text=text)

    def delete(self, address: str) -> None:
        self.control("texts/delete", address=address)

    def items(self, view: str, **query: Any) -> Any:
        """What the control API lists: "thread" by address, "posts" by place, "dialogue" by place and person."""
        return self.inspect(view, **query)["items"]

    def fault(self, kind: str, method: str, **more: Any) -> None:
        self.sandbox.control("faults", network=self.kind, kind=kind, method=method, **more)

    def switch(self, **values: Any) -> None:
        self.sandbox.control("switches", network=self.kind, switches=values)

    def pushes(self) -> Any:
        """What was pushed and what came of it, newest first."""
        return self.inspect("pushes")["pushes"]

    def count(self, name: str) -> int:
        return int(self.sandbox.inspect("counts")[self.kind][name])


class TownWithPost(BaseTown):
    """One where people write under a post."""

    anna: str
    post: str

    def write(self, text: str, **more: Any) -> str:
        """Anna's comment under the post, or what is written by somebody else or elsewhere; its address."""
        where = {} if {"under", "to", "place"} & set(more) else {"under": self.post}
        return self.put(text, **({"person": self.anna} | where | more))

    def thread(self, address: str = "") -> Any:
        """The post and all under it, or what else stands there, as the control API shows it."""
        return self.items("thread", address=address or self.post)
