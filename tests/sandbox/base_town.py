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

    def control(self, path: str, **given: Any) -> Any:
        return self.sandbox.control(f"{self.kind}/{path}", **given)

    def inspect(self, path: str, **query: Any) -> Any:
        return self.sandbox.inspect(f"{self.kind}/{path}", **query)

    def refused(self, path: str, **given: Any) -> str:
        """Why the control API does not do this."""
        return self.sandbox.refused(f"{self.kind}/{path}", **given)

    def put(self, text: str, **given: Any) -> str:
        """A text as somebody writes it; its address."""
        return str(self.control("texts", text=text, **given)["address"])

    def edit(self, address: str, text: str) -> None:
        self.control("texts/edit", address=address, text=text)

    def delete(self, address: str) -> None:
        self.control("texts/delete", address=address)

    def items(self, view: str, **query: Any) -> list[dict[str, Any]]:
        """What the control API lists: "thread" by address, "posts" by place, "dialogue" by place and person."""
        shown: list[dict[str, Any]] = self.inspect(view, **query)["items"]
        return shown

    def fault(self, kind: str, method: str, **more: Any) -> None:
        self.sandbox.control("faults", network=self.kind, kind=kind, method=method, **more)

    def switch(self, **values: Any) -> None:
        self.sandbox.control("switches", network=self.kind, switches=values)

    def pushes(self) -> list[dict[str, Any]]:
        """What was pushed and what came of it, newest first."""
        shown: list[dict[str, Any]] = self.inspect("pushes")["pushes"]
        return shown

    def count(self, name: str) -> int:
        return int(self.sandbox.inspect("counts")[self.kind][name])
