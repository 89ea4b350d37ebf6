"""What is the same in both networks' payloads: pushed entries, listings that we asked for, and answers of which nobody
remembers how they were asked. Pure; never raises.

A listing's `Raw.context` names its `view`, the `place` read and, of a dialogue, its `peer`; `site` is the base of
public links. An answer without a `view` is read by its shape.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from otklik.networks.base import Deletion, Edit, Event, Post, Raw
from otklik.networks.meta import messaging
from otklik.networks.meta.reading import ident, number_id, when
from otklik.networks.meta.shapes import messages, objects_in
from otklik.networks.meta.side import Side, is_number
from otklik.networks.values import mapping, mappings, read

Item = Mapping[str, Any]
View = TypeVar("View")


@dataclass(frozen=True, slots=True)
class Reader(Generic[View]):
    """How one network tells its texts. `change` reads one of the "changes" of a place by (change, place, site, time of
    the entry); `view` is what a listing's context and site tell beside its objects, which `post` and `comment` read;
    `unasked` reads the texts of an answer without a context, by its objects and the site."""

    side: Side
    change: Callable[[Item, str, str, datetime | None], Event | None]
    view: Callable[[Mapping[str, str], str], View]
    post: Callable[[Item, View], Post | None]
    comment: Callable[[Item, View], Post | None]
    unasked: Callable[[list[dict[str, Any]], str], list[Post]]

    def parse(self, raw: Raw) -> list[Event]:
        """The events of a payload in its own order; [] for anything unknown or broken. Never raises."""
        whole = read(raw.body)
        body, site = mapping(whole), raw.context.get("site") or self.side.site
        if "view" in raw.context:
            return [event for event in self._listed(body, raw.context, site) if event]
        if "entry" in body or "object" in body:
            pushed = mappings(body.get("entry")) if body.get("object") == self.side.hook else []
            return [event for entry in pushed for event in self._entry(entry, site) if event]
        objects = objects_in(whole)
        return [*self.unasked(objects, site), *messages(objects, self.side, site)]

    def _entry(self, entry: Item, site: str) -> Iterable[Event | None]:
        place = number_id(entry.get("id"))
        if not place:
            return
        for change in mappings(entry.get("changes")):
            yield self.change(change, place, site, when(entry.get("time")))
        for name in ("messaging", "standby"):
            for item in mappings(entry.get(name)):
                yield messaging.pushed(item, place, self.side, site)

    def _listed(self, body: Item, context: Mapping[str, str], site: str) -> list[Event | None]:
        place, kind, items = context.get("place", ""), context["view"], mappings(body.get("data"))
        if kind == "posts":
            view = self.view(context, site)
            return [self.post(item, view) for item in items]
        if kind == "comments":
            view = self.view(context, site)
            comments = [self.comment(item, view) for item in items]
            return [Edit(post) if post and context.get("restored") else post for post in comments]
        if kind == "messages" and is_number(place):
            peer = number_id(context.get("peer", ""))
            return [messaging.listed(item, place, peer, self.side, site) for item in items]
        if kind == "gone":
            return [Deletion(self.side.address(thing)) for item in items if (thing := ident(item.get("id")))]
        return []
