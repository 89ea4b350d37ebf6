"""One reading under way: its calls are counted, and what it read is kept as raw payloads with keys that news change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Access, Origin, Raw
from otklik.networks.errors import NetworkError
from otklik.networks.ok import address as at
from otklik.networks.ok.client import Answer, Parameter, ask, site_of
from otklik.networks.ok.failures import as_guest
from otklik.networks.values import count, digest, mappings, text

MOST_CALLS = 60  # of one fetch; what is left waits for the next one
SHORT = 12  # signs of a fingerprint in the cursor


@dataclass
class Walk:
    """`group` is the one that is read, `user` the number of the key's owner where it matters, "" otherwise."""

    access: Access
    origin: Origin
    group: str
    user: str = ""
    raws: list[Raw] = field(default_factory=list)
    calls: int = 0
    closed: set[str] = field(default_factory=set)
    plain: bool = False  # the network did not take the names of fields

    @property
    def own(self) -> bool:
        return self.group == self.access.external_id

    @property
    def tired(self) -> bool:
        return self.calls >= MOST_CALLS

    def ask(self, method: str, parameters: Mapping[str, Parameter], accept: Iterable[int] = ()) -> Answer:
        """One REST call. In somebody else's group a refusal is Permanent, not the loss of our key."""
        self.calls += 1
        try:
            return ask(self.access, method, parameters, accept)
        except NetworkError as refusal:
            raise (refusal if self.own else as_guest(refusal)) from None

    def context(self, method: str, **more: str) -> dict[str, str]:
        """What an answer does not say of itself; empty values are left out."""
        fields = {
            "method": method,
            "group": self.access.external_id,
            "user": self.user,
            "place": self.group,
            "site": site_of(self.access),
            "closed": " ".join(sorted(self.closed)),
            **more,
        }
        return {name: value for name, value in fields.items() if value}

    def keep(self, body: bytes, context: Mapping[str, str], *fingerprint_parts: Any) -> None:
        """`fingerprint_parts` are what makes this payload new: the same ones twice are stored once."""
        self.raws.append(Raw(self.origin, body, digest(sorted(context.items()), fingerprint_parts), context))


def of_topic(item: Mapping[str, Any]) -> str:
    """A fingerprint of a topic's words and blocks: counters and addresses of pictures change by themselves."""
    blocks = [
        (text(block.get("type")), text(block.get("text")), _size(block)) for block in mappings(item.get("media"))[:50]
    ]
    return digest(text(item.get("author_ref")), text(item.get("media_text")), blocks)[:SHORT]


def of_comment(item: Mapping[str, Any]) -> str:
    """A fingerprint of a comment's words, kind and number of attachments."""
    attached = item.get("attachments")
    parts = (at.comment_of(item.get("id")), text(item.get("text")), text(item.get("type")))
    return digest(*parts, item.get("removed") is True, len(attached) if isinstance(attached, list) else 0)[:SHORT]


def chained(before: str, now: str) -> str:
    """What is remembered of a fingerprint: itself, and behind it a mark of what stood there before.

    A text that is changed and changed back is news twice, so its payloads must not have the same key.
    """
    if not before or before.startswith(now):
        return before or now
    return now + digest(before, now)[: SHORT // 2]


def comments_count(topic: Mapping[str, Any], turn: int) -> int:
    """How many comments a topic has; where it is not told, a number that is another at every turn: so it is read."""
    summary = topic.get("discussion_summary")
    return count(summary.get("comments_count")) if isinstance(summary, dict) else -2 - turn % 1000


def _size(block: Mapping[str, Any]) -> int:
    return sum(len(value) for value in block.values() if isinstance(value, list))
