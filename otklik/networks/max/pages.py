"""Pages of posts, comments and messages as raw payloads. Only what is new or changed is kept.

`known` remembers the last texts of one post or dialogue by short fingerprints, so that a look that brings nothing new
leaves no payload behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Access, Json, Origin, Raw
from otklik.networks.max.client import Query, ask, path_of, site_of
from otklik.networks.values import digest, dump, mapping, mappings, number, text

PAGE = 100  # the most that MAX lists at once
MOST_CALLS = 60  # of one fetch; what is left waits for the next one
_MOST_KNOWN = 300
_SHORT = 8
Known = dict[str, Json]


@dataclass
class Walk:
    """One fetch under way: what has been read and how many calls it took."""

    access: Access
    origin: Origin
    place: str
    raws: list[Raw] = field(default_factory=list)
    calls: int = 0

    @property
    def tired(self) -> bool:
        return self.calls >= MOST_CALLS

    def ask(self, path: str, query: Query | None = None) -> Mapping[str, Any]:
        """A call that is not kept."""
        self.calls += 1
        return ask(self.access, path, query).json

    def page(
        self, method: str, path: str, query: Query, known: Known, *, since: int = 0, read: int = 0, **beside: str
    ) -> list[dict[str, Any]]:
        """One listing; what is new in it is kept as a raw payload. Texts before `since` (ms) are left out.

        All before `read` (ms) has been heard at an earlier look: there a text that is not known is one that had to be
        forgotten, once the memory is full.
        """
        self.calls += 1
        answer = ask(self.access, path, query)
        items = mappings(answer.json.get("messages"))
        context = context_of(self.access, method, self.place, **beside)
        least = max(since, read) if len(known) >= _MOST_KNOWN else since
        before = _news([item for item in items if time_of(item) >= least or _is_known(item, since, known)], known)
        fresh = [item for item in items if fingerprint(item)[0] in before]
        if fresh:
            body = answer.body if len(fresh) == len(items) else dump({"messages": list(fresh)})
            # A text that is changed and changed back is news twice: the key also tells what stood there before.
            key = digest(sorted(context.items()), sorted(map(fingerprint, fresh)), sorted(before.items()))
            self.raws.append(Raw(self.origin, body, key, context))
        return items


def _is_known(item: Mapping[str, Any], since: int, known: Known) -> bool:
    return time_of(item) >= since and fingerprint(item)[0] in known


def _news(items: list[dict[str, Any]], known: Known) -> dict[str, str]:
    """Texts that are new or changed, each with what was known of it; `known` then holds them as they are now."""
    before: dict[str, str] = {}
    for item in items:
        name, now = fingerprint(item)
        last = text(known.pop(name, ""))
        if last != now:
            before[name] = last
        known[name] = now
    for old in list(known)[:-_MOST_KNOWN]:
        del known[old]
    return before


def fingerprint(item: Mapping[str, Any]) -> tuple[str, str]:
    """Which text it is, and what it says. Views and times of visit change with every look and do not count."""
    body, link = mapping(item.get("body")), mapping(item.get("link"))
    sender = number(mapping(item.get("sender")).get("user_id"))
    content = [text(body.get("text")), sender, len(mappings(body.get("attachments"))), text(link.get("type"))]
    return digest(text(body.get("mid")))[:_SHORT], digest(content)[:_SHORT]


def context_of(access: Access, method: str, place: str, **beside: str) -> dict[str, str]:
    """What an answer does not say of itself."""
    context = {"method": method, "bot": access.external_id, "site": site_of(access), "place": place}
    return context | {name: value for name, value in beside.items() if value}


def time_of(item: Mapping[str, Any]) -> int:
    """When a message was written, by the network's clock, in milliseconds; 0 when it is not told."""
    timestamp = number(item.get("timestamp")) or 0
    return timestamp if 0 < timestamp < 32_503_680_000_000 else 0


def comments_path(post: str, comment: str = "") -> str:
    return path_of("messages", post, "comments", *([comment] if comment else []))
