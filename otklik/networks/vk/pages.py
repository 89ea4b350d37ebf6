"""Pages of walls, comments and dialogues as raw payloads, each with a key that only news changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Access, Json, Origin, Raw
from otklik.networks.values import digest, dump, mapping, mappings, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk.beside import MUTE, SPEAKS
from otklik.networks.vk.client import USER, Parameter, ask
from otklik.networks.vk.parse import with_threads

PAGE = 100  # the most that wall.get and wall.getComments give at once
_SHORT = 16
_COMMENTING = ("groups_can_post", "can_open", "can_close")
MOST_CALLS = 60  # of one fetch; what is left waits for the next one


@dataclass
class Walk:
    """One fetch under way: what has been read and how many calls it took.

    `known` and `pages` remember slots (a page's place in its listing) as they were at the last look and are now.
    """

    access: Access
    token: str
    origin: Origin
    raws: list[Raw] = field(default_factory=list)
    calls: int = 0
    known: Mapping[str, Any] = field(default_factory=dict)
    pages: dict[str, Json] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)  # what else the payloads' context says

    @property
    def tired(self) -> bool:
        return self.calls >= MOST_CALLS

    def page(
        self,
        method: str,
        parameters: Mapping[str, Parameter],
        *,
        owner: int = 0,
        post: int = 0,
        slot: str = "",
        token: str = "",
    ) -> Mapping[str, Any]:
        """One call, kept as a raw payload unless its slot holds the same as before. Raises what `ask` raises."""
        self.calls += 1
        answer = ask(self.access, token or self.token, method, parameters)
        context = context_of(self.access, method, owner, post) | dict(self.beside)
        key = self._news(slot, page_key(answer.response, context))
        if key:
            self.raws.append(Raw(self.origin, answer.body, key, context))
        return {"items": answer.response} if isinstance(answer.response, list) else mapping(answer.response)

    def recent(
        self,
        method: str,
        parameters: Mapping[str, Parameter],
        *,
        owner: int,
        thing: int,
        slot: int,
        token: str,
        since: int,
    ) -> tuple[list[dict[str, Any]], bool]:
        """A page, newest first, of which only what is not older than `since` is kept. Its items, and whether it is new.

        A topic or an album may be many years old: its old words are no news.
        """
        self.calls += 1
        answer = mapping(ask(self.access, token, method, parameters).response)
        items = mappings(answer.get("items"))
        fresh = [
            {name: value for name, value in item.items() if name != "thread"}
            for item in with_threads(items)
            if (number(item.get("date")) or 0) >= since
        ]
        kept = {**answer, "items": fresh}
        context = context_of(self.access, method, owner, thing) | dict(self.beside)
        key = self._news(str(slot), page_key(kept, context))
        if key and fresh:
            self.raws.append(Raw(self.origin, dump({"response": kept}), key, context))
        return items, bool(key)

    def _news(self, slot: str, key: str) -> str:
        """The key of the payload, "" if nothing has changed in its slot.

        A text that is changed and changed back is news twice, so a key also tells what stood there before.
        """
        if not slot:
            return key
        before = text(self.known.get(slot))
        if before.startswith(key[:_SHORT]):
            self.pages[slot] = before
            return ""
        chained = digest(before, key) if before else key
        self.pages[slot] = key[:_SHORT] + chained[:_SHORT]
        return chained


def site_of(access: Access) -> str:
    """The base of public links, without a slash at the end."""
    site = access.options.get("site")
    return site.rstrip("/") if isinstance(site, str) and site else at.SITE


def context_of(access: Access, method: str, owner: int, post: int) -> dict[str, str]:
    """What a reading method's answer does not say of itself."""
    context = {"method": method, "group_id": str(at.group_number(access.external_id)), "site": site_of(access)}
    if owner:
        context["owner_id"] = str(owner)
    if post:
        context["post_id"] = str(post)
    return context


def voice_beside(access: Access) -> dict[str, str]:
    """Whether this account can answer beside the wall, for the context: only a user's token may."""
    return {"mute": SPEAKS if access.tokens.get(USER) else MUTE}


def page_key(response: Any, context: Mapping[str, str]) -> str:
    """The same for the same texts: views, likes and times of visit change with every look and do not count."""
    items = mappings(response) or mappings(mapping(response).get("items"))
    fingerprints = [
        [number(item.get(name)) for name in ("id", "from_id", "edited", "update_time")]
        + [item.get(name) is True for name in ("deleted", "is_deleted")]
        + [text(item.get("text")), len(mappings(item.get("attachments")))]
        + [mapping(item.get("comments")).get(name) in (True, 1) for name in _COMMENTING]
        for item in with_threads(items)
    ]
    return digest(sorted(context.items()), fingerprints)


def whole_option(access: Access, name: str, default: int, least: int, most: int) -> int:
    """A number among the account's options, held between `least` and `most`."""
    value = access.options.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return max(least, min(value, most))
